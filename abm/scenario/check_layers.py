"""Check map layers: the shapes and properties that the land is made of."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from abm.scenario.names import known_name
from abm.scenario.problems import nearest, shown
from abm.scenario.reader import Reader
from abm.scenario.scenario import Scenario
from abm.scenario.schema import Layer, Name, Strict, UnitShare
from abm.units import RoadClass

LINES = ("LineString", "MultiLineString")
AREAS = ("Polygon", "MultiPolygon")
SHAPES: Mapping[str, tuple[str, ...]] = {
    "borders": LINES,
    "rivers": LINES,
    "roads": LINES,
    "countries": AREAS,
    "terrain": AREAS,
    "lakes": AREAS,
    "held": AREAS,
}
"""What the features of a layer may be; other layers are only drawn."""
MOST_FEATURES = 120
"""Most features of a layer whose rows are kept as small whole numbers."""
NUMBERED = ("countries", "terrain")


class _Properties(Strict):
    model_config = ConfigDict(extra="ignore")


class _Border(_Properties):
    left: Name
    right: Name


class _Named(_Properties):
    name: Name


class _Road(_Properties):
    cls: RoadClass
    name: Name | None = None


class _Terrain(_Properties):
    """Ground: ``move_cost`` of a km off the roads, 1 on open steppe."""

    cls: Name
    move_cost: float = Field(gt=0, le=1000)
    cover: UnitShare


class _Held(_Properties):
    holder: Name
    bank: Literal["left", "right"] | None = None


PROPERTIES: Mapping[str, type[_Properties]] = {
    "borders": _Border,
    "rivers": _Named,
    "roads": _Road,
    "countries": _Named,
    "terrain": _Terrain,
    "held": _Held,
}


def check_layers(
    layers: Mapping[str, Layer], files: Mapping[str, str], reader: Reader
) -> None:
    """Report features of the wrong shape and properties that are missing or wrong.

    Args:
        layers: those that could be read.
        files: file of each layer.
        reader: takes the problems.
    """
    for name in SHAPES.keys() & layers.keys():
        file, features = files[name], layers[name].features
        if name in NUMBERED and len(features) > MOST_FEATURES:
            what = f"more than {MOST_FEATURES} (got {len(features)})"
            reader.report(file, "features", what)
        for number, feature in enumerate(features):
            _check_feature(
                name, feature, reader, file=file, where=f"features[{number}]"
            )


def _check_feature(
    layer: str, feature: Mapping[str, Any], reader: Reader, *, file: str, where: str
) -> None:
    geometry, wanted = feature["geometry"], SHAPES[layer]
    if geometry["type"] not in wanted:
        what = f"not of this layer (got {shown(geometry['type'])})"
        hint = nearest(geometry["type"], wanted)
        reader.report(file, f"{where}.geometry.type", f"{what}{hint}")
    elif wanted == AREAS and not is_closed(geometry):
        reader.report(file, where, "not a Polygon or MultiPolygon of closed rings")
    if layer in PROPERTIES:
        reader.validated(
            feature["properties"],
            PROPERTIES[layer],
            file=file,
            where=f"{where}.properties",
        )


def is_closed(geometry: Mapping[str, Any]) -> bool:
    """Return whether every ring of an area ends where it starts."""
    shapes = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        shapes = [shapes]
    return all(ring[0] == ring[-1] for shape in shapes for ring in shape)


def check_held(scenario: Scenario, known: Collection[str], reader: Reader) -> None:
    """Report areas drawn as held by somebody unknown."""
    layer = scenario.layers.get("held")
    if layer is None:
        return
    file = layer.path.relative_to(scenario.folder).as_posix()
    for number, feature in enumerate(layer.features):
        properties: Any = feature["properties"]
        holder = properties.get("holder")
        if isinstance(holder, str):
            where = f"features[{number}].properties.holder"
            known_name(reader, holder, known, file=file, where=where)
