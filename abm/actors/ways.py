"""Ways: what it costs an actor to come to a place, through hostile ground or not."""

from collections.abc import Hashable, Sequence

import numpy as np

from abm import kernels
from abm.actors.costs import open_cost
from abm.actors.mending import distances
from abm.actors.paths import search
from abm.actors.situation import Situation
from abm.theatre import near
from abm.theatre.ground import MOTORISED
from abm.units import AnyIntArray, BoolArray, Int32Array

OWN_COST = 1
"""Path cost of friendly ground where only hostile ground counts."""


def hostile_cost(situation: Situation, actor: int) -> Int32Array:
    """Return path costs in which only ground not held by the side counts.

    Friendly and partner cells cost next to nothing, nobody's cells half of
    ``hostile_weight`` times their terrain, enemy cells the whole; cells of parties
    one may not fight, and of protected zones, are closed.
    """
    side = int(situation.theatre.supply_group[actor])
    return situation.lasting("hostile", side, lambda: _hostile_cost(situation, actor))


def _hostile_cost(situation: Situation, actor: int) -> Int32Array:
    theatre = situation.theatre
    weight = theatre.parameters.decide.hostile_weight
    by_holder = np.zeros(theatre.n_holders)
    by_holder[theatre.war[actor]] = weight
    by_holder[theatre.nobody] = weight / 2
    cost = np.empty(theatre.grid.n_cells, dtype=np.int32)
    kernels.hostile_costs(
        cost,
        theatre.ground.move_cost[MOTORISED],
        situation.world.cells.holder,
        theatre.through[actor],
        by_holder,
        theatre.country,
        theatre.side_may_enter[actor],
        kept_out(situation, actor),
        OWN_COST,
    )
    return cost


def kept_out(situation: Situation, actor: int) -> BoolArray:
    """Return the cells of protected zones that the actor is kept out of."""

    def make() -> BoolArray:
        cells = np.zeros(situation.theatre.grid.n_cells, dtype=bool)
        for zone in situation.theatre.zones:
            if actor in zone.kept_out:
                cells |= zone.cells
        return cells

    return situation.theatre.once(("kept_out", actor), make)


def way_to(
    situation: Situation,
    actor: int,
    cells: Sequence[int] | AnyIntArray,
    *,
    about: Hashable,
    by_lorry: bool = False,
) -> Int32Array:
    """Return the hostile cost from every cell to the nearest of ``cells``, (n_cells,).

    Args:
        situation: today's view.
        actor: whose side goes there.
        cells: where to.
        about: what the way is for; the last one for the same is mended.
        by_lorry: count friendly ground too where a lorry could not use it: off the
            road, or within reach of an enemy.
    """
    goal = np.asarray(cells)
    theatre = situation.theatre
    side = int(theatre.supply_group[actor])

    def make() -> Int32Array:
        price = (road_cost if by_lorry else hostile_cost)(situation, actor)
        price = _opened(situation, actor, price, goal)
        name = ("way", side, by_lorry, about)
        return distances(theatre, name, price, over=situation.over, sources=goal)

    return situation.lasting("way", (side, by_lorry, goal.tobytes()), make)


def _opened(
    situation: Situation, actor: int, price: Int32Array, goal: AnyIntArray
) -> Int32Array:
    """Return path costs with those goals open that share a cell with another's site.

    A cell belongs to one side, the sites in it to two: what a side may fight for there
    it may reach.
    """
    theatre = situation.theatre
    shut = goal[(price[goal] == 0) & ~kept_out(situation, actor)[goal]]
    shut = shut[theatre.side_may_enter[actor][theatre.country[shut]]]
    if not shut.size:
        return price
    weight = theatre.parameters.decide.hostile_weight
    base = theatre.ground.move_cost[MOTORISED][shut]
    found = price.copy()
    found[shut] = np.minimum(np.rint(base * weight), kernels.DEAREST_CELL)
    return found


def road_cost(situation: Situation, actor: int) -> Int32Array:
    """Return path costs of opening a road: hostile ground, enemy reach, no road."""

    def make() -> Int32Array:
        theatre = situation.theatre
        cost = hostile_cost(situation, actor)
        base = theatre.ground.move_cost[MOTORISED]
        own = cost == OWN_COST
        reach = theatre.parameters.convoy.enemy_reach
        enemy = theatre.war[actor][situation.world.cells.holder]
        close = near.around(enemy, reach, theatre.grid)
        weight = theatre.parameters.decide.hostile_weight
        shut = np.minimum(np.rint(base * weight / 2), kernels.DEAREST_CELL)
        unusable = close | (theatre.road == 0)
        return np.where(own & unusable, shut, cost).astype(np.int32)

    return situation.lasting("roads", int(situation.theatre.supply_group[actor]), make)


def passage(
    situation: Situation,
    actor: int,
    cells: Sequence[int] | AnyIntArray,
    *,
    about: Hashable = None,
    blocker: int | None = None,
) -> Int32Array:
    """Return an actor's plain travel cost from ``cells`` to every cell, (n_cells,).

    Args:
        situation: today's view.
        actor: who travels.
        cells: sources.
        about: what the passage is for; the last one for the same is mended.
        blocker: actor whose side's ground counts as closed, and that of parties
            the traveller may not fight; with None only the terrain counts.
    """
    goal = np.asarray(cells)
    theatre, over = situation.theatre, situation.over
    group = theatre.supply_group
    if blocker is None:
        key = ("passage", goal.tobytes(), over.extra.tobytes())
        terrain: Int32Array = theatre.ground.move_cost[MOTORISED]
        return theatre.once(
            key, lambda: search(theatre, terrain, over, sources=goal).dist
        )
    side = int(group[blocker])

    def make() -> Int32Array:
        cost = passage_cost(situation, actor, goal, blocker=blocker)
        name = ("passage", int(group[actor]), side, about)
        return distances(theatre, name, cost, over=over, sources=goal)

    return situation.lasting("passage", (int(group[actor]), side, goal.tobytes()), make)


def passage_cost(
    situation: Situation, actor: int, goal: AnyIntArray, *, blocker: int
) -> Int32Array:
    """Return the path costs that ``passage`` searches with."""
    theatre = situation.theatre
    terrain: Int32Array = theatre.ground.move_cost[MOTORISED]
    holders = theatre.through[actor] | theatre.contests[actor]
    cost = open_cost(
        situation.world,
        theatre,
        terrain,
        holders=holders & ~theatre.friend[blocker],
        countries=theatre.side_may_enter[actor],
    )
    cost[goal] = terrain[goal]
    return cost
