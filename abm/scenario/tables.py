"""Rows of a scenario's CSV tables: sites, forces, air assets, crossings."""

from typing import Annotated, Literal

from pydantic import Field

from abm.scenario.schema import (
    Id,
    Latitude,
    Longitude,
    Name,
    NotNegative,
    Point,
    Strict,
    Text,
    UnitShare,
)

ForceType = Literal[
    "assault",
    "infantry",
    "mechanised",
    "artillery",
    "garrison",
    "militia",
    "irregular",
    "support",
]
Mobility = Literal["motorised", "foot", "static"]
AirRole = Literal[
    "fighter",
    "multirole",
    "strike",
    "support",
    "drone",
    "small_drone",
    "reconnaissance",
    "airlift",
    "tanker",
    "air_defence",
    "missile",
]
CrossingStatus = Literal[
    "usable",
    "usable_dam_road",
    "usable_boats",
    "destroyed_coalition",
    "destroyed_other",
    "unknown",
]
Importance = Annotated[int, Field(ge=1, le=5)]
Confidence = Literal["high", "medium", "low"]


class SiteSpec(Strict):
    """A named place.

    Attributes:
        population: inhabitants at the start.
        controller: actor or passive holder at the start.
        contested: fought over at the start; the table's controller is then the
            owner of the nearest formation.
        value: worth of holding it, in [0, 1].
        gate: edge of the map where a road or a supply line comes in.
        supply_capacity: persons it can feed; 0 for a place that is no base.
        importance: of its label, 1 (first drawn) to 5.
        on_map: it lies on the map; other places only name bases of aircraft.
    """

    id: Id
    name: Name
    alt_name: str
    lat: Latitude
    lon: Longitude
    kind: Id
    population: NotNegative
    controller: Id
    contested: bool = False
    value: UnitShare
    gate: bool
    supply_capacity: NotNegative
    importance: Importance
    on_map: bool
    note: str
    confidence: Confidence
    source: Text


class ForceSpec(Strict):
    """A row of the order of battle; the theatre splits it into formations.

    Attributes:
        personnel: best estimate, persons; ``low`` and ``high`` bound it.
        quality: fighting value of a person, 1 for a trained regular.
        additive: false for totals, which are never loaded.
        places: sites its parts are put on.
    """

    id: Id
    actor: Id
    name: Name
    place: Name
    lat: Latitude
    lon: Longitude
    personnel: NotNegative
    low: NotNegative
    high: NotNegative
    quality: float = Field(gt=0, le=3)
    type: ForceType
    mobility: Mobility
    additive: bool
    places: tuple[Id, ...]
    note: str
    confidence: Confidence
    source: Text


class AirSpec(Strict):
    """A squadron, drone unit or battery.

    Attributes:
        count: aircraft or launchers, best estimate; ``low`` and ``high`` bound it.
        sorties_per_day: sorties of one ready aircraft, or salvos of one launcher.
        radius_km: reach from the base, or from ``entry`` where that is given, km.
        detection_km: distance at which it sees aircraft, km.
        entry: (lon, lat) where it enters the map, for bases off the map.
        base_site: site it depends on, or ``None``.
        grounded: does not fly.
    """

    id: Id
    operator: Id
    type: Name
    base: Name
    lat: Latitude
    lon: Longitude
    count: NotNegative
    low: NotNegative
    high: NotNegative
    role: AirRole
    sorties_per_day: NotNegative
    radius_km: float = Field(gt=0, le=20_000)
    detection_km: NotNegative
    entry: Point | None
    base_site: Id | None
    grounded: bool = False
    note: str
    confidence: Confidence
    source: Text


class CrossingSpec(Strict):
    """A bridge, dam road or boat crossing.

    Attributes:
        river: name of the river; crossings of other rivers than the barrier are
            no gaps in it.
        accuracy_km: of its position, km.
    """

    id: Id
    name: Name
    lat: Latitude
    lon: Longitude
    kind: Literal["bridge", "dam", "ferry", "pontoon", "road_bridge"]
    river: Name
    status: CrossingStatus
    controller: str
    note: str
    confidence: Confidence
    accuracy_km: NotNegative
    source: Text
