"""A pattern's figure with its interval, what was wanted of it, and the verdict.

Intervals are SciPy's: Wilson's for shares of runs, percentile bootstrap over runs (or
pairs of runs with the same seed) for the rest.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binomtest, bootstrap

from abm.units import FloatArray

REACHED, MISSED, UNDECIDED = "reached", "not reached", "undecided"
NO_RUNS = "no runs"
CONFIDENCE = 0.95
RESAMPLES = 5_000
FEWEST = 3
"""Values needed for a bootstrap."""

SEED = 1
MOST = 0.5
"""Share of runs that "most runs" means: more than it."""


@dataclass(frozen=True)
class Finding:
    """One figure of a pattern.

    Attributes:
        pattern: such as ``"P1"``.
        what: in words.
        wanted: of it, in words.
        value: of the figure.
        low: end of its 95 % interval.
        high: other end.
        runs: runs (or pairs) behind it.
        verdict: reached, not reached, undecided, or ``""`` where nothing is wanted.
        unit: of the figure; ``%`` for shares.
    """

    pattern: str
    what: str
    wanted: str
    value: float
    low: float
    high: float
    runs: int
    verdict: str
    unit: str = ""

    @property
    def figure(self) -> str:
        """The figure with its interval in words."""
        scale, unit = (100.0, " %") if self.unit == "%" else (1.0, f" {self.unit}")
        if self.runs == 0 or math.isnan(self.value):
            return "none"
        text = f"{_said(self.value * scale)}{unit.rstrip()}"
        if math.isnan(self.low) or math.isnan(self.high):
            return f"{text} (too few runs for an interval)"
        return f"{text} [{_said(self.low * scale)}, {_said(self.high * scale)}]"


def _said(value: float) -> str:
    return "never" if math.isinf(value) else f"{value:.3g}"


@dataclass(frozen=True)
class Range:
    """What is wanted of a figure.

    Attributes:
        low: from here.
        high: to here.
    """

    low: float = -math.inf
    high: float = math.inf

    def verdict(self, low: float, high: float) -> str:
        """Return whether an interval lies inside, outside, or across a border."""
        if math.isnan(low) or math.isnan(high):
            return UNDECIDED
        if self.low <= low and high <= self.high:
            return REACHED
        return MISSED if high < self.low or low > self.high else UNDECIDED


def share(
    hits: ArrayLike, *, pattern: str, what: str, wanted: str, limits: Range
) -> Finding:
    """Return a share of runs with Wilson's interval."""
    known = np.asarray(hits, dtype=bool)
    count = len(known)
    if count == 0:
        return _nothing(pattern, what, wanted, "%")
    ends = binomtest(int(known.sum()), count).proportion_ci(CONFIDENCE, "wilson")
    low, high = float(ends.low), float(ends.high)
    verdict = limits.verdict(low, high)
    value = float(known.mean())
    return Finding(pattern, what, wanted, value, low, high, count, verdict, "%")


def _nothing(pattern: str, what: str, wanted: str, unit: str) -> Finding:
    nan = math.nan
    return Finding(pattern, what, wanted, nan, nan, nan, 0, NO_RUNS, unit)


def of_runs(
    values: ArrayLike,
    *,
    pattern: str,
    what: str,
    wanted: str,
    limits: Range | None,
    unit: str = "",
    statistic: Callable[..., FloatArray] = np.median,
) -> Finding:
    """Return a statistic over runs (the median) with its bootstrap interval."""
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    if not len(known):
        return _nothing(pattern, what, wanted, unit)
    low, high = interval((known,), statistic)
    verdict = "" if limits is None else limits.verdict(low, high)
    value = float(statistic(known))
    return Finding(pattern, what, wanted, value, low, high, len(known), verdict, unit)


def interval(
    samples: tuple[FloatArray, ...], statistic: Callable[..., FloatArray]
) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of a statistic of samples."""
    if min(map(len, samples)) < FEWEST:
        return math.nan, math.nan
    if all(np.ptp(sample) == 0.0 for sample in samples):
        value = float(statistic(*samples))
        return value, value
    found = bootstrap(
        samples,
        statistic,
        confidence_level=CONFIDENCE,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return float(found.low), float(found.high)


def pooled_share(
    hits: ArrayLike,
    counts: ArrayLike,
    *,
    pattern: str,
    what: str,
    wanted: str,
    limits: Range,
) -> Finding:
    """Return a share of things over all runs, resampling whole runs.

    Things of one run hang together, so Wilson's interval would be too narrow.
    """
    of, among = np.asarray(hits, np.float64), np.asarray(counts, np.float64)
    if not len(among) or among.sum() == 0:
        return _nothing(pattern, what, wanted, "%")
    value = float(of.sum() / among.sum())
    low = high = math.nan
    if len(of) >= FEWEST:
        rng = np.random.default_rng(SEED)
        draws = rng.integers(0, len(of), (RESAMPLES, len(of)))
        total = among[draws].sum(axis=1)
        parts = of[draws].sum(axis=1)[total > 0] / total[total > 0]
        ends = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
        low, high = (float(end) for end in np.quantile(parts, ends))
    verdict = limits.verdict(low, high)
    return Finding(pattern, what, wanted, value, low, high, len(of), verdict, "%")
