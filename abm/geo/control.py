"""Who holds which cell at the start: ground divided between places by effort.

Every held place claims the ground around it, out to a reach of its own. Effort is
the way over ground and roads of its own bank and of countries its holder may be in.
A cell goes to the holder whose nearest place costs the least effort, among those
with a claim that reaches the cell. Where there is none, nobody holds the cell.
"""

from dataclasses import dataclass

import numpy as np

from abm import kernels
from abm.geo.grid import Grid
from abm.units import BoolArray, FloatArray, Int8Array, Int32Array, UInt8Array

_UNITS_PER_KM = 4.0
"""Units of path cost per km of effort in a straight step between equal cells, / 10."""
_STEP = 10.0
"""A straight step between two cells of cost c costs 10 c in ``kernels.search``."""


@dataclass(frozen=True)
class Claims:
    """Places that claim ground; arrays have shape (n_claims,).

    Attributes:
        holder: index of the holder.
        cell: where the place is.
        reach: km of effort over which the claim fades to nothing.
        rank: where several places lie in one cell, the one of highest rank has it.
    """

    holder: Int8Array
    cell: Int32Array
    reach: FloatArray
    rank: FloatArray


@dataclass(frozen=True)
class Way:
    """What the way across the map takes; arrays have shape (n_cells,).

    Attributes:
        grid: the grid.
        mask: directions open from each cell, as bits.
        effort: of a km in each cell, 1 across open steppe.
    """

    grid: Grid
    mask: UInt8Array
    effort: FloatArray


def allocation(
    way: Way, claims: Claims, *, allowed: BoolArray, nobody: int
) -> Int8Array:
    """Return the holder of every cell.

    A cell with claiming places in it belongs to the one of highest rank, if its
    holder may be there.

    Args:
        way: effort of the way across the map.
        claims: held places.
        allowed: ``allowed[holder, cell]`` when the holder may be there.
        nobody: index that stands for no holder.

    Returns:
        Holder's index, shape (n_cells,).
    """
    farthest = float(claims.reach.max(initial=0.0))
    holders = np.unique(claims.holder)
    nearest = np.full((len(holders), way.grid.n_cells), np.inf)
    for row, holder in enumerate(holders):
        own = claims.holder == holder
        cell, late = claims.cell[own], farthest - claims.reach[own]
        cost = _costs(way, allowed[holder])
        claimed = _efforts(way, cost, cell, late, limit=farthest) < farthest
        effort = _efforts(way, cost, cell, np.zeros_like(late), limit=farthest)
        nearest[row] = np.where(claimed, effort, np.inf)
    best = np.argmin(nearest, axis=0)
    holder = np.where(np.isfinite(nearest.min(axis=0)), holders[best], nobody)
    order = np.argsort(claims.rank, kind="stable")
    order = order[allowed[claims.holder[order], claims.cell[order]]]
    holder[claims.cell[order]] = claims.holder[order]
    return holder.astype(np.int8)


def _costs(way: Way, allowed: BoolArray) -> Int32Array:
    """Return path costs of cells, 0 where the holder may not be."""
    raw = np.rint(_UNITS_PER_KM * way.grid.cell_km * way.effort)
    cost = np.clip(raw, 1, kernels.DEAREST_CELL)
    return np.where(allowed, cost, 0).astype(np.int32)


def _efforts(
    way: Way, cost: Int32Array, cell: Int32Array, late: FloatArray, *, limit: float
) -> FloatArray:
    """Return km of effort to each cell from the nearest place, at most ``limit``.

    Args:
        way: the map.
        cost: path costs, shape (n_cells,).
        cell: of the places, shape (n_places,).
        late: km of effort that a place has behind it at its own cell, same shape.
        limit: where to stop.
    """
    unit = _UNITS_PER_KM * _STEP
    n = way.grid.n_cells
    distance = np.empty(n, dtype=np.int32)
    buffers = np.empty((2, n * len(way.grid.offsets)), dtype=np.int32)
    none = np.zeros(0, dtype=np.int32)
    done = kernels.search(
        distance,
        np.empty(n, dtype=np.int32),
        cost,
        way.mask,
        way.grid.width,
        np.full(n, -1, dtype=np.int32),
        none,
        none,
        none,
        cell.astype(np.int32),
        np.rint(late * unit).astype(np.int32),
        np.zeros(n, dtype=np.bool_),
        np.int32(-1),
        np.int32(limit * unit),
        np.empty(kernels.BUCKETS, dtype=np.int32),
        buffers[0],
        buffers[1],
    )
    if not done:
        raise ValueError("initial control: the path search ran out of room")
    return np.minimum(distance / unit, limit)
