"""Cheapest paths over the grid: who may go where, at what cost, by which crossings."""

import threading
from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from abm import kernels
from abm.theatre import Theatre
from abm.units import AnyIntArray, BoolArray, FloatArray, Int32Array, IntArray
from abm.world import CROSSING_BOATS, CROSSING_CLOSED, World

_local = threading.local()


@dataclass(frozen=True)
class Bridges:
    """Crossings as extra edges of the path search, sorted by cell.

    Attributes:
        start: first entry of a cell, or -1, shape (n_cells,).
        cell: one end, shape (2 n_crossings,).
        other: the other end.
        extra: added path cost; negative when the crossing is closed.
    """

    start: Int32Array
    cell: Int32Array
    other: Int32Array
    extra: Int32Array


def bridges(world: World, theatre: Theatre, actor: int | None = None) -> Bridges:
    """Return the crossings open to an actor (to anyone when none is named)."""
    state = world.crossings.state
    line = b"" if actor is None else world.crossings.line[:, actor].tobytes()

    def make() -> Bridges:
        barrier = theatre.crossing_is_barrier
        km = theatre.parameters.move.boat_detour
        boat = round(km / theatre.ground.step_km)
        extra = np.where(state == CROSSING_BOATS, boat, 0)
        closed = state == CROSSING_CLOSED
        if actor is not None:
            closed |= world.crossings.line[:, actor]
        extra = np.where(closed, -1, extra)[barrier].astype(np.int32)
        ends = _ends(theatre)
        both = np.concatenate([extra, extra])[ends.order]
        return Bridges(ends.start, ends.cell, ends.other, both)

    return theatre.once(("bridges", state.tobytes(), line), make)


@dataclass(frozen=True)
class _Ends:
    """Ends of the barrier's crossings, sorted by cell: as in ``Bridges``."""

    start: Int32Array
    cell: Int32Array
    other: Int32Array
    order: IntArray


def _ends(theatre: Theatre) -> _Ends:
    def make() -> _Ends:
        barrier = theatre.crossing_is_barrier
        right, left = theatre.crossing_right[barrier], theatre.crossing_left[barrier]
        cell = np.concatenate([right, left]).astype(np.int32)
        other = np.concatenate([left, right]).astype(np.int32)
        order = np.argsort(cell, kind="stable")
        start = np.full(theatre.grid.n_cells, -1, dtype=np.int32)
        cell = cell[order]
        start[cell] = np.searchsorted(cell, cell, side="left")
        return _Ends(start, cell, other[order], order)

    return theatre.once("crossing_ends", make)


@dataclass(frozen=True)
class Field:
    """Cheapest paths from a set of sources.

    Attributes:
        dist: path cost from the nearest source, ``kernels.UNREACHED`` where none.
        parent: next cell towards that source, -1 at a source, shape (n_cells,).
    """

    dist: Int32Array
    parent: Int32Array


def search(
    theatre: Theatre,
    cost: Int32Array,
    over: Bridges,
    *,
    sources: AnyIntArray,
    offsets: AnyIntArray | None = None,
    need: BoolArray | None = None,
    enough: int | None = None,
    cap: int = int(kernels.UNREACHED) - 1,
) -> Field:
    """Return the cheapest paths from ``sources`` over cells of positive cost.

    Args:
        theatre: for its steps.
        cost: path cost per cell, 0 impassable, shape (n_cells,).
        over: river crossings.
        sources: cells, shape (n,).
        offsets: path cost at each source, below ``kernels.BUCKETS``.
        need: stop as soon as all these cells are settled.
        enough: stop as soon as so many of them are.
        cap: stop beyond this path cost.
    """
    n = cost.size
    # A kernel is compiled anew for arrays that can't be written to: a copy is cheaper.
    dist = np.empty(n, dtype=np.int32)
    parent = np.empty(n, dtype=np.int32)
    if offsets is None:
        offsets = np.zeros(len(sources), dtype=np.int32)
    wanted = np.zeros(1, dtype=bool) if need is None else need & (cost > 0)
    n_need = -1 if need is None else enough or int(np.count_nonzero(wanted))
    done = kernels.search(
        dist,
        parent,
        cost if cost.flags.writeable else cost.copy(),
        theatre.mask,
        theatre.grid.width,
        over.start,
        over.cell,
        over.other,
        over.extra,
        sources.astype(np.int32),
        offsets.astype(np.int32),
        wanted,
        np.int32(n_need),
        np.int32(cap),
        *workspace(n),
    )
    if not done:
        raise ValueError("path search: more entries than expected; costs not positive?")
    return Field(dist, parent)


def search_again(
    theatre: Theatre,
    name: Hashable,
    cost: Int32Array,
    *,
    over: Bridges,
    sources: AnyIntArray,
    offsets: AnyIntArray | None = None,
) -> Field:
    """Return ``search`` of the whole grid, the last one of that name where it is equal.

    Ground changes hands every day, but not all of it matters to every path: to compare
    the inputs takes a fiftieth of a search.

    Args:
        theatre: for its steps, and to keep the last search in.
        name: of the search.
        cost: path cost per cell, 0 impassable, shape (n_cells,).
        over: river crossings.
        sources: cells, shape (n,).
        offsets: path cost at each source, below ``kernels.BUCKETS``.
    """
    kept = theatre.once("searches", dict[Hashable, _Searched])
    inputs = (cost, over.extra, sources, np.zeros(0) if offsets is None else offsets)
    last = kept.get(name)
    if last is None or not all(map(np.array_equal, last.inputs, inputs)):
        found = search(theatre, cost, over, sources=sources, offsets=offsets)
        last = kept[name] = _Searched(inputs, found)
    return last.found


class _Searched(NamedTuple):
    """A search and what it was asked for."""

    inputs: tuple[AnyIntArray | FloatArray, ...]
    found: Field


def pieces(theatre: Theatre, land: BoolArray, over: Bridges) -> Int32Array:
    """Return the connected piece of ``land`` each cell belongs to, or -1.

    Args:
        theatre: for its steps.
        land: cells one may be on, shape (n_cells,).
        over: river crossings.
    """
    label = np.empty(theatre.grid.n_cells, dtype=np.int32)
    kernels.components(
        label,
        land & theatre.open,
        theatre.mask,
        theatre.grid.width,
        over.start,
        over.cell,
        over.other,
        over.extra,
    )
    return label


def fade(theatre: Theatre, dist: AnyIntArray) -> FloatArray:
    """Return the share of supply left after a path: 2^(−cost / λ), 0 where none leads.

    Args:
        theatre: for what a step costs and the decay distance λ on a road.
        dist: path costs, of any shape.
    """
    km = dist * theatre.ground.step_km
    left = np.exp2(-km / theatre.parameters.supply.road_decay)
    return np.where(dist < kernels.UNREACHED, left, 0.0)


def workspace(n: int) -> tuple[Int32Array, Int32Array, Int32Array]:
    """Return this thread's scratch arrays of the search over ``n`` cells."""
    kept = getattr(_local, "kept", None)
    if kept is None or kept[1].size < 8 * n:
        kept = (
            np.empty(kernels.BUCKETS, dtype=np.int32),
            np.empty(8 * n, dtype=np.int32),
            np.empty(8 * n, dtype=np.int32),
        )
        _local.kept = kept
    return kept
