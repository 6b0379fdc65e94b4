"""Outcomes of a sweep in plain words, each with its unit."""

from collections.abc import Callable
from dataclasses import dataclass

from abm.record.wanted import wanted
from abm.scenario import Scenario, ScenarioError, load_scenario
from experiments.outcomes import UNITS

FIRST = {
    "losses": "Losses of",
    "incidents": "Incidents:",
    "tonnes": "Goods for",
    "flashpoint": "Danger near",
}


@dataclass(frozen=True)
class Named:
    """An outcome as a person reads it."""

    words: str
    unit: str


def namer(scenario: str) -> Callable[[str], Named]:
    """Return a function that names an outcome of a scenario's runs.

    A scenario that is not there any more leaves the outcome's own words.
    """
    try:
        known = _known(load_scenario(scenario))
    except ScenarioError:
        known = {}

    def named(outcome: str) -> Named:
        kind, *parts = outcome.split(".")
        words = known.get((kind, ".".join(parts))) or ", ".join(
            known.get(("", part)) or part.replace("_", " ") for part in parts
        )
        start = FIRST.get(kind)
        text = f"{start} {words}" if start else words or kind.replace("_", " ")
        return Named(text[:1].upper() + text[1:], UNITS.get(kind, ""))

    return named


def _known(scenario: Scenario) -> dict[tuple[str, str], str]:
    """Return names by kind of outcome and id; of actors and places, by id alone."""
    found = {("", actor.id): actor.name for actor in scenario.actors}
    found["", "killed_wounded"] = "killed and wounded"
    found |= {("", site.id): site.name for site in scenario.sites}
    found |= {("dates", date.name): date.label for date in wanted(scenario).date}
    for actor in scenario.actors:
        for aim in actor.objectives:
            key = ("objectives", f"{actor.id}.{aim.id}")
            found[key] = f"{actor.name}: {aim.label}"
    return found
