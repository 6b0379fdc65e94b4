"""``docs/validation.md``: goals with their figures, ablations, where the model errs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from abm.whole import whole, write_whole
from experiments.scoring.baselines import CALIBRATION, LAST
from experiments.scoring.items import Items, items_of
from experiments.scoring.said import LABELS, in_words
from experiments.scoring.score import RESAMPLES, SEED, Scored, score
from experiments.validation.errors import PICTURE, errors_figure, errors_section
from experiments.validation.variants import ABLATIONS, SHUFFLED, Runs, Size
from experiments.versions import versions

DPI = 110
SKILL_WANTED = 0.3
NINETY = 0.9
ENOUGH = 20
"""Runs from which a 90 % interval can leave a run out at either end."""

HASH_SHOWN = 16
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
    with whole(docs / PICTURE) as temporary:
        errors_figure(scored, runs.model).savefig(temporary, dpi=DPI, format="png")
    page = docs / "validation.md"
    write_whole(page, _page(scored, runs, size, command))
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
            f"seeds; shuffled objectives: {size.shuffles} deals, of each the best",
            f"{size.each} of {size.fit} runs. All of it is scored on 19 June to",
            "31 August 2017, the window that calibration saw: fit, not forecast. Rates",
            "of `constant rate` are fitted to the very dates that are scored here.",
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
            *_worth(scored, runs, size),
            *_ablations(scored, runs),
            *errors_section(scored, runs.model),
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


def _worth(scored: Scored, runs: Runs, size: Size) -> Sequence[str]:
    """Return what the text's objectives are worth, budgets of fitting being equal."""
    theatre = runs.model.theatre
    own = items_of(runs.alike, scored.known, theatre)
    deals = [
        items_of(one, scored.known, theatre) for one in runs.baselines.get(SHUFFLED, ())
    ]
    lines = [
        "## What the objectives are worth",
        "",
        f"A calibration of every deal would take {size.shuffles} times as long as the",
        f"model's own. So the model and each deal are fitted anew with {size.fit} runs",
        f"at the same points and seeds; the {size.each} nearest to what happened",
        "count. Lower is better; the range is that of the deals.",
        "",
        "| score | the text's objectives | shuffled [least, most] | deals beaten |",
        "| --- | --- | --- | --- |",
    ]
    for metric in SHOWN:
        mine = own[metric].mean()
        theirs = [each[metric].mean() for each in deals]
        lines.append(
            f"| {LABELS[metric]} | {mine:.3g} | {np.mean(theirs):.3g} "
            f"[{min(theirs):.3g}, {max(theirs):.3g}] | "
            f"{sum(mine < one for one in theirs)} of {len(theirs)} |"
        )
    return [*lines, ""]


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
