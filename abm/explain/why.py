"""Why: a decision of a recorded run, term by term, and what would have changed it.

Reads what was recorded, never the World.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from abm.actors.choice import GAIN, WEIGHT, utility_terms
from abm.record.problems import RunError
from abm.record.replay import Run
from abm.scenario import Citation, Scenario
from abm.scenario.problems import nearest

Terms = Mapping[str, float]


@dataclass(frozen=True)
class Reason:
    """One decision of a run and what it rested on.

    Attributes:
        actor: id of the actor.
        tick: in which it was taken.
        moment: when it was taken, UTC.
        mission: number of the mission.
        kind: of mission.
        target: name of the place.
        group: ids of the formations sent.
        terms: of the utility, by name; objectives are ``<actor>.<objective>``.
        utility: their sum.
        draw: random part, in units of satisfaction.
        runner_up: best alternative in words, empty when there was none.
        runner_up_terms: its terms.
        runner_up_utility: their sum.
        belief: enemy strength believed at the target, persons.
        truth: the true figure.
        rule: rule that bound the choice, empty when none did.
        objective: ``<actor>.<objective>`` that spoke most for it, empty when none.
        label: that objective in plain words.
        source: passage behind it, or none.
        sentence: the whole sentence, empty when there is none.
        inputs: the numbers the terms were computed from.
    """

    actor: str
    tick: int
    moment: datetime
    mission: int
    kind: str
    target: str
    group: tuple[str, ...]
    terms: Terms
    utility: float
    draw: float
    runner_up: str
    runner_up_terms: Terms
    runner_up_utility: float
    belief: float
    truth: float
    rule: str
    objective: str
    label: str
    source: Citation | None
    sentence: str
    inputs: Terms


def why(
    run: Run, *, day: int, formation: str | None = None, actor: str | None = None
) -> list[Reason]:
    """Return the decisions in force on a day for a formation, or for an actor.

    Args:
        run: a recorded run.
        day: days since the start; missions in force at the start's hour of that day.
        formation: id of a formation, such as ``O37-01``.
        actor: id of an actor; all its missions in force that day.

    Raises:
        RunError: the run has no such day, formation or actor.
    """
    frame = run.frame(day).formations
    if formation is not None:
        ids = run.table("formations")["id"].to_pylist()
        if formation not in ids:
            raise RunError(f"{formation}: no such formation{nearest(formation, ids)}")
        rows = frame[[ids.index(formation)]]
    else:
        if actor not in run.holders:
            known = [each.id for each in run.scenario.actors]
            raise RunError(f"{actor}: no such actor{nearest(actor, known)}")
        rows = frame[frame["actor"] == run.holders.index(actor)]
    missions = {int(row["mission"]) for row in rows}
    table = run.table("decisions")
    numbers = table["mission"].to_pylist()
    chosen = [at for at, mission in enumerate(numbers) if mission in missions]
    return reasons_in(run, table.take(pa.array(chosen, pa.int64())).to_pylist())


def reasons_in(run: Run, rows: Sequence[Mapping[str, Any]]) -> list[Reason]:
    """Return the decisions in rows of a ``decisions`` table."""
    return [_reason(run, row) for row in rows]


def all_reasons(run: Run) -> list[Reason]:
    """Return every decision of a run."""
    return reasons_in(run, run.table("decisions").to_pylist())


def _reason(run: Run, row: Mapping[str, Any]) -> Reason:
    scenario = run.scenario
    ids = run.table("formations")["id"]
    spec = _spec(scenario, dict(row["terms"]), row["objective"], row["actor"])
    owner, source = spec if spec else ("", None)
    objective = f"{owner}.{row['objective']}" if source else ""
    return Reason(
        actor=row["actor"],
        tick=row["tick"],
        moment=scenario.calendar.at(row["tick"]),
        mission=row["mission"],
        kind=row["kind"],
        target=target(scenario, row),
        group=tuple(ids[at].as_py() for at in row["formations"]),
        terms=dict(row["terms"]),
        utility=row["utility"],
        draw=row["draw"],
        runner_up=row["runner_up"] or "",
        runner_up_terms=dict(row["runner_up_terms"]),
        runner_up_utility=row["runner_up_utility"],
        belief=row["belief_target"],
        truth=row["truth_target"],
        rule=row["rule"] or "",
        objective=objective,
        label=labels(scenario).get(objective, ""),
        source=source,
        sentence=""
        if source is None
        else scenario.documents[source.document].sentences[source.sentence],
        inputs=dict(row["inputs"]),
    )


def _spec(
    scenario: Scenario, terms: Terms, objective: str | None, actor: str
) -> tuple[str, Citation] | None:
    """Return whose objective it is and its source: the actor's own, or a patron's."""
    owners = {name.split(".")[0] for name in terms if name.endswith(f".{objective}")}
    for owner in sorted(owners | {actor}, key=lambda each: each != actor):
        for spec in scenario.actor(owner).objectives:
            if spec.id == objective:
                return owner, spec.source
    return None


def target(scenario: Scenario, row: Mapping[str, Any]) -> str:
    """Return what a decision is aimed at: a site's name, or a position."""
    if row["site_id"] is not None:
        return scenario.site(row["site_id"]).name
    return f"{row['lat']:.2f} N {row['lon']:.2f} E"


COSTS = {
    "loss": "losses it expects",
    "supply": "poor supply there",
    "tension": "tension it would raise",
    "travel": "the way there",
}
"""Terms that are no objective, in plain words."""


def labels(scenario: Scenario) -> dict[str, str]:
    """Return what each term means in plain words."""
    found = {
        f"{actor.id}.{spec.id}": spec.label
        for actor in scenario.actors
        for spec in actor.objectives
    }
    return found | COSTS


def reconsidered(
    reason: Reason, *, without: Sequence[str] = (), changes: Mapping[str, float] = {}
) -> Reason:
    """Return a decision computed again from its recorded inputs, some of them changed.

    The group is kept. The runner-up keeps its terms, those of ``without`` apart.

    Args:
        reason: the decision.
        without: objectives left out, ``<objective>`` or ``<actor>.<objective>``.
        changes: recorded inputs by name and their new values.

    Raises:
        RunError: the decision has no such objective or input.
    """
    inputs = {**reason.inputs}
    for name in changes:
        if name not in inputs:
            raise RunError(f"{name}: not an input of it{nearest(name, inputs)}")
    inputs.update(changes)
    terms = {name for name in {*reason.terms, *reason.runner_up_terms} if "." in name}
    dropped = set()
    for each in without:
        found = {name for name in terms if each in (name, name.split(".")[1])}
        if not found:
            raise RunError(
                f"{each}: no objective of this decision{nearest(each, terms)}"
            )
        dropped |= found
    for name in dropped:
        inputs.pop(GAIN + name, None)
        inputs.pop(WEIGHT + name, None)
    again = utility_terms(inputs)
    other = {
        name: value
        for name, value in reason.runner_up_terms.items()
        if name not in dropped
    }
    return replace(
        reason,
        inputs=inputs,
        terms=again,
        utility=math.fsum(again.values()),
        runner_up_terms=other,
        runner_up_utility=math.fsum(other.values()),
    )


def known_truth(reason: Reason) -> dict[str, float]:
    """Return the inputs as they would be had the actor known the true strength."""
    elsewhere = reason.inputs["enemy_believed"] - reason.belief
    return {"enemy_believed": max(elsewhere + max(reason.truth, 1.0), 1.0)}
