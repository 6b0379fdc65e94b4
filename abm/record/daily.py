"""Tables with a row per day: from the daily copies of the World's columns."""

from typing import Any

import numpy as np
import pyarrow as pa

from abm.record.columns import actor_ids, flat, ints, lonlat, names_of
from abm.record.log import Log
from abm.record.tables import built, names
from abm.theatre import Theatre
from abm.units import FloatArray

CROSSING_STATES = ("closed", "boats", "road", "pontoon")
DYAD_STATES = (
    "tension",
    "rung",
    "air_channel",
    "ground_channel",
    "ground_line",
    "incidents",
)
"""Columns of a pair of actors that are recorded as they are."""


def actors(log: Log, theatre: Theatre) -> pa.Table:
    """Return every objective of every actor on every day."""
    days = ints(log.days)
    owner = theatre.objective_actor.astype(np.int64)

    def by_actor(column: str) -> FloatArray:
        values: FloatArray = log.stacked(column)[:, owner].reshape(-1)
        return values

    columns: dict[str, Any] = {
        "day": np.repeat(days, len(owner)),
        "actor": names(np.tile(owner, len(days)), actor_ids(theatre)),
        "objective": names(
            np.tile(np.arange(len(owner)), len(days)),
            [objective.spec.id for objective in theatre.objectives],
        ),
        "satisfaction": flat(log, "actors.satisfaction"),
        "weight": flat(log, "actors.weights"),
        "personnel": by_actor("personnel"),
    }
    for name in (
        "killed_wounded",
        "captured",
        "deserted",
        "replaced",
        "pool",
        "support",
        "compliance",
    ):
        columns[name] = by_actor(f"actors.{name}")
    lost = columns["killed_wounded"] + columns["captured"] + columns["deserted"]
    return built("actors", columns | {"losses": lost})


def sites(log: Log, theatre: Theatre) -> pa.Table:
    """Return every site on every day."""
    days = ints(log.days)
    controller = flat(log, "sites.controller").astype(np.int64)
    n_sites = len(theatre.site_ids)
    columns: dict[str, Any] = {
        "day": np.repeat(days, n_sites),
        "site_id": names(np.tile(np.arange(n_sites), len(days)), theatre.site_ids),
        "actor": names(controller, theatre.holder_names),
        "bloc": names(theatre.bloc[controller].astype(np.int64), theatre.bloc_names),
        "besieger": names(flat(log, "sites.besieger"), actor_ids(theatre)),
        "garrison": flat(log, "garrison"),
    }
    for name in ("contested", "supplied", "path_days", "changes"):
        columns[name] = flat(log, f"sites.{name}")
    return built("sites", columns)


def dyads(log: Log, theatre: Theatre) -> pa.Table:
    """Return every unordered pair of actors on every day."""
    days = ints(log.days)
    ids = actor_ids(theatre)
    pairs = [
        (a, b) for a in range(len(ids)) for b in range(len(ids)) if ids[a] < ids[b]
    ]
    first, second = (ints([pair[side] for pair in pairs]) for side in (0, 1))
    stance = theatre.scenario.relations.stance
    known = [stance[ids[a], ids[b]] for a, b in pairs]
    columns: dict[str, Any] = {
        "day": np.repeat(days, len(pairs)),
        "actor_a": names(np.tile(first, len(days)), ids),
        "actor_b": names(np.tile(second, len(days)), ids),
        "stance": names_of(known * len(days)),
    }
    for name in DYAD_STATES:
        column = log.stacked(f"dyads.{name}")
        columns[name] = column[:, first, second].reshape(-1)
    return built("dyads", columns)


def hazards(log: Log, theatre: Theatre) -> pa.Table:
    """Return the danger of an incident near every site on every day."""
    days = ints(log.days)
    risk = np.stack(log.risk)
    n_sites = risk.shape[1]
    total = np.cumsum(risk, axis=0)
    today = np.arange(len(days))
    last = np.minimum(today + log.window_days, len(days) - 1)
    ahead = total[last] - total[today]
    columns = {
        "day": np.repeat(days, n_sites),
        "site_id": names(np.tile(np.arange(n_sites), len(days)), theatre.site_ids),
        "risk": risk.reshape(-1),
        "flashpoint": ahead.reshape(-1),
        "window": np.repeat(last - today, n_sites),
    }
    return built("hazards", columns)


def deliveries(log: Log, theatre: Theatre) -> pa.Table:
    """Return what every actor has received, by day."""
    days = ints(log.days)
    n_actors = theatre.n_actors
    actor = names(np.tile(np.arange(n_actors), len(days)), actor_ids(theatre))
    columns: dict[str, Any] = {"day": np.repeat(days, n_actors), "actor": actor}
    for name in ("planned", "delivered", "airlifted", "heavy", "flow"):
        columns[name] = flat(log, f"deliveries.{name}")
    return built("deliveries", columns)


def losses(log: Log, theatre: Theatre) -> pa.Table:
    """Return killed and wounded by cell and day."""
    rows = np.concatenate(log.losses)
    cell = rows[:, 1].astype(np.int64)
    lon, lat = lonlat(cell, theatre)
    columns = {
        "day": rows[:, 0].astype(np.int64),
        "cell": cell,
        "lon": lon,
        "lat": lat,
        "actor": names(rows[:, 2].astype(np.int64), actor_ids(theatre)),
        "by": names(rows[:, 3].astype(np.int64), actor_ids(theatre)),
        "killed_wounded": rows[:, 4],
    }
    return built("losses", columns)


def crossings(log: Log, theatre: Theatre) -> pa.Table:
    """Return the state of every crossing on every day."""
    days = ints(log.days)
    n_crossings = len(theatre.crossing_ids)
    which = np.tile(np.arange(n_crossings), len(days))
    columns = {
        "day": np.repeat(days, n_crossings),
        "crossing": names(which, theatre.crossing_ids),
        "state": names(flat(log, "crossings.state"), CROSSING_STATES),
        "builder": names(flat(log, "crossings.builder"), actor_ids(theatre)),
    }
    return built("crossings", columns)


def segments(log: Log, theatre: Theatre) -> pa.Table:
    """Return every bloc's share of every border segment that it holds some of."""
    holder = log.stacked("cells.holder")
    rows = []
    for number, cells in enumerate(theatre.segments.values()):
        bloc = theatre.bloc[holder[:, cells]]
        for each in range(len(theatre.bloc_names)):
            share = (bloc == each).mean(axis=1)
            held = np.flatnonzero(share > 0)
            piece = np.full(len(held), number)
            which = np.full(len(held), each)
            rows.append(np.column_stack([held, piece, which, share[held]]))
    found = np.concatenate(rows) if rows else np.zeros((0, 4))
    day, piece, which = found[:, :3].astype(np.int64).T
    columns = {
        "day": ints(log.days)[day],
        "segment": names(piece, list(theatre.segments)),
        "bloc": names(which, theatre.bloc_names),
        "share": found[:, 3],
    }
    return built("segments", columns)
