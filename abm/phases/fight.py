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

ASSAULTS = np.array([kind in ("attack", "raid", "clear") for kind in MISSIONS])
"""Whether a kind of mission is an assault."""
ON_THE_WAY = np.array([kind in ("hold", "screen", "bridge") for kind in MISSIONS])
"""Whether a kind of mission is fought for only where an enemy bars the way."""
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
    fire, exposure = _stances(world, theatre, alive)
    noise = lognormal_error(streams().random(len(formations.actor)), parameters.noise)
    loss, touched = np.empty(len(x)), np.empty(len(x), dtype=bool)
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
        fire * noise,
        formations.personnel,
        formations.assaulting,
        exposure,
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


def _stances(
    world: World, theatre: Theatre, alive: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Mark who assaults; return each one's fire and exposure, shape (n_formations,).

    Attackers and raiders assault, and those on their way elsewhere whom an enemy bars.
    Fire is the fighting value, persons-equivalent: personnel · quality · supply ·
    cohesion · (1 + air support) · (1 + surprise), which irregulars have who were not in
    contact. Exposure is the share of the open-field loss one suffers, in (0, 1]: cover
    protects everyone; buildings, where they protect more, and works only those who do
    not assault.
    """
    f, parameters = world.formations, theatre.parameters
    fight = parameters.fight
    fire, exposure = np.empty((2, len(f.actor)))
    active = alive & (f.status == ACTIVE)
    columns = (active, f.personnel, f.quality, f.cohesion, f.supply)
    place = (f.air_support, f.contact, f.entrenchment, f.actor, f.cell, f.site)
    kernels.stances(
        f.assaulting,
        fire,
        exposure,
        *columns,
        *place,
        f.mission,
        f.route,
        world.missions.kind,
        ASSAULTS,
        ON_THE_WAY,
        theatre.irregular,
        theatre.cover,
        theatre.site_population,
        parameters.supply.attack_supply,
        fight.broken,
        LEAST_SUPPLY_EFFECT,
        fight.surprise,
        fight.cover_effect,
        fight.built_up_effect,
        fight.town,
        fight.entrenchment_effect,
    )
    return fire, exposure


def _take_losses(
    world: World, theatre: Theatre, loss: FloatArray, by: FloatArray
) -> list[Event]:
    formations = world.formations
    world.actors.killed_wounded += np.bincount(formations.actor, loss, theatre.n_actors)
    world.journal.kills += by
    hit = (loss > 0.0).nonzero()[0]
    actor = formations.actor[hit]
    enemy = by.argmax(axis=1)[actor]
    columns = (formations.cell[hit], actor, enemy, loss[hit])
    world.journal.kill_cells += zip(*(one.tolist() for one in columns), strict=True)
    _wear(world, theatre, loss)
    return _break(world, theatre)


def _wear(world: World, theatre: Theatre, loss: FloatArray) -> None:
    """Take losses; cohesion falls with them and isolation, recovers out of contact."""
    formations, parameters = world.formations, theatre.parameters.fight
    days = theatre.days_per_tick
    waiting = (formations.mission == NOBODY) & (formations.status == ACTIVE)
    kernels.wear(
        formations.personnel,
        formations.lost_day,
        formations.cohesion,
        formations.entrenchment,
        loss,
        formations.contact,
        formations.supply,
        formations.inflow,
        (formations.route[:, 0] < 0) | waiting,
        formations.assaulting,
        theatre.parameters.supply.attack_supply,
        parameters.cohesion_loss,
        parameters.cohesion_recovery * days,
        parameters.isolation * days,
        parameters.digging * days,
        days,
    )


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
