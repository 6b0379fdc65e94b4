"""Checks of names that several checks share: known or not, and circles."""

from collections.abc import Collection

from abm.scenario.problems import nearest, shown
from abm.scenario.reader import Anything, Reader
from abm.scenario.scenario import Scenario


def known_name(
    reader: Reader, name: str, known: Collection[str], *, file: str, where: str
) -> bool:
    """Return whether a name is known; report it with the nearest if not."""
    if name not in known:
        reader.report(file, where, f"unknown (got {shown(name)}){nearest(name, known)}")
    return name in known


def cycle(links: dict[str, set[str]]) -> list[str]:
    """Return a circle in a directed graph as the names along it, [] without one."""
    done: set[str] = set()

    def from_here(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for after in sorted(links.get(name, ())):
            found = from_here(after, [*path, name])
            if found:
                return found
        done.add(name)
        return []

    for name in sorted(links):
        found = from_here(name, [])
        if found:
            return found
    return []


def on_map(scenario: Scenario, reader: Reader) -> Collection[str]:
    """Return the ids of the sites on the map, of rows that could not be read too."""
    known = reader.known("sites")
    if isinstance(known, Anything):
        return known
    return set(known) - {site.id for site in scenario.sites if not site.on_map}


def layer_names(scenario: Scenario, layer: str) -> Collection[str]:
    """Return the names of a map layer's features, anything where it is not read."""
    if layer not in scenario.layers:
        return Anything()
    properties = [feature["properties"] for feature in scenario.layers[layer].features]
    return {str(p.get("name")) for p in properties if isinstance(p, dict)}
