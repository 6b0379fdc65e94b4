"""What the outcome depends on: Morris, Sobol, rank correlation, partial dependence."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from abm.units import FloatArray
from experiments import plots
from experiments.design import points, problem
from experiments.progress import CONFIDENCE
from experiments.sections import Picture, Section, Table
from experiments.swept import Swept

RESAMPLES = 1000
BINS = 8
FEWEST_POINTS = 10
MOST_FACTORS_SHOWN = 12


def section(swept: Swept, outcome: str) -> Section:
    """Return the sensitivity of an outcome to the factors."""
    title = "What does it depend on?"
    if not swept.labels:
        return Section(title, ("The study varies nothing.",))
    table, how = indices(swept, outcome)
    bars: tuple[Picture, ...] = ()
    if len(table.columns) > 1 and not table.empty:
        bars = (
            Picture(
                "sensitivity",
                f"Sensitivity of {outcome}: {how} Bars are 95 % intervals.",
                plots.indices(table.head(MOST_FACTORS_SHOWN), outcome=outcome),
            ),
        )
    dependence = partial_dependence(swept, outcome)
    first = [str(name) for name in table["factor"]] if "factor" in table else []
    shown = (first or swept.labels)[:MOST_FACTORS_SHOWN]
    return Section(
        title,
        (how,),
        (
            *(Table("sensitivity", f"Sensitivity of {outcome}", table),)[: len(table)],
            Table("partial_dependence", f"{outcome} by factor", dependence),
        ),
        (
            *bars,
            Picture(
                "partial_dependence",
                f"Mean of {outcome} by the value of each factor, the others as the "
                "design has them; bands are 95 % intervals over points.",
                plots.dependence(dependence, factors=shown, outcome=outcome),
            ),
        ),
    )


def indices(swept: Swept, outcome: str) -> tuple[pd.DataFrame, str]:
    """Return the indices that the design allows, largest first, and what they are."""
    kind = swept.study.design.kind
    by_point = swept.by_point(outcome)
    if kind == "morris":
        return morris(swept, by_point), (
            "mu_star is the mean size of an elementary effect over the factor's whole "
            "range, sigma its spread (interaction or curvature); Morris (1991), "
            "Campolongo et al. (2007)."
        )
    if kind == "sobol":
        return sobol(swept, by_point), (
            "S1 is the share of variance due to the factor alone, ST that with its "
            "interactions; Saltelli et al. (2010)."
        )
    if len(by_point) < FEWEST_POINTS:
        return pd.DataFrame({"factor": []}), (
            f"Fewer than {FEWEST_POINTS} points: the levels are compared below."
        )
    return rank_correlation(swept, by_point), (
        "PRCC is the partial rank correlation, from -1 to 1: the direction and the "
        "tightness of a monotone relation, the other factors held fixed."
    )


def morris(swept: Swept, by_point: "pd.Series[float]") -> pd.DataFrame:
    """Return elementary effects; trajectories with a missing point are left out."""
    from SALib.analyze import morris as salib

    unit = _unit(swept)
    length = len(swept.labels) + 1
    kept = _whole_blocks(by_point, len(unit), length)
    found = salib.analyze(
        problem(swept.study),
        unit[kept],
        by_point.reindex(kept).to_numpy(dtype=np.float64),
        num_levels=swept.study.design.levels,
        num_resamples=RESAMPLES,
        seed=swept.study.seed % 2**32,
    )
    table = pd.DataFrame(
        {
            "factor": swept.labels,
            "mu": np.asarray(found["mu"]),
            "mu_star": np.asarray(found["mu_star"]),
            "interval": np.asarray(found["mu_star_conf"]),
            "sigma": np.asarray(found["sigma"]),
        }
    )
    return table.sort_values("mu_star", ascending=False, ignore_index=True)


def sobol(swept: Swept, by_point: "pd.Series[float]") -> pd.DataFrame:
    """Return first-order and total indices; incomplete blocks are left out."""
    from SALib.analyze import sobol as salib

    length = len(swept.labels) + 2
    kept = _whole_blocks(by_point, len(_unit(swept)), length)
    values = by_point.reindex(kept).to_numpy(dtype=np.float64)
    table = pd.DataFrame({"factor": swept.labels})
    if not len(values) or float(values.std()) == 0:
        return table.assign(ST=0.0, interval=0.0, S1=0.0, S1_interval=0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SALib warns of its own resampling
        found = salib.analyze(
            problem(swept.study),
            values,
            calc_second_order=False,
            num_resamples=RESAMPLES,
            seed=swept.study.seed % 2**32,
        )
    table = table.assign(
        ST=found["ST"],
        interval=found["ST_conf"],
        S1=found["S1"],
        S1_interval=found["S1_conf"],
    )
    return table.sort_values("ST", ascending=False, ignore_index=True)


def rank_correlation(swept: Swept, by_point: "pd.Series[float]") -> pd.DataFrame:
    """Return partial rank correlations with bootstrap intervals over points."""
    numbers = [label for label in swept.labels if _is_number(swept, label)]
    by = swept.results.groupby("point")
    columns = [
        by[f"factor.{label}"].first().reindex(by_point.index).astype(float).rank()
        for label in numbers
    ]
    if not columns or len(by_point) < FEWEST_POINTS:
        return pd.DataFrame({"factor": []})
    ranks = np.column_stack(
        [np.asarray(column, dtype=np.float64) for column in columns]
    )
    values = stats.rankdata(by_point)
    rng = np.random.default_rng(swept.study.seed)
    draws = rng.integers(0, len(values), (RESAMPLES, len(values)))
    boots = np.array([_partial(ranks[draw], values[draw]) for draw in draws])
    low, high = np.nanquantile(
        boots, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0
    )
    table = pd.DataFrame(
        {"factor": numbers, "PRCC": _partial(ranks, values), "low": low, "high": high}
    )
    order = table["PRCC"].abs().sort_values(ascending=False).index
    return table.loc[order].reset_index(drop=True)


def _partial(ranks: FloatArray, values: FloatArray) -> FloatArray:
    """Return each column's correlation with the values, the others regressed out."""
    found = np.zeros(ranks.shape[1])
    if np.ptp(values) == 0:
        return found
    for column in range(ranks.shape[1]):
        others = np.column_stack(
            [np.ones(len(values)), np.delete(ranks, column, axis=1)]
        )
        rest = [
            target - others @ np.linalg.lstsq(others, target, rcond=None)[0]
            for target in (ranks[:, column], values)
        ]
        size = float(np.linalg.norm(rest[0]) * np.linalg.norm(rest[1]))
        found[column] = float(rest[0] @ rest[1]) / size if size > 0 else 0.0
    return found


def partial_dependence(swept: Swept, outcome: str) -> pd.DataFrame:
    """Return the mean of an outcome by the value of each factor, over points.

    With a few points only, over runs.

    In a balanced or random design the other factors average out, so that this is the
    partial dependence itself, with no model in between.
    """
    by_point = swept.by_point(outcome)
    if len(by_point) < FEWEST_POINTS:
        by_point = pd.Series(swept.values(outcome), index=swept.results["point"])
    first = swept.results.groupby("point").first()
    rows: list[dict[str, Any]] = []
    for label in swept.labels:
        values = first[f"factor.{label}"].reindex(by_point.index)
        groups = _groups(values).to_numpy()
        for value, chosen in by_point.groupby(groups, observed=True):
            error = float(chosen.std(ddof=1)) / np.sqrt(len(chosen))
            quantile = float(stats.t.ppf((1 + CONFIDENCE) / 2, max(1, len(chosen) - 1)))
            rows.append(
                {
                    "factor": label,
                    "value": value,
                    "mean": float(chosen.mean()),
                    "half_width": quantile * error if len(chosen) > 1 else np.nan,
                    "points": chosen.index.nunique(),
                }
            )
    return pd.DataFrame(rows)


def _groups(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the values themselves if few, else the middles of equal-count bins."""
    if values.dtype.kind not in "if" or values.nunique() <= BINS:
        return values
    bins = pd.qcut(values, BINS, duplicates="drop")
    return values.groupby(bins, observed=True).transform("mean")


def _unit(swept: Swept) -> FloatArray:
    """Return the design in the unit cube."""
    unit = points(swept.study).unit
    return np.zeros((0, len(swept.labels))) if unit is None else unit


def _whole_blocks(by_point: "pd.Series[float]", total: int, length: int) -> list[int]:
    """Return the points of the blocks (of ``length``) that are complete."""
    present = set(by_point.dropna().index)
    return [
        point
        for start in range(0, total - length + 1, length)
        for point in range(start, start + length)
        if all(other in present for other in range(start, start + length))
    ]


def _is_number(swept: Swept, label: str) -> bool:
    """Return whether a factor's values are numbers that vary."""
    values = swept.factor(label)
    return values.dtype.kind in "ifb" and values.nunique() > 1
