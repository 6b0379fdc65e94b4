"""The map of a run as a picture: who holds what on one or several days.

Drawn from frames and the theatre; nothing here knows a particular scenario.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from abm.record.frames import UNITS_PER_CELL, Frame
from abm.record.ground import NOBODY_COLOUR, PAPER, bloc_colours, ground, pieces
from abm.record.labels import placed
from abm.theatre import Theatre
from abm.world import GONE

INK = "#2b2b2b"
WATER = "#5b8fb0"
LAKE = "#a9cbdc"
ROAD = "#8c7b66"
BORDER = "#4a4a4a"
DPI = 110
CROWD = 12_000.0
"""Persons in one place that make the largest dot."""


@dataclass(frozen=True)
class Panel:
    """One map: its title and what it shows."""

    title: str
    frame: Frame


def start_middle_end(path: Path, theatre: Theatre, panels: Sequence[Panel]) -> None:
    """Draw panels side by side under one title and one legend, to a PNG."""
    height, width = theatre.grid.shape
    across = 7.0
    figure = Figure(
        figsize=(across * len(panels), across * height / width + 1.0),
        facecolor=PAPER,
        dpi=DPI,
    )
    FigureCanvasAgg(figure)
    figure.suptitle(
        theatre.scenario.title,
        x=0.012,
        ha="left",
        fontsize=19,
        color=INK,
        weight="bold",
    )
    grid = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, panel in zip(grid, panels, strict=True):
        draw(axes, theatre, panel.frame)
        axes.set_title(panel.title, loc="left", fontsize=13, color=INK)
    _legend(figure, theatre, panels)
    figure.subplots_adjust(left=0.01, right=0.99, top=0.88, bottom=0.07, wspace=0.03)
    figure.savefig(path, facecolor=PAPER)


def draw(axes: Axes, theatre: Theatre, frame: Frame) -> None:
    """Draw the map of one frame into ``axes``."""
    height, width = theatre.grid.shape
    extent = (0.0, float(width), float(height), 0.0)
    axes.set_xlim(1, width - 1)
    axes.set_ylim(height - 1, 1)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color("#b8b2a4")
    axes.imshow(ground(theatre, frame), extent=extent, interpolation="nearest")
    _hatch_contested(axes, theatre, frame)
    _lines(axes, theatre)
    _dots(axes, theatre, frame)
    _labels(axes, theatre)
    _scale_bar(axes, theatre)


def _hatch_contested(axes: Axes, theatre: Theatre, frame: Frame) -> None:
    contested = frame.contested_cells & theatre.open
    row, column = np.divmod(np.flatnonzero(contested), theatre.grid.width)
    squares = [
        [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
        for x, y in zip(column, row, strict=True)
    ]
    axes.add_collection(
        PolyCollection(
            squares,
            facecolor="none",
            edgecolor=INK,
            hatch="////",
            linewidth=0,
            alpha=0.5,
        )
    )


def _lines(axes: Axes, theatre: Theatre) -> None:
    lakes = [points for _, points in pieces(theatre, "lakes")]
    axes.add_collection(PolyCollection(lakes, facecolor=LAKE, edgecolor=WATER, lw=0.5))
    barrier = theatre.scenario.map.river_barrier
    for layer, colour, style in (
        ("roads", ROAD, "-"),
        ("borders", BORDER, (0, (6, 3))),
    ):
        lines = [points for _, points in pieces(theatre, layer)]
        axes.add_collection(
            LineCollection(lines, color=colour, lw=0.9, ls=style, alpha=0.75)
        )
    rivers = pieces(theatre, "rivers")
    widths = [
        2.2 if properties.get("name") == barrier else 1.0 for properties, _ in rivers
    ]
    axes.add_collection(
        LineCollection([points for _, points in rivers], color=WATER, lw=widths)
    )


def _dots(axes: Axes, theatre: Theatre, frame: Frame) -> None:
    """Draw formations of one bloc in one cell as one dot, by strength."""
    rows = frame.formations
    rows = rows[(rows["status"] != GONE) & (rows["personnel"] > 0)]
    bloc = theatre.bloc[rows["actor"]].astype(np.int64)
    x, y = rows["x"] / UNITS_PER_CELL, rows["y"] / UNITS_PER_CELL
    key = np.column_stack([bloc, x.astype(np.int64), y.astype(np.int64)])
    keys, inverse = np.unique(key, axis=0, return_inverse=True)
    inverse, persons = inverse.ravel(), rows["personnel"].astype(np.float64)
    total = np.bincount(inverse, persons, len(keys))
    at: list[NDArray[Any]] = [
        np.bincount(inverse, persons * axis, len(keys)) / total for axis in (x, y)
    ]
    colours = np.array([to_rgb(colour) for colour in bloc_colours(theatre)])
    size = 90.0 * np.minimum(total / CROWD, 1.0) + 6.0
    axes.scatter(
        at[0],
        at[1],
        s=size,
        c=colours[keys[:, 0]],
        edgecolors="white",
        linewidths=0.7,
        zorder=4,
    )


def _labels(axes: Axes, theatre: Theatre) -> None:
    cell_km = theatre.grid.cell_km
    x, y = theatre.site_x_km / cell_km, theatre.site_y_km / cell_km
    for row, left, top in placed(theatre, x, y):
        axes.plot(
            x[row], y[row], "o", ms=2.4, color=INK, mec="white", mew=0.4, zorder=5
        )
        axes.text(
            left,
            top,
            theatre.site_names[row].split(" (")[0],
            fontsize=7.5,
            color=INK,
            va="center",
            zorder=6,
            path_effects=[withStroke(linewidth=2.2, foreground="white", alpha=0.85)],
        )


def _scale_bar(axes: Axes, theatre: Theatre) -> None:
    height, width = theatre.grid.shape
    whole = width * theatre.grid.cell_km
    km = max(step for step in (1, 2, 5, 10, 20, 50, 100, 200) if step < whole / 4)
    length = km / theatre.grid.cell_km
    left, down = 1 + 0.03 * width, height - 1 - 0.04 * height
    axes.plot([left, left + length], [down, down], color=INK, lw=2, zorder=7)
    axes.text(left + length + 1, down, f"{km} km", fontsize=8, va="center", color=INK)


def _legend(figure: Figure, theatre: Theatre, panels: Sequence[Panel]) -> None:
    """Draw the colours of the blocs that hold ground on any panel, and the signs."""
    held = np.unique(
        np.concatenate([theatre.bloc[panel.frame.holder] for panel in panels])
    )
    colours = bloc_colours(theatre)
    empty = int(theatre.bloc[theatre.nobody])
    handles: list[Any] = [
        Patch(facecolor=colours[bloc], label=_said(theatre, int(bloc)))
        for bloc in held
        if bloc != empty
    ]
    if empty in held:
        handles.append(Patch(facecolor=NOBODY_COLOUR, label="held by nobody"))
    hatch = Patch(facecolor="none", edgecolor=INK, hatch="////", label="contested")
    handles += [hatch, *_signs()]
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.008, 0.0),
        ncols=len(handles),
        frameon=False,
        fontsize=10,
        labelcolor=INK,
    )


def _said(theatre: Theatre, bloc: int) -> str:
    """Return a bloc's name: its only actor's label, or its own in words."""
    members = [
        actor.short
        for row, actor in enumerate(theatre.actors)
        if theatre.bloc[row] == bloc
    ]
    if len(members) == 1:
        return members[0]
    return theatre.bloc_names[bloc].replace("_", " ").capitalize()


def _signs() -> list[Line2D]:
    dot = Line2D([], [], marker="o", ls="", color="#777", mec="white", ms=7)
    dot.set_label("troops, by number")
    river = Line2D([], [], color=WATER, lw=2.2, label="river")
    road = Line2D([], [], color=ROAD, lw=1, label="road")
    border = Line2D([], [], color=BORDER, lw=1, ls=(0, (6, 3)), label="border")
    return [dot, river, road, border]
