"""How actors stand to one another, and what the rules of the ladder say, as arrays.

Read from the scenario once; interests follow the weights of the day. It names no
actor and no place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from abm.air.intercepts import guards
from abm.scenario import Scenario
from abm.theatre import Theatre
from abm.units import AnyIntArray, BoolArray, FloatArray, IntArray

CARING = frozenset({"protect", "support"})
HOSTILE = frozenset({"defeat", "weaken"})
AVOIDING = frozenset({"avoid_escalation"})
STOPPING = frozenset({"deny_route", "prevent_transfer"})


@dataclass(frozen=True)
class Rule:
    """From which rung a response applies, and to whom of the pair.

    Attributes:
        rung: index of the rung; one past the last where no rule names the response.
        injured: it is the answer of the side that was hit.
        other: it is the answer of the side that hit.
    """

    rung: int
    injured: bool
    other: bool


@dataclass(frozen=True)
class Watch:
    """An actor that wants another's sorties over an area tracked."""

    watcher: int
    watched: int
    area: str


@dataclass(frozen=True)
class Standing:
    """Relations and rules; matrices have shape (n_actors, n_actors).

    Attributes:
        dependence: ``dependence[i, p]`` of actor i on patron p.
        circle: every actor's patrons and itself; who answers for it.
        watched: ``watched[x, q]``: q has a guard with which x is deconflicted.
        agreed_air: the pair has an air channel in the scenario as read: one shut by
            an override is a channel lost, not one never agreed.
        agreed_ground: the pair had a ground channel at the start.
        injured0: the first was hit by the second before the start.
        aversion: to escalation, by actor, shape (n_actors,).
        war, allied, partner, deconflicted: stances; nobody is allied with itself.
        caring: owner and object of objectives to protect or support,
            shape (n_objectives,) each, -1 for other objectives.
        hostile: the same for objectives to defeat or weaken.
        avoiding: the same for objectives to avoid escalation.
        stopping: the same for objectives to shut a road or stop a cargo.
        watches: whose sorties are to be tracked where.
        thresholds: tension at which each rung is entered, shape (n_rungs,); none below
            that of the rung before, whatever an override says.
        responses: rule per response, ``"suspend_channel air"`` and the like.
    """

    dependence: FloatArray
    circle: BoolArray
    watched: BoolArray
    agreed_air: BoolArray
    agreed_ground: BoolArray
    injured0: BoolArray
    aversion: FloatArray
    war: BoolArray
    allied: BoolArray
    partner: BoolArray
    deconflicted: BoolArray
    caring: tuple[IntArray, IntArray]
    hostile: tuple[IntArray, IntArray]
    avoiding: tuple[IntArray, IntArray]
    stopping: tuple[IntArray, IntArray]
    watches: tuple[Watch, ...]
    thresholds: FloatArray
    responses: dict[str, Rule]

    @cached_property
    def watched_only(self) -> BoolArray:
        """Who is watched near whom without being at war with them."""
        return self.watched & ~self.war

    @cached_property
    def friendly(self) -> BoolArray:
        """Whose people an actor's aircraft support: its own, allies', partners'."""
        return self.allied | self.partner | np.eye(len(self.war), dtype=bool)

    def rule(self, response: str) -> Rule:
        """Return the rule of a response; one that never applies where there is none."""
        return self.responses.get(response, Rule(len(self.thresholds), False, False))


_kept: dict[str, Standing] = {}
KEPT = 8
"""Scenarios whose standing is remembered in a process."""


def standing(theatre: Theatre) -> Standing:
    """Return the standing of a theatre's scenario, worked out once per process."""
    key = theatre.scenario.key
    found = _kept.get(key)
    if found is None:
        found = _standing(theatre)
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = found
    return found


def _standing(theatre: Theatre) -> Standing:
    scenario, n = theatre.scenario, theatre.n_actors
    agreed = (scenario.origin or scenario).relations
    index = {actor.id: row for row, actor in enumerate(theatre.actors)}
    dependence = np.zeros((n, n))
    for (client, patron), share in scenario.relations.patronage.items():
        dependence[index[client], index[patron]] = share

    def square(stance: BoolArray) -> BoolArray:
        part = stance[:n, :n].copy()
        np.fill_diagonal(part, False)
        return part

    deconflicted = square(theatre.deconflicted)
    guard, watched = guards(dependence, deconflicted=deconflicted)
    return Standing(
        dependence=dependence,
        circle=guard,
        watched=watched,
        agreed_air=_pairs(agreed.air_channel, index),
        agreed_ground=_pairs(agreed.ground_channel, index),
        injured0=_injured(scenario, index, dependence=dependence),
        aversion=np.array([actor.escalation_aversion for actor in theatre.actors]),
        war=square(theatre.war),
        allied=square(theatre.allied),
        partner=square(theatre.partner),
        deconflicted=deconflicted,
        caring=_about(theatre, CARING, index),
        hostile=_about(theatre, HOSTILE, index),
        avoiding=_about(theatre, AVOIDING, index),
        stopping=_about(theatre, STOPPING, index),
        watches=_watches(theatre, index),
        thresholds=np.maximum.accumulate([rung.threshold for rung in scenario.rungs]),
        responses=_responses(scenario),
    )


def _pairs(table: Mapping[tuple[str, str], bool], index: dict[str, int]) -> BoolArray:
    found = np.zeros((len(index), len(index)), dtype=bool)
    for (one, other), value in table.items():
        found[index[one], index[other]] = value
    return found


def _injured(
    scenario: Scenario, index: dict[str, int], *, dependence: FloatArray
) -> BoolArray:
    """Return who was hit by whom before the start, patrons of the hit included."""
    found = np.zeros(dependence.shape, dtype=bool)
    for incident in scenario.relations.incidents:
        actor, other = (index[party] for party in incident.between)
        found |= hit(actor, other, dependence=dependence)
    return found


def hit(actor: int, other: int, *, dependence: FloatArray) -> BoolArray:
    """Return whose side counts as hit by whose: patrons stand in for their clients.

    Args:
        actor: who acted.
        other: who suffered it.
        dependence: ``dependence[i, p]`` of actor i on patron p.
    """
    own = np.eye(len(dependence), dtype=bool)
    circle = own | (dependence > 0.0)
    return np.asarray(np.outer(circle[other], circle[actor]) & ~own, dtype=bool)


def _about(
    theatre: Theatre, kinds: frozenset[str], index: dict[str, int]
) -> tuple[IntArray, IntArray]:
    about = [
        index.get(str(objective.spec.target.get("actor", "")), -1)
        if objective.spec.type in kinds
        else -1
        for objective in theatre.objectives
    ]
    owner = theatre.objective_actor.astype(np.int64)
    return owner, np.array(about, dtype=np.int64)


def _watches(theatre: Theatre, index: dict[str, int]) -> tuple[Watch, ...]:
    return tuple(
        Watch(
            objective.actor,
            index[str(objective.spec.target["actor"])],
            str(objective.spec.target["area"]),
        )
        for objective in theatre.objectives
        if objective.spec.type == "track"
    )


def _responses(scenario: Scenario) -> dict[str, Rule]:
    order = [rung.id for rung in scenario.rungs]
    found: dict[str, Rule] = {}
    for response in scenario.responses:
        with_channel = response.kind in {"suspend_channel", "talks_channel"}
        name = f"{response.kind} {response.channel}" if with_channel else response.kind
        found[name] = Rule(
            order.index(response.rung),
            injured=response.by in {"injured", "both"},
            other=response.by in {"other", "both"},
        )
    return found


def answering(rule: Rule, rung: AnyIntArray, *, injured: BoolArray) -> BoolArray:
    """Return which actor gives a response towards which, shape (n_actors, n_actors).

    Args:
        rule: the response's.
        rung: of every pair.
        injured: the first was hit by the second last.
    """
    by = np.zeros(injured.shape, dtype=bool)
    if rule.injured:
        by |= injured
    if rule.other:
        by |= injured.T
    if rule.injured and rule.other:
        by[:] = True
    return np.asarray(by & (rung >= rule.rung), dtype=bool)
