"""The page of claims: runs the claims study, tests each claim, writes and draws it."""

import datetime as dt
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd

from abm.scenario import Scenario, load_scenario
from abm.whole import write_whole
from experiments import plots
from experiments.claimed import verdicts
from experiments.estimate import in_words, time_of
from experiments.measures import measured
from experiments.parties import PARTIES
from experiments.run import Cases
from experiments.study import load_study
from experiments.sweeps import Plan
from experiments.swept import Swept, completed
from experiments.verdicts import Effect, Verdict

PAGE, PICTURES = "claims.md", "claims"


def write_claims(
    study: str,
    results: Path,
    *,
    docs: Path,
    workers: int | None = None,
    stream: TextIO | None = None,
) -> Path:
    """Run the claims study, or the rest of it; write and return its page with plots.

    Args:
        study: the claims study, or another with the same arms.
        results: results folder; what it holds of the same study is not run again.
        docs: folder of the page and its pictures.
        workers: processes; one a core if not given.
        stream: where progress is shown.

    Raises:
        SweepError: it was stopped; the same call goes on, the page is as it was.
    """
    cases = Cases(load_study(study))

    plan = Plan(
        workers=workers,
        stream=stream,
        announce=lambda runs: time_of(cases, runs, workers=workers),
    )
    started = time.monotonic()
    swept = completed(cases, results, plan=plan)
    seconds = time.monotonic() - started
    runs = measured(swept, PARTIES)
    found = verdicts(runs, swept.theatre.scenario)
    draw(found, swept, docs / PICTURES)
    page = docs / PAGE
    text = document(found, swept, seconds=seconds)
    write_whole(page, text)
    plain = runs.drop(columns=["versions", "traceback"], errors="ignore")
    write_whole(results / "claims.csv", plain.to_csv(index=False))
    return page


def document(found: Sequence[Verdict], swept: Swept, *, seconds: float) -> str:
    """Return the page as Markdown."""
    study = swept.study
    scenario = load_scenario(study.scenario)
    head = [
        "# The claims of the text, tested",
        f"Written by `abm claims` on {dt.datetime.now(dt.UTC):%d %B %Y} from "
        f"{len(swept.results)} runs ({swept.failed} failed): {study.replicates} "
        f"replicates of each arm of the study `{study.name}`, paired by seed, "
        f"{study.days} days, {study.cell_km:g} km cells, engine "
        f"`{swept.manifest.versions.get('code')}`, scenario "
        f"`{swept.manifest.scenario[:16]}`. Computing took {in_words(seconds)} this "
        "time.",
        "Intervals are 95 %: percentile bootstrap over seeds for means and paired "
        "differences, Wilson's for shares. A claim is *supported* or *contradicted* "
        "only where the whole interval lies on one side; *assumed* where a "
        "parameter's plausible range leaves it no choice; else *undecided*. A verdict "
        "is about this model, built from the text and assumed numbers, and not about "
        "the world.",
        _overview(found),
    ]
    parts = [_claim(verdict, scenario) for verdict in found]
    return "\n\n".join([*head, *parts]) + "\n"


def _overview(found: Sequence[Verdict]) -> str:
    """Return all verdicts as one table."""
    rows = [
        f"| [{v.claim}](#{v.claim.lower()}) | {', '.join(v.sentences)} | {v.words} | "
        f"**{v.verdict}** | {_said(v.decisive)} |"
        for v in found
    ]
    head = "| claim | text | in words | verdict | decisive figure |\n"
    return head + "| --- | --- | --- | --- | --- |\n" + "\n".join(rows)


def _claim(verdict: Verdict, scenario: Scenario) -> str:
    """Return one claim: the text's own words, figures, verdict and plot."""
    quotes = [
        f"> {number}: {sentence}"
        for number in verdict.sentences
        if (sentence := _sentence(scenario, number))
    ]
    rows = [
        f"| {effect.what} | {_said(effect)} | {effect.runs} |"
        for effect in verdict.effects
    ]
    table = "| statistic | value and 95 % interval | runs |\n| --- | --- | --- |\n"
    name = verdict.claim.lower()
    return "\n\n".join(
        [
            f"## {verdict.claim}",
            verdict.words,
            "\n>\n".join(quotes),
            f"**{verdict.verdict.capitalize()}.** {verdict.why}",
            table + "\n".join(rows),
            f"![{verdict.claim}: {verdict.words}]({PICTURES}/{name}.svg)",
        ]
    )


def _sentence(scenario: Scenario, number: str) -> str:
    """Return a sentence of the scenario's documents."""
    for document_ in scenario.documents.values():
        if number in document_.sentences:
            return document_.sentences[number]
    return ""


def _said(effect: Effect) -> str:
    """Return a value with its interval."""
    if np.isnan(effect.low):
        return f"{effect.value:.3g} (too few runs for an interval)"
    return f"{effect.value:.3g} [{effect.low:.3g}, {effect.high:.3g}]"


def draw(found: Sequence[Verdict], swept: Swept, folder: Path) -> None:
    """Write a plot for each claim."""
    folder.mkdir(parents=True, exist_ok=True)
    for verdict in found:
        picture = plots.effects(verdict.effects)
        if verdict.claim == "C1":
            curve = flashpoint_curve(swept)
            picture = plots.curves(curve, label="flashpoint index")
        if verdict.claim == "C3":
            curve = first_shots(swept)
            picture = plots.curves(curve, label="share of runs with none yet")
        write_whole(folder / f"{verdict.claim.lower()}.svg", picture)


def flashpoint_curve(swept: Swept, *, window: int = 30) -> pd.DataFrame:
    """Return the mean flashpoint index by day at each focus site, with its spread.

    The index of a day is hazard x severity summed over the coming ``window`` days.

    Columns: day, name, mean, low, high (middle 90 % of runs).
    """
    reference = swept.results[swept.results["factor.arm"] == "reference"]["row"]
    wanted = set(reference)
    curves = []
    for row, kept in swept.observed():
        if row in wanted:
            total = np.vstack(
                [
                    np.zeros((1, kept.focus_risk.shape[1])),
                    kept.focus_risk.cumsum(axis=0),
                ]
            )
            last = len(kept.day)
            ends = np.minimum(np.arange(last) + 1 + window, last)
            curves.append(total[ends] - total[np.minimum(np.arange(last) + 1, last)])
    longest = max(map(len, curves))
    stack = np.full((len(curves), longest, curves[0].shape[1]), np.nan)
    for at, curve in enumerate(curves):
        stack[at, : len(curve)] = curve
    names = _focus_names(swept)
    rows = [
        pd.DataFrame(
            {
                "day": np.arange(longest),
                "name": name,
                "mean": np.nanmean(stack[:, :, site], axis=0),
                "low": np.nanquantile(stack[:, :, site], 0.05, axis=0),
                "high": np.nanquantile(stack[:, :, site], 0.95, axis=0),
            }
        )
        for site, name in enumerate(names)
    ]
    return pd.concat(rows, ignore_index=True)


def _focus_names(swept: Swept) -> list[str]:
    """Return the names of the scenario's flashpoint sites."""
    from abm.record.wanted import wanted

    theatre = swept.theatre
    sites = wanted(theatre.scenario).flashpoint.sites
    return [
        theatre.site_names[theatre.site_row[site]].split(" (")[0]
        for site in sites
        if site in theatre.site_row
    ]


def first_shots(swept: Swept) -> pd.DataFrame:
    """Return the share of reference runs with no shoot-down, and no clash, by day."""
    from experiments.survival import curve

    reference = (swept.results["factor.arm"] == "reference").to_numpy()
    rows = []
    for date in ("dates.first_shootdown", "dates.open_clash"):
        duration, came = swept.duration(date)
        made = curve(
            date,
            "reference",
            duration=duration[reference],
            came=came[reference],
            days=swept.days,
        )
        rows.append(
            pd.DataFrame(
                {
                    "day": made.day,
                    "name": date.removeprefix("dates.").replace("_", " "),
                    "mean": made.share,
                    "low": made.low,
                    "high": made.high,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)
