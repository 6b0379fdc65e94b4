"""The grid of square cells in a metric projection.

Row 0 is north; ``cell = row * width + column``. The outermost ring of cells is
padding that nothing may enter, so that array code can look at all eight neighbours
of a cell without checking bounds.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from pyproj import Transformer

from abm.units import BoolArray, FloatArray, IntArray, Km

Affine = tuple[float, float, float, float, float, float]

M_PER_KM = 1000.0
_EDGE_POINTS = 65
"""Points per edge when a longitude-latitude box is projected: its edges bend."""
N_DIRECTIONS = 8
"""Directions of a step: N, S, W, E, NW, NE, SW, SE."""
ROW_STEP = (-1, 1, 0, 0, -1, -1, 1, 1)
COLUMN_STEP = (0, 0, -1, 1, -1, 1, -1, 1)


@lru_cache(maxsize=8)
def _to_metres(epsg: int) -> Transformer:
    return Transformer.from_crs(4326, epsg, always_xy=True)


@lru_cache(maxsize=8)
def _to_degrees(epsg: int) -> Transformer:
    return Transformer.from_crs(epsg, 4326, always_xy=True)


@dataclass(frozen=True)
class Box:
    """A longitude-latitude box, in degrees."""

    lon_min: float
    lon_max: float
    lat_min: float
    lat_max: float

    def contains(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """Return which points lie in the box, edges included."""
        inside = (lon >= self.lon_min) & (lon <= self.lon_max)
        return np.asarray(
            inside & (lat >= self.lat_min) & (lat <= self.lat_max), dtype=bool
        )


@dataclass(frozen=True)
class Grid:
    """Square cells over a projected rectangle, one ring of padding included.

    Attributes:
        height: rows.
        width: columns.
        cell_km: side of a cell.
        epsg: code of the projection, in metres.
        west_m: easting of the left edge.
        north_m: northing of the top edge.
    """

    height: int
    width: int
    cell_km: Km
    epsg: int
    west_m: float
    north_m: float

    @property
    def n_cells(self) -> int:
        """Number of cells, padding included."""
        return self.height * self.width

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height, self.width

    @property
    def transform(self) -> Affine:
        """Affine ``(a, b, c, d, e, f)`` from (column, row) to metres.

        ``easting = a * column + b * row + c`` and
        ``northing = d * column + e * row + f``, for the top-left corner of a cell.
        """
        side = self.cell_km * M_PER_KM
        return side, 0.0, self.west_m, 0.0, -side, self.north_m

    @property
    def offsets(self) -> IntArray:
        """What a step in each direction adds to a cell's index, shape (8,)."""
        rows = np.array(ROW_STEP, dtype=np.int64)
        return rows * self.width + np.array(COLUMN_STEP, dtype=np.int64)

    @property
    def padding(self) -> BoolArray:
        """Whether a cell belongs to the outermost ring, shape (n_cells,)."""
        ring = np.ones(self.shape, dtype=bool)
        ring[1:-1, 1:-1] = False
        return ring.ravel()

    def xy_km(self, lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return km east of the left edge and km south of the top edge."""
        east, north = _to_metres(self.epsg).transform(
            np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        )
        x = (np.asarray(east, dtype=np.float64) - self.west_m) / M_PER_KM
        y = (self.north_m - np.asarray(north, dtype=np.float64)) / M_PER_KM
        return x, y

    def lonlat_of_km(self, x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return longitude and latitude of points given as ``xy_km`` gives them."""
        east = np.asarray(x, dtype=np.float64) * M_PER_KM + self.west_m
        north = self.north_m - np.asarray(y, dtype=np.float64) * M_PER_KM
        lon, lat = _to_degrees(self.epsg).transform(east, north)
        return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)

    def center_km(self, cell: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return km east and south of the top-left corner, of cells' centres."""
        row, column = np.divmod(np.asarray(cell, dtype=np.int64), self.width)
        return (column + 1 / 2) * self.cell_km, (row + 1 / 2) * self.cell_km

    def lonlat(self, cell: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return longitude and latitude of cells' centres."""
        return self.lonlat_of_km(*self.center_km(cell))

    def cells_at_km(self, x: ArrayLike, y: ArrayLike) -> IntArray:
        """Return the cells that hold points, -1 for points in the padding or beyond."""
        column = np.floor(np.asarray(x, dtype=np.float64) / self.cell_km)
        row = np.floor(np.asarray(y, dtype=np.float64) / self.cell_km)
        inside = (column >= 1) & (column < self.width - 1)
        inside &= (row >= 1) & (row < self.height - 1)
        found = np.where(inside, row * self.width + column, -1.0)
        return np.asarray(found, dtype=np.int64)

    def cells(self, lon: ArrayLike, lat: ArrayLike) -> IntArray:
        """Return the cells that hold points, -1 for points in the padding or beyond."""
        return self.cells_at_km(*self.xy_km(lon, lat))

    def cell(self, lon: float, lat: float) -> int:
        """Return the cell that holds a point, -1 in the padding or beyond."""
        return int(self.cells(lon, lat))


def grid_over(box: Box, *, epsg: int, cell_km: Km) -> Grid:
    """Return the smallest grid that covers a box, and a ring of padding about it.

    Args:
        box: longitudes and latitudes to cover.
        epsg: code of a projection in metres, true to scale about the box.
        cell_km: side of a cell.

    Raises:
        ValueError: the side of a cell is not above 0.
    """
    if not cell_km > 0:
        raise ValueError(f"cell_km: must be above 0 (got {cell_km}); 5 or 10 is usual")
    share = np.linspace(0.0, 1.0, _EDGE_POINTS)
    lon = box.lon_min + share * (box.lon_max - box.lon_min)
    lat = box.lat_min + share * (box.lat_max - box.lat_min)
    ends_lat = np.repeat([box.lat_min, box.lat_max], _EDGE_POINTS)
    ends_lon = np.repeat([box.lon_min, box.lon_max], _EDGE_POINTS)
    east, north = _to_metres(epsg).transform(
        np.concatenate([lon, lon, ends_lon]), np.concatenate([ends_lat, lat, lat])
    )
    side = cell_km * M_PER_KM
    columns, rows = _whole(np.ptp(east) / side), _whole(np.ptp(north) / side)
    return Grid(
        height=rows + 2,
        width=columns + 2,
        cell_km=cell_km,
        epsg=epsg,
        west_m=float(np.min(east)) - side,
        north_m=float(np.max(north)) + side,
    )


def _whole(cells: float) -> int:
    return max(1, int(np.ceil(cells)))


@lru_cache(maxsize=8)
def centres(grid: Grid) -> tuple[FloatArray, FloatArray]:
    """Return longitude and latitude of every cell's centre; kept, so read-only."""
    lon, lat = grid.lonlat(np.arange(grid.n_cells))
    lon.flags.writeable = lat.flags.writeable = False
    return lon, lat
