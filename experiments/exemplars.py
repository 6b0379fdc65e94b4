"""Runs worth looking at: the typical one, the extremes, and what seldom happens."""

from typing import Any

import numpy as np
import pandas as pd

from abm.units import BoolArray, FloatArray
from experiments.rows import DATES
from experiments.sections import Section, Table
from experiments.swept import Swept

RARE = 0.1
"""Share of runs below which something counts as rare."""

MOST_RARE = 12


def section(swept: Swept, outcome: str) -> Section:
    """Return rows to open, with what each is an example of."""
    values = swept.values(outcome)
    rows = [*_extremes(swept, values, outcome), *_rare(swept)]
    table = pd.DataFrame(rows, columns=["row", "example_of", "value", "share"])
    text = (
        f"Look at any of them with `abm open {swept.folder} ROW`, then `abm view` the "
        "folder it names. `share` is the share of runs that are like it."
    )
    caption = "Runs to look at"
    return Section(
        "Which runs to look at?", (text,), (Table("exemplars", caption, table),)
    )


def _extremes(
    swept: Swept, values: FloatArray, outcome: str
) -> list[tuple[int, str, Any, float]]:
    """Return the runs with the lowest, the median and the highest outcome."""
    order = np.argsort(values, kind="stable")
    known = order[~np.isnan(values[order])]
    picks = {
        f"lowest {outcome}": known[0],
        f"median {outcome}": known[len(known) // 2],
        f"highest {outcome}": known[-1],
        "typical in all outcomes": typical(swept),
    }
    return [
        (
            int(swept.results["row"].iloc[at]),
            name,
            float(values[at]),
            float(np.mean(values == values[at])),
        )
        for name, at in picks.items()
    ]


def typical(swept: Swept) -> int:
    """Return the run nearest to the median of all outcomes, each in its own spread."""
    columns = []
    for name in swept.outcomes():
        values = swept.values(name)
        spread = float(np.nanstd(values))
        if spread > 0:
            columns.append(np.nan_to_num((values - np.nanmedian(values)) / spread))
    if not columns:
        return 0
    return int(np.argmin(np.square(np.column_stack(columns)).sum(axis=1)))


def _rare(swept: Swept) -> list[tuple[int, str, Any, float]]:
    """Return one run for each thing that seldom happens."""
    found = []
    for name in swept.outcomes():
        if name.startswith(DATES):
            came = swept.duration(name)[1]
            said = name.removeprefix(DATES)
            found += _example(swept, came, f"{said} comes", name)
            found += _example(swept, ~came, f"{said} never comes", name)
    if "siege_side" in swept.results:
        sides = swept.results["siege_side"].fillna("never")
        for side in sorted(sides.unique()):
            like = np.asarray(sides == side)
            found += _example(swept, like, f"siege broken: {side}", "siege_side")
    return sorted(found, key=lambda row: row[3])[:MOST_RARE]


def _example(
    swept: Swept, like: BoolArray, name: str, column: str
) -> list[tuple[int, str, Any, float]]:
    """Return the first run that is like it, if that is rare."""
    share = float(like.mean())
    if not 0 < share < RARE:
        return []
    at = int(np.flatnonzero(like)[0])
    value = swept.results[column].iloc[at]
    day = value.date() if isinstance(value, pd.Timestamp) else value
    return [(int(swept.results["row"].iloc[at]), name, str(day), share)]
