"""A prediction's score at every item that is scored: sites, dates, windows, fronts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from abm.theatre import Theatre
from abm.units import BoolArray, FloatArray, IntArray
from experiments.scoring import scores
from experiments.scoring.numbers import DATA, numbers
from experiments.scoring.prediction import Prediction
from experiments.scoring.tables import read_rows
from experiments.scoring.truth import Truth

EVERYTHING, DETERMINED, INFERRED, UNTOUCHED = (
    "all",
    "determined",
    "inferred",
    "untouched",
)
SUBSETS = (EVERYTHING, DETERMINED, INFERRED, UNTOUCHED)
"""``determined``: an event names it; ``inferred``: none does; ``untouched``: no pattern
that the model was built to show is about it."""

METRICS = ("brier", "log", "crps_dates", "crps_counts", "front")


@dataclass(frozen=True)
class Items:
    """Scores of one metric, item by item.

    Attributes:
        metric: which.
        names: of the items.
        values: mean score of each, shape (n_items,).
        weights: number of single scores that each is the mean of.
        inferred: whether no event names it.
        touched: whether a pattern is about it.
    """

    metric: str
    names: tuple[str, ...]
    values: FloatArray
    weights: FloatArray
    inferred: BoolArray
    touched: BoolArray

    def chosen(self, subset: str) -> BoolArray:
        """Return which items belong to a subset."""
        everything = np.ones(len(self.names), dtype=np.bool_)
        return {
            EVERYTHING: everything,
            DETERMINED: ~self.inferred,
            INFERRED: self.inferred,
            UNTOUCHED: ~self.touched,
        }[subset]

    def mean(self, subset: str = EVERYTHING, rows: IntArray | None = None) -> float:
        """Return the weighted mean over a subset (of resampled rows); NaN if empty."""
        chosen = np.flatnonzero(self.chosen(subset)) if rows is None else rows
        weight = self.weights[chosen]
        if not weight.sum() > 0:
            return float("nan")
        return float((self.values[chosen] * weight).sum() / weight.sum())


def touched_items() -> frozenset[str]:
    """Return sites and outcomes that the patterns P1 to P3 are about."""
    rows = read_rows("pattern_items.csv", ("item", "pattern", "why"), folder=DATA)
    return frozenset(row["item"] for row in rows)


def _is_touched(name: str, touched: frozenset[str]) -> bool:
    """Return whether an outcome, or the site it is about, is touched."""
    return name in touched or (
        name.startswith("site.") and name.split(".")[1] in touched
    )


def items_of(
    prediction: Prediction, known: Truth, theatre: Theatre
) -> dict[str, Items]:
    """Return the scores of a prediction by metric."""
    found = [
        *_control_items(prediction, known),
        _date_items(prediction, known),
        _count_items(prediction, known),
        _front_items(prediction, known, theatre),
    ]
    return {each.metric: each for each in found}


def mean_items(several: Sequence[Mapping[str, Items]]) -> dict[str, Items]:
    """Return the mean scores of several predictions, item by item."""
    return {
        metric: replace(
            first, values=np.mean([each[metric].values for each in several], axis=0)
        )
        for metric, first in several[0].items()
    }


def pooled(several: Sequence[Sequence["Spread"]]) -> list["Spread"]:
    """Return the coverage of the intervals of several predictions together."""
    found = []
    for levels in zip(*several, strict=True):
        hits, count = (
            sum(one.hits for one in levels),
            sum(one.count for one in levels),
        )
        low, high = scores.binomial_interval(hits, count)
        found.append(Spread(levels[0].level, hits, count, low, high))
    return found


def _control_items(prediction: Prediction, known: Truth) -> list[Items]:
    """Return Brier and log score of control, one item a site."""
    p = prediction.on(known.checks)
    true = np.maximum(known.held, 0)
    touched = touched_items()
    n = known.known.sum(axis=0).astype(np.float64)
    found = []
    for metric, values in (
        ("brier", scores.brier(p, true)),
        ("log", scores.log_score(p, true, floor=numbers().floor)),
    ):
        total = np.where(known.known, values, 0.0).sum(axis=0)
        found.append(
            Items(
                metric,
                known.history.sites,
                total / np.maximum(n, 1),
                n,
                ~known.history.named,
                np.array([site in touched for site in known.history.sites]),
            )
        )
    return found


def _date_items(prediction: Prediction, known: Truth) -> Items:
    """Return the censored CRPS of dates, one item an outcome."""
    touched = touched_items()
    values = [
        scores.censored_crps(
            prediction.date(each.name),
            each.day,
            prediction.weights,
            horizon=known.horizon,
        )
        for each in known.dated
    ]
    return Items(
        "crps_dates",
        tuple(each.name for each in known.dated),
        np.array(values),
        np.ones(len(values)),
        np.array([each.inferred for each in known.dated], dtype=np.bool_),
        np.array([_is_touched(each.name, touched) for each in known.dated]),
    )


def _count_items(prediction: Prediction, known: Truth) -> Items:
    """Return the CRPS of counts (the ranked probability score), one item a cell."""
    from experiments.scoring.zones import zone_names

    names, values = [], []
    for window in known.windows:
        for zone, zone_name in enumerate(zone_names()):
            if window < prediction.counts.shape[1]:
                samples = prediction.counts[:, window, zone].astype(np.float64)
                true = float(known.counts[window, zone])
                names.append(f"{window}.{zone_name}")
                values.append(scores.crps(samples, true, prediction.weights))
    no = np.zeros(len(names), dtype=np.bool_)
    return Items(
        "crps_counts", tuple(names), np.array(values), np.ones(len(names)), no, no
    )


def _front_items(prediction: Prediction, known: Truth, theatre: Theatre) -> Items:
    """Return the distance of the fronts, km, one item a check date.

    A front is drawn between neighbouring sites of two blocs, in the forecast as in
    history, which knows of sites alone; the forecast's are the likeliest holders.
    """
    rows = known.history.rows
    near = scores.neighbours(theatre.site_x_km[rows], theatre.site_y_km[rows])
    likeliest = prediction.on(known.checks).argmax(axis=-1)
    values = [
        scores.front_distance(
            scores.front(likeliest[row], near, known=known.known[row]),
            scores.front(known.held[row], near, known=known.known[row]),
        )
        for row in range(len(known.checks))
    ]
    no = np.zeros(len(values), dtype=np.bool_)
    names = tuple(day.isoformat() for day in known.checks)
    found = np.array(values, dtype=np.float64)
    weights = (~np.isnan(found)).astype(np.float64)
    return Items("front", names, np.nan_to_num(found), weights, no, no)


@dataclass(frozen=True)
class Spread:
    """How well intervals fit.

    Attributes:
        level: of the central interval.
        hits: how many hold what came.
        count: of how many.
        low: lower end of the 95 % interval of the share.
        high: upper end.
    """

    level: float
    hits: int
    count: int
    low: float
    high: float


def spreads(prediction: Prediction, known: Truth) -> list[Spread]:
    """Return the coverage of the dates' and counts' central intervals."""
    quantities = list(_quantities(prediction, known))
    found = []
    for level in scores.INTERVALS:
        hits = sum(
            scores.covered(samples, true, prediction.weights, level=level)
            for samples, true in quantities
        )
        low, high = scores.binomial_interval(hits, len(quantities))
        found.append(Spread(level, hits, len(quantities), low, high))
    return found


def pit(prediction: Prediction, known: Truth) -> FloatArray:
    """Return the PIT histogram of dates and counts, share by tenth."""
    return scores.pit_histogram(
        [
            scores.pit_bounds(samples, true, prediction.weights)
            for samples, true in _quantities(prediction, known)
        ]
    )


def _quantities(
    prediction: Prediction, known: Truth
) -> Sequence[tuple[FloatArray, float]]:
    """Return samples and truth of every date (cut at the horizon) and count."""
    end = float(known.horizon)
    dates = [
        (np.minimum(prediction.date(each.name), end), min(each.day, end))
        for each in known.dated
    ]
    counts = [
        (
            prediction.counts[:, window, zone].astype(np.float64),
            float(known.counts[window, zone]),
        )
        for window in known.windows
        if window < prediction.counts.shape[1]
        for zone in range(known.counts.shape[1])
    ]
    return [*dates, *counts]
