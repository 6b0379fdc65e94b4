"""The shared sky: who has a channel with whom, and what an open or shut one changes.

A channel belongs to a pair; it also serves the clients of both. Nothing here knows
which pair of the scenario has one.
"""

import numpy as np

from abm.units import BoolArray, FloatArray, Share


def circles(dependence: FloatArray) -> BoolArray:
    """Return, for every actor, itself and its patrons, shape (n_actors, n_actors).

    Args:
        dependence: ``dependence[i, p]`` of actor i on patron p.
    """
    own = np.eye(len(dependence), dtype=bool)
    return np.asarray(own | (dependence > 0.0), dtype=bool)


def shut(agreed: BoolArray, channel: BoolArray, *, circle: BoolArray) -> BoolArray:
    """Return for which pairs a channel that serves them is shut.

    A pair is served by its own agreement and by those of its patrons.

    Args:
        agreed: the pair had a channel at the start, shape (n_actors, n_actors).
        channel: it is open now, same shape.
        circle: every actor's patrons and itself, same shape.

    Returns:
        Symmetric, shape (n_actors, n_actors).
    """
    off = (agreed & ~channel).astype(np.float64)
    mine = circle.astype(np.float64)
    return np.asarray(mine @ off @ mine.T > 0.0, dtype=bool)


def multiplier(shut_pairs: BoolArray, *, factor: Share) -> FloatArray:
    """Return how much likelier an incident is: ``factor`` where a channel is shut."""
    return np.where(shut_pairs, factor, 1.0)


def restrained(agreed: BoolArray) -> BoolArray:
    """Return the pairs that never shoot below the rung of shots.

    They are the parties of an air agreement of their own: powers whose shooting
    engagement ends the run.
    """
    return np.asarray(agreed | agreed.T, dtype=bool)
