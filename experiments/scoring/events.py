"""Events that happened: one CSV file, read and checked; nothing is guessed here."""

import csv
import datetime as dt
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from abm.scenario.problems import nearest, shown
from experiments.problems import StudyError

MAX_BYTES = 20_000_000
COLUMNS = (
    "id",
    "date_start",
    "date_end",
    "type",
    "actor",
    "target",
    "place",
    "lat",
    "lon",
)
"""Columns that are read; others may be there."""

LARGEST = {"lat": 90.0, "lon": 180.0}
"""Degrees."""


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event.

    Attributes:
        id: its id.
        start: first day.
        end: last day; what it changed is so from this day on.
        kind: type of event.
        actor: who did it, as the file says.
        target: to whom.
        place: where, as the file says.
        lon: degrees east.
        lat: degrees north.
    """

    id: str
    start: dt.date
    end: dt.date
    kind: str
    actor: str
    target: str
    place: str
    lon: float
    lat: float


def read_events(file: Path) -> tuple[HistoryEvent, ...]:
    """Return the events of a file in order of their last day.

    Raises:
        StudyError: with every mistake, each naming file, line, column and value.
    """
    rows = _rows(file)
    problems: list[str] = []
    events = [
        event
        for line, row in enumerate(rows, start=2)
        if (event := _event(row, f"{file.name}: line {line}", problems)) is not None
    ]
    seen: set[str] = set()
    for event in events:
        if event.id in seen:
            problems.append(f"{file.name}: id: appears twice (got {shown(event.id)})")
        seen.add(event.id)
    if problems:
        raise StudyError(problems)
    return tuple(sorted(events, key=lambda event: (event.end, event.start, event.id)))


def _rows(file: Path) -> list[dict[str, str]]:
    """Return the lines of the file by column."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise StudyError(
            [f"{file}: {error.strerror}; --events wants a CSV file of events"]
        ) from None
    if len(content) > MAX_BYTES:
        raise StudyError([f"{file.name}: larger than {MAX_BYTES} bytes"])
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True)
        header = list(reader.fieldnames or ())
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise StudyError(
                f"{file.name}: header: no column {name!r}{nearest(name, header)}"
                for name in missing
            )
        return [{k: v or "" for k, v in row.items() if k} for row in reader]
    except UnicodeDecodeError as error:
        raise StudyError([f"{file.name}: not UTF-8 at byte {error.start}"]) from None
    except csv.Error as error:
        raise StudyError([f"{file.name}: not CSV: {error}"]) from None


def _event(
    row: Mapping[str, str], where: str, problems: list[str]
) -> HistoryEvent | None:
    """Return the event of a line; None, and why in ``problems``, if it is none."""
    wrong = list(_wrong(row))
    if wrong:
        problems.extend(f"{where}: {one}" for one in wrong)
        return None
    return HistoryEvent(
        id=row["id"].strip(),
        start=dt.date.fromisoformat(row["date_start"]),
        end=dt.date.fromisoformat(row["date_end"]),
        kind=row["type"].strip(),
        actor=row["actor"].strip(),
        target=row["target"].strip(),
        place=row["place"].strip(),
        lon=float(row["lon"]),
        lat=float(row["lat"]),
    )


def _wrong(row: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with a line."""
    for name in ("id", "type", "place"):
        if not row[name].strip():
            yield f"{name}: empty"
    days = [_date(row[name]) for name in ("date_start", "date_end")]
    for name, day in zip(("date_start", "date_end"), days, strict=True):
        if day is None:
            yield f"{name}: not a date like 2017-08-05 (got {shown(row[name])})"
    if days[0] and days[1] and days[1] < days[0]:
        yield f"date_end: before date_start (got {shown(row['date_end'])})"
    for name, largest in LARGEST.items():
        value = _number(row[name])
        if not abs(value) <= largest:
            yield f"{name}: not degrees up to {largest:g} (got {shown(row[name])})"


def _date(text: str) -> dt.date | None:
    """Return an ISO date, or None."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> float:
    """Return a number, NaN where it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
