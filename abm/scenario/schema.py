"""What a scenario may say: actors, objectives, relations, rules, map, calendar.

Values only: nothing here reads a file or computes a run. Tables of sites, forces,
air assets and crossings are in ``abm.scenario.tables``.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
UnitShare = Annotated[float, Field(ge=0, le=1)]
NotNegative = Annotated[float, Field(ge=0, le=1e9)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Point = tuple[float, float]
Line = tuple[Point, ...]

ActorKind = Literal["state", "proxy", "independent"]
Stance = Literal["allied", "partner", "deconflicted", "war", "neutral"]
Basis = Literal["text", "assumed"]
IncidentKind = Literal[
    "skirmish",
    "strike_on_proxy",
    "shootdown",
    "lock_on",
    "zone_entry",
    "convoy_struck",
    "zone_strike",
    "clash",
]
"""Kinds of incidents."""
HOURS = 24


def _in_utc(start: datetime) -> datetime:
    if not start.utcoffset():
        return start
    try:
        return start.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"before the first year (got {start})") from error


Utc = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Strict(BaseModel):
    """A frozen value that refuses unknown keys, NaN and infinity."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True
    )


class Citation(Strict):
    """A passage that a modelling choice rests on.

    Attributes:
        document: id in ``documents.toml``.
        sentence: id of the sentence in it.
        quote: words that stand in the sentence.
    """

    document: str
    sentence: str
    quote: Text


class Document(Strict):
    """A source text, by sentence."""

    id: Id
    title: Text
    issuer: Text
    date: Text
    sentences: dict[str, Text]


class Calendar(Strict):
    """When the run starts and how it is cut into ticks.

    Attributes:
        start: of tick 0, UTC.
        tick_hours: length of a tick, hours.
        decide_hour: hour of the day (UTC) at which actors decide.
        horizon_ticks: ticks of a full run.
    """

    start: Utc
    tick_hours: int = Field(ge=1, le=24)
    decide_hour: int = Field(ge=0, le=23)
    horizon_ticks: int = Field(ge=1, le=20_000)

    @model_validator(mode="after")
    def _decides_daily(self) -> "Calendar":
        if HOURS % self.tick_hours:
            raise ValueError(
                f"no whole number of ticks a day (got tick_hours {self.tick_hours}); "
                "write 1, 2, 3, 4, 6, 8, 12 or 24"
            )
        hours = range(self.start.hour % self.tick_hours, HOURS, self.tick_hours)
        if self.decide_hour not in hours:
            known = ", ".join(map(str, hours))
            raise ValueError(
                f"no tick begins at the decide_hour (got {self.decide_hour}); "
                f"ticks begin at {known} h"
            )
        return self

    @model_validator(mode="after")
    def _ends_in_time(self) -> "Calendar":
        try:
            self.at(self.horizon_ticks + HOURS)
        except OverflowError as error:
            raise ValueError(
                f"the run ends after the year 9999 (got start {self.start}); "
                "start earlier"
            ) from error
        return self

    def at(self, tick: int) -> datetime:
        """Return the moment (UTC) at which a tick begins."""
        return self.start + timedelta(hours=self.tick_hours * tick)


class MapSpec(Strict):
    """The piece of the world that is simulated.

    Attributes:
        epsg: code of the projected reference system of the grid.
        cell_km: default side of a cell, km.
        river_barrier: name of the river that is crossed at crossings only.
        open_countries: countries whose cells can be held or passed.
    """

    epsg: int = Field(ge=1024, le=32767)
    lon_min: Longitude
    lon_max: Longitude
    lat_min: Latitude
    lat_max: Latitude
    cell_km: float = Field(gt=0, le=100)
    river_barrier: Name
    open_countries: tuple[Name, ...] = Field(min_length=1)

    def holds(self, lon: float, lat: float) -> bool:
        """Return whether a point lies on the map."""
        inside = self.lon_min <= lon <= self.lon_max
        return inside and self.lat_min <= lat <= self.lat_max


class Patron(Strict):
    """One of an actor's principals.

    Attributes:
        actor: id of the patron.
        dependence: share of the client's means that comes from it, in [0, 1].
    """

    actor: Id
    dependence: UnitShare


class ObjectiveSpec(Strict):
    """Something an actor wants, with the words that say so.

    Attributes:
        id: unique within the actor.
        type: one of ``abm.scenario.objectives.TARGETS``.
        weight: importance; an actor's weights sum to 1.
        target: what it is about; keys by type.
        source: the passage it is drawn from.
        basis: said by the text, or assumed from the context.
        label: in plain words, one line.
    """

    id: Id
    type: Id
    weight: UnitShare
    target: dict[str, str | tuple[str, ...]]
    source: Citation
    basis: Basis
    label: Name

    def targets(self, key: str) -> tuple[str, ...]:
        """Return a target's ids as a tuple, empty where the key is absent."""
        value = self.target.get(key, ())
        return (value,) if isinstance(value, str) else value


class ActorSpec(Strict):
    """A decision maker.

    Attributes:
        short: label of at most eight characters.
        countries: where its formations may go.
        risk_aversion: weight of expected own losses in a choice.
        escalation_aversion: weight of expected tension in a choice.
        pool: replacements available in the whole run, persons.
        replacements_per_day: persons a day at full support.
        draws_on_population: recruits and feeds itself from people it holds.
        engineers: can bridge a river.
        autonomy: weight of own wishes against the patrons', 1 for non-proxies.
        loss_tolerance: share of its strength it can lose before it counts as 1.
        patrons: its principals, from ``relations.toml``.
    """

    id: Id
    name: Name
    short: Annotated[str, StringConstraints(min_length=1, max_length=8)]
    kind: ActorKind
    bloc: Id
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
    countries: tuple[Name, ...]
    risk_aversion: NotNegative
    escalation_aversion: NotNegative
    pool: NotNegative
    replacements_per_day: NotNegative
    draws_on_population: bool
    engineers: bool
    autonomy: UnitShare
    loss_tolerance: float = Field(gt=0, le=1)
    patrons: tuple[Patron, ...] = ()
    objectives: tuple[ObjectiveSpec, ...] = Field(min_length=1)


class Incident(Strict):
    """Something between parties not at war that happened before the start.

    It is not counted in a run; the tension of ``relations.toml`` includes it.
    """

    id: Id
    kind: IncidentKind
    between: tuple[Id, Id]
    lon: Longitude
    lat: Latitude
    source: Citation


class GroundLine(Strict):
    """A line agreed between two parties before the start."""

    id: Id
    between: tuple[Id, Id]
    line: Line = Field(min_length=2)
    source: Citation


class BorderSpec(Strict):
    """A line whose cells count for ``control_border``.

    Attributes:
        country: its cells on this country's side count; ``None`` for both sides.
        sites: crossings and posts on it.
        lines: (lon, lat) points, one or more pieces.
    """

    id: Id
    name: Name
    country: Name | None
    sites: tuple[Id, ...]
    lines: tuple[Line, ...]


class AreaSpec(Strict):
    """A polygon named by an objective or a rule.

    Attributes:
        bank: only cells of this bank of the barrier river belong to it.
        rings: outer rings, (lon, lat) points, closed.
    """

    id: Id
    name: Name
    bank: Literal["left", "right"] | None
    rings: tuple[Line, ...]


class Layer(Strict):
    """A map layer: its file, and its features where it is GeoJSON."""

    name: Id
    path: Path
    features: tuple[dict[str, object], ...]
