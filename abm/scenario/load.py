"""Load a scenario: read every part, check the parts against each other, or refuse."""

from dataclasses import dataclass, replace
from pathlib import Path

from abm.scenario import checks, parts
from abm.scenario.contested import settled
from abm.scenario.evidence import EvidenceFile, evidence_for
from abm.scenario.files import folder_hash, read_folder
from abm.scenario.interventions import interventions_in
from abm.scenario.lines import BordersFile, areas_of, borders_of
from abm.scenario.problems import ScenarioError, nearest, shown
from abm.scenario.reader import Reader
from abm.scenario.relations import (
    Relations,
    RelationsFile,
    expanded,
    relations_of,
)
from abm.scenario.rules import Zone
from abm.scenario.scenario import Scenario
from abm.scenario.schema import (
    ActorSpec,
    Patron,
)

SHIPPED = Path(__file__).parents[1] / "scenarios"
"""Folder of the scenarios that come with the package."""


def shipped() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the package."""
    return tuple(sorted(p.parent.name for p in SHIPPED.glob("*/scenario.toml")))


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Return a shipped scenario by name, or the one in a folder.

    Raises:
        ScenarioError: naming every problem, one a line; nothing is loaded then.
    """
    folder = _folder(name_or_path)
    files, problems = read_folder(folder)
    if not files:
        problems.append(f"{folder.name}: empty folder; a scenario has a scenario.toml")
        raise ScenarioError(problems)
    reader = Reader(files, problems)
    scenario = _scenario(reader, folder)
    parts.unread(reader)
    if reader.problems or scenario is None:
        raise ScenarioError(reader.problems)
    scenario = interventions_in(reader, scenario)
    if reader.problems:
        raise ScenarioError(reader.problems)
    return scenario


def _folder(name_or_path: str | Path) -> Path:
    text = str(name_or_path)
    if text in shipped():
        return SHIPPED / text
    path = Path(name_or_path)
    try:
        found = path.is_dir()
    except (OSError, ValueError):
        found = False
    if not found:
        hint = nearest(text, shipped())
        raise ScenarioError([f"{shown(text)}: no scenario and no folder{hint}"])
    return path.resolve()


@dataclass(frozen=True)
class _Tomls:
    """The files that name what other files define; ``None`` where unreadable."""

    relations: RelationsFile | None
    rules: parts.RulesFile | None
    borders: BordersFile | None
    evidence: EvidenceFile | None


def _scenario(reader: Reader, folder: Path) -> Scenario | None:
    """Return the scenario made of all good parts; what is not good is reported."""
    head = reader.toml("scenario.toml", parts.ScenarioFile)
    tomls = _Tomls(
        relations=reader.toml("relations.toml", RelationsFile),
        rules=reader.toml("rules.toml", parts.RulesFile),
        borders=reader.toml("borders.toml", BordersFile),
        evidence=reader.toml("evidence.toml", EvidenceFile),
    )
    if tomls.rules is not None:
        reader.names["rungs"] = {rung.id for rung in tomls.rules.rung}
    scenario = _assembled(reader, folder, head, tomls=tomls)
    if scenario is None:
        return None
    checks.check(scenario, tomls.relations, reader)
    if tomls.evidence is None:
        return None
    evidence = evidence_for(scenario, tomls.evidence, reader)
    return replace(scenario, evidence=evidence)


def _assembled(
    reader: Reader, folder: Path, head: parts.ScenarioFile | None, *, tomls: _Tomls
) -> Scenario | None:
    """Return the parts as one; all are read, and reported on, even without a head."""
    documents, actors = parts.documents(reader), parts.actors(reader)
    sites, forces = parts.sites(reader), parts.forces(reader)
    air, crossings = parts.air(reader), parts.crossings(reader)
    parameters, evidence = parts.parameters(reader)
    aliases, areas = parts.aliases(reader), areas_of(reader)
    if head is None:
        return None
    layers = parts.layers(reader, head, folder)
    rules = tomls.rules
    relations = _relations(tomls, actors, head.holders)
    loaded = tuple(force for force in forces if force.additive)
    return Scenario(
        **{name: getattr(head, name) for name in ("name", "title", "calendar", "map")},
        folder=folder,
        hash=folder_hash(dict(reader.files)),
        documents=documents,
        actors=_with_patrons(actors, relations),
        holders=head.holders,
        relations=relations,
        sites=settled(sites, loaded),
        forces=loaded,
        air=air,
        crossings=crossings,
        borders=borders_of(reader, tomls.borders, layers) if tomls.borders else {},
        areas=areas,
        layers=layers,
        parameters=parameters,
        evidence=evidence,
        rungs=rules.rung if rules else (),
        responses=rules.response if rules else (),
        zones=_expanded(rules.zone, actors) if rules else (),
        aliases=aliases,
    )


def _relations(
    tomls: _Tomls, actors: tuple[ActorSpec, ...], holders: tuple[str, ...]
) -> Relations:
    return relations_of(
        tomls.relations or RelationsFile(),
        blocs={actor.id: actor.bloc for actor in actors},
        holders=holders,
        rungs=tuple(rung.id for rung in tomls.rules.rung) if tomls.rules else (),
    )


def _with_patrons(
    actors: tuple[ActorSpec, ...], relations: Relations
) -> tuple[ActorSpec, ...]:
    return tuple(
        actor.model_copy(
            update={
                "patrons": tuple(
                    Patron(actor=patron, dependence=dependence)
                    for (client, patron), dependence in relations.patronage.items()
                    if client == actor.id
                )
            }
        )
        for actor in actors
    )


def _expanded(
    zones: tuple[Zone, ...], actors: tuple[ActorSpec, ...]
) -> tuple[Zone, ...]:
    blocs = {actor.id: actor.bloc for actor in actors}
    return tuple(
        zone.model_copy(
            update={
                "kept_out": tuple(
                    actor
                    for party in zone.kept_out
                    for actor in expanded(party, blocs, ()) or [party]
                )
            }
        )
        for zone in zones
    )
