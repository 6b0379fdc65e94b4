"""The patterns P1 to P6 judged: what is wanted of the runs, and what they give."""

from dataclasses import replace

import numpy as np
import pandas as pd

from abm.units import FloatArray
from experiments.asked import BOTH_SIZES, COUNTERFACTUALS, NINETY
from experiments.findings import (
    MISSED,
    REACHED,
    UNDECIDED,
    Finding,
    Range,
    interval,
    of_runs,
    pooled_share,
    share,
)
from experiments.pattern_runs import deaths

AGREE_DAYS = 10.0
DAY_0 = 0.2
ORDER = 10.0**0.5
"""Factor within which two figures are of the same order of magnitude."""

JULY_AUGUST_DAYS = 62

UCDP_MILITARY = {
    "7.SDF-IS": (140, 181, 2),
    "8.SDF-IS": (364, 193, 0),
    "7.Syria_gov-IS": (150, 194, 399),
    "8.Syria_gov-IS": (341, 200, 210),
}
"""Deaths of ISIS and of others by month and dyad, then those UCDP places imprecisely.

Military deaths (civilians left out) east of 37.4 degrees. Source: UCDP GED (CC BY 4.0;
Sundberg & Melander 2013; Hogbladh 2019). Coalition strikes stand under SDF-IS.
"""


def findings(
    coarse: pd.DataFrame, fine: pd.DataFrame, arms: pd.DataFrame
) -> tuple[Finding, ...]:
    """Return every figure of the patterns.

    Args:
        coarse: reference runs at 10 km.
        fine: reference runs at 5 km.
        arms: runs of every counterfactual at 10 km.
    """
    sizes = (("10 km", coarse), ("5 km", fine))
    found = [each.of(runs, size) for each in BOTH_SIZES for size, runs in sizes]
    found += [
        each.of(arms[arms["arm"] == arm], "10 km")
        for arm, each in COUNTERFACTUALS.items()
    ]
    found.append(agreement(coarse, fine))
    for size, runs in sizes:
        found += [near_contact(runs, size), *losses(runs, size)]
    found += removed(coarse, arms)
    return (*found, kept_rules(coarse, fine, arms))


def near_contact(runs: pd.DataFrame, size: str) -> Finding:
    """Return the share of incidents near contact of the blocs."""
    return pooled_share(
        np.asarray(runs["near"], dtype=np.float64),
        np.asarray(runs["incidents"], dtype=np.float64),
        pattern="P5",
        what=f"incidents within 15 km of contact of the blocs, {size}",
        wanted="at least 90 %",
        limits=NINETY,
    )


def agreement(coarse: pd.DataFrame, fine: pd.DataFrame) -> Finding:
    """Return the difference of the median relief dates of both cell sizes."""
    samples = (
        np.asarray(fine["relief_days"], np.float64),
        np.asarray(coarse["relief_days"], np.float64),
    )
    low, high = interval(samples, _between_medians)
    verdict = UNDECIDED
    if low > 0.0 or high < 0.0:
        verdict = MISSED
    elif low >= -AGREE_DAYS and high <= AGREE_DAYS:
        verdict = REACHED
    return Finding(
        "P1",
        "median day of relief at 5 km minus at 10 km",
        "interval contains 0 and lies within 10 days of it",
        float(_between_medians(*samples)) if len(samples[0]) else np.nan,
        low,
        high,
        len(samples[0]),
        verdict,
        "days",
    )


def _between_medians(one: FloatArray, other: FloatArray, axis: int = -1) -> FloatArray:
    return np.asarray(np.median(one, axis=axis) - np.median(other, axis=axis))


def losses(runs: pd.DataFrame, size: str) -> list[Finding]:
    """Deaths a day against UCDP's July and August, by dyad and in all."""
    died = deaths(runs)
    found = []
    for dyad in ("SDF-IS", "Syria_gov-IS"):
        rows = [UCDP_MILITARY[f"{month}.{dyad}"] for month in (7, 8)]
        precise = sum(isis + other for isis, other, _ in rows) / JULY_AUGUST_DAYS
        whole = precise + sum(vague for _, _, vague in rows) / JULY_AUGUST_DAYS
        columns = [name for name in died if f".{dyad}." in str(name)]
        limits = Range(precise / ORDER, whole * ORDER)
        found.append(
            of_runs(
                died[columns].sum(axis=1) / JULY_AUGUST_DAYS,
                pattern="P6",
                what=f"deaths a day in July and August, {dyad}, {size} (median)",
                wanted=f"order of UCDP's {precise:.1f} to {whole:.1f}",
                limits=limits,
                unit="a day",
            )
        )
    return found


def removed(coarse: pd.DataFrame, arms: pd.DataFrame) -> list[Finding]:
    """What must come later when a cause is taken away; Iran's road on day 0."""
    base = coarse.set_index("replicate")["relief_days"]
    by_arm = {
        str(name): part.set_index("replicate")["relief_days"]
        for name, part in arms.groupby("arm")
    }
    tiger, sorties = by_arm["no_tiger_force"], by_arm["no_russian_sorties"]
    pairs = (
        (tiger - base, "relief without the Tiger Force, minus with it"),
        (
            sorties - tiger,
            "relief without Russia's sorties, minus without the Tiger Force",
        ),
        (sorties - base, "relief without Russia's sorties, minus with them"),
    )
    found = [
        of_runs(
            difference.dropna(),
            pattern="causes",
            what=f"{what} (mean, paired by seed, 10 km)",
            wanted="later: above 0",
            limits=Range(low=0.0),
            unit="days",
            statistic=np.mean,
        )
        for difference, what in pairs
    ]
    found.append(
        of_runs(
            coarse["day_0_road"],
            pattern="causes",
            what="Iran's open_route on day 0",
            wanted="below 0.2",
            limits=Range(high=DAY_0),
        )
    )
    return found


def kept_rules(*tables: pd.DataFrame) -> Finding:
    """Conservation and the never-rules, checked at every tick of every run."""
    counts = pd.concat([table["breaches"] for table in tables])
    found = share(
        counts == 0,
        pattern="rules",
        what="runs without a breach of conservation or of a never-rule at any tick",
        wanted="all",
        limits=Range(),
    )
    return replace(found, verdict=MISSED if counts.any() else REACHED)
