"""From theatre and frames to the sheet that a picture is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from abm.record.frames import UNITS_PER_CELL, Frame
from abm.record.labels import placed
from abm.record.sheet import LAYERS, Sheet
from abm.theatre import Theatre
from abm.units import FloatArray
from abm.world import GONE

NOBODY_COLOUR = "#efe9da"
LINES = {"lakes": "lake", "roads": "road", "borders": "border", "rivers": "river"}
"""Layer of a sheet that each map layer of a scenario becomes."""


@dataclass(frozen=True)
class Panel:
    """One map: its title and what it shows."""

    title: str
    frame: Frame


def sheet(theatre: Theatre, panels: Sequence[Panel]) -> Sheet:
    """Return what a picture of these panels needs."""
    shape = theatre.grid.shape
    lines, layer = _lines(theatre)
    lengths = [len(line) for line in lines]
    rows, places = _places(theatre)
    frames = [panel.frame for panel in panels]
    return Sheet(
        title=np.array(theatre.scenario.title),
        panels=np.array([panel.title for panel in panels]),
        cell_km=np.array(theatre.grid.cell_km),
        land=theatre.open.reshape(shape),
        elevation=theatre.elevation.reshape(shape),
        bloc=np.stack([theatre.bloc[each.holder].reshape(shape) for each in frames]),
        contested=np.stack([each.contested_cells.reshape(shape) for each in frames]),
        colours=np.array(bloc_colours(theatre)),
        blocs=np.array(
            [_named(theatre, row) for row in range(len(theatre.bloc_names))]
        ),
        nobody=np.array(theatre.bloc[theatre.nobody]),
        dots=np.concatenate(
            [_dots(theatre, each, panel=row) for row, each in enumerate(frames)]
        ),
        points=np.concatenate([np.zeros((0, 2)), *lines]),
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        layer=np.array(layer, dtype=np.int8),
        places=places,
        names=np.array([theatre.site_names[row].split(" (")[0] for row in rows]),
    )


def bloc_colours(theatre: Theatre) -> list[str]:
    """Return a colour per bloc: that of its strongest member at the start."""
    start = theatre.formations0
    strength = np.bincount(start["actor"], start["personnel"], theatre.n_holders)
    colours = []
    for bloc in range(len(theatre.bloc_names)):
        members = np.flatnonzero(theatre.bloc == bloc)
        first = members[np.argmax(strength[members])]
        colours.append(theatre.colours[first])
    colours[theatre.bloc[theatre.nobody]] = NOBODY_COLOUR
    return colours


def _named(theatre: Theatre, bloc: int) -> str:
    """Return a bloc's name: its only actor's label, or its own in words."""
    members = [
        actor.short
        for row, actor in enumerate(theatre.actors)
        if theatre.bloc[row] == bloc
    ]
    if len(members) == 1:
        return members[0]
    return theatre.bloc_names[bloc].replace("_", " ").capitalize()


def _dots(theatre: Theatre, frame: Frame, *, panel: int) -> FloatArray:
    """Return formations of one bloc in one cell as one dot, shape (n, 5)."""
    rows = frame.formations
    rows = rows[(rows["status"] != GONE) & (rows["personnel"] > 0)]
    bloc = theatre.bloc[rows["actor"]].astype(np.int64)
    x, y = rows["x"] / UNITS_PER_CELL, rows["y"] / UNITS_PER_CELL
    key = np.column_stack([bloc, x.astype(np.int64), y.astype(np.int64)])
    keys, inverse = np.unique(key, axis=0, return_inverse=True)
    inverse, persons = inverse.ravel(), rows["personnel"].astype(np.float64)
    total = np.bincount(inverse, persons, len(keys))
    at = [np.bincount(inverse, persons * axis, len(keys)) / total for axis in (x, y)]
    return np.column_stack([np.full(len(keys), float(panel)), *at, total, keys[:, 0]])


def _places(theatre: Theatre) -> tuple[list[int], FloatArray]:
    """Return the rows of the sites that are labelled, and where."""
    x = theatre.site_x_km / theatre.grid.cell_km
    y = theatre.site_y_km / theatre.grid.cell_km
    found = placed(theatre, x, y)
    places = [(x[row], y[row], left, top) for row, left, top in found]
    return [row for row, _, _ in found], np.array(places).reshape(-1, 4)


def _lines(theatre: Theatre) -> tuple[list[FloatArray], list[int]]:
    """Return the lines of all map layers, and the layer of each."""
    barrier = theatre.scenario.map.river_barrier
    lines, layer = [], []
    for name, becomes in LINES.items():
        for properties, points in pieces(theatre, name):
            is_barrier = becomes == "river" and properties.get("name") == barrier
            lines.append(points)
            layer.append(LAYERS.index("barrier" if is_barrier else becomes))
    return lines, layer


def pieces(theatre: Theatre, layer: str) -> list[tuple[dict[str, Any], FloatArray]]:
    """Return the lines of a map layer with their properties, in cells.

    A polygon gives its rings. A layer that the scenario lacks gives nothing.
    """
    found = []
    if layer not in theatre.scenario.layers:
        return []
    for feature in theatre.scenario.layers[layer].features:
        properties: Any = feature["properties"]
        for line in _rings(feature["geometry"]):
            lon, lat = np.array(line, dtype=np.float64)[:, :2].T
            x, y = theatre.grid.xy_km(lon, lat)
            points = np.column_stack([x, y]) / theatre.grid.cell_km
            found.append((properties, points))
    return found


def _rings(geometry: Any) -> list[Any]:
    parts = geometry["coordinates"]
    match geometry["type"]:
        case "LineString":
            return [parts]
        case "MultiLineString" | "Polygon":
            return list(parts)
        case "MultiPolygon":
            return [ring for polygon in parts for ring in polygon]
    return []
