"""Who holds which cell at the start: ground divided between places by effort.

Every held place claims the ground around it, out to a reach that grows with its
size. A cell goes to the claim that is strongest there: reach less the effort of the
way to it, over ground and roads of its own bank and of countries its holder may be
in. Where no claim is left, nobody holds the cell.
"""

from dataclasses import dataclass

import numpy as np

from abm import kernels
from abm.geo.grid import Grid
from abm.units import BoolArray, FloatArray, Int8Array, Int32Array, IntArray, UInt8Array

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
    """

    holder: Int8Array
    cell: Int32Array
    reach: FloatArray


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

    A cell with claiming places in it belongs to the one of greatest reach.

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
    left = np.zeros((len(holders), way.grid.n_cells))
    for row, holder in enumerate(holders):
        own = claims.holder == holder
        efforts = _efforts(
            way,
            allowed[holder],
            cell=claims.cell[own].astype(np.int64),
            head_start=farthest - claims.reach[own],
            limit=farthest,
        )
        left[row] = farthest - efforts
    best = np.argmax(left, axis=0)
    holder = np.where(left.max(axis=0) > 0.0, holders[best], nobody)
    order = np.argsort(claims.reach, kind="stable")
    holder[claims.cell[order]] = claims.holder[order]
    return holder.astype(np.int8)


def _efforts(
    way: Way,
    allowed: BoolArray,
    *,
    cell: IntArray,
    head_start: FloatArray,
    limit: float,
) -> FloatArray:
    """Return km of effort from the nearest place to each cell, at most ``limit``."""
    unit = _UNITS_PER_KM * _STEP
    raw = np.rint(_UNITS_PER_KM * way.grid.cell_km * way.effort)
    cost = np.clip(raw, 1, kernels.DEAREST_CELL).astype(np.int32)
    cost[~allowed] = 0
    n = way.grid.n_cells
    distance = np.empty(n, dtype=np.int32)
    buffers = np.empty((2, n * len(way.grid.offsets)), dtype=np.int32)
    none = np.zeros(0, dtype=np.int32)
    kernels.search(
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
        np.rint(head_start * unit).astype(np.int32),
        np.zeros(n, dtype=np.bool_),
        -1,
        np.int32(limit * unit),
        np.empty(kernels.BUCKETS, dtype=np.int32),
        buffers[0],
        buffers[1],
    )
    return np.minimum(distance / unit, limit)
