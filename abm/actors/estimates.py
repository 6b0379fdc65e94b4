"""Estimates: what an actor's staff reckons of enemies, rivals and its own, by place."""

import numpy as np

from abm import kernels
from abm.actors.situation import Situation
from abm.theatre import near
from abm.theatre.ground import around, disc
from abm.units import BoolArray, FloatArray, Int32Array
from abm.world import MISSIONS

ATTACK = MISSIONS.index("attack")


def flank(situation: Situation, actor: int) -> FloatArray:
    """Return the enemy believed along each km of way through a cell, (n_cells,).

    Belief within a zone of the cell, divided by the zone's width in cells, so that
    an enemy beside a way counts about once whatever the size of a cell.
    """

    def make() -> FloatArray:
        theatre = situation.theatre
        zone, grid = theatre.parameters.decide.zone, theatre.grid
        total = np.empty(grid.n_cells)
        steps = disc(zone, grid.cell_km)
        belief = situation.world.belief[actor]
        part = 2 * (zone // grid.cell_km) + 1
        kernels.spread(total, belief, steps, grid.height, grid.width, part)
        return total

    return situation.once("flank", actor, make)


def beside_rivals(situation: Situation, actor: int) -> BoolArray:
    """Return the cells within ``tension_reach`` of a deconflicted party, (n_cells,)."""
    theatre = situation.theatre
    reach = theatre.parameters.decide.tension_reach

    def make() -> BoolArray:
        rivals: BoolArray = theatre.deconflicted[actor][situation.world.cells.holder]
        formations = situation.world.formations
        touchy = theatre.deconflicted[actor][formations.actor] & situation.alive
        rivals[formations.cell[touchy]] = True
        return near.around(rivals, reach, theatre.grid)

    return situation.once("rivals", int(theatre.supply_group[actor]), make)


def clear_of_enemies(situation: Situation, actor: int, cells: Int32Array) -> BoolArray:
    """Return which cells have no believed enemy within ``bridging_clear`` km."""
    theatre = situation.theatre
    steps = disc(theatre.parameters.move.bridging_clear, theatre.grid.cell_km)
    zone = around(cells.astype(np.int64), steps, theatre.grid)
    least = theatre.parameters.control.least
    clear: BoolArray = situation.world.belief[actor][zone].sum(axis=1) < least
    return clear


def hostile_flow(situation: Situation, actor: int) -> FloatArray:
    """Return persons whose supply passes each cell, enemies of the actor's only."""
    return situation.once("flow", actor, lambda: _hostile_flow(situation, actor))


def _hostile_flow(situation: Situation, actor: int) -> FloatArray:
    theatre, formations = situation.theatre, situation.world.formations
    total = np.zeros(theatre.grid.n_cells)
    flow = np.zeros(theatre.grid.n_cells)
    enemies = [e for e in range(theatre.n_actors) if theatre.war[actor][e]]
    seen: set[int] = set()
    for enemy in enemies:
        bloc = int(theatre.bloc[enemy])
        if bloc in seen:
            continue
        seen.add(bloc)
        theirs = theatre.friend[enemy][formations.actor] & situation.alive
        rows = theirs.nonzero()[0]
        kernels.flows(
            flow,
            situation.reach(enemy).parent,
            formations.cell[rows],
            formations.personnel[rows],
        )
        total += flow
    return total


def zone_threat(situation: Situation, actor: int) -> FloatArray:
    """Return the loss the actor expects from protected zones, per cell, persons."""

    def make() -> FloatArray:
        theatre, feared = situation.theatre, situation.world.zones.expected_loss
        if not feared[:, actor].any():
            return theatre.once("no_threat", lambda: np.zeros(theatre.grid.n_cells))
        threat = np.zeros(theatre.grid.n_cells)
        for row, zone in enumerate(theatre.zones):
            threat[near.zone_cells(theatre, zone)] += feared[row, actor]
        return threat

    return situation.once("zones", actor, make)


def sent(situation: Situation, actor: int) -> tuple[FloatArray, BoolArray]:
    """Return what the side has sent to attack each site so far, and shared sites.

    Shared are those where forces stand that the actor may not fight: nobody is sent
    against US or Russian positions, whoever else holds the place; (n_sites,) each.
    """
    formations, missions = situation.world.formations, situation.world.missions
    theatre = situation.theatre
    power = np.empty(len(theatre.site_ids))
    shared = np.empty(power.size, dtype=bool)
    kernels.sent(
        power,
        shared,
        situation.power * formations.supply,
        formations.actor,
        formations.site,
        situation.alive,
        formations.mission,
        missions.kind,
        missions.site,
        theatre.friend[actor],
        theatre.war[actor],
        ATTACK,
    )
    return power, shared
