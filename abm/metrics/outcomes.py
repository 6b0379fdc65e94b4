"""Outcomes of a run, from its recorded tables: dates, sites, objectives, losses.

Reads what was recorded, in memory or on disk, and never the World. The shape of the
result is ``record/outcomes.schema.json``.
"""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from abm.metrics.data import Data, Recorded
from abm.metrics.dates import dated
from abm.record.wanted import Wanted
from abm.units import NOBODY, BoolArray, FloatArray

SCHEMA_FILE = Path(__file__).parents[1] / "record" / "outcomes.schema.json"
COMPASS = {
    "N": "north",
    "NE": "north-east",
    "E": "east",
    "SE": "south-east",
    "S": "south",
    "SW": "south-west",
    "W": "west",
    "NW": "north-west",
}
INCIDENT = (
    "tick",
    "day",
    "lon",
    "lat",
    "actor",
    "other",
    "dyad",
    "kind",
    "rung",
    "severity",
)
"""Columns of an incident that its outcome tells of."""
DECIMALS = 6
"""Of every number in the outcomes; far below what anything is known to."""
KM_PER_DEGREE = 111.2
"""Of latitude; used only to name the site nearest to an incident."""


def schema() -> dict[str, Any]:
    """Return the JSON schema of ``outcomes``."""
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text("utf-8"))
    return found


def outcomes(source: Recorded) -> dict[str, Any]:
    """Return the outcomes of a run as plain data (see ``schema``)."""
    data, wanted = Data(source), source.wanted
    columns = ("day", "site_id", "actor", "changes")
    end = data.rows("sites", *columns, where=data.on_day("sites", max))
    side, relief = siege_broken(data, wanted) or (None, None)
    return {
        "days": int(end[0]["day"]),
        "dates": {each.name: _said(dated(data, each)) for each in wanted.date},
        "siege_side": side,
        "siege_actor": relief,
        "sites": {row["site_id"]: row["actor"] for row in end},
        "site_changes": {
            row["site_id"]: row["changes"] for row in end if row["changes"] > 0
        },
        "segments": _segments(data),
        "objectives": _objectives(data, day=max),
        "objectives_start": _objectives(data, day=min),
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


def siege_broken(data: Data, wanted: Wanted) -> tuple[str, str | None] | None:
    """Return the side from which the siege was broken first, and by whom, or none.

    The siege is that of the first dated outcome of kind ``relief``; the side is the
    last word of the event, which knows the last link of the supply path.
    """
    besieged = [each.sites for each in wanted.date if each.kind == "relief"][:1]
    there = [site for sites in besieged for site in sites]
    broken = data.among("events", "kind", wanted={"siege_broken"})
    broken &= data.among("events", "site_id", wanted=there)
    found = data.rows("events", "actor", "text", where=broken)
    if not found:
        return None
    return COMPASS[found[0]["text"].rsplit(" ", 1)[-1]], found[0]["actor"]


def _segments(data: Data) -> dict[str, dict[str, float]]:
    """Return each bloc's share of each border segment at the end."""
    found: dict[str, dict[str, float]] = {}
    end = data.on_day("segments", max)
    for row in data.rows("segments", "segment", "bloc", "share", where=end):
        found.setdefault(row["segment"], {})[row["bloc"]] = _plain(row["share"])
    return found


def _objectives(data: Data, *, day: Callable[..., Any]) -> dict[str, dict[str, float]]:
    """Return every actor's satisfaction on the first or the last day."""
    found: dict[str, dict[str, float]] = {
        actor.id: {} for actor in data.scenario.actors
    }
    columns, there = ("actor", "objective", "satisfaction"), data.on_day("actors", day)
    for row in data.rows("actors", *columns, where=there):
        found[row["actor"]][row["objective"]] = _plain(row["satisfaction"])
    return found


def _incidents(data: Data) -> list[dict[str, Any]]:
    sites = [site for site in data.scenario.sites if site.on_map]
    lon = np.array([site.lon for site in sites])
    lat = np.array([site.lat for site in sites])
    found = []
    for row in data.rows("incidents", *INCIDENT):
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
    names = ("planned", "delivered", "airlifted", "heavy")
    end = data.on_day("deliveries", max)
    return {
        row["actor"]: {name: _plain(row[name]) for name in names}
        for row in data.rows("deliveries", "actor", *names, where=end)
        if row["planned"] or row["delivered"] or row["airlifted"]
    }


def _by_actor(data: Data) -> BoolArray:
    """Return which rows of ``actors`` are the first of an actor and day, (n_rows,)."""
    day, actor = data.values("actors", "day"), data.codes("actors", "actor")
    key = day.astype(np.int64) * (actor.max(initial=0) - NOBODY + 1) + actor
    first = np.zeros(len(key), dtype=bool)
    first[np.unique(key, return_index=True)[1]] = True
    return first


def _losses(data: Data) -> dict[str, dict[str, float]]:
    names = ("killed_wounded", "captured", "deserted")
    end = _by_actor(data) & data.on_day("actors", max)
    return {
        row["actor"]: {name: _plain(row[name]) for name in names}
        for row in data.rows("actors", "actor", *names, where=end)
    }


def personnel_check(data: Data) -> float:
    """Return the largest number of persons that any day's accounts are off by.

    Start and replacements must equal present and lost, for every actor on every day.
    """
    once = _by_actor(data)
    balance = data.values("actors", "personnel") + data.values("actors", "losses")
    balance = (balance - data.values("actors", "replaced"))[once]
    start = balance[data.on_day("actors", min)[once]]
    return float(np.abs(balance.reshape(-1, start.size) - start).max())


def _flashpoint(data: Data, wanted: Wanted) -> dict[str, dict[str, float]]:
    """Return the largest value and the sum over the run of the index per place."""
    found = {}
    index, risk = data.values("hazards", "flashpoint"), data.values("hazards", "risk")
    for site in wanted.flashpoint.sites:
        here = data.among("hazards", "site_id", wanted={site})
        found[site] = {
            "max": _plain(index[here].max(initial=0.0)),
            "sum": _plain(risk[here].sum()),
        }
    return found
