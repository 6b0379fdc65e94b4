"""The map that never changes, in cells of the grid: lines, areas, relief, names.

The browser draws in cells and knows no projection; this is where one is applied.
"""

import base64
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Polygon

from abm.later import BEHIND_SCIPY, later
from abm.theatre import Theatre
from abm.units import ROAD_CLASSES, FloatArray

with later(*BEHIND_SCIPY):
    from scipy import ndimage

DECIMALS = 2
"""Of coordinates, in cells: 50 m at cells of 5 km."""
REACH = 3.0
"""Cells within which closed ground next to open ground takes its colour."""
NAME_SPOTS = (0.5, 0.35, 0.65, 0.2, 0.8)
"""Where along a river its name may stand, as shares of its length."""
BANK_NAMES = ("east (left bank)", "west (right bank)")

Json = dict[str, Any]


def layers(theatre: Theatre) -> Json:
    """Return every map layer as plain lists of coordinates in cells."""
    open_names = set(theatre.scenario.map.open_countries)
    barrier = theatre.scenario.map.river_barrier
    lines = {name: list(_lines(theatre, name)) for name in ("roads", "borders")}
    return {
        "countries": [
            {**area, "open": area["name"] in open_names, "spots": _spots(area)}
            for area in _areas(theatre, "countries")
        ],
        "terrain": list(_areas(theatre, "terrain")),
        "lakes": list(_areas(theatre, "lakes")),
        "rivers": [
            {**line, "barrier": line["name"] == barrier}
            for line in _lines(theatre, "rivers")
        ],
        "deconfliction": list(_lines(theatre, "deconfliction")),
        "zones": [
            {
                "name": zone.name,
                "x": round(zone.x_km / theatre.grid.cell_km, DECIMALS),
                "y": round(zone.y_km / theatre.grid.cell_km, DECIMALS),
                "r": zone.radius_km / theatre.grid.cell_km,
            }
            for zone in theatre.zones
        ],
        **lines,
    }


def river_names(rivers: list[Json]) -> list[Json]:
    """Return each river's name once, with places along it where it may stand."""
    longest: dict[str, list[float]] = {}
    for river in rivers:
        name = river["name"]
        if len(river["points"]) > len(longest.get(name, [])):
            longest[name] = river["points"]
    found = []
    for name, points in longest.items():
        pairs = list(zip(points[::2], points[1::2], strict=True))
        spots = [pairs[int(share * (len(pairs) - 1))] for share in NAME_SPOTS]
        found.append({"name": name, "spots": spots})
    return [each for each in found if each["name"]]


def _features(theatre: Theatre, layer: str) -> Iterator[tuple[Json, Json]]:
    if layer in theatre.scenario.layers:
        for feature in theatre.scenario.layers[layer].features:
            properties: Any = feature["properties"]
            geometry: Any = feature["geometry"]
            yield properties, geometry


def _flat(theatre: Theatre, points: Any) -> list[float]:
    lon, lat = np.array(points, dtype=np.float64)[:, :2].T
    x, y = theatre.grid.xy_km(lon, lat)
    cells = np.column_stack([x, y]) / theatre.grid.cell_km
    flat: list[float] = np.round(cells, DECIMALS).ravel().tolist()
    return flat


def _lines(theatre: Theatre, layer: str) -> Iterator[Json]:
    for properties, geometry in _features(theatre, layer):
        parts = geometry["coordinates"]
        if geometry["type"] == "LineString":
            parts = [parts]
        elif geometry["type"] != "MultiLineString":
            continue
        for part in parts:
            yield {
                "name": properties.get("name", ""),
                "cls": properties.get("cls", ""),
                "points": _flat(theatre, part),
            }


def _areas(theatre: Theatre, layer: str) -> Iterator[Json]:
    for properties, geometry in _features(theatre, layer):
        parts = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            parts = [parts]
        elif geometry["type"] != "MultiPolygon":
            continue
        yield {
            "name": properties.get("name", ""),
            "cls": properties.get("cls", ""),
            "rings": [_flat(theatre, ring) for part in parts for ring in part],
        }


def _spots(area: Json) -> list[list[float]]:
    """Return points inside an area where its name may stand, the best first."""
    largest = max(area["rings"], key=len)
    shape = Polygon(list(zip(largest[::2], largest[1::2], strict=True))).buffer(0)
    west, north, east, south = shape.bounds
    grid = [
        (west + (east - west) * i / 6, north + (south - north) * j / 6)
        for i in range(1, 6)
        for j in range(1, 6)
    ]
    inner = shape.buffer(-3)
    middle = shape.representative_point()
    points = [middle, *(_point(x, y) for x, y in grid)]
    return [
        [round(point.x, 1), round(point.y, 1)]
        for point in points
        if inner.contains(point)
    ]


def _point(x: float, y: float) -> Any:
    from shapely.geometry import Point

    return Point(x, y)


def packed(values: NDArray[Any]) -> str:
    """Return an array as text for the browser."""
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")


def elevation(theatre: Theatre) -> str:
    """Return metres above the sea per cell, 16 bits each."""
    return packed(np.round(theatre.elevation).astype("<i2"))


def nearest_open(theatre: Theatre) -> str:
    """Return per cell the open cell whose colour it takes: itself, a near one, -1.

    Fronts can so be drawn up to a border that runs through a cell.
    """
    is_open = theatre.open.reshape(theatre.grid.shape)
    distance, (row, column) = ndimage.distance_transform_edt(
        ~is_open, return_indices=True
    )
    near = np.where(distance <= REACH, row * theatre.grid.width + column, -1)
    return packed(near.astype("<i4"))


def cells(theatre: Theatre) -> Json:
    """Return what the reader may ask of a cell: a code per cell and its names."""
    columns = {
        "country": (theatre.country, theatre.country_names),
        "terrain": (theatre.terrain, theatre.terrain_names),
        "road": (theatre.road, ROAD_CLASSES),
        "bank": (theatre.bank, BANK_NAMES),
    }
    return {
        name: {"codes": packed(codes.astype(np.uint8)), "names": list(names)}
        for name, (codes, names) in columns.items()
    }


def degrees(theatre: Theatre) -> list[list[float]]:
    """Return coefficients that give longitude and latitude from a place in cells.

    A cubic in the shares of width and height, fitted over the grid; its error on
    the shipped maps is below 0.001 degrees.
    """
    grid = theatre.grid
    row, column = np.mgrid[0 : grid.height, 0 : grid.width]
    x, y = column.ravel() + 0.5, row.ravel() + 0.5
    lon, lat = grid.lonlat_of_km(x * grid.cell_km, y * grid.cell_km)
    basis = _cubic(x / grid.width, y / grid.height)
    fitted = [np.linalg.lstsq(basis, part, rcond=None)[0] for part in (lon, lat)]
    return [part.tolist() for part in fitted]


def _cubic(u: FloatArray, v: FloatArray) -> FloatArray:
    one = np.ones_like(u)
    parts = [one, u, v, u * u, u * v, v * v, u**3, u * u * v, u * v * v, v**3]
    return np.column_stack(parts)
