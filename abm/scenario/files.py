"""Read a scenario folder: bytes in, nothing trusted, every problem kept.

Reading is done once; the hash and the parsed values come from the same bytes.
"""

import csv
import hashlib
import io
import json
import math
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAX_BYTES = 8 * 2**20
"""Largest file of a scenario, bytes."""
MAX_FILES = 400
"""Most files of a scenario."""
MAX_DEPTH = 40
"""Deepest nesting of a GeoJSON value."""
MAX_CELL = 5000
"""Longest CSV cell, characters."""
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
        inner[:] = sorted(n for n in inner if n[0] not in "._" and n not in links)
        for name in sorted([*names, *links]):
            if not name.startswith("."):
                yield Path(parent) / name


def _refusal(path: Path, folder: Path) -> str:
    if path.is_symlink():
        inside = path.resolve().is_relative_to(folder.resolve())
        if not inside:
            return "symbolic link out of the scenario folder; copy the file instead"
        return "symbolic link; copy the file instead"
    if not path.is_file():
        return "not a regular file"
    size = path.stat().st_size
    if size > MAX_BYTES:
        return f"larger than {MAX_BYTES} bytes (got {size})"
    return ""


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
        FileError: it is empty or not UTF-8.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"not UTF-8 (byte {error.start})") from error
    if not text.strip():
        raise FileError("empty")
    return text


def toml_of(content: bytes) -> dict[str, Any]:
    """Return a TOML file as a dictionary.

    Raises:
        FileError: it is no TOML.
    """
    text = text_of(content)
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except RecursionError as error:
        raise FileError("nested too deeply") from error
    except ValueError as error:
        raise FileError(f"not valid TOML: {error}") from error


def table_of(content: bytes) -> tuple[list[str], list[dict[str, str]]]:
    """Return a CSV file as its column names and its rows.

    Raises:
        FileError: it is no CSV table with a header and at least one row.
    """
    reader = csv.DictReader(io.StringIO(text_of(content), newline=""), strict=True)
    try:
        columns = list(reader.fieldnames or ())
        rows = list(reader)
    except csv.Error as error:
        raise FileError(f"not valid CSV: {error}") from error
    for row in rows:
        number = rows.index(row) + 2
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
    if not _positions(geometry["coordinates"], MAX_DEPTH):
        raise FileError(
            f"{where}.geometry.coordinates: not positions of longitude and latitude"
        )


def _positions(value: Any, depth: int) -> bool:
    if not isinstance(value, list) or not value or depth == 0:
        return False
    if isinstance(value[0], list):
        return all(_positions(part, depth - 1) for part in value)
    numbers = all(
        isinstance(part, int | float) and not isinstance(part, bool) for part in value
    )
    if not numbers or len(value) < 2 or not all(math.isfinite(part) for part in value):
        return False
    on_earth = abs(value[0]) <= LONGITUDE_LIMIT and abs(value[1]) <= LATITUDE_LIMIT
    return bool(on_earth)


def check_grid(content: bytes) -> None:
    """Check an elevation file (ESRI ASCII grid).

    Raises:
        FileError: its header or its numbers do not fit.
    """
    words = text_of(content).split()
    header = {}
    while len(words) >= 2 and words[0].isidentifier():
        header[words[0].lower()], words = words[1], words[2:]
    try:
        rows, columns = int(header["nrows"]), int(header["ncols"])
        finite = all(math.isfinite(float(word)) for word in words)
    except (KeyError, ValueError) as error:
        raise FileError(f"not an ASCII grid: {error}") from error
    if not finite or len(words) != rows * columns:
        raise FileError(f"not {rows} x {columns} finite numbers (got {len(words)})")
