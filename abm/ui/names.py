"""Values that may be changed, in plain words: what stands behind a path."""

import inspect
import re
from collections.abc import Callable

from abm.scenario import AirSpec, ForceSpec, Scenario, SiteSpec
from abm.scenario.schema import ActorSpec
from abm.scenario.tables import CrossingSpec

ATTRIBUTE = re.compile(r"^ {4,}(\w+): ")
ROWS = {"forces": ForceSpec, "air": AirSpec, "crossings": CrossingSpec}
PARTS = {
    "forces": "Forces",
    "air": "Aircraft and missiles",
    "crossings": "Crossings",
    "sites": "Places",
    "rules": "Ladder of escalation and zones",
}
RELATIONS = {
    "stance": "how they stand to each other",
    "air_channel": "hotline about aircraft",
    "ground_channel": "hotline about forces on the ground",
    "tension": "tension at the start",
    "rung": "rung of the ladder at the start",
}
CELL_SITE = "where all of it stands"
RULES = {
    "threshold": "tension from which on it is reached",
    "radius_km": "distance from its centre",
}


def meanings(kind: type) -> dict[str, str]:
    """Return what the docstring of a class says of each of its attributes."""
    found: dict[str, str] = {}
    text = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2]
    name = ""
    for line in text.splitlines():
        if not line.startswith("    "):
            break
        start = ATTRIBUTE.match(line)
        if start and start[1] in kind.__annotations__:
            name, line = start[1], line[start.end() :]
        found[name] = f"{found.get(name, '')} {line.strip()}".strip().rstrip(".")
    return {name: said.replace("``", "") for name, said in found.items()}


def part(path: str, scenario: Scenario) -> str:
    """Return the group of values that a path belongs to, in words."""
    parts = path.split(".")
    if parts[0] == "actors":
        return f"{scenario.actor(parts[1]).name}: aims and nature"
    if parts[0] == "relations":
        return f"{scenario.actor(parts[1]).name}: relations"
    return PARTS.get(parts[0]) or f"Rules of the model: {parts[0]}"


def namer(scenario: Scenario) -> Callable[[str], str]:
    """Return a function that says in plain words what stands at a path."""
    phases = {
        phase: meanings(type(kind))
        for phase, kind in scenario.parameters.phases().items()
    }
    rows = {table: meanings(kind) for table, kind in ROWS.items()}
    rows["sites"] = meanings(SiteSpec)
    names = named_rows(scenario)
    nature = meanings(ActorSpec)

    def plain(path: str) -> str:
        parts = path.split(".")
        field = parts[-1]
        words = field.removesuffix("_km").replace("_", " ")
        if parts[0] in phases:
            return _joined(words, phases[parts[0]].get(field, ""))
        if parts[0] == "relations":
            pair = f"{names[parts[1]]} and {names[parts[2]]}"
            return f"{pair}: {RELATIONS.get(field, words)}"
        if field == "weight":
            aims = {each.id: each.label for each in scenario.actor(parts[1]).objectives}
            return f"{aims[parts[3]]}: how much it weighs"
        if field == "dependence":
            return f"Dependence on {names[parts[3]]}"
        if parts[0] == "actors":
            return _joined(words, nature.get(field, ""))
        if field == "cell_site":
            return f"{names[parts[1]]}: {CELL_SITE}"
        if parts[0] == "rules":
            return f"{names[parts[1]]}: {RULES.get(field, words)}"
        said = rows.get(parts[0], {}).get(field, "")
        return f"{names[parts[1]]}: {_joined(words, said)}"

    return plain


def named_rows(scenario: Scenario) -> dict[str, str]:
    """Return the names of actors, rules and rows of tables, by id."""
    return {
        **{each.id: each.name for each in scenario.actors},
        **{each.id: each.label for each in scenario.rungs},
        **{each.id: each.name for each in scenario.zones},
        **{each.id: each.name for each in scenario.forces},
        **{each.id: f"{each.type} at {each.base}" for each in scenario.air},
        **{each.id: each.name for each in scenario.crossings},
        **{each.id: each.name for each in scenario.sites},
    }


def _joined(name: str, meaning: str) -> str:
    start = name[:1].upper() + name[1:]
    return f"{start}: {meaning}" if meaning else start
