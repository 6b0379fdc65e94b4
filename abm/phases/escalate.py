"""Escalate: incidents raise tension, tension climbs the ladder, rungs have answers.

Stances never change here. Incidents come from the fly, convoy, guard and clash phases
of the same tick.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from abm.actors import escalation
from abm.air.standing import Standing, answering, hit, standing
from abm.events import Event
from abm.rng import Streams
from abm.theatre import Theatre
from abm.units import FloatArray
from abm.world import World

DRAWS = ("air_talks", "ground_talks")
"""What each block of uniform numbers decides; (n_actors, n_actors) each."""


def run(
    world: World, theatre: Theatre, streams: Streams, *, actors: Sequence[Any] = ()
) -> list[Event]:
    """Escalate or calm down for one tick; the actor agents are not asked."""
    del actors
    n, rules = theatre.n_actors, standing(theatre)
    numbers = streams().random((len(DRAWS), n, n))
    draw = dict(zip(DRAWS, numbers, strict=True))
    if world.tick == 0:
        world.dyads.injured |= rules.injured0
    _heat(world, theatre, rules)
    events = _climb(world, theatre, rules)
    events += _suspend(world, rules)
    events += _reposition(world, theatre, rules)
    events += _talk(world, theatre, rules, draw=draw)
    return events


def _heat(world: World, theatre: Theatre, rules: Standing) -> None:
    """Let tension fade, and rise by what happened this tick."""
    p, dyads = theatre.parameters.escalate, world.dyads
    dyads.tension[:] = escalation.decayed(
        dyads.tension, days=theatre.days_per_tick, half_life=p.half_life
    )
    if not world.journal.incidents:
        return
    reach = rules.dependence + np.eye(theatre.n_actors)
    kicks = np.zeros_like(dyads.tension)
    for incident in world.journal.incidents:
        actor, other = incident.actor, incident.other
        kicks += escalation.kick(
            incident.severity, circles=(reach[actor], reach[other])
        )
        struck = hit(actor, other, dependence=rules.dependence)
        dyads.injured[struck.T] = False
        dyads.injured |= struck
        dyads.incidents[actor, other] += 1
        dyads.incidents[other, actor] += 1
    kicks[~rules.deconflicted] = 0.0
    dyads.tension[:] = escalation.kicked(dyads.tension, kicks)


def _climb(world: World, theatre: Theatre, rules: Standing) -> list[Event]:
    """Move every pair up or down the ladder."""
    p, dyads, days = theatre.parameters.escalate, world.dyads, theatre.days_per_tick
    rung, below = escalation.climb(
        dyads.rung,
        dyads.tension,
        thresholds=rules.thresholds,
        margin=p.margin,
        below_days=dyads.below_days,
        patience=p.patience,
        days=days,
    )
    changed = rung != dyads.rung
    up = rung > dyads.rung
    dyads.rung[:] = rung
    dyads.below_days[:] = below
    dyads.rung_days[:] = np.where(changed, 0.0, dyads.rung_days + days)
    if not changed.any():
        return []
    names = [step.label for step in theatre.scenario.rungs]
    return [
        Event(
            "escalate",
            "rung_up" if up[i, j] else "rung_down",
            actor=i,
            other=j,
            amount=float(rung[i, j]),
            text=names[int(rung[i, j])],
        )
        for i, j in np.argwhere(np.triu(changed, 1)).tolist()
    ]


def _suspend(world: World, rules: Standing) -> list[Event]:
    """Shut the channels of pairs on the rung for it."""
    dyads, events = world.dyads, list[Event]()
    for name, channel in (
        ("air", dyads.air_channel),
        ("ground", dyads.ground_channel),
    ):
        rule = rules.rule(f"suspend_channel {name}")
        wants = channel & (dyads.rung >= rule.rung)
        if not wants.any():
            continue
        shuts = wants & answering(rule, dyads.rung, injured=dyads.injured)
        for i, j in np.argwhere(shuts).tolist():
            if channel[i, j]:
                channel[i, j] = channel[j, i] = False
                events.append(_channel("suspended", name, i, j))
    return events


def _channel(what: str, name: str, actor: int, other: int) -> Event:
    return Event(
        "escalate",
        f"channel_{what}",
        actor=actor,
        other=other,
        text=f"{what} the {name} deconfliction channel",
    )


def _reposition(world: World, theatre: Theatre, rules: Standing) -> list[Event]:
    """Move strike sorties to patrol and call up reserves, or let both fade."""
    p, actors = theatre.parameters.escalate, world.actors
    rule = rules.rule("reposition")
    flies = np.zeros(theatre.n_actors, dtype=bool)
    flies[theatre.air_operator] = True
    tense = answering(rule, world.dyads.rung, injured=world.dyads.injured)
    answers = (tense & rules.deconflicted).any(axis=1) & flies
    called = answers & (actors.reserve_share < 1 / 2)
    for share, wanted in (
        (actors.patrol_share, p.reposition),
        (actors.reserve_share, 1.0),
    ):
        share[:] = escalation.settled_share(
            share,
            wanted=np.where(answers, wanted, 0.0),
            days=theatre.days_per_tick,
            half_life=p.reposition_half_life,
        )
    return [
        Event(
            "escalate",
            "reposition",
            actor=actor,
            amount=p.reposition,
            text="moves strike sorties to patrol and calls up reserve aircraft",
        )
        for actor in called.nonzero()[0].tolist()
    ]


def _talk(
    world: World, theatre: Theatre, rules: Standing, *, draw: dict[str, FloatArray]
) -> list[Event]:
    """Let talks restore shut channels."""
    p, dyads, events = theatre.parameters.escalate, world.dyads, list[Event]()
    for name, agreed, channel in (
        ("air", rules.agreed_air, dyads.air_channel),
        ("ground", rules.agreed_ground, dyads.ground_channel),
    ):
        closed = agreed & ~channel & (name_rung(rules, name) > dyads.rung)
        if not closed.any() or f"talks_channel {name}" not in rules.responses:
            continue
        chance = escalation.talks_chance(
            dyads.tension, rate=p.talks_rate, days=theatre.days_per_tick
        )
        works = np.triu(closed & (draw[f"{name}_talks"] < chance), 1)
        for i, j in np.argwhere(works).tolist():
            channel[i, j] = channel[j, i] = True
            events.append(_channel("restored", name, i, j))
    return events


def name_rung(rules: Standing, channel: str) -> int:
    """Return the rung on which a channel is suspended."""
    return rules.rule(f"suspend_channel {channel}").rung
