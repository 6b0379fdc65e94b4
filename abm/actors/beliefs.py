"""Beliefs: what an actor thinks the enemy has where, and how that ages."""

from collections.abc import Callable
from functools import cache

import numpy as np

from abm import kernels
from abm.later import BEHIND_SCIPY, later
from abm.units import AnyIntArray, BoolArray, Days, Float32Array, FloatArray, Persons


def aged(
    belief: Float32Array, prior: Float32Array, *, days: Days, half_life: Days
) -> Float32Array:
    """Return beliefs drawn towards the prior as they age.

    belief + (prior − belief)·(1 − 2^(−days / half_life)).

    Args:
        belief: persons-equivalent, shape (n_actors, n_cells).
        prior: what is expected where nothing is known, same shape.
        days: time passed.
        half_life: time in which half of the difference is gone.
    """
    keep = np.float32(np.exp2(-days / half_life))
    aged_belief: Float32Array = prior + (belief - prior) * keep
    return aged_belief


def lognormal_error(draws: FloatArray, sigma: float) -> FloatArray:
    """Return multiplicative errors of mean 1 from uniform draws.

    Args:
        draws: uniform in [0, 1), shape (n,).
        sigma: standard deviation of the logarithm.
    """
    z = _normal_quantile()(np.clip(draws, 1e-12, 1 - 1e-12))
    error: FloatArray = np.exp(sigma * z - sigma * sigma / 2.0)
    return error


@cache
def _normal_quantile() -> Callable[[FloatArray], FloatArray]:
    """Return SciPy's quantile of the normal distribution, loaded with little else."""
    with later(*BEHIND_SCIPY):
        from scipy.special import ndtri

    found: Callable[[FloatArray], FloatArray] = ndtri
    return found


def observe(
    belief: Float32Array,
    *,
    seen: BoolArray,
    cell: AnyIntArray,
    power: FloatArray,
    error: FloatArray,
) -> Float32Array:
    """Return one actor's belief with the cells it sees overwritten.

    Args:
        belief: of one actor, persons-equivalent, shape (n_cells,).
        seen: cells in sight, shape (n_cells,).
        cell: cell of each enemy formation, shape (n,).
        power: its true fighting value, shape (n,).
        error: multiplicative error of each estimate, shape (n,).
    """
    updated = belief.copy()
    kernels.observed(updated, seen, cell, power, error)
    return updated


def prior_at_sites(
    site_cell: AnyIntArray, hostile: BoolArray, *, n_cells: int, persons: Persons
) -> Float32Array:
    """Return the strength expected per actor and cell when nothing is known.

    Args:
        site_cell: cell of each site, shape (n_sites,).
        hostile: whether a site is held by an enemy, shape (n_actors, n_sites).
        n_cells: number of cells.
        persons: expected at each hostile site.
    """
    prior = np.zeros((hostile.shape[0], n_cells), dtype=np.float32)
    for actor in range(hostile.shape[0]):
        np.add.at(prior[actor], site_cell[hostile[actor]], np.float32(persons))
    return prior
