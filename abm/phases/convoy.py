"""Convoy: shipments leave gates, travel, arrive, turn back or are lost; flights too.

Roads are looked for only on days when a convoy is due; a convoy keeps the road it
left by and waits, then turns back, where it has been shut.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from abm.actors import convoys as rules
from abm.actors.shipments import (
    Shipment,
    capacities,
    free_holders,
    road,
    shares,
    shipments,
    threatened,
)
from abm.air.places import reaches
from abm.air.roles import LOADS, capabilities
from abm.air.standing import Standing, standing
from abm.events import Event, Incident
from abm.rng import Streams
from abm.theatre import Theatre
from abm.units import NOBODY, AnyIntArray, FloatArray, IntArray
from abm.world import (
    CONVOY_DELIVERED,
    CONVOY_LOST,
    CONVOY_MOVING,
    CONVOY_RETURNED,
    World,
)


def run(
    world: World, theatre: Theatre, streams: Streams, *, actors: Sequence[Any] = ()
) -> list[Event]:
    """Move shipments for one tick; the actor agents are not asked."""
    del actors
    sent = shipments(theatre)
    if not sent:
        return []
    generator = streams()
    consent = generator.random(len(sent))
    draw = generator.random((2, len(world.convoys.actor)))
    split = shares(sent, world.actors.weights)
    arrived, wanted = np.zeros(theatre.n_actors), np.zeros(theatre.n_actors)
    events = _travel(world, theatre, draw=draw, arrived=arrived)
    for one, part in zip(sent, split.tolist(), strict=True):
        wanted[one.recipient] += part * theatre.parameters.convoy.planned
    _account(world, theatre, sent, split=split, arrived=arrived, wanted=wanted)
    if theatre.decides(world.tick) and world.tick > 0:
        events += _depart(world, theatre, sent, split=split, draw=consent)
    return events


def _account(
    world: World,
    theatre: Theatre,
    sent: tuple[Shipment, ...],
    *,
    split: FloatArray,
    arrived: FloatArray,
    wanted: FloatArray,
) -> None:
    """Write what was planned, flown in and arrived, and what it lets senders raise."""
    p, days, total = theatre.parameters.convoy, theatre.days_per_tick, world.deliveries
    total.planned += wanted * days
    flown = np.zeros(theatre.n_actors)
    for one, part in zip(sent, split.tolist(), strict=True):
        flown[one.recipient] += part
    flown = rules.air_bridge(flown, rate=p.air_bridge, days=days)
    total.airlifted += flown
    total.flow[:] = rules.smoothed_flow(
        total.flow, arrived=arrived, wanted=wanted, days=days, memory=p.flow_memory
    )
    backed = standing(theatre).dependence
    for sender in {one.sender for one in sent}:
        tonnes = math.fsum(
            part * float((arrived + flown)[one.recipient])
            for one, part in zip(sent, split.tolist(), strict=True)
            if one.sender == sender
        )
        reach = backed[:, sender].copy()
        reach[sender] = 1.0
        world.actors.pool += (
            p.persons_per_tonne * tonnes * reach / max(float(reach.sum()), 1.0)
        )


def _depart(
    world: World,
    theatre: Theatre,
    sent: tuple[Shipment, ...],
    *,
    split: FloatArray,
    draw: FloatArray,
) -> list[Event]:
    """Send the shipments that are due today and find an open road."""
    p, convoys, events = theatre.parameters.convoy, world.convoys, list[Event]()
    interval = max(1, round(p.interval))
    day = int(world.tick * theatre.days_per_tick)
    for number, one in enumerate(sent):
        row = int(convoys.count[0])
        if (day + number) % interval or row >= len(convoys.actor):
            continue
        way = road(world, theatre, one, consent=bool(draw[number] < p.consent))
        if not 1 < len(way) <= convoys.route.shape[1]:
            continue
        carried = rules.road_capacity(theatre.road[way], capacities(theatre))
        tonnes = p.planned * float(split[number]) * interval * carried
        convoys.count[0] += 1
        convoys.actor[row], convoys.recipient[row] = one.sender, one.recipient
        convoys.cell[row], convoys.target[row] = way[0], way[-1]
        convoys.tonnes[row], convoys.heavy[row] = tonnes, p.heavy
        convoys.status[row] = CONVOY_MOVING
        convoys.start_tick[row] = world.tick
        convoys.route[row, : len(way)] = way
        events.append(
            _event(world, theatre, row, "convoy_sent", f"sends {tonnes:.0f} t by road")
        )
    return events


def _event(world: World, theatre: Theatre, row: int, kind: str, text: str) -> Event:
    convoys = world.convoys
    to = theatre.actors[int(convoys.recipient[row])].name
    return Event(
        "convoy",
        kind,
        actor=int(convoys.actor[row]),
        other=int(convoys.recipient[row]),
        cell=int(convoys.cell[row]),
        amount=float(convoys.tonnes[row]),
        text=f"{text} to {to}",
    )


def _travel(
    world: World, theatre: Theatre, *, draw: FloatArray, arrived: FloatArray
) -> list[Event]:
    """Move the convoys on the road; some are ambushed, struck, shut out or arrive."""
    convoys, events = world.convoys, list[Event]()
    moving = (convoys.status[: int(convoys.count[0])] == CONVOY_MOVING).nonzero()[0]
    for sender in np.bincount(convoys.actor[moving]).nonzero()[0].tolist():
        rows = moving[convoys.actor[moving] == sender]
        events += _advance(world, theatre, rows, sender=sender)
        left = rows[convoys.status[rows] == CONVOY_MOVING]
        events += _ambush(world, theatre, left, sender=sender, draw=draw[0])
        left = rows[convoys.status[rows] == CONVOY_MOVING]
        events += _strike(world, theatre, left, sender=sender, draw=draw[1])
        left = left[convoys.status[left] == CONVOY_MOVING]
        events += _arrive(world, theatre, left, arrived=arrived)
    return events


def _advance(
    world: World, theatre: Theatre, rows: IntArray, *, sender: int
) -> list[Event]:
    """Move convoys along their roads as far as these are open."""
    p, convoys, days = theatre.parameters.convoy, world.convoys, theatre.days_per_tick
    free = free_holders(theatre, sender=sender, consent=True)
    threat = threatened(world, theatre, sender=sender, reach=p.enemy_reach)
    route = convoys.route[rows]
    step, rest, over = rules.advanced(
        convoys.step[rows],
        convoys.progress_km[rows],
        lengths=rules.cumulative_km(
            route, width=theatre.grid.width, cell_km=theatre.grid.cell_km
        ),
        km=p.speed * days,
    )
    del over
    shut = (route >= 0) & (~free[world.cells.holder[route]] | threat[route])
    number = np.arange(route.shape[1])
    ahead = shut & (number > convoys.step[rows][:, None]) & (number <= step[:, None])
    stopped = ahead.any(axis=1)
    last = np.where(stopped, ahead.argmax(axis=1) - 1, step)
    convoys.step[rows] = last
    convoys.progress_km[rows] = np.where(stopped, 0.0, rest)
    convoys.cell[rows] = route[np.arange(len(rows)), last]
    convoys.waited[rows] = np.where(stopped, convoys.waited[rows] + days, 0.0)
    back = rows[convoys.waited[rows] > p.patience]
    convoys.status[back] = CONVOY_RETURNED
    convoys.end_tick[back] = world.tick
    return [
        _event(world, theatre, row, "convoy_returned", "turns back a convoy")
        for row in back.tolist()
    ]


def _ambush(
    world: World, theatre: Theatre, rows: IntArray, *, sender: int, draw: FloatArray
) -> list[Event]:
    """Let enemies at war with the sender take convoys near them."""
    p, convoys = theatre.parameters.convoy, world.convoys
    near = threatened(world, theatre, sender=sender, reach=p.ambush_reach)
    taken = theatre.war[sender][world.cells.holder[convoys.cell[rows]]]
    chance = rules.ambush_chance(
        near[convoys.cell[rows]], rate=p.ambush_rate, days=theatre.days_per_tick
    )
    lost = rows[(draw[rows] < chance) | taken]
    convoys.status[lost] = CONVOY_LOST
    convoys.end_tick[lost] = world.tick
    return [
        _event(world, theatre, row, "convoy_lost", "loses a convoy on its way")
        for row in lost.tolist()
    ]


def _strike(
    world: World, theatre: Theatre, rows: IntArray, *, sender: int, draw: FloatArray
) -> list[Event]:
    """Let actors who want the cargo stopped strike it from the air, rarely."""
    p, q = theatre.parameters.convoy, theatre.parameters.escalate
    convoys, events = world.convoys, list[Event]()
    stopper = _stopper(world, standing(theatre), sender=sender)
    if stopper == NOBODY or len(rows) == 0:
        return events
    rate = p.strike_rate * (1.0 + q.gain * world.dyads.tension[stopper, sender])
    chance = _reached(world, theatre, convoys.cell[rows], by=stopper) * float(
        -np.expm1(-rate * theatre.days_per_tick)
    )
    pair = min(stopper, sender), max(stopper, sender)
    for row, odds in zip(rows.tolist(), chance.tolist(), strict=True):
        cell = int(convoys.cell[row])
        world.journal.hazards.append((*pair, cell, odds * q.severity_convoy))
        if draw[row] >= odds:
            continue
        convoys.status[row], convoys.end_tick[row] = CONVOY_LOST, world.tick
        rung = int(world.dyads.rung[pair])
        world.journal.incidents.append(
            Incident(
                "convoy_struck", stopper, sender, cell, q.severity_convoy, rung, odds
            )
        )
        events.append(
            _event(
                world, theatre, row, "convoy_struck", "has a convoy struck on its way"
            )
        )
    return events


def _stopper(world: World, rules_: Standing, *, sender: int) -> int:
    """Return the actor that most wants the sender's road or cargo stopped."""
    owner, about = rules_.stopping
    mine = (about == sender) & ~rules_.allied[owner, sender]
    if not mine.any():
        return NOBODY
    wish = np.bincount(owner[mine], world.actors.weights[mine])
    return int(wish.argmax())


def _reached(
    world: World, theatre: Theatre, cells: AnyIntArray, *, by: int
) -> FloatArray:
    """Return 1 where an actor has an armed asset that reaches a cell, else 0."""
    armed = capabilities(theatre.air_role).load >= LOADS.index("light")
    usable = armed & (theatre.air_operator == by) & (world.air.ready >= 1.0)
    usable &= ~world.air.grounded
    x, y = theatre.grid.center_km(cells)
    near = reaches(
        theatre.air_base_x_km[usable],
        theatre.air_base_y_km[usable],
        theatre.air_radius_km[usable],
        to=(x, y),
    )
    return np.asarray(near.any(axis=0), dtype=np.float64)


def _arrive(
    world: World, theatre: Theatre, rows: IntArray, *, arrived: FloatArray
) -> list[Event]:
    """Book what has come to its target."""
    convoys, total = world.convoys, world.deliveries
    there = rows[convoys.cell[rows] == convoys.target[rows]]
    convoys.status[there] = CONVOY_DELIVERED
    convoys.end_tick[there] = world.tick
    to, tonnes = convoys.recipient[there], convoys.tonnes[there]
    np.add.at(arrived, to, tonnes)
    np.add.at(total.delivered, to, tonnes)
    np.add.at(total.heavy, to, tonnes * convoys.heavy[there])
    return [
        _event(
            world,
            theatre,
            row,
            "convoy_delivered",
            f"delivers {convoys.tonnes[row]:.0f} t by road",
        )
        for row in there.tolist()
    ]
