"""Missions: given, looked at again each morning, and ended."""

import numpy as np

from abm.actors import choice, estimates
from abm.actors.options import ATTACK, BRIDGE, HOLD, RAID, SCREEN, hardness
from abm.actors.outlook import prospects
from abm.actors.situation import Situation
from abm.events import Decision, Event
from abm.theatre import Theatre
from abm.units import NOBODY, BoolArray, IntArray
from abm.world import (
    ACTIVE,
    MISSION_ACTIVE,
    MISSION_DONE,
    MISSION_ENDED,
    MISSIONS,
    World,
)

WITHDRAW, CLEAR = MISSIONS.index("withdraw"), MISSIONS.index("clear")
CUTS = ("cut_off", "cut_road", "deny_route", "prevent_transfer")


def free(world: World) -> BoolArray:
    """Return the formations that can be given a mission, shape (n_formations,)."""
    formations = world.formations
    found: BoolArray = (formations.status == ACTIVE) & (formations.mission == NOBODY)
    return found


def begin(world: World, actor: int, kind: int, *, site: int, cell: int) -> int:
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


def end(world: World, row: int, status: int) -> None:
    """End a mission with a status; its formations are free again."""
    missions, formations = world.missions, world.formations
    missions.status[row] = status
    missions.end_tick[row] = world.tick
    formations.mission[formations.mission == row] = NOBODY


def review(situation: Situation) -> list[Event]:
    """End missions that are done, impossible, hopeless, or past their commitment."""
    world, theatre = situation.world, situation.theatre
    missions, decide = world.missions, theatre.parameters.decide
    events = []
    active = (missions.status[: missions.count[0]] == MISSION_ACTIVE).nonzero()[0]
    columns = (missions.actor, missions.kind, missions.site, missions.start_tick)
    known = zip(*(one[active].tolist() for one in columns), strict=True)
    groups = _groups(world, active)
    for row, group, (actor, kind, site, start) in zip(
        active.tolist(), groups, known, strict=True
    ):
        days = (world.tick - start) * theatre.days_per_tick
        if not group.size:
            end(world, row, MISSION_ENDED)
        elif _accomplished(situation, row, group):
            end(world, row, MISSION_DONE)
        elif kind == ATTACK and _hopeless(situation, row, actor=actor, site=site):
            end(world, row, MISSION_ENDED)
            events.append(_given_up(theatre, actor, site))
        elif days >= decide.commitment and kind in (ATTACK, HOLD, SCREEN, CLEAR):
            end(world, row, MISSION_DONE)
    return events


def _groups(world: World, rows: IntArray) -> list[IntArray]:
    """Return the formations on each of the missions ``rows`` (rising)."""
    mission = world.formations.mission
    order = mission.argsort(kind="stable")
    first = np.searchsorted(mission, rows, side="left", sorter=order).tolist()
    last = np.searchsorted(mission, rows, side="right", sorter=order).tolist()
    return [order[one:end] for one, end in zip(first, last, strict=True)]


def _accomplished(situation: Situation, row: int, group: IntArray) -> bool:
    """Whether a mission of a group has reached its aim."""
    world, theatre = situation.world, situation.theatre
    missions, kind = world.missions, world.missions.kind[row]
    if kind == ATTACK:
        holder = world.sites.controller[missions.site[row]]
        return bool(theatre.friend[missions.actor[row], holder])
    if kind == CLEAR:
        holder = world.cells.holder[missions.cell[row]]
        return bool(theatre.friend[missions.actor[row], holder])
    if kind == WITHDRAW:
        supply = world.formations.supply[group]
        return bool((supply >= theatre.parameters.supply.attack_supply).all())
    days = (world.tick - missions.start_tick[row]) * theatre.days_per_tick
    return bool(kind == RAID and days >= theatre.parameters.decide.raid_days)


def _hopeless(situation: Situation, row: int, *, actor: int, site: int) -> bool:
    """Whether an attack's believed chance has fallen below ``abort_success``.

    It is judged as it was begun: with all that the side has sent there.
    """
    decide, missions = situation.theatre.parameters.decide, situation.world.missions
    sent, _ = situation.once("sent", actor, lambda: estimates.sent(situation, actor))
    own = float(sent[site])
    view = prospects(situation, actor)
    enemy = max(1.0, float(view.enemy[site] + decide.path_weight * view.on_way[site]))
    enemy *= float(hardness(situation.theatre)[site])
    chance = float(
        choice.success(
            np.array(own / enemy),
            steepness=decide.success_steepness,
            even=decide.success_ratio,
        )
    )
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


def end_bridging(situation: Situation) -> None:
    """End bridging missions whose crossing has been opened."""
    world = situation.world
    missions = world.missions
    for row in (
        (missions.status[: missions.count[0]] == MISSION_ACTIVE)
        & (missions.kind[: missions.count[0]] == BRIDGE)
    ).nonzero()[0]:
        if world.crossings.state[missions.crossing[row]] != 0:
            end(world, int(row), MISSION_DONE)


def give(world: World, theatre: Theatre, decision: Decision) -> Event:
    """Write a decision as a mission of its formations."""
    missions, formations = world.missions, world.formations
    kind = MISSIONS.index(decision.kind)
    objective = decision.objective
    spoke = theatre.objectives[objective].spec.type if objective >= 0 else ""
    if kind == HOLD and spoke in CUTS:
        kind = SCREEN
        decision.kind = "screen"
    row = begin(world, decision.actor, kind, site=decision.site, cell=decision.cell)
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
