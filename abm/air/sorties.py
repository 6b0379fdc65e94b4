"""Sorties: how many are flown, and what they do on the ground.

Losses, support, cut supply and dropped tonnes are returned; the fly phase writes them.
"""

import numpy as np

from abm.air.places import Groups
from abm.units import (
    Days,
    FloatArray,
    IntArray,
    Persons,
    PersonsPerSortie,
    Share,
    Sorties,
)

PACKAGES = 3
"""Parts an asset's sorties of a tick are split into: resolution, not an assumption."""


def flown(
    ready: FloatArray, rate: FloatArray, *, draw: FloatArray, days: Days
) -> FloatArray:
    """Return whole sorties flown, the fraction left decided by ``draw``.

    Args:
        ready: aircraft that can fly, shape (n_air,).
        rate: sorties per aircraft and day, shape (n_air,).
        draw: uniform numbers, shape (n_air,).
        days: length of the tick.

    Returns:
        Sorties, mean ``ready * rate * days``, shape (n_air,).
    """
    return np.asarray(np.floor(ready * rate * days + draw))


def packages(sorties: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return asset, number and sorties of each package; sorties add up.

    Args:
        sorties: whole sorties of each asset, shape (n_air,).

    Returns:
        Asset, number of the package within it and its sorties, those without any
        left out, shape (n_packages,) each.
    """
    number = np.arange(PACKAGES)
    split = (sorties[:, None] + (PACKAGES - 1) - number) // PACKAGES
    asset, part = np.nonzero(split > 0.0)
    return asset, part, np.asarray(split[asset, part], dtype=np.float64)


def saturating(effort: FloatArray, *, most: Share, half: Sorties) -> FloatArray:
    """Return an effect that grows with effort towards ``most``, half at ``half``."""
    return np.asarray(most * -np.expm1(-np.log(2.0) * effort / half))


def losses(
    groups: Groups,
    struck: FloatArray,
    *,
    sorties: FloatArray,
    lethality: PersonsPerSortie,
    crowd: Persons,
) -> FloatArray:
    """Return persons lost by each group to each strike.

    A sortie hits the more the more people are there to be hit, up to ``lethality``;
    strikes on the same group cannot take more than it has.

    Args:
        groups: formations by owner and cell.
        struck: 1 where the strike hits the group, else 0, (n_strikes, n_groups).
        sorties: of full load in each strike, shape (n_strikes,).
        lethality: persons in the open put out of action by a sortie of full load.
        crowd: persons at which a sortie has half its effect.

    Returns:
        Persons killed and wounded, shape (n_strikes, n_groups).
    """
    there = struck * groups.persons
    total = there.sum(axis=1)
    hit = sorties * lethality / (total + crowd)
    lost = hit[:, None] * there * groups.exposed
    whole = lost.sum(axis=0)
    most = np.divide(
        groups.persons, whole, out=np.ones_like(whole), where=whole > groups.persons
    )
    return np.asarray(lost * most)


def felt(taken: FloatArray, effort: FloatArray) -> FloatArray:
    """Return the effort of all packages felt by each group, shape (n_groups,).

    Args:
        taken: 1 where the package is for (or against) the group, else 0, shape
            (n_packages, n_groups).
        effort: sorties of full load, shape (n_packages,).
    """
    return np.asarray(effort @ taken, dtype=np.float64)


def arriving(
    tonnes: FloatArray, *, fire: FloatArray, accuracy: Share, shy: Persons
) -> FloatArray:
    """Return dropped tonnes that reach the besieged.

    Args:
        tonnes: dropped, shape (n_drops,).
        fire: enemy persons near the pocket, shape (n_drops,).
        accuracy: share that lands inside with no enemy near.
        shy: enemy persons that halve it, by forcing aircraft to drop from height.

    Returns:
        Tonnes, shape (n_drops,).
    """
    return np.asarray(tonnes * accuracy * shy / (shy + fire))


def at_least_one(chance: FloatArray | float, tries: FloatArray) -> FloatArray:
    """Return the probability of at least one success in ``tries`` independent tries."""
    return np.asarray(-np.expm1(tries * np.log1p(-np.minimum(chance, ALMOST_SURE))))


ALMOST_SURE = 1.0 - np.finfo(np.float64).eps
"""Largest chance whose logarithm of the complement is finite."""
