"""Options: what an actor could do today, as rows of one table per actor."""

from dataclasses import dataclass, replace

import numpy as np

from abm import kernels
from abm.actors import estimates
from abm.actors.paths import fade
from abm.actors.situation import Situation
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
BEYOND = 1.5
"""Zones from the target at which the way begins: its flanks reach half a zone in."""
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


@dataclass(frozen=True)
class Outlook:
    """What an actor knows of every point; shape (n_points,).

    Attributes:
        enemy: believed in the point's zone, on its bank.
        on_way: believed on the approach beyond the zone.
        own: friendly strength in the zone.
        expected_supply: if held.
        hostile_km: of the approach.
        entry: friendly cell the approach starts from, or NOBODY.
        tension: expected from operating there.
    """

    enemy: FloatArray
    on_way: FloatArray
    own: FloatArray
    expected_supply: FloatArray
    hostile_km: FloatArray
    entry: Int32Array
    tension: FloatArray


def outlook(situation: Situation, actor: int, points: Int32Array) -> Outlook:
    """Return what the actor expects at ``points`` (cells)."""
    theatre, world = situation.theatre, situation.world
    decide = theatre.parameters.decide
    belief = world.belief[actor]
    zone, same_bank = situation.zone(points)
    reach = situation.reach(actor)
    n = points.size
    on_way, hostile_km = np.zeros(n), np.zeros(n)
    entry = np.full(n, NOBODY, dtype=np.int32)
    kernels.approaches(
        on_way,
        hostile_km,
        entry,
        points,
        reach.parent,
        situation.ground_held(actor),
        estimates.flank(situation, actor),
        BEYOND * decide.zone,
        theatre.grid.width,
        theatre.grid.cell_km,
    )
    reached = reach.dist[points] < kernels.UNREACHED
    own = situation.friendly_power(actor)
    return Outlook(
        enemy=(belief[zone] * same_bank).sum(axis=1).astype(np.float64)
        + estimates.zone_threat(situation, actor)[points],
        on_way=on_way,
        own=(own[zone] * same_bank).sum(axis=1),
        expected_supply=fade(theatre, reach.dist[points]),
        hostile_km=hostile_km,
        entry=np.where(reached, entry, NOBODY).astype(np.int32),
        tension=decide.tension_step * estimates.beside_rivals(situation, actor, points),
    )


def prospects(situation: Situation, actor: int) -> Outlook:
    """Return what the actor expects at ``situation.points``, worked out once a day."""
    return situation.once(
        "prospects", actor, lambda: outlook(situation, actor, situation.points)
    )


def options(situation: Situation, actor: int, gains: FloatArray) -> Options:
    """Return the missions open to an actor.

    Args:
        situation: today's view.
        actor: index.
        gains: what holding each point adds to each objective, shape
            (n_objectives, n_points).
    """
    view = prospects(situation, actor)
    parts = [
        _attacks(situation, actor, gains, view),
        _holds(situation, actor, gains, view),
    ]
    if situation.theatre.actors[actor].engineers:
        parts.append(_bridges(situation, actor, gains, view))
    if situation.theatre.actors[actor].draws_on_population:
        parts.append(_raids(situation, actor))
    return _joined(parts)


def _attacks(
    situation: Situation, actor: int, gains: FloatArray, view: Outlook
) -> Options:
    """Return attacks on enemy sites that can be reached, entered and supplied."""
    theatre = situation.theatre
    n = len(theatre.site_ids)
    hostile = theatre.war[actor][situation.world.sites.controller]
    allowed = theatre.may_enter[actor][theatre.country[theatre.site_cell]]
    possible = hostile & allowed & (view.entry[:n] >= 0)
    possible &= view.hostile_km[:n] <= theatre.parameters.decide.deepest
    possible &= view.on_way[:n] <= theatre.parameters.decide.bypass
    possible &= view.expected_supply[:n] >= theatre.parameters.move.least_supply
    rows = np.flatnonzero(possible)
    weight = theatre.parameters.decide.path_weight
    return _at_points(
        situation,
        gains,
        view,
        kind=ATTACK,
        rows=rows,
        draw_row=rows,
        enemy=view.enemy[rows] + weight * view.on_way[rows],
        own=estimates.committed(situation, actor)[rows],
    )


def _holds(
    situation: Situation, actor: int, gains: FloatArray, view: Outlook
) -> Options:
    """Return reinforcements of friendly sites that an enemy stands before.

    Only formations on ground connected with the site can reach it as friends.
    """
    theatre = situation.theatre
    n = len(theatre.site_ids)
    allowed = theatre.may_enter[actor][theatre.country[theatre.site_cell]]
    possible = situation.held(actor) & allowed
    possible &= view.enemy[:n] >= theatre.parameters.control.least
    possible &= view.expected_supply[:n] >= theatre.parameters.move.least_supply
    rows = np.flatnonzero(possible)
    found = _at_points(
        situation,
        gains,
        view,
        kind=HOLD,
        rows=rows,
        draw_row=n + rows,
        enemy=view.enemy[rows],
        own=view.own[rows],
    )
    return replace(found, entry=found.cell)


def _bridges(
    situation: Situation, actor: int, gains: FloatArray, view: Outlook
) -> Options:
    """Return crossings that engineers could bridge, and what the far bank is worth."""
    theatre, world = situation.theatre, situation.world
    n_sites, n = len(theatre.site_ids), len(theatre.crossing_ids)
    closed = (world.crossings.state == CROSSING_CLOSED) & theatre.crossing_is_barrier
    closed &= ~world.crossings.line[:, actor]
    mine = situation.ground_held(actor)
    rivals = theatre.deconflicted[actor]
    rows, near, far = [], [], []
    for one, two, base in (
        (theatre.crossing_right, theatre.crossing_left, n_sites + n),
        (theatre.crossing_left, theatre.crossing_right, n_sites),
    ):
        usable = closed & mine[one] & ~rivals[world.cells.holder[two]] & ~mine[two]
        index = np.flatnonzero(usable)
        rows.append(index)
        near.append(one[index])
        far.append(base + index)
    crossing = np.concatenate(rows)
    point = np.concatenate(far).astype(np.int64)
    cell = np.concatenate(near).astype(np.int32)
    base = _at_points(
        situation,
        gains,
        view,
        kind=BRIDGE,
        rows=point,
        draw_row=n_sites + point,
        enemy=np.zeros(len(point)),
        own=np.zeros(len(point)),
    )
    clear = estimates.clear_of_enemies(situation, actor, cell)
    kept = np.flatnonzero(clear)
    moved = replace(
        base,
        cell=cell,
        entry=cell,
        crossing=crossing.astype(np.int16),
        sure=np.ones(len(base), dtype=bool),
    )
    return _taken(moved, kept)


def _raids(situation: Situation, actor: int) -> Options:
    """Return thinly guarded enemy supply-road cells within a raid's reach."""
    theatre, world = situation.theatre, situation.world
    decide = theatre.parameters.decide
    flow = estimates.hostile_flow(situation, actor)
    guard = np.zeros(theatre.grid.n_cells)
    cells = np.flatnonzero(
        (flow > 0.0)
        & theatre.war[actor][world.cells.holder]
        & theatre.may_enter[actor][theatre.country]
    )
    if not cells.size:
        return _nothing(situation)
    stride = max(1, cells.size // RAID_ROWS)
    cells = cells[::stride][:RAID_ROWS].astype(np.int32)
    view = outlook(situation, actor, cells)
    guard = view.enemy
    near = (view.entry >= 0) & (view.hostile_km <= decide.raid_reach)
    near &= (view.hostile_km > 0.0) & (guard <= decide.raid_guard)
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
        enemy=np.maximum(guard[rows], 1.0),
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


def _at_points(
    situation: Situation,
    gains: FloatArray,
    view: Outlook,
    *,
    kind: int,
    rows: IntArray,
    draw_row: IntArray,
    enemy: FloatArray,
    own: FloatArray,
) -> Options:
    n_sites = len(situation.theatre.site_ids)
    site = np.where(rows < n_sites, rows, NOBODY).astype(np.int16)
    return Options(
        kind=np.full(rows.size, kind, dtype=np.int8),
        draw_row=draw_row,
        site=site,
        cell=situation.points[rows],
        crossing=np.full(rows.size, NOBODY, dtype=np.int16),
        gains=gains[:, rows].T,
        enemy=np.maximum(enemy, 1.0),
        own=own,
        expected_supply=view.expected_supply[rows],
        tension=view.tension[rows],
        hostile_km=view.hostile_km[rows],
        entry=view.entry[rows],
        sure=np.zeros(rows.size, dtype=bool),
    )


def _taken(table: Options, rows: IntArray) -> Options:
    return Options(
        **{name: getattr(table, name)[rows] for name in table.__dataclass_fields__}
    )


def _joined(parts: list[Options]) -> Options:
    return Options(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in Options.__dataclass_fields__
        }
    )


def _nothing(situation: Situation) -> Options:
    return _at_points(
        situation,
        np.zeros((len(situation.theatre.objectives), len(situation.points))),
        Outlook(
            *(np.zeros(len(situation.points)) for _ in range(5)),
            entry=np.zeros(len(situation.points), dtype=np.int32),
            tension=np.zeros(len(situation.points)),
        ),
        kind=RAID,
        rows=np.zeros(0, dtype=np.int64),
        draw_row=np.zeros(0, dtype=np.int64),
        enemy=np.zeros(0),
        own=np.zeros(0),
    )
