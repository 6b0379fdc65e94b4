"""The ground of a map as pixels: who holds it, over the relief."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from abm.record.sheet import Sheet
from abm.units import Float32Array, UInt8Array

SCALE = 5
"""Pixels per cell."""
SMOOTH = 0.45
"""How far control is rounded off for the eye, cells."""
PAPER = "#f6f3ec"
OUTSIDE = "#e9e6df"
STRENGTH = 0.62
"""Opacity of a bloc's colour over the relief."""
LIGHT = (-1.0, -1.0)
"""The relief is lit from the north-west: steps in columns and rows."""
WHITE = 255
STEEP = 98
"""Percentile of the slopes that gets the full light or shade."""
SHADE = 0.16
"""Change of brightness there."""


def rgb(colour: str) -> Float32Array:
    """Return ``#rrggbb`` as three numbers in [0, 1]."""
    parts = bytes.fromhex(colour.removeprefix("#"))
    numbers = np.frombuffer(parts, dtype=np.uint8).astype(np.float32)
    return np.divide(numbers, WHITE, dtype=np.float32)


def ground(sheet: Sheet, panel: int) -> UInt8Array:
    """Return the control layer of one panel over the relief, RGB."""
    bloc, land = sheet.bloc[panel], sheet.land
    height, width = sheet.shape
    most = np.zeros((height * SCALE, width * SCALE), dtype=np.float32)
    colour = np.empty((*most.shape, 3), dtype=np.float32)
    paper = rgb(PAPER)
    for each, name in enumerate(sheet.colours):
        here = _fine(((bloc == each) & land).astype(np.float32))
        weight = ndimage.gaussian_filter(here, SMOOTH * SCALE)
        ahead = weight > most
        most[ahead] = weight[ahead]
        colour[ahead] = STRENGTH * rgb(str(name)) + (1 - STRENGTH) * paper
    colour[~_fine(land)] = rgb(OUTSIDE)
    colour *= _relief(sheet)[:, :, None]
    return (np.clip(colour, 0.0, 1.0, out=colour) * WHITE).astype(np.uint8)


def _fine(cells: NDArray[Any]) -> NDArray[Any]:
    """Return cells as ``SCALE`` by ``SCALE`` pixels each."""
    return cells.repeat(SCALE, axis=0).repeat(SCALE, axis=1)


def _relief(sheet: Sheet) -> Float32Array:
    """Return the brightness of lit slopes around 1."""
    fine = ndimage.zoom(sheet.elevation, SCALE, order=1, grid_mode=True, mode="nearest")
    down, right = np.gradient(ndimage.gaussian_filter(fine, SCALE / 2))
    lit = LIGHT[0] * right + LIGHT[1] * down
    spread = float(np.percentile(np.abs(lit), STEEP)) or 1.0
    lit = np.clip(-lit / spread, -1.0, 1.0)
    shade: Float32Array = np.subtract(1.0, SHADE * lit, dtype=np.float32)
    return shade
