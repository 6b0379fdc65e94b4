"""The table: a prediction beside its baselines, and its skill over the best of them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.problems import StudyError
from experiments.scoring.baselines import constant_rate, persistence
from experiments.scoring.events import read_events
from experiments.scoring.items import (
    METRICS,
    SUBSETS,
    Items,
    Spread,
    items_of,
    mean_items,
    pit,
    pooled,
    spreads,
)
from experiments.scoring.prediction import Prediction
from experiments.scoring.sources import Source
from experiments.scoring.truth import Truth, truth

RESAMPLES = 2000
SEED = 6
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Skill:
    """1 - score / score of the best baseline.

    Attributes:
        metric: of the score.
        subset: of the items.
        score: of the prediction.
        best: name of the best baseline.
        best_score: its score.
        skill: 0 is as good as it, 1 perfect; NaN where the best score is 0.
        low: lower end of the 95 % bootstrap interval over items.
        high: upper end.
    """

    metric: str
    subset: str
    score: float
    best: str
    best_score: float
    skill: float
    low: float
    high: float


@dataclass(frozen=True)
class Scored:
    """All that scoring found.

    Attributes:
        name: of the prediction.
        known: what it was scored by.
        items: scores by forecaster and metric, the prediction's first.
        skills: over the best baseline.
        spreads: coverage by forecaster.
        pit: histogram of the prediction.
        hash: of a forecast's files; empty for runs.
    """

    name: str
    known: Truth
    items: Mapping[str, Mapping[str, Items]]
    skills: Sequence[Skill]
    spreads: Mapping[str, Sequence[Spread]]
    pit: Sequence[float]
    hash: str = ""


def _everyone(
    source: Source, known: Truth, beside: Mapping[str, Sequence[Prediction]] | None
) -> dict[str, Sequence[Prediction]]:
    """Return the prediction that is scored, and the baselines, by name."""
    return {
        source.prediction.name: [source.prediction],
        "persistence": [persistence(source, known=known)],
        "constant rate": [constant_rate(source, known=known)],
        **(beside or {}),
    }


def score(
    source: Source,
    events: Path,
    *,
    since: dt.date | None = None,
    last: dt.date | None = None,
    beside: Mapping[str, Sequence[Prediction]] | None = None,
) -> Scored:
    """Return the scores of a source and of its baselines.

    Args:
        source: what is scored.
        events: file of events.
        since: first date that counts.
        last: last date that is known; by default that of the last event, or the end
            of the prediction if that is earlier.
        beside: predictions of model baselines by name, scored in the same table; of
            several under one name (shuffles) the mean score counts.

    Raises:
        StudyError: the file is wrong, or nothing can be scored.
    """
    given = read_events(events)
    if not given:
        raise StudyError([f"{events.name}: no event; nothing to score by"])
    prediction = source.prediction
    end = prediction.start + dt.timedelta(days=prediction.days)
    known = truth(
        given,
        source.scenario,
        source.theatre,
        since=since,
        last=min(end, last or max(event.end for event in given)),
    )
    everyone = _everyone(source, known, beside)
    _refuse_short(everyone, known)
    items = {
        name: mean_items([items_of(one, known, source.theatre) for one in several])
        for name, several in everyone.items()
    }
    return Scored(
        name=prediction.name,
        known=known,
        items=items,
        skills=skills(items, prediction.name),
        spreads={
            name: pooled([spreads(one, known) for one in several])
            for name, several in everyone.items()
        },
        pit=pit(prediction, known).tolist(),
        hash=source.hash,
    )


def _refuse_short(everyone: Mapping[str, Sequence[Prediction]], known: Truth) -> None:
    """Refuse a baseline that ends before what is scored.

    Raises:
        StudyError: naming it.
    """
    short = [
        f"--beside {name}: ends on day {one.days}, scored is up to day {known.horizon}"
        for name, several in everyone.items()
        for one in several
        if one.days < known.horizon
    ]
    if short:
        raise StudyError(short)


def skills(items: Mapping[str, Mapping[str, Items]], name: str) -> list[Skill]:
    """Return the skill of a forecaster over the best of the others, by metric."""
    found = []
    for metric in METRICS:
        for subset in SUBSETS:
            own = items[name][metric]
            if np.isnan(own.mean(subset)):
                continue
            found.append(_skill(items, name, metric, subset))
    return found


def _skill(
    items: Mapping[str, Mapping[str, Items]], name: str, metric: str, subset: str
) -> Skill:
    """Return the skill in one metric over one subset of items.

    The best baseline is the best on all items of the subset; resampling items keeps
    it, so that the interval is of the difference between these two.
    """
    own = items[name][metric]
    others = {
        other: found[metric].mean(subset)
        for other, found in items.items()
        if other != name and not np.isnan(found[metric].mean(subset))
    }
    best = min(others, key=lambda other: others[other])
    rng = np.random.default_rng(SEED)
    rows = np.flatnonzero(own.chosen(subset))
    draws = rng.choice(rows, (RESAMPLES, len(rows)))
    boots = [_ratio(own, items[best][metric], draw) for draw in draws]
    known = [value for value in boots if np.isfinite(value)]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(known, [tail, 1 - tail]) if known else (np.nan, np.nan)
    return Skill(
        metric,
        subset,
        own.mean(subset),
        best,
        others[best],
        _ratio(own, items[best][metric], rows),
        float(low),
        float(high),
    )


def _ratio(own: Items, other: Items, rows: Any) -> float:
    """Return the skill on some rows; NaN where the other's score is 0."""
    below = other.mean(rows=rows)
    return 1 - own.mean(rows=rows) / below if below > 0 else float("nan")
