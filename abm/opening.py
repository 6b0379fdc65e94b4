"""Opening: the World as it stands when a run begins."""

from typing import Any

import numpy as np

from abm.theatre import Theatre
from abm.theatre.ground import STATIC
from abm.units import NOBODY, FloatArray
from abm.world import (
    ACTIVE,
    Actors,
    Air,
    Cells,
    Convoys,
    Crossings,
    Deliveries,
    Dyads,
    Formations,
    Journal,
    Missions,
    Sites,
    World,
    Zones,
)

ROUTE_STEPS = 32
"""Cells of a route kept per formation: more than a day's march at 5 km."""
MISSION_ROWS = 8192
CONVOY_ROWS = 384
LONG_HELD = 365.0
"""Days for which ground counts as held when a run begins."""


def opening(theatre: Theatre) -> World:
    """Return the state at tick 0, before any phase has run."""
    n_actors, n_cells = theatre.n_actors, theatre.grid.n_cells
    return World(
        cells=_cells(theatre),
        formations=_formations(theatre),
        missions=_missions(),
        actors=_actors(theatre),
        sites=_sites(theatre),
        air=_air(theatre),
        convoys=_convoys(theatre),
        deliveries=Deliveries(*(np.zeros(n_actors) for _ in range(5))),
        dyads=_dyads(theatre),
        crossings=_crossings(theatre),
        zones=_zones(theatre),
        belief=np.zeros((n_actors, n_cells), dtype=np.float32),
        journal=Journal(kills=np.zeros((n_actors, n_actors))),
    )


def _cells(theatre: Theatre) -> Cells:
    n = theatre.grid.n_cells
    return Cells(
        holder=theatre.holder0.astype(np.int8).copy(),
        contested=np.zeros(n, dtype=bool),
        exposed=np.zeros(n, dtype=np.uint8),
        days_held=np.full(n, LONG_HELD, dtype=np.float32),
        cleared=np.full(n, LONG_HELD, dtype=np.float32),
        challenger=np.full(n, NOBODY, dtype=np.int8),
        challenge_days=np.zeros(n, dtype=np.float32),
    )


def _formations(theatre: Theatre) -> Formations:
    parts = theatre.formations0
    n_sites = len(theatre.site_ids)
    n = len(parts["actor"]) + n_sites

    def column(name: str, posts: object, dtype: type) -> Any:
        rest = np.broadcast_to(np.asarray(posts), (n_sites,))
        return np.concatenate([parts[name], rest]).astype(dtype)

    owner = np.where(
        theatre.site_controller0 < theatre.n_actors, theatre.site_controller0, 0
    )
    home = column("home", np.arange(n_sites), np.int16)
    return Formations(
        parent=column("parent", NOBODY, np.int16),
        actor=column("actor", owner, np.int8),
        cell=column("cell", theatre.site_cell, np.int32),
        progress_km=np.zeros(n),
        route=np.full((n, ROUTE_STEPS), NOBODY, dtype=np.int32),
        site=column("site", np.arange(n_sites), np.int16),
        personnel=column("personnel", 0.0, np.float64),
        quality=column("quality", _post_quality(theatre, owner), np.float64),
        cohesion=np.ones(n),
        supply=np.ones(n),
        inflow=np.ones(n),
        entrenchment=np.where(home >= 0, 1.0, 0.0),
        mobility=column("mobility", STATIC, np.int8),
        status=np.full(n, ACTIVE, dtype=np.int8),
        mission=np.full(n, NOBODY, dtype=np.int32),
        home=home,
        assaulting=np.zeros(n, dtype=bool),
        contact=np.zeros(n, dtype=bool),
        air_support=np.zeros(n),
        lost_day=np.zeros(n),
    )


def _post_quality(theatre: Theatre, owner: FloatArray) -> FloatArray:
    """Return the quality of a site's detachment: the mean of its owner's parts."""
    parts = theatre.formations0
    persons = np.bincount(parts["actor"], parts["personnel"], theatre.n_actors)
    value = np.bincount(
        parts["actor"], parts["personnel"] * parts["quality"], theatre.n_actors
    )
    mean = np.divide(value, persons, out=np.ones_like(value), where=persons > 0)
    quality: FloatArray = mean[owner]
    return quality


def _missions() -> Missions:
    n = MISSION_ROWS
    return Missions(
        count=np.zeros(1, dtype=np.int32),
        actor=np.full(n, NOBODY, dtype=np.int8),
        kind=np.zeros(n, dtype=np.int8),
        site=np.full(n, NOBODY, dtype=np.int16),
        cell=np.full(n, NOBODY, dtype=np.int32),
        crossing=np.full(n, NOBODY, dtype=np.int16),
        objective=np.full(n, NOBODY, dtype=np.int16),
        start_tick=np.zeros(n, dtype=np.int32),
        end_tick=np.full(n, NOBODY, dtype=np.int32),
        draw=np.zeros(n),
        utility=np.zeros(n),
        success=np.zeros(n),
        status=np.zeros(n, dtype=np.int8),
    )


def _actors(theatre: Theatre) -> Actors:
    n, n_objectives = theatre.n_actors, len(theatre.objectives)
    parts = theatre.formations0
    start = np.bincount(parts["actor"], parts["personnel"], n).astype(np.float64)
    return Actors(
        pool=np.array([float(actor.pool) for actor in theatre.actors]),
        replaced=np.zeros(n),
        killed_wounded=np.zeros(n),
        captured=np.zeros(n),
        deserted=np.zeros(n),
        support=np.ones(n),
        compliance=np.ones(n),
        patrol_share=np.zeros(n),
        reserve_share=np.zeros(n),
        weights=theatre.weights0.copy(),
        satisfaction=np.zeros(n_objectives),
        reference=np.zeros(n_objectives),
        tracked=np.zeros(n),
        start_persons=start,
    )


def _sites(theatre: Theatre) -> Sites:
    n = len(theatre.site_ids)
    return Sites(
        controller=theatre.site_controller0.astype(np.int8).copy(),
        contested=theatre.site_contested0.copy(),
        besieger=np.full(n, NOBODY, dtype=np.int8),
        supplied=np.ones(n, dtype=bool),
        path_days=np.zeros(n, dtype=np.float32),
        stock=np.zeros(n),
        depot_km=np.full(n, np.inf),
        capture_days=np.zeros(n, dtype=np.float32),
        captor=np.full(n, NOBODY, dtype=np.int8),
        changes=np.zeros(n, dtype=np.int16),
    )


def _air(theatre: Theatre) -> Air:
    n = len(theatre.air_ids)
    return Air(
        ready=theatre.air_count0.astype(np.float64).copy(),
        lost=np.zeros(n),
        task=np.zeros(n, dtype=np.int8),
        cell=np.full(n, NOBODY, dtype=np.int32),
        sorties=np.zeros(n),
        grounded=theatre.air_grounded0.copy(),
        flown=np.zeros(n),
    )


def _convoys(theatre: Theatre) -> Convoys:
    n, steps = CONVOY_ROWS, theatre.grid.height + theatre.grid.width
    return Convoys(
        count=np.zeros(1, dtype=np.int32),
        actor=np.full(n, NOBODY, dtype=np.int8),
        recipient=np.full(n, NOBODY, dtype=np.int8),
        cell=np.full(n, NOBODY, dtype=np.int32),
        tonnes=np.zeros(n),
        heavy=np.zeros(n),
        status=np.zeros(n, dtype=np.int8),
        start_tick=np.zeros(n, dtype=np.int32),
        end_tick=np.full(n, NOBODY, dtype=np.int32),
        target=np.full(n, NOBODY, dtype=np.int32),
        progress_km=np.zeros(n),
        route=np.full((n, steps), NOBODY, dtype=np.int32),
        step=np.zeros(n, dtype=np.int32),
        waited=np.zeros(n),
    )


def _dyads(theatre: Theatre) -> Dyads:
    n = theatre.n_actors
    return Dyads(
        tension=theatre.tension0.copy(),
        rung=theatre.rung0.astype(np.int8).copy(),
        rung_days=np.zeros((n, n)),
        below_days=np.zeros((n, n)),
        air_channel=theatre.air_channel0.copy(),
        ground_channel=theatre.ground_channel0.copy(),
        ground_line=np.zeros((n, n), dtype=bool),
        clash_days=np.zeros((n, n)),
        apart_days=np.zeros((n, n)),
        incidents=np.zeros((n, n), dtype=np.int32),
        injured=np.zeros((n, n), dtype=bool),
    )


def _crossings(theatre: Theatre) -> Crossings:
    n = len(theatre.crossing_ids)
    return Crossings(
        state=theatre.crossing_state0.astype(np.int8).copy(),
        work_days=np.zeros(n),
        builder=np.full(n, NOBODY, dtype=np.int8),
        line=np.zeros((n, theatre.n_actors), dtype=bool),
    )


def _zones(theatre: Theatre) -> Zones:
    shape = (len(theatre.zones), theatre.n_actors)
    return Zones(
        warned=np.zeros(shape, dtype=np.int8),
        quiet_days=np.zeros(shape),
        expected_loss=np.zeros(shape),
    )
