"""What a scenario wants to know of a run: its dated outcomes and its danger index.

``_record/outcomes.toml`` in the scenario's folder. Nothing in it changes a run, so it
is no part of the scenario's hash: runs stay comparable when one asks for more.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from pydantic import Field, ValidationError

from abm.scenario import Scenario
from abm.scenario.files import FileError, toml_of
from abm.scenario.problems import ScenarioError, explained, nearest
from abm.scenario.schema import Citation, Id, Name, Strict

FILE = "_record/outcomes.toml"
"""Loaders pass over folders that begin with an underscore, and so does the hash."""

DateKind = Literal[
    "relief",
    "control",
    "border",
    "crossing",
    "objective",
    "delivery",
    "incident",
    "rung",
    "event",
]


class DateWanted(Strict):
    """One dated outcome: the first day on which something is so.

    Attributes:
        name: of the date in the outcomes.
        label: in plain words.
        kind: ``relief`` the siege of one of ``sites`` is broken; ``control`` all
            ``sites`` are held by ``by``; ``border`` a share ``at_least`` of the
            ``segment``'s cells is; ``crossing`` a formation of ``by`` crosses the
            barrier river; ``objective`` the
            satisfaction of ``actor``'s ``objective`` is at least ``at_least``;
            ``delivery`` ``actor`` has received goods by road; ``incident`` one of
            kind ``what`` happens; ``rung`` a pair of ``actor`` and ``other`` is on
            rung ``at_least`` or above; ``event`` one of kind ``what`` happens.
        by: an actor or a bloc.
        source: passage that makes it worth knowing, if any.
    """

    name: Id
    label: Name
    kind: DateKind
    sites: tuple[Id, ...] = ()
    by: Id | None = None
    actor: Id | None = None
    other: Id | None = None
    objective: Id | None = None
    what: Id | None = None
    at_least: float = Field(default=0.0, ge=0)
    segment: Id | None = None
    source: Citation | None = None


class Flashpoint(Strict):
    """The danger index of a place (MODEL section 9).

    Attributes:
        radius_km: incidents within it count, km.
        window_days: coming days that are summed, days.
        sites: places whose index the outcomes name.
        source: passage that it tests, if any.
    """

    radius_km: float = Field(default=25.0, gt=0)
    window_days: int = Field(default=30, ge=1)
    sites: tuple[Id, ...] = ()
    source: Citation | None = None


class Wanted(Strict):
    """Contents of the file."""

    date: tuple[DateWanted, ...] = ()
    flashpoint: Flashpoint = Flashpoint()


def wanted(scenario: Scenario) -> Wanted:
    """Return the outcomes that a scenario asks for; none by default.

    Raises:
        ScenarioError: the file is there and wrong, or names what is not.
    """
    path = scenario.folder / FILE
    if not path.exists():
        return Wanted()
    try:
        found = _read(path.read_bytes())
    except FileError as error:
        raise ScenarioError([f"{FILE}: {error}"]) from error
    except ValidationError as error:
        fields = tuple(DateWanted.model_fields)
        raise ScenarioError(
            explained(error, file=FILE, where="", fields=fields)
        ) from error
    problems = list(_problems(found, scenario))
    if problems:
        raise ScenarioError(problems)
    return found


@lru_cache(maxsize=4)
def _read(content: bytes) -> Wanted:
    """Return what a file says; a process that runs often reads the same each time."""
    return Wanted.model_validate(toml_of(content))


def _problems(found: Wanted, scenario: Scenario) -> Iterator[str]:
    """Give every name that the scenario does not have."""
    sites = {site.id for site in scenario.sites if site.on_map}
    actors = {actor.id for actor in scenario.actors}
    parties = actors | {actor.bloc for actor in scenario.actors}
    for number, each in enumerate(found.date):
        where = f"{FILE}: date[{number}]"
        for site in set(each.sites) - sites:
            yield f"{where}.sites: no site {site!r}{nearest(site, sites)}"
        for key, value, known in (
            ("by", each.by, parties),
            ("actor", each.actor, actors),
            ("other", each.other, actors),
            ("segment", each.segment, set(scenario.borders)),
        ):
            if value is not None and value not in known:
                yield f"{where}.{key}: unknown {value!r}{nearest(value, known)}"
        if each.objective is not None and each.actor in actors:
            specs = {spec.id for spec in scenario.actor(each.actor).objectives}
            if each.objective not in specs:
                hint = nearest(each.objective, specs)
                yield f"{where}.objective: unknown {each.objective!r}{hint}"
    for where, source in _sources(found):
        document = scenario.documents.get(source.document)
        if document is None or source.sentence not in document.sentences:
            passage = f"{source.document} {source.sentence}"
            yield f"{FILE}: {where}.source: no passage {passage!r}"
    for site in set(found.flashpoint.sites) - sites:
        yield f"{FILE}: flashpoint.sites: no site {site!r}{nearest(site, sites)}"


def _sources(found: Wanted) -> Iterator[tuple[str, Citation]]:
    if found.flashpoint.source:
        yield "flashpoint", found.flashpoint.source
    for number, each in enumerate(found.date):
        if each.source:
            yield f"date[{number}]", each.source
