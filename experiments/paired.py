"""What each choice changes: differences between levels, paired by seed."""

import numpy as np
import pandas as pd

from experiments.rows import FACTOR
from experiments.sections import Section, Table
from experiments.swept import Swept
from experiments.verdicts import FEWEST_PAIRS, bootstrap

MOST_LEVELS = 12
MOST_ROWS = 40


def section(swept: Swept) -> Section:
    """Return the differences that the levels of a grid's factors make."""
    title = "What does each choice change?"
    if swept.study.design.kind != "grid":
        return Section(title, ("Only a grid compares its levels one by one.",))
    rows = [
        row
        for label in swept.labels
        for outcome in swept.wanted()
        for row in differences(swept, label, outcome)
    ]
    table = pd.DataFrame(rows)
    if table.empty:
        return Section(title, (f"Needs {FEWEST_PAIRS} paired seeds.",))
    changed = table[(table["low"] > 0) | (table["high"] < 0)]
    sure = changed["difference"].abs() / (changed["high"] - changed["low"])
    shown = changed.loc[sure.sort_values(ascending=False).index].head(MOST_ROWS)
    same = len(table) - len(changed)
    text = (
        f"Each level against the first, run against run with the same seed; 95 % "
        f"intervals by bootstrap over seeds. Of {len(table)} differences {same} can't "
        "be told from none and are left out. About one in twenty of the rest would "
        "look like a difference by chance.",
    )
    caption = "Differences from the first level, the surest first"
    tables = (Table("paired", caption, shown),) if len(shown) else ()
    return Section(title, text, tables)


def differences(swept: Swept, label: str, outcome: str) -> list[dict[str, object]]:
    """Return the mean difference of each level from the first, paired by seed.

    Other factors are averaged over, seed by seed, where both levels are there.
    """
    levels = [factor for factor in swept.study.factors if factor.label == label]
    order = list(dict.fromkeys(swept.factor(label)))
    if levels[0].choices:
        order = [level for level in levels[0].choices if level in set(order)]
    if not 1 < len(order) <= MOST_LEVELS:
        return []
    others = [f"{FACTOR}{name}" for name in swept.labels if name != label]
    table = swept.results[["replicate", *others]].copy()
    table["level"], table["value"] = swept.factor(label), swept.values(outcome)
    wide = table.set_index([*others, "replicate", "level"])["value"].unstack("level")
    first, found = order[0], []
    for level in order[1:]:
        pairs = (wide[level] - wide[first]).groupby(level="replicate").mean().dropna()
        low, high = bootstrap(np.asarray(pairs, dtype=np.float64))
        if np.isnan(low):
            continue
        found.append(
            {
                "outcome": outcome,
                "level": f"{label}={level}",
                "minus": str(first),
                "difference": float(pairs.mean()),
                "low": low,
                "high": high,
                "seeds": len(pairs),
            }
        )
    return found
