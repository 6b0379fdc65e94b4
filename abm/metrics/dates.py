"""Dated outcomes: the first day on which something is so."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from abm.metrics.data import Data
from abm.record.wanted import DateWanted


def dated(data: Data, each: DateWanted) -> date | None:
    """Return the first date on which something is so, or none."""
    return DATES[each.kind](data, each)


def _first(data: Data, days: "pd.Series[Any]") -> date | None:
    return data.date(int(days.min())) if len(days) else None


def _relief(data: Data, each: DateWanted) -> date | None:
    return _event(data, each.model_copy(update={"what": "siege_broken"}))


def _border(data: Data, each: DateWanted) -> date | None:
    rows = data("segments")
    found = (rows["segment"] == each.segment) & (rows["bloc"] == each.by)
    return _first(data, rows.loc[found & (rows["share"] >= each.at_least), "day"])


def _control(data: Data, each: DateWanted) -> date | None:
    sites = data("sites")
    sites = sites[sites["site_id"].isin(each.sites)]
    days = sites.loc[data.is_by(sites["actor"], each.by), "day"].value_counts()
    return _first(data, days[days == len(each.sites)].index.to_series())


def _event(data: Data, each: DateWanted) -> date | None:
    events = data("events")
    found = events["kind"] == each.what
    if each.by:
        found &= data.is_by(events["actor"], each.by)
    if each.sites:
        found &= events["site_id"].isin(each.sites)
    return _first(data, events.loc[found, "day"])


def _crossing(data: Data, each: DateWanted) -> date | None:
    return _event(data, each.model_copy(update={"what": "crossed"}))


def _objective(data: Data, each: DateWanted) -> date | None:
    rows = data("actors")
    found = (rows["actor"] == each.actor) & (rows["objective"] == each.objective)
    return _first(
        data, rows.loc[found & (rows["satisfaction"] >= each.at_least), "day"]
    )


def _delivery(data: Data, each: DateWanted) -> date | None:
    rows = data("deliveries")
    found = (rows["actor"] == each.actor) & (rows["delivered"] > 0)
    return _first(data, rows.loc[found, "day"])


def _incident(data: Data, each: DateWanted) -> date | None:
    rows = data("incidents")
    return _first(data, rows.loc[rows["kind"] == each.what, "day"])


def _rung(data: Data, each: DateWanted) -> date | None:
    rows = data("dyads")
    pair = sorted((str(each.actor), str(each.other)))
    found = (rows["actor_a"] == pair[0]) & (rows["actor_b"] == pair[1])
    return _first(data, rows.loc[found & (rows["rung"] >= each.at_least), "day"])


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
