"""Sheet: all that a picture of the map needs, as small arrays; NumPy only.

A picture is drawn in a process of its own, from this alone, so that drawing adds
nothing to the memory of a run.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.units import BoolArray, Float32Array, FloatArray, Int8Array, Int32Array

Names = NDArray[np.str_]

LAYERS = ("lake", "road", "border", "river", "barrier")


@dataclass(frozen=True)
class Sheet:
    """One or several maps of the same ground, in cells from its top left corner.

    Attributes:
        title: over all of them, shape ().
        panels: title of each, shape (n_panels,).
        cell_km: side of a cell, shape ().
        land: cells that can be held, shape (height, width).
        elevation: m above the sea, likewise.
        bloc: bloc that holds each cell, shape (n_panels, height, width).
        contested: likewise.
        colours: ``#rrggbb`` per bloc.
        blocs: name per bloc.
        nobody: bloc that stands for no holder, shape ().
        dots: panel, x, y, persons and bloc of troops, shape (n_dots, 5).
        points: corners of all lines, shape (n_points, 2).
        start: where each line starts in ``points``, and the end, shape (n_lines + 1,).
        layer: index into ``LAYERS``, shape (n_lines,).
        places: x, y of a place, left edge and middle of its name, shape (n_places, 4).
        names: of these places.
    """

    title: Names
    panels: Names
    cell_km: FloatArray
    land: BoolArray
    elevation: Float32Array
    bloc: Int8Array
    contested: BoolArray
    colours: Names
    blocs: Names
    nobody: Int8Array
    dots: FloatArray
    points: FloatArray
    start: Int32Array
    layer: Int8Array
    places: FloatArray
    names: Names

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        height, width = self.land.shape
        return height, width

    def lines(self, layer: str) -> list[FloatArray]:
        """Return the lines of a layer, each of shape (n, 2)."""
        rows = np.flatnonzero(self.layer == LAYERS.index(layer))
        return [self.points[self.start[row] : self.start[row + 1]] for row in rows]

    def save(self, path: Path) -> None:
        """Write it to an ``.npz`` (no pickle)."""
        arrays: dict[str, Any] = {
            part.name: getattr(self, part.name) for part in fields(self)
        }
        np.savez(path, **arrays)


def load(path: Path) -> Sheet:
    """Return the sheet that ``Sheet.save`` wrote."""
    with np.load(path, allow_pickle=False) as saved:
        return Sheet(**{part.name: saved[part.name] for part in fields(Sheet)})
