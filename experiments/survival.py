"""Dated outcomes: the share of runs in which it has not come yet (Kaplan-Meier)."""

import datetime as dt
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from abm.units import BoolArray, FloatArray
from experiments import plots
from experiments.rows import DATES
from experiments.sections import Picture, Section, Table
from experiments.swept import Swept

MOST_GROUPS = 6
MOST_DATES = 9


@dataclass(frozen=True)
class Curve:
    """One Kaplan-Meier curve.

    Attributes:
        date: name of the dated outcome.
        group: which runs.
        day: days since the start, shape (n,).
        share: of runs in which it has not come by then, shape (n,).
        low: of the 95 % interval, shape (n,).
        high: of the 95 % interval, shape (n,).
        median: day by which it has come in half of the runs; infinite if never.
        runs: number of runs.
        came: number of runs in which it came.
    """

    date: str
    group: str
    day: FloatArray
    share: FloatArray
    low: FloatArray
    high: FloatArray
    median: float
    runs: int
    came: int


def curve(
    date: str, group: str, *, duration: FloatArray, came: BoolArray, days: int
) -> Curve:
    """Return the Kaplan-Meier curve of durations, some of them censored.

    Source:
        Kaplan & Meier (1958), J. Am. Stat. Assoc. 53: 457-481; intervals as lifelines
        gives them (exponential Greenwood).
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lifelines' own, of newer pandas
        from lifelines import KaplanMeierFitter

        fitted = KaplanMeierFitter().fit(
            duration, came, timeline=np.arange(0.0, days + 1)
        )
    interval = fitted.confidence_interval_survival_function_
    return Curve(
        date=date,
        group=group,
        day=np.asarray(fitted.timeline, dtype=np.float64),
        share=fitted.survival_function_.to_numpy(dtype=np.float64)[:, 0],
        low=interval.to_numpy(dtype=np.float64)[:, 0],
        high=interval.to_numpy(dtype=np.float64)[:, 1],
        median=float(fitted.median_survival_time_),
        runs=len(duration),
        came=int(came.sum()),
    )


def section(swept: Swept) -> Section:
    """Return the curves of the study's dated outcomes, by its first choice."""
    title = "When does it come?"
    dates = _dates(swept)
    if not dates:
        return Section(title, ("No dated outcome came in any run.",))
    name, groups = _groups(swept)
    curves = [made for date in dates for made in _curves(swept, date, groups)]
    table = pd.DataFrame([_row(swept, made) for made in curves])
    by = f", by {name}" if name else ""
    return Section(
        title,
        (
            "Runs in which a date never came count as 'not yet' up to the end of the "
            "run (censored), not as late.",
        ),
        (Table("dates", f"Dated outcomes{by}", table),),
        (
            Picture(
                "survival",
                f"Share of runs in which it has not come yet{by}; bands are 95 % "
                "intervals.",
                plots.survival(curves, dates=dates, days=swept.days),
            ),
        ),
    )


def _dates(swept: Swept) -> list[str]:
    """Return the dates to show: those wanted, else all that came in some run."""
    came = [
        name
        for name in swept.outcomes()
        if name.startswith(DATES) and swept.results[name].notna().any()
    ]
    started = [name for name in came if swept.duration(name)[0].max() == 0]
    came = [name for name in came if name not in started]
    wanted = [name for name in swept.wanted() if name in came]
    return (wanted or came)[:MOST_DATES]


def _groups(swept: Swept) -> tuple[str, dict[str, BoolArray]]:
    """Return the first factor with few levels, and the runs of each level."""
    for factor in swept.study.factors:
        choices = factor.choices
        if 1 < len(choices) <= MOST_GROUPS and swept.study.design.kind != "list":
            values = swept.factor(factor.label).astype(str)
            return factor.label, {
                str(choice): np.asarray(values == str(choice)) for choice in choices
            }
    return "", {"all runs": np.ones(len(swept.results), dtype=np.bool_)}


def _curves(swept: Swept, date: str, groups: dict[str, BoolArray]) -> list[Curve]:
    """Return a date's curve for each group of runs."""
    duration, came = swept.duration(date)
    return [
        curve(date, name, duration=duration[rows], came=came[rows], days=swept.days)
        for name, rows in groups.items()
        if rows.any()
    ]


def _row(swept: Swept, made: Curve) -> dict[str, Any]:
    """Return a curve as a row of the table."""
    known = np.isfinite(made.median)
    median = swept.start + dt.timedelta(days=made.median) if known else "never"
    return {
        "outcome": made.date.removeprefix(DATES),
        "group": made.group,
        "runs": made.runs,
        "came_in": made.came / made.runs,
        "median": str(median),
        "not_yet_at_the_end": made.share[-1],
        "low": made.low[-1],
        "high": made.high[-1],
    }
