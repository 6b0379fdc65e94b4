"""Parts of a results folder: Parquet files whose name is the hash of their bytes."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from abm.whole import write_whole

PARTS = "parts"
NAME = re.compile(r"part-([0-9a-f]{32})\.parquet")
DIGITS = 32
IDENTITY = b"flashpoint.identity"
KEYS = ("row", "attempt", "failure")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a file in the parts folder is not counted.

    Attributes:
        file: which file.
        text: what is wrong with it.
    """

    file: Path
    text: str

    def __str__(self) -> str:
        return f"{self.file.name}: {self.text}"


def write_part(folder: Path, rows: pa.Table, *, identity: str) -> Path:
    """Write rows as one part and return its file.

    Raises:
        OSError: it could not be written; nothing is left of it.
    """
    metadata = {**(rows.schema.metadata or {}), IDENTITY: identity.encode()}
    buffer = pa.BufferOutputStream()
    pq.write_table(rows.replace_schema_metadata(metadata), buffer, compression="zstd")
    content = buffer.getvalue().to_pybytes()
    digest = hashlib.sha256(content).hexdigest()[:DIGITS]
    file = folder / PARTS / f"part-{digest}.parquet"
    write_whole(file, content)
    return file


def read_part(
    file: Path, *, identity: str, columns: Sequence[str] | None = None
) -> pa.Table | Reason:
    """Return the rows of a part, or why it can't be counted.

    Args:
        file: the part.
        identity: identity of the manifest the part must belong to.
        columns: columns to read; those that the part lacks are left out.
    """
    named = NAME.fullmatch(file.name)
    if named is None:
        return Reason(file, "not a part of a sweep (foreign name)")
    try:
        content = file.read_bytes()
    except OSError as error:
        return Reason(file, f"can't be read ({error.strerror})")
    if hashlib.sha256(content).hexdigest()[:DIGITS] != named[1]:
        return Reason(file, f"truncated or damaged ({len(content)} bytes)")
    try:
        parquet = pq.ParquetFile(pa.BufferReader(content))
    except pa.ArrowInvalid as error:
        return Reason(file, f"not Parquet ({error})")
    schema = parquet.schema_arrow
    if (schema.metadata or {}).get(IDENTITY) != identity.encode():
        return Reason(file, "belongs to another study, scenario or code")
    if columns is not None:
        columns = [name for name in columns if name in schema.names]
    return parquet.read(columns=columns)


def part_files(folder: Path) -> Iterator[Path]:
    """Yield everything in the parts folder but files still being written."""
    for file in sorted((folder / PARTS).glob("*")):
        if not (file.name.startswith(".") and file.name.endswith(".tmp")):
            yield file
