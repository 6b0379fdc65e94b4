"""A folder's lock and its journal: the ground the store stands on."""

import contextlib
import fcntl
import os
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from experiments.problems import StoreError

CRC_DIGITS = 8


class Lock:
    """A folder written by one process at a time; freed when the process ends."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            owner = self._file.read().strip() or "another process"
            self._file.close()
            raise StoreError(
                f"{path.parent}: {owner} is writing here; wait for it, or use another "
                "folder and merge"
            ) from None
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"process {os.getpid()}")
        self._file.flush()

    def release(self) -> None:
        """Let others write."""
        self._file.close()


class Journal:
    """Lines that survive a killed writer; a torn last line is noticed and dropped.

    Attributes:
        path: where it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO = path.open("ab")

    def append(self, line: str) -> None:
        """Add a line.

        Raises:
            OSError: it could not be written; the journal is as it was before.
        """
        end = self._file.tell()
        content = line.encode()
        try:
            self._file.write(f"{crc32(content):0{CRC_DIGITS}x} ".encode())
            self._file.write(content + b"\n")
            self._file.flush()
        except OSError:
            self._reopen(end)
            raise

    def sync(self) -> None:
        """Make every line durable."""
        os.fdatasync(self._file.fileno())

    def clear(self) -> None:
        """Drop all lines."""
        self._reopen(0)
        self.sync()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _reopen(self, end: int) -> None:
        """Cut the file at ``end``, forgetting what was still in the buffer."""
        with contextlib.suppress(OSError):
            self._file.close()
        os.truncate(self.path, end)
        self._file = self.path.open("ab")


def journal_lines(path: Path) -> tuple[list[str], int]:
    """Return a journal's whole lines, and how many broken ones it holds."""
    if not path.is_file():
        return [], 0
    good, broken = [], 0
    for line in path.read_bytes().split(b"\n"):
        head, _, content = line.partition(b" ")
        if head == f"{crc32(content):0{CRC_DIGITS}x}".encode():
            good.append(content.decode())
        elif line:
            broken += 1
    return good, broken
