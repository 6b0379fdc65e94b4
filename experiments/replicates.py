"""Are these enough runs? The first question of every analysis."""

import numpy as np
import pandas as pd
from scipy import stats

from abm.units import FloatArray
from experiments import plots
from experiments.progress import CONFIDENCE
from experiments.rows import DATES
from experiments.sections import Picture, Section, Table
from experiments.swept import Swept

AIM_SHARE = 0.05
"""Half-width wanted of a mean: this share of it, or of 1 for a share of runs."""

AIM_DAYS = 5.0
"""Half-width wanted of a mean date, days."""


def aim(outcome: str, mean: float) -> float:
    """Return the half-width of the interval that counts as enough."""
    if outcome.startswith(DATES) and "=" not in outcome:
        return AIM_DAYS
    return AIM_SHARE if "=" in outcome else AIM_SHARE * abs(mean)


def half_widths(values: FloatArray) -> pd.DataFrame:
    """Return how the interval of a point's mean narrows with replicates.

    The standard deviation within points is pooled over all points.

    Args:
        values: outcome by point and replicate, shape (n_points, n_replicates).

    Returns:
        One row a number of replicates, from 2: mean over all points so far,
        half-width of a point's mean and of the mean over all points (whose
        replicates are paired by seed), both 95 %.
    """
    points, count = values.shape
    freedom = points * (count - 1)
    within = float(np.sqrt(np.nansum(np.nanvar(values, axis=1, ddof=1)) / points))
    quantile = float(stats.t.ppf((1 + CONFIDENCE) / 2, max(1, freedom)))
    rows = []
    for n in range(2, count + 1):
        by_seed = np.nanmean(values[:, :n], axis=0)
        error = float(np.std(by_seed, ddof=1)) / np.sqrt(n)
        rows.append(
            {
                "replicates": n,
                "mean": float(np.nanmean(values[:, :n])),
                "half_width_of_a_point": quantile * within / np.sqrt(n),
                "half_width_of_all": float(stats.t.ppf((1 + CONFIDENCE) / 2, n - 1))
                * error,
            }
        )
    return pd.DataFrame(rows)


def needed(values: FloatArray, wanted: float) -> float:
    """Return the replicates that bring a point's half-width down to ``wanted``.

    Infinite where runs differ and the half-width wanted is 0.
    """
    within = float(np.nanmean(np.nanvar(values, axis=1, ddof=1)))
    if within == 0.0:
        return 2.0
    if wanted <= 0.0:
        return np.inf
    z = float(stats.norm.ppf((1 + CONFIDENCE) / 2))
    return max(2.0, float(np.ceil(z * z * within / wanted**2)))


def section(swept: Swept, outcome: str) -> Section:
    """Return the analysis of the number of replicates."""
    table = swept.by_replicate(outcome).dropna(axis="index", how="any")
    title = "Are these enough runs?"
    few = 2
    if table.shape[1] < few or table.empty:
        return Section(title, ("One replicate a point: chance can't be told apart.",))
    values = table.to_numpy(dtype=np.float64)
    widths = half_widths(values)
    last = widths.iloc[-1]
    wanted = aim(outcome, float(last["mean"]))
    enough = needed(values, wanted)
    verdict = "enough" if enough <= values.shape[1] else "not enough"
    takes = f"{enough:.0f}" if np.isfinite(enough) else "no number of"
    return Section(
        title,
        (
            f"{outcome}: with {values.shape[1]} replicates the mean of one point is "
            f"known to ± {last['half_width_of_a_point']:.3g}, the mean over all "
            f"{values.shape[0]} points to ± {last['half_width_of_all']:.3g} (95 %). "
            f"A half-width of {wanted:.3g} for one point takes {takes} replicates: "
            f"{verdict}.",
        ),
        (Table("replicates", f"Interval of {outcome} by replicates", widths),),
        (
            Picture(
                "replicates",
                f"Half-width of the 95 % interval of {outcome} by the number of "
                f"replicates; the dotted line is the aim of {wanted:.3g}.",
                plots.half_widths(widths, wanted=wanted, outcome=outcome),
            ),
        ),
    )
