"""Options: what an actor could do today, as rows of one table per actor."""

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from abm.actors import estimates
from abm.actors.outlook import Outlook, outlook, prospects
from abm.actors.situation import Situation
from abm.theatre import Theatre
from abm.units import (
    NOBODY,
    BoolArray,
    FloatArray,
    Int8Array,
    Int16Array,
    Int32Array,
    IntArray,
)
from abm.world import CROSSING_CLOSED, MISSIONS

HOLD, ATTACK, SCREEN, RAID, BRIDGE = (
    MISSIONS.index(kind) for kind in ("hold", "attack", "screen", "raid", "bridge")
)
RAID_ROWS = 48
"""Rows kept for raids; a raid's random draw belongs to its row."""


@dataclass(frozen=True)
class Options:
    """Missions open to one actor; shape (n_options,) unless said otherwise.

    Attributes:
        kind: index into MISSIONS.
        draw_row: row of the actor's draws that belongs to the option.
        site: target site, or NOBODY.
        cell: target cell.
        crossing: crossing to bridge, or NOBODY.
        gains: what success adds to each objective, shape (n_options, n_objectives).
        enemy: believed enemy strength to be beaten, persons-equivalent.
        own: friendly strength already there (defence) or on its way (attack),
            persons-equivalent.
        expected_supply: at the target if held, in [0, 1].
        tension: expected from operating there, in [0, 1].
        hostile_km: length of the approach through hostile ground.
        entry: friendly cell from which one sets out, or NOBODY.
        sure: success needs no fight.
    """

    kind: Int8Array
    draw_row: IntArray
    site: Int16Array
    cell: Int32Array
    crossing: Int16Array
    gains: FloatArray
    enemy: FloatArray
    own: FloatArray
    expected_supply: FloatArray
    tension: FloatArray
    hostile_km: FloatArray
    entry: Int32Array
    sure: BoolArray

    def __len__(self) -> int:
        return len(self.kind)


class _Part(NamedTuple):
    """Options of one kind at points; shape (n,) but for ``kind`` and ``gains``."""

    kind: int
    point: IntArray
    draw_row: IntArray
    gains: FloatArray
    enemy: FloatArray
    own: FloatArray


def options(situation: Situation, actor: int, gains: FloatArray) -> Options:
    """Return the missions open to an actor.

    Args:
        situation: today's view.
        actor: index.
        gains: of holding each point, shape (n_objectives, n_points).
    """
    view = prospects(situation, actor)
    parts = [
        _attacks(situation, actor, gains, view),
        _holds(situation, actor, gains, view),
    ]
    if situation.theatre.actors[actor].engineers:
        parts.append(_bridges(situation, actor, gains))
    raids = None
    if situation.theatre.actors[actor].draws_on_population:
        cells = _raid_cells(situation, actor)
        if cells.size:
            raids = _raids(situation, actor, cells)
    return _joined(situation, view, parts, raids=raids)


def _attacks(
    situation: Situation, actor: int, gains: FloatArray, view: Outlook
) -> _Part:
    """Return attacks on enemy sites that can be reached, entered and supplied."""
    theatre = situation.theatre
    n = len(theatre.site_ids)
    hostile = theatre.war[actor][situation.world.sites.controller]
    possible = hostile & _enterable(theatre, actor) & (view.entry[:n] >= 0)
    possible &= ~_shared_with_others(situation, actor)
    possible &= view.hostile_km[:n] <= theatre.parameters.decide.deepest
    possible &= view.on_way[:n] <= theatre.parameters.decide.bypass
    possible &= view.expected_supply[:n] >= theatre.parameters.move.least_supply
    rows = possible.nonzero()[0]
    enemy = view.enemy[rows]
    enemy += theatre.parameters.decide.path_weight * view.on_way[rows]
    own = estimates.committed(situation, actor)[rows]
    return _Part(ATTACK, rows, rows, gains[:, rows].T, enemy, own)


def _shared_with_others(situation: Situation, actor: int) -> BoolArray:
    """Return the sites where forces stand that the actor may not fight, (n_sites,).

    Nobody is sent against US or Russian positions, whoever else holds the place.
    """
    theatre, formations = situation.theatre, situation.world.formations
    untouchable = ~theatre.war[actor] & ~theatre.friend[actor]
    there = situation.alive & (formations.site >= 0) & untouchable[formations.actor]
    found = np.zeros(len(theatre.site_ids), dtype=bool)
    found[formations.site[there]] = True
    return found


def _enterable(theatre: Theatre, actor: int) -> BoolArray:
    """Return the sites in countries that the actor may enter, shape (n_sites,)."""

    def make() -> BoolArray:
        found: BoolArray = theatre.may_enter[actor][theatre.country[theatre.site_cell]]
        return found

    return theatre.once(("enterable", actor), make)


def _holds(situation: Situation, actor: int, gains: FloatArray, view: Outlook) -> _Part:
    """Return reinforcements of friendly sites that an enemy stands before.

    Only formations on ground connected with the site can reach it as friends.
    """
    theatre = situation.theatre
    n = len(theatre.site_ids)
    possible = situation.held(actor) & _enterable(theatre, actor)
    possible &= view.enemy[:n] >= theatre.parameters.control.least
    possible &= view.expected_supply[:n] >= theatre.parameters.move.least_supply
    rows = possible.nonzero()[0]
    own = view.own[rows]
    return _Part(HOLD, rows, n + rows, gains[:, rows].T, view.enemy[rows], own)


def _bridges(situation: Situation, actor: int, gains: FloatArray) -> _Part:
    """Return crossings that engineers could bridge, and what the far bank is worth.

    The point of such an option is the far end of its crossing.
    """
    theatre, world = situation.theatre, situation.world
    n_sites, n = len(theatre.site_ids), len(theatre.crossing_ids)
    closed = (world.crossings.state == CROSSING_CLOSED) & theatre.crossing_is_barrier
    closed &= ~world.crossings.line[:, actor]
    mine = situation.ground_held(actor)
    rivals = theatre.deconflicted[actor]
    near, far = [], []
    for one, two, first in (
        (theatre.crossing_right, theatre.crossing_left, n_sites + n),
        (theatre.crossing_left, theatre.crossing_right, n_sites),
    ):
        usable = closed & mine[one] & ~rivals[world.cells.holder[two]] & ~mine[two]
        index = np.flatnonzero(usable)
        near.append(one[index])
        far.append(first + index)
    point = np.concatenate(far).astype(np.int64)
    cell = np.concatenate(near).astype(np.int32)
    clear = np.flatnonzero(estimates.clear_of_enemies(situation, actor, cell))
    worth = gains[:, point].T[clear]
    point = point[clear]
    none = np.zeros(len(point))
    return _Part(BRIDGE, point, n_sites + point, worth, none, none)


def _raid_cells(situation: Situation, actor: int) -> Int32Array:
    """Return cells, at most ``RAID_ROWS``, that the enemy's supply passes through."""
    theatre, world = situation.theatre, situation.world
    flow = estimates.hostile_flow(situation, actor)
    cells = np.flatnonzero(
        (flow > 0.0)
        & theatre.war[actor][world.cells.holder]
        & theatre.may_enter[actor][theatre.country]
    )
    stride = max(1, cells.size // RAID_ROWS)
    return cells[::stride][:RAID_ROWS].astype(np.int32)


def _raids(situation: Situation, actor: int, cells: Int32Array) -> Options:
    """Return those of ``cells`` that are thinly guarded and within a raid's reach."""
    theatre, decide = situation.theatre, situation.theatre.parameters.decide
    flow = estimates.hostile_flow(situation, actor)
    view = outlook(situation, actor, cells)
    near = (view.entry >= 0) & (view.hostile_km <= decide.raid_reach)
    near &= (view.hostile_km > 0.0) & (view.enemy <= decide.raid_guard)
    rows = np.flatnonzero(near)
    total = max(flow.max(), 1.0)
    own = [
        row.row
        for row in theatre.objectives
        if row.actor == actor and row.spec.type in ("hold", "besiege", "survive")
    ]
    gains = np.zeros((rows.size, len(theatre.objectives)))
    worth = decide.raid_gain * flow[cells[rows]] / total
    gains[:, own] = worth[:, None]
    return Options(
        kind=np.full(rows.size, RAID, dtype=np.int8),
        draw_row=2 * len(situation.points) + rows,
        site=np.full(rows.size, NOBODY, dtype=np.int16),
        cell=cells[rows],
        crossing=np.full(rows.size, NOBODY, dtype=np.int16),
        gains=gains,
        enemy=np.maximum(view.enemy[rows], 1.0),
        own=np.zeros(rows.size),
        expected_supply=np.ones(rows.size),
        tension=view.tension[rows],
        hostile_km=view.hostile_km[rows],
        entry=view.entry[rows],
        sure=np.zeros(rows.size, dtype=bool),
    )


def n_draws(situation: Situation) -> int:
    """Return how many numbers an actor draws a day: one per possible option."""
    return 2 * len(situation.points) + RAID_ROWS + 1


def _joined(
    situation: Situation, view: Outlook, parts: list[_Part], *, raids: Options | None
) -> Options:
    """Return the options of all kinds as one table, raids last."""
    point = np.concatenate([part.point for part in parts])
    sizes = [len(part.point) for part in parts]
    kind = np.repeat(np.array([part.kind for part in parts], dtype=np.int8), sizes)
    n = len(situation.theatre.site_ids)
    cell, entry = situation.points[point], view.entry[point]
    crossing = np.full(len(point), NOBODY, dtype=np.int16)
    entry[kind == HOLD] = cell[kind == HOLD]
    first = sizes[0] + sizes[1]
    if first < len(point):
        n_crossings = len(situation.theatre.crossing_ids)
        row = (point[first:] - n) % n_crossings
        ends = situation.points[n:].reshape(2, n_crossings)
        far_right = point[first:] < n + n_crossings
        cell[first:] = entry[first:] = ends[far_right.astype(np.int64), row]
        crossing[first:] = row
    gains = [part.gains for part in parts]
    found = Options(
        kind=kind,
        draw_row=np.concatenate([part.draw_row for part in parts]),
        site=np.where(point < n, point, NOBODY).astype(np.int16),
        cell=cell,
        crossing=crossing,
        gains=np.concatenate(gains if raids is None else [*gains, raids.gains]),
        enemy=np.maximum(np.concatenate([part.enemy for part in parts]), 1.0),
        own=np.concatenate([part.own for part in parts]),
        expected_supply=view.expected_supply[point],
        tension=view.tension[point],
        hostile_km=view.hostile_km[point],
        entry=entry,
        sure=kind == BRIDGE,
    )
    return found if raids is None else _with_raids(found, raids)


def _with_raids(table: Options, raids: Options) -> Options:
    """Return a table, whose gains are those of all rows already, with raids added."""
    columns = {
        one.name: np.concatenate([getattr(table, one.name), getattr(raids, one.name)])
        for one in fields(Options)
        if one.name != "gains"
    }
    return Options(gains=table.gains, **columns)
