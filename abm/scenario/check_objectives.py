"""Check objectives: their type, the keys of their targets, what they point at."""

from abm.scenario.names import cycle, known_name, on_map
from abm.scenario.objectives import ACTOR_KEYS, SITE_KEYS, TARGETS
from abm.scenario.problems import nearest, shown
from abm.scenario.reader import Reader
from abm.scenario.scenario import Scenario
from abm.scenario.schema import ActorSpec, ObjectiveSpec


def check_objectives(scenario: Scenario, reader: Reader) -> None:
    """Report objectives of unknown type, with dangling targets or in a circle."""
    links: dict[str, set[str]] = {}
    for actor in scenario.actors:
        seen: set[str] = set()
        for number, objective in enumerate(actor.objectives):
            file, where = f"actors/{actor.id}.toml", f"objective[{number}]"
            if objective.id in seen:
                what = f"duplicate id (got {shown(objective.id)})"
                reader.report(file, f"{where}.id", what)
            seen.add(objective.id)
            _check_keys(reader, objective, file=file, where=where)
            _check_targets(scenario, actor, objective, reader=reader, where=where)
            if "objective" in objective.target:
                other = objective.targets("actor") + objective.targets("objective")
                links[f"{actor.id}.{objective.id}"] = {".".join(other)}
    circle = cycle(links)
    if circle:
        path = " -> ".join(circle)
        reader.report("actors/", "", f"objectives in a circle (got {path}); change one")


def _check_keys(
    reader: Reader, objective: ObjectiveSpec, *, file: str, where: str
) -> None:
    place = f"{where}.type"
    if not known_name(reader, objective.type, TARGETS, file=file, where=place):
        return
    wanted = TARGETS[objective.type]
    allowed = wanted.required | wanted.optional
    for key in sorted(wanted.required - objective.target.keys()):
        reader.report(file, f"{where}.target.{key}", "missing")
    for key in sorted(objective.target.keys() - allowed):
        hint = nearest(key, allowed) if allowed else f"; {objective.type} has none"
        reader.report(file, f"{where}.target.{key}", f"unknown key{hint}")


def _check_targets(
    scenario: Scenario,
    actor: ActorSpec,
    objective: ObjectiveSpec,
    *,
    reader: Reader,
    where: str,
) -> None:
    file = f"actors/{actor.id}.toml"
    known = dict.fromkeys(SITE_KEYS, on_map(scenario, reader))
    known |= dict.fromkeys(ACTOR_KEYS, reader.known("actors"))
    known |= {"area": reader.known("areas"), "segment": reader.known("borders")}
    known |= dict.fromkeys(("forces", "by"), reader.known("forces"))
    for spec in scenario.actors:
        if objective.targets("actor") == (spec.id,):
            known["objective"] = {other.id for other in spec.objectives}
    for key in objective.target:
        place = f"{where}.target.{key}"
        if not objective.targets(key):
            reader.report(file, place, "empty; name at least one")
        for name in objective.targets(key):
            if key in known:
                known_name(reader, name, known[key], file=file, where=place)
    if "actor" in objective.target and objective.targets("actor") == (actor.id,):
        what = f"its own actor (got {shown(actor.id)}); name another"
        reader.report(file, f"{where}.target.actor", what)
