"""Proper scores, each from arrays to a number; lower is better throughout."""

from dataclasses import dataclass

import numpy as np
import scoringrules
from scipy import stats
from scipy.spatial import Delaunay
from scipy.spatial.distance import cdist

from abm.units import BoolArray, FloatArray, IntArray

PIT_BINS = 10
INTERVALS = (0.5, 0.9)
"""Central intervals whose coverage is counted."""

CONFIDENCE = 0.95


def brier(p: FloatArray, true: IntArray) -> FloatArray:
    """Return the Brier score of forecasts over classes, 0 to 2.

    The sum over classes of squared differences (Brier 1950, his own form).

    Args:
        p: probability of each class, shape (..., n_classes).
        true: index of the class that came, shape (...).
    """
    hit = true[..., None] == np.arange(p.shape[-1])
    return np.asarray(((p - hit) ** 2).sum(axis=-1), dtype=np.float64)


def log_score(p: FloatArray, true: IntArray, *, floor: float) -> FloatArray:
    """Return minus the logarithm of the probability of the class that came.

    Args:
        p: probability of each class, shape (..., n_classes).
        true: index of the class that came, shape (...).
        floor: weight of the even guess that is mixed in first.
    """
    mixed = (1 - floor) * p + floor / p.shape[-1]
    chosen = np.take_along_axis(mixed, true[..., None], axis=-1)[..., 0]
    return np.asarray(-np.log(chosen), dtype=np.float64)


def crps(samples: FloatArray, true: float, weights: FloatArray) -> float:
    """Return the CRPS of a weighted ensemble, in the samples' unit.

    It is the integral of the squared difference of the distribution functions.

    Args:
        samples: shape (n_members,).
        true: what came.
        weights: of the members, sum 1.
    """
    order = np.argsort(samples, kind="stable")
    return float(
        scoringrules.crps_ensemble(
            true, samples[order], ens_w=weights[order], estimator="nrg"
        )
    )


def censored_crps(
    days: FloatArray, true: float, weights: FloatArray, *, horizon: float
) -> float:
    """Return the CRPS of a date up to a horizon, days.

    What lies beyond the horizon is not known: forecast and truth are both cut there,
    which is the threshold-weighted CRPS with weight 1 up to it, and proper
    (Gneiting & Ranjan 2011).

    Args:
        days: day by member, infinite where it never came.
        true: day on which it came, infinite where it did not.
        weights: of the members, sum 1.
        horizon: last day that is known.
    """
    return crps(np.minimum(days, horizon), min(true, horizon), weights)


def covered(
    samples: FloatArray, true: float, weights: FloatArray, *, level: float
) -> bool:
    """Return whether the central interval of a level holds what came."""
    low, high = quantiles(samples, weights, [(1 - level) / 2, (1 + level) / 2])
    return bool(low <= true <= high)


def quantiles(
    samples: FloatArray, weights: FloatArray, levels: list[float]
) -> FloatArray:
    """Return quantiles of a weighted ensemble: the smallest value reaching each."""
    order = np.argsort(samples, kind="stable")
    total = np.cumsum(weights[order])
    at = np.searchsorted(total, np.array(levels) * total[-1] - 1e-12)
    return np.asarray(samples[order][np.minimum(at, len(order) - 1)])


def binomial_interval(hits: int, count: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share (Clopper & Pearson 1934)."""
    if count == 0:
        return 0.0, 1.0
    found = stats.binomtest(hits, count).proportion_ci(CONFIDENCE, method="exact")
    return float(found.low), float(found.high)


def pit_bounds(
    samples: FloatArray, true: float, weights: FloatArray
) -> tuple[float, float]:
    """Return the forecast's distribution function just below and at what came."""
    below = float(weights[samples < true].sum())
    return below, min(1.0, below + float(weights[samples == true].sum()))


def pit_histogram(bounds: list[tuple[float, float]]) -> FloatArray:
    """Return the share of PIT in each of ten bins, flat when calibrated.

    A step of the distribution spreads evenly over the bins it covers (Czado,
    Gneiting & Held 2009), so that ties and censoring bend nothing.
    """
    edges = np.linspace(0.0, 1.0, PIT_BINS + 1)
    found = np.zeros(PIT_BINS)
    for low, high in bounds:
        if high > low:
            share = np.clip((edges - low) / (high - low), 0.0, 1.0)
            found += np.diff(share)
        else:
            found[min(int(low * PIT_BINS), PIT_BINS - 1)] += 1
    return found / max(1, len(bounds))


@dataclass(frozen=True)
class Neighbours:
    """Pairs of sites with no third between them, and the middle of each.

    Attributes:
        pairs: rows of the sites, shape (n_pairs, 2).
        middle: km, shape (n_pairs, 2).
    """

    pairs: IntArray
    middle: FloatArray


def neighbours(x_km: FloatArray, y_km: FloatArray) -> Neighbours:
    """Return the edges of the Delaunay triangulation of some sites."""
    points = np.column_stack([x_km, y_km])
    corners = Delaunay(points).simplices
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(edges, axis=1), axis=0).astype(np.int64)
    return Neighbours(pairs, points[pairs].mean(axis=1))


def front(held: IntArray, near: Neighbours, *, known: BoolArray) -> FloatArray:
    """Return the points of the front: middles between neighbours of two blocs, km."""
    a, b = near.pairs.T
    apart = (held[a] != held[b]) & known[a] & known[b]
    return np.asarray(near.middle[apart], dtype=np.float64)


def front_distance(one: FloatArray, other: FloatArray) -> float:
    """Return the symmetric mean distance of two fronts, km; NaN if one is empty."""
    if not len(one) or not len(other):
        return float("nan")
    apart = cdist(one, other)
    return float((apart.min(axis=1).mean() + apart.min(axis=0).mean()) / 2)
