"""Move: formations march along their routes; the broken fall back or give up."""

import numpy as np

from abm import kernels
from abm.actors.paths import bridges, search
from abm.actors.positions import places
from abm.events import Event
from abm.rng import Streams
from abm.theatre import Theatre
from abm.theatre.ground import FOOT, MOTORISED, STATIC
from abm.units import NOBODY, AnyIntArray, BoolArray, FloatArray, IntArray
from abm.world import (
    ACTIVE,
    BROKEN,
    CROSSING_BOATS,
    CROSSING_CLOSED,
    CROSSING_PONTOON,
    GONE,
    MISSIONS,
    World,
)

BRIDGE = MISSIONS.index("bridge")
STAY, HALTING, WITHDRAWING = 0, 1, 2


def run(
    world: World, theatre: Theatre, streams: Streams, *, actors: object = ()
) -> list[Event]:
    """March everyone for one tick."""
    del streams, actors
    events = _fall_back(world, theatre)
    before = world.formations.cell.copy()
    x, y = _march(world, theatre)
    _settle(world, theatre, x, y, moved=world.formations.cell != before)
    return events + _bridge(world, theatre) + _crossed(world, theatre, before)


def _march(world: World, theatre: Theatre) -> tuple[FloatArray, FloatArray]:
    """Move formations along their routes; return where they then stand, km."""
    formations, rules = world.formations, theatre.parameters.move
    alive = (formations.status != GONE) & (formations.personnel > 0.0)
    gait = np.where(formations.status == BROKEN, WITHDRAWING, HALTING)
    idle = (formations.mission == NOBODY) | (formations.mobility == STATIC)
    gait = np.where(idle & (formations.status == ACTIVE), STAY, gait)
    x, y, aim, aim_x, aim_y = places(world, theatre)
    kernels.march(
        formations.cell,
        formations.progress_km,
        formations.route,
        x,
        y,
        formations.site,
        gait.astype(np.int8),
        (alive & (gait != STAY)).nonzero()[0],
        formations.actor,
        alive & (formations.status == ACTIVE),
        _halting_distance(world, theatre),
        _pace(world, theatre),
        formations.mobility,
        theatre.ground.allowance,
        world.cells.holder,
        world.cells.cleared >= rules.consolidation,
        theatre.through,
        theatre.through | theatre.contests,
        theatre.country,
        theatre.may_enter,
        rules.advance,
        aim,
        aim_x,
        aim_y,
        theatre.grid.width,
        theatre.grid.cell_km,
        theatre.days_per_tick,
        theatre.bank,
        theatre.ground.joined,
        boats(world, theatre),
    )
    return x, y


def _halting_distance(world: World, theatre: Theatre) -> FloatArray:
    """Return how near each actor lets another come before it halts, km."""
    n = theatre.n_actors
    reach = theatre.parameters.fight.reach
    distance = np.where(theatre.war[:n, :n], reach, 0.0)
    apart = world.dyads.apart_days > 0.0
    return np.where(apart, theatre.parameters.escalate.apart_reach, distance)


def _pace(world: World, theatre: Theatre) -> FloatArray:
    """Return km a day on the best road, halved for those nearly out of supply."""
    formations, move = world.formations, theatre.parameters.move
    pace = np.where(formations.mobility == FOOT, move.pace_foot, move.pace_motorised)
    found: FloatArray = pace * (0.5 + 0.5 * formations.supply)
    return found


def boats(world: World, theatre: Theatre) -> FloatArray:
    """Return the pace factor of a step over the river from each cell, 0 for no way."""
    state = world.crossings.state

    def make() -> FloatArray:
        found = np.zeros(theatre.grid.n_cells)
        pace = theatre.parameters.move.boats
        factor = np.where(state == CROSSING_CLOSED, 0.0, 1.0)
        factor = np.where(state == CROSSING_BOATS, pace, factor)
        factor = np.where(theatre.crossing_is_barrier, factor, 0.0)
        barrier = theatre.crossing_is_barrier
        for end in (theatre.crossing_right, theatre.crossing_left):
            np.maximum.at(found, end[barrier], factor[barrier])
        return found

    return theatre.once(("boats", state.tobytes()), make)


def _settle(
    world: World, theatre: Theatre, x: FloatArray, y: FloatArray, *, moved: BoolArray
) -> None:
    """Let arrivals garrison the site they made for; movers lose their works."""
    formations, missions = world.formations, world.missions
    formations.entrenchment[moved] = 0.0
    on = (formations.mission >= 0) & (formations.status == ACTIVE)
    target = np.where(on, missions.site[formations.mission], NOBODY)
    there = (target >= 0) & (theatre.site_cell[target] == formations.cell)
    away = np.hypot(x - theatre.site_x_km[target], y - theatre.site_y_km[target])
    mine = theatre.friend[formations.actor, world.sites.controller[target]]
    arrived = there & mine & (away <= theatre.parameters.control.capture_reach)
    formations.site[arrived] = target[arrived]
    formations.progress_km[arrived] = 0.0
    formations.site[moved] = NOBODY


def _bridge(world: World, theatre: Theatre) -> list[Event]:
    """Let engineers at a crossing work on it; open it when the work is done."""
    formations, missions, crossings = world.formations, world.missions, world.crossings
    events = []
    working = ((formations.mission >= 0) & (formations.status == ACTIVE)).nonzero()[0]
    working = working[missions.kind[formations.mission[working]] == BRIDGE]
    supplied = theatre.parameters.supply.attack_supply
    for row in working:
        mission = formations.mission[row]
        crossing = int(missions.crossing[mission])
        there = formations.cell[row] == missions.cell[mission]
        if not there or formations.contact[row] or formations.supply[row] < supplied:
            continue
        if crossings.state[crossing] != CROSSING_CLOSED:
            continue
        crossings.work_days[crossing] += theatre.days_per_tick
        crossings.builder[crossing] = formations.actor[row]
        if crossings.work_days[crossing] >= theatre.parameters.move.bridging_days:
            crossings.state[crossing] = CROSSING_PONTOON
            events.append(
                Event(
                    "move",
                    "bridged",
                    int(formations.actor[row]),
                    cell=int(formations.cell[row]),
                    text=f"lays a pontoon at {theatre.crossing_ids[crossing]}",
                )
            )
    return events


def _crossed(world: World, theatre: Theatre, before: AnyIntArray) -> list[Event]:
    """Report formations that crossed the barrier river this tick."""
    formations = world.formations
    over = theatre.bank[before] != theatre.bank[formations.cell]
    over &= formations.status == ACTIVE
    return [
        Event(
            "move",
            "crossed",
            int(formations.actor[row]),
            cell=int(formations.cell[row]),
            amount=float(formations.personnel[row]),
            text="crosses the river",
        )
        for row in over.nonzero()[0]
    ]


def _fall_back(world: World, theatre: Theatre) -> list[Event]:
    """Give broken formations a way to safety; those without one give up."""
    formations = world.formations
    lost = (formations.status == BROKEN) & (formations.route[:, 0] < 0)
    lost &= formations.personnel > 0.0
    events: list[Event] = []
    for actor in np.bincount(formations.actor[lost]).nonzero()[0]:
        rows = (lost & (formations.actor == actor)).nonzero()[0]
        events += _retreat(world, theatre, int(actor), rows)
    return events


def _retreat(world: World, theatre: Theatre, actor: int, rows: IntArray) -> list[Event]:
    """Route broken formations of one actor to its side's nearest safe site."""
    formations, sites = world.formations, world.sites
    friendly = theatre.friend[actor]
    terrain, here = theatre.ground.move_cost[MOTORISED], formations.cell[rows]
    enemy = np.zeros(theatre.grid.n_cells, dtype=bool)
    fighting = (formations.status == ACTIVE) & (formations.personnel > 0.0)
    enemy[formations.cell[fighting & theatre.war[actor][formations.actor]]] = True
    safe = friendly[sites.controller] & ~sites.contested
    safe &= ~enemy[theatre.site_cell]
    goal = np.zeros(theatre.grid.n_cells, dtype=bool)
    goal[theatre.site_cell[safe]] = True
    at_home = (rows < theatre.n_parts) & (terrain[here] > 0) & goal[here]
    if at_home.all():
        return []
    cost = np.where(friendly[world.cells.holder], terrain, 0)
    cost[here] = terrain[here]
    limit = theatre.parameters.move.retreat / theatre.ground.step_km
    limit /= theatre.parameters.move.open_ground
    need = np.zeros(theatre.grid.n_cells, dtype=bool)
    need[here] = True
    found = search(
        theatre,
        cost.astype(np.int32),
        bridges(world, theatre, actor),
        sources=goal.nonzero()[0],
        need=need,
        cap=int(limit),
    )
    reached = (found.dist[here] <= limit) & (rows < theatre.n_parts)
    go = rows[reached & (found.dist[here] > 0)]
    kernels.routes(formations.route, formations.cell, go, found.parent)
    formations.site[go] = NOBODY
    formations.home[go] = NOBODY
    trapped = rows[~reached & formations.contact[rows]]
    return [_give_up(world, theatre, int(row)) for row in trapped]


def _give_up(world: World, theatre: Theatre, row: int) -> Event:
    """Let a cut-off broken formation surrender or dissolve."""
    formations = world.formations
    persons = float(formations.personnel[row])
    actor = int(formations.actor[row])
    captured = theatre.parameters.fight.captured_share * persons
    world.actors.captured[actor] += captured
    world.actors.deserted[actor] += persons - captured
    formations.personnel[row] = 0.0
    formations.status[row] = GONE
    return Event(
        "move",
        "surrender",
        actor,
        cell=int(formations.cell[row]),
        amount=persons,
        text=f"loses {persons:.0f} cut-off persons, {captured:.0f} of them captured",
    )
