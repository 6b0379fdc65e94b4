"""A day of decisions: what is measured, decided, written down and complied with."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from abm.actors import options, proxies
from abm.actors.joined import joined_actors
from abm.actors.objectives import measured
from abm.actors.situation import Situation
from abm.events import Decision, Event
from abm.phases.decide import clearing, garrisons, missions, routes
from abm.rng import Streams
from abm.theatre import Theatre
from abm.units import BoolArray, FloatArray
from abm.world import MISSION_ACTIVE, World


class Decider(Protocol):
    """An actor that can be asked for today's missions."""

    index: int

    def decide(
        self, situation: Situation, *, draws: FloatArray, free: BoolArray
    ) -> list[Decision]:
        """Return the missions given."""


def run(
    world: World, theatre: Theatre, streams: Streams, *, actors: Sequence[Decider] = ()
) -> list[Event]:
    """Let every actor decide, write its orders and route its formations."""
    if not theatre.decides(world.tick):
        return []
    situation = Situation(world, theatre)
    measure(situation)
    events = missions.review(situation)
    garrisons.leave_garrisons(situation)
    routes.withdraw(situation)
    events += clearing.clear_roads(situation)
    missions.end_bridging(situation)
    for actor in actors:
        draws = streams(actor.index).random(options.n_draws(situation))
        free = missions.free(world)
        decisions = actor.decide(situation, draws=draws, free=free)
        events += [missions.give(world, theatre, decision) for decision in decisions]
    _comply(situation)
    routes.route(world, theatre)
    return events


def measure(situation: Situation) -> None:
    """Take each objective's satisfaction and what holding each point adds to it.

    Before the first tick as well: so day 0 is on record, and the state at the start is
    what later gains are compared with.
    """
    world, theatre = situation.world, situation.theatre
    kinds = theatre.once(
        "measures", lambda: tuple(measured(one) for one in theatre.objectives)
    )
    if world.tick == 0:
        for row, kind in enumerate(kinds):
            world.actors.reference[row] = kind.reference(situation)
    for row, kind in enumerate(kinds):
        world.actors.satisfaction[row] = kind.satisfaction(situation)
    situation.gains = np.stack([kind.gains(situation) for kind in kinds])
    served = _served(situation)
    situation.weights = served * proxies.effective_weights(
        world.actors.weights,
        owner=theatre.objective_actor,
        autonomy=theatre.autonomy,
        dependence=theatre.dependence,
    )
    situation.wishes = served * proxies.patrons_weights(
        world.actors.weights,
        owner=theatre.objective_actor,
        dependence=theatre.dependence,
    )


def _served(situation: Situation) -> BoolArray:
    """Return which actors serve which objectives, shape (n_actors, n_objectives).

    An aim of somebody else's that one supports is served by that actor itself and by
    those whose formations share friendly ground with its own: what the SDF take on the
    Khabur brings the men of Al-Tanf, whom their patron wants there, no nearer.
    """
    theatre = situation.theatre
    served = np.ones((theatre.n_actors, len(theatre.objectives)), dtype=bool)
    for one in theatre.objectives:
        if one.spec.type == "support":
            (name,) = one.spec.targets("actor")
            served[:, one.row] = joined_actors(situation, theatre.holder_index[name])
    return served


def _comply(situation: Situation) -> None:
    """Update compliance and support of proxies from what they chose today."""
    world, theatre = situation.world, situation.theatre
    chosen = np.zeros(theatre.n_actors)
    best = np.zeros(theatre.n_actors)
    for decision in world.journal.decisions:
        chosen[decision.actor] += max(0.0, decision.inputs["patron_utility"])
        best[decision.actor] += max(0.0, decision.inputs["patron_best"])
    complied = proxies.compliance(chosen, best)
    asked = best > 0.0
    asked |= ~_busy(situation)  # who can do nothing for its patron refuses nothing
    decided = theatre.clients & asked
    world.actors.compliance[decided] = complied[decided]
    follow = proxies.support_next(
        world.actors.support,
        world.actors.compliance,
        days=1.0 if world.tick else theatre.days_per_tick,
        lag=theatre.parameters.decide.support_lag,
    )
    world.actors.support[theatre.clients] = follow[theatre.clients]


def _busy(situation: Situation) -> BoolArray:
    """Return the actors with a mission of their own choice under way, (n_actors,)."""
    missions = situation.world.missions
    count = int(missions.count[0])
    active = missions.status[:count] == MISSION_ACTIVE
    busy = np.zeros(situation.theatre.n_actors, dtype=bool)
    busy[missions.actor[:count][active & (missions.objective[:count] >= 0)]] = True
    return busy
