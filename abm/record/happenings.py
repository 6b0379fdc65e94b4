"""Tables with a row per thing: what happened, formations, cells."""

from typing import Any

import numpy as np
import pyarrow as pa

from abm.record.columns import actor_ids, dates, ints, lonlat, names_of, times
from abm.record.log import Log
from abm.record.tables import built, names
from abm.theatre import Theatre
from abm.theatre.forces import MOBILITIES
from abm.units import NOBODY, ROAD_CLASSES
from abm.world import MISSIONS

COPIED = (
    "mission",
    "utility",
    "draw",
    "runner_up",
    "runner_up_utility",
    "belief_target",
    "truth_target",
    "rule",
)
"""Columns of the decisions that are fields of ``Decision`` as they are."""
CONVOY_STATES = ("moving", "delivered", "lost", "returned")
BANKS = ("left", "right")


def events(log: Log, theatre: Theatre) -> pa.Table:
    """Return what happened, in order."""
    rows = log.events
    ticks = ints([tick for tick, _ in rows])
    found = [event for _, event in rows]
    lon, lat = lonlat(ints([event.cell for event in found]), theatre)
    actors = actor_ids(theatre)
    columns = {
        "tick": ticks,
        "day": dates(ticks, theatre),
        "time": times(ticks, theatre),
        "phase": names_of([event.phase for event in found]),
        "kind": names_of([event.kind for event in found]),
        "actor": names(ints([event.actor for event in found]), actors),
        "other": names(ints([event.other for event in found]), actors),
        "site_id": names(ints([event.site for event in found]), theatre.site_ids),
        "lon": lon,
        "lat": lat,
        "amount": np.array([event.amount for event in found], dtype=np.float64),
        "text": [event.text for event in found],
    }
    return built("events", columns)


def decisions(log: Log, theatre: Theatre) -> pa.Table:
    """Return missions chosen, with their reasons."""
    rows = log.decisions
    ticks = ints([tick for tick, _ in rows])
    found = [each for _, each in rows]
    lon, lat = lonlat(ints([each.cell for each in found]), theatre)
    specs = [
        theatre.objectives[each.objective].spec if each.objective >= 0 else None
        for each in found
    ]
    sources = [spec.source if spec else None for spec in specs]
    columns: dict[str, Any] = {
        "tick": ticks,
        "day": dates(ticks, theatre),
        "actor": names(ints([each.actor for each in found]), actor_ids(theatre)),
        "kind": names(ints([MISSIONS.index(each.kind) for each in found]), MISSIONS),
        "site_id": names(ints([each.site for each in found]), theatre.site_ids),
        "lon": lon,
        "lat": lat,
        "formations": [list(each.formations) for each in found],
        "objective": names_of([spec.id if spec else None for spec in specs]),
        "document": names_of(
            [spec.source.document if spec else None for spec in specs]
        ),
        "sentence": names_of(
            [spec.source.sentence if spec else None for spec in specs]
        ),
        "quote": [each.quote if each else None for each in sources],
    }
    for name in ("terms", "runner_up_terms", "inputs"):
        columns[name] = [list(getattr(each, name).items()) for each in found]
    for name in COPIED:
        columns[name] = [getattr(each, name) for each in found]
    return built("decisions", columns)


def incidents(log: Log, theatre: Theatre) -> pa.Table:
    """Return encounters between parties that are not at war."""
    rows = log.incidents
    ticks = ints([tick for tick, _ in rows])
    found = [each for _, each in rows]
    ids = actor_ids(theatre)
    lon, lat = lonlat(ints([each.cell for each in found]), theatre)
    dyad = ["|".join(sorted((ids[each.actor], ids[each.other]))) for each in found]
    columns: dict[str, Any] = {
        "tick": ticks,
        "day": dates(ticks, theatre),
        "time": times(ticks, theatre),
        "lon": lon,
        "lat": lat,
        "actor": names(ints([each.actor for each in found]), ids),
        "other": names(ints([each.other for each in found]), ids),
        "dyad": names_of(dyad),
        "kind": names_of([each.kind for each in found]),
    }
    for name in ("rung", "severity", "hazard"):
        columns[name] = [getattr(each, name) for each in found]
    return built("incidents", columns)


def convoys(log: Log, theatre: Theatre) -> pa.Table:
    """Return every shipment sent so far."""
    raw = log.convoys
    ids = actor_ids(theatre)
    lon, lat = lonlat(raw["cell"].astype(np.int64), theatre)
    end = raw["end_tick"]
    columns = {
        "convoy": np.arange(len(end)),
        "actor": names(raw["actor"], ids),
        "recipient": names(raw["recipient"], ids),
        "start_tick": raw["start_tick"],
        "end_tick": pa.array(end, mask=end == NOBODY),
        "day": dates(raw["start_tick"].astype(np.int64), theatre),
        "tonnes": raw["tonnes"],
        "heavy": raw["heavy"],
        "status": names(raw["status"], CONVOY_STATES),
        "lon": lon,
        "lat": lat,
    }
    return built("convoys", columns)


def formations(log: Log, theatre: Theatre) -> pa.Table:
    """Return the formations at the start; the posts of sites come last."""
    raw = log.formations
    forces = {force.id: force for force in theatre.scenario.forces}
    parents = [
        forces[theatre.force_ids[row]] if row >= 0 else None for row in raw["parent"]
    ]
    posts = len(parents) - len(theatre.formation_ids)
    sites = zip(theatre.site_ids[:posts], theatre.site_names[:posts], strict=True)
    columns: dict[str, Any] = {
        "formation": np.arange(len(parents)),
        "id": names_of([*theatre.formation_ids, *formation_posts(theatre)[:posts]]),
        "parent": names_of([force.id if force else None for force in parents]),
        "name": [force.name for force in parents if force]
        + [f"Post at {name}" for _, name in sites],
        "type": names_of([force.type if force else "post" for force in parents]),
        "actor": names(raw["actor"], actor_ids(theatre)),
        "mobility": names(raw["mobility"], MOBILITIES),
        "home": names(raw["home"], theatre.site_ids),
    }
    for name in ("personnel", "quality"):
        columns[name] = raw[name]
    return built("formations", columns)


def formation_posts(theatre: Theatre) -> list[str]:
    """Return the ids of the detachments that hold sites, such as ``P001-post``."""
    return [f"{site}-post" for site in theatre.site_ids]


def cells(_: Log, theatre: Theatre) -> pa.Table:
    """Return the map, cell by cell."""
    cell = np.arange(theatre.grid.n_cells)
    row, column = np.divmod(cell, theatre.grid.width)
    lon, lat = theatre.grid.lonlat(cell)
    columns = {
        "cell": cell,
        "row": row,
        "column": column,
        "lon": lon,
        "lat": lat,
        "bank": names(theatre.bank, BANKS),
        "country": names(theatre.country, theatre.country_names),
        "terrain": names(theatre.terrain, theatre.terrain_names),
        "road": names(theatre.road, ROAD_CLASSES),
        "population": theatre.population,
        "elevation": theatre.elevation,
        "open": theatre.open,
    }
    return built("cells", columns)
