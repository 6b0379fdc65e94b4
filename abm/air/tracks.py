"""Who sees whom in the air: coverage by sensors, tracked sorties, locks.

Detection is a chance per sensor within its radius; nothing here shoots.
"""

import numpy as np

from abm.air.sorties import at_least_one
from abm.units import Days, FloatArray, Share


def detected(sensors: FloatArray, *, chance: Share) -> FloatArray:
    """Return the probability that at least one of the sensors sees a package."""
    return at_least_one(chance, sensors)


def lock_chance(
    sorties: FloatArray,
    *,
    rate: Share,
    gain: float,
    tension: FloatArray | float,
    multiplier: FloatArray | float,
) -> FloatArray:
    """Return the probability that a tracked package is locked on to.

    Args:
        sorties: of each package, shape (n_packages,).
        rate: chance per sortie in calm times with an open channel.
        gain: by how much full tension raises it.
        tension: of the pair, in [0, 1].
        multiplier: for a shut channel.

    Returns:
        Probability, shape (n_packages,).
    """
    chance = np.minimum(rate * (1.0 + gain * tension) * multiplier, 1.0)
    return at_least_one(chance, sorties)


def smoothed_share(
    share: float, *, tracked: float, flown: float, days: Days, memory: Days
) -> float:
    """Return the decaying mean of the share of sorties tracked, unchanged without any.

    Args:
        share: before this tick, in [0, 1].
        tracked: sorties tracked this tick.
        flown: sorties flown this tick.
        days: length of the tick.
        memory: half-life of the mean.
    """
    if flown <= 0.0:
        return share
    kept: float = 2.0 ** (-days / memory)
    return kept * share + (1.0 - kept) * tracked / flown
