"""Prices: what an actor pays, in satisfaction, for losses, hunger, tension, travel."""

from abm.actors import choice
from abm.actors.situation import Situation
from abm.theatre import Objective, Theatre


def prices(situation: Situation, actor: int) -> dict[str, float]:
    """Return what an actor pays, in satisfaction, per unit of each cost.

    Aversions of the actor, plus its weights of limiting losses and avoiding escalation.
    """
    return situation.once("prices", actor, lambda: _prices(situation, actor))


def _priced(theatre: Theatre) -> tuple[Objective, ...]:
    """Return the objectives that set a price."""
    kinds = ("limit_losses", "avoid_escalation")
    return tuple(one for one in theatre.objectives if one.spec.type in kinds)


def _prices(situation: Situation, actor: int) -> dict[str, float]:
    weights = situation.weights[actor]
    theatre, spec = situation.theatre, situation.theatre.actors[actor]
    decide = theatre.parameters.decide
    loss = decide.loss_cost * spec.risk_aversion
    tension = decide.tension_cost * spec.escalation_aversion
    for objective in theatre.once("priced", lambda: _priced(theatre)):
        weight = float(weights[objective.row])
        if objective.spec.type == "limit_losses":
            loss += weight / theatre.actors[objective.actor].loss_tolerance
        elif objective.spec.type == "avoid_escalation":
            tension += weight
    horizon = theatre.scenario.calendar.horizon_ticks * theatre.days_per_tick
    return {
        "loss_price": loss,
        "supply_price": decide.supply_cost,
        "tension_price": tension,
        "travel_price": choice.travel_price(decide.travel_cost, horizon),
        "loss_at_parity": decide.loss_at_parity,
        "steepness": decide.success_steepness,
        "even": decide.success_ratio,
    }
