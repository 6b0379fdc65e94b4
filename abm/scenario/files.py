"""Read a scenario folder: bytes in, nothing trusted, every problem kept.

Reading is done once; the hash and the parsed values come from the same bytes.
"""

import csv
import hashlib
import io
import json
import math
import os
import re
import tomllib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from abm.scenario.problems import nearest, shown

MAX_BYTES = 8 * 2**20
"""Largest file of a scenario, bytes."""
MAX_FILES = 400
"""Most files of a scenario."""
MAX_DEPTH = 40
"""Deepest nesting of a GeoJSON value."""
MAX_CELL = 5000
"""Longest CSV cell, characters."""
MAX_ROWS = 20_000
"""Most rows of a CSV table."""
MAX_DOTS = 400
"""Most dots in a line of TOML: each deepens a key, and parsing takes their square."""
MAX_WHOLE = 2**63 - 1
"""Largest whole number."""
DATA = (".toml", ".csv", ".geojson", ".asc")
"""Endings of the files that are read."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that no text has, but for tab and line ends."""
GRID_HEAD = ("ncols", "nrows", "xllcenter", "yllcenter", "cellsize", "nodata_value")
"""What an elevation file starts with, each with its number."""
DEPTHS = {
    "Point": 1,
    "MultiPoint": 2,
    "LineString": 2,
    "MultiLineString": 3,
    "Polygon": 3,
    "MultiPolygon": 4,
}
"""Lists within lists of a geometry's coordinates, down to the numbers."""
FEWEST = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}
"""Fewest positions of a line and of a ring."""
LONGITUDE_LIMIT = 180
LATITUDE_LIMIT = 90
"""Degrees."""


class FileError(ValueError):
    """A file that cannot be read as what it claims to be."""


def read_folder(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return the bytes of each file by its name in the folder, and the problems.

    Hidden files and folders are passed over, and folders whose name starts with ``_``:
    what is recorded, no input of a run. Links are never followed.
    """
    found: dict[str, bytes] = {}
    problems: list[str] = []
    for path in _entries(folder):
        name = path.relative_to(folder).as_posix()
        wrong = _refusal(path, folder)
        if wrong:
            problems.append(f"{name}: {wrong}")
        elif len(found) >= MAX_FILES:
            problems.append(f"{name}: more than {MAX_FILES} files in a scenario")
            break
        else:
            try:
                found[name] = path.read_bytes()
            except OSError as error:
                problems.append(f"{name}: cannot be read ({error.strerror})")
    return found, problems


def _entries(folder: Path) -> Iterator[Path]:
    for parent, inner, names in os.walk(folder, followlinks=False):
        links = [name for name in inner if (Path(parent) / name).is_symlink()]
        odd = {name for name in inner if name.endswith(DATA)} | set(links)
        inner[:] = sorted(n for n in inner if n[0] not in "._" and n not in odd)
        for name in sorted([*names, *odd]):
            if not name.startswith("."):
                yield Path(parent) / name


def _refusal(path: Path, folder: Path) -> str:
    if not path.name.isprintable():
        return "a file name with characters that are no text; rename it"
    if path.is_symlink():
        if not _leads_inside(path, folder):
            return "symbolic link out of the scenario folder; copy the file instead"
        return "symbolic link; copy the file instead"
    if not path.is_file():
        return "not a regular file"
    size = path.stat().st_size
    if size > MAX_BYTES:
        return f"larger than {MAX_BYTES} bytes (got {size})"
    return ""


def _leads_inside(link: Path, folder: Path) -> bool:
    try:
        return link.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link to itself
        return False


def folder_hash(files: dict[str, bytes]) -> str:
    """Return the SHA-256 over names and contents, in the order of the names."""
    total = hashlib.sha256()
    for name in sorted(files):
        content = files[name]
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def text_of(content: bytes) -> str:
    """Return a file as text.

    Raises:
        FileError: it is empty, not UTF-8, or has control characters.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"not UTF-8 (byte {error.start})") from error
    if not text.strip():
        raise FileError("empty")
    control = CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise FileError(f"line {line}: a control character (got {control[0]!r})")
    return text


def toml_of(content: bytes) -> dict[str, Any]:
    """Return a TOML file as a dictionary.

    Raises:
        FileError: it is no TOML.
    """
    text = text_of(content).replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > MAX_DOTS:
            raise FileError(f"line {number}: more than {MAX_DOTS} dots")
    try:
        raw = tomllib.loads(text)
    except RecursionError as error:
        raise FileError("nested too deeply") from error
    except ValueError as error:
        raise FileError(f"not valid TOML: {error}") from error
    _check_values(raw, "", MAX_DEPTH)
    return raw


def _check_values(value: Any, where: str, depth: int) -> None:
    """Refuse TOML that is nested too deeply, and whole numbers beyond all sense."""
    if depth == 0:
        raise FileError("nested too deeply")
    if isinstance(value, dict):
        for key, part in value.items():
            _check_values(part, f"{where}.{key}".removeprefix("."), depth - 1)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            _check_values(part, f"{where}[{number}]", depth - 1)
    elif isinstance(value, int) and abs(value) > MAX_WHOLE:
        raise FileError(f"{where}: beyond any number here (got {shown(value)})")


def table_of(content: bytes) -> tuple[list[str], list[dict[str, str]]]:
    """Return a CSV file as its column names and its rows.

    Raises:
        FileError: it is no CSV table with a header and at least one row.
    """
    reader = csv.DictReader(io.StringIO(text_of(content), newline=""), strict=True)
    try:
        columns = list(reader.fieldnames or ())
        rows = list(islice(reader, MAX_ROWS + 1))
    except csv.Error as error:
        raise FileError(f"not valid CSV: {error}") from error
    if len(rows) > MAX_ROWS:
        raise FileError(f"more than {MAX_ROWS} rows")
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise FileError(f"line {number}: not as many cells as columns")
        if any(len(cell) > MAX_CELL for cell in row.values()):
            raise FileError(f"line {number}: a cell longer than {MAX_CELL}")
    if len(set(columns)) != len(columns):
        raise FileError("two columns of one name")
    if not rows:
        raise FileError("no rows")
    return columns, rows


def features_of(content: bytes) -> tuple[dict[str, Any], ...]:
    """Return the features of a GeoJSON file.

    Raises:
        FileError: it is no feature collection with finite positions on Earth.
    """
    text = text_of(content)
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise FileError("nested too deeply") from error
    except ValueError as error:
        raise FileError(f"not valid JSON: {error}") from error
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        raise FileError("not a GeoJSON FeatureCollection")
    features = data.get("features")
    if not isinstance(features, list) or not features:
        raise FileError("features: missing or empty")
    for number, feature in enumerate(features):
        _check_feature(feature, f"features[{number}]")
    return tuple(features)


def _refuse_constant(name: str) -> float:
    raise FileError(f"not a finite number (got {name})")


def _check_feature(feature: Any, where: str) -> None:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise FileError(f"{where}.properties: missing")
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or "coordinates" not in geometry:
        raise FileError(f"{where}.geometry.coordinates: missing")
    kind = geometry.get("type")
    if kind not in tuple(DEPTHS):
        what = f"unknown (got {shown(kind)}){nearest(kind, DEPTHS)}"
        raise FileError(f"{where}.geometry.type: {what}")
    if not _positions(geometry["coordinates"], DEPTHS[kind], FEWEST.get(kind, 1)):
        raise FileError(
            f"{where}.geometry.coordinates: not positions of longitude and latitude "
            f"as a {kind} has them"
        )


def _positions(value: Any, depth: int, fewest: int) -> bool:
    """Whether lists lie ``depth`` deep, the lowest but one long enough, on Earth."""
    if not isinstance(value, list) or not value:
        return False
    if depth > 1:
        long_enough = depth > len(("line", "point")) or len(value) >= fewest
        return long_enough and all(_positions(p, depth - 1, fewest) for p in value)
    numbers = all(
        isinstance(part, int | float) and not isinstance(part, bool) for part in value
    )
    if not numbers or not 2 <= len(value) <= 3 or not all(map(_is_sane, value)):
        return False
    return bool(abs(value[0]) <= LONGITUDE_LIMIT and abs(value[1]) <= LATITUDE_LIMIT)


def _is_sane(number: float) -> bool:
    return abs(number) <= MAX_WHOLE  # false for NaN and infinity too


def check_grid(content: bytes) -> None:
    """Check an elevation file (ESRI ASCII grid).

    Raises:
        FileError: its header or its numbers do not fit.
    """
    words = text_of(content).split()
    if tuple(word.lower() for word in words[: 2 * len(GRID_HEAD) : 2]) != GRID_HEAD:
        raise FileError(f"not an ASCII grid: it starts with {', '.join(GRID_HEAD)}")
    header = dict(zip(GRID_HEAD, words[1 : 2 * len(GRID_HEAD) : 2], strict=False))
    body = words[2 * len(GRID_HEAD) :]
    try:
        rows, columns = int(header["nrows"]), int(header["ncols"])
        numbers = [float(word) for word in [*header.values(), *body]]
    except (KeyError, ValueError) as error:
        raise FileError(f"not an ASCII grid: {error}") from error
    if min(rows, columns) < 2 or not float(header["cellsize"]) > 0:
        got = f"got {rows} x {columns}, cellsize {header['cellsize']}"
        raise FileError(f"not at least 2 x 2 points some degrees apart ({got})")
    if not all(map(math.isfinite, numbers)) or len(body) != rows * columns:
        raise FileError(f"not {rows} x {columns} finite numbers (got {len(body)})")
