"""What is kept of a run besides its outcomes: small arrays, compressed.

They are what maps, curves and scores over many runs are made of; a whole run folder
would be a thousand times larger.
"""

import datetime as dt
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.record.recorder import Recorder
from abm.theatre import Theatre
from abm.units import (
    BoolArray,
    Float32Array,
    FloatArray,
    Int8Array,
    Int16Array,
    IntArray,
)
from experiments.scoring.numbers import numbers
from experiments.scoring.zones import months, zone_of, zones

REACH_EVERY = 7
"""Days between two measurements of how near an actor has come."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Arrays kept of one run.

    Attributes:
        day: day of each daily row, shape (n_days,).
        sites: holder of each site by day, index into ``theatre.holder_names``, shape
            (n_days, n_sites).
        map_day: days whose control is kept cell by cell, shape (n_maps,).
        control: holder of each cell on these days, shape (n_maps, n_cells).
        risk: hazard x severity near each site over the run, shape (n_sites,).
        focus_risk: the same by day for the scenario's flashpoint sites, shape
            (n_days, n_focus).
        satisfaction: mean over the run of each objective, shape (n_objectives,).
        near_day: days on which nearness was measured, shape (n_near,).
        near_km: distance from each actor's nearest held cell to the first flashpoint
            site, km, infinite where it holds none, shape (n_near, n_actors).
        month: calendar months of the run, ``year * 12 + month - 1``, shape
            (n_months,).
        losses: killed and wounded per month, zone of ``data/ucdp_zones.csv`` (the
            last is the rest), actor hit and actor firing, east of the scored
            longitude, shape (n_months, n_zones, n_actors, n_actors).
    """

    day: Int16Array
    sites: Int8Array
    map_day: Int16Array
    control: Int8Array
    risk: Float32Array
    focus_risk: Float32Array
    satisfaction: Float32Array
    near_day: Int16Array
    near_km: Float32Array
    month: Int16Array
    losses: Float32Array

    def packed(self) -> bytes:
        """Return the arrays as a compressed ``.npz``."""
        buffer = io.BytesIO()
        arrays: dict[str, Any] = {
            part.name: getattr(self, part.name) for part in fields(self)
        }
        np.savez_compressed(buffer, **arrays)
        return buffer.getvalue()


def unpacked(content: bytes) -> Observed:
    """Return what ``Observed.packed`` packed."""
    with np.load(io.BytesIO(content), allow_pickle=False) as saved:
        empty = np.zeros(0)  # a store older than the array
        return Observed(
            **{part.name: saved.get(part.name, empty) for part in fields(Observed)}
        )


def observed(recorder: Recorder, *, map_days: Sequence[int]) -> Observed:
    """Return what is kept of a recorded run.

    Args:
        recorder: of the finished run.
        map_days: days whose control is kept cell by cell; the last one if empty.
    """
    log, theatre = recorder.log, recorder.theatre
    days = np.array(log.days, dtype=np.int16)
    rows = _rows(days, map_days or [int(days[-1])])
    near = _rows(days, list(range(0, int(days[-1]) + REACH_EVERY, REACH_EVERY)))
    holders = log.daily["cells.holder"]
    risk = np.stack(log.risk)
    focus = focus_rows(theatre, recorder.wanted.flashpoint.sites)
    return Observed(
        day=days,
        sites=log.stacked("sites.controller").astype(np.int8),
        map_day=days[rows],
        control=np.stack([holders[row] for row in rows]).astype(np.int8),
        risk=risk.sum(axis=0).astype(np.float32),
        focus_risk=risk[:, focus].astype(np.float32),
        satisfaction=log.stacked("actors.satisfaction").mean(axis=0).astype(np.float32),
        near_day=days[near],
        near_km=_near_km(theatre, [holders[row] for row in near], focus),
        **_losses(recorder),
    )


def _losses(recorder: Recorder) -> dict[str, Any]:
    """Return killed and wounded by month, zone and pair, and the months."""
    log, theatre = recorder.log, recorder.theatre
    start = theatre.scenario.calendar.start.date()
    rows = np.concatenate([np.zeros((0, 5)), *log.losses])
    day, cell, hit, by = rows[:, :4].astype(np.int64).T
    east, zone = theatre.once("scored_cells", lambda: _scored_cells(theatre))
    month = months([start + dt.timedelta(days=one) for one in range(log.days[-1] + 1)])
    known = np.arange(month[0], month[-1] + 1)
    shape = (len(known), len(zones()) + 1, theatre.n_actors, theatre.n_actors)
    at = (month[day] - known[0], zone[cell], hit, by)
    flat = np.ravel_multi_index(tuple(one[east[cell]] for one in at), shape)
    persons = rows[east[cell], 4]
    losses = np.bincount(flat, persons, math.prod(shape)).reshape(shape)
    return {"month": known.astype(np.int16), "losses": losses.astype(np.float32)}


def _scored_cells(theatre: Theatre) -> tuple[BoolArray, IntArray]:
    """Return which cells lie east of the scored longitude, and each cell's zone."""
    lon, lat = theatre.grid.lonlat(np.arange(theatre.grid.n_cells))
    east: BoolArray = lon > numbers().east_of
    return east, zone_of(lon, lat)


def focus_rows(theatre: Theatre, sites: Sequence[str]) -> IntArray:
    """Return the rows of the scenario's flashpoint sites that are on the map."""
    rows = [theatre.site_row[site] for site in sites if site in theatre.site_row]
    return np.array(rows, dtype=np.int64)


def _rows(days: Int16Array, wanted: Sequence[int]) -> list[int]:
    """Return the daily rows of the wanted days; the last row for later ones."""
    last = len(days) - 1
    return sorted({min(int(np.searchsorted(days, day)), last) for day in wanted})


def _near_km(
    theatre: Theatre, holders: Sequence[NDArray[Any]], focus: IntArray
) -> Float32Array:
    """Return how near each actor's cells come to the first flashpoint site, km."""
    near = np.full((len(holders), theatre.n_actors), np.inf, dtype=np.float32)
    if not len(focus):
        return near
    # Of the type of ``near``, for which NumPy's ``at`` is many times faster.
    distance = _distances_km(theatre, int(focus[0])).astype(near.dtype)
    for row, holder in enumerate(holders):
        held = (holder >= 0) & (holder < theatre.n_actors) & theatre.open
        np.minimum.at(near[row], holder[held], distance[held])
    return near


def _distances_km(theatre: Theatre, site: int) -> FloatArray:
    """Return the distance of every cell's centre from a site, km."""
    x, y = theatre.grid.center_km(np.arange(theatre.grid.n_cells))
    away = np.hypot(x - theatre.site_x_km[site], y - theatre.site_y_km[site])
    return np.asarray(away, dtype=np.float64)
