"""Activity: how often what a sentence became acted in a recorded run.

Counts what the tables show that it did, not that it was loaded.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from abm.air.worth import parts
from abm.explain.aversion import LEAST_TERM, WEIGHED, priced, shunned
from abm.metrics import Recorded
from abm.record.wanted import wanted
from abm.scenario import Response, Scenario, Zone

CARE = ("care", "watch")
"""Parts of a target's worth that come of care for whom it is about."""

ANSWERS = {
    "reposition": ("events", "reposition"),
    "talks_line": ("events", "ground_line"),
    "lock_on": ("incidents", "lock_on"),
    "shoot": ("incidents", "shootdown"),
    "clash": ("incidents", "clash"),
}
"""Table and kind of row that a response leaves, where that is enough to know it."""


def activity(source: Recorded) -> dict[str, int]:
    """Return how often each part of the scenario acted, by its name in ``trace``.

    An objective acts when it speaks most for a mission, when whom it wants tracked is,
    when a sortie is flown out of care for whom it protects, or, if all it does is set a
    price, when without it the second best mission or target of sorties would have
    been the best; its name
    after ``WEIGHED`` counts the missions it weighed in. A response acts
    when it is given; a rung when a pair stands on it for a day; a stance of war when it
    costs a life; another pair of actors when it had an incident; patronage on a day
    on which the client complies with it at all; an outcome when it comes about.
    """
    scenario = source.scenario
    return {
        **_objectives(source),
        **_weighed(source),
        **(priced(source, scenario) + shunned(source, scenario)),
        **_tracked(source, scenario),
        **_protected(source, scenario),
        **_responses(source, scenario),
        **_rungs(source, scenario),
        **_zones(source, scenario),
        **_stances(source, scenario),
        **_patrons(source, scenario),
        **_outcomes(source, scenario),
    }


def _kinds(source: Recorded, table: str) -> Counter[str]:
    return Counter(source.table(table)["kind"].to_pylist())


def _objectives(source: Recorded) -> dict[str, int]:
    """Count missions by the objective that spoke most, and that objective's owner."""
    decisions = source.table("decisions")
    found: Counter[str] = Counter()
    columns = (decisions[name].to_pylist() for name in ("terms", "objective"))
    for terms, objective in zip(*columns, strict=True):
        named = [name for name, _ in terms if name.endswith(f".{objective}")]
        found.update(named[:1])
    return dict(found)


def _weighed(source: Recorded) -> dict[str, int]:
    """Count the missions in whose utility each objective has a term other than 0.

    The names begin with ``WEIGHED``: a term weighs also where another speaks most.
    """
    found: Counter[str] = Counter()
    for terms in source.table("decisions")["terms"].to_pylist():
        found.update(WEIGHED + name for name, value in terms if abs(value) > LEAST_TERM)
    return dict(found)


def _tracked(source: Recorded, scenario: Scenario) -> dict[str, int]:
    """Count tracked sorties of whom an objective wants tracked."""
    sorties = source.table("sorties")
    flown = zip(
        sorties["actor"].to_pylist(), sorties["tracked"].to_pylist(), strict=True
    )
    tracked: Counter[str] = Counter()
    for actor, count in flown:
        tracked[actor] += int(count)
    return {
        f"{actor.id}.{spec.id}": tracked[str(spec.target["actor"])]
        for actor in scenario.actors
        for spec in actor.objectives
        if spec.type == "track"
    }


def _protected(source: Recorded, scenario: Scenario) -> dict[str, int]:
    """Count targets of sorties that are worth more for who is protected there."""
    named = ("actor", "owner", "task", "terms")
    cared: Counter[tuple[str, str]] = Counter()
    for row in source.table("sorties").select(named).to_pylist():
        found = parts(row["task"], dict(row["terms"])) if row["terms"] else {}
        cared[row["actor"], row["owner"]] += any(
            found.get(name, 0) > 0 for name in CARE
        )
    return {
        f"{actor.id}.{spec.id}": cared[actor.id, str(spec.target["actor"])]
        for actor in scenario.actors
        for spec in actor.objectives
        if spec.type == "protect"
    }


def _responses(source: Recorded, scenario: Scenario) -> dict[str, int]:
    events, incidents = source.table("events"), source.table("incidents")
    count = {
        "events": Counter(events["kind"].to_pylist()),
        "incidents": Counter(incidents["kind"].to_pylist()),
    }
    by: dict[str, Callable[[Response], int]] = {
        "suspend_channel": lambda rule: _channel(events, "channel_suspended", rule),
        "talks_channel": lambda rule: _channel(events, "channel_restored", rule),
        "track": lambda _: int(pc.sum(source.table("sorties")["tracked"]).as_py() or 0),
        "warn": lambda rule: _days_on(source, _rung(scenario, rule.rung)),
    }
    found = {}
    for rule in scenario.responses:
        if rule.kind in ANSWERS:
            table, kind = ANSWERS[rule.kind]
            found[f"rules.{rule.id}"] = count[table][kind]
        else:
            found[f"rules.{rule.id}"] = by[rule.kind](rule)
    return found


def _channel(events: pa.Table, kind: str, rule: Response) -> int:
    """Count the events of a kind about the channel of a rule."""
    rows = zip(events["kind"].to_pylist(), events["text"].to_pylist(), strict=True)
    return sum(each == kind and f" {rule.channel} " in text for each, text in rows)


def _rung(scenario: Scenario, name: str) -> int:
    return [rung.id for rung in scenario.rungs].index(name)


def _days_on(source: Recorded, rung: int) -> int:
    """Count days of pairs on a rung or above it."""
    return int(pc.sum(pc.greater_equal(source.table("dyads")["rung"], rung)).as_py())


def _rungs(source: Recorded, scenario: Scenario) -> dict[str, int]:
    days = Counter(source.table("dyads")["rung"].to_pylist())
    return {  # the lowest rung is where nothing happens
        f"rules.{rung.id}": days[number]
        for number, rung in enumerate(scenario.rungs)
        if number > 0
    }


def _zones(source: Recorded, scenario: Scenario) -> dict[str, int]:
    entries = _kinds(source, "incidents")
    count = entries["zone_entry"] + entries["zone_strike"]
    return {
        f"rules.{rule.id}": count for rule in scenario.rules if isinstance(rule, Zone)
    }


def _stances(source: Recorded, scenario: Scenario) -> dict[str, int]:
    losses, dyads = source.table("losses"), source.table("dyads")
    deaths = Counter(
        zip(losses["actor"].to_pylist(), losses["by"].to_pylist(), strict=True)
    )
    last = dyads.filter(pc.equal(dyads["day"], pc.max(dyads["day"])))
    incidents = {
        (row["actor_a"], row["actor_b"]): row["incidents"] for row in last.to_pylist()
    }
    found = {}
    for (a, b), stance in scenario.relations.stance.items():
        met = incidents.get((min(a, b), max(a, b)), 0)
        fought = deaths[a, b] + deaths[b, a]
        found[f"relations.{a}.{b}.stance"] = fought if stance == "war" else met
        found[f"relations.{a}.{b}"] = met
    return found


def _patrons(source: Recorded, scenario: Scenario) -> dict[str, int]:
    actors = source.table("actors")
    rows = zip(
        actors["day"].to_pylist(),
        actors["actor"].to_pylist(),
        actors["compliance"].to_pylist(),
        strict=True,
    )
    days = Counter(actor for _, actor, share in set(rows) if share > 0.0)
    return {
        f"actors.{client}.patrons.{patron}": days[client]
        for client, patron in scenario.relations.patronage
    }


def _outcomes(source: Recorded, scenario: Scenario) -> dict[str, int]:
    from abm.metrics.data import Data
    from abm.metrics.dates import dated

    data, asked = Data(source), wanted(scenario)
    found = {
        f"dates.{each.name}": int(dated(data, each) is not None) for each in asked.date
    }
    risk = source.table("hazards")
    near = pc.is_in(
        risk["site_id"].cast(pa.string()), pa.array(asked.flashpoint.sites, pa.string())
    )
    found["flashpoint"] = int(
        pc.sum(pc.greater(risk.filter(near)["risk"], 0.0)).as_py() or 0
    )
    return found


def by_sentence(
    counts: Sequence[Mapping[str, int]], names: list[str]
) -> tuple[float, float]:
    """Return the share of runs in which any of ``names`` acted, and its mean count."""
    totals = [sum(count.get(name, 0) for name in names) for count in counts]
    runs = max(1, len(totals))
    return sum(total > 0 for total in totals) / runs, sum(totals) / runs
