"""The tables of a run: every column, its type, its unit and what it means.

``columns.csv`` beside this file is the one place where they are defined, and
``kinds.csv`` where kinds of event are; recorder, reader, docs and tests follow them.
``python -m abm.record.tables`` prints ``docs/tables.md``.
"""

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from abm.units import AnyIntArray


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: of the column.
        type: key of ``TYPES``.
        unit: of its values; ``id`` for names of rows, ``""`` where it has none.
        meaning: in one line.
    """

    name: str
    type: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]


class Tables(Protocol):
    """What holds recorded tables: a ``Recorder`` while running, a ``Run`` after it."""

    def table(self, name: str) -> pa.Table:
        """Return one table of ``TABLES``, with its schema."""


TYPES: dict[str, pa.DataType] = {
    "i8": pa.int8(),
    "i16": pa.int16(),
    "i32": pa.int32(),
    "f32": pa.float32(),
    "f64": pa.float64(),
    "bool": pa.bool_(),
    "name": pa.dictionary(pa.int32(), pa.string()),
    "text": pa.string(),
    "time": pa.timestamp("ms", tz="UTC"),  # Parquet knows no whole seconds
    "terms": pa.map_(pa.string(), pa.float64()),
    "rows": pa.list_(pa.int32()),
}


def _read(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _table(name: str, rows: list[dict[str, str]]) -> Table:
    columns = tuple(
        Column(row["column"], row["type"], row["unit"], row["meaning"])
        for row in rows[1:]
    )
    return Table(name, rows[0]["meaning"], columns)


@cache
def tables() -> dict[str, Table]:
    """Return every table of a run by name, in the order of the docs."""
    grouped = groupby(_read("columns.csv"), key=lambda row: row["table"])
    return {name: _table(name, list(rows)) for name, rows in grouped}


@cache
def kinds() -> dict[str, tuple[str, str]]:
    """Return the unit of ``amount`` and the meaning of every kind of event."""
    return {row["kind"]: (row["unit"], row["meaning"]) for row in _read("kinds.csv")}


@cache
def schema(name: str) -> pa.Schema:
    """Return the Arrow schema of a table; a column's unit is in its metadata."""
    return pa.schema(
        [
            pa.field(
                column.name,
                TYPES[column.type],
                metadata={"unit": column.unit, "meaning": column.meaning},
            )
            for column in tables()[name].columns
        ]
    )


def names(codes: AnyIntArray, known: Sequence[str]) -> pa.Array:
    """Return a column of names from indices into ``known``; below 0 means none.

    A name may stand in ``known`` more than once; it is one name in the column.
    """
    index = np.asarray(codes, dtype=np.int32)
    once = {name: row for row, name in enumerate(dict.fromkeys(known))}
    if len(once) < len(known):
        rows = np.array([once[name] for name in known], dtype=np.int32)
        index = np.where(index < 0, index, rows[index])
    return pa.DictionaryArray.from_arrays(
        pa.array(index, mask=index < 0), pa.array(list(once), pa.string())
    )


def built(name: str, columns: dict[str, Any]) -> pa.Table:
    """Return a table of the given columns, cast to its schema.

    Raises:
        KeyError: a column of the schema is not given.
    """
    expected = schema(name)
    arrays = []
    for column in expected:
        data = columns[column.name]
        array = data if isinstance(data, pa.Array) else pa.array(data, column.type)
        arrays.append(array if array.type == column.type else array.cast(column.type))
    return pa.Table.from_arrays(arrays, schema=expected)


def documented() -> str:
    """Return ``docs/tables.md``: every table, column and kind of event."""
    lines = [
        "# Tables of a run",
        "",
        "Written by `make docs` from `abm/record/columns.csv` and `kinds.csv`; do not",
        "edit. One Parquet file per table in the folder of a run. Column types:",
        "`name` is text kept as a dictionary, `terms` a map from text to number,",
        "`rows` a list of row numbers, `time` UTC to the second.",
    ]
    for table in tables().values():
        lines += ["", f"## {table.name}", "", f"A row is {table.row}.", ""]
        lines += ["| column | type | unit | meaning |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {column.name} | {column.type} | {column.unit} | {column.meaning} |"
            for column in table.columns
        ]
    lines += ["", "## Kinds of event", ""]
    lines += ["| kind | unit of amount | meaning |", "| --- | --- | --- |"]
    lines += [f"| {kind} | {unit} | {text} |" for kind, (unit, text) in kinds().items()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(documented() + "\n")
