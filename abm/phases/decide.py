"""Decide: once a day actors end missions, leave garrisons, give missions and routes."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from abm import kernels
from abm.actors import estimates, options, proxies
from abm.actors.objectives import measured
from abm.actors.options import ATTACK, BRIDGE, HOLD, RAID, SCREEN
from abm.actors.paths import bridges, search
from abm.actors.situation import Situation
from abm.events import Decision, Event
from abm.rng import Streams
from abm.theatre import Theatre, near
from abm.theatre.ground import MOTORISED
from abm.units import NOBODY, BoolArray, FloatArray, Int32Array, IntArray
from abm.world import (
    ACTIVE,
    MISSION_ACTIVE,
    MISSION_DONE,
    MISSION_ENDED,
    MISSIONS,
    World,
)

STATIC = 2
WITHDRAW = MISSIONS.index("withdraw")
CUTS = ("cut_off", "cut_road", "deny_route", "prevent_transfer")


class Decider(Protocol):
    """An actor that can be asked for today's missions."""

    index: int

    def decide(
        self, situation: Situation, *, draws: FloatArray, free: BoolArray
    ) -> list[Decision]:
        """Return the missions given."""


def run(
    world: World, theatre: Theatre, streams: Streams, *, actors: Sequence[Decider] = ()
) -> list[Event]:
    """Let every actor decide, write its orders and route its formations."""
    if not theatre.decides(world.tick):
        return []
    situation = Situation(world, theatre)
    _measure(situation)
    events = _review(situation)
    _leave_garrisons(situation)
    _withdraw(situation)
    _end_bridging(situation)
    for actor in actors:
        draws = streams(actor.index).random(options.n_draws(situation))
        free = _free(world)
        decisions = actor.decide(situation, draws=draws, free=free)
        events += [_give(world, theatre, decision) for decision in decisions]
    _comply(situation)
    _route(world, theatre)
    return events


def _measure(situation: Situation) -> None:
    """Take each objective's satisfaction and what holding each point adds to it."""
    world, theatre = situation.world, situation.theatre
    kinds = theatre.once(
        "measures", lambda: tuple(measured(one) for one in theatre.objectives)
    )
    if world.tick == 0:
        for row, kind in enumerate(kinds):
            world.actors.reference[row] = kind.reference(situation)
    for row, kind in enumerate(kinds):
        world.actors.satisfaction[row] = kind.satisfaction(situation)
    situation.gains = np.stack([kind.gains(situation) for kind in kinds])
    situation.weights = proxies.effective_weights(
        world.actors.weights,
        owner=theatre.objective_actor,
        autonomy=theatre.autonomy,
        dependence=theatre.dependence,
    )
    situation.wishes = proxies.patrons_weights(
        world.actors.weights,
        owner=theatre.objective_actor,
        dependence=theatre.dependence,
    )


def _free(world: World) -> BoolArray:
    formations = world.formations
    free: BoolArray = (formations.status == ACTIVE) & (formations.mission == NOBODY)
    return free


def _end(world: World, row: int, status: int) -> None:
    missions, formations = world.missions, world.formations
    missions.status[row] = status
    missions.end_tick[row] = world.tick
    formations.mission[formations.mission == row] = NOBODY


def _review(situation: Situation) -> list[Event]:
    """End missions that are done, impossible, hopeless, or past their commitment."""
    world, theatre = situation.world, situation.theatre
    missions, decide = world.missions, theatre.parameters.decide
    events = []
    for row in np.flatnonzero(missions.status[: missions.count[0]] == MISSION_ACTIVE):
        actor, kind, site = missions.actor[row], missions.kind[row], missions.site[row]
        group = np.flatnonzero(world.formations.mission == row)
        days = (world.tick - missions.start_tick[row]) * theatre.days_per_tick
        if not group.size:
            _end(world, row, MISSION_ENDED)
        elif kind == ATTACK and theatre.friend[actor][world.sites.controller[site]]:
            _end(world, row, MISSION_DONE)
        elif kind == WITHDRAW and _fed(world, theatre, group):
            _end(world, row, MISSION_DONE)
        elif kind == RAID and days >= decide.raid_days:
            _end(world, row, MISSION_DONE)
        elif kind == ATTACK and _hopeless(situation, row, group):
            _end(world, row, MISSION_ENDED)
            events.append(_given_up(theatre, int(actor), int(site)))
        elif days >= decide.commitment and kind in (ATTACK, HOLD, SCREEN):
            _end(world, row, MISSION_DONE)
    return events


def _fed(world: World, theatre: Theatre, group: IntArray) -> bool:
    """Whether a withdrawn group has enough supply again."""
    supply = world.formations.supply[group]
    return bool((supply >= theatre.parameters.supply.attack_supply).all())


def _hopeless(situation: Situation, row: int, group: IntArray) -> bool:
    """Whether an attack's believed chance has fallen below ``abort_success``."""
    world, theatre = situation.world, situation.theatre
    decide, missions = theatre.parameters.decide, world.missions
    actor, site = int(missions.actor[row]), int(missions.site[row])
    view = options.prospects(situation, actor)
    enemy = max(1.0, float(view.enemy[site] + decide.path_weight * view.on_way[site]))
    own = float((situation.power[group] * world.formations.supply[group]).sum())
    power = (own / enemy) ** decide.success_steepness
    chance = power / (power + decide.success_ratio**decide.success_steepness)
    missions.success[row] = chance
    return bool(chance < decide.abort_success or view.entry[site] < 0)


def _given_up(theatre: Theatre, actor: int, site: int) -> Event:
    return Event(
        "decide",
        "mission_ended",
        actor,
        cell=int(theatre.site_cell[site]),
        site=site,
        text=f"gives up the attack on {theatre.site_names[site]}",
    )


def threatened(situation: Situation, actor: int) -> BoolArray:
    """Return the sites within ``threat`` km of ground an enemy of the actor holds."""
    theatre = situation.theatre

    def make() -> BoolArray:
        hostile = theatre.war[actor][situation.world.cells.holder]
        around = near.near_sites(theatre, theatre.parameters.decide.threat)
        found: BoolArray = hostile[around].any(axis=1)
        return found

    return situation.once("threat", int(theatre.bloc[actor]), make)


def _leave_garrisons(situation: Situation) -> None:
    """Keep a minimum garrison in held sites that need one; take the others back."""
    world, theatre = situation.world, situation.theatre
    formations, decide = world.formations, theatre.parameters.decide
    first = theatre.n_parts
    rows = np.flatnonzero(_free(world)[:first] & (formations.home[:first] < 0))
    here = formations.cell[rows]
    for site in np.flatnonzero(np.isin(theatre.site_cell, here)):
        actor = int(world.sites.controller[site])
        if actor >= theatre.n_actors:
            continue
        local = rows[
            (here == theatre.site_cell[site]) & (formations.actor[rows] == actor)
        ]
        if not local.size:
            continue
        post = first + site
        others = formations.personnel[post] > 0.0 and formations.actor[post] != actor
        if others:
            continue
        wanted = 0.0
        if (
            theatre.site_value[site] >= decide.garrison_value
            and threatened(situation, actor)[site]
        ):
            wanted = decide.garrison
        giver = local[formations.personnel[local].argmax()]
        change = wanted - formations.personnel[post]
        spare = formations.personnel[giver] - 2.0 * decide.garrison
        change = min(change, max(0.0, spare)) if change > 0 else change
        _move_persons(world, int(giver), int(post), float(change), actor)


def _move_persons(
    world: World, giver: int, post: int, change: float, actor: int
) -> None:
    """Move persons from a formation to a site's detachment (back where negative)."""
    formations = world.formations
    if change == 0.0:
        return
    if formations.personnel[post] <= 0.0:
        formations.actor[post] = actor
        formations.status[post] = ACTIVE
        for column in ("quality", "cohesion", "supply", "inflow"):
            getattr(formations, column)[post] = getattr(formations, column)[giver]
    formations.personnel[giver] -= change
    formations.personnel[post] += change


def _withdraw(situation: Situation) -> None:
    """Send formations that starve where they stand back towards their bases."""
    world, theatre = situation.world, situation.theatre
    formations, least = world.formations, theatre.parameters.move.least_supply
    hungry = _free(world) & (formations.supply < least) & (formations.inflow < least)
    hungry &= (formations.home < 0) & (formations.mobility != STATIC)
    enough = theatre.parameters.supply.attack_supply
    for actor in np.unique(formations.actor[hungry]):
        rows = np.flatnonzero(hungry & (formations.actor == actor))
        reach = situation.reach(int(actor))
        km = reach.dist * theatre.ground.step_km
        fed = np.exp2(-km / theatre.parameters.supply.road_decay) >= enough
        fed &= situation.ground_held(int(actor))
        goal = np.full(len(rows), NOBODY, dtype=np.int32)
        kernels.first_on_way(goal, formations.cell[rows], reach.parent, fed)
        for cell in np.unique(goal[(goal >= 0) & (goal != formations.cell[rows])]):
            row = _new_mission(world, int(actor), WITHDRAW, NOBODY, int(cell))
            formations.mission[rows[goal == cell]] = row


def _new_mission(world: World, actor: int, kind: int, site: int, cell: int) -> int:
    """Add a mission and return its row.

    Raises:
        ValueError: the table is full.
    """
    missions = world.missions
    row = int(missions.count[0])
    if row >= len(missions.actor):
        raise ValueError(f"missions: more than {row} in one run; raise MISSION_ROWS")
    missions.count[0] += 1
    missions.actor[row] = actor
    missions.kind[row] = kind
    missions.site[row] = site
    missions.cell[row] = cell
    missions.start_tick[row] = world.tick
    missions.status[row] = MISSION_ACTIVE
    return row


def _end_bridging(situation: Situation) -> None:
    """End bridging missions whose crossing has been opened."""
    world = situation.world
    missions = world.missions
    for row in np.flatnonzero(
        (missions.status[: missions.count[0]] == MISSION_ACTIVE)
        & (missions.kind[: missions.count[0]] == BRIDGE)
    ):
        if world.crossings.state[missions.crossing[row]] != 0:
            _end(world, int(row), MISSION_DONE)


def _give(world: World, theatre: Theatre, decision: Decision) -> Event:
    """Write a decision as a mission of its formations."""
    missions, formations = world.missions, world.formations
    kind = MISSIONS.index(decision.kind)
    objective = decision.objective
    spoke = theatre.objectives[objective].spec.type if objective >= 0 else ""
    if kind == HOLD and spoke in CUTS:
        kind = SCREEN
        decision.kind = "screen"
    row = _new_mission(world, decision.actor, kind, decision.site, decision.cell)
    decision.mission = row
    missions.objective[row] = objective
    missions.draw[row] = decision.inputs["gumbel"]
    missions.utility[row] = decision.utility
    missions.crossing[row] = decision.crossing
    formations.mission[list(decision.formations)] = row
    world.journal.decisions.append(decision)
    place = _place(theatre, decision, kind)
    persons = formations.personnel[list(decision.formations)].sum()
    return Event(
        "decide",
        "mission",
        decision.actor,
        cell=decision.cell,
        site=decision.site,
        amount=float(persons),
        text=f"{decision.kind} {place} with {persons:.0f} persons",
    )


def _place(theatre: Theatre, decision: Decision, kind: int) -> str:
    if kind == BRIDGE:
        return f"crossing {theatre.crossing_ids[decision.crossing]}"
    if decision.site >= 0:
        return str(theatre.site_names[decision.site])
    return "the enemy's supply road"


def _comply(situation: Situation) -> None:
    """Update compliance and support of proxies from what they chose today."""
    world, theatre = situation.world, situation.theatre
    chosen = np.zeros(theatre.n_actors)
    best = np.zeros(theatre.n_actors)
    for decision in world.journal.decisions:
        chosen[decision.actor] += max(0.0, decision.inputs["patron_utility"])
        best[decision.actor] += max(0.0, decision.inputs["patron_best"])
    complied = proxies.compliance(chosen, best)
    decided = theatre.clients & (best > 0.0)
    world.actors.compliance[decided] = complied[decided]
    follow = proxies.support_next(
        world.actors.support,
        world.actors.compliance,
        days=1.0 if world.tick else theatre.days_per_tick,
        lag=theatre.parameters.decide.support_lag,
    )
    world.actors.support[theatre.clients] = follow[theatre.clients]


def _route(world: World, theatre: Theatre) -> None:
    """Give every formation on a mission its way for the day."""
    formations, missions = world.formations, world.missions
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
            np.array([goal]),
            need=need,
        )
        kernels.routes(formations.route, formations.cell, group, found.parent)
    _stop_where_unsupplied(situation)


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
        km = situation.reach(actor).dist * theatre.ground.step_km
        poor = np.exp2(-km / theatre.parameters.supply.road_decay) < least
        poor &= ~situation.ground_held(actor)
        route = formations.route[rows]
        stop = np.cumsum(poor[route] & (route >= 0), axis=1) > 0
        raiding = world.missions.kind[formations.mission[rows]] == RAID
        route[stop & ~raiding[:, None]] = NOBODY
        formations.route[rows] = route
