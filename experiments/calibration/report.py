"""The posterior in words and pictures: ``docs/posterior.md``."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from abm.whole import whole, write_whole
from experiments.calibration.calibrate import (
    EFFECTS,
    FOUND,
    POSTERIOR,
    SECONDS,
    Calibrated,
)
from experiments.calibration.defaults import UNIDENTIFIED, spread
from experiments.calibration.points import Setting, stored_statistics
from experiments.calibration.targets import GROUPS
from experiments.ensemble import DISTANCE, WEIGHT, weighted_quantile
from experiments.estimate import in_words
from experiments.swept import open_swept

LEVELS = (0.05, 0.5, 0.95)
DPI = 110
BINS = 12
SHOWN = 30
"""Parameters in the table of the screening."""

INK, PRIOR = "#245a7a", "#c9c4b8"


def write_report(
    done: Calibrated, setting: Setting, *, docs: Path | None = None
) -> Path:
    """Write the report and its pictures; return the page.

    Args:
        done: the calibration.
        setting: of its runs.
        docs: where to; the calibration's own folder if not given.
    """
    folder = docs or done.folder
    pictures = folder / "img"
    pictures.mkdir(parents=True, exist_ok=True)
    checks = predictive(done, setting)
    figures = {
        "marginals": _marginals(done),
        "pairs": _pairs(done),
        "checks": _checks(checks),
    }
    for name, figure in figures.items():
        with whole(pictures / f"posterior_{name}.png") as temporary:
            figure.savefig(temporary, dpi=DPI, format="png")
    page = folder / "posterior.md"
    write_whole(page, _page(done, setting, checks))
    return page


def marginals(done: Calibrated) -> pd.DataFrame:
    """Return of each parameter default, median, 90 % interval, range, shrinkage."""
    table = done.posterior.table
    weights = table[WEIGHT].to_numpy(dtype=np.float64)
    rows = []
    for one in done.chosen:
        values = table[one.path].to_numpy(dtype=np.float64)
        low, median, high = (weighted_quantile(values, weights, at) for at in LEVELS)
        rows.append(
            {
                "parameter": one.path,
                "default": one.value,
                "median": median,
                "low": low,
                "high": high,
                "range": f"{one.low:g} to {one.high:g} {one.unit}",
                "spread": spread(values, weights, one),
            }
        )
    return pd.DataFrame(rows)


def predictive(done: Calibrated, setting: Setting) -> pd.DataFrame:
    """Return of each statistic what happened and the runs' median and 90 % interval.

    The runs are those of the last generation of the calibration.
    """
    last = len(done.posterior.thresholds) - 1
    found = [
        values
        for folder in sorted((done.folder / "smc").glob(f"t{last:02d}_b*"))
        for _, values in stored_statistics(open_swept(folder), setting)
    ]
    runs = np.array(found)
    kept = setting.target.distance(runs) <= done.posterior.thresholds[-1]
    low, median, high = np.quantile(runs[kept], LEVELS, axis=0)
    target = setting.target
    return pd.DataFrame(
        {
            "statistic": target.names,
            "group": [GROUPS[one] for one in target.group],
            "observed": target.observed,
            "median": median,
            "low": low,
            "high": high,
            "inside": (target.observed >= low) & (target.observed <= high),
        }
    )


def screened_table(done: Calibrated) -> pd.DataFrame:
    """Return the parameters that matter most, with share, effect and whether fitted."""
    effects = done.effects.pivot(index="name", columns="kind", values="effect")
    fitted = {one.path for one in done.chosen}
    table = pd.DataFrame(
        {
            "parameter": effects.index,
            "share": effects["share"].to_numpy(),
            "morris": effects["morris"].to_numpy(),
            "fitted": [path in fitted for path in effects.index],
        }
    )
    ordered = table.sort_values(["morris", "share"], ascending=False)
    return ordered.head(SHOWN)


def _marginals(done: Calibrated) -> Figure:
    """Return a histogram a parameter over its plausible range."""
    table, chosen = done.posterior.table, done.chosen
    figure = Figure(figsize=(10, 2.4 * -(-len(chosen) // 4)), layout="constrained")
    axes = figure.subplots(-(-len(chosen) // 4), 4, squeeze=False).ravel()
    for axis, one in zip(axes, chosen, strict=False):
        edges = np.linspace(one.low, one.high, BINS + 1)
        axis.hist(table[one.path], bins=edges, weights=table[WEIGHT], color=INK)
        axis.axhline(1 / BINS, color=PRIOR)
        axis.axvline(one.value, color="black", linestyle=":")
        axis.set_title(one.path, fontsize=8)
        axis.tick_params(labelsize=7)
    for axis in axes[len(chosen) :]:
        axis.set_visible(False)
    return figure


def _pairs(done: Calibrated) -> Figure:
    """Return every two parameters against each other; discs have the sets' weight."""
    table, chosen = done.posterior.table, done.chosen
    count = len(chosen)
    figure = Figure(figsize=(10, 10), layout="constrained")
    axes = figure.subplots(count, count, squeeze=False)
    size = 40 * table[WEIGHT] / table[WEIGHT].max()
    for down, vertical in enumerate(chosen):
        for right, across in enumerate(chosen):
            axis = axes[down, right]
            if right > down:
                axis.set_visible(False)
                continue
            if right == down:
                axis.hist(table[across.path], weights=table[WEIGHT], color=INK)
            else:
                axis.scatter(
                    table[across.path], table[vertical.path], s=size, color=INK
                )
                axis.set_ylim(vertical.low, vertical.high)
            axis.set_xlim(across.low, across.high)
            axis.tick_params(labelsize=5)
            if down == count - 1:
                axis.set_xlabel(across.path, fontsize=6)
            if right == 0:
                axis.set_ylabel(vertical.path, fontsize=6)
    return figure


def _checks(checks: pd.DataFrame) -> Figure:
    """Return what happened against the runs, one panel a group of statistics."""
    figure = Figure(figsize=(10, 9), layout="constrained")
    axes = figure.subplots(2, 2).ravel()
    for axis, group in zip(axes, GROUPS, strict=True):
        rows = checks[checks["group"] == group].reset_index(drop=True)
        at = np.arange(len(rows))
        axis.hlines(at, rows["low"], rows["high"], color=PRIOR, linewidth=5)
        axis.plot(rows["median"], at, "|", color=INK, markersize=9)
        axis.plot(rows["observed"], at, "o", color="black", markersize=3)
        axis.set_yticks(at, rows["statistic"], fontsize=6)
        axis.set_title(f"{group}: dot what happened, bar 90 % of runs", fontsize=8)
    return figure


def _page(done: Calibrated, setting: Setting, checks: pd.DataFrame) -> str:
    """Return the page."""
    table = marginals(done)
    blind = list(table.loc[table["spread"] > UNIDENTIFIED, "parameter"])
    inside = f"{int(checks['inside'].sum())} of {len(checks)}"
    return "\n".join(
        [
            *_how_made(done, setting),
            *_screening(done),
            "## Marginals",
            "",
            "`spread`: standard deviation over the prior's; 1 is nothing learned.",
            "",
            *_markdown(table),
            "",
            "![Marginals; grey the prior](img/posterior_marginals.png)",
            "",
            "![Pairs](img/posterior_pairs.png)",
            "",
            "## What stayed unidentified",
            "",
            ", ".join(f"`{path}`" for path in blind) or "None of those fitted.",
            "These keep their defaults, for the median of next to nothing learned says",
            "nothing; in the ensemble they vary as far as is not known. Every assumed",
            "parameter that screening left out is unidentified too.",
            "",
            "## Predictive checks",
            "",
            f"What happened lies within 90 % of the last generation's runs in {inside} "
            "statistics. Losses are log(1 + killed).",
            "",
            *_markdown(checks),
            "",
            "![Predictive checks](img/posterior_checks.png)",
            "",
        ]
    )


def _screening(done: Calibrated) -> list[str]:
    """Return the section on the screening."""
    screen = done.sizes.screen
    return [
        "## Screening",
        "",
        "`share`: mean squared rank correlation with the statistics over a Latin",
        f"hypercube of half the range about each default ({screen.cube} runs; by luck "
        f"{1 / (screen.cube - 1):.4f}).",
        f"`morris`: mean elementary effect over {screen.trajectories} trajectories",
        "of the single parameters with the largest shares; 1 is their mean.",
        "",
        *_markdown(screened_table(done)),
        "",
    ]


def _how_made(done: Calibrated, setting: Setting) -> list[str]:
    """Return the lines that say how the posterior was made."""
    found = json.loads((done.folder / FOUND).read_text())
    thresholds = ", ".join(f"{one:.2f}" for one in done.posterior.thresholds)
    sets = len(done.posterior.table)
    wave = (
        "nothing was plausible; the least implausible twentieth was kept"
        if done.wave.forced
        else f"{done.wave.share:.0%} of the ranges was left"
    )
    return [
        "# Posterior",
        "",
        "What 19 June to 31 August 2017 says of the parameters whose basis is",
        "`assumed`. Nothing later was read. Written by `abm calibrate`.",
        "",
        f"Made by `abm calibrate --runs {done.sizes.runs} --cell-km "
        f"{setting.cell_km:g}`; it took "
        f"{in_words(found[SECONDS])}.",
        "",
        f"Screening kept {len(done.chosen)} parameters ({EFFECTS}). History "
        f"matching with {done.sizes.wave} runs: {wave}. ABC-SMC made "
        f"{done.posterior.runs} runs; thresholds {thresholds} (root mean square "
        f"error, in what a good model may miss). {sets} sets in {POSTERIOR}, "
        f"effective number {_effective(done):.0f}, best distance "
        f"{done.posterior.table[DISTANCE].min():.2f}.",
        "",
    ]


def _effective(done: Calibrated) -> float:
    """Return the number of sets of equal weight that know as much."""
    weights = done.posterior.table[WEIGHT].to_numpy(dtype=np.float64)
    return float(weights.sum() ** 2 / (weights**2).sum())


def _markdown(table: pd.DataFrame) -> Sequence[str]:
    """Return a table in Markdown."""
    head = [str(name) for name in table.columns]
    return [
        f"| {' | '.join(head)} |",
        f"| {' | '.join('---' for _ in head)} |",
        *(
            f"| {' | '.join(_cell(value) for value in row)} |"
            for row in table.itertuples(index=False)
        ),
    ]


def _cell(value: object) -> str:
    """Return a value as a cell."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.3g}"
    return str(value)
