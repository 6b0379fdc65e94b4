"""Convoys and the air bridge: which road is open, what it carries, what is lost.

Pure rules on arrays; the convoy phase writes. Path search is ``abm.actors.paths``.
"""

import numpy as np

from abm.theatre.ground import disc
from abm.units import (
    AnyIntArray,
    BoolArray,
    Days,
    FloatArray,
    Int8Array,
    IntArray,
    Km,
    PerDay,
    Share,
    TonnesPerDay,
)

A_GRAM: TonnesPerDay = 1e-6
"""Who wants no more than this a day, t, wants nothing."""


def consenting(
    allied: BoolArray, partner: BoolArray, *, sender: int, consent: bool
) -> BoolArray:
    """Return the holders whose ground a sender's convoys may use, (n_holders,).

    Args:
        allied: stance, shape (n_holders, n_holders).
        partner: stance, same shape.
        sender: index of the sending actor.
        consent: partners let convoys pass.
    """
    free = allied[sender].copy()
    free[sender] = True
    if consent:
        free |= partner[sender]
    return np.asarray(free, dtype=bool)


def dilated(
    marked: IntArray, *, width: int, n_cells: int, reach: Km, cell_km: Km
) -> BoolArray:
    """Return the cells within ``reach`` km of marked ones, shape (n_cells,).

    Args:
        marked: cells, shape (n_marked,).
        width: columns of the grid.
        n_cells: cells of the grid.
        reach: km between centres.
        cell_km: side of a cell.
    """
    steps = disc(reach, cell_km)
    rows = (marked // width)[:, None] + steps[:, 0]
    columns = (marked % width)[:, None] + steps[:, 1]
    on_grid = (rows >= 0) & (rows < n_cells // width)
    on_grid &= (columns >= 0) & (columns < width)
    found = np.zeros(n_cells, dtype=bool)
    found[(rows * width + columns)[on_grid]] = True
    return found


def passable(
    holder: Int8Array, *, free: BoolArray, open_cell: BoolArray, threatened: BoolArray
) -> BoolArray:
    """Return the cells a convoy may use, shape (n_cells,).

    Args:
        holder: of each cell.
        free: holders whose ground may be used, shape (n_holders,).
        open_cell: land of a country that is open, shape (n_cells,).
        threatened: an enemy is near, shape (n_cells,).
    """
    return np.asarray(free[holder] & open_cell & ~threatened, dtype=bool)


def road_capacity(road: Int8Array, capacities: FloatArray) -> Share:
    """Return the share of planned tonnes that a path carries: its worst stretch's.

    Args:
        road: class of each cell of the path, shape (n_steps,).
        capacities: share carried by each class, shape (n_classes,).
    """
    return float(capacities[road].min(initial=1.0))


def ambush_chance(near: BoolArray, *, rate: PerDay, days: Days) -> FloatArray:
    """Return the probability that a convoy near an enemy at war is lost to him."""
    return np.asarray(np.where(near, -np.expm1(-rate * days), 0.0))


def advanced(
    step: AnyIntArray, progress: FloatArray, *, lengths: FloatArray, km: Km
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return where convoys are on their routes after ``km`` more.

    Args:
        step: steps of the route behind each convoy, shape (n_convoys,).
        progress: km towards the next cell, shape (n_convoys,).
        lengths: km from the start of the route to each of its cells,
            shape (n_convoys, n_steps); infinite past the end.
        km: distance covered.

    Returns:
        Steps passed, km towards the next cell, and km left over at the end of the
        route (0 before it), shape (n_convoys,) each.
    """
    rows = np.arange(len(step))
    covered = lengths[rows, step] + progress + km
    finite = np.isfinite(lengths)
    last = finite.sum(axis=1) - 1
    after = np.minimum((lengths <= covered[:, None]).sum(axis=1) - 1, last)
    rest = covered - lengths[rows, after]
    ended = after == last
    return (
        after.astype(np.int64),
        np.where(ended, 0.0, rest),
        np.where(ended, rest, 0.0),
    )


def cumulative_km(route: AnyIntArray, *, width: int, cell_km: Km) -> FloatArray:
    """Return km from the start of each route to each of its cells.

    Args:
        route: cells, -1 past the end, shape (n_convoys, n_steps).
        width: columns of the grid.
        cell_km: side of a cell.

    Returns:
        Km, infinite past the end, shape (n_convoys, n_steps).
    """
    row, column = np.divmod(route, width)
    step = np.hypot(np.diff(row, axis=1), np.diff(column, axis=1)) * cell_km
    total = np.zeros(route.shape)
    np.cumsum(step, axis=1, out=total[:, 1:])
    return np.asarray(np.where(route >= 0, total, np.inf))


def smoothed_flow(
    flow: FloatArray,
    *,
    arrived: FloatArray,
    wanted: FloatArray,
    days: Days,
    memory: Days,
) -> FloatArray:
    """Return the decaying mean of road tonnes that arrive over those wanted, in [0, 1].

    Args:
        flow: before this tick, shape (n_actors,).
        arrived: tonnes this tick, shape (n_actors,).
        wanted: tonnes a day, shape (n_actors,).
        days: length of the tick.
        memory: half-life of the mean.
    """
    kept = 2.0 ** (-days / memory)
    share = np.divide(
        arrived, wanted * days, out=np.zeros_like(flow), where=wanted > A_GRAM
    )
    mean = kept * flow + (1.0 - kept) * share
    return np.asarray(np.minimum(np.maximum(mean, 0.0), 1.0))


def air_bridge(share: FloatArray, *, rate: TonnesPerDay, days: Days) -> FloatArray:
    """Return tonnes flown in for each recipient, shape (n_actors,).

    Args:
        share: of the bridge that goes to each, adding up to at most 1.
        rate: tonnes a day in all.
        days: length of the tick.
    """
    return np.asarray(share * rate * days)
