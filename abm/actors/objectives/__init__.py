"""Objectives: one small class per type, from the text's words to a number.

Each says how far it is satisfied today (``satisfaction``, in [0, 1]) and what holding
a place would add to that (``gains``). A third number, ``reference``, is what its
measure was at the start; it is computed once, at tick 0.
"""

from collections.abc import Callable
from typing import Protocol

from abm.actors.objectives import places, rivals, roads
from abm.actors.situation import Situation
from abm.theatre import Objective
from abm.units import FloatArray


class Measured(Protocol):
    """What every type of objective can do."""

    def reference(self, situation: Situation) -> float:
        """Return the objective's measure at the start, 0 where it needs none."""

    def satisfaction(self, situation: Situation) -> float:
        """Return how far the objective is reached, in [0, 1]."""

    def gains(self, situation: Situation) -> FloatArray:
        """Return what holding each point adds, ``situation.points`` order."""


TYPES: dict[str, Callable[[Objective], Measured]] = {
    "relieve": places.Relieve,
    "control_site": places.ControlSite,
    "hold": places.Hold,
    "advance": places.Advance,
    "control_border": places.ControlBorder,
    "foothold": places.Foothold,
    "besiege": places.Besiege,
    "open_route": roads.OpenRoute,
    "deny_route": roads.Deny,
    "cut_off": roads.CutOff,
    "cut_road": roads.CutRoad,
    "deliver": roads.Deliver,
    "prevent_transfer": roads.PreventTransfer,
    "weaken": rivals.Weaken,
    "defeat": rivals.Defeat,
    "survive": rivals.Survive,
    "protect": rivals.Protect,
    "support": rivals.Support,
    "track": rivals.Track,
    "limit_losses": rivals.LimitLosses,
    "avoid_escalation": rivals.AvoidEscalation,
}


def measured(objective: Objective) -> Measured:
    """Return the class instance that measures an objective."""
    return TYPES[objective.spec.type](objective)


__all__ = ["TYPES", "Measured", "measured"]
