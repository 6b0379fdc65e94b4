"""Clash: deconflicted formations near each other come to blows, or draw a line.

Skirmishes happen by accident; an open clash follows from the ladder, lasts for days
and ends by holding apart. The fire of an open clash itself is the fight phase's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from abm.actors import escalation
from abm.actors.paths import bridges
from abm.actors.positions import places
from abm.air.airspace import circles, multiplier, restrained, shut
from abm.air.standing import Standing, standing
from abm.events import Event, Incident
from abm.rng import Streams
from abm.theatre import Theatre
from abm.theatre.near import ground_lines
from abm.units import NOBODY, BoolArray, FloatArray, IntArray
from abm.world import GONE, World

DRAWS = ("skirmish", "place", "aggressor", "line")
"""What each block of uniform numbers decides; (n_actors, n_actors) each."""


@dataclass(frozen=True)
class Contacts:
    """Formations of deconflicted parties near each other.

    Attributes:
        one: row of the first formation of each pair, shape (n_pairs,).
        other: row of the second.
        low: lower actor index of each pair.
        high: higher actor index.
        exposure: contacts of every pair of actors, shape (n_actors, n_actors).
    """

    one: IntArray
    other: IntArray
    low: IntArray
    high: IntArray
    exposure: FloatArray


def run(
    world: World, theatre: Theatre, streams: Streams, *, actors: Sequence[Any] = ()
) -> list[Event]:
    """Let a tick of contact pass; the actor agents are not asked."""
    del actors
    n, rules = theatre.n_actors, standing(theatre)
    draw = dict(zip(DRAWS, streams().random((len(DRAWS), n, n)), strict=True))
    reach = theatre.parameters.escalate.contact_reach
    near = _contacts(world, theatre, rules, reach=reach)
    events = _skirmish(world, theatre, near, rules=rules, draw=draw)
    events += _clash(world, theatre, rules)
    events += _draw_lines(world, theatre, near, rules=rules, draw=draw)
    return events


def _contacts(
    world: World, theatre: Theatre, rules: Standing, *, reach: float
) -> Contacts:
    formations, n = world.formations, theatre.n_actors
    touchy = np.asarray(rules.deconflicted.sum(axis=1) > 0)[formations.actor]
    touchy &= (formations.status != GONE) & (formations.personnel > 0.0)
    rows = touchy.nonzero()[0]
    x, y, *_ = places(world, theatre)
    actor = formations.actor[rows]
    pairs = escalation.pairs_near(
        x[rows], y[rows], actor=actor, apart=rules.deconflicted, reach=reach
    )
    low = np.minimum(actor[pairs[0]], actor[pairs[1]])
    high = np.maximum(actor[pairs[0]], actor[pairs[1]])
    return Contacts(
        rows[pairs[0]],
        rows[pairs[1]],
        low.astype(np.int64),
        high.astype(np.int64),
        escalation.exposure(actor, pairs, n),
    )


def _skirmish(
    world: World,
    theatre: Theatre,
    near: Contacts,
    *,
    rules: Standing,
    draw: dict[str, FloatArray],
) -> list[Event]:
    """Let formations in contact come to blows by accident."""
    if len(near.one) == 0:
        return []
    p, dyads = theatre.parameters.escalate, world.dyads
    circle = circles(rules.dependence)
    closed = shut(rules.agreed_ground, dyads.ground_channel, circle=circle)
    factor = multiplier(closed, factor=p.shut_ground)
    factor *= np.where(dyads.ground_line, p.line_effect, 1.0)
    factor *= _old_lines(world, theatre, near)
    factor[dyads.clash_days > 0.0] = 0.0
    chance = escalation.incident_chance(
        p.skirmish_rate,
        near.exposure,
        gain=p.gain,
        tension=dyads.tension,
        multiplier=factor,
        days=theatre.days_per_tick,
    )
    _note_hazards(world, near, chance * p.severity_skirmish)
    happens = np.triu(draw["skirmish"] < chance, 1)
    events = []
    for i, j in zip(*np.nonzero(happens), strict=True):
        pairs = ((near.low == i) & (near.high == j)).nonzero()[0]
        pair = int(pairs[int(draw["place"][i, j] * len(pairs))])
        first = int(near.one[pair]), int(near.other[pair])
        if draw["aggressor"][i, j] < 1 / 2:
            first = first[::-1]
        events.append(_blows(world, theatre, first, hazard=float(chance[i, j])))
    return events


def _old_lines(world: World, theatre: Theatre, near: Contacts) -> FloatArray:
    """Return the factor of lines agreed before the start, for contacts at the line."""
    p, dyads = theatre.parameters.escalate, world.dyads
    factor = np.ones_like(dyads.tension)
    for low, high, at_line in ground_lines(theatre):
        pairs = ((near.low == low) & (near.high == high)).nonzero()[0]
        if pairs.size and not dyads.ground_line[low, high]:
            there = at_line[world.formations.cell[near.one[pairs]]].mean()
            factor[low, high] = factor[high, low] = 1.0 - there * (1.0 - p.line_effect)
    return factor


def _note_hazards(world: World, near: Contacts, size: FloatArray) -> None:
    """Spread each pair's hazard over the places where it is in contact."""
    n = len(size)
    dyad = near.low * n + near.high
    pairs = np.bincount(dyad, minlength=n * n)
    cell = world.formations.cell[near.one].astype(np.int64)
    key, count = np.unique(cell * n * n + dyad, return_counts=True)
    cells, dyads = np.divmod(key, n * n)
    each = size.ravel()[dyads] * count / pairs[dyads]
    low, high = np.divmod(dyads, n)
    world.journal.hazards.extend(
        zip(low.tolist(), high.tolist(), cells.tolist(), each.tolist(), strict=True)
    )


def _blows(
    world: World, theatre: Theatre, rows: tuple[int, int], *, hazard: float
) -> Event:
    p, formations = theatre.parameters.escalate, world.formations
    actor, other = (int(formations.actor[row]) for row in rows)
    cell = int(formations.cell[rows[1]])
    for row, firing in (rows, rows[::-1]):
        world.lose(row, persons=p.skirmish_loss, by=int(formations.actor[firing]))
    rung = int(world.dyads.rung[actor, other])
    incident = Incident(
        "skirmish", actor, other, cell, p.severity_skirmish, rung, hazard
    )
    world.journal.incidents.append(incident)
    return incident.told("clash", "exchanges fire")


def _draw_lines(
    world: World,
    theatre: Theatre,
    near: Contacts,
    *,
    rules: Standing,
    draw: dict[str, FloatArray],
) -> list[Event]:
    """Let talks between parties in contact draw a ground line along the river."""
    p, dyads = theatre.parameters.escalate, world.dyads
    rule = rules.rule("talks_line")
    ready = (near.exposure > 0.0) & (dyads.rung >= rule.rung) & ~dyads.ground_line
    if not ready.any():
        return []
    chance = escalation.talks_chance(
        dyads.tension, rate=p.line_rate, days=theatre.days_per_tick
    )
    agreed = np.triu(ready & (draw["line"] < chance), 1)
    events = []
    for i, j in np.argwhere(agreed).tolist():
        dyads.ground_line[i, j] = dyads.ground_line[j, i] = True
        world.crossings.line |= escalation.line_closes(
            theatre.crossing_is_barrier,
            own_both=_both_ends(world, theatre, rules),
            parties=(i, j),
        )
        for actor in (i, j):
            _halt_at_line(world, theatre, actor)
        events.append(
            Event(
                "clash",
                "ground_line",
                actor=i,
                other=j,
                text="agrees on a line between the two sides",
            )
        )
    return events


def _halt_at_line(world: World, theatre: Theatre, actor: int) -> None:
    """Cut the ways of an actor's formations before crossings it may no longer use.

    The others find new ways within the day; the broken would keep theirs.
    """
    formations, n = world.formations, theatre.grid.n_cells
    over = bridges(world, theatre, actor)
    pair = over.cell.astype(np.int64) * n + over.other
    shut = np.setdiff1d(pair[over.extra < 0], pair[over.extra >= 0])
    rows = (formations.actor == actor).nonzero()[0]
    way = np.column_stack([formations.cell[rows], formations.route[rows]])
    here, there = way[:, :-1].astype(np.int64), way[:, 1:]
    across = (there >= 0) & (theatre.bank[here] != theatre.bank[there])
    beyond = np.logical_or.accumulate(across & np.isin(here * n + there, shut), axis=1)
    formations.route[rows] = np.where(beyond, NOBODY, way[:, 1:])
    formations.progress_km[rows[beyond[:, 0]]] = 0.0


def _both_ends(world: World, theatre: Theatre, rules: Standing) -> BoolArray:
    """Return whether both ends of each crossing are an actor's own side's."""
    n, nobody = theatre.n_actors, theatre.n_holders
    mine = np.zeros((nobody, n), dtype=bool)
    mine[:n] = rules.allied | np.eye(n, dtype=bool)
    holder = world.cells.holder
    right, left = holder[theatre.crossing_right], holder[theatre.crossing_left]
    return np.asarray(mine[right] & mine[left], dtype=bool)


def _clash(world: World, theatre: Theatre, rules: Standing) -> list[Event]:
    """Start, run and end open clashes, and the days of holding apart after them."""
    p, dyads, days = theatre.parameters.escalate, world.dyads, theatre.days_per_tick
    fighting = dyads.clash_days > 0.0
    dyads.apart_days[:] = np.maximum(dyads.apart_days - days, 0.0)
    dyads.clash_days[:] = np.maximum(dyads.clash_days - days, 0.0)
    dyads.apart_days[fighting & (dyads.clash_days <= 0.0)] = p.apart_days
    rule = rules.rule("clash")
    busy = (dyads.clash_days > 0.0) | (dyads.apart_days > 0.0)
    tense = rules.deconflicted & (dyads.rung >= rule.rung) & ~busy
    if not tense.any():
        return []
    near = _contacts(world, theatre, rules, reach=p.clash_reach)
    events = []
    for i, j in np.argwhere(np.triu(tense & (near.exposure > 0.0), 1)).tolist():
        dyads.clash_days[i, j] = dyads.clash_days[j, i] = p.clash_days
        pair = int(((near.low == i) & (near.high == j)).nonzero()[0][0])
        cell, rung = int(world.formations.cell[near.one[pair]]), int(dyads.rung[i, j])
        world.journal.incidents.append(
            Incident("clash", i, j, cell, p.severity_clash, rung, 1.0)
        )
        events.append(
            Event("clash", "clash", actor=i, other=j, cell=cell, text="clashes openly")
        )
        if restrained(rules.agreed_air)[i, j]:
            names = theatre.actors[i].name, theatre.actors[j].name
            world.ended = f"{names[0]} and {names[1]} forces shot at each other"
    return events
