"""The whole analysis of a sweep, question by question."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments import (
    discovery,
    exemplars,
    maps,
    paired,
    plots,
    replicates,
    sensitivity,
    survival,
)
from experiments.rows import DATES
from experiments.sections import Picture, Section, Table, in_words, write_tables
from experiments.swept import Swept, open_swept

MOST_NAMED = 8
TABLES = "analysis"
"""Folder, in the results folder, of the tables as CSV."""


@dataclass(frozen=True)
class Analysis:
    """An analysed sweep.

    Attributes:
        swept: the sweep.
        outcome: that was looked at.
        sections: question by question.
        files: the tables on disk.
    """

    swept: Swept
    outcome: str
    sections: tuple[Section, ...]
    files: tuple[Path, ...]

    def summary(self) -> str:
        """Return the analysis in words."""
        tables = self.swept.folder / TABLES
        study = self.swept.study
        head = f"{study.title}\n{study.question}".strip()
        return f"{head}\n\n{in_words(self.sections)}\n\ntables as CSV: {tables}"


def analyse(folder: str | Path, *, outcome: str | None = None) -> Analysis:
    """Analyse a results folder and write its tables as CSV.

    Args:
        folder: results folder, of a sweep finished or not.
        outcome: to look at; the study's own if not given.

    Raises:
        StoreError: there is nothing to analyse, or no such outcome.
    """
    swept = open_swept(folder)
    named = outcome or swept.study.outcome
    swept.values(named)
    parts: tuple[Callable[[], Section], ...] = (
        lambda: overview(swept, named),
        lambda: replicates.section(swept, named),
        lambda: paired.section(swept),
        lambda: sensitivity.section(swept, named),
        lambda: discovery.section(swept, named),
        lambda: survival.section(swept),
        lambda: maps.section(swept),
        lambda: exemplars.section(swept, named),
    )
    sections = tuple(part() for part in parts)
    files = tuple(write_tables(sections, swept.folder / TABLES))
    return Analysis(swept, named, sections, files)


def overview(swept: Swept, outcome: str) -> Section:
    """Return what was run, and the distribution of each wanted outcome."""
    study, done = swept.study, len(swept.results)
    rows, fixed = [], 0
    for name in dict.fromkeys([outcome, *swept.wanted()]):
        values = pd.Series(swept.values(name))
        if values.nunique() <= 1 or (name.startswith(DATES) and name != outcome):
            fixed += values.nunique() <= 1
            continue
        low, middle, high = values.quantile([0.05, 0.5, 0.95])
        rows.append(
            {
                "outcome": name,
                "mean": values.mean(),
                "sd": values.std(),
                "5 %": low,
                "median": middle,
                "95 %": high,
                "runs": int(values.notna().sum()),
            }
        )
    text = (
        f"Design {study.design.kind}, factors: "
        f"{', '.join(swept.labels[:MOST_NAMED]) or 'none'}"
        f"{' ...' if len(swept.labels) > MOST_NAMED else ''}; "
        f"{study.replicates} replicates; {done} of {swept.manifest.runs} runs stored, "
        f"{swept.failed} failed. Scenario {study.scenario}, {study.days} days, "
        f"{study.cell_km:g} km cells.",
        "Dates are days from the start; a date that never came counts as the length of "
        "the run in means, and as censored in the curves below. "
        f"Outcomes that were the same in all runs: {fixed}.",
    )
    values, table = pd.Series(swept.values(outcome)), pd.DataFrame(rows)
    caption = f"Distribution of {outcome} over all {done} runs."
    return Section(
        "What was run?",
        text,
        (Table("outcomes", "Outcomes over all runs", table),) if rows else (),
        (Picture("outcome", caption, plots.histogram(values, outcome=outcome)),),
    )
