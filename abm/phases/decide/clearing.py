"""Clearing: who is nearest to a cut in the supply road opens it again.

A standing order like that of garrisons: no objective is weighed. Enemies on a road
need not hold any place on it, and an army that is cut off has no supply left to fight
its own way back after a few days.
"""

import numpy as np

from abm.actors import mobile, outlook
from abm.actors.situation import Situation
from abm.events import Event
from abm.phases.decide.missions import CLEAR, begin, free
from abm.units import NOBODY, BoolArray, FloatArray, IntArray


def clear_roads(situation: Situation) -> list[Event]:
    """Send free formations against what cuts their side's own men off."""
    theatre = situation.theatre
    events: list[Event] = []
    for rank in np.unique(theatre.supply_group):
        ours = theatre.supply_group == rank
        group = np.flatnonzero(ours)
        cell = _cut(situation, int(group[0]), ours)
        if cell is not None:
            events += _send(situation, group, *cell)
    return events


def _cut(situation: Situation, actor: int, ours: BoolArray) -> tuple[int, float] | None:
    """Return the enemy's cell that most of a side's isolated men must pass, and them.

    It is the one nearest to the men of those on their way to a base, where no more than
    ``decide.cut_width`` of that way is the enemy's: a wider gap is a front. What others
    hold with whom the side is not at war is not its to clear. Whoever stands on the
    enemy's ground is attacking it and does not count.
    """
    formations, theatre = situation.world.formations, situation.theatre
    alone = ours[formations.actor] & situation.alive & (formations.inflow <= 0.0)
    piece = situation.pieces(actor)
    alone &= (formations.home < 0) & (piece[formations.cell] >= 0)
    if not alone.any():
        return None
    parent = situation.reach(actor).parent
    fed = np.unique(piece[theatre.site_cell[situation.bases(actor)]])
    most = theatre.parameters.decide.cut_width / theatre.grid.cell_km
    enemys = theatre.war[actor][situation.world.cells.holder]
    weight: dict[int, float] = {}
    for row in alone.nonzero()[0].tolist():
        cell, gap = int(formations.cell[row]), []
        while cell >= 0 and (piece[cell] < 0 or piece[cell] not in fed):
            if piece[cell] < 0:
                gap.append(cell)
            cell = int(parent[cell])
        if cell >= 0 and 0 < len(gap) <= most and enemys[gap].all():
            persons = float(formations.personnel[row])
            weight[gap[0]] = weight.get(gap[0], 0.0) + persons
    return max(weight.items(), key=lambda one: one[1]) if weight else None


def _send(
    situation: Situation, group: IntArray, cell: int, alone: float
) -> list[Event]:
    """Give the nearest formations that suffice the mission to clear a cell.

    ``alone`` is the number of persons it cuts off.
    """
    world, theatre = situation.world, situation.theatre
    decide, points = theatre.parameters.decide, np.array([cell], dtype=np.int32)
    enemy = float(outlook.outlook(situation, int(group[0]), points).enemy[0])
    needed = max(1.0, enemy) * decide.wanted_ratio
    rows, power, days = _near(situation, group, cell)
    already = world.formations.mission[rows] >= 0
    there = float(power[already].sum())
    order = days.argsort(kind="stable")
    order = order[~already[order]]
    enough = np.searchsorted(there + power[order].cumsum(), needed)
    if there >= needed or enough >= order.size:
        return []
    chosen, events = rows[order[: enough + 1]], []
    for actor in np.unique(world.formations.actor[chosen]).tolist():
        own = chosen[world.formations.actor[chosen] == actor]
        world.formations.mission[own] = begin(
            world, actor, CLEAR, site=NOBODY, cell=cell
        )
        persons = float(world.formations.personnel[own].sum())
        text = f"clear the road to {alone:.0f} cut off with {persons:.0f} persons"
        events.append(
            Event("decide", "mission", actor, cell=cell, amount=persons, text=text)
        )
    return events


def _near(
    situation: Situation, group: IntArray, cell: int
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return who could clear a cell or is about it: rows, fighting value, days away."""
    world, theatre = situation.world, situation.theatre
    missions, decide = world.missions, theatre.parameters.decide
    at_it = (missions.kind == CLEAR) & (missions.cell == cell)
    idle = free(world)
    x, y = theatre.grid.center_km(cell)
    rows, power, days = [], [], []
    for actor in group.tolist():
        own = mobile.force(situation, actor)
        mission = world.formations.mission[own.rows]
        asked = own.can_attack & (idle[own.rows] | ((mission >= 0) & at_it[mission]))
        here = own.rows[asked]
        at_x, at_y = theatre.grid.center_km(world.formations.cell[here])
        away = np.hypot(at_x - x, at_y - y) / own.pace[asked]
        soon = away <= decide.commitment
        rows.append(here[soon])
        power.append(own.power[asked][soon])
        days.append(away[soon])
    return np.concatenate(rows), np.concatenate(power), np.concatenate(days)
