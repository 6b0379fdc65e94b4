"""Routes: the ways formations on a mission take, and those of the hungry back."""

import numpy as np

from abm import kernels
from abm.actors import estimates
from abm.actors.options import RAID
from abm.actors.paths import bridges, fade, search
from abm.actors.situation import Situation
from abm.phases.decide.missions import WITHDRAW, begin, free
from abm.theatre import Theatre
from abm.theatre.ground import MOTORISED
from abm.units import NOBODY, Int32Array
from abm.world import (
    ACTIVE,
    MISSION_ACTIVE,
    World,
)

STATIC = 2


def withdraw(situation: Situation) -> None:
    """Send formations that starve where they stand back towards their bases."""
    world, theatre = situation.world, situation.theatre
    formations, least = world.formations, theatre.parameters.move.least_supply
    hungry = free(world) & (formations.supply < least) & (formations.inflow < least)
    hungry &= (formations.home < 0) & (formations.mobility != STATIC)
    enough = theatre.parameters.supply.attack_supply
    for actor in np.unique(formations.actor[hungry]):
        rows = np.flatnonzero(hungry & (formations.actor == actor))
        reach = situation.reach(int(actor))
        fed = fade(theatre, reach.dist) >= enough
        fed &= situation.ground_held(int(actor))
        goal = np.full(len(rows), NOBODY, dtype=np.int32)
        kernels.first_on_way(goal, formations.cell[rows], reach.parent, fed)
        for cell in np.unique(goal[(goal >= 0) & (goal != formations.cell[rows])]):
            row = begin(world, int(actor), WITHDRAW, site=NOBODY, cell=int(cell))
            formations.mission[rows[goal == cell]] = row


def route(world: World, theatre: Theatre) -> None:
    """Give every formation on a mission its way for the day."""
    formations, missions = world.formations, world.missions
    ahead = formations.route[:, 0].copy()
    formations.route[formations.status == ACTIVE] = NOBODY
    situation = Situation(world, theatre)
    active = np.flatnonzero(missions.status[: missions.count[0]] == MISSION_ACTIVE)
    for row in active:
        group = np.flatnonzero(formations.mission == row)
        actor, goal = int(missions.actor[row]), int(missions.cell[row])
        group = group[formations.cell[group] != goal]
        if not group.size:
            continue
        need = np.zeros(theatre.grid.n_cells, dtype=bool)
        need[formations.cell[group]] = True
        found = search(
            theatre,
            _march_cost(situation, actor),
            bridges(world, theatre, actor),
            sources=np.array([goal]),
            need=need,
        )
        kernels.routes(formations.route, formations.cell, group, found.parent)
    _stop_where_unsupplied(situation)
    _turn(world, theatre, ahead)


def _turn(world: World, theatre: Theatre, ahead: Int32Array) -> None:
    """Let those without orders stay where they are, and others turn on the spot.

    A formation between two cells keeps the step it was on while it has no mission;
    on another step it starts from as far as it has come in that direction. Else a new
    order would move it by up to a cell, and large cells would move it further.
    """
    formations, width = world.formations, theatre.grid.width
    active = (formations.status == ACTIVE) & (formations.site < 0)
    idle = active & (formations.mission == NOBODY)
    formations.route[idle, 0] = ahead[idle]
    turned = (ahead >= 0) & (ahead != formations.route[:, 0])
    rows = np.flatnonzero(active & turned & (formations.progress_km > 0.0))
    if not rows.size:
        return
    here = formations.cell[rows]
    to_old, to_new = ahead[rows], formations.route[rows, 0]
    old = np.stack([to_old % width - here % width, to_old // width - here // width])
    new = np.stack([to_new % width - here % width, to_new // width - here // width])
    length = np.hypot(*old) * np.hypot(*new)
    along = np.where(to_new >= 0, (old * new).sum(axis=0) / length, 0.0)
    formations.progress_km[rows] *= np.maximum(0.0, along)


def _march_cost(situation: Situation, actor: int) -> Int32Array:
    """Return the path cost of marching: terrain, believed threat, closed ground."""

    def make() -> Int32Array:
        theatre, world = situation.theatre, situation.world
        base = theatre.ground.move_cost[MOTORISED]
        hostile = theatre.war[actor][world.cells.holder]
        slow = theatre.parameters.move.pace_motorised / theatre.parameters.move.advance
        zones = estimates.zone_threat(situation, actor)
        feared = world.belief[actor] + zones
        threat = feared / theatre.parameters.fight.reference_strength
        factor = np.where(hostile, np.minimum(slow, 2.0 + threat), 1.0)
        factor += zones > theatre.parameters.control.least
        cost = np.minimum(np.rint(base * factor), kernels.DEAREST_CELL)
        open_to = situation.open_ground(actor)
        open_to = open_to & theatre.may_enter[actor][theatre.country]
        return np.where(open_to, cost, 0).astype(np.int32)

    return situation.once("march", actor, make)


def _stop_where_unsupplied(situation: Situation) -> None:
    """Cut routes before the first hostile cell with too little expected supply."""
    world, theatre = situation.world, situation.theatre
    formations = world.formations
    least = theatre.parameters.move.least_supply
    on_way = np.flatnonzero(
        (formations.route[:, 0] >= 0) & (formations.status == ACTIVE)
    )
    for bloc in np.unique(theatre.bloc[formations.actor[on_way]]):
        rows = on_way[theatre.bloc[formations.actor[on_way]] == bloc]
        actor = int(formations.actor[rows[0]])
        poor = fade(theatre, situation.reach(actor).dist) < least
        poor &= ~situation.ground_held(actor)
        route = formations.route[rows]
        stop = np.cumsum(poor[route] & (route >= 0), axis=1) > 0
        raiding = world.missions.kind[formations.mission[rows]] == RAID
        route[stop & ~raiding[:, None]] = NOBODY
        formations.route[rows] = route
