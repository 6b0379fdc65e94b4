"""Scenario discovery: the box of factors in which an outcome is found (PRIM).

The patient rule induction is ema-workbench's; it takes our designs as they are.
"""

import contextlib
import io
import logging
import warnings
from typing import Any

import numpy as np
import pandas as pd

from abm.units import BoolArray
from experiments.sections import Section, Table
from experiments.swept import Swept

FEWEST_RUNS = 40
"""Below this a box says nothing."""

RAREST, COMMONEST = 0.05, 0.95
"""Shares of runs of interest between which a box can be looked for."""

PEEL = 0.1
MASS = 0.1
"""Share of the runs peeled off at a time, and least share left in a box."""

DENSE = 0.8
"""A box is chosen as the widest in which this share of the runs is of interest."""

QUARTILE = 0.75


def of_interest(swept: Swept, outcome: str) -> tuple[BoolArray, str]:
    """Return which runs are of interest, and why, in words."""
    values = swept.values(outcome)
    if "=" in outcome:
        return values > 0, f"{outcome}"
    if outcome.startswith("dates."):
        came = swept.duration(outcome)[1]
        if RAREST < came.mean() < COMMONEST:
            return ~came, f"{outcome} never comes"
        late = float(np.quantile(values, QUARTILE))
        return values >= late, f"{outcome} comes on day {late:.0f} or later"
    limit = float(np.quantile(values, QUARTILE))
    return values >= limit, f"{outcome} is at least {limit:.3g} (highest quarter)"


def section(swept: Swept, outcome: str) -> Section:
    """Return the box in which the runs of interest lie."""
    title = "Where is it found? (scenario discovery)"
    if len(swept.results) < FEWEST_RUNS or not swept.labels:
        return Section(title, (f"Needs a factor and {FEWEST_RUNS} runs or more.",))
    wanted, why = of_interest(swept, outcome)
    if not RAREST < wanted.mean() < COMMONEST:
        share = f"{wanted.mean():.0%} of runs"
        return Section(title, (f"{share} are of interest ({why}): no box to find.",))
    factors = pd.DataFrame({label: swept.factor(label) for label in swept.labels})
    found = box(factors, wanted)
    if found is None:
        return Section(title, (f"PRIM finds no box for runs in which {why}.",))
    limits, coverage, density = found
    if limits.empty:
        text = f"No factor confines the runs in which {why}."
        return Section(title, (text,))
    text = (
        f"Runs of interest: {why} ({wanted.mean():.0%} of all). In the box below it is "
        f"{density:.0%} of the runs, and the box holds {coverage:.0%} of them. The "
        "last column is the chance that a factor confines the box by accident."
    )
    caption = f"Box in which {why}"
    return Section(title, (text,), (Table("discovery", caption, limits),))


def box(
    factors: pd.DataFrame, wanted: BoolArray
) -> tuple[pd.DataFrame, float, float] | None:
    """Return the limits of the widest dense box, its coverage and its density."""
    prim = _prim()
    inputs = factors.copy()
    for name in inputs.columns:
        if inputs[name].dtype.kind not in "if":
            inputs[name] = inputs[name].astype("category")
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")  # of ema-workbench's own making
        search = prim.Prim(
            inputs, np.asarray(wanted), threshold=MASS, peel_alpha=PEEL, mass_min=MASS
        )
        found = search.find_box()
    if found is None:
        return None
    path = found.peeling_trajectory
    dense = path[path["density"] >= DENSE]
    chosen = dense["coverage"].idxmax() if len(dense) else path["density"].idxmax()
    limits = _limits(found, int(chosen), inputs)
    return limits, float(path["coverage"][chosen]), float(path["density"][chosen])


def _limits(found: Any, chosen: int, inputs: pd.DataFrame) -> pd.DataFrame:
    """Return the factors that confine a box, with their limits."""
    chance = found.qp[chosen]
    lims = found.box_lims[chosen]
    rows = []
    for name in chance:
        low, high = lims[name].iloc[0], lims[name].iloc[1]
        if isinstance(low, set):
            between = ", ".join(sorted(map(str, low)))
        else:
            between = f"{float(low):.4g} .. {float(high):.4g}"
        whole = inputs[name]
        rows.append(
            {
                "factor": name,
                "inside_the_box": between,
                "studied": _span(whole),
                "chance": _chance(chance[name], numeric=not isinstance(low, set)),
            }
        )
    columns = ["factor", "inside_the_box", "studied", "chance"]
    return pd.DataFrame(rows, columns=columns)


def _chance(values: Any, *, numeric: bool) -> float:
    """Return the chance that a factor confines the box by accident."""
    known = [float(value) for value in values if 0 <= float(value) <= 1]
    return (max if numeric else min)(known, default=np.nan)


def _span(values: "pd.Series[Any]") -> str:
    """Return the range or the levels of a factor, in words."""
    if values.dtype.kind in "if":
        return f"{float(values.min()):.4g} .. {float(values.max()):.4g}"
    return ", ".join(sorted({str(value) for value in values}))


def _prim() -> Any:
    """Return ema-workbench's PRIM, without the noise of its import."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench.analysis import prim
    logging.getLogger("EMA").setLevel(logging.ERROR)
    return prim
