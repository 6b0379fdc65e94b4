"""Pictures of the patterns' page, each as SVG text."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from abm.theatre import Theatre
from abm.units import FloatArray
from experiments import plots
from experiments.maps import label_places, land_map
from experiments.parties import PARTIES
from experiments.survival import curve
from experiments.swept import Swept

DISC = 18.0
BAND = (5, 95)
DATE = "dates.siege_broken"


def relief(sizes: Mapping[str, Swept]) -> str:
    """Return the share of runs not yet relieved by day, one curve a cell size."""
    rows = []
    for name, swept in sizes.items():
        duration, came = swept.duration(DATE)
        made = curve(DATE, name, duration=duration, came=came, days=swept.days)
        columns = {"mean": made.share, "low": made.low, "high": made.high}
        rows.append(pd.DataFrame({"day": made.day, "name": name, **columns}))
    label = "share of runs in which\nthe siege is not yet broken"
    return plots.curves(pd.concat(rows, ignore_index=True), label=label)


def tension(runs: Mapping[str, pd.DataFrame], *, key: str, label: str) -> str:
    """Return the mean tension by day with the middle 90 % of runs."""
    rows = []
    for name, table in runs.items():
        stack = _stacked([each["patterns"][key] for each in table["outcomes"]])
        low, high = np.nanpercentile(stack, BAND, axis=0)
        columns = {"mean": np.nanmean(stack, axis=0), "low": low, "high": high}
        day = np.arange(stack.shape[1])
        rows.append(pd.DataFrame({"day": day, "name": name, **columns}))
    return plots.curves(pd.concat(rows, ignore_index=True), label=label)


def _stacked(series: list[list[float]]) -> FloatArray:
    """Return series of several lengths as rows, NaN past the end of each."""
    found = np.full((len(series), max(map(len, series))), np.nan)
    for row, values in enumerate(series):
        found[row, : len(values)] = values
    return found


def incidents(table: pd.DataFrame, theatre: Theatre) -> str:
    """Return the map of all incidents between the blocs, by kind."""
    figure, axes = land_map(theatre)
    met = [one for each in table["outcomes"] for one in each["patterns"]["met"]]
    kinds = sorted({one[1] for one in met})
    rng = np.random.default_rng(1)  # spreads the discs of one cell, moves nothing
    for number, kind in enumerate(kinds):
        cells = np.array([one[2] for one in met if one[1] == kind])
        x, y = theatre.grid.center_km(cells)
        spread: Any = rng.uniform(-0.4, 0.4, (2, len(cells)))
        axes.scatter(
            x / theatre.grid.cell_km + spread[0],
            y / theatre.grid.cell_km + spread[1],
            s=DISC,
            color=plots.COLOURS[number % len(plots.COLOURS)],
            alpha=0.5,
            lw=0,
            zorder=3,
            label=f"{kind.replace('_', ' ')} ({len(cells)})",
        )
    label_places(axes, theatre)
    if kinds:
        axes.legend(loc="lower left", fontsize=8)
    return plots.svg(figure)


def ground(sizes: Mapping[str, tuple[Swept, pd.DataFrame]]) -> str:
    """Return how many of its populated sites ISIS holds by day, and what it retakes."""
    figure = plots.new_figure(plots.WIDTH, 3.2)
    left, right = plots.axes_of(figure, 2, across=2)
    for number, (name, (swept, table)) in enumerate(sizes.items()):
        colour, style = plots.COLOURS[number], plots.STYLES[number]
        stack = 100.0 * _held(swept)
        day = np.arange(stack.shape[1])
        low, high = np.nanpercentile(stack, BAND, axis=0)
        left.plot(day, np.nanmean(stack, axis=0), color=colour, ls=style, label=name)
        left.fill_between(day, low, high, color=colour, alpha=0.15, lw=0)
        months = _months(table)
        right.plot(range(len(months)), months, marker="o", color=colour, ls=style)
    left.set(xlabel="day", ylim=(0, 102))
    left.set_title("populated sites ISIS still holds, %", fontsize=9, loc="left")
    right.set_xlabel("month of the run")
    right.set_ylim(bottom=0)
    right.set_title("cells ISIS retakes a run and 30 days", fontsize=9, loc="left")
    left.legend()
    return plots.svg(figure)


def _held(swept: Swept) -> FloatArray:
    """Return the share of its populated sites that the raider holds, by run and day."""
    theatre = swept.theatre
    raider = theatre.holder_index[PARTIES.isis]
    rows = []
    for _, kept in swept.observed():
        mine = (kept.sites[0] == raider) & (theatre.site_population > 0)
        rows.append((kept.sites[:, mine] == raider).mean(axis=1).tolist())
    return _stacked(rows)


def _months(table: pd.DataFrame) -> list[float]:
    """Return the mean number of cells retaken in each 30 days of a run."""
    ticks = [
        one[0] for each in table["outcomes"] for one in each["patterns"]["retaken"]
    ]
    month = np.array(ticks, dtype=np.int64) // (4 * 30)
    counts: FloatArray = np.bincount(month, minlength=6) / max(1, len(table))
    return [float(value) for value in counts]
