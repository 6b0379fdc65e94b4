"""What a scenario wants to know of a run: its dated outcomes and its danger index.

``outcomes.toml`` in the scenario's folder; nothing in it changes a run.
"""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from abm.scenario.problems import ScenarioError, explained
from abm.scenario.schema import Id, Name, Strict

FILE = "outcomes.toml"

DateKind = Literal[
    "relief",
    "control",
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
        kind: ``relief`` a supply path has reached one of ``sites`` for ``days``
            running; ``control`` all ``sites`` are held by ``by``; ``crossing`` a
            formation of ``by`` crosses the barrier river; ``objective`` the
            satisfaction of ``actor``'s ``objective`` is at least ``at_least``;
            ``delivery`` ``actor`` has received goods by road; ``incident`` one of
            kind ``what`` happens; ``rung`` a pair of ``actor`` and ``other`` is on
            rung ``at_least`` or above; ``event`` one of kind ``what`` happens.
        by: an actor or a bloc.
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
    days: float = Field(default=0.0, ge=0)


class Flashpoint(Strict):
    """The danger index of a place (MODEL section 9).

    Attributes:
        radius_km: incidents within it count, km.
        window_days: coming days that are summed, days.
        sites: places whose index the outcomes name.
    """

    radius_km: float = Field(default=25.0, gt=0)
    window_days: int = Field(default=30, ge=1)
    sites: tuple[Id, ...] = ()


class Wanted(Strict):
    """Contents of ``outcomes.toml``."""

    date: tuple[DateWanted, ...] = ()
    flashpoint: Flashpoint = Flashpoint()


def wanted(folder: Path) -> Wanted:
    """Return the outcomes that the scenario in ``folder`` asks for; none by default.

    Raises:
        ScenarioError: the file is there and wrong.
    """
    path = folder / FILE
    if not path.exists():
        return Wanted()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError([f"{FILE}: not TOML ({error})"]) from error
    try:
        return Wanted.model_validate(data)
    except ValidationError as error:
        fields = tuple(DateWanted.model_fields)
        raise ScenarioError(
            explained(error, file=FILE, where="", fields=fields)
        ) from error
