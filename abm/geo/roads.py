"""Roads and crossings on the grid.

A road is laid on cells of the bank its line runs on, so that a road along the river
never jumps it. Only crossings join the banks, and each is joined to the nearest road
of either bank.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from abm.geo.banks import LEFT, RIGHT, River
from abm.geo.grid import Grid
from abm.geo.shapes import Collection, line_km, lines
from abm.units import (
    ROAD_CLASSES,
    BoolArray,
    FloatArray,
    Int8Array,
    Int32Array,
    IntArray,
    Km,
)

_POINTS_PER_CELL = 5
"""Points per cell's side along a road: fine enough to touch every cell on its way."""
_SEARCH_CELLS = 3
"""How far, in cells, a point may be moved to reach its own bank."""


@dataclass(frozen=True)
class Land:
    """What may be entered; arrays have shape (n_cells,).

    Attributes:
        grid: the grid.
        river: the dividing river.
        bank: LEFT or RIGHT.
        enterable: in the box and in a country of the scenario, water included.
    """

    grid: Grid
    river: River
    bank: Int8Array
    enterable: BoolArray


def own_cells(
    land: Land, x: FloatArray, y: FloatArray, *, bank: Int8Array, usable: BoolArray
) -> IntArray:
    """Return for each point the nearest usable cell of its bank, -1 when none is near.

    Args:
        land: the map.
        x: km east of the grid's left edge, shape (n_points,).
        y: km south of the grid's top edge, same shape.
        bank: of the points, same shape.
        usable: cells that may be given, shape (n_cells,).
    """
    grid = land.grid
    cell = grid.cells_at_km(x, y)
    fits = (cell >= 0) & usable[cell] & (land.bank[cell] == bank)
    astray = np.flatnonzero(~fits)
    if astray.size:
        cell[astray] = _nearest(land, x[astray], y[astray], bank[astray], usable)
    return cell


def _nearest(
    land: Land, x: FloatArray, y: FloatArray, bank: Int8Array, usable: BoolArray
) -> IntArray:
    """Return the nearest usable cell of the bank in a window, by its centre, or -1."""
    grid = land.grid
    reach = np.arange(-_SEARCH_CELLS, _SEARCH_CELLS + 1)
    row = np.floor(y / grid.cell_km).astype(np.int64)[:, None]
    column = np.floor(x / grid.cell_km).astype(np.int64)[:, None]
    rows = row + np.repeat(reach, len(reach))
    columns = column + np.tile(reach, len(reach))
    real = (rows >= 0) & (rows < grid.height) & (columns >= 0) & (columns < grid.width)
    cells = np.where(real, rows * grid.width + columns, 0)
    real &= usable[cells] & (land.bank[cells] == bank[:, None])
    at_x, at_y = grid.center_km(cells)
    away = np.hypot(at_x - x[:, None], at_y - y[:, None])
    away = np.where(real, away, np.inf)
    best = np.argmin(away, axis=1)
    pick = np.arange(len(x))
    return np.where(np.isfinite(away[pick, best]), cells[pick, best], -1)


def road_cells(land: Land, line: FloatArray) -> list[IntArray]:
    """Return the cells a road passes, piece by piece, in order.

    A piece ends where the road crosses the river or leaves the map. Cells that
    follow each other in a piece are neighbours: where keeping to the bank makes the
    road jump, cells of the bank fill the gap where there are any.

    Args:
        land: the map.
        line: longitudes and latitudes, shape (n_points, 2).
    """
    points = line_km(land.grid, line, land.grid.cell_km / _POINTS_PER_CELL)
    x, y = points.T
    bank = land.river.bank(x, y)
    cell = own_cells(land, x, y, bank=bank, usable=land.enterable)
    known = cell >= 0
    cut = np.flatnonzero((np.diff(bank) != 0) | (known[1:] != known[:-1])) + 1
    pieces = np.split(cell, cut)
    return [_filled(land, piece) for piece in pieces if piece[0] >= 0]


def _filled(land: Land, cells: IntArray) -> IntArray:
    """Return a piece of road without repeats and without gaps."""
    cells = cells[np.concatenate([[True], np.diff(cells) != 0])]
    width = land.grid.width
    path = [int(cells[0])]
    for cell in cells[1:].tolist():
        if _apart(path[-1], cell, width) > 1:
            path.extend(_between(land, land.enterable, path[-1], cell))
        path.append(cell)
    return np.array(path, dtype=np.int64)


def _apart(start: int, end: int, width: int) -> int:
    """Return how many steps two cells are apart."""
    rows = abs(end // width - start // width)
    return max(rows, abs(end % width - start % width))


def _between(land: Land, usable: BoolArray, start: int, end: int) -> list[int]:
    """Return cells of one bank from one cell to another, by the nearest neighbour."""
    width, bank = land.grid.width, land.bank
    path: list[int] = []
    at = start
    while _apart(at, end, width) > 1:
        around = at + land.grid.offsets
        around = around[usable[around] & (bank[around] == bank[start])]
        away = [_apart(int(cell), end, width) for cell in around]
        if not away or min(away) >= _apart(at, end, width):
            return path
        at = int(around[int(np.argmin(away))])
        path.append(at)
    return path


def roads(land: Land, collection: Collection) -> Int8Array:
    """Return the class of the best road of each cell on its own bank, (n_cells,)."""
    best = np.zeros(land.grid.n_cells, dtype=np.int8)
    for feature in collection:
        rank = ROAD_CLASSES.index(feature["properties"]["cls"])
        for line in lines(feature):
            for piece in road_cells(land, line):
                best[piece] = np.maximum(best[piece], rank)
    return best


def crossing_cells(
    land: Land, x: FloatArray, y: FloatArray, *, usable: BoolArray
) -> tuple[Int32Array, Int32Array]:
    """Return the cells that crossings of the dividing river join.

    Of all pairs of a right and a left cell that touch, the one whose midpoint lies
    nearest to the crossing.

    Args:
        land: the map.
        x: km east of the grid's left edge, shape (n_crossings,).
        y: km south of the grid's top edge, same shape.
        usable: cells on dry land, shape (n_cells,).

    Returns:
        Right and left cells, -1 where the banks do not touch, (n_crossings,).
    """
    right = np.flatnonzero(usable & (land.bank == RIGHT))
    start = np.repeat(right, len(land.grid.offsets))
    end = start + np.tile(land.grid.offsets, len(right))
    touching = usable[end] & (land.bank[end] == LEFT)
    start, end = start[touching], end[touching]
    if start.size == 0:
        none = np.full(len(x), -1, dtype=np.int32)
        return none, none.copy()
    ax, ay = land.grid.center_km(start)
    bx, by = land.grid.center_km(end)
    away = np.hypot((ax + bx) / 2 - x[:, None], (ay + by) / 2 - y[:, None])
    best = np.argmin(away, axis=1)
    return start[best].astype(np.int32), end[best].astype(np.int32)


def connectors(
    land: Land, road: Int8Array, ends: Iterable[int], *, usable: BoolArray, reach: Km
) -> Int8Array:
    """Return the roads with every crossing's end joined to the nearest one.

    A connector runs straight to the nearest road cell of its bank and takes that
    road's class; where something is in the way it ends there.

    Args:
        land: the map.
        road: class of each cell's road, shape (n_cells,).
        ends: cells on which crossings end.
        usable: cells on dry land, same shape.
        reach: longest connector.
    """
    best = road.copy()
    cells = np.flatnonzero((road > 0) & usable)
    x, y = land.grid.center_km(cells)
    for end in ends:
        if road[end] > 0:
            continue
        at_x, at_y = land.grid.center_km(end)
        away = np.hypot(x - at_x, y - at_y)
        away[land.bank[cells] != land.bank[end]] = np.inf
        if away.size == 0 or away.min() > reach:
            continue
        goal = int(cells[int(np.argmin(away))])
        path = [end, *_between(land, usable, end, goal)]
        best[path] = np.maximum(best[path], road[goal])
    return best
