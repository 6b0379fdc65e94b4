"""Objectives about other actors: weaken, defeat, protect, support, track, spare."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from abm.actors import ways
from abm.actors.objectives import places, roads
from abm.actors.objectives.measure import Measured
from abm.actors.objectives.memory import fixed
from abm.actors.objectives.targets import site_points
from abm.actors.outlook import prospects
from abm.actors.situation import Situation
from abm.theatre import Objective
from abm.units import FloatArray


@dataclass
class _Rival:
    """An objective about another actor, named by ``target.actor``."""

    objective: Objective

    def about(self, situation: Situation) -> int:
        """Return the index of the actor it is about."""
        (name,) = self.objective.spec.targets("actor")
        return situation.theatre.holder_index[name]

    def reference(self, _situation: Situation) -> float:
        """Need none."""
        return 0.0

    def gains(self, situation: Situation) -> FloatArray:
        """Return nothing: no place serves it directly."""
        return np.zeros(situation.points.size)


def _loss(situation: Situation, actor: int) -> float:
    start = situation.world.actors.start_persons[actor]
    now = situation.strength[actor]
    return float(min(max(1.0 - now / start, 0.0), 1.0)) if start > 0 else 0.0


def _value_held(situation: Situation, actor: int) -> tuple[float, float]:
    """Return the site value an actor holds now and held at the start."""

    def make() -> tuple[float, float]:
        theatre = situation.theatre
        value = theatre.site_value
        now = value[situation.world.sites.controller == actor].sum()
        return float(now), float(value[theatre.site_controller0 == actor].sum())

    return situation.once("value_held", actor, make)


def _worn(situation: Situation, actor: int, *, without: float) -> float:
    """Return the mean of an actor's shares of strength and of value lost, in [0, 1].

    Args:
        situation: today's view.
        actor: index.
        without: share of value lost by one that never held any.
    """
    now, start = _value_held(situation, actor)
    value = min(max(1.0 - now / start, 0.0), 1.0) if start > 0 else without
    return 0.5 * (_loss(situation, actor) + value)


class Weaken(_Rival):
    """The opponent loses strength and held value."""

    def satisfaction(self, situation: Situation) -> float:
        """Return the mean of its shares of strength and of value lost, in [0, 1]."""
        return _worn(situation, self.about(situation), without=0.0)

    def gains(self, situation: Situation) -> FloatArray:
        """Return the value denied: what the opponent could otherwise take first."""
        theatre = situation.theatre
        rival = self.about(situation)
        _, start = _value_held(situation, rival)
        side = situation.held(rival)
        sites = theatre.site_cell[side]
        reach = ways.way_to(situation, rival, sites, about="held")
        near = theatre.parameters.decide.denial / theatre.ground.step_km
        near *= theatre.parameters.decide.hostile_weight
        rows = np.arange(len(theatre.site_ids))
        close = np.exp2(-reach[theatre.site_cell].astype(np.float64) / near)
        share = theatre.site_value * close / start if start > 0 else 0.0 * close
        share = np.where(side[rows], 0.0, share)
        return site_points(situation, 0.5 * share)


class Defeat(_Rival):
    """The opponent's sites and strength are gone."""

    def satisfaction(self, situation: Situation) -> float:
        """Return the mean of its shares of strength and of value gone."""
        return _worn(situation, self.about(situation), without=1.0)

    def gains(self, situation: Situation) -> FloatArray:
        """Return each of its sites' share of its value, and of its strength there.

        Its strength is what the actor believes to stand round the site; who takes the
        place must beat it.
        """
        theatre = situation.theatre
        rival = self.about(situation)
        _, start = _value_held(situation, rival)
        persons = situation.world.actors.start_persons[rival]
        theirs = situation.world.sites.controller == rival
        there = prospects(situation, self.objective.actor).enemy[: len(theirs)]
        share = theatre.site_value / start if start > 0 else np.zeros(len(theirs))
        if persons > 0:
            share = share + np.minimum(there / persons, 1.0)
        return site_points(situation, np.where(theirs, 0.5 * share, 0.0))


@dataclass
class Survive:
    """Strength and sites remain."""

    objective: Objective

    def reference(self, _situation: Situation) -> float:
        """Need none."""
        return 0.0

    def satisfaction(self, situation: Situation) -> float:
        """Return the share of the starting strength that is left."""
        return 1.0 - _loss(situation, self.objective.actor)

    @fixed
    def gains(self, situation: Situation) -> FloatArray:
        """Return each site's share of the people it lives off."""
        theatre = situation.theatre
        actor = self.objective.actor
        mine = theatre.site_controller0 == actor
        people = np.where(mine, theatre.site_population, 0.0)
        total = people.sum()
        return site_points(situation, people / total if total > 0 else people)


class Protect(_Rival):
    """The protected actor loses few people."""

    def satisfaction(self, situation: Situation) -> float:
        """Return 1 minus its losses of late, as a share of what it tolerates."""
        who = self.about(situation)
        formations = situation.world.formations
        mine = (formations.actor == who) & situation.alive
        lost = formations.lost_day[mine].sum()
        allowed = situation.theatre.actors[who].loss_tolerance
        present = max(situation.strength[who], 1.0)
        month = situation.theatre.parameters.decide.horizon
        return float(np.clip(1.0 - lost * month / (present * allowed), 0.0, 1.0))


@dataclass
class Support:
    """The supported actor gets what it wants."""

    objective: Objective

    def reference(self, _situation: Situation) -> float:
        """Need none."""
        return 0.0

    def satisfaction(self, situation: Situation) -> float:
        """Return the supported objective's satisfaction."""
        aim = roads.other(situation, self.objective)
        return _measured(aim).satisfaction(situation)

    def gains(self, situation: Situation) -> FloatArray:
        """Return the supported objective's gains."""
        aim = roads.other(situation, self.objective)
        return _measured(aim).gains(situation)


SUPPORTABLE: dict[str, Callable[[Objective], Measured]] = {
    "relieve": places.Relieve,
    "control_site": places.control_site,
    "advance": places.advance,
    "control_border": places.control_border,
    "foothold": places.foothold,
    "open_route": roads.OpenRoute,
    "cut_off": roads.CutOff,
    "cut_road": roads.cut_road,
    "deliver": roads.Deliver,
}
"""Types that another actor can support: those served by holding places."""


def _measured(aim: Objective) -> Measured:
    if aim.spec.type not in SUPPORTABLE:
        raise ValueError(
            f"objective {aim.spec.id}: type {aim.spec.type!r} cannot be supported; "
            f"one of {', '.join(sorted(SUPPORTABLE))}"
        )
    return SUPPORTABLE[aim.spec.type](aim)


class Track(_Rival):
    """The other's sorties in the watched airspace are tracked."""

    def satisfaction(self, situation: Situation) -> float:
        """Return the share of its recent sorties there that were tracked."""
        return float(situation.world.actors.tracked[self.about(situation)])


@dataclass
class LimitLosses:
    """Own losses stay below what is tolerated."""

    objective: Objective

    def reference(self, _situation: Situation) -> float:
        """Need none."""
        return 0.0

    def satisfaction(self, situation: Situation) -> float:
        """Return 1 − own loss share / tolerance, in [0, 1]."""
        actor = self.objective.actor
        tolerance = situation.theatre.actors[actor].loss_tolerance
        return float(np.clip(1.0 - _loss(situation, actor) / tolerance, 0.0, 1.0))

    def gains(self, situation: Situation) -> FloatArray:
        """Return nothing: losses enter the utility by themselves."""
        return np.zeros(situation.points.size)


class AvoidEscalation(_Rival):
    """Tension with the other stays low."""

    def satisfaction(self, situation: Situation) -> float:
        """Return 1 minus the tension."""
        tension = situation.world.dyads.tension
        return float(1.0 - tension[self.objective.actor, self.about(situation)])
