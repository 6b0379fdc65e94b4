"""The two banks of the river that divides the map.

The river is one line running downstream. It is extended to the nearest edges of the
grid, so that every cell lies on its left (0) or its right bank (1). Nothing steps
from one bank to the other except where a crossing joins them.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from abm.geo.grid import COLUMN_STEP, N_DIRECTIONS, ROW_STEP, Grid
from abm.geo.shapes import Collection, dense, features, lines
from abm.units import BoolArray, FloatArray, Int8Array, IntArray, UInt8Array

LEFT, RIGHT = 0, 1
"""Banks of the dividing river, seen downstream."""
_POINTS_PER_CELL = 5
BANKS = {"left": LEFT, "right": RIGHT}


@dataclass(frozen=True)
class River:
    """The dividing river on a grid.

    Attributes:
        line: downstream, in km of the grid, shape (n_points, 2).
        right: everything right of it, in km of the grid; None without a river.
    """

    line: FloatArray
    right: BaseGeometry | None

    def bank(self, x: FloatArray, y: FloatArray) -> Int8Array:
        """Return the bank of points in km of the grid; all LEFT without a river."""
        if self.right is None:
            return np.zeros(np.shape(x), dtype=np.int8)
        return np.asarray(shapely.contains_xy(self.right, x, y), dtype=np.int8)

    def distance_km(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Return km from points to the river; infinite without one."""
        if self.right is None:
            return np.full(np.shape(x), np.inf)
        line = shapely.LineString(self.line)
        return np.asarray(shapely.distance(line, shapely.points(x, y)), np.float64)


def river_on(grid: Grid, rivers: Collection, name: str) -> River:
    """Return the dividing river on a grid.

    Args:
        grid: the grid.
        rivers: lines running downstream; those of one name join end to end in the
            order of the collection.
        name: the dividing river's, ``""`` for none.

    Raises:
        ValueError: no line of that name.
    """
    if not name:
        return River(np.zeros((0, 2)), None)
    parts = [part for found in features(rivers, name=name) for part in lines(found)]
    if not parts:
        raise ValueError(f"rivers: no line named {name!r}")
    points = np.vstack(parts)
    line = np.column_stack(grid.xy_km(points[:, 0], points[:, 1]))
    repeated = np.all(np.diff(line, axis=0) == 0.0, axis=1)
    line = _within(grid, line[np.concatenate([[True], ~repeated])])
    right = shapely.make_valid(shapely.Polygon(_right_ring(grid, line)))
    shapely.prepare(right)
    return River(line, right)


def _within(grid: Grid, line: FloatArray) -> FloatArray:
    """Return the part of a line that lies on the grid, to a fraction of a cell."""
    size = np.array([grid.width, grid.height]) * grid.cell_km
    if np.all((line >= 0.0) & (line <= size)):
        return line
    points = dense(line, grid.cell_km / _POINTS_PER_CELL)
    return points[np.all((points >= 0.0) & (points <= size), axis=1)]


def _right_ring(grid: Grid, line: FloatArray) -> FloatArray:
    """Return the ring round everything right of a line: the line, then the edge."""
    size = (grid.width * grid.cell_km, grid.height * grid.cell_km)
    start, end = _at_edge(line[0], size), _at_edge(line[-1], size)
    corners = _clockwise(_along_edge(end, size), _along_edge(start, size), size)
    return np.vstack([start, line, end, *corners])


def _at_edge(point: FloatArray, size: tuple[float, float]) -> FloatArray:
    """Return the nearest point on the grid's edge."""
    x, y = point
    width, height = size
    gaps = (x, width - x, y, height - y)
    ends = ((0.0, y), (width, y), (x, 0.0), (x, height))
    return np.array(ends[int(np.argmin(gaps))])


def _along_edge(point: FloatArray, size: tuple[float, float]) -> float:
    """Return km along the grid's edge, clockwise from the top-left corner."""
    x, y = point
    width, height = size
    if y == 0.0:
        return float(x)
    if x == width:
        return float(width + y)
    if y == height:
        return float(width + height + width - x)
    return float(width + height + width + height - y)


def _clockwise(start: float, end: float, size: tuple[float, float]) -> list[FloatArray]:
    """Return the corners passed going clockwise along the edge from start to end."""
    width, height = size
    around = width + height + width + height
    corners = np.array([[width, 0.0], [width, height], [0.0, height], [0.0, 0.0]])
    at = np.array([width, width + height, around - height, around])
    length = (end - start) % around
    passed = (at - start) % around
    order = np.argsort(passed)
    return [corners[k] for k in order if 0.0 < passed[k] < length]


def cell_banks(grid: Grid, river: River) -> Int8Array:
    """Return every cell's bank by its centre, slivers cut off given to the other.

    A meander can leave a few cells without a neighbour on their own bank's body;
    nothing could ever reach them, so they count to the bank that surrounds them.

    Returns:
        LEFT or RIGHT, shape (n_cells,).
    """
    bank = river.bank(*grid.center_km(np.arange(grid.n_cells)))
    stray = np.zeros(grid.n_cells, dtype=bool)
    for side in (LEFT, RIGHT):
        own = (bank == side) & ~grid.padding
        stray |= own & ~_largest_part(grid, own)
    return np.where(stray, 1 - bank, bank).astype(np.int8)


def _largest_part(grid: Grid, land: BoolArray) -> BoolArray:
    """Return the largest connected part of some cells."""
    parts = connected(grid, step_mask(grid, land))
    labels, counts = np.unique(parts[land], return_counts=True)
    if len(labels) == 0:
        return land
    return np.asarray(land & (parts == labels[np.argmax(counts)]), dtype=bool)


def step_mask(grid: Grid, land: BoolArray, bank: Int8Array | None = None) -> UInt8Array:
    """Return the directions open from every cell, as bits.

    Args:
        grid: the grid.
        land: cells that can be entered, shape (n_cells,).
        bank: steps between banks are closed, same shape; None for one bank.

    Returns:
        Bit k set when the step in direction k stays on land and bank, (n_cells,);
        read-only, so that compiled kernels see one type of mask from first to last.
    """
    inner = (land & ~grid.padding).reshape(grid.shape)
    side = (np.zeros(grid.n_cells, np.int8) if bank is None else bank).reshape(
        grid.shape
    )
    mask = np.zeros(grid.shape, dtype=np.uint8)
    for k in range(N_DIRECTIONS):
        shift = (-ROW_STEP[k], -COLUMN_STEP[k])
        there = np.roll(inner, shift, axis=(0, 1))
        same = np.roll(side, shift, axis=(0, 1)) == side
        mask |= ((inner & there & same).astype(np.uint8) << k).astype(np.uint8)
    found = mask.ravel()
    found.flags.writeable = False
    return found


def connected(grid: Grid, mask: UInt8Array) -> IntArray:
    """Return the part of the map every cell belongs to: the same number, a path.

    Args:
        grid: the grid.
        mask: directions open, as bits, shape (n_cells,).
    """
    label = np.arange(grid.n_cells)
    offsets = grid.offsets
    steps = []
    for k in range(N_DIRECTIONS):
        start = np.flatnonzero((mask >> k) & 1)
        steps.append((start, start + offsets[k]))
    while True:
        before = label.copy()
        for start, end in steps:
            label[start] = np.minimum(label[start], label[end])
        label = label[label]
        if np.array_equal(label, before):
            return label
