"""Log: the raw rows of a run, as they come in; ``build`` turns them into tables.

Cheap to add to: arrays are copied, objects kept as they are, nothing is converted
before somebody asks for a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.air.terms import COLUMNS
from abm.events import Decision, Event, Incident, Track
from abm.theatre import Theatre
from abm.units import NOBODY, AnyIntArray, FloatArray
from abm.world import CONVOY_MOVING, GONE, World
from abm.world.journal import Journal

DAILY = (
    "cells.holder",
    "sites.controller",
    "sites.contested",
    "sites.besieger",
    "sites.supplied",
    "sites.path_days",
    "sites.changes",
    "actors.satisfaction",
    "actors.weights",
    "actors.killed_wounded",
    "actors.captured",
    "actors.deserted",
    "actors.replaced",
    "actors.pool",
    "actors.support",
    "actors.compliance",
    "deliveries.planned",
    "deliveries.delivered",
    "deliveries.airlifted",
    "deliveries.heavy",
    "deliveries.flow",
    "dyads.tension",
    "dyads.rung",
    "dyads.air_channel",
    "dyads.ground_channel",
    "dyads.ground_line",
    "dyads.incidents",
    "crossings.state",
    "crossings.builder",
)
"""Columns of the World that are copied once a day."""

Array = NDArray[Any]


@dataclass(slots=True)
class Log:
    """Raw rows of a run.

    Attributes:
        days: day of each daily row.
        window_days: coming days that the danger index sums.
        daily: copies of the columns in ``DAILY``, and ``personnel`` by actor and
            ``garrison`` by site, one array per daily row.
        events: with the tick in which they happened.
        incidents: likewise.
        decisions: likewise.
        risk: hazard x severity near each site in the day that ended, one array of
            shape (n_sites,) per daily row.
        losses: rows (day, cell, actor hit, actor firing, persons), one array per day.
        sorties: rows of ``flights``, likewise.
        convoys: columns of the convoys table at the last daily row.
        formations: columns of the formations table at the start.
    """

    window_days: int
    days: list[int] = field(default_factory=list)
    daily: dict[str, list[Array]] = field(default_factory=dict)
    events: list[tuple[int, Event]] = field(default_factory=list)
    incidents: list[tuple[int, Incident]] = field(default_factory=list)
    decisions: list[tuple[int, Decision]] = field(default_factory=list)
    risk: list[FloatArray] = field(default_factory=list)
    losses: list[FloatArray] = field(default_factory=list)
    sorties: list[FloatArray] = field(default_factory=list)
    convoys: dict[str, Array] = field(default_factory=dict)
    formations: dict[str, Array] = field(default_factory=dict)

    def stacked(self, column: str) -> Array:
        """Return all daily rows of a column, shape (n_days, ...)."""
        rows = self.daily[column]
        return np.concatenate(rows).reshape(len(rows), *rows[0].shape)


@dataclass(slots=True)
class Today:
    """What has come in since the last daily row."""

    hazards: list[tuple[int, int, int, float]] = field(default_factory=list)
    kills: list[tuple[int, int, int, float]] = field(default_factory=list)
    flown: list[FloatArray] = field(default_factory=list)


def copy_day(log: Log, world: World, theatre: Theatre, *, day: int) -> None:
    """Append today's copies of the columns in ``DAILY``."""
    log.days.append(day)
    for name in DAILY:
        table, column = name.split(".")
        value = getattr(getattr(world, table), column)
        log.daily.setdefault(name, []).append(value.copy())
    for name, value in (
        ("personnel", personnel_by_actor(world, theatre)),
        ("garrison", _garrison(world, theatre)),
    ):
        log.daily.setdefault(name, []).append(value)
    count = int(world.convoys.count[0])
    log.convoys = {
        column: getattr(world.convoys, column)[:count].copy()
        for column in world.convoys.__slots__
        if column != "count"
    }


def convoys_until(convoys: dict[str, Array], tick: int) -> dict[str, Array]:
    """Return the columns of the convoys that had left before ``tick``."""
    if not convoys:
        return {}
    known = convoys["start_tick"] < tick
    kept = {name: column[known] for name, column in convoys.items()}
    later = kept["end_tick"] >= tick
    kept["status"] = np.where(later, CONVOY_MOVING, kept["status"])
    kept["end_tick"] = np.where(later, NOBODY, kept["end_tick"])
    return kept


def personnel_by_actor(world: World, theatre: Theatre) -> FloatArray:
    """Return persons present per actor, shape (n_actors,)."""
    formations = world.formations
    present = np.where(formations.status == GONE, 0.0, formations.personnel)
    return _sums(formations.actor, present, theatre.n_actors)


def _sums(group: AnyIntArray, amount: FloatArray, count: int) -> FloatArray:
    """Return the sum of amounts per group, also where there is none at all."""
    return np.bincount(group, amount, count).astype(np.float64)


def _garrison(world: World, theatre: Theatre) -> FloatArray:
    """Return persons of the controller's bloc in each site, shape (n_sites,)."""
    formations, controller = world.formations, world.sites.controller
    inside = np.flatnonzero((formations.site >= 0) & (formations.status != GONE))
    site = formations.site[inside]
    friendly = theatre.bloc[formations.actor[inside]] == theatre.bloc[controller[site]]
    persons = formations.personnel[inside] * friendly
    return _sums(site, persons, len(controller))


def risk_by_site(today: Today, theatre: Theatre, radius_km: float) -> FloatArray:
    """Return hazard x severity within ``radius_km`` of each site, shape (n_sites,)."""
    if not today.hazards:
        return np.zeros(len(theatre.site_cell))
    rows = np.array(today.hazards, dtype=np.float64)
    x, y = theatre.grid.center_km(rows[:, 2].astype(np.int64))
    away = np.hypot(
        x[:, None] - theatre.site_x_km[None, :], y[:, None] - theatre.site_y_km[None, :]
    )
    total: FloatArray = rows[:, 3] @ (away <= radius_km)
    return total


def losses_by_cell(today: Today, day: int, n_actors: int) -> FloatArray:
    """Return today's losses summed per (cell, hit, firing), shape (n_rows, 5)."""
    if not today.kills:
        return np.zeros((0, 5))
    cells, hits, firings, lost = zip(*today.kills, strict=True)
    key = (np.array(cells) * n_actors + np.array(hits)) * n_actors + np.array(firings)
    keys, inverse = np.unique(key, return_inverse=True)
    persons = np.bincount(inverse, np.array(lost), len(keys))
    rest, firing = np.divmod(keys, n_actors)
    cell, hit = np.divmod(rest, n_actors)
    return np.column_stack([np.full(len(keys), day), cell, hit, firing, persons])


FLIGHT = ("tick", "asset", "cell_flown", "sorties", "tracked", "intercepted")
"""First columns of a flight's row; ``abm.air.terms.COLUMNS`` follow."""


def flights(journal: Journal, tick: int) -> FloatArray:
    """Return what was flown in a tick and why, shape (n_tracks, columns)."""
    tracks = np.array(journal.tracks, dtype=np.float64).reshape(-1, len(Track._fields))
    at = dict(zip(Track._fields, tracks.T, strict=True))
    count = at["sorties"]
    reasons = journal.taskings or [np.full((len(tracks), len(COLUMNS)), np.nan)]
    return np.column_stack(
        [
            np.full(len(tracks), tick),
            at["asset"],
            at["cell"],
            count,
            count * (at["tracked_by"] >= 0),
            count * (at["intercepted_by"] >= 0),
            np.concatenate(reasons),
        ]
    )


def flown_in(parts: Sequence[FloatArray]) -> FloatArray:
    """Return the flights of several ticks as one array, also when there are none."""
    return np.concatenate([np.empty((0, len(FLIGHT) + len(COLUMNS))), *parts])
