"""Dated outcomes: the first day on which something is so."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.metrics.data import Data
from abm.record.wanted import DateWanted


def dated(data: Data, each: DateWanted) -> date | None:
    """Return the first date on which something is so, or none."""
    return DATES[each.kind](data, each)


def _first(data: Data, days: NDArray[Any]) -> date | None:
    return data.date(int(days.min())) if len(days) else None


def _relief(data: Data, each: DateWanted) -> date | None:
    return _event(data, each.model_copy(update={"what": "siege_broken"}))


def _border(data: Data, each: DateWanted) -> date | None:
    found = data.among("segments", "segment", wanted=[str(each.segment)])
    found &= data.among("segments", "bloc", wanted=[str(each.by)])
    found &= data.values("segments", "share") >= each.at_least
    return _first(data, data.values("segments", "day")[found])


def _control(data: Data, each: DateWanted) -> date | None:
    found = data.among("sites", "site_id", wanted=each.sites)
    found &= data.by("sites", "actor", party=each.by)
    days, held = np.unique(data.values("sites", "day")[found], return_counts=True)
    return _first(data, days[held == len(each.sites)])


def _event(data: Data, each: DateWanted) -> date | None:
    found = data.among("events", "kind", wanted=[str(each.what)])
    if each.by:
        found &= data.by("events", "actor", party=each.by)
    if each.sites:
        found &= data.among("events", "site_id", wanted=each.sites)
    return _first(data, data.values("events", "day")[found])


def _crossing(data: Data, each: DateWanted) -> date | None:
    return _event(data, each.model_copy(update={"what": "crossed"}))


def _objective(data: Data, each: DateWanted) -> date | None:
    found = data.among("actors", "actor", wanted=[str(each.actor)])
    found &= data.among("actors", "objective", wanted=[str(each.objective)])
    found &= data.values("actors", "satisfaction") >= each.at_least
    return _first(data, data.values("actors", "day")[found])


def _delivery(data: Data, each: DateWanted) -> date | None:
    found = data.among("deliveries", "actor", wanted=[str(each.actor)])
    found &= data.values("deliveries", "delivered") > 0
    return _first(data, data.values("deliveries", "day")[found])


def _incident(data: Data, each: DateWanted) -> date | None:
    found = data.among("incidents", "kind", wanted=[str(each.what)])
    return _first(data, data.values("incidents", "day")[found])


def _rung(data: Data, each: DateWanted) -> date | None:
    pair = sorted((str(each.actor), str(each.other)))
    found = data.among("dyads", "actor_a", wanted=pair[:1])
    found &= data.among("dyads", "actor_b", wanted=pair[1:])
    found &= data.values("dyads", "rung") >= each.at_least
    return _first(data, data.values("dyads", "day")[found])


DATES: dict[str, Callable[[Data, DateWanted], date | None]] = {
    "relief": _relief,
    "control": _control,
    "border": _border,
    "crossing": _crossing,
    "objective": _objective,
    "delivery": _delivery,
    "incident": _incident,
    "rung": _rung,
    "event": _event,
}
"""How each kind of dated outcome is found in the tables."""
