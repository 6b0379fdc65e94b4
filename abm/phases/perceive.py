"""Perceive: beliefs age; what is seen overwrites them, with an error."""

import numpy as np

from abm.actors import beliefs
from abm.events import Event
from abm.rng import Streams
from abm.theatre import Theatre, near
from abm.units import BoolArray
from abm.world import GONE, TASKS, World

RECONNAISSANCE = TASKS.index("reconnaissance")


def run(
    world: World, theatre: Theatre, streams: Streams, *, actors: object = ()
) -> list[Event]:
    """Update every actor's belief once a day; the actor agents are not asked."""
    del actors
    if not theatre.decides(world.tick):
        return []
    parameters = theatre.parameters.perceive
    formations = world.formations
    alive = (formations.status != GONE) & (formations.personnel > 0.0)
    power = formations.personnel * formations.quality * formations.cohesion
    hostile = theatre.war[: theatre.n_actors][:, world.sites.controller]
    prior = beliefs.prior_at_sites(
        theatre.site_cell,
        hostile,
        n_cells=theatre.grid.n_cells,
        persons=parameters.prior_garrison,
    )
    days = theatre.days_per_tick if world.tick == 0 else 1.0
    world.belief = beliefs.aged(
        world.belief, prior, days=days, half_life=parameters.memory
    )
    for actor in range(theatre.n_actors):
        draws = streams(actor).random(len(formations.actor))
        enemy = (alive & theatre.war[actor][formations.actor]).nonzero()[0]
        seen = in_sight(world, theatre, actor, alive=alive)
        if world.tick == 0:
            seen = np.ones_like(seen)
        error = beliefs.lognormal_error(draws[enemy], parameters.error)
        world.belief[actor] = beliefs.observe(
            world.belief[actor],
            seen=seen,
            cell=formations.cell[enemy],
            power=power[enemy],
            error=error,
        )
    return []


def in_sight(
    world: World, theatre: Theatre, actor: int, *, alive: BoolArray
) -> BoolArray:
    """Return the cells that the actor's side sees from the ground and the air."""
    formations, parameters = world.formations, theatre.parameters.perceive
    mine = alive & theatre.friend[actor][formations.actor]
    seen = near.within(formations.cell[mine], parameters.sight, theatre.grid)
    flying = theatre.friend[actor][theatre.air_operator]
    flying = flying & (world.air.task == RECONNAISSANCE) & (world.air.cell >= 0)
    over = world.air.cell[flying]
    return seen | near.within(over, parameters.recon_sight, theatre.grid)
