"""The types of objective that a scenario can name, and the class of each."""

from collections.abc import Callable

from abm.actors.objectives import places, rivals, roads
from abm.actors.objectives.measure import Measured
from abm.theatre import Objective

TYPES: dict[str, Callable[[Objective], Measured]] = {
    "relieve": places.Relieve,
    "control_site": places.control_site,
    "hold": places.Hold,
    "advance": places.advance,
    "control_border": places.control_border,
    "foothold": places.foothold,
    "besiege": places.Besiege,
    "open_route": roads.OpenRoute,
    "deny_route": roads.Deny,
    "cut_off": roads.CutOff,
    "cut_road": roads.cut_road,
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
