"""The page of the patterns as Markdown."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from experiments.findings import Finding
from experiments.swept import Swept

PICTURES = "img"
SHOWN_BREACHES = 5
TITLES = {
    "P1": "The loyalist relief of Deir ez-Zor from the west",
    "P2": "The race, with the river as the dividing line",
    "P3": "The Tanf proxies try and are held in a pocket",
    "P4": "ISIS loses ground and strikes back at thin roads",
    "P5": "Incidents where the blocs touch",
    "P6": "Kilometres a day on roads, near none in defended towns",
    "causes": "What must come later when a cause is taken away",
    "rules": "What must hold at every tick",
}
DRAWN = {
    "P1": (("relief", "Share of runs not yet relieved, by day"),),
    "P4": (
        ("ground", "Populated sites left to ISIS by day, and cells it retakes a month"),
    ),
    "P5": (
        ("tension", "Highest tension across the blocs: mean and middle 90 % of runs"),
        ("incidents", "All incidents between the blocs at 5 km, by kind"),
    ),
}
MEASURED = """\
- The west: the bearing of the last link of the supply path is west, north-west or
  south-west.
- Contact of the blocs: cells held by one of loyalist and coalition, or with a formation
  of it, beside such a cell of the other.
- An advance on roads: km that a formation ordered to attack or raid covers in a day on
  road cells that are not safely its side's, on days when it covers any; the parameter
  `move.advance` is the most it can be.
- Inside a defended town: attackers within the fight's reach of the middle of a town of
  5,000 that enemies hold with at least 50 persons.
- Retaken: a cell that ISIS held, lost and holds again.
- Tension stuck at 1: highest tension across the blocs at least 0.95 for 30 days
  running; at 0: at most 0.02 for 60.
- Deaths: killed and wounded east of 37.4 degrees divided by 1 + 3, civilians left out;
  the higher figure of UCDP adds deaths placed imprecisely (UCDP GED, CC BY 4.0;
  Sundberg & Melander 2013; Hogbladh 2019). The same order: within a factor of 3.2.
- Every tick of every run is watched: personnel, tonnes, cells and sites are conserved,
  nobody crosses the river but at a crossing, enters a closed country, or fires on or
  takes ground from a party it may not."""


def document(
    found: Sequence[Finding],
    swept: Mapping[str, Swept],
    *,
    runs: Mapping[str, pd.DataFrame],
) -> str:
    """Return the page: what was run, a table a pattern, and how it is measured."""
    parts = [_head(found, swept)]
    for pattern, title in TITLES.items():
        rows = [one for one in found if one.pattern == pattern]
        parts += [f"## {pattern}: {title}", table(rows)]
        parts += [_picture(name, text) for name, text in DRAWN.get(pattern, ())]
    return "\n\n".join([*parts, "## How it is measured", MEASURED, _seen(runs)]) + "\n"


def _head(found: Sequence[Finding], swept: Mapping[str, Swept]) -> str:
    """Return what was run, with what, and how the verdicts fall."""
    counts = ", ".join(
        f"{len(each.results)} runs of `{name}` ({each.failed} failed)"
        for name, each in swept.items()
    )
    one = next(iter(swept.values())).manifest
    fell = Counter(finding.verdict for finding in found if finding.verdict)
    said = ", ".join(f"{count} {verdict}" for verdict, count in fell.most_common())
    return "\n".join(
        [
            "# The patterns, P1 to P6",
            "",
            f"Written by `abm patterns` on {dt.datetime.now(dt.UTC):%d %B %Y} from",
            f"{counts};",
            f"engine `{one.versions.get('code')}`, scenario `{one.scenario[:16]}`.",
            "Checks of sanity with hindsight, never inputs to fitting.",
            "",
            "Brackets are 95 % intervals: Wilson's for shares of runs, percentile",
            "bootstrap over runs (or pairs of the same seed) for the rest. *Reached*",
            "or *not reached* only where the whole interval lies on one side of what",
            f"is wanted, else *undecided*. In all: {said}.",
        ]
    )


def table(rows: Sequence[Finding]) -> str:
    """Return findings as a Markdown table."""
    lines = [
        "| figure | wanted | value | runs | verdict |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in rows:
        verdict = f"**{one.verdict}**" if one.verdict else ""
        cells = (one.what, one.wanted, one.figure, str(one.runs), verdict)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _picture(name: str, text: str) -> str:
    return f"![{text}]({PICTURES}/patterns_{name}.svg)\n\n{text}."


def _seen(runs: Mapping[str, pd.DataFrame]) -> str:
    """Return sides and relievers by cell size, and the first breaches in words."""
    lines = []
    for name in ("10km", "5km"):
        sides = _counted(runs[name]["siege_side"])
        lines.append(
            f"- Sides at `{name}`: {sides}; the last link was won by "
            f"{_counted(runs[name]['siege_actor'])}."
        )
    outcomes = [each["patterns"] for part in runs.values() for each in part["outcomes"]]
    words = [line for each in outcomes for line in each["breach_words"]]
    lines += [f"- Breach: {line}" for line in words[:SHOWN_BREACHES]]
    return "\n".join(lines)


def _counted(values: "pd.Series[str]") -> str:
    """Return values with how often each occurs, the most frequent first."""
    counts = Counter("none" if pd.isna(value) else str(value) for value in values)
    return ", ".join(f"{value} {count}" for value, count in counts.most_common())
