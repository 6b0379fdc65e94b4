"""Aversion: how often objectives that do nothing but raise a price acted in a run."""

import math
from collections import Counter
from collections.abc import Mapping

from abm.air.worth import parts
from abm.metrics import Recorded
from abm.scenario import Scenario

WEIGHED = "weighs "
LEAST_TERM = 1e-9
"""A term smaller than this, in units of satisfaction, moves no choice."""

PRICED = {
    "limit_losses": ("loss", "loss_price"),
    "avoid_escalation": ("tension", "tension_price"),
}
"""Type of objective that sets a price: the term it is part of, and that price."""


def priced(source: Recorded, scenario: Scenario) -> Counter[str]:
    """Count the missions that objectives which set a price weighed in and decided."""
    decide = scenario.parameters.decide
    aversion = {
        "loss": (decide.loss_cost, "risk_aversion"),
        "tension": (decide.tension_cost, "escalation_aversion"),
    }
    specs = {
        (actor.id, PRICED[spec.type]): f"{actor.id}.{spec.id}"
        for actor in scenario.actors
        for spec in actor.objectives
        if spec.type in PRICED
    }
    actors = {actor.id: actor for actor in scenario.actors}
    columns = ("actor", "inputs", "terms", "runner_up", "runner_up_terms")
    found: Counter[str] = Counter()
    for row in source.table("decisions").select(columns).to_pylist():
        inputs, terms = dict(row["inputs"]), dict(row["terms"])
        second = dict(row["runner_up_terms"])
        for (owner, (term, price)), name in specs.items():
            if owner != row["actor"] or inputs[price] <= 0.0:
                continue
            cost, trait = aversion[term]
            part = 1.0 - cost * getattr(actors[owner], trait) / inputs[price]
            spared = -part * terms[term]
            found[WEIGHED + name] += abs(spared) > LEAST_TERM
            if row["runner_up"]:
                gap = sum(terms.values()) - sum(second.values())
                found[name] += 0.0 <= gap < -part * second[term] - spared
    return found


def shunned(source: Recorded, scenario: Scenario) -> Counter[str]:
    """Count the sorties that objectives to avoid escalation weighed in and decided."""
    calm = scenario.parameters.fly.caution
    avoiding = {
        actor.id: (f"{actor.id}.{spec.id}", calm * actor.escalation_aversion)
        for actor in scenario.actors
        for spec in actor.objectives
        if spec.type == "avoid_escalation"
    }
    named = ("actor", "task", "terms", "runner_up_task", "runner_up_terms")
    found: Counter[str] = Counter()
    for row in source.table("sorties").select(named).to_pylist():
        if row["actor"] not in avoiding or not row["terms"]:
            continue
        name, anyway = avoiding[row["actor"]]
        terms, second = dict(row["terms"]), dict(row["runner_up_terms"] or ())
        spared = _spared(terms, anyway)
        found[WEIGHED + name] += spared > LEAST_TERM
        if row["runner_up_task"]:
            gap = math.fsum(parts(row["task"], terms).values())
            gap -= math.fsum(parts(row["runner_up_task"], second).values())
            found[name] += 0.0 <= gap < _spared(second, anyway) - spared
    return found


def _spared(quantities: Mapping[str, float], anyway: float) -> float:
    """Return what a target's worth loses beyond the aversion the operator has anyway.

    A task whose worth knows no caution loses nothing.
    """
    caution = quantities.get("caution", anyway)
    return (caution - anyway) * quantities.get("hottest", 0.0)
