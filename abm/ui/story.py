"""The story of a run as the panels tell it: events and a row per day, in parts."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pyarrow as pa

from abm.explain.why import labels
from abm.metrics.data import Data
from abm.metrics.dates import dated
from abm.record.daily import DYAD_STATES
from abm.record.wanted import Wanted, wanted
from abm.theatre import Theatre
from abm.ui.engines import Engine
from abm.ui.wording import is_plural, line
from abm.units import FloatArray

Json = dict[str, Any]
MILLE = 1000
DIGITS = 3
AIR, GROUND, LINE, HAD_AIR, HAD_GROUND = 1, 2, 4, 8, 16
"""Bits of a pair's channels: open now, and open at the start."""
TOLD = ("tick", "kind", "actor", "other", "site_id", "amount", "text")
"""Columns of the events that are told, as they are, by number or in words."""
DAILY = {
    "actors": ("satisfaction", "personnel", "losses"),
    "dyads": ("actor_a", "actor_b", *DYAD_STATES),
    "deliveries": ("flow", "delivered", "airlifted"),
    "hazards": ("site_id", "risk"),
}
"""Columns that a day is told from, by table."""


class Story:
    """Tells what is new since it was last asked.

    Attributes:
        days: every daily row told so far.
        dates: first day on which each outcome the text asks for was so.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.days: list[Json] = []
        self.dates: dict[str, int] = {}
        self._wanted = wanted(engine.theatre.scenario)
        self._events = 0

    def news(self) -> Json:
        """Return the events and days since the last call, as plain data."""
        days = self._new_days()
        self.days += days
        fresh = self._new_dates() if days else {}
        self.dates |= fresh
        return {"events": self._new_events(), "days": days, "dates": fresh}

    def since(self, tick: int) -> None:
        """Forget what was told after ``tick``; it will be told again."""
        day = int(tick * self.engine.theatre.days_per_tick)
        self.days = [each for each in self.days if each["day"] <= day]
        self.dates = {name: at for name, at in self.dates.items() if at <= day}
        ticks = self.engine.table("events")["tick"].to_numpy()
        self._events = int((ticks < tick).sum())

    def _new_events(self) -> list[list[Any]]:
        table = self.engine.table("events")
        fresh = table.slice(self._events)
        self._events = table.num_rows
        return event_rows(fresh, self.engine.theatre)

    def _new_dates(self) -> dict[str, int]:
        """Return outcomes that were reached since the last call, with their day."""
        data = Data(Known(self.engine, self._wanted))
        start = data.date(0)
        left = [each for each in self._wanted.date if each.name not in self.dates]
        found = {each.name: dated(data, each) for each in left}
        return {name: (at - start).days for name, at in found.items() if at}

    def _new_days(self) -> list[Json]:
        first, last = len(self.days), _whole(self.engine)
        if first > last:
            return []
        parts = {name: self.engine.table(name) for name in DAILY}
        danger = self._wanted.flashpoint.sites
        days = range(first, min(last, int(parts["actors"]["day"][-1].as_py())) + 1)
        return [
            {
                **_day(
                    self.engine, day, rows := {n: _of(parts[n], day) for n in parts}
                ),
                "z": _danger(rows["hazards"], danger),
            }
            for day in days
        ]


class Known:
    """What is recorded so far, as the dated outcomes read it."""

    def __init__(self, engine: Engine, asked: Wanted) -> None:
        self.scenario, self.wanted = engine.theatre.scenario, asked
        self.table = engine.table


def _danger(rows: pa.Table, sites: Collection[str]) -> Json:
    """Return the day's risk of an incident near each place asked for, by site."""
    risk = zip(rows["site_id"].to_pylist(), rows["risk"].to_pylist(), strict=True)
    return {site: round(value, DIGITS) for site, value in risk if site in sites}


def _whole(engine: Engine) -> int:
    """Return the last day whose row will not change any more."""
    if engine.finished:
        return engine.ticks
    return int(engine.ticks * engine.theatre.days_per_tick)


def _of(table: pa.Table, day: int) -> pa.Table:
    """Return the rows of one day; the days of a table never fall."""
    days = table["day"].to_numpy()
    first, last = np.searchsorted(days, (day, day + 1)).tolist()
    return table.slice(first, last - first)


def event_rows(events: pa.Table, theatre: Theatre) -> list[list[Any]]:
    """Return events as rows: tick, kind, actor, other, site, x, y, words.

    Actors and sites are theatre rows, -1 for none; x and y are cells or ``None``.
    """
    lon, lat = (
        np.array(events[name].to_pylist(), dtype=float) for name in ("lon", "lat")
    )
    x, y = theatre.grid.xy_km(lon, lat)
    index, sites = theatre.holder_index, theatre.site_row
    cell = theatre.grid.cell_km
    found = []
    for row, east, south in zip(events.select(TOLD).to_pylist(), x, y, strict=True):
        placed = bool(np.isfinite(east))
        found.append(
            [
                row["tick"],
                row["kind"],
                index.get(row["actor"], -1),
                index.get(row["other"], -1),
                sites.get(row["site_id"], -1),
                round(float(east) / cell, 1) if placed else None,
                round(float(south) / cell, 1) if placed else None,
                line(row, theatre),
            ]
        )
    return found


def _day(engine: Engine, day: int, rows: dict[str, pa.Table]) -> Json:
    theatre, goods = engine.theatre, rows["deliveries"]
    values = {name: rows["actors"][name].to_numpy() for name in DAILY["actors"]}
    first = theatre.objective_actor.searchsorted(np.arange(theatre.n_actors))
    goods = {name: goods[name].to_numpy() for name in DAILY["deliveries"]}
    return {
        "day": day,
        "s": _whole_numbers(values["satisfaction"] * MILLE),
        "p": _whole_numbers(values["personnel"][first]),
        "l": _whole_numbers(values["losses"][first]),
        "t": _pairs(rows["dyads"], theatre),
        "g": _ground(engine, day),
        "f": _whole_numbers(goods["flow"] * MILLE),
        "d": _whole_numbers(goods["delivered"] + goods["airlifted"]),
    }


def _whole_numbers(values: FloatArray) -> list[int]:
    found: list[int] = np.round(values).astype(int).tolist()
    return found


def _pairs(dyads: pa.Table, theatre: Theatre) -> Json:
    """Return tension (thousandths), rung, channels and incidents of live pairs."""
    index, found = theatre.holder_index, {}
    for row in dyads.select(DAILY["dyads"]).to_pylist():
        a, b = index[row["actor_a"]], index[row["actor_b"]]
        bits = (
            AIR * row["air_channel"]
            + GROUND * row["ground_channel"]
            + LINE * row["ground_line"]
            + HAD_AIR * bool(theatre.air_channel0[a, b])
            + HAD_GROUND * bool(theatre.ground_channel0[a, b])
        )
        tension = round(row["tension"] * MILLE)
        if tension or row["rung"] or bits or row["incidents"]:
            key = "|".join(sorted((row["actor_a"], row["actor_b"])))
            found[key] = [tension, row["rung"], int(bits), row["incidents"]]
    return found


def _ground(engine: Engine, day: int) -> list[int]:
    """Return the share of the open ground that each bloc holds, in thousandths."""
    theatre = engine.theatre
    held = theatre.bloc[engine.control(day).ravel()[theatre.open]]
    counts = np.bincount(held, minlength=len(theatre.bloc_names))
    shares: list[int] = np.round(counts / len(held) * MILLE).astype(int).tolist()
    return shares


def decision(engine: Engine, mission: int) -> Json | None:
    """Return the decision behind a mission with its reasons, or none."""
    table = engine.table("decisions")
    rows = np.flatnonzero(table["mission"].to_numpy() == mission)
    if not len(rows):
        return None
    return told(table.slice(int(rows[-1]), 1).to_pylist()[0], engine.theatre)


def told(row: Json, theatre: Theatre) -> Json:
    """Return a row of ``decisions`` as the inspector shows it."""
    scenario = theatre.scenario
    names = labels(scenario)
    terms, others = dict(row["terms"]), dict(row["runner_up_terms"])
    objective = row["objective"]
    own = [name for name in terms if name.split(".")[-1] == objective]
    if row["site_id"] is None:
        target = f"{row['lat']:.2f} N {row['lon']:.2f} E"
    else:
        target = scenario.site(row["site_id"]).name
    kept = ("mission", "tick", "day", "kind", "utility", "draw", "runner_up")
    more = ("runner_up_utility", "belief_target", "truth_target", "rule")
    cited = ("document", "sentence", "quote")
    return {
        **{name: row[name] for name in (*kept, *more, *cited)},
        "actor_name": (name := scenario.actor(row["actor"]).name),
        "plural": is_plural(name),
        "target": target,
        "terms": terms,
        "runner_up_terms": others,
        "labels": {name: names[name] for name in {*terms, *others} if name in names},
        "label": names.get(own[0], "") if own else "",
    }
