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
    fire, exposure, in_town = _stances(world, theatre, alive)
    fire *= lognormal_error(streams().random(len(fire)), parameters.noise)
    loss, odds = _exchange(world, theatre, alive, fire, exposure)
    _wear(world, theatre, loss, in_town, odds)
    return _break(world, theatre)


def _exchange(
    world: World,
    theatre: Theatre,
    alive: BoolArray,
    fire: FloatArray,
    exposure: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Write down who lost how many to whom; return losses and odds, (n_formations,)."""
    formations, parameters = world.formations, theatre.parameters.fight
    x, y, _, _, _ = places(world, theatre)
    n = theatre.n_actors
    (loss, odds), by = np.empty((2, len(x))), np.zeros((n, n))
    kernels.exchange(
        loss,
        by,
        formations.contact,
        odds,
        x,
        y,
        formations.actor,
        theatre.bank[formations.cell],
        theatre.ground.joined[formations.cell],
        alive,
        theatre.war[:n, :n],
        world.dyads.clash_days > 0.0,
        fire,
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
    _tell(world, loss, by)
    return loss, odds


def _stances(
    world: World, theatre: Theatre, alive: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mark who assaults; return fire, exposure and town of each, (n_formations,).

    Attackers and raiders assault, and those on their way elsewhere whom an enemy bars.
    Fire is the fighting value, persons-equivalent: personnel · quality · supply ·
    cohesion · (1 + air support) · (1 + surprise), which irregulars have who were not in
    contact. Exposure is the share of the open-field loss one suffers, in (0, 1]: cover
    protects everyone; buildings, where they protect more, and works only those who do
    not assault. What one defends is a town by its inhabitants, in [0, 1].
    """
    f, parameters = world.formations, theatre.parameters
    fight = parameters.fight
    fire, exposure, in_town = np.empty((3, len(f.actor)))
    active = alive & (f.status == ACTIVE)
    columns = (active, f.personnel, f.quality, f.cohesion, f.supply)
    place = (f.air_support, f.contact, f.entrenchment, f.actor, f.cell, f.site)
    kernels.stances(
        f.assaulting,
        fire,
        exposure,
        in_town,
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
    return fire, exposure, in_town


def _tell(world: World, loss: FloatArray, by: FloatArray) -> None:
    """Write down who lost how many where, and to whom."""
    formations = world.formations
    world.actors.killed_wounded += np.bincount(formations.actor, loss, len(by))
    world.journal.kills += by
    hit = (loss > 0.0).nonzero()[0]
    actor = formations.actor[hit]
    enemy = by.argmax(axis=1)[actor]
    columns = (formations.cell[hit], actor, enemy, loss[hit])
    world.journal.kill_cells += zip(*(one.tolist() for one in columns), strict=True)


def _wear(
    world: World,
    theatre: Theatre,
    loss: FloatArray,
    in_town: FloatArray,
    odds: FloatArray,
) -> None:
    """Take losses; cohesion falls with them, isolation and odds, and recovers in rest.

    Whoever defends a town breaks later: there is nowhere to run, and a cellar is held
    without seeing how the rest of the line fares. Whoever is under more fire than his
    own, cover and works counted, is overrun before he is worn down.
    """
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
        in_town,
        odds,
        theatre.parameters.supply.attack_supply,
        parameters.cohesion_loss,
        parameters.town_cohesion,
        parameters.overrun * days,
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
