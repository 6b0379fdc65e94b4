"""Maps over many runs: who holds what with which probability, and where it sparks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from abm.record.ground import bloc_colours, pieces
from abm.record.labels import placed
from abm.theatre import Theatre
from abm.units import FloatArray
from experiments import plots
from experiments.sections import Picture, Section, Table
from experiments.swept import Swept

WATER, CLOSED = "#5b8fb0", "#eeebe4"
LEAST_SHARE = 0.02
"""Blocs that never hold more than this share of the land get no map."""

WIDEST = 3
LARGEST_SPOT = 900.0
MOST_SITES = 15


@dataclass(frozen=True)
class Ensemble:
    """Sums over the runs of a sweep.

    Attributes:
        runs: number of runs summed.
        day: day of the maps.
        bloc: share of runs in which each bloc holds each cell, shape
            (n_blocs, n_cells).
        risk: mean over runs of hazard x severity near each site, shape (n_sites,).
    """

    runs: int
    day: int
    bloc: FloatArray
    risk: FloatArray


def ensemble(swept: Swept) -> Ensemble | None:
    """Return the sums over all runs, read one part at a time; None without maps."""
    theatre = swept.theatre
    blocs, cells = len(theatre.bloc_names), theatre.grid.n_cells
    held = np.zeros((blocs, cells))
    risk = np.zeros(len(theatre.site_ids))
    runs, day = 0, 0
    columns = np.arange(cells)
    for _, kept in swept.observed():
        holder = np.asarray(kept.control[-1], dtype=np.int64)
        held[theatre.bloc[holder], columns] += 1
        risk += kept.risk
        runs, day = runs + 1, max(day, int(kept.map_day[-1]))
    if runs == 0:
        return None
    return Ensemble(runs, day, held / runs, risk / runs)


def section(swept: Swept) -> Section:
    """Return the maps of a sweep."""
    title = "Where?"
    found = ensemble(swept)
    if found is None:
        return Section(title, ("These runs kept no maps.",))
    theatre = swept.theatre
    names = _blocs_with_land(theatre, found)
    table = _table(theatre, found)
    return Section(
        title,
        (f"Over {found.runs} runs, all points and replicates alike.",),
        (Table("flashpoints", "Places by hazard x severity near them", table),),
        (
            Picture(
                "control",
                f"Probability of control on day {found.day}: the stronger the colour, "
                "the larger the share of runs in which the bloc holds the cell.",
                control_map(theatre, found, names),
            ),
            Picture(
                "flashpoint",
                "Hazard x severity of incidents between blocs near each place, summed "
                "over the run, mean over runs: the area of the disc.",
                flashpoint_map(theatre, found),
            ),
        ),
    )


def _table(theatre: Theatre, found: Ensemble) -> pd.DataFrame:
    """Return the places with the largest hazard."""
    rows = np.argsort(found.risk)[::-1][:MOST_SITES]
    return pd.DataFrame(
        {
            "site": [theatre.site_ids[row] for row in rows],
            "name": [theatre.site_names[row] for row in rows],
            "hazard_x_severity": found.risk[rows],
        }
    )


def _blocs_with_land(theatre: Theatre, found: Ensemble) -> list[int]:
    """Return the blocs that hold land worth a map, the largest holders first."""
    land = found.bloc[:, theatre.open].mean(axis=1)
    nobody = int(theatre.bloc[theatre.nobody])
    order = [int(bloc) for bloc in np.argsort(land)[::-1]]
    return [b for b in order if land[b] > LEAST_SHARE and b != nobody]


def control_map(theatre: Theatre, found: Ensemble, blocs: Sequence[int]) -> str:
    """Return one small map a bloc: probability that it holds each cell."""
    height, width = theatre.grid.shape
    rows = -(-len(blocs) // WIDEST)
    across = plots.WIDTH * 1.2 / WIDEST
    figure = plots.new_figure(
        across * WIDEST, rows * (across * height / width + 0.35) + 0.1
    )
    panels = plots.axes_of(figure, len(blocs), across=WIDEST)
    colours = bloc_colours(theatre)
    for axes, bloc in zip(panels, blocs, strict=True):
        share = np.where(theatre.open, found.bloc[bloc], np.nan)
        tint(axes, theatre, share, colour=colours[bloc])
        axes.set_title(theatre.bloc_names[bloc], fontsize=10, loc="left")
    return plots.svg(figure)


def tinted(share: FloatArray, colour: str) -> FloatArray:
    """Return an image from white to a colour by share; closed land is grey."""
    tone = np.array(to_rgb(colour))
    image = 1.0 - np.nan_to_num(share)[..., None] * (1.0 - tone)
    image[np.isnan(share)] = to_rgb(CLOSED)
    return image


def flashpoint_map(theatre: Theatre, found: Ensemble) -> str:
    """Return the map of discs whose area is the hazard x severity near a place."""
    figure, axes = land_map(theatre)
    x = theatre.site_x_km / theatre.grid.cell_km
    y = theatre.site_y_km / theatre.grid.cell_km
    largest = float(found.risk.max()) or 1.0
    axes.scatter(
        x,
        y,
        s=found.risk / largest * LARGEST_SPOT,
        color=plots.COLOURS[1],
        alpha=0.55,
        lw=0,
        zorder=3,
    )
    label_places(axes, theatre)
    return plots.svg(figure)


def land_map(theatre: Theatre) -> tuple[Figure, Axes]:
    """Return a figure with the land, the closed part of it grey, and the rivers."""
    height, width = theatre.grid.shape
    figure = plots.new_figure(plots.WIDTH, plots.WIDTH * height / width + 0.2)
    (axes,) = plots.axes_of(figure, 1)
    tint(axes, theatre, np.where(theatre.open, 0.0, np.nan), colour="#000000")
    return figure, axes


def tint(axes: Axes, theatre: Theatre, share: FloatArray, *, colour: str) -> None:
    """Draw cells from white to a colour by share, and the rivers over them."""
    height, width = theatre.grid.shape
    axes.imshow(
        tinted(share.reshape(height, width), colour),
        extent=(0.0, float(width), float(height), 0.0),
        interpolation="nearest",
    )
    background(axes, theatre)


def label_places(axes: Axes, theatre: Theatre) -> None:
    """Write the names of the larger places where they do not overlap."""
    x = theatre.site_x_km / theatre.grid.cell_km
    y = theatre.site_y_km / theatre.grid.cell_km
    for row, left, top in placed(theatre, x, y):
        axes.text(
            left,
            top,
            theatre.site_names[row].split(" (")[0],
            fontsize=7,
            va="center",
            zorder=5,
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )


def background(axes: Axes, theatre: Theatre) -> None:
    """Draw the rivers, and no ticks."""
    height, width = theatre.grid.shape
    rivers = [points for _, points in pieces(theatre, "rivers")]
    axes.add_collection(LineCollection(rivers, color=WATER, lw=0.9))
    axes.set_xlim(1, width - 1)
    axes.set_ylim(height - 1, 1)
    axes.set_aspect("equal")
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.set_yticks([])
