"""What lies in a cell: country, ground, height. Pure functions of parsed map files."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from abm.geo.grid import Box, Grid, centres
from abm.geo.shapes import Collection, covered, geometry
from abm.units import (
    BoolArray,
    Float32Array,
    FloatArray,
    Int8Array,
)

NO_COUNTRY = "none"
"""Last of the countries' names: the sea, and land beyond the map's polygons."""
WATER = "water"
"""Class of terrain that nothing on land may enter."""


@dataclass(frozen=True)
class Terrain:
    """Terrain; arrays have shape (n_cells,).

    Attributes:
        names: classes of terrain.
        kind: index into ``names``.
        move_cost: cost of a km off the roads, 1 on open steppe.
        cover: in [0, 1].
        water: lakes and reservoirs, at the cell's centre.
    """

    names: tuple[str, ...]
    kind: Int8Array
    move_cost: Float32Array
    cover: Float32Array
    water: BoolArray


def countries(grid: Grid, collection: Collection) -> tuple[tuple[str, ...], Int8Array]:
    """Return the countries' names and each cell's country, by its centre.

    Returns:
        Names, the last being ``NO_COUNTRY``, and indices into them, (n_cells,).
    """
    names = tuple(dict.fromkeys(f["properties"]["name"] for f in collection))
    index = np.full(grid.n_cells, len(names), dtype=np.int8)
    for feature in collection:
        row = names.index(feature["properties"]["name"])
        index[covered(grid, geometry(feature))] = row
    return (*names, NO_COUNTRY), index


def terrain(grid: Grid, collection: Collection) -> Terrain:
    """Return the terrain: the first feature that covers a cell's centre wins.

    The last feature of the collection is the ground wherever no other one is. The
    ``kind`` and costs of a water cell are those of the first other feature there,
    for a shore road may run through it.
    """
    properties = [feature["properties"] for feature in collection]
    last = len(properties) - 1
    first = np.full(grid.n_cells, last, dtype=np.int64)
    dry = first.copy()
    for row in range(last - 1, -1, -1):
        there = covered(grid, geometry(collection[row]))
        first[there] = row
        if properties[row]["cls"] != WATER:
            dry[there] = row
    names = tuple(dict.fromkeys(p["cls"] for p in properties if p["cls"] != WATER))
    wet = np.array([p["cls"] == WATER for p in properties], dtype=bool)
    kinds = [0 if p["cls"] == WATER else names.index(p["cls"]) for p in properties]
    return Terrain(
        names=names,
        kind=np.array(kinds, dtype=np.int8)[dry],
        move_cost=np.array([p["move_cost"] for p in properties], np.float32)[dry],
        cover=np.array([p["cover"] for p in properties], np.float32)[dry],
        water=wet[first],
    )


def enterable(
    grid: Grid, box: Box, *, country: Int8Array, names: Sequence[str], wanted: set[str]
) -> BoolArray:
    """Return which cells, water included, lie in the box and in the wanted countries.

    Returns:
        Shape (n_cells,); the ring of padding is never among them.
    """
    index = np.array([name in wanted for name in names], dtype=bool)
    lon, lat = centres(grid)
    return np.asarray(index[country] & box.contains(lon, lat) & ~grid.padding)


@dataclass(frozen=True)
class Heights:
    """Elevation on a longitude-latitude lattice.

    Attributes:
        west: longitude of the westernmost column of points.
        north: latitude of the northernmost row of points.
        step: degrees between points.
        metres: elevation, first row north, shape (n_rows, n_columns).
    """

    west: float
    north: float
    step: float
    metres: FloatArray


def heights(text: str) -> Heights:
    """Return the elevations of an ESRI ASCII grid; a value belongs to its centre.

    Raises:
        ValueError: the header or the number of values is not what the format says.
    """
    words = text.split()
    header = dict(zip(words[:12:2], map(float, words[1:12:2]), strict=True))
    rows, columns = int(header["nrows"]), int(header["ncols"])
    values = np.array(words[12:], dtype=np.float64)
    if values.size != rows * columns:
        raise ValueError(
            f"elevation: {rows} x {columns} values are wanted (got {values.size})"
        )
    step = header["cellsize"]
    return Heights(
        west=header["xllcenter"],
        north=header["yllcenter"] + (rows - 1) * step,
        step=step,
        metres=values.reshape(rows, columns),
    )


def elevation(grid: Grid, found: Heights) -> Float32Array:
    """Return metres above the sea at the cells' centres, bilinear, shape (n_cells,)."""
    lon, lat = centres(grid)
    rows, columns = found.metres.shape
    x = np.clip((lon - found.west) / found.step, 0.0, columns - 1)
    y = np.clip((found.north - lat) / found.step, 0.0, rows - 1)
    left = np.minimum(x.astype(np.int64), columns - 2)
    top = np.minimum(y.astype(np.int64), rows - 2)
    right_share, low_share = x - left, y - top
    upper = found.metres[top, left] * (1 - right_share)
    upper += found.metres[top, left + 1] * right_share
    lower = found.metres[top + 1, left] * (1 - right_share)
    lower += found.metres[top + 1, left + 1] * right_share
    return np.asarray(upper * (1 - low_share) + lower * low_share, dtype=np.float32)
