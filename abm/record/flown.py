"""Flown: what every air asset flew, where, and why there and not elsewhere."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from abm.air.terms import COLUMNS
from abm.air.worth import QUANTITIES
from abm.record.columns import actor_ids, lonlat, names_of
from abm.record.log import FLIGHT, flown_in
from abm.record.tables import built, names
from abm.theatre import Theatre
from abm.units import NOBODY, FloatArray, IntArray
from abm.world import TASKS

OTHER = "runner_up."
PATROLS_ONLY = "patrols only: its actor has moved sorties to patrols"
TOLD = {
    "support": "support of",
    "interdiction": "interdiction against",
    "patrol": "patrol over",
    "reconnaissance": "reconnaissance for",
    "airdrop": "airdrop to",
}
"""Tasks as the words before whom they are for or against."""


def sorties(
    days: Sequence[FloatArray], theatre: Theatre, *, first_day: int = 0
) -> pa.Table:
    """Return what was flown, from the rows of ``log.flights``, one array a day."""
    found = flown_in(days)
    at = {name: found[:, n] for n, name in enumerate((*FLIGHT, *COLUMNS))}
    asset, ids = _whole(at["asset"]), actor_ids(theatre)
    lon, lat = lonlat(_whole(at["cell_flown"]), theatre)
    moved = at["moved"] > 0.0
    columns: dict[str, Any] = {
        "day": np.repeat(np.arange(len(days)) + first_day, [len(day) for day in days]),
        "asset": names(asset, theatre.air_ids),
        "actor": names(theatre.air_operator[asset].astype(np.int64), ids),
        "task": names(_whole(at["task"]), TASKS),
        "lon": lon,
        "lat": lat,
        "site_id": names(_whole(at["site"]), theatre.site_ids),
        "owner": names(_whole(at["owner"]), ids),
        "target": _described(at, "", theatre),
        "terms": _maps(found, ""),
        "runner_up": _described(at, OTHER, theatre),
        "runner_up_task": names(_whole(at[OTHER + "task"]), TASKS),
        "runner_up_worth": _known(at[OTHER + "worth"]),
        "runner_up_terms": _maps(found, OTHER),
        "belief_target": _known(at["belief"]),
        "truth_target": _known(at["truth"]),
        "rule": names_of([PATROLS_ONLY if each else None for each in moved]),
    }
    for name in ("tick", "sorties", "tracked", "intercepted"):
        columns[name] = at[name]
    for name in ("worth", "chance", "below", "draw"):
        columns[name] = _known(at[name])
    return built("sorties", columns)


def _whole(values: FloatArray) -> IntArray:
    """Return numbers of rows, NOBODY where there is none."""
    found: IntArray = np.where(np.isnan(values), NOBODY, values).astype(np.int64)
    return found


def _known(values: FloatArray) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


def _maps(rows: FloatArray, prefix: str) -> pa.Array:
    """Return the quantities that a task uses as one map a row."""
    first = len(FLIGHT) + COLUMNS.index(prefix + QUANTITIES[0])
    part = rows[:, first : first + len(QUANTITIES)]
    used = ~np.isnan(part)
    ends = np.concatenate([[0], used.sum(axis=1).cumsum()])
    keys = pa.array(QUANTITIES, pa.string()).take(pa.array(used.nonzero()[1]))
    return pa.MapArray.from_arrays(pa.array(ends, pa.int32()), keys, part[used])


def _described(at: dict[str, FloatArray], prefix: str, theatre: Theatre) -> pa.Array:
    """Return targets in words, none where there is none."""
    task, cell, owner = (_whole(at[prefix + name]) for name in _SAID)
    shape = (len(TASKS), theatre.grid.n_cells, theatre.n_actors)
    known = np.flatnonzero(task >= 0)
    keys = np.ravel_multi_index((task[known], cell[known], owner[known]), shape)
    once, which = np.unique(keys, return_inverse=True)
    told = [
        _told(*parts, theatre=theatre)
        for parts in zip(*np.unravel_index(once, shape), strict=True)
    ]
    index = np.full(len(task), NOBODY)
    index[known] = which
    return names(index, told)


_SAID = ("task", "cell", "owner")


def _told(task: int, cell: int, owner: int, *, theatre: Theatre) -> str:
    """Return a target in words: the task, for or against whom, the nearest place."""
    x, y = theatre.grid.center_km(np.array([cell]))
    away = np.hypot(theatre.site_x_km - x, theatre.site_y_km - y)
    near = int(away.argmin())
    close = away[near] < theatre.grid.cell_km
    where = "at" if close else f"{away[near]:.0f} km from"
    actor = theatre.actors[owner].name
    return f"{TOLD[TASKS[task]]} {actor} {where} {theatre.site_names[near]}"
