"""Load a scenario: read every part, check the parts against each other, or refuse."""

from dataclasses import replace
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


def _scenario(reader: Reader, folder: Path) -> Scenario | None:
    """Return the scenario made of all good parts; what is not good is reported."""
    head = reader.toml("scenario.toml", parts.ScenarioFile)
    relations_file = reader.toml("relations.toml", RelationsFile)
    rules = reader.toml("rules.toml", parts.RulesFile)
    evidence_file = reader.toml("evidence.toml", EvidenceFile)
    borders_file = reader.toml("borders.toml", BordersFile)
    documents, actors = parts.documents(reader), parts.actors(reader)
    sites, forces = parts.sites(reader), parts.forces(reader)
    air, crossings = parts.air(reader), parts.crossings(reader)
    parameters, evidence = parts.parameters(reader)
    aliases, areas = parts.aliases(reader), areas_of(reader)
    if head is None:
        return None
    layers = parts.layers(reader, head, folder)
    if rules is not None:
        reader.names["rungs"] = {rung.id for rung in rules.rung}
    relations = relations_of(
        relations_file or RelationsFile(),
        blocs={actor.id: actor.bloc for actor in actors},
        holders=head.holders,
        rungs=tuple(rung.id for rung in rules.rung) if rules else (),
    )
    loaded = tuple(force for force in forces if force.additive)
    scenario = Scenario(
        name=head.name,
        title=head.title,
        folder=folder,
        hash=folder_hash(dict(reader.files)),
        calendar=head.calendar,
        map=head.map,
        documents=documents,
        actors=_with_patrons(actors, relations),
        holders=head.holders,
        relations=relations,
        sites=settled(sites, loaded),
        forces=loaded,
        air=air,
        crossings=crossings,
        borders=borders_of(reader, borders_file, layers) if borders_file else {},
        areas=areas,
        layers=layers,
        parameters=parameters,
        evidence=evidence,
        rungs=rules.rung if rules else (),
        responses=rules.response if rules else (),
        zones=_expanded(rules.zone, actors) if rules else (),
        aliases=aliases,
    )
    checks.check(scenario, relations_file, reader)
    if evidence_file is None:
        return None
    evidence = evidence_for(scenario, evidence_file, reader)
    return replace(scenario, evidence=evidence)


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
