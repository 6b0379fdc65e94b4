"""The ladder of escalation: tension, hazards, rungs, talks. Arithmetic on pairs.

After Kahn (1965), On Escalation: Metaphors and Scenarios. Nothing here knows which
actors the scenario has, and nothing ever changes a stance.
"""

import numpy as np

from abm import kernels
from abm.units import (
    AnyIntArray,
    BoolArray,
    Days,
    FloatArray,
    Int8Array,
    IntArray,
    PerDay,
    Share,
)

ALMOST_ONE = 1.0 - np.finfo(np.float64).eps
"""Largest severity whose logarithm of the complement is finite."""


def decayed(tension: FloatArray, *, days: Days, half_life: Days) -> FloatArray:
    """Return tension after ``days`` without incident."""
    return np.asarray(tension * 2.0 ** (-days / half_life))


def kick(severity: float, *, circles: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Return how hard one incident hits every pair, as a logarithm that adds up.

    An incident of (i, j) also counts, times dependence, for the patrons of i and j
    with j and i and with each other.

    Args:
        severity: tension it adds to a calm pair, in [0, 1].
        circles: share with which it counts for every actor on either side: 1 for
            the party itself, its dependence for a patron, 0 for others,
            shape (n_actors,) each.

    Returns:
        Symmetric, not negative, shape (n_actors, n_actors).
    """
    share = np.outer(circles[0], circles[1])
    both = np.maximum(share, share.T)
    return np.asarray(-np.log1p(-np.minimum(severity * both, ALMOST_ONE)))


def kicked(tension: FloatArray, kicks: FloatArray) -> FloatArray:
    """Return tension after incidents: ``τ + s (1 − τ)`` for each, in any order.

    Args:
        tension: of every pair, in [0, 1].
        kicks: sum of the incidents' ``kick``.
    """
    return np.asarray(1.0 - (1.0 - tension) * np.exp(-kicks))


def incident_chance(
    rate: FloatArray | PerDay,
    exposure: FloatArray,
    *,
    gain: float,
    tension: FloatArray | float,
    multiplier: FloatArray | float,
    days: Days,
) -> FloatArray:
    """Return the probability of an incident of one kind in ``days``.

    Args:
        rate: hazard per unit of exposure and day, in calm times, channel open.
        exposure: contacts of the pair.
        gain: by how much full tension raises the hazard.
        tension: of the pair, in [0, 1].
        multiplier: factor for a shut channel or an agreed line.
        days: length of the tick.

    Returns:
        Probability, shape of ``exposure``.
    """
    hazard = rate * exposure * (1.0 + gain * tension) * multiplier
    return np.asarray(-np.expm1(-hazard * days))


def branching_ratio(
    rate: PerDay, exposure: float, *, gain: float, severity: Share, half_life: Days
) -> float:
    """Return how many further incidents one incident brings about, on average.

    One incident adds at most ``severity`` to the tension, which lasts for
    ``half_life / ln 2`` days on average and adds ``rate · exposure · gain`` per unit
    of tension to the hazard. Below 1 the process dies out (Hawkes 1971, Spectra of
    some self-exciting and mutually exciting point processes).
    """
    return float(rate * exposure * gain * severity * half_life / np.log(2.0))


def pairs_near(
    x: FloatArray, y: FloatArray, *, actor: AnyIntArray, apart: BoolArray, reach: float
) -> tuple[IntArray, IntArray]:
    """Return pairs of formations within ``reach`` whose actors stand in a relation.

    Args:
        x: km east, shape (n,).
        y: km south, shape (n,).
        actor: owner, shape (n,).
        apart: the relation, symmetric, shape (n_actors, n_actors).
        reach: km.

    Returns:
        Rows of the first and of the second of each pair, the first the lower.
    """
    order = np.argsort(x, kind="stable")
    one, other = np.empty((2, len(x) * (len(x) - 1) // 2), dtype=np.int64)
    found = kernels.pairs(one, other, order, x, y, actor, apart, reach)
    return one[:found], other[:found]


def exposure(
    actor: AnyIntArray, pairs: tuple[IntArray, IntArray], n_actors: int
) -> FloatArray:
    """Return contacts of every pair of actors: formations of the side with fewer.

    A formation facing three others is one contact, not three; so splitting one side
    finer does not raise the hazard by itself.

    Args:
        actor: owner, shape (n_formations,).
        pairs: rows of formations near each other.
        n_actors: number of actors.

    Returns:
        Symmetric counts, shape (n_actors, n_actors).
    """
    touching = np.zeros((n_actors, n_actors))
    kernels.facing(touching, actor, *pairs)
    return np.minimum(touching, touching.T)


def climb(
    rung: Int8Array,
    tension: FloatArray,
    *,
    thresholds: FloatArray,
    margin: Share,
    below_days: FloatArray,
    patience: Days,
    days: Days,
) -> tuple[Int8Array, FloatArray]:
    """Return the rung of every pair and how long it has wanted to step down.

    A rung is entered at its threshold at once, and left, one step at a time, after
    ``patience`` days below its threshold less ``margin``.

    Args:
        rung: before, shape (n_actors, n_actors).
        tension: now, same shape.
        thresholds: tension at which each rung is entered, rising from 0 for the
            lowest, shape (n_rungs,).
        margin: how far below its threshold a rung is left.
        below_days: days below that so far, same shape as ``rung``.
        patience: days below it before the step down.
        days: length of the tick.

    Returns:
        Rung and days below, shape (n_actors, n_actors) each.
    """
    reached = (np.searchsorted(thresholds, tension, side="right") - 1).astype(np.int8)
    below = (tension < thresholds[rung] - margin) & (rung > 0)
    waited = np.where(below, below_days + days, 0.0)
    down = waited >= patience
    fallen = np.where(down, rung - 1, rung)
    after = np.maximum(fallen, reached).astype(np.int8)
    return after, np.where(after != rung, 0.0, waited)


def talks_chance(tension: FloatArray, *, rate: PerDay, days: Days) -> FloatArray:
    """Return the probability that talks succeed in ``days``; it falls with tension."""
    return np.asarray(-np.expm1(-rate * (1.0 - tension) * days))


def line_closes(
    crossing: BoolArray, *, own_both: BoolArray, parties: tuple[int, int]
) -> BoolArray:
    """Return the crossings that an agreed line closes to the two parties.

    A crossing both of whose ends are a party's own side's stays open to that party:
    a line divides two parties, it does not cut one in two.

    Args:
        crossing: it crosses the barrier river, shape (n_crossings,).
        own_both: both ends are the actor's own side's, (n_crossings, n_actors).
        parties: actor indices.

    Returns:
        Closed, shape (n_crossings, n_actors).
    """
    closed = np.zeros_like(own_both)
    for party in parties:
        closed[:, party] = crossing & ~own_both[:, party]
    return closed


def settled_share(
    share: FloatArray, *, wanted: FloatArray, days: Days, half_life: Days
) -> FloatArray:
    """Return a raised share of sorties: up at once where wanted, down by decay."""
    fading = share * 2.0 ** (-days / half_life)
    return np.asarray(np.maximum(fading, wanted))
