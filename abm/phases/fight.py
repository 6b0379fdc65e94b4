"""Fight: formations within reach of an enemy lose people and cohesion."""

import numpy as np

from abm import kernels
from abm.actors.beliefs import lognormal_error
from abm.actors.positions import places
from abm.events import Event
from abm.rng import Streams
from abm.theatre import Theatre
from abm.units import NOBODY, BoolArray, FloatArray
from abm.world import ACTIVE, BROKEN, GONE, MISSIONS, World

ATTACK, RAID = MISSIONS.index("attack"), MISSIONS.index("raid")
ON_THE_WAY = np.array([*(k in ("hold", "screen", "bridge") for k in MISSIONS), False])
"""Whether a kind of mission is fought for only where an enemy bars the way; the last
entry stands for no mission."""
LEAST_SUPPLY_EFFECT = 0.25
"""Share of its fighting value that a formation without any supply keeps."""
FEWEST = 5.0
"""Persons below which a formation has ceased to be one."""


def run(
    world: World, theatre: Theatre, streams: Streams, *, actors: object = ()
) -> list[Event]:
    """Take one tick's losses, then let cohesion follow; no actor agent is asked."""
    del actors
    formations, parameters = world.formations, theatre.parameters.fight
    alive = (formations.status != GONE) & (formations.personnel > 0.0)
    x, y, _, _, _ = places(world, theatre)
    surprise = _assaults(world, theatre, alive)
    noise = lognormal_error(streams().random(len(formations.actor)), parameters.noise)
    loss, touched = np.zeros(len(x)), np.zeros(len(x), dtype=bool)
    by = np.zeros((theatre.n_actors, theatre.n_actors))
    n = theatre.n_actors
    kernels.exchange(
        loss,
        by,
        touched,
        x,
        y,
        formations.actor,
        theatre.bank[formations.cell],
        theatre.ground.joined[formations.cell],
        alive,
        theatre.war[:n, :n],
        world.dyads.clash_days > 0.0,
        firepower(world, surprise) * noise,
        formations.personnel,
        formations.assaulting,
        exposure(world, theatre),
        theatre.irregular[formations.actor],
        parameters.reference_strength,
        parameters.attrition,
        parameters.contact,
        parameters.reach,
        theatre.parameters.escalate.clash_reach,
        parameters.stack * parameters.front,
        theatre.days_per_tick,
    )
    formations.contact[:] = touched
    return _take_losses(world, theatre, loss, by)


def _assaults(world: World, theatre: Theatre, alive: BoolArray) -> FloatArray:
    """Mark who assaults; return the added value of those who surprise, per formation.

    Attackers and raiders do, and those on their way elsewhere whom an enemy bars.
    """
    formations, parameters = world.formations, theatre.parameters
    kind = np.where(
        formations.mission >= 0, world.missions.kind[formations.mission], NOBODY
    )
    barred = ON_THE_WAY[kind] & (formations.route[:, 0] >= 0)
    assaulting = alive & ((kind == ATTACK) | (kind == RAID) | barred)
    assaulting &= formations.status == ACTIVE
    assaulting &= formations.supply >= parameters.supply.attack_supply
    assaulting &= formations.cohesion >= parameters.fight.broken
    fresh = assaulting & ~formations.contact & theatre.irregular[formations.actor]
    formations.assaulting[:] = assaulting
    return np.where(fresh, parameters.fight.surprise, 0.0)


def firepower(world: World, surprise: FloatArray) -> FloatArray:
    """Return each formation's fighting value E, persons-equivalent.

    Personnel · quality · supply · cohesion · (1 + air support) · (1 + surprise).
    """
    formations = world.formations
    supply = LEAST_SUPPLY_EFFECT + (1.0 - LEAST_SUPPLY_EFFECT) * formations.supply
    value: FloatArray = (
        formations.personnel
        * formations.quality
        * formations.cohesion
        * supply
        * (1.0 + formations.air_support)
        * (1.0 + surprise)
    )
    return value


def exposure(world: World, theatre: Theatre) -> FloatArray:
    """Return the share of the open-field loss that each formation suffers, in (0, 1].

    Cover protects everyone; buildings, where they protect more, and works only those
    who do not assault.
    """
    formations, fight = world.formations, theatre.parameters.fight
    cover = fight.cover_effect * theatre.cover[formations.cell]
    people = theatre.site_population[formations.site]
    in_town = (formations.site >= 0) * np.minimum(1.0, people / fight.town)
    built = np.maximum(cover, fight.built_up_effect * in_town)
    works = 1.0 - fight.entrenchment_effect * formations.entrenchment
    attacking = formations.assaulting & formations.contact
    share = np.where(attacking, 1.0 - cover, (1.0 - built) * works)
    return np.asarray(share, dtype=np.float64)


def _take_losses(
    world: World, theatre: Theatre, loss: FloatArray, by: FloatArray
) -> list[Event]:
    formations, days = world.formations, theatre.days_per_tick
    present = np.maximum(formations.personnel, 1e-9)
    share = np.where(formations.personnel > 0.0, loss / present, 0.0)
    formations.personnel -= loss
    world.actors.killed_wounded += np.bincount(formations.actor, loss, theatre.n_actors)
    world.journal.kills += by
    hit = (loss > 0.0).nonzero()[0]
    actor = formations.actor[hit]
    enemy = by.argmax(axis=1)[actor]
    columns = (formations.cell[hit], actor, enemy, loss[hit])
    world.journal.kill_cells += zip(*(one.tolist() for one in columns), strict=True)
    formations.lost_day += (loss / days - formations.lost_day) * min(1.0, days)
    _hold_together(world, theatre, share)
    return _break(world, theatre)


def _hold_together(world: World, theatre: Theatre, share: FloatArray) -> None:
    """Let cohesion fall with losses and isolation and recover out of contact."""
    formations, parameters = world.formations, theatre.parameters.fight
    days = theatre.days_per_tick
    rested = ~formations.contact & (
        formations.supply >= theatre.parameters.supply.attack_supply
    )
    change = -parameters.cohesion_loss * share
    change += np.where(rested, parameters.cohesion_recovery * days, 0.0)
    change -= np.where(formations.inflow <= 0.0, parameters.isolation * days, 0.0)
    cohesion = np.maximum(formations.cohesion + change, 0.0)
    formations.cohesion[:] = np.minimum(cohesion, 1.0)
    waiting = (formations.mission == NOBODY) & (formations.status == ACTIVE)
    still = ((formations.route[:, 0] < 0) | waiting) & ~formations.assaulting
    dug = formations.entrenchment + np.where(still, parameters.digging * days, 0.0)
    formations.entrenchment[:] = np.minimum(dug, 1.0)


def _break(world: World, theatre: Theatre) -> list[Event]:
    """Break formations whose cohesion is gone; make whole those who have recovered."""
    formations, parameters = world.formations, theatre.parameters.fight
    whole = (formations.status == BROKEN) & (formations.cohesion > parameters.usable)
    formations.status[whole] = ACTIVE
    formations.route[whole] = NOBODY
    breaking = (formations.status == ACTIVE) & (formations.personnel > 0.0)
    breaking &= formations.cohesion < parameters.broken
    formations.status[breaking] = BROKEN
    formations.mission[breaking] = NOBODY
    formations.route[breaking] = NOBODY
    few = (formations.status != GONE) & (formations.personnel < FEWEST)
    few &= formations.personnel > 0.0
    left = np.where(few, formations.personnel, 0.0)
    world.actors.deserted += np.bincount(formations.actor, left, theatre.n_actors)
    formations.personnel[few] = 0.0
    parts = np.arange(len(few)) < theatre.n_parts
    formations.status[few & parts] = GONE
    formations.mission[few] = NOBODY
    return [
        Event(
            "fight",
            "broken",
            int(formations.actor[row]),
            cell=int(formations.cell[row]),
            amount=float(formations.personnel[row]),
            text=f"has a formation of {formations.personnel[row]:.0f} persons broken",
        )
        for row in breaking.nonzero()[0]
    ]
