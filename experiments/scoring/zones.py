"""Zones in which losses and incidents are counted: boxes, the first that fits."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.units import IntArray
from experiments.scoring.numbers import DATA
from experiments.scoring.tables import read_rows

REST = "rest"
"""Name of all that lies in no zone."""

MONTHS = 12
BOX = ("lon_min", "lon_max", "lat_min", "lat_max")


@dataclass(frozen=True, slots=True)
class Zone:
    """A box.

    Attributes:
        name: as UCDP's monthly table has it.
        box: lon_min, lon_max, lat_min, lat_max, degrees.
    """

    name: str
    box: tuple[float, float, float, float]


@cache
def zones() -> tuple[Zone, ...]:
    """Return the zones in the order in which they are tried."""
    rows = read_rows("ucdp_zones.csv", ("zone", *BOX, "why"), folder=DATA)
    return tuple(
        Zone(
            row["zone"],
            (
                float(row["lon_min"]),
                float(row["lon_max"]),
                float(row["lat_min"]),
                float(row["lat_max"]),
            ),
        )
        for row in rows
    )


def zone_names() -> tuple[str, ...]:
    """Return the names of the zones and of the rest."""
    return (*(zone.name for zone in zones()), REST)


def zone_of(lon: NDArray[Any], lat: NDArray[Any]) -> IntArray:
    """Return the index of the first zone that holds each point; the rest is last."""
    found = np.full(np.shape(lon), len(zones()), dtype=np.int64)
    for number in range(len(zones()) - 1, -1, -1):
        west, east, south, north = zones()[number].box
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        found = np.where(inside, number, found)
    return found


def months(days: Sequence[dt.date]) -> IntArray:
    """Return the calendar month of each day as ``year * 12 + month - 1``."""
    return np.array([day.year * MONTHS + day.month - 1 for day in days], dtype=np.int64)
