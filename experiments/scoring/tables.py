"""The documented tables: what event types, actors and places of a file stand for.

Each row of each table says why. What no row covers is reported, never dropped.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from abm.scenario import Scenario
from abm.scenario.problems import nearest, shown
from experiments.problems import StudyError
from experiments.scoring.numbers import DATA

CONTROL, NAMES, NONE = "control", "names", "none"
EFFECTS = (CONTROL, NAMES, NONE)
ANY = "*"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """What a place string means for one type of event.

    Attributes:
        sites: ids of the sites it stands for.
        effect: ``control`` the actor holds them; ``names`` nothing changes; ``none``
            it stands for no site.
    """

    sites: tuple[str, ...]
    effect: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A dated outcome that an event of some types marks.

    Attributes:
        outcome: its name.
        types: of events.
        places: site ids, or ``("*",)``.
        bloc: of the actor.
    """

    outcome: str
    types: tuple[str, ...]
    places: tuple[str, ...]
    bloc: str


@dataclass(frozen=True)
class Tables:
    """All of them.

    Attributes:
        types: effect of each type of event.
        controllers: bloc of each actor string.
        places: meaning of each (place, type).
        outcomes: dated outcomes that events mark.
        counted: kinds of incident that are counted, of ``model`` and ``event``.
    """

    types: Mapping[str, str]
    controllers: Mapping[str, str]
    places: Mapping[tuple[str, str], PlaceRow]
    outcomes: tuple[OutcomeRow, ...]
    counted: Mapping[str, frozenset[str]]

    def bloc(self, actor: str) -> str | None:
        """Return an actor string's bloc: its own row, else of the longest beginning.

        Returns:
            ``none`` where a row says that it speaks for no one bloc; None where no
            row covers it.
        """
        if actor in self.controllers:
            return self.controllers[actor]
        begins = [
            name
            for name in self.controllers
            if actor.startswith(name) and not actor[len(name)].isalnum()
        ]
        return self.controllers[max(begins, key=len)] if begins else None


def read_rows(
    name: str, columns: Sequence[str], *, folder: Path = DATA
) -> list[dict[str, str]]:
    """Return the rows of a table of facts.

    Raises:
        StudyError: a column is missing, or a row has no reason.
    """
    with (folder / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        lacking = [one for one in columns if one not in (reader.fieldnames or ())]
        if lacking:
            raise StudyError(f"{name}: header: no column {one!r}" for one in lacking)
        rows = list(reader)
    silent = [
        f"{name}: line {line}: {columns[-1]}: empty; say why"
        for line, row in enumerate(rows, start=2)
        if not (row[columns[-1]] or "").strip()
    ]
    if silent:
        raise StudyError(silent)
    return rows


def tables(scenario: Scenario, *, folder: Path = DATA) -> Tables:
    """Return the tables, checked against a scenario.

    Raises:
        StudyError: with every name that the scenario does not have.
    """
    types = read_rows("event_types.csv", ("type", "effect", "why"), folder=folder)
    actors = read_rows("event_controllers.csv", ("actor", "bloc", "why"), folder=folder)
    places = read_rows(
        "event_places.csv", ("place", "type", "sites", "effect", "why"), folder=folder
    )
    dated = read_rows(
        "event_outcomes.csv",
        ("outcome", "types", "places", "bloc", "why"),
        folder=folder,
    )
    kinds = read_rows(
        "incident_kinds.csv", ("kind", "of", "counted", "why"), folder=folder
    )
    problems = [*_problems(types, actors, places, scenario)]
    if problems:
        raise StudyError(problems)
    return Tables(
        types={row["type"]: row["effect"] for row in types},
        controllers={row["actor"]: row["bloc"] for row in actors},
        places={
            (row["place"], row["type"]): PlaceRow(_listed(row["sites"]), row["effect"])
            for row in places
        },
        outcomes=tuple(map(_outcome, dated)),
        counted={
            side: frozenset(
                row["kind"]
                for row in kinds
                if row["of"] == side and row["counted"] == "yes"
            )
            for side in ("model", "event")
        },
    )


def _outcome(row: Mapping[str, str]) -> OutcomeRow:
    """Return a row of ``event_outcomes.csv``."""
    types, places = _listed(row["types"]), _listed(row["places"])
    return OutcomeRow(row["outcome"], types, places, row["bloc"])


def _listed(text: str) -> tuple[str, ...]:
    """Return what a cell lists, parted by semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _problems(
    types: Sequence[Mapping[str, str]],
    actors: Sequence[Mapping[str, str]],
    places: Sequence[Mapping[str, str]],
    scenario: Scenario,
) -> Iterator[str]:
    """Yield every name in the tables that the scenario does not have."""
    sites = {site.id for site in scenario.sites}
    blocs = {actor.bloc for actor in scenario.actors} | {*scenario.holders, NONE}
    for name, rows in (("event_types.csv", types), ("event_places.csv", places)):
        for line, row in enumerate(rows, start=2):
            if row["effect"] not in EFFECTS:
                hint = nearest(row["effect"], EFFECTS)
                got = shown(row["effect"])
                yield f"{name}: line {line}: effect: unknown (got {got}){hint}"
    for line, row in enumerate(places, start=2):
        for site in _listed(row["sites"]):
            if site not in sites:
                hint = nearest(site, sites)
                where = f"event_places.csv: line {line}: sites"
                yield f"{where}: no such site (got {shown(site)}){hint}"
    for line, row in enumerate(actors, start=2):
        if row["bloc"] not in blocs:
            hint = nearest(row["bloc"], blocs)
            where = f"event_controllers.csv: line {line}: bloc"
            yield f"{where}: no such bloc (got {shown(row['bloc'])}){hint}"
