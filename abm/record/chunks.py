"""Chunks of frames as bytes: for the browser, and on disk.

At most ``TICKS_PER_CHUNK`` frames are one chunk of bytes, little endian, every part
padded with zeros to a multiple of 4 bytes:

=============  ===============================================================
header         ``HEADER``: magic ``FPC1``, first tick, ticks, cells, formations,
               sites, each 4 bytes
key frame      ``holder`` u1 per cell; ``contested`` 1 bit per cell, highest bit
               first; ``SITE`` rows of all sites; ``FORMATION`` rows of all
tick numbers   u4 per tick
sections       in the order of ``SECTIONS``: rows per tick (u4 per tick), then the
               rows one after another. ``cells``, ``sites``, ``formations`` hold what
               changed since the tick before (nothing in the first); ``air``,
               ``convoys``, ``incidents`` hold all of that tick
=============  ===============================================================

A row is packed as its dtype says; ``layout()`` gives offsets and sizes as plain data,
so that a reader in another language needs no copy of this page. On disk the chunks
are the arrays ``chunk_0000`` ... of one compressed ``.npz``.
"""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.record.frames import (
    CELL,
    FORMATION,
    INCIDENT_KINDS,
    SECTIONS,
    SEVERITY_SCALE,
    SITE,
    SORTIES_SCALE,
    TONNES_SCALE,
    UNITS_PER_CELL,
    Frame,
    Rows,
)
from abm.units import UInt8Array

TICKS_PER_CHUNK = 32
LAST_BIT = 7
MAGIC = 0x31435046
"""``FPC1`` in ASCII."""

HEADER = np.dtype(
    [
        (name, "<u4")
        for name in ("magic", "first_tick", "ticks", "cells", "formations", "sites")
    ]
)


def layout() -> dict[str, Any]:
    """Return the chunk layout as plain data: per row type its size and fields.

    A field is ``[name, offset in bytes, size in bytes]``, an unsigned integer.
    """

    def plain(dtype: np.dtype[np.void]) -> dict[str, Any]:
        columns: Any = dtype.fields or {}
        return {
            "size": dtype.itemsize,
            "fields": [
                [name, column[1], column[0].itemsize]
                for name, column in columns.items()
            ],
        }

    return {
        "header": plain(HEADER),
        "sections": {name: plain(dtype) for name, dtype in SECTIONS.items()},
        "units_per_cell": UNITS_PER_CELL,
        "ticks_per_chunk": TICKS_PER_CHUNK,
        "sorties_scale": SORTIES_SCALE,
        "tonnes_scale": TONNES_SCALE,
        "severity_scale": SEVERITY_SCALE,
        "incident_kinds": list(INCIDENT_KINDS),
    }


def encode(frames: Sequence[Frame]) -> list[bytes]:
    """Return ``frames`` as chunks of at most ``TICKS_PER_CHUNK`` ticks each."""
    return [
        encode_chunk(frames[start : start + TICKS_PER_CHUNK])
        for start in range(0, len(frames), TICKS_PER_CHUNK)
    ]


def encode_chunk(frames: Sequence[Frame]) -> bytes:
    """Return one chunk; the first frame is its key frame.

    Raises:
        ValueError: there is no frame, or more than a chunk takes.
    """
    if not 0 < len(frames) <= TICKS_PER_CHUNK:
        raise ValueError(
            f"a chunk takes 1 to {TICKS_PER_CHUNK} frames (got {len(frames)})"
        )
    key = frames[0]
    header = np.zeros(1, HEADER)
    sizes = (len(frames), len(key.holder), len(key.formations), len(key.sites))
    header[0] = (MAGIC, key.tick, *sizes)
    out = io.BytesIO()
    for part in (header, key.holder, key.contested, key.sites, key.formations):
        _put(out, part)
    _put(out, np.array([each.tick for each in frames], "<u4"))
    for name in SECTIONS:
        rows = _section(name, frames)
        _put(out, np.array([len(part) for part in rows], "<u4"))
        _put(out, *rows)
    return out.getvalue()


def _put(out: io.BytesIO, *parts: NDArray[Any]) -> None:
    data = b"".join([part.tobytes() for part in parts])
    out.write(data)
    out.write(b"\0" * (-len(data) % 4))


def _section(name: str, frames: Sequence[Frame]) -> list[Rows]:
    """Return a section's rows per tick: what changed, or all there is of that tick."""
    if name == "cells":
        return _changed_cells(frames)
    parts: list[Rows] = [getattr(each, name) for each in frames]
    if name not in ("sites", "formations"):
        return parts
    size = parts[0].dtype.itemsize
    raw = np.stack([part.view(np.uint8).reshape(-1, size) for part in parts])
    changed = (raw[1:] != raw[:-1]).any(axis=2)
    later = zip(parts[1:], changed, strict=True)
    return [parts[0][:0], *(part[rows] for part, rows in later)]


def _changed_cells(frames: Sequence[Frame]) -> list[Rows]:
    cells = len(frames[0].holder)
    holder = np.stack([each.holder for each in frames])
    packed = np.stack([each.contested for each in frames])
    flips = np.unpackbits(packed[1:] ^ packed[:-1], axis=1, count=cells)
    changed = (holder[1:] != holder[:-1]) | flips.astype(bool)
    rows = [np.empty(0, CELL)]
    for tick, which in enumerate(changed, start=1):
        cell = np.flatnonzero(which)
        part = np.empty(len(cell), CELL)
        part["cell"] = cell
        part["holder"] = holder[tick, cell]
        bits = packed[tick, cell >> 3] >> (~cell & LAST_BIT)
        part["contested"] = bits & 1
        rows.append(part)
    return rows


def decode(chunk: bytes) -> list[Frame]:
    """Return the frames of one chunk.

    Raises:
        ValueError: the bytes are not a chunk of this layout.
    """
    take = _Reader(chunk)
    header = take(HEADER, 1)[0]
    if header["magic"] != MAGIC:
        raise ValueError(f"not a chunk of frames (starts with {chunk[:4]!r})")
    cells, ticks = int(header["cells"]), int(header["ticks"])
    holder = take(np.dtype("u1"), cells)
    contested = np.unpackbits(take(np.dtype("u1"), -(-cells // 8)), count=cells)
    sites = take(SITE, int(header["sites"]))
    formations = take(FORMATION, int(header["formations"]))
    numbers = take(np.dtype("<u4"), ticks)
    parts: dict[str, list[Rows]] = {}
    for name, dtype in SECTIONS.items():
        counts = take(np.dtype("<u4"), ticks)
        rows = take(dtype, int(counts.sum()))
        parts[name] = np.split(rows, np.cumsum(counts)[:-1])
    frames = []
    for index, tick in enumerate(numbers):
        holder, contested = _with_cells(holder, contested, parts["cells"][index])
        sites = _with_rows(sites, parts["sites"][index], "site")
        formations = _with_rows(formations, parts["formations"][index], "formation")
        frames.append(
            Frame(
                int(tick),
                holder,
                np.packbits(contested),
                sites,
                formations,
                *(parts[name][index] for name in ("air", "convoys", "incidents")),
            )
        )
    return frames


def ticks_in(chunk: bytes) -> int:
    """Return how many frames a chunk holds."""
    return int(np.frombuffer(chunk, HEADER, 1)[0]["ticks"])


class _Reader:
    """Takes one array after another from the bytes of a chunk."""

    def __init__(self, chunk: bytes) -> None:
        self._chunk = chunk
        self._at = 0

    def __call__(self, dtype: np.dtype[Any], count: int) -> NDArray[Any]:
        size = dtype.itemsize * count
        if self._at + size > len(self._chunk):
            raise ValueError(f"chunk of frames is cut short at byte {len(self._chunk)}")
        part = np.frombuffer(self._chunk, dtype, count, self._at)
        self._at += size + -size % 4
        return part


def _with_cells(
    holder: UInt8Array, contested: UInt8Array, rows: Rows
) -> tuple[UInt8Array, UInt8Array]:
    if not len(rows):
        return holder, contested
    holder, contested = holder.copy(), contested.copy()
    holder[rows["cell"]] = rows["holder"]
    contested[rows["cell"]] = rows["contested"]
    return holder, contested


def _with_rows(table: Rows, rows: Rows, key: str) -> Rows:
    if not len(rows):
        return table
    table = table.copy()
    table[rows[key]] = rows
    return table


def save(path: Path, chunks: Iterable[bytes]) -> None:
    """Write chunks to a compressed ``.npz`` (no pickle)."""
    arrays = {
        f"chunk_{number:04d}": np.frombuffer(chunk, np.uint8)
        for number, chunk in enumerate(chunks)
    }
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def load(path: Path) -> list[bytes]:
    """Return the chunks of a file that ``save`` wrote."""
    with np.load(path, allow_pickle=False) as saved:
        return [saved[name].tobytes() for name in sorted(saved.files)]
