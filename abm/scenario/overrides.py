"""Change values of a scenario by path, validated; the files stay as they are."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import fsum
from typing import Any, TypeVar

from pydantic import ValidationError

from abm.scenario.contested import NOBODY
from abm.scenario.parameters import Parameters, checked_value
from abm.scenario.paths import CELL_SITE, ROW_FIELDS, canonical, turned, values
from abm.scenario.problems import ScenarioError, nearest, shown
from abm.scenario.relations import Relations
from abm.scenario.scenario import Scenario, Value
from abm.scenario.schema import ActorSpec, Patron, Strict
from abm.scenario.tables import ForceSpec

Row = TypeVar("Row", bound=Strict)
SUM_TOLERANCE = 1e-9
"""How far the sum of weights may be from 1."""


def assignment(text: str) -> tuple[str, Value]:
    """Return path and value of ``path=value`` as written on a command line.

    Raises:
        ScenarioError: it is no assignment.
    """
    path, equals, raw = text.partition("=")
    if not equals or not path.strip():
        raise ScenarioError([f"{shown(text)}: not PATH=VALUE"])
    try:
        value = tomllib.loads(f"value = {raw.strip()}")["value"]
    except (ValueError, RecursionError):
        value = raw.strip()
    if not isinstance(value, bool | int | float | str):
        value = raw.strip()
    return path.strip(), value


def overridden(scenario: Scenario, changes: Mapping[str, Value]) -> Scenario:
    """Return the scenario as read with earlier and new changes applied.

    Raises:
        ScenarioError: naming every unknown path and impossible value.
    """
    origin = scenario.origin or scenario
    named = {canonical(path, origin): value for path, value in changes.items()}
    merged = {**scenario.overrides, **named}
    problems = problems_of(origin, merged)
    if problems:
        raise ScenarioError(problems)
    if not merged:
        return scenario
    return replace(
        _applied(origin, merged),
        overrides=dict(sorted(merged.items())),
        interventions=scenario.interventions,
        origin=origin,
    )


def problems_of(scenario: Scenario, changes: Mapping[str, Value]) -> list[str]:
    """Return what is wrong with changes: paths first, then values."""
    known = values(scenario)
    unknown = [path for path in changes if path not in known]
    if unknown:
        either = {*known, *map(turned, known)}
        return [f"{path}: unknown path{nearest(path, either)}" for path in unknown]
    problems = []
    for path, value in changes.items():
        problem = _problem(scenario, path, value, now=known[path])
        if problem:
            problems.append(problem)
    return problems or _weight_problems(scenario, changes)


def _problem(scenario: Scenario, path: str, value: Value, *, now: Value) -> str:
    if isinstance(now, bool):
        return "" if isinstance(value, bool) else _wrong(path, "true or false", value)
    if isinstance(now, str):
        if not isinstance(value, str):
            return _wrong(path, "a word", value)
        return _unknown_name(scenario, path, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _wrong(path, "a number", value)
    last = path.split(".")[-1]
    if last == "rung" and value not in range(len(scenario.rungs)):
        return _wrong(path, f"a rung, 0 to {len(scenario.rungs) - 1}", value)
    if last == "tension" and not 0 <= value <= 1:
        return _wrong(path, "in [0, 1]", value)
    try:
        checked_value(value, path=path, evidence=scenario.evidence[path])
        if path.split(".")[0] in ("actors", "relations", "rules", *ROW_FIELDS):
            _applied(scenario, {path: value})
    except ValidationError as error:
        return f"{path}: {error.errors()[0]['msg']} (got {shown(value)})"
    except ValueError as error:
        return str(error)
    return ""


def _wrong(path: str, wanted: str, value: Value) -> str:
    return f"{path}: not {wanted} (got {shown(value)})"


def _unknown_name(scenario: Scenario, path: str, value: str) -> str:
    on_map = {site.id for site in scenario.sites if site.on_map}
    holders = {*(actor.id for actor in scenario.actors), *scenario.holders, NOBODY}
    known: dict[str, Iterable[str]] = {
        CELL_SITE: on_map,
        "controller": holders,
        "stance": ("allied", "partner", "deconflicted", "war", "neutral"),
        "status": (
            "usable",
            "usable_dam_road",
            "usable_boats",
            "destroyed_coalition",
            "destroyed_other",
            "unknown",
        ),
    }
    names = set(known[path.split(".")[-1]])
    if value in names:
        return ""
    return f"{path}: unknown name (got {shown(value)}){nearest(value, names)}"


def _weight_problems(scenario: Scenario, changes: Mapping[str, Value]) -> list[str]:
    problems = []
    for actor in scenario.actors:
        given = _weights(actor, changes)
        total = fsum(given.values())
        if not given:
            continue
        every = len(given) == len(actor.objectives)
        if total > 1 + SUM_TOLERANCE or (every and total < 1 - SUM_TOLERANCE):
            problems.append(
                f"actors.{actor.id}.objectives: weights sum to {total:.4g}, not 1"
            )
    return problems


def _weights(actor: ActorSpec, changes: Mapping[str, Value]) -> dict[str, float]:
    found = {}
    for objective in actor.objectives:
        path = f"actors.{actor.id}.objectives.{objective.id}.weight"
        if path in changes:
            found[objective.id] = float(changes[path])
    return found


def rescaled(
    weights: Mapping[str, float], given: Mapping[str, float]
) -> dict[str, float]:
    """Return weights with some given and the others scaled so that all sum to 1.

    Others that were all 0 share what is left equally.
    """
    others = [name for name in weights if name not in given]
    left = 1 - fsum(given.values())
    total = fsum(weights[name] for name in others)
    return {
        name: float(given[name])
        if name in given
        else (left * weights[name] / total if total > 0 else left / len(others))
        for name in weights
    }


def _applied(scenario: Scenario, changes: Mapping[str, Value]) -> Scenario:
    by_head: dict[str, dict[tuple[str, ...], Value]] = {}
    for path, value in changes.items():
        head, *rest = path.split(".")
        by_head.setdefault(head, {})[tuple(rest)] = value
    tables: dict[str, Any] = {
        table: _rows(getattr(scenario, table), by_head.get(table, {}))
        for table in ROW_FIELDS
    }
    rules = by_head.get("rules", {})
    return replace(
        scenario,
        **tables,
        rungs=_rows(scenario.rungs, rules),
        zones=_rows(scenario.zones, rules),
        parameters=_parameters(scenario.parameters, by_head),
        actors=_actors(scenario, by_head.get("actors", {}), changes),
        relations=_relations(scenario.relations, by_head),
    )


def _rows(
    rows: tuple[Row, ...], changes: Mapping[tuple[str, ...], Value]
) -> tuple[Row, ...]:
    by_id: dict[str, dict[str, Any]] = {}
    for (name, key), value in changes.items():
        by_id.setdefault(name, {})[key] = value
    return tuple(_row(row, by_id.get(getattr(row, "id", ""), {})) for row in rows)


def _row(row: Row, changes: dict[str, Any]) -> Row:
    if not changes:
        return row
    if isinstance(row, ForceSpec) and CELL_SITE in changes:
        changes = {**changes, "places": (changes[CELL_SITE],)}
        del changes[CELL_SITE]
    return type(row).model_validate({**row.model_dump(), **changes})


def _parameters(
    parameters: Parameters, by_head: Mapping[str, Mapping[tuple[str, ...], Value]]
) -> Parameters:
    return Parameters(
        {
            phase: replace(
                kind, **{key[0]: float(v) for key, v in by_head.get(phase, {}).items()}
            )
            for phase, kind in parameters.phases().items()
        }
    )


def _actors(
    scenario: Scenario,
    changes: Mapping[tuple[str, ...], Value],
    by_path: Mapping[str, Value],
) -> tuple[ActorSpec, ...]:
    found = []
    for actor in scenario.actors:
        own = {key[1:]: v for key, v in changes.items() if key[0] == actor.id}
        if not own:
            found.append(actor)
            continue
        data = actor.model_dump()
        data |= {key[0]: value for key, value in own.items() if len(key) == 1}
        given = _weights(actor, by_path)
        if given:
            scaled = rescaled({o.id: o.weight for o in actor.objectives}, given)
            for objective in data["objectives"]:
                objective["weight"] = scaled[objective["id"]]
        data["patrons"] = [
            Patron(
                actor=p.actor,
                dependence=float(
                    own.get(("patrons", p.actor, "dependence"), p.dependence)
                ),
            )
            for p in actor.patrons
        ]
        found.append(ActorSpec.model_validate(data))
    return tuple(found)


def _relations(
    relations: Relations, by_head: Mapping[str, Mapping[tuple[str, ...], Value]]
) -> Relations:
    columns: dict[str, Any] = {}
    for (a, b, name), value in by_head.get("relations", {}).items():
        column = columns.setdefault(name, dict(getattr(relations, name)))
        column[a, b] = column[b, a] = value
    patronage = dict(relations.patronage)
    for key, value in by_head.get("actors", {}).items():
        if key[1] == "patrons":
            patronage[key[0], key[2]] = float(value)
    return replace(relations, patronage=patronage, **columns)
