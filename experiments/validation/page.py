"""``docs/validation.md``: goals with their figures, ablations, where the model errs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from abm.units import FloatArray
from experiments.files import write_whole
from experiments.scoring import scores
from experiments.scoring.baselines import CALIBRATION, LAST
from experiments.scoring.items import Items, items_of
from experiments.scoring.said import LABELS, in_words
from experiments.scoring.score import RESAMPLES, SEED, Scored, score
from experiments.scoring.sources import Source
from experiments.validation.variants import ABLATIONS, Runs, Size
from experiments.versions import versions

DPI = 110
SKILL_WANTED = 0.3
NINETY = 0.9
WORST = 12
LABELLED = 1.0
"""Brier score from which a site is named on the map."""

ENOUGH = 20
"""Runs from which a 90 % interval can leave a run out at either end."""

HASH_SHOWN = 16
PICTURE = Path("img") / "validation_errors.png"
SHOWN = ("brier", "log", "crps_dates", "crps_counts", "front")


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of issue 6, section 5.

    Attributes:
        text: what is wanted.
        figure: what was measured.
        met: whether it is.
    """

    text: str
    figure: str
    met: bool


def write_validation(runs: Runs, size: Size, *, docs: Path, command: str) -> Path:
    """Write the page and its map; return the page.

    Args:
        runs: all that was run.
        size: how much that was.
        docs: folder of the page.
        command: that writes it again.
    """
    scored = score(runs.model, CALIBRATION, last=LAST, beside=runs.baselines)
    (docs / PICTURE).parent.mkdir(parents=True, exist_ok=True)
    errors_figure(scored, runs.model).savefig(docs / PICTURE, dpi=DPI)
    page = docs / "validation.md"
    write_whole(page, _page(scored, runs, size, command).encode())
    return page


def goals(scored: Scored) -> list[Goal]:
    """Return the goals of the calibration window with what was measured."""
    own = scored.items[scored.name]
    brier = {name: items["brier"].mean() for name, items in scored.items.items()}
    dates = {name: items["crps_dates"].mean() for name, items in scored.items.items()}
    still = 1 - brier[scored.name] / brier["persistence"]
    others = {name: value for name, value in brier.items() if name != scored.name}
    best = min(others, key=lambda name: others[name])
    rivals = {name: value for name, value in dates.items() if name != scored.name}
    rival = min(rivals, key=lambda name: rivals[name])
    ninety = next(each for each in scored.spreads[scored.name] if each.level == NINETY)
    share = ninety.hits / max(1, ninety.count)
    return [
        Goal(
            f"Brier skill over persistence at least {SKILL_WANTED}",
            f"{still:.2f}",
            still >= SKILL_WANTED,
        ),
        Goal(
            "Brier skill above 0 over every other baseline",
            f"{1 - own['brier'].mean() / others[best]:.2f} over {best}",
            own["brier"].mean() < others[best],
        ),
        Goal(
            "CRPS of dates below every baseline",
            f"{dates[scored.name]:.2f} days; {rival} {rivals[rival]:.2f}",
            dates[scored.name] < rivals[rival],
        ),
        Goal(
            "binomial interval of the 90 % intervals' coverage contains 90 %",
            f"{share:.0%} [{ninety.low:.0%}, {ninety.high:.0%}]",
            ninety.low <= NINETY <= ninety.high,
        ),
    ]


def effect(without: Items, model: Items) -> tuple[float, float, float]:
    """Return what a score loses without a part, with a 95 % bootstrap interval.

    Items are resampled, the same for both: above 0 the part helps.
    """
    rng = np.random.default_rng(SEED)
    rows = np.flatnonzero(model.weights > 0)
    draws = rng.choice(rows, (RESAMPLES, len(rows)))
    boots = [without.mean(rows=draw) - model.mean(rows=draw) for draw in draws]
    low, high = np.quantile(boots, [0.025, 0.975])
    return without.mean() - model.mean(), float(low), float(high)


def site_errors(scored: Scored, source: Source) -> FloatArray:
    """Return the Brier score of each site at each check; NaN where not known."""
    known = scored.known
    p = source.prediction.on(known.checks)
    found = scores.brier(p, np.maximum(known.held, 0))
    return np.where(known.known, found, np.nan)


def errors_figure(scored: Scored, source: Source) -> Figure:
    """Return the map of where and when the model errs, one panel a check date."""
    known, theatre = scored.known, source.theatre
    errors = site_errors(scored, source)
    rows = known.history.rows
    x, y = theatre.site_x_km[rows], theatre.site_y_km[rows]
    figure = Figure(figsize=(12, 7), layout="constrained")
    axes = figure.subplots(2, -(-len(known.checks) // 2), squeeze=False).ravel()
    cell_x, cell_y = theatre.grid.center_km(np.arange(theatre.grid.n_cells))
    shape = theatre.grid.shape
    names = [theatre.site_names[row] for row in rows]
    for axis, day, now in zip(axes, known.checks, errors, strict=False):
        axis.contour(
            cell_x.reshape(shape),
            cell_y.reshape(shape),
            theatre.bank.reshape(shape),
            levels=[0.5],
            colors="#5b8fb0",
            linewidths=0.7,
        )
        named = known.history.named
        dots = _dots(axis, x[~named], y[~named], now[~named], size=8)
        dots = _dots(axis, x[named], y[named], now[named], size=45, edge="black")
        for site in np.flatnonzero(np.nan_to_num(now) >= LABELLED):
            axis.annotate(names[site], (x[site], y[site]), fontsize=5)
        axis.set_title(f"{day}: Brier {np.nanmean(now):.3f}", fontsize=9)
        axis.set_aspect("equal")
        axis.invert_yaxis()  # rows of the grid run southwards
        axis.set_axis_off()
    for axis in axes[len(known.checks) :]:
        axis.set_visible(False)
    figure.colorbar(dots, ax=list(axes), shrink=0.5, label="Brier score, 0 to 2")
    return figure


def _dots(
    axis: Axes,
    x_km: FloatArray,
    y_km: FloatArray,
    errors: FloatArray,
    *,
    size: float,
    edge: str = "none",
) -> Any:
    """Draw sites coloured by their error."""
    return axis.scatter(
        x_km, y_km, s=size, c=errors, vmin=0, vmax=2, cmap="YlOrRd", edgecolors=edge
    )


def _page(scored: Scored, runs: Runs, size: Size, command: str) -> str:
    """Return the page."""
    sets = "the posterior ensemble" if runs.calibrated else "the default parameters"
    return "\n".join(
        [
            "# Validation",
            "",
            f"Written by `{command}`:",
            f"{size.runs} runs of {size.days} days at {size.cell_km:g} km.",
            f"The model and each variant: {size.members} runs with {sets} and the same",
            f"seeds; shuffled objectives: {size.shuffles} deals of {size.each} runs.",
            "All of it is scored on 19 June to 31 August 2017, the window that",
            "calibration saw: this is fit, not forecast. The shuffles have the model's",
            "own parameter sets and no calibration of their own; the rates of",
            "`constant rate` are fitted to the very dates that are scored here.",
            *_few(size),
            f"Code {versions().code}, scenario {source_hash(runs)}.",
            "",
            "## Goals",
            "",
            "| goal | measured | met |",
            "| --- | --- | --- |",
            *(
                f"| {each.text} | {each.figure} | {'yes' if each.met else '**no**'} |"
                for each in goals(scored)
            ),
            "",
            "## Scores",
            "",
            "```",
            in_words(scored),
            "```",
            "",
            *_ablations(scored, runs),
            *_errors(scored, runs.model),
        ]
    )


def source_hash(runs: Runs) -> str:
    """Return the beginning of the hash of the scenario that was run."""
    return runs.model.scenario.hash[:HASH_SHOWN]


def _few(size: Size) -> Sequence[str]:
    """Return the warning that a small ensemble needs."""
    if size.members >= ENOUGH:
        return ()
    return (
        f"**{size.members} runs are few**: intervals of less than {ENOUGH} runs are "
        "too narrow by construction,",
        "and effects smaller than the scatter of runs are not seen.",
    )


def _ablations(scored: Scored, runs: Runs) -> Sequence[str]:
    """Return the table of ablations."""
    model = scored.items[scored.name]
    lines = [
        "## Ablations",
        "",
        "What a score loses without a part (score without - score with), with the 95 %",
        "interval over items; above 0 the part helps.",
        "",
        f"| without | {' | '.join(LABELS[metric] for metric in SHOWN)} |",
        f"| --- | {' | '.join('---' for _ in SHOWN)} |",
    ]
    for name, prediction in runs.ablations.items():
        items = items_of(prediction, scored.known, runs.model.theatre)
        cells = [
            "{:.3g} [{:.3g}, {:.3g}]".format(*effect(items[metric], model[metric]))
            for metric in SHOWN
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    said = [
        f"- {each.name}: "
        + ", ".join(f"`{path} = {value:g}`" for path, value in each.changes)
        + (f" (of each {each.kind})" if each.kind else "")
        for each in ABLATIONS
    ]
    return [*lines, "", "As overrides:", "", *said, ""]


def _errors(scored: Scored, source: Source) -> Sequence[str]:
    """Return the map and the sites where the model errs most."""
    known, theatre = scored.known, source.theatre
    errors = np.nan_to_num(site_errors(scored, source))
    mean = errors.sum(axis=0) / np.maximum(1, known.known.sum(axis=0))
    worst = np.argsort(-mean, kind="stable")[:WORST]
    rows = [
        f"| {theatre.site_names[known.history.rows[site]]} | {mean[site]:.2f} | "
        f"{known.checks[int(np.argmax(errors[:, site]))]} | "
        f"{'yes' if known.history.named[site] else 'inferred'} |"
        for site in worst
        if mean[site] > 0
    ]
    return [
        "## Where the model errs, and when",
        "",
        f"![Brier score of each site; large discs are named]({PICTURE})",
        "",
        "| site | mean Brier | first worst date | named by an event |",
        "| --- | --- | --- | --- |",
        *rows,
        "",
    ]
