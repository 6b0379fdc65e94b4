"""Mending: distances kept from day to day, made good where costs have changed."""

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np

from abm import kernels
from abm.actors.paths import Bridges, search
from abm.theatre import Theatre
from abm.theatre.values import read_only
from abm.units import AnyIntArray, Int32Array

WORTH_MENDING = 10
"""Part of all cells up to which distances are mended; for more a search is quicker."""


def distances(
    theatre: Theatre,
    name: Hashable,
    cost: Int32Array,
    *,
    over: Bridges,
    sources: AnyIntArray,
) -> Int32Array:
    """Return the ``dist`` of ``search``: that of the last one of that name, mended.

    From one day to the next a few cells change hands, and a fiftieth of the distances
    follow. Which of several equal ways is cheapest can't be mended: no parents.

    Args:
        theatre: for its steps, and to keep the last distances in.
        name: of the search; any, but alike in most costs and sources.
        cost: path cost per cell, 0 impassable, shape (n_cells,).
        over: river crossings.
        sources: cells, shape (n,).
    """
    kept = theatre.once("distances", dict[Hashable, _Measured])
    last = kept.get(name)
    found = None
    if last is not None and np.array_equal(last.extra, over.extra):
        found = _mended(theatre, last, cost, over=over, sources=sources)
    if found is None:
        found = search(theatre, cost, over, sources=sources).dist
    kept[name] = _Measured(cost, over.extra, sources, found)
    return found


class _Measured(NamedTuple):
    """Distances, and the costs, crossings and sources they were measured with."""

    cost: Int32Array
    extra: Int32Array
    sources: AnyIntArray
    dist: Int32Array


def _mended(
    theatre: Theatre,
    last: _Measured,
    cost: Int32Array,
    *,
    over: Bridges,
    sources: AnyIntArray,
) -> Int32Array | None:
    """Return distances made from the last ones, None where too many are others."""
    here = np.zeros(cost.size, dtype=bool)
    here[sources] = True
    dist = last.dist.copy()
    done = kernels.mend(
        dist,
        read_only(last.cost),
        read_only(cost),
        last.sources[~here[last.sources]].astype(np.int64),
        sources.astype(np.int64),
        cost.size // WORTH_MENDING,
        theatre.mask,
        theatre.grid.width,
        over.start,
        over.cell,
        over.other,
        over.extra,
    )
    return dist if done else None
