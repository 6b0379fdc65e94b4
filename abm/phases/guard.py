"""Guard: protected zones are closed to some by warning, show of force and strike.

A zone's protector acts inside it only, and only while it has aircraft to act with.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from abm.actors import zones
from abm.events import Event, Incident
from abm.rng import Streams
from abm.theatre import Theatre
from abm.theatre.near import shut_to
from abm.units import FloatArray
from abm.world import GONE, World


def run(
    world: World, theatre: Theatre, streams: Streams, *, actors: Sequence[Any] = ()
) -> list[Event]:
    """Take the next step against those inside a zone that is closed to them."""
    del actors
    draw = streams().random((len(theatre.zones), theatre.n_actors))
    return _guard_zones(world, theatre, draw=draw)


def _guard_zones(world: World, theatre: Theatre, *, draw: FloatArray) -> list[Event]:
    """Warn, show force to and strike those inside a zone closed to them."""
    p, days = theatre.parameters.escalate, theatre.days_per_tick
    formations, events = world.formations, list[Event]()
    chance = float(-np.expm1(-p.zone_rate * days))
    alive = np.where(formations.status != GONE, formations.personnel, 0.0)
    for row, zone in enumerate(theatre.zones):
        kept_out = shut_to(theatre, zone)
        able = _able(world, theatre, zone.protector)
        persons = zones.inside(
            zone.cells,
            kept_out=kept_out,
            cell=formations.cell,
            actor=formations.actor,
            personnel=alive,
        )
        intruding = (persons > 0.0) & able
        state = world.zones
        state.quiet_days[row] = np.where(intruding, 0.0, state.quiet_days[row] + days)
        state.warned[row] = zones.forgotten(
            state.warned[row], quiet_days=state.quiet_days[row], memory=p.zone_memory
        )
        step = zones.steps(
            state.warned[row], intruding=intruding, draw=draw[row], chance=chance
        )
        state.warned[row] = zones.after(state.warned[row], step)
        state.expected_loss[row] = zones.expected_loss(
            state.warned[row],
            kept_out=kept_out,
            strike=_column(world, theatre, alive),
            chance=float(-np.expm1(-p.zone_rate)) if able else 0.0,
        )
        for actor in intruding.nonzero()[0].tolist():
            events += _guard(
                world, theatre, row, actor=actor, step=int(step[actor]), chance=chance
            )
    return events


def _column(world: World, theatre: Theatre, alive: FloatArray) -> FloatArray:
    """Return the persons that a strike on each actor's usual column takes out."""
    p, n = theatre.parameters.escalate, theatre.n_actors
    parts = np.arange(len(alive)) < theatre.n_parts
    here = (alive > 0.0) & parts
    actor = world.formations.actor[here]
    count = np.maximum(np.bincount(actor, minlength=n), 1)
    mean = np.bincount(actor, alive[here], minlength=n) / count
    each = np.minimum(p.zone_strike + p.zone_shock * mean, mean)
    return np.asarray(p.zone_column * each, dtype=np.float64)


def _able(world: World, theatre: Theatre, actor: int) -> bool:
    own = theatre.air_operator == actor
    return bool((own & (world.air.ready > 0.0) & ~world.air.grounded).any())


def _guard(
    world: World, theatre: Theatre, row: int, *, actor: int, step: int, chance: float
) -> list[Event]:
    """Write one step against one intruder, and the hazard of the next one."""
    p, zone = theatre.parameters.escalate, theatre.zones[row]
    formations = world.formations
    inside = (
        zone.cells[formations.cell]
        & (formations.actor == actor)
        & (formations.status != GONE)
    )
    cell = int(formations.cell[np.argmax(np.where(inside, formations.personnel, -1.0))])
    due = int(world.zones.warned[row, actor]) >= zones.SHOWN
    severity = p.severity_zone_strike if due else p.severity_entry
    low, high = min(actor, zone.protector), max(actor, zone.protector)
    world.journal.hazards.append((low, high, cell, chance * severity))
    if step == zones.QUIET:
        return []
    struck = step == zones.STRUCK
    if struck:
        lost = zones.strike_losses(
            formations.personnel, hit=inside, strike=p.zone_strike
        )
        for k in lost.nonzero()[0].tolist():
            world.lose(k, persons=float(lost[k]), by=zone.protector)
        shaken = formations.cohesion[inside] - p.zone_shock
        formations.cohesion[inside] = np.maximum(shaken, 0.0)
    doer, other = (zone.protector, actor) if struck else (actor, zone.protector)
    incident = Incident(
        "zone_strike" if struck else "zone_entry",
        doer,
        other,
        cell,
        p.severity_zone_strike if struck else p.severity_entry,
        int(world.dyads.rung[actor, zone.protector]),
        chance,
    )
    world.journal.incidents.append(incident)
    return [incident.told("guard", f"{WORDS[step]} in {zone.name}")]


WORDS = {
    zones.WARNED: "is warned",
    zones.SHOWN: "is shown force",
    zones.STRUCK: "strikes intruders",
}
"""What each step is called."""
