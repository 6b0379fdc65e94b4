"""Outcomes of a run, from its recorded tables: dates, sites, objectives, losses.

Reads what was recorded, in memory or on disk, and never the World. The shape of the
result is ``record/outcomes.schema.json``.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from abm.record.wanted import DateWanted, Wanted
from abm.scenario import Scenario
from abm.units import FloatArray

SCHEMA_FILE = Path(__file__).parent / "record" / "outcomes.schema.json"
DECIMALS = 6
"""Of every number in the outcomes; far below what anything is known to."""
KM_PER_DEGREE = 111.2
"""Of latitude; used only to name the site nearest to an incident."""


class Recorded(Protocol):
    """A ``Recorder`` during a run, or a ``Run`` read from disk."""

    @property
    def scenario(self) -> Scenario:
        """Scenario of the run."""

    @property
    def wanted(self) -> Wanted:
        """Outcomes that the scenario asks for."""

    def table(self, name: str) -> pa.Table:
        """Return one recorded table."""


class Data:
    """Recorded tables as data frames, each converted once."""

    def __init__(self, source: Recorded) -> None:
        self._source = source
        self._frames: dict[str, pd.DataFrame] = {}
        self.scenario = source.scenario
        self.blocs = {actor.id: actor.bloc for actor in source.scenario.actors}

    def __call__(self, name: str) -> pd.DataFrame:
        """Return a table by name."""
        if name not in self._frames:
            self._frames[name] = self._source.table(name).to_pandas()
        return self._frames[name]

    def date(self, day: int) -> date:
        """Return the date of a day."""
        return self.scenario.calendar.start.date() + timedelta(days=int(day))

    def is_by(self, actors: "pd.Series[Any]", by: str | None) -> "pd.Series[bool]":
        """Return which actors are ``by``, or belong to the bloc ``by``."""
        names = actors.astype(object)
        found: pd.Series[bool] = names.eq(by) | names.map(self.blocs).eq(by)
        return found


def schema() -> dict[str, Any]:
    """Return the JSON schema of ``outcomes``."""
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text("utf-8"))
    return found


def outcomes(source: Recorded) -> dict[str, Any]:
    """Return the outcomes of a run as plain data (see ``schema``)."""
    data, wanted = Data(source), source.wanted
    sites = data("sites")
    end = sites[sites["day"] == sites["day"].max()]
    side, relief = siege_broken(data, wanted) or (None, None)
    return {
        "days": int(sites["day"].max()),
        "dates": {each.name: _said(dated(data, each)) for each in wanted.date},
        "siege_side": side,
        "siege_actor": relief,
        "sites": dict(zip(end["site_id"], end["actor"], strict=True)),
        "site_changes": _changes(end),
        "segments": _segments(data),
        "objectives": _objectives(data),
        "incidents": _incidents(data),
        "tonnes": _tonnes(data),
        "losses": _losses(data),
        "flashpoint": _flashpoint(data, wanted),
        "personnel_check": _plain(personnel_check(data)),
    }


def _said(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _plain(value: float) -> float:
    return round(float(value), DECIMALS) + 0.0


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
    held = sites["site_id"].isin(each.sites) & data.is_by(sites["actor"], each.by)
    count = sites.loc[held].groupby("day").size()
    return _first(data, count[count == len(each.sites)].index.to_series())


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


def siege_broken(data: Data, wanted: Wanted) -> tuple[str, str | None] | None:
    """Return the side from which the siege was broken first, and by whom, or none.

    The siege is that of the first dated outcome of kind ``relief``; the side is the
    last word of the event, which knows the last link of the supply path.
    """
    besieged = [each.sites for each in wanted.date if each.kind == "relief"][:1]
    events = data("events")
    found = events[events["kind"] == "siege_broken"]
    found = found[found["site_id"].isin([site for sites in besieged for site in sites])]
    if found.empty:
        return None
    first = found.iloc[0]
    actor = first["actor"] if isinstance(first["actor"], str) else None
    return str(first["text"]).rsplit(" ", 1)[-1], actor


def _segments(data: Data) -> dict[str, dict[str, float]]:
    """Return each bloc's share of each border segment at the end."""
    rows = data("segments")
    found: dict[str, dict[str, float]] = {}
    for row in rows[rows["day"] == rows["day"].max()].to_dict("records"):
        found.setdefault(row["segment"], {})[row["bloc"]] = _plain(row["share"])
    return found


def _changes(end: pd.DataFrame) -> dict[str, int]:
    changed = end[end["changes"] > 0]
    pairs = zip(changed["site_id"], changed["changes"], strict=True)
    return {str(site): int(count) for site, count in pairs}


def _objectives(data: Data) -> dict[str, dict[str, float]]:
    rows = data("actors")
    found: dict[str, dict[str, float]] = {
        actor.id: {} for actor in data.scenario.actors
    }
    for row in rows[rows["day"] == rows["day"].max()].itertuples():
        found[str(row.actor)][str(row.objective)] = _plain(row.satisfaction)  # type: ignore[arg-type]
    return found


def _incidents(data: Data) -> list[dict[str, Any]]:
    sites = [site for site in data.scenario.sites if site.on_map]
    lon = np.array([site.lon for site in sites])
    lat = np.array([site.lat for site in sites])
    found = []
    for row in data("incidents").to_dict("records"):
        near = sites[int(np.argmin(_km(lon, lat, row["lon"], row["lat"])))]
        found.append(
            {
                "date": data.date(row["day"]).isoformat(),
                "tick": int(row["tick"]),
                "kind": row["kind"],
                "dyad": row["dyad"],
                "actor": row["actor"],
                "other": row["other"],
                "rung": int(row["rung"]),
                "severity": _plain(row["severity"]),
                "lon": _plain(row["lon"]),
                "lat": _plain(row["lat"]),
                "near": near.id,
            }
        )
    return found


def _km(lon: FloatArray, lat: FloatArray, east: float, north: float) -> FloatArray:
    """Return rough distances; good enough to name a place, never for a rule."""
    across = (lon - east) * np.cos(np.radians(north))
    km: FloatArray = np.hypot(across, lat - north) * KM_PER_DEGREE
    return km


def _tonnes(data: Data) -> dict[str, dict[str, float]]:
    rows = data("deliveries")
    end = rows[rows["day"] == rows["day"].max()]
    names = ["planned", "delivered", "airlifted", "heavy"]
    return {
        str(row["actor"]): {name: _plain(row[name]) for name in names}
        for row in end.to_dict("records")
        if row["planned"] or row["delivered"] or row["airlifted"]
    }


def _by_actor(data: Data) -> pd.DataFrame:
    """Return one row per actor and day."""
    return data("actors").drop_duplicates(["day", "actor"])


def _losses(data: Data) -> dict[str, dict[str, float]]:
    rows = _by_actor(data)
    names = ["killed_wounded", "captured", "deserted"]
    return {
        str(row["actor"]): {name: _plain(row[name]) for name in names}
        for row in rows[rows["day"] == rows["day"].max()].to_dict("records")
    }


def personnel_check(data: Data) -> float:
    """Return the largest number of persons that any day's accounts are off by.

    Start and replacements must equal present and lost, for every actor on every day.
    """
    rows = _by_actor(data)
    balance = rows["personnel"] + rows["losses"] - rows["replaced"]
    start = balance[rows["day"] == rows["day"].min()].to_numpy()
    actors = rows["actor"].nunique()
    off = balance.to_numpy().reshape(-1, actors) - start
    return float(np.abs(off).max())


def _flashpoint(data: Data, wanted: Wanted) -> dict[str, dict[str, float]]:
    """Return the largest value and the sum over the run of the index per place."""
    rows = data("hazards")
    found = {}
    for site in wanted.flashpoint.sites:
        here = rows[rows["site_id"] == site]
        found[site] = {
            "max": _plain(here["flashpoint"].max()),
            "sum": _plain(here["risk"].sum()),
        }
    return found
