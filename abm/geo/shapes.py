"""Parsed GeoJSON to shapes, and shapes to cells. Longitude and latitude in degrees."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from abm.geo.grid import Grid, centres
from abm.units import BoolArray, FloatArray, Int32Array, Km

Feature = Mapping[str, Any]
"""A parsed GeoJSON feature."""
Collection = Sequence[Feature]
"""The features of a parsed GeoJSON file, in order."""


def features(collection: Collection, **wanted: str) -> list[Feature]:
    """Return a collection's features whose properties have the wanted values."""
    return [
        feature
        for feature in collection
        if all(feature["properties"].get(key) == wanted[key] for key in wanted)
    ]


def geometry(feature: Feature) -> BaseGeometry:
    """Return a feature's shape."""
    return shapely.geometry.shape(feature["geometry"])


def lines(feature: Feature) -> list[FloatArray]:
    """Return the line or lines of a feature, each of shape (n_points, 2)."""
    found = feature["geometry"]
    parts: Sequence[Any] = found["coordinates"]
    if found["type"] == "LineString":
        parts = [parts]
    return [np.asarray(part, dtype=np.float64)[:, :2] for part in parts]


def inside(shape: BaseGeometry, lon: FloatArray, lat: FloatArray) -> BoolArray:
    """Return which points lie inside a polygon."""
    shapely.prepare(shape)
    return np.asarray(shapely.contains_xy(shape, lon, lat), dtype=bool)


def dense(points: FloatArray, spacing: float) -> FloatArray:
    """Return a line with points at most ``spacing`` apart, in the line's own unit.

    Args:
        points: the line, shape (n_points, 2).
        spacing: above 0.
    """
    steps = np.hypot(*np.diff(points, axis=0).T)
    counts = np.maximum(1, np.ceil(steps / spacing)).astype(np.int64)
    along = np.concatenate([np.arange(count) / count for count in counts])
    start = np.repeat(np.arange(len(counts)), counts)
    between = points[start] + along[:, None] * (points[start + 1] - points[start])
    return np.vstack([between, points[-1:]])


def line_km(grid: Grid, line: FloatArray, spacing: Km) -> FloatArray:
    """Return a line of degrees in the grid's km, with points ``spacing`` km apart."""
    return dense(np.column_stack(grid.xy_km(line[:, 0], line[:, 1])), spacing)


def covered(grid: Grid, shape: BaseGeometry) -> BoolArray:
    """Return which cells have their centre inside a polygon, shape (n_cells,)."""
    return inside(shape, *centres(grid))


def beside(grid: Grid, line: FloatArray, reach: Km) -> Int32Array:
    """Return the cells whose centre lies within ``reach`` km of a line of degrees."""
    shape = shapely.LineString(np.column_stack(grid.xy_km(line[:, 0], line[:, 1])))
    x, y = grid.center_km(np.arange(grid.n_cells))
    west, north, east, south = shape.bounds
    near = (x >= west - reach) & (x <= east + reach)
    near &= (y >= north - reach) & (y <= south + reach)
    cells = np.flatnonzero(near)
    shapely.prepare(shape)
    found = shapely.dwithin(shape, shapely.points(x[cells], y[cells]), reach)
    return np.asarray(cells[found], dtype=np.int32)
