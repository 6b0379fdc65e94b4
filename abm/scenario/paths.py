"""Every value of a scenario that may be changed, by its path.

Parameters change during a run, those of the map at the start (``map``) apart; of the
other values, those named in ``DURING_RUN`` do.

- ``<phase>.<parameter>``
- ``actors.<actor>.<field>``
- ``actors.<actor>.objectives.<objective>.weight``
- ``actors.<actor>.patrons.<patron>.dependence``
- ``relations.<a>.<b>.<field>``: stance (both ways), air_channel, ground_channel,
  tension, rung; the pair in either order
- ``rules.<rung>.threshold`` and ``rules.<zone>.radius_km``
- ``forces.<force>.<field>``: personnel, quality, and cell_site, which puts all of it
  on one site
- ``air.<asset>.<field>``: count, sorties_per_day, radius_km, detection_km, grounded
- ``crossings.<crossing>.status``
- ``sites.<site>.<field>``: controller, value, population, supply_capacity
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from abm.scenario.scenario import Scenario, Value
from abm.scenario.schema import Strict

DURING_RUN = frozenset(
    {
        "weight",
        "dependence",
        "risk_aversion",
        "escalation_aversion",
        "autonomy",
        "stance",
        "air_channel",
        "ground_channel",
        "tension",
        "cell_site",
        "grounded",
        "sorties_per_day",
        "status",
        "supply_capacity",
    }
)
"""Last parts of paths that an intervention may change, parameters apart."""

ACTOR_FIELDS = (
    "risk_aversion",
    "escalation_aversion",
    "pool",
    "replacements_per_day",
    "draws_on_population",
    "engineers",
    "autonomy",
    "loss_tolerance",
)
ROW_FIELDS = {
    "forces": ("personnel", "quality"),
    "air": ("count", "sorties_per_day", "radius_km", "detection_km", "grounded"),
    "crossings": ("status",),
    "sites": ("controller", "value", "population", "supply_capacity"),
}
"""Fields of a table's rows that may be changed."""
CELL_SITE = "cell_site"


@dataclass(frozen=True)
class Setting:
    """A value that may be changed.

    Attributes:
        path: where it stands.
        value: in force.
        unit: of a number, ``""`` for anything else.
        low: end of the plausible range of a number, else ``None``.
        high: other end.
        basis: measured, estimated or assumed.
        source: citation, or the reasoning.
        during_run: an intervention may change it.
    """

    path: str
    value: Value
    unit: str
    low: float | None
    high: float | None
    basis: str
    source: str
    during_run: bool


def values(scenario: Scenario) -> dict[str, Value]:
    """Return the value at every path, in a fixed order."""
    return dict(_values(scenario))


def _values(scenario: Scenario) -> Iterator[tuple[str, Value]]:
    for phase, kind in scenario.parameters.phases().items():
        for part in fields(kind):
            yield f"{phase}.{part.name}", getattr(kind, part.name)
    for actor in scenario.actors:
        for name in ACTOR_FIELDS:
            yield f"actors.{actor.id}.{name}", getattr(actor, name)
        for objective in actor.objectives:
            path = f"actors.{actor.id}.objectives.{objective.id}.weight"
            yield path, objective.weight
        for patron in actor.patrons:
            path = f"actors.{actor.id}.patrons.{patron.actor}.dependence"
            yield path, patron.dependence
    yield from _relations(scenario)
    for rung in scenario.rungs:
        yield f"rules.{rung.id}.threshold", rung.threshold
    for zone in scenario.zones:
        yield f"rules.{zone.id}.radius_km", zone.radius_km
    tables: dict[str, tuple[Strict, ...]] = {
        "forces": scenario.forces,
        "air": scenario.air,
        "crossings": scenario.crossings,
        "sites": scenario.sites,
    }
    for table, rows in tables.items():
        for row in rows:
            start = f"{table}.{getattr(row, 'id')}"  # noqa: B009
            for name in ROW_FIELDS[table]:
                yield f"{start}.{name}", getattr(row, name)
            if table == "forces":
                yield f"{start}.{CELL_SITE}", " ".join(getattr(row, "places"))  # noqa: B009


def _relations(scenario: Scenario) -> Iterator[tuple[str, Value]]:
    names = [actor.id for actor in scenario.actors]
    relations = scenario.relations
    for number, a in enumerate(names):
        for b in names[number + 1 :]:
            start = f"relations.{a}.{b}"
            yield f"{start}.stance", relations.stance[a, b]
            yield f"{start}.air_channel", relations.air_channel[a, b]
            yield f"{start}.ground_channel", relations.ground_channel[a, b]
            yield f"{start}.tension", relations.tension[a, b]
            yield f"{start}.rung", relations.rung[a, b]


def canonical(path: str, scenario: Scenario) -> str:
    """Return a path with the pair of a relation in the actors' order."""
    parts = path.split(".")
    if parts[0] == "relations" and len(parts) == len(("relations", "a", "b", "field")):
        order = [actor.id for actor in scenario.actors]
        if parts[1] in order and parts[2] in order:
            parts[1:3] = sorted(parts[1:3], key=order.index)
    return ".".join(parts)


def turned(path: str) -> str:
    """Return the path of a relation with the pair in the other order; others as is."""
    parts = path.split(".")
    if parts[0] == "relations":
        parts[1], parts[2] = parts[2], parts[1]
    return ".".join(parts)


def changes_during_run(path: str) -> bool:
    """Return whether an intervention may change the value at a path."""
    parts = path.split(".")
    tables = {"map", "actors", "relations", "rules", *ROW_FIELDS}
    return parts[0] not in tables or parts[-1] in DURING_RUN


def paths(scenario: Scenario) -> list[Setting]:
    """Return every value that may be changed, with unit, range and source."""
    from abm.scenario.evidence import reason

    found = []
    for path, value in values(scenario).items():
        evidence = scenario.evidence.get(path)
        low, high = evidence.range if evidence else (None, None)
        basis, source = reason(scenario, path)
        found.append(
            Setting(
                path=path,
                value=value,
                unit=evidence.unit if evidence else "",
                low=low,
                high=high,
                basis=basis,
                source=source,
                during_run=changes_during_run(path),
            )
        )
    return found
