"""The store: a folder of results that survives whatever kills its writer.

A finished run is appended to a journal at once; full chunks of the journal become
Parquet parts, each written whole. What is not in a part or the journal was not done.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from abm.units import BoolArray, IntArray
from experiments import rows as row_format
from experiments.files import Journal, Lock, journal_lines
from experiments.manifest import NAME as MANIFEST
from experiments.manifest import Manifest, differences, read_manifest
from experiments.parts import KEYS, PARTS, Reason, part_files, read_part, write_part
from experiments.problems import StoreError
from experiments.rows import Row
from experiments.run import Cases

CHUNK = 64
"""Runs in a part."""

JOURNAL = "journal.jsonl"
SET_ASIDE = "set_aside"
LOCK = ".lock"
SYNC_S = 0.5
"""Longest time a finished run may wait to be safe from a power cut, seconds."""

NOT_TRIED = -1


class Store:
    """A results folder open for writing by this process alone.

    Attributes:
        folder: where it is.
        manifest: what it holds.
        notes: what was found and done on opening, in words.
        attempts: last attempt of each run, NOT_TRIED where none, shape (n_runs,).
        failed: whether a run's last attempt failed, shape (n_runs,).
    """

    def __init__(
        self, folder: Path, cases: Cases, manifest: Manifest, *, chunk: int = CHUNK
    ) -> None:
        self.folder, self.manifest, self.notes = folder, manifest, list[str]()
        self._cases, self._chunk = cases, chunk
        self.attempts: IntArray = np.full(len(cases), NOT_TRIED, dtype=np.int64)
        self.failed: BoolArray = np.zeros(len(cases), dtype=np.bool_)
        self._buffer: list[Row] = []
        self._synced = time.monotonic()
        _claim(folder)
        self._lock = Lock(folder / LOCK)
        try:
            self._open()
        except BaseException:
            self._lock.release()
            raise

    def _open(self) -> None:
        """Check the manifest, count what is there, and take over the journal."""
        if (self.folder / MANIFEST).exists():
            _refuse_changes(self.folder, read_manifest(self.folder), self.manifest)
        else:
            self.manifest.write(self.folder)
        for file in (self.folder / PARTS).glob(".*.tmp"):
            file.unlink()
        for file in part_files(self.folder):
            self._count(file)
        lines, broken = journal_lines(self.folder / JOURNAL)
        if broken:
            self.notes.append(f"{JOURNAL}: {broken} unfinished line dropped")
        self._buffer = [
            row for row in map(row_format.from_line, lines) if self._take(row)
        ]
        self._journal = Journal(self.folder / JOURNAL)
        if lines or broken:
            self.notes.append(f"{JOURNAL}: {len(self._buffer)} runs recovered")
            self.flush()

    @property
    def done(self) -> int:
        """Number of runs that have a row."""
        return int((self.attempts != NOT_TRIED).sum())

    def append(self, row: Row) -> None:
        """Store a row; from here on it survives the death of this process.

        Raises:
            OSError: the disk is full; the row is not stored.
        """
        if not self._take(row):
            return
        try:
            self._journal.append(row_format.as_line(row))
        except OSError:
            self.attempts[row["row"]] = row["attempt"] - 1
            self.failed[row["row"]] = row["attempt"] > 0
            raise
        self._buffer.append(row)
        if time.monotonic() - self._synced > SYNC_S:
            self._journal.sync()
            self._synced = time.monotonic()
        if len(self._buffer) >= self._chunk:
            self.flush()

    def flush(self) -> None:
        """Turn the journal into a part.

        Raises:
            OSError: the disk is full; the journal still holds the rows.
        """
        if self._buffer:
            table = row_format.table(self._buffer, self._cases.points)
            write_part(self.folder, table, identity=self.manifest.identity)
        self._journal.clear()
        self._buffer.clear()

    def close(self) -> None:
        """Flush and let others write.

        Raises:
            OSError: the disk is full; the journal still holds the rows.
        """
        try:
            self.flush()
        finally:
            self._journal.close()
            self._lock.release()

    def _take(self, row: Row) -> bool:
        """Return whether a row is new, and count it if so."""
        number, attempt = row["row"], row["attempt"]
        if attempt <= self.attempts[number]:
            return False
        self.attempts[number] = attempt
        self.failed[number] = row.get("failure") is not None
        return True

    def _count(self, file: Path) -> None:
        """Count the rows of a part, or set the file aside."""
        found = read_part(file, identity=self.manifest.identity, columns=KEYS)
        if isinstance(found, pa.Table):
            keys = found.to_pylist()
            if any(not 0 <= key["row"] < len(self.attempts) for key in keys):
                found = Reason(file, "names runs that the study does not have")
            elif sum(self._take(key) for key in keys) == 0:
                found = Reason(file, "repeats runs of other parts")
        if isinstance(found, Reason):
            aside = self.folder / SET_ASIDE
            aside.mkdir(exist_ok=True)
            file.replace(aside / file.name)
            self.notes.append(f"{found}; set aside in {SET_ASIDE}/, not counted")


def stored_tables(
    folder: Path, manifest: Manifest, columns: list[str] | None = None
) -> Iterator[pa.Table | Reason]:
    """Yield the rows of every part, or why a file is not one; changes nothing."""
    for file in part_files(folder):
        yield read_part(file, identity=manifest.identity, columns=columns)


def journal_rows(folder: Path) -> list[Row]:
    """Return the rows that are in the journal but may not be in a part yet."""
    return [row_format.from_line(line) for line in journal_lines(folder / JOURNAL)[0]]


def _claim(folder: Path) -> None:
    """Make the folder, or check that it is one of ours."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = [file.name for file in folder.iterdir() if file.name != LOCK]
        ours = MANIFEST in others or all(
            name == PARTS or name.endswith(".tmp") for name in others
        )
        if not ours:
            raise StoreError(
                f"{folder}: holds other files and no {MANIFEST}; name a new folder"
            )
        (folder / PARTS).mkdir(exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}") from None


def _refuse_changes(folder: Path, old: Manifest, new: Manifest) -> None:
    """Refuse to go on with another study, scenario or code than was begun."""
    changed = differences(old, new)
    if changed:
        raise StoreError(
            f"{folder}: holds another sweep; it differs in\n  "
            + "\n  ".join(changed)
            + "\nundo the change, or name a new folder"
        )
