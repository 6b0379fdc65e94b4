"""The map as a picture: who holds what on one or several days.

Drawn from a ``Sheet`` alone; ``python -m abm.record.picture SHEET PNG`` does it in a
process of its own.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from abm.record.sheet import Sheet, load
from abm.whole import whole

INK = "#2b2b2b"
WATER = "#5b8fb0"
LAKE = "#a9cbdc"
ROAD = "#8c7b66"
BORDER = "#4a4a4a"
DASHES = (0, (6, 3))
DPI = 110
ACROSS = 7.0
"""Width of a panel, inches."""
CROWD = 12_000.0
"""Persons in one place that make the largest dot."""
HEAD, ROW, MARGIN = 0.8, 0.3, 0.1
"""Heights of title, a row of the legend and the gap below the maps, inches."""
SIGNS = 4
"""Signs in a row of the legend, per panel."""
PATIENCE = 300
"""Seconds that a picture may take."""


def draw_apart(path: Path, sheet: Sheet) -> None:
    """Draw a sheet to a PNG in another process, so that it takes no memory here.

    Raises:
        subprocess.SubprocessError: it could not be drawn.
    """
    notes = path.with_suffix(".sheet.npz")
    sheet.save(notes)
    try:
        subprocess.run(
            [sys.executable, "-m", "abm.record.picture", str(notes), str(path)],
            check=True,
            timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
        )
    finally:
        notes.unlink()


def draw(path: Path, sheet: Sheet) -> None:
    """Draw a sheet's panels side by side under one title and one legend, to a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from abm.record.paint import PAPER

    height, width = sheet.shape
    panels = len(sheet.panels)
    figure = Figure(
        figsize=(ACROSS * panels, ACROSS * height / width),
        facecolor=PAPER,
        dpi=DPI,
    )
    FigureCanvasAgg(figure)
    style = {"fontsize": 19, "color": INK, "weight": "bold"}
    figure.suptitle(str(sheet.title), x=0.012, y=0.985, ha="left", va="top", **style)
    for panel, axes in enumerate(figure.subplots(1, panels, squeeze=False)[0]):
        _map(axes, sheet, panel)
        axes.set_title(str(sheet.panels[panel]), loc="left", fontsize=13, color=INK)
    rows = _legend(figure, sheet)
    high = ACROSS * height / width + HEAD + ROW * rows
    figure.set_figheight(high)
    edges = {"top": 1 - HEAD / high, "bottom": (ROW * rows + MARGIN) / high}
    figure.subplots_adjust(left=0.01, right=0.99, wspace=0.03, **edges)
    with whole(path) as temporary:
        figure.savefig(temporary, facecolor=PAPER, format="png")


def _map(axes: Any, sheet: Sheet, panel: int) -> None:
    from abm.record.paint import ground

    height, width = sheet.shape
    axes.set_xlim(1, width - 1)
    axes.set_ylim(height - 1, 1)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color("#b8b2a4")
    extent = (0.0, float(width), float(height), 0.0)
    axes.imshow(ground(sheet, panel), extent=extent, interpolation="nearest")
    _hatch_contested(axes, sheet, panel)
    _lines(axes, sheet)
    _dots(axes, sheet, panel)
    _labels(axes, sheet)
    _scale_bar(axes, sheet)


def _hatch_contested(axes: Any, sheet: Sheet, panel: int) -> None:
    from matplotlib.collections import PolyCollection

    row, column = np.nonzero(sheet.contested[panel] & sheet.land)
    squares = [
        [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
        for x, y in zip(column, row, strict=True)
    ]
    style: dict[str, Any] = {"facecolor": "none", "edgecolor": INK, "linewidth": 0}
    axes.add_collection(PolyCollection(squares, hatch="////", alpha=0.5, **style))


def _lines(axes: Any, sheet: Sheet) -> None:
    from matplotlib.collections import LineCollection, PolyCollection

    lakes = sheet.lines("lake")
    axes.add_collection(PolyCollection(lakes, facecolor=LAKE, edgecolor=WATER, lw=0.5))
    styles: dict[str, dict[str, Any]] = {
        "road": {"color": ROAD, "lw": 0.9, "alpha": 0.75},
        "border": {"color": BORDER, "lw": 0.9, "alpha": 0.75, "ls": DASHES},
        "river": {"color": WATER, "lw": 1.0},
        "barrier": {"color": WATER, "lw": 2.2},
    }
    for layer, style in styles.items():
        axes.add_collection(LineCollection(sheet.lines(layer), **style))


def _dots(axes: Any, sheet: Sheet, panel: int) -> None:
    """Draw troops of one bloc in one cell as one dot, by number."""
    _, x, y, persons, bloc = sheet.dots[sheet.dots[:, 0] == panel].T
    size = 90.0 * np.minimum(persons / CROWD, 1.0) + 6.0
    colours = sheet.colours[bloc.astype(np.int64)].tolist()
    axes.scatter(x, y, s=size, c=colours, edgecolors="white", linewidths=0.7, zorder=4)


def _labels(axes: Any, sheet: Sheet) -> None:
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=2.2, foreground="white", alpha=0.85)]
    style = {"fontsize": 7.5, "color": INK, "va": "center", "zorder": 6}
    for (x, y, left, top), name in zip(sheet.places, sheet.names, strict=True):
        axes.plot(x, y, "o", ms=2.4, color=INK, mec="white", mew=0.4, zorder=5)
        axes.text(left, top, str(name), path_effects=halo, **style)


def _scale_bar(axes: Any, sheet: Sheet) -> None:
    height, width = sheet.shape
    cell_km = float(sheet.cell_km)
    most = max(1.0, width * cell_km / 4)
    km = max(step for step in (1, 2, 5, 10, 20, 50, 100, 200) if step <= most)
    left, down = 1 + 0.03 * width, height - 1 - 0.04 * height
    right = left + km / cell_km
    axes.plot([left, right], [down, down], color=INK, lw=2, zorder=7)
    axes.text(right + 1, down, f"{km} km", fontsize=8, va="center", color=INK)


def _legend(figure: Any, sheet: Sheet) -> int:
    """Draw colours of blocs that hold ground, and signs; return the rows it takes."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    held = np.unique(sheet.bloc[:, sheet.land])
    empty = int(sheet.nobody)
    handles: list[Any] = [
        Patch(facecolor=str(sheet.colours[bloc]), label=str(sheet.blocs[bloc]))
        for bloc in held
        if bloc != empty
    ]
    if empty in held:
        handles.append(Patch(facecolor=str(sheet.colours[empty]), label="nobody"))
    hatch = Patch(facecolor="none", edgecolor=INK, hatch="////", label="contested")
    dot = Line2D([], [], marker="o", ls="", color="#777", mec="white", ms=7)
    dot.set_label("troops, by number")
    river = Line2D([], [], color=WATER, lw=2.2, label="river")
    road = Line2D([], [], color=ROAD, lw=1, label="road")
    border = Line2D([], [], color=BORDER, lw=1, ls=DASHES, label="border")
    handles += [hatch, dot, river, road, border]
    style = {"fontsize": 10, "labelcolor": INK, "frameon": False}
    corner = {"loc": "lower left", "bbox_to_anchor": (0.008, 0.0)}
    columns = min(len(handles), SIGNS * len(sheet.panels))
    figure.legend(handles=handles, ncols=columns, **corner, **style)
    return -(-len(handles) // columns)


if __name__ == "__main__":
    draw(Path(sys.argv[2]), load(Path(sys.argv[1])))
