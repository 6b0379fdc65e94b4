"""Outcomes of a run, from its recorded tables: dates, sites, objectives, losses.

Reads what was recorded, in memory or on disk, and never the World. The shape of the
result is ``record/outcomes.schema.json``.
"""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from abm.metrics.data import Data, Recorded
from abm.metrics.dates import dated
from abm.record.wanted import Wanted
from abm.units import FloatArray

if TYPE_CHECKING:
    import pandas as pd

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
        "objectives": _objectives(data, day="max"),
        "objectives_start": _objectives(data, day="min"),
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
    events = data("events")
    found = events[events["kind"] == "siege_broken"]
    found = found[found["site_id"].isin([site for sites in besieged for site in sites])]
    if found.empty:
        return None
    first = found.iloc[0]
    actor = first["actor"] if isinstance(first["actor"], str) else None
    return COMPASS[str(first["text"]).rsplit(" ", 1)[-1]], actor


def _segments(data: Data) -> dict[str, dict[str, float]]:
    """Return each bloc's share of each border segment at the end."""
    rows = data("segments")
    found: dict[str, dict[str, float]] = {}
    for row in rows[rows["day"] == rows["day"].max()].to_dict("records"):
        found.setdefault(row["segment"], {})[row["bloc"]] = _plain(row["share"])
    return found


def _changes(end: "pd.DataFrame") -> dict[str, int]:
    changed = end[end["changes"] > 0]
    pairs = zip(changed["site_id"], changed["changes"], strict=True)
    return {str(site): int(count) for site, count in pairs}


def _objectives(data: Data, *, day: str) -> dict[str, dict[str, float]]:
    """Return every actor's satisfaction on the first or the last day."""
    rows = data("actors")
    found: dict[str, dict[str, float]] = {
        actor.id: {} for actor in data.scenario.actors
    }
    for row in rows[rows["day"] == rows["day"].agg(day)].itertuples():
        found[str(row.actor)][str(row.objective)] = _plain(row.satisfaction)
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


def _by_actor(data: Data) -> "pd.DataFrame":
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
