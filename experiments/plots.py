"""Figures of the analyses, each as SVG text; no window, no state, no network."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from experiments.outcomes import axis

if TYPE_CHECKING:
    from experiments.survival import Curve
    from experiments.verdicts import Effect

INK, GRID, PAPER = "#2b2b2b", "#d9d5cc", "#ffffff"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#2b2b2b")
"""Okabe and Ito's, which colour-blind readers can tell apart."""

STYLES = ("-", "--", "-.", ":")
WIDTH = 8.0
ROOM = 1.6
"""Height of an axis, in units of what it must show."""

STYLE: Any = {
    "svg.fonttype": "path",
    "svg.hashsalt": "flashpoint",
    "font.size": 9.5,
    "axes.edgecolor": "#8a857a",
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
}


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure, size in inches."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), facecolor=PAPER, layout="constrained")
    FigureCanvasSVG(figure)
    return figure


def svg(figure: Figure) -> str:
    """Return a figure as SVG text, the same bytes for the same figure."""
    buffer = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def axes_of(figure: Figure, count: int, *, across: int = 3) -> list[Axes]:
    """Return ``count`` axes in rows of at most ``across``."""
    columns = min(across, max(1, count))
    rows = -(-count // columns)
    with mpl.rc_context(STYLE):
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for unused in grid[count:]:
        unused.set_visible(False)
    return list(grid[:count])


def half_widths(table: pd.DataFrame, *, wanted: float, outcome: str) -> str:
    """Return the intervals' half-widths by the number of replicates."""
    figure = new_figure(WIDTH, 3.2)
    (axes,) = axes_of(figure, 1)
    for column, label, colour in (
        ("half_width_of_a_point", "mean of one point", COLOURS[0]),
        ("half_width_of_all", "mean over all points", COLOURS[1]),
    ):
        axes.plot(table["replicates"], table[column], color=colour, label=label)
    axes.axhline(wanted, color=INK, ls=":", lw=1)
    axes.set_xlabel("replicates")
    axes.set_ylabel(f"half-width of\n{axis(outcome)}", fontsize=8)
    widest = float(table["half_width_of_a_point"].max())
    axes.set_ylim(0, (max(widest, wanted) or 1.0) * ROOM)
    axes.legend()
    return svg(figure)


def indices(table: pd.DataFrame, *, outcome: str) -> str:
    """Return sensitivity indices as bars with intervals."""
    column = next(name for name in ("mu_star", "ST", "PRCC") if name in table)
    shown = table.iloc[::-1]
    figure = new_figure(WIDTH, 1.0 + 0.32 * len(shown))
    (axes,) = axes_of(figure, 1)
    where = np.arange(len(shown))
    values = shown[column].to_numpy(dtype=np.float64)
    if "interval" in shown:
        errors: Any = shown["interval"].to_numpy(dtype=np.float64)
    else:
        errors = np.abs(
            np.vstack([values - shown["low"], shown["high"].to_numpy() - values])
        )
    axes.barh(where, values, xerr=errors, color=COLOURS[0], height=0.6, ecolor=INK)
    for extra, mark in (("S1", "o"), ("sigma", "D")):
        if extra in shown:
            axes.plot(
                shown[extra], where, mark, color=COLOURS[1], ms=5, label=extra, ls=""
            )
            axes.legend()
    axes.set_yticks(where, [_short(name) for name in shown["factor"]])
    axes.set_xlabel(f"{column} of {axis(outcome)}")
    axes.axvline(0, color=INK, lw=0.8)
    return svg(figure)


def dependence(table: pd.DataFrame, *, factors: Sequence[str], outcome: str) -> str:
    """Return the mean outcome by the value of each factor, one panel each."""
    across = 3
    rows = -(-len(factors) // across)
    figure = new_figure(WIDTH, 0.5 + 2.0 * rows)
    panels = axes_of(figure, len(factors), across=across)
    for axes, factor in zip(panels, factors, strict=True):
        part = table[table["factor"] == factor]
        _dependence(axes, part)
        axes.set_title(_short(factor), fontsize=9, loc="left")
    lows, highs = zip(*(axes.get_ylim() for axes in panels), strict=True)
    for number, axes in enumerate(panels):
        axes.set_ylim(min(lows), max(highs))
        if number % across == 0:
            axes.set_ylabel(axis(outcome), fontsize=8)
    return svg(figure)


def _dependence(axes: Axes, part: pd.DataFrame) -> None:
    """Draw one factor: a line for numbers, points for levels."""
    mean = part["mean"].to_numpy(dtype=np.float64)
    half = np.nan_to_num(part["half_width"].to_numpy(dtype=np.float64))
    values = list(part["value"])
    numeric = all(
        isinstance(value, int | float | np.number) and not isinstance(value, bool)
        for value in values
    )
    if numeric:
        x = np.array(values, dtype=np.float64)
        axes.plot(x, mean, "o-", color=COLOURS[0], ms=3)
        axes.fill_between(
            x, mean - half, mean + half, color=COLOURS[0], alpha=0.2, lw=0
        )
        return
    where = np.arange(len(part))
    axes.errorbar(where, mean, yerr=half, fmt="o", color=COLOURS[0], capsize=3)
    axes.set_xticks(
        where, [str(value)[:14] for value in values], rotation=25, ha="right"
    )
    axes.set_xlim(-0.5, len(part) - 0.5)


def survival(curves: "Sequence[Curve]", *, dates: Sequence[str], days: int) -> str:
    """Return Kaplan-Meier curves, a panel a date, a line a group."""
    rows = -(-len(dates) // 3)
    figure = new_figure(WIDTH, 0.6 + 2.2 * rows)
    panels = axes_of(figure, len(dates))
    groups = list(dict.fromkeys(made.group for made in curves))
    for number, (axes, date) in enumerate(zip(panels, dates, strict=True)):
        for made in (made for made in curves if made.date == date):
            at = groups.index(made.group)
            colour, style = COLOURS[at % len(COLOURS)], STYLES[at % len(STYLES)]
            line: Any = {"color": colour, "ls": style, "label": made.group}
            axes.step(made.day, made.share, where="post", **line)
            axes.fill_between(
                made.day,
                made.low,
                made.high,
                step="post",
                color=colour,
                alpha=0.12,
                lw=0,
            )
        axes.set_title(date.removeprefix("dates.").replace("_", " "), fontsize=9)
        axes.set_ylim(0, 1.02)
        axes.set_xlim(0, days)
        if number % 3 == 0:
            axes.set_ylabel("not yet")
        if number >= len(dates) - 3:
            axes.set_xlabel("day")
    handles, labels = panels[0].get_legend_handles_labels()
    if len(groups) > 1:
        with mpl.rc_context(STYLE):
            figure.legend(
                handles, labels, loc="outside lower center", ncols=len(groups)
            )
    return svg(figure)


def effects(found: "Sequence[Effect]") -> str:
    """Return statistics with their intervals, each on an axis of its own."""
    figure = new_figure(WIDTH, 0.3 + 0.85 * len(found))
    for axes, effect in zip(axes_of(figure, len(found), across=1), found, strict=True):
        low = effect.value if np.isnan(effect.low) else effect.low
        high = effect.value if np.isnan(effect.high) else effect.high
        axes.plot([low, high], [0, 0], color=COLOURS[0], lw=3, solid_capstyle="butt")
        axes.plot([effect.value], [0], "o", color=COLOURS[0], ms=7)
        axes.axvline(effect.limit, color=INK, ls=":", lw=1)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_ylim(-1, 1)
        axes.set_title(effect.what, fontsize=8.5, loc="left")
    return svg(figure)


def curves(table: pd.DataFrame, *, label: str) -> str:
    """Return curves by day with bands; columns day, name, mean, low, high."""
    figure = new_figure(WIDTH, 3.2)
    (axes,) = axes_of(figure, 1)
    for at, (name, part) in enumerate(table.groupby("name", sort=False)):
        colour, style = COLOURS[at % len(COLOURS)], STYLES[at % len(STYLES)]
        axes.plot(part["day"], part["mean"], color=colour, ls=style, label=str(name))
        axes.fill_between(
            part["day"], part["low"], part["high"], color=colour, alpha=0.15, lw=0
        )
    axes.set_xlabel("day")
    axes.set_ylabel(label)
    axes.set_ylim(bottom=0)
    axes.legend()
    return svg(figure)


def histogram(values: "pd.Series[float]", *, outcome: str) -> str:
    """Return the distribution of an outcome over all runs."""
    figure = new_figure(WIDTH, 2.6)
    (axes,) = axes_of(figure, 1)
    axes.hist(values.dropna(), bins=30, color=COLOURS[0], edgecolor=PAPER, lw=0.5)
    axes.set_xlabel(axis(outcome).replace("\n", " "))
    axes.set_ylabel("runs")
    return svg(figure)


def _short(name: object) -> str:
    """Return a name that fits an axis."""
    text = str(name)
    longest = 34
    if len(text) <= longest:
        return text
    parts = text.split(".")
    return ".".join([*(part[:4] for part in parts[:-2]), *parts[-2:]])
