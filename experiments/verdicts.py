"""Statistics on paired runs with their intervals, and the verdict they allow."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from abm.units import FloatArray
from experiments.progress import CONFIDENCE, wilson

SUPPORTED, CONTRADICTED = "supported", "contradicted"
UNDECIDED, ASSUMED = "undecided", "assumed"
UNTESTED = "can't be tested by these runs"
RESAMPLES = 10_000
MOST = 0.5
"""Share of runs that "most runs" and "high potential" mean."""

FEWEST_PAIRS = 10
SEED = 1


@dataclass(frozen=True)
class Effect:
    """A statistic with its 95 % interval.

    Attributes:
        what: in words, with unit.
        value: of the statistic.
        low: end of the interval.
        high: other end.
        runs: runs (or pairs of runs) behind it.
        limit: what it is compared with.
        wanted: 1 if the claim wants it above the limit, -1 below.
    """

    what: str
    value: float
    low: float
    high: float
    runs: int
    limit: float = 0.0
    wanted: int = 1

    def verdict(self) -> str:
        """Return whether the interval lies on the claimed side of the limit."""
        if self.runs == 0:
            return UNTESTED
        if np.isnan(self.low) or np.isnan(self.high):
            return UNDECIDED
        low, high = self.wanted * self.low, self.wanted * self.high
        bounds = sorted((low, high))
        limit = self.wanted * self.limit
        if bounds[0] > limit:
            return SUPPORTED
        return CONTRADICTED if bounds[1] < limit else UNDECIDED


@dataclass(frozen=True)
class Verdict:
    """A claim and what the runs say of it.

    Attributes:
        claim: its number in MODEL section 11, or that of a pattern.
        sentences: of the text it is drawn from.
        words: what is claimed.
        effects: statistics, the decisive ones first.
        verdict: supported, contradicted, undecided or assumed.
        why: how the verdict follows, and what it does not say.
    """

    claim: str
    sentences: tuple[str, ...]
    words: str
    effects: tuple[Effect, ...]
    verdict: str
    why: str

    @property
    def decisive(self) -> "Effect":
        """The first effect that says what the verdict says, else the first of all."""
        agreeing = [one for one in self.effects if one.verdict() == self.verdict]
        return (agreeing or self.effects)[0]


def difference(
    runs: pd.DataFrame,
    column: str,
    *,
    arms: tuple[str, str],
    what: str,
    wanted: int = 1,
) -> Effect:
    """Return the mean difference of an outcome between two arms, paired by seed.

    The interval is a percentile bootstrap over seeds.

    Args:
        runs: all runs.
        column: outcome.
        arms: (changed, reference).
        what: the statistic in words.
        wanted: sign of the difference that the claim wants.
    """
    changed, reference = (
        runs[runs["arm"] == arm].set_index("replicate")[column].astype(float)
        for arm in arms
    )
    pairs = (changed - reference).dropna()
    low, high = bootstrap(np.asarray(pairs, dtype=np.float64))
    mean = float(pairs.mean()) if len(pairs) else float("nan")
    return Effect(what, mean, low, high, len(pairs), wanted=wanted)


def mean_of(values: "pd.Series[float]", *, what: str) -> Effect:
    """Return the mean of a per-run quantity with a bootstrap interval over seeds."""
    known = np.asarray(values.dropna(), dtype=np.float64)
    low, high = bootstrap(known)
    mean = float(np.mean(known)) if len(known) else float("nan")
    return Effect(what, mean, low, high, len(known))


def share_of(hits: "pd.Series[bool]", *, what: str, limit: float = MOST) -> Effect:
    """Return a share of runs with Wilson's interval."""
    count = len(hits)
    if count == 0:
        return Effect(what, float("nan"), float("nan"), float("nan"), 0, limit)
    low, high = wilson(float(hits.sum()), count)
    return Effect(what, float(hits.mean()), low, high, count, limit)


def bootstrap(values: FloatArray) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean over resampled seeds."""
    if len(values) < FEWEST_PAIRS:
        return float("nan"), float("nan")
    rng = np.random.default_rng(SEED)
    draws = rng.integers(0, len(values), (RESAMPLES, len(values)))
    means = values[draws].mean(axis=1)
    ends = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    low, high = np.quantile(means, ends)
    return float(low), float(high)


def together(effects: tuple[Effect, ...]) -> str:
    """Return the verdict of a claim that needs every one of its effects."""
    found = [effect.verdict() for effect in effects]
    if UNTESTED in found:
        return UNTESTED
    if all(each == SUPPORTED for each in found):
        return SUPPORTED
    return CONTRADICTED if CONTRADICTED in found else UNDECIDED
