"""Columns that several tables share: names, places and times from indices."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from abm.record.log import Log
from abm.record.tables import TYPES
from abm.theatre import Theatre
from abm.units import HOURS_PER_DAY, IntArray

Array = NDArray[Any]


def actor_ids(theatre: Theatre) -> list[str]:
    """Return the ids of the actors in theatre order."""
    return [actor.id for actor in theatre.actors]


def times(ticks: IntArray, theatre: Theatre) -> pa.Array:
    """Return the moments at which ticks begin."""
    calendar = theatre.scenario.calendar
    step = timedelta(hours=calendar.tick_hours) // timedelta(milliseconds=1)
    start = calendar.start - datetime.fromtimestamp(0, UTC)
    first = start // timedelta(milliseconds=1)
    return pa.array(first + ticks * step, TYPES["time"])


def dates(ticks: IntArray, theatre: Theatre) -> IntArray:
    """Return calendar days since the start's date, of the moment ticks begin."""
    calendar = theatre.scenario.calendar
    start = calendar.start
    first = start.hour + start.minute / 60
    hours = first + ticks * float(calendar.tick_hours)
    days: IntArray = np.floor(hours / HOURS_PER_DAY).astype(np.int64)
    return days


def lonlat(cells: IntArray, theatre: Theatre) -> tuple[pa.Array, pa.Array]:
    """Return the centres of cells in degrees; none where there is no cell."""
    lon, lat = theatre.grid.lonlat(np.maximum(cells, 0))
    return pa.array(lon, mask=cells < 0), pa.array(lat, mask=cells < 0)


def ints(values: Sequence[int]) -> IntArray:
    """Return whole numbers as an array, also when there are none."""
    return np.array(values, dtype=np.int64)


def names_of(values: Sequence[str | None]) -> pa.Array:
    """Return a column of names from the names themselves."""
    return pa.array(values, pa.string()).dictionary_encode()


def flat(log: Log, column: str) -> Array:
    """Return all daily rows of a column end to end."""
    return log.stacked(column).reshape(-1)
