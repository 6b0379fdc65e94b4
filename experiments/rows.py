"""A run as a row: its columns, their types, and how outcomes become columns."""

import base64
import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import pyarrow as pa

from experiments.design import Points
from experiments.run import Case, Outcome

Row = dict[str, Any]
Value = float | str | dt.date | None

FACTOR = "factor."
"""Prefix of the factors' columns."""

DATES = "dates."
INCIDENTS = "incidents."

HEAD = {
    "row": pa.int64(),
    "point": pa.int64(),
    "replicate": pa.int64(),
    "attempt": pa.int64(),
    "seed": pa.int64(),
}
"""First columns: which run it is."""

TAIL = {
    "digest": pa.string(),
    "ticks": pa.int64(),
    "wall_s": pa.float64(),
    "versions": pa.string(),
    "failure": pa.string(),
    "traceback": pa.string(),
    "outcomes": pa.string(),
    "maps": pa.binary(),
}
"""Last columns: how it ended. ``failure`` is null for a run that gave a result."""

HEAVY = ("outcomes", "traceback", "maps", "versions")
"""Columns that are read only where asked for."""

VOLATILE = ("wall_s", "traceback", "attempt")
"""Columns that may differ between two computations of the same run."""


def result_row(
    case: Case, outcome: Outcome, *, attempt: int, wanted: Sequence[str]
) -> Row:
    """Return the row of a run that ended well.

    Args:
        case: what was run.
        outcome: what it gave.
        attempt: how often it had been tried before.
        wanted: patterns of the outcomes to spread into columns; all if empty.
    """
    flat = flattened(outcome.outcomes)
    if wanted:
        flat = {
            name: value
            for name, value in flat.items()
            if any(fnmatchcase(name, pattern) for pattern in wanted)
        }
    return {
        **_head(case, attempt),
        **flat,
        "digest": outcome.digest,
        "ticks": outcome.ticks,
        "wall_s": outcome.wall_s,
        "versions": json.dumps(outcome.versions, sort_keys=True),
        "failure": None,
        "traceback": None,
        "outcomes": json.dumps(outcome.outcomes, separators=(",", ":")),
        "maps": outcome.maps or None,
    }


def failure_row(case: Case, reason: str, *, attempt: int, traceback: str) -> Row:
    """Return the row of a run that raised."""
    return {**_head(case, attempt), "failure": reason, "traceback": traceback}


def _head(case: Case, attempt: int) -> Row:
    """Return which run a row is; factors by number until the row is stored."""
    return {
        "row": case.row,
        "point": case.point,
        "replicate": case.replicate,
        "attempt": attempt,
        "seed": case.seed,
    }


def flattened(outcomes: Mapping[str, Any]) -> dict[str, Value]:
    """Return outcomes by dotted name.

    Dates become dates (None: it never happened in the run), lists of incidents
    become counts in all and by kind, other lists their length.
    """
    flat: dict[str, Value] = {}
    for name, value in outcomes.items():
        if name == "dates":
            flat.update({f"{DATES}{key}": _date(day) for key, day in value.items()})
        elif name == "incidents":
            flat.update(_incident_counts(value))
        else:
            flat.update(_spread(name, value))
    return flat


def _spread(name: str, value: object) -> dict[str, Value]:
    """Return a value and everything below it by dotted name."""
    if isinstance(value, dict):
        return {
            inner: leaf
            for key, below in value.items()
            for inner, leaf in _spread(f"{name}.{key}", below).items()
        }
    if isinstance(value, str) or value is None:
        return {name: value}
    if isinstance(value, bool | int | float):
        return {name: float(value)}
    return {f"{name}.count": float(len(value))} if isinstance(value, list) else {}


def _date(text: str | None) -> dt.date | None:
    """Return an ISO date, or None for one that never came."""
    return None if text is None else dt.date.fromisoformat(text)


def _incident_counts(incidents: Iterable[Mapping[str, Any]]) -> dict[str, Value]:
    """Return the number of incidents, in all and by kind."""
    counts: dict[str, Value] = {f"{INCIDENTS}total": 0.0}
    for incident in incidents:
        for name in (f"{INCIDENTS}total", f"{INCIDENTS}{incident.get('kind', 'any')}"):
            counts[name] = float(str(counts.get(name, 0.0))) + 1.0
    return counts


def as_line(row: Row) -> str:
    """Return a row as one line of JSON."""
    plain = dict(row)
    if plain.get("maps"):
        plain["maps"] = base64.b64encode(plain["maps"]).decode()
    return json.dumps(plain, default=str, separators=(",", ":"))


def from_line(line: str) -> Row:
    """Return the row of a line that ``as_line`` made."""
    row: Row = json.loads(line)
    if row.get("maps"):
        row["maps"] = base64.b64decode(row["maps"])
    for name, value in row.items():
        if name.startswith(DATES) and value is not None:
            row[name] = dt.date.fromisoformat(value)
    return row


def factor_types(points: Points) -> dict[str, pa.DataType]:
    """Return the column type of each factor."""
    columns = zip(*points.values, strict=True) if points.values else iter(())
    return {
        f"{FACTOR}{label}": _type_of(column)
        for label, column in zip(points.labels, columns, strict=False)
    }


def _type_of(values: Sequence[object]) -> pa.DataType:
    """Return the type that holds every value of a factor."""
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return pa.bool_()
    if kinds == {int}:
        return pa.int64()
    return pa.float64() if kinds <= {int, float} else pa.string()


def table(rows: Sequence[Row], points: Points) -> pa.Table:
    """Return rows as an Arrow table with the factors' values filled in."""
    types = factor_types(points)
    columns = {
        **{name: _column(rows, name, kind) for name, kind in HEAD.items()},
        **{
            name: _factor_column(rows, points, number, kind)
            for number, (name, kind) in enumerate(types.items())
        },
        **_outcome_columns(rows),
        **{name: _column(rows, name, kind) for name, kind in TAIL.items()},
    }
    return pa.table(columns)


def _column(rows: Sequence[Row], name: str, kind: pa.DataType) -> pa.Array:
    """Return one column of the rows."""
    return pa.array([row.get(name) for row in rows], type=kind)


def _factor_column(
    rows: Sequence[Row], points: Points, number: int, kind: pa.DataType
) -> pa.Array:
    """Return the values of one factor."""
    values = [points.values[row["point"]][number] for row in rows]
    if kind == pa.string():
        values = [str(value) for value in values]
    return pa.array(values, type=kind)


def _outcome_columns(rows: Sequence[Row]) -> dict[str, pa.Array]:
    """Return the columns of all outcomes that occur in the rows, by name."""
    names = sorted({name for row in rows for name in row} - set(HEAD) - set(TAIL))
    columns = {}
    for name in names:
        present = [row[name] for row in rows if row.get(name) is not None]
        if name.startswith(DATES):
            columns[name] = _column(rows, name, pa.date32())
        elif present:
            kind = pa.string() if isinstance(present[0], str) else pa.float64()
            columns[name] = _column(rows, name, kind)
    return columns
