"""Border segments and areas: pieces of map layers and polygons by name."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from abm.scenario.check_layers import is_closed
from abm.scenario.files import features_of
from abm.scenario.problems import nearest, shown
from abm.scenario.reader import Reader
from abm.scenario.schema import AreaSpec, BorderSpec, Id, Layer, Line, Name, Strict

Box = tuple[float, float, float, float]


class _SegmentRow(Strict):
    """A piece of a border or of roads, cut by a box in degrees."""

    id: Id
    name: Name
    border: tuple[Name, Name] | None = None
    roads: tuple[Name, ...] = ()
    box: Box | None = None
    country: Name | None = None
    sites: tuple[Id, ...] = ()


class BordersFile(Strict):
    """``borders.toml``."""

    segment: tuple[_SegmentRow, ...] = Field(default=())


def borders_of(
    reader: Reader, file: BordersFile, layers: Mapping[str, Layer]
) -> dict[str, BorderSpec]:
    """Return the segments with their lines cut out of the layers."""
    name = "borders.toml"
    reader.names["borders"] = {row.id for row in file.segment}
    found: dict[str, BorderSpec] = {}
    for number, row in enumerate(file.segment):
        where = f"segment[{number}]"
        if row.id in found:
            reader.report(name, f"{where}.id", f"duplicate id (got {shown(row.id)})")
        lines = _border_lines(reader, row, layers, where=where)
        lines += _road_lines(reader, row, layers, where=where)
        if row.box is not None:
            lines = [piece for line in lines for piece in _cut(line, row.box)]
        if not lines and reader.sound:
            reader.report(name, where, "no line of the map fits")
        found[row.id] = BorderSpec(
            id=row.id,
            name=row.name,
            country=row.country,
            sites=row.sites,
            lines=tuple(lines),
        )
    return found


def _border_lines(
    reader: Reader, row: _SegmentRow, layers: Mapping[str, Layer], *, where: str
) -> list[Line]:
    if row.border is None:
        return []
    features = _features(layers, "borders")
    pairs = {_sides(feature): _lines(feature) for feature in features}
    found = [
        line
        for feature in features
        if _sides(feature) == frozenset(row.border)
        for line in _lines(feature)
    ]
    if not found and pairs:
        known = {" | ".join(sorted(pair)) for pair in pairs}
        wanted = " | ".join(sorted(row.border))
        reader.report(
            "borders.toml",
            f"{where}.border",
            f"no such border (got {shown(wanted)}){nearest(wanted, known)}",
        )
    return found


def _road_lines(
    reader: Reader, row: _SegmentRow, layers: Mapping[str, Layer], *, where: str
) -> list[Line]:
    found: list[Line] = []
    roads = {str(_property(f, "name")): f for f in _features(layers, "roads")}
    for road in row.roads:
        if road not in roads and roads:
            reader.report(
                "borders.toml",
                f"{where}.roads",
                f"no such road (got {shown(road)}){nearest(road, roads)}",
            )
        elif road in roads:
            found += _lines(roads[road])
    return found


def _features(layers: Mapping[str, Layer], name: str) -> tuple[dict[str, Any], ...]:
    return layers[name].features if name in layers else ()


def _property(feature: Mapping[str, Any], key: str) -> Any:
    return feature["properties"].get(key)


def _sides(feature: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(_property(feature, side)) for side in ("left", "right"))


def _lines(feature: Mapping[str, Any]) -> list[Line]:
    geometry = feature["geometry"]
    lines = geometry["coordinates"]
    if geometry.get("type") == "LineString":
        lines = [lines]
    return [tuple((float(p[0]), float(p[1])) for p in line) for line in lines]


def _cut(line: Line, box: Box) -> list[Line]:
    """Return the runs of a line's points that lie in a box."""
    runs: list[list[tuple[float, float]]] = [[]]
    for lon, lat in line:
        if box[0] <= lon <= box[2] and box[1] <= lat <= box[3]:
            runs[-1].append((lon, lat))
        elif runs[-1]:
            runs.append([])
    return [tuple(run) for run in runs if len(run) > 1]


def areas_of(reader: Reader) -> dict[str, AreaSpec]:
    """Return the areas by id."""
    name = "areas.geojson"
    features = reader.parsed(name, features_of)
    if features is None:
        return {}
    reader.names["areas"] = {str(_property(f, "id")) for f in features}
    found: dict[str, AreaSpec] = {}
    for number, feature in enumerate(features):
        where = f"features[{number}]"
        rings = _rings(feature["geometry"])
        if rings is None:
            reader.report(name, where, "not a Polygon or MultiPolygon of closed rings")
            continue
        properties = feature["properties"]
        raw = {key: properties.get(key) for key in ("id", "name", "bank")}
        area = reader.validated(
            {**raw, "rings": rings}, AreaSpec, file=name, where=f"{where}.properties"
        )
        if area is not None and area.id in found:
            reader.report(name, f"{where}.properties.id", f"duplicate id {area.id!r}")
        if area is not None:
            found[area.id] = area
    return found


def _rings(geometry: Mapping[str, Any]) -> list[Any] | None:
    shapes = geometry["coordinates"]
    match geometry.get("type"):
        case "Polygon":
            shapes = [shapes]
        case "MultiPolygon":
            pass
        case _:
            return None
    return [shape[0] for shape in shapes] if is_closed(geometry) else None
