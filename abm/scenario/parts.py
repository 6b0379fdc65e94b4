"""Read each part of a scenario folder: one function a part."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import Field

from abm.scenario.check_layers import check_layers
from abm.scenario.files import check_grid, features_of, table_of, toml_of
from abm.scenario.parameters import KINDS, Evidence, Parameters, evidence_of
from abm.scenario.problems import nearest, shown
from abm.scenario.reader import Reader, inner_name
from abm.scenario.rules import Response, Rung, Zone
from abm.scenario.schema import (
    ActorSpec,
    Calendar,
    Document,
    Id,
    Layer,
    MapSpec,
    Name,
    Strict,
    Text,
)
from abm.scenario.tables import AirSpec, CrossingSpec, ForceSpec, SiteSpec

LAYER_FILES = (".geojson", ".asc")
REQUIRED_LAYERS = ("borders", "countries", "rivers", "roads", "terrain")


class ScenarioFile(Strict):
    """``scenario.toml``."""

    name: Id
    title: Name
    holders: tuple[Id, ...] = ()
    calendar: Calendar
    map: MapSpec
    layers: dict[Id, str]


class _DocumentRow(Strict):
    id: Id
    title: Text
    issuer: Text
    date: Text
    sentences: dict[str, Text] | None = None
    table: str | None = None


class _DocumentsFile(Strict):
    document: tuple[_DocumentRow, ...] = Field(min_length=1)


class RulesFile(Strict):
    """``rules.toml``."""

    rung: tuple[Rung, ...] = Field(min_length=1)
    response: tuple[Response, ...] = ()
    zone: tuple[Zone, ...] = ()


def _point(cell: str) -> tuple[float, float] | None:
    if not cell:
        return None
    words = cell.split()
    if len(words) != len(("lon", "lat")):
        raise ValueError(f"not a longitude and a latitude (got {shown(cell)})")
    try:
        return float(words[0]), float(words[1])
    except ValueError:
        raise ValueError(
            f"not a longitude and a latitude (got {shown(cell)})"
        ) from None


def _ids(cell: str) -> tuple[str, ...]:
    return tuple(cell.split())


def _optional(cell: str) -> str | None:
    return cell or None


def sites(reader: Reader) -> tuple[SiteSpec, ...]:
    """Return the named places; ``contested`` is told by their controller."""
    name = "sites.csv"
    return reader.table(name, SiteSpec, cells={}, absent=frozenset({"contested"}))


def forces(reader: Reader) -> tuple[ForceSpec, ...]:
    """Return the order of battle, totals included."""
    return reader.table("forces.csv", ForceSpec, cells={"places": _ids})


def air(reader: Reader) -> tuple[AirSpec, ...]:
    """Return the air assets."""
    cells: dict[str, Callable[[str], Any]] = {"entry": _point, "base_site": _optional}
    return reader.table("air.csv", AirSpec, cells=cells, absent=frozenset({"grounded"}))


def crossings(reader: Reader) -> tuple[CrossingSpec, ...]:
    """Return the river crossings."""
    return reader.table("crossings.csv", CrossingSpec, cells={})


def documents(reader: Reader) -> dict[str, Document]:
    """Return the documents by id, sentences of a table read from it."""
    name = "documents.toml"
    file = reader.toml(name, _DocumentsFile)
    if file is None:
        return {}
    reader.names["documents"] = {row.id for row in file.document}
    found: dict[str, Document] = {}
    for number, row in enumerate(file.document):
        where = f"document[{number}]"
        if (row.sentences is None) == (row.table is None):
            reader.report(name, where, "needs either sentences or a table")
            continue
        sentences = row.sentences
        if row.table is not None:
            if not reader.named_file(row.table, file=name, where=f"{where}.table"):
                continue
            sentences = _facts(reader, inner_name(row.table))
        if row.id in found:
            reader.report(name, f"{where}.id", f"duplicate id (got {shown(row.id)})")
        found[row.id] = Document(
            id=row.id,
            title=row.title,
            issuer=row.issuer,
            date=row.date,
            sentences=sentences or {},
        )
    return found


def _facts(reader: Reader, name: str) -> dict[str, str]:
    read = reader.parsed(name, table_of)
    columns, rows = read or ([], [])
    if read is not None and not {"id", "fact"} <= set(columns):
        reader.report(name, "", "needs the columns id and fact")
        return {}
    facts: dict[str, str] = {}
    for row in rows:
        if row["id"] in facts:
            reader.report(name, row["id"], "duplicate id")
        facts[row["id"]] = row["fact"] or " "
    return facts


def actors(reader: Reader) -> tuple[ActorSpec, ...]:
    """Return the actors in the order of their file names, without patrons."""
    names = sorted(n for n in reader.files if n.startswith("actors/"))
    found: list[ActorSpec | None] = []
    reader.names["actors"] = {Path(name).stem for name in names}
    for name in names:
        stem, _, kind = name.removeprefix("actors/").rpartition(".")
        if kind != "toml" or "/" in stem:
            reader.used.add(name)
            reader.report(name, "", "not an actor; write actors/<id>.toml")
            continue
        found.append(_actor(reader, name, stem))
    if not names:
        reader.report("actors/", "", "no actor; write actors/<id>.toml")
    return tuple(actor for actor in found if actor is not None)


def _actor(reader: Reader, name: str, stem: str) -> ActorSpec | None:
    raw = reader.parsed(name, lambda content: _toml_actor(content, stem))
    if raw is None:
        return None
    if "id" in raw and raw["id"] != stem:
        reader.report(name, "id", f"unknown key; the file's name {stem!r} is the id")
        return None
    for key in ("patrons", "objectives"):
        if key in raw:
            hint = "write [[objective]]" if key == "objectives" else "see relations"
            reader.report(name, key, f"unknown key; {hint}")
            return None
    raw["objectives"] = raw.pop("objective", [])
    before = len(reader.problems)
    actor = reader.validated(raw, ActorSpec, file=name, where="")
    reader.problems[before:] = [
        line.replace(f"{name}: objectives", f"{name}: objective", 1)
        for line in reader.problems[before:]
    ]
    return actor


def _toml_actor(content: bytes, stem: str) -> dict[str, Any]:
    raw = toml_of(content)
    raw.setdefault("id", stem)
    return raw


def layers(reader: Reader, file: ScenarioFile, folder: Path) -> dict[str, Layer]:
    """Return the map layers by name."""
    name = "scenario.toml"
    found: dict[str, Layer] = {}
    for layer in REQUIRED_LAYERS:
        if layer not in file.layers:
            reader.report(name, f"layers.{layer}", "missing")
    read: dict[str, str] = {}
    for layer, named in file.layers.items():
        if not reader.named_file(named, file=name, where=f"layers.{layer}"):
            continue
        path = inner_name(named)
        if not path.endswith(LAYER_FILES):
            what = f"not a {' or '.join(LAYER_FILES)} file (got {shown(named)})"
            reader.report(name, f"layers.{layer}", what)
            continue
        if layer in REQUIRED_LAYERS and path.endswith(".asc"):
            what = f"not a {LAYER_FILES[0]} file (got {shown(named)})"
            reader.report(name, f"layers.{layer}", what)
            continue
        if path.endswith(".asc"):
            reader.parsed(path, check_grid)
            found[layer] = Layer(name=layer, path=folder / path, features=())
        else:
            features = reader.parsed(path, features_of)
            if features is not None:
                layer_path = folder / path
                found[layer] = Layer(name=layer, path=layer_path, features=features)
                read[layer] = path
    check_layers(found, read, reader)
    return found


def parameters(reader: Reader) -> tuple[Parameters, dict[str, Evidence]]:
    """Return the parameters of all phases and their evidence by path."""
    phases: dict[str, Any] = {}
    evidence: dict[str, Evidence] = {}
    for phase, kind in KINDS.items():
        name = f"parameters/{phase}.toml"
        raw = reader.parsed(name, toml_of)
        found, problems = (
            ({}, [""]) if raw is None else evidence_of(raw, kind, file=name)
        )
        if problems:
            reader.problems += [problem for problem in problems if problem]
            continue
        phases[phase] = kind(**{key: entry.value for key, entry in found.items()})
        evidence |= {f"{phase}.{key}": entry for key, entry in found.items()}
    return Parameters(phases), evidence


def aliases(reader: Reader) -> dict[str, tuple[str, ...]]:
    """Return the alias table, empty where the scenario has none."""
    name = "aliases.toml"
    if name not in reader.files:
        return {}
    raw = reader.parsed(name, toml_of) or {}
    found: dict[str, tuple[str, ...]] = {}
    for key, ids in raw.items():
        if not isinstance(ids, list) or not all(isinstance(part, str) for part in ids):
            reader.report(name, key, f"not a list of ids (got {shown(ids)})")
            continue
        found[key] = tuple(ids)
    return found


def unread(reader: Reader) -> None:
    """Report files that nothing reads: misspelled names, most likely."""
    read = reader.used | {"interventions.toml", "aliases.toml"}
    for name in sorted(set(reader.files) - read):
        data = name.endswith((".csv", ".geojson", ".asc")) and reader.sound
        if data or name.endswith(".toml"):
            room = name.rpartition("/")[0]
            beside = {other for other in read if other.rpartition("/")[0] == room}
            reader.report(name, "", f"unknown file{nearest(name, beside)}")
