"""The ground of a map: who holds it, over the relief; and lines of map layers."""

from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray
from scipy import ndimage

from abm.record.frames import Frame
from abm.theatre import Theatre
from abm.units import Float32Array, FloatArray, UInt8Array

SCALE = 5
"""Pixels of the control layer per cell."""
SMOOTH = 0.45
"""How far control is rounded off for the eye, cells."""
PAPER = "#f6f3ec"
OUTSIDE = "#e9e6df"
NOBODY_COLOUR = "#efe9da"
STRENGTH = 0.62
"""Opacity of a bloc's colour over the relief."""
LIGHT = (-1.0, -1.0)
"""The relief is lit from the north-west: steps in columns and rows."""
WHITE = 255
STEEP = 98
"""Percentile of the slopes that gets the full light or shade."""
SHADE = 0.16
"""Change of brightness there."""


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


def ground(theatre: Theatre, frame: Frame) -> UInt8Array:
    """Return the control layer over the relief, RGB, shape (height, width, 3)."""
    shape = theatre.grid.shape
    bloc = theatre.bloc[frame.holder].reshape(shape)
    land = theatre.open.reshape(shape)
    most = np.zeros((shape[0] * SCALE, shape[1] * SCALE), dtype=np.float32)
    colour = np.empty((*most.shape, 3), dtype=np.float32)
    paper = np.array(to_rgb(PAPER))
    for each, name in enumerate(bloc_colours(theatre)):
        here = _fine(((bloc == each) & land).astype(np.float32))
        weight = ndimage.gaussian_filter(here, SMOOTH * SCALE)
        ahead = weight > most
        most[ahead] = weight[ahead]
        colour[ahead] = STRENGTH * np.array(to_rgb(name)) + (1 - STRENGTH) * paper
    colour[~_fine(land)] = to_rgb(OUTSIDE)
    colour *= _relief(theatre)[:, :, None]
    return (np.clip(colour, 0.0, 1.0, out=colour) * WHITE).astype(np.uint8)


def _fine(cells: NDArray[Any]) -> NDArray[Any]:
    """Return cells as ``SCALE`` by ``SCALE`` pixels each."""
    return cells.repeat(SCALE, axis=0).repeat(SCALE, axis=1)


def _relief(theatre: Theatre) -> Float32Array:
    """Return the brightness of lit slopes around 1."""
    elevation = theatre.elevation.reshape(theatre.grid.shape)
    fine = ndimage.zoom(elevation, SCALE, order=1, grid_mode=True, mode="nearest")
    down, right = np.gradient(ndimage.gaussian_filter(fine, SCALE / 2))
    lit = LIGHT[0] * right + LIGHT[1] * down
    spread = np.percentile(np.abs(lit), STEEP) or 1.0
    shade: Float32Array = 1.0 - SHADE * np.clip(-lit / spread, -1.0, 1.0)
    return shade


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
