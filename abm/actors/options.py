"""Options: what an actor could do today, as rows of one table per actor."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from abm import kernels
from abm.actors import estimates
from abm.actors.outlook import outlook, prospects
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
_NO_WORKS = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)


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
        defence: what cover and works of the place make of ``enemy``, as a factor: over
            1 in an attack, under 1 in a defence.
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
    defence: FloatArray

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def resistance(self) -> FloatArray:
        """Enemy strength as it will be felt there, at least 1, shape (n_options,)."""
        found: FloatArray = np.maximum(self.enemy * self.defence, 1.0)
        return found


def options(situation: Situation, actor: int, gains: FloatArray) -> Options:
    """Return the missions open to an actor.

    Args:
        situation: today's view.
        actor: index.
        gains: of holding each point, shape (n_objectives, n_points).
    """
    theatre, world = situation.theatre, situation.world
    works, bank = _NO_WORKS
    if theatre.actors[actor].engineers:
        works, bank = _bridges(situation, actor)
    power, shared = estimates.sent(situation, actor)
    columns = _columns(2 * len(theatre.site_ids) + works.size, len(gains))
    arguments = (
        *columns,
        *prospects(situation, actor),
        situation.points,
        gains,
        world.sites.controller,
        theatre.friend[actor],
        theatre.war[actor],
        _enterable(theatre, actor),
        shared,
        power,
        works,
        bank,
        (ATTACK, HOLD, BRIDGE),
        theatre.parameters.move.least_supply,
        theatre.parameters.control.least,
        theatre.parameters.decide.deepest,
        theatre.parameters.decide.bypass,
        theatre.parameters.decide.path_weight,
    )
    found = kernels.offers(*arguments)
    filled = [column[:found] for column in columns]
    filled.append(_defence(theatre, filled[0], filled[2]))
    table = Options(*filled)
    if theatre.actors[actor].draws_on_population:
        cells = _raid_cells(situation, actor)
        if cells.size:
            return _with_raids(table, _raids(situation, actor, cells))
    return table


def _defence(theatre: Theatre, kind: Int8Array, site: Int16Array) -> FloatArray:
    """Return ``Options.defence`` of missions of a kind at sites, shape (n,)."""
    factor = hardness(theatre)[site]
    found: FloatArray = np.where(
        kind == ATTACK, factor, np.where(kind == HOLD, 1.0 / factor, 1.0)
    )
    return found


def hardness(theatre: Theatre) -> FloatArray:
    """Return how many times its strength a dug-in defence of each site is worth.

    Shape (n_sites,). The square root of the attacker's exposure over the defender's:
    by the square law that many times the strength makes up for it.

    Source:
        Lanchester (1916); the exposures are those of ``phases/fight.py``.
    """

    def make() -> FloatArray:
        fight = theatre.parameters.fight
        cover = fight.cover_effect * theatre.cover[theatre.site_cell]
        in_town = np.minimum(1.0, theatre.site_population / fight.town)
        built = np.maximum(cover, fight.built_up_effect * in_town)
        works = 1.0 - fight.entrenchment_effect
        found: FloatArray = np.sqrt((1.0 - cover) / ((1.0 - built) * works))
        return found

    return theatre.once("hardness", make)


def _columns(n: int, n_objectives: int) -> tuple[Any, ...]:
    """Return room for n options, in the order of the columns of ``Options``."""
    enemy, own, supply, tension, hostile_km = np.empty((5, n))
    cell, entry = np.empty((2, n), dtype=np.int32)
    site, crossing = np.empty((2, n), dtype=np.int16)
    return (
        np.empty(n, dtype=np.int8),
        np.empty(n, dtype=np.int64),
        site,
        cell,
        crossing,
        np.empty((n, n_objectives)),
        enemy,
        own,
        supply,
        tension,
        hostile_km,
        entry,
        np.empty(n, dtype=bool),
    )


def _enterable(theatre: Theatre, actor: int) -> BoolArray:
    """Return the sites in countries that the actor may enter, shape (n_sites,)."""

    def make() -> BoolArray:
        found: BoolArray = theatre.may_enter[actor][theatre.country[theatre.site_cell]]
        return found

    return theatre.once(("enterable", actor), make)


def _bridges(situation: Situation, actor: int) -> tuple[IntArray, Int32Array]:
    """Return crossings that engineers could bridge: far ends as points, near cells."""
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
        index = usable.nonzero()[0]
        near.append(one[index])
        far.append(first + index)
    point = np.concatenate(far).astype(np.int64)
    cell = np.concatenate(near).astype(np.int32)
    clear = estimates.clear_of_enemies(situation, actor, cell).nonzero()[0]
    return point[clear], cell[clear]


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
    rows = near.nonzero()[0]
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
        defence=np.ones(rows.size),
    )


def n_draws(situation: Situation) -> int:
    """Return how many numbers an actor draws a day: one per possible option."""
    return 2 * len(situation.points) + RAID_ROWS + 1


def _with_raids(table: Options, raids: Options) -> Options:
    """Return a table with raids added."""
    names = [one.name for one in fields(Options)]
    parts = [(getattr(table, name), getattr(raids, name)) for name in names]
    return Options(*map(np.concatenate, parts))
