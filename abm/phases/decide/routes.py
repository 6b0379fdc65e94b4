"""Routes: the ways formations on a mission take, and those of the hungry back."""

import numpy as np

from abm import kernels
from abm.actors import estimates
from abm.actors.options import RAID
from abm.actors.paths import bridges, fade, workspace
from abm.actors.situation import Situation
from abm.phases.decide.missions import WITHDRAW, begin, free
from abm.theatre import Theatre
from abm.theatre.ground import MOTORISED, STATIC
from abm.units import NOBODY, Int32Array, IntArray
from abm.world import (
    ACTIVE,
    MISSION_ACTIVE,
    World,
)


def withdraw(situation: Situation) -> None:
    """Send formations that starve where they stand back towards their bases."""
    world, theatre = situation.world, situation.theatre
    formations, least = world.formations, theatre.parameters.move.least_supply
    hungry = free(world) & (formations.supply < least) & (formations.inflow < least)
    hungry &= (formations.home < 0) & (formations.mobility != STATIC)
    enough = theatre.parameters.supply.attack_supply
    for actor in np.bincount(formations.actor[hungry]).nonzero()[0]:
        rows = (hungry & (formations.actor == actor)).nonzero()[0]
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
    active = (missions.status[: missions.count[0]] == MISSION_ACTIVE).nonzero()[0]
    if active.size:
        _find_ways(situation, active)
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
    rows = (active & turned & (formations.progress_km > 0.0)).nonzero()[0]
    if not rows.size:
        return
    here = formations.cell[rows]
    to_old, to_new = ahead[rows], formations.route[rows, 0]
    old = np.stack([to_old % width - here % width, to_old // width - here // width])
    new = np.stack([to_new % width - here % width, to_new // width - here // width])
    length = np.hypot(*old) * np.hypot(*new)
    along = np.where(to_new >= 0, (old * new).sum(axis=0) / length, 0.0)
    formations.progress_km[rows] *= np.maximum(0.0, along)


def _find_ways(situation: Situation, active: IntArray) -> None:
    """Route the formations of the missions in rows ``active`` to their goals."""
    world, theatre = situation.world, situation.theatre
    formations, missions = world.formations, world.missions
    actors, owner = np.unique(missions.actor[active], return_inverse=True)
    costs = np.empty((len(actors), theatre.grid.n_cells), dtype=np.int32)
    over = [bridges(world, theatre, actor) for actor in actors.tolist()]
    for cost, actor in zip(costs, actors.tolist(), strict=True):
        _march_costs(situation, actor, cost)
    dist, parent = np.empty((2, theatre.grid.n_cells), dtype=np.int32)
    head, following, node = workspace(theatre.grid.n_cells)
    done = kernels.ways(
        formations.route,
        formations.cell,
        formations.mission,
        active,
        missions.cell[active],
        owner,
        costs,
        np.stack([one.extra for one in over]),
        theatre.mask,
        theatre.grid.width,
        over[0].start,
        over[0].cell,
        over[0].other,
        dist,
        parent,
        head,
        following,
        node,
    )
    if not done:
        raise ValueError("ways: more entries than expected; costs not positive?")


def _march_costs(situation: Situation, actor: int, cost: Int32Array) -> None:
    """Fill the path cost of marching: terrain, believed threat, closed ground."""
    theatre, world = situation.theatre, situation.world
    move = theatre.parameters.move
    kernels.march_costs(
        cost,
        theatre.ground.move_cost[MOTORISED],
        world.cells.holder,
        theatre.war[actor],
        world.belief[actor],
        estimates.zone_threat(situation, actor),
        situation.open_ground(actor),
        theatre.country,
        theatre.may_enter[actor],
        move.pace_motorised / move.advance,
        theatre.parameters.fight.reference_strength,
        theatre.parameters.control.least,
    )


def _stop_where_unsupplied(situation: Situation) -> None:
    """Cut routes before the first hostile cell with too little expected supply."""
    world, theatre = situation.world, situation.theatre
    formations = world.formations
    least = theatre.parameters.move.least_supply
    moving = (formations.route[:, 0] >= 0) & (formations.status == ACTIVE)
    on_way = moving.nonzero()[0]
    route = formations.route[on_way]
    dist, held = np.empty_like(route), np.empty(route.shape, dtype=bool)
    group = theatre.supply_group[formations.actor[on_way]]
    for each in np.bincount(group).nonzero()[0]:
        rows = (group == each).nonzero()[0]
        actor = int(formations.actor[on_way[rows[0]]])
        dist[rows] = situation.reach(actor).dist[route[rows]]
        held[rows] = situation.ground_held(actor)[route[rows]]
    poor = (fade(theatre, dist) < least) & ~held
    stop = np.logical_or.accumulate(poor & (route >= 0), axis=1)
    raiding = world.missions.kind[formations.mission[on_way]] == RAID
    route[stop & ~raiding[:, None]] = NOBODY
    formations.route[on_way] = route
