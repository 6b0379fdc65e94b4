"""Patterns: runs the patterns study, judges it, and has its page written and drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pandas as pd

from abm.whole import write_whole
from experiments import pattern_plots
from experiments.estimate import time_of
from experiments.findings import Finding
from experiments.judged import findings
from experiments.pattern_page import PICTURES, document
from experiments.pattern_runs import pattern_runs
from experiments.patterned import run_pattern
from experiments.run import Cases
from experiments.study import Arm, Study, load_study
from experiments.sweeps import Plan
from experiments.swept import Swept, completed

STUDY, PAGE = "patterns", Path("docs/patterns.md")
FINE_KM = 5.0
REFERENCE = "reference"


@dataclass(frozen=True)
class Sizes:
    """How many seeds are run.

    Attributes:
        coarse: of the reference at 10 km.
        fine: of the reference at 5 km.
        arms: of every counterfactual at 10 km.
    """

    coarse: int = 200
    fine: int = 24
    arms: int = 60


QUICK = Sizes(8, 2, 4)


def studies(sizes: Sizes) -> dict[str, Study]:
    """Return the three studies: the reference at both cell sizes, and the arms."""
    whole = load_study(STUDY)
    (factor,) = whole.factors
    reference = [arm for arm in factor.arms if arm.name == REFERENCE]
    others = [arm for arm in factor.arms if arm.name != REFERENCE]
    fine = _part(whole, reference, sizes.fine).model_copy(update={"cell_km": FINE_KM})
    return {
        "10km": _part(whole, reference, sizes.coarse),
        "5km": fine,
        "arms": _part(whole, others, sizes.arms),
    }


def _part(whole: Study, arms: Sequence[Arm], replicates: int) -> Study:
    """Return the study with some of its arms and another number of seeds."""
    (factor,) = whole.factors
    kept = factor.model_copy(update={"arms": tuple(arms)})
    return whole.model_copy(update={"factors": (kept,), "replicates": replicates})


def write_patterns(
    sizes: Sizes,
    results: Path,
    *,
    page: Path = PAGE,
    workers: int | None = None,
    stream: TextIO | None = None,
) -> tuple[Finding, ...]:
    """Run the patterns study, or the rest of it; write its page and pictures.

    Args:
        sizes: how many seeds.
        results: folder of the results folders, one a study and number of seeds.
        page: Markdown file; pictures go into ``img`` beside it.
        workers: processes; one a core if not given.
        stream: where progress is shown.

    Raises:
        SweepError: it was stopped; the same call goes on, the page is as it was.
    """
    swept = {
        name: _carried(study, results / f"{name}-{study.replicates}", workers, stream)
        for name, study in studies(sizes).items()
    }
    runs = {name: pattern_runs(each) for name, each in swept.items()}
    found = findings(runs["10km"], runs["5km"], runs["arms"])
    page.parent.mkdir(parents=True, exist_ok=True)
    _draw(swept, runs, page.parent / PICTURES)
    text = document(found, swept, runs=runs) + remarks(page)
    write_whole(page, text)
    for name, table in runs.items():
        text = table.drop(columns="outcomes").to_csv(index=False)
        write_whole(results / f"{name}.csv", text)
    return found


REMARKS = "\n## What is missed, and what is suspected"
"""Where the part of the page begins that people write and the command keeps."""


def remarks(page: Path) -> str:
    """Return what people have written at the end of the page, to be kept there."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    start = text.find(REMARKS)
    return "" if start < 0 else text[start:]


def _carried(
    study: Study, folder: Path, workers: int | None, stream: TextIO | None
) -> Swept:
    """Return a study's results, running what is missing."""
    cases = Cases(study)

    def said(runs: int) -> str:
        return f"{folder.name}: {time_of(cases, runs, workers=workers)}"

    plan = Plan(workers=workers, stream=stream, announce=said, run=run_pattern)
    return completed(cases, folder, plan=plan)


def _draw(swept: dict[str, Swept], runs: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {"10 km": swept["10km"], "5 km": swept["5km"]}
    tables = {"10 km": runs["10km"], "5 km": runs["5km"]}
    most = "highest tension of any\npair across the blocs"
    pictures = {
        "relief": pattern_plots.relief(sizes),
        "incidents": pattern_plots.incidents(runs["5km"], swept["5km"].theatre),
        "tension": pattern_plots.tension(tables, key="tension_most", label=most),
        "ground": pattern_plots.ground({n: (sizes[n], tables[n]) for n in sizes}),
    }
    for name, text in pictures.items():
        write_whole(folder / f"patterns_{name}.svg", text)
