"""A strike taken for an attack on one's own, and the answer in the air.

P(intercept) = P(detect) · P(rules of engagement | rung) · P(kill). What the pilot
meant plays no part: only where the bombs fall, near whom, and who watches.
"""

import numpy as np

from abm import kernels
from abm.air.sorties import at_least_one
from abm.units import BoolArray, FloatArray, Int8Array, IntArray, Km, Share


def guards(
    dependence: FloatArray, *, deconflicted: BoolArray
) -> tuple[BoolArray, BoolArray]:
    """Return who guards whom, and whose people count as guarded against whom.

    Args:
        dependence: ``dependence[i, p]`` of actor i on patron p.
        deconflicted: stance, shape (n_actors, n_actors).

    Returns:
        ``guards[q, p]``: p answers for q (its client, or itself); ``watched[x, q]``:
        q has a guard with which x is deconflicted. Shape (n_actors, n_actors) each.
    """
    guard = (dependence > 0.0) | np.eye(len(dependence), dtype=bool)
    watched = deconflicted.astype(np.float64) @ guard.T.astype(np.float64) > 0.0
    return np.asarray(guard, dtype=bool), np.asarray(watched, dtype=bool)


def nearest(
    strikes: tuple[FloatArray, FloatArray],
    groups: tuple[FloatArray, FloatArray],
    *,
    watched: BoolArray,
) -> tuple[IntArray, FloatArray]:
    """Return the nearest watched group of each strike and its distance.

    Args:
        strikes: km east and km south of each, shape (n_strikes,).
        groups: the same, shape (n_groups,).
        watched: the group is guarded against the striker, (n_strikes, n_groups).

    Returns:
        Group and distance in km (infinite where there is none), (n_strikes,) each.
    """
    group = np.empty(len(strikes[0]), dtype=np.int64)
    distance = np.empty(len(group))
    kernels.nearest(group, distance, *strikes, *groups, watched)
    return group, distance


def perceived(
    distance: FloatArray,
    sorties: FloatArray,
    *,
    chance: FloatArray | Share,
    reach: Km,
) -> FloatArray:
    """Return the probability that a strike is perceived as aimed at the group.

    It falls linearly with distance, to 0 at ``reach``.

    Args:
        distance: to the nearest watched group, km, shape (n_strikes,).
        sorties: of each strike, shape (n_strikes,).
        chance: per sortie at distance 0.
        reach: km.

    Returns:
        Probability, shape (n_strikes,).
    """
    closeness = np.minimum(np.maximum(1.0 - distance / reach, 0.0), 1.0)
    return at_least_one(np.minimum(chance * closeness, 1.0), sorties)


def permission(
    rung: Int8Array | IntArray,
    *,
    calm: Share,
    step: Share,
    powers: Share,
    restrained: BoolArray,
    shots: int,
) -> FloatArray:
    """Return the probability that the rules of engagement allow a shot.

    Args:
        rung: of the pair.
        calm: on the lowest rung.
        step: added per rung.
        powers: added per rung from ``shots`` on, where restrained.
        restrained: the pair does not shoot below the rung ``shots``.
        shots: rung from which restrained pairs shoot.

    Returns:
        Probability, shape of ``rung``.
    """
    usual = calm + step * rung
    held_back = powers * np.maximum(rung - shots + 1, 0)
    chance = np.where(restrained, held_back, usual)
    return np.asarray(np.minimum(np.maximum(chance, 0.0), 1.0))


def intercept(
    detect: FloatArray, permitted: FloatArray, kill: FloatArray
) -> FloatArray:
    """Return the probability that a perceived strike's aircraft is shot down."""
    return np.asarray(detect * permitted * kill)


def heat(
    tension: FloatArray, *, guard: BoolArray, deconflicted: BoolArray
) -> FloatArray:
    """Return the highest tension an operator has with those who guard an actor.

    Args:
        tension: of every pair, shape (n_actors, n_actors).
        guard: ``guard[q, p]``: p answers for q.
        deconflicted: stance, shape (n_actors, n_actors).

    Returns:
        ``heat[x, q]``, 0 where q has no guard deconflicted with x.
    """
    apart = np.where(deconflicted, tension, 0.0)
    return np.asarray((apart[:, None, :] * guard[None]).max(axis=2))
