"""Every Numba kernel, as pure functions on arrays: no randomness, no fastmath.

All of them live in this one module because Numba's cache does not notice an edited
helper in another module. Each has a plain-Python oracle in ``tests/reference.py``.
Conventions: ``cell`` arrays index flattened grids of ``width`` columns; ``mask`` holds
one bit per direction that may be stepped in (theatre.py); a path cost of 0 means
impassable; ``UNREACHED`` means no path. Path costs are integers: a step between
cells u and v costs ``(cost[u] + cost[v]) * 5`` straight and ``* 7`` diagonally.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from abm.later import BEHIND_SCIPY, later

with later(*BEHIND_SCIPY):  # Numba looks for SciPy's BLAS as its first kernel is loaded
    import scipy.linalg.cython_blas  # noqa: F401

Array = np.ndarray[Any, Any]
Kernel = TypeVar("Kernel", bound=Callable[..., Any])

UNREACHED = np.int32(2**30)
BUCKETS = 8192
"""Circular buckets of the path search; a power of two above the dearest step."""
DEAREST_CELL = 500
"""Largest cell cost; a diagonal step between two such cells fits the buckets."""
QUARTERS = 4
"""Steps in which the enemy's part of the influence in a cell is told."""


def _writable_cache() -> bool:
    """Whether compiled kernels can be kept on disk beside this file or elsewhere."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return True
    return os.access(Path(__file__).parent, os.W_OK)


def _jit(function: Kernel) -> Kernel:
    # Numba's types do not know the option: nobody calls a kernel from C.
    options: Any = {"no_cfunc_wrapper": True, "nogil": True}
    return cast(Kernel, njit(cache=_writable_cache(), **options)(function))


@_jit
def _times(a: Any, b: Any) -> Any:
    """Return the high and the low word of the product of two 64-bit words."""
    word = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    low = (a & word) * (b & word)
    mixed = (a >> half) * (b & word) + (low >> half)
    other = (a & word) * (b >> half) + (mixed & word)
    high = (a >> half) * (b >> half) + (mixed >> half) + (other >> half)
    return high, a * b


@_jit
def philox(
    found: Array, seed: int, phase: int, tick: int, who: int, block: int
) -> None:
    """Fill ``found`` with the uniform numbers of a stream from a block on.

    Philox4x64-10 (Salmon et al. 2011) with the key (seed, phase) and the counter
    (block + 1, 0, tick, who), as NumPy's generator gives them: 53 bits of each word.
    """
    for i in range(0, found.size, 4):
        c0 = np.uint64(block + 1 + i // 4)
        c1 = np.uint64(0)
        c2 = np.uint64(tick)
        c3 = np.uint64(who)
        k0 = np.uint64(seed)
        k1 = np.uint64(phase)
        for _ in range(10):
            high0, low0 = _times(np.uint64(0xD2E7470EE14C6C93), c0)
            high1, low1 = _times(np.uint64(0xCA5A826395121157), c2)
            c0 = high1 ^ c1 ^ k0
            c1 = low1
            c2 = high0 ^ c3 ^ k1
            c3 = low0
            k0 += np.uint64(0x9E3779B97F4A7C15)
            k1 += np.uint64(0xBB67AE8584CAA73B)
        words = (c0, c1, c2, c3)
        for j in range(min(4, found.size - i)):
            found[i + j] = np.float64(words[j] >> np.uint64(11)) / 2.0**53


@_jit
def search(
    dist: Array,
    parent: Array,
    cost: Array,
    mask: Array,
    width: int,
    cross_start: Array,
    cross_cell: Array,
    cross_other: Array,
    cross_extra: Array,
    sources: Array,
    source_dist: Array,
    need: Array,
    n_need: int | np.int32,
    cap: int | np.int32,
    head: Array,
    following: Array,
    node: Array,
) -> bool:
    """Fill ``dist`` and ``parent`` with cheapest paths from sources (Dial's buckets).

    Stops early once ``n_need`` marked cells are settled (``n_need < 0``: never) or
    when the cost passes ``cap``. Source offsets must be below ``BUCKETS``.
    """
    dist[:] = UNREACHED
    parent[:] = -1
    head[:] = -1
    # Unsigned indices spare the check for negative ones: an eighth of the time.
    wide = np.int64(width)
    way = (
        np.uint64(-wide),
        np.uint64(wide),
        np.uint64(-1),
        np.uint64(1),
        np.uint64(-wide - 1),
        np.uint64(-wide + 1),
        np.uint64(wide - 1),
        np.uint64(wide + 1),
    )
    modulo = np.int64(BUCKETS - 1)
    room = np.int32(node.size)
    top = np.int32(0)
    pending = np.int32(0)
    for k in range(sources.size):
        first = sources[k]
        if cost[first] == 0 or source_dist[k] >= dist[first] or top >= room:
            continue
        dist[first] = source_dist[k]
        b = np.uint64(source_dist[k] & modulo)
        node[top] = first
        following[top] = head[b]
        head[b] = top
        top += np.int32(1)
        pending += np.int32(1)
    d = np.int32(0)
    left = n_need
    while pending > 0 and d <= cap and left != 0:
        b = np.uint64(d & modulo)
        e = head[b]
        if e < 0:
            d += np.int32(1)
            continue
        head[b] = following[np.uint64(e)]
        pending -= np.int32(1)
        u = np.uint64(node[np.uint64(e)])
        if dist[u] != d:
            continue
        if n_need > 0 and need[u]:
            left -= 1
        cu = cost[u]
        bits = mask[u]
        for k in range(8):
            if not (bits >> k) & 1:
                continue
            v = u + way[k]
            cv = cost[v]
            if cv == 0:
                continue
            nd = d + (cu + cv) * np.int32(5 if k < 4 else 7)
            if nd < dist[v]:
                dist[v] = nd
                parent[v] = np.int32(u)
                if top >= room:
                    return False
                node[np.uint64(top)] = np.int32(v)
                b = np.uint64(nd & modulo)
                following[np.uint64(top)] = head[b]
                head[b] = top
                top += np.int32(1)
                pending += np.int32(1)
        x = cross_start[u]
        while x >= 0 and x < cross_cell.size and cross_cell[x] == np.int64(u):
            v = np.uint64(cross_other[x])
            cv = cost[v]
            if cross_extra[x] >= 0 and cv != 0:
                step = min((cu + cv) * np.int32(5) + cross_extra[x], BUCKETS - 1)
                nd = d + np.int32(step)
                if nd < dist[v]:
                    dist[v] = nd
                    parent[v] = np.int32(u)
                    if top >= room:
                        return False
                    node[np.uint64(top)] = np.int32(v)
                    b = np.uint64(nd & modulo)
                    following[np.uint64(top)] = head[b]
                    head[b] = top
                    top += np.int32(1)
                    pending += np.int32(1)
            x += 1
    return True


@_jit
def _edges(
    found: Array,
    u: int,
    mask: Array,
    width: int,
    cross_start: Array,
    cross_cell: Array,
    cross_other: Array,
    cross_extra: Array,
) -> int:
    """List the steps from a cell (cell, times, more) as ``found``; return their count.

    A step costs ``times`` the two cells' cost plus ``more``; it can be taken back.
    """
    n = 0
    ways = (-width, width, -1, 1, -width - 1, -width + 1, width - 1, width + 1)
    for k in range(8):
        if (mask[u] >> k) & 1:
            found[n, 0] = u + ways[k]
            found[n, 1] = 5 if k < 4 else 7
            found[n, 2] = 0
            n += 1
    x = cross_start[u]
    while x >= 0 and x < cross_cell.size and cross_cell[x] == u:
        if cross_extra[x] >= 0:
            found[n, 0] = cross_other[x]
            found[n, 1] = 5
            found[n, 2] = cross_extra[x]
            n += 1
        x += 1
    return n


@_jit
def _step(edge: Array, cost: Array, u: int) -> Any:
    """Return what the step over an edge of a cell costs, -1 where it is closed."""
    v = edge[0]
    if cost[u] == 0 or cost[v] == 0:
        return -1
    return min((cost[u] + cost[v]) * edge[1] + edge[2], BUCKETS - 1)


@_jit
def _push(heap: Array, size: int, dist: int, cell: int) -> int:
    """Add a cell to a heap by its distance; return the heap's size."""
    k = size
    while k > 0 and heap[(k - 1) // 2, 0] > dist:
        heap[k, 0] = heap[(k - 1) // 2, 0]
        heap[k, 1] = heap[(k - 1) // 2, 1]
        k = (k - 1) // 2
    heap[k, 0] = dist
    heap[k, 1] = cell
    return size + 1


@_jit
def _pop(heap: Array, size: int) -> int:
    """Take the nearest cell off a heap of ``size``; return the size that is left."""
    left = size - 1
    dist = heap[left, 0]
    k = 0
    while 2 * k + 1 < left:
        child = 2 * k + 1
        if child + 1 < left and heap[child + 1, 0] < heap[child, 0]:
            child += 1
        if heap[child, 0] >= dist:
            break
        heap[k, 0] = heap[child, 0]
        heap[k, 1] = heap[child, 1]
        k = child
    heap[k, 0] = dist
    heap[k, 1] = heap[left, 1]
    return left


@_jit
def _spread_nearer(
    dist: Array,
    heap: Array,
    size: int,
    cost: Array,
    mask: Array,
    width: int,
    cross_start: Array,
    cross_cell: Array,
    cross_other: Array,
    cross_extra: Array,
) -> bool:
    """Lower ``dist`` where a way from a cell of the ``heap`` is shorter.

    False where there is no room for the cells to be looked at.
    """
    edge = np.empty((8 + cross_cell.size, 3), np.int64)
    crossings = (cross_start, cross_cell, cross_other, cross_extra)
    while size > 0:
        d, u = heap[0, 0], heap[0, 1]
        size = _pop(heap, size)
        if dist[u] != d:
            continue
        for e in range(_edges(edge, u, mask, width, *crossings)):
            v, step = edge[e, 0], _step(edge[e], cost, u)
            if step > 0 and d + step < dist[v]:
                if size == len(heap):
                    return False
                dist[v] = d + step
                size = _push(heap, size, dist[v], v)
    return True


@_jit
def mend(
    dist: Array,
    before: Array,
    cost: Array,
    left: Array,
    sources: Array,
    most: int,
    mask: Array,
    width: int,
    cross_start: Array,
    cross_cell: Array,
    cross_other: Array,
    cross_extra: Array,
) -> bool:
    """Make the ``dist`` of a search that of another with some other costs and sources.

    ``before`` are the costs it was searched with, ``cost`` those it shall have; of
    its sources those ``left`` are sources no more, and ``sources`` are all there are
    now (at distance 0). Cells that lost every neighbour they owe their distance to
    are looked at in rising order; then what is nearer now spreads from them and from
    what has changed. False, and ``dist`` undefined, where more than ``most`` cells
    are to be looked at: a search is quicker then.

    Source:
        Ramalingam & Reps (1996), An incremental algorithm for a generalization of the
        shortest-path problem, J. Algorithms 21.
    """
    n = dist.size
    room = 4 * most
    heap = np.empty((room + 16 + cross_cell.size, 2), np.int64)
    edge = np.empty((8 + cross_cell.size, 3), np.int64)
    lost = np.zeros(n, np.bool_)
    known = np.zeros(n, np.bool_)
    start = np.zeros(n, np.bool_)
    changed = np.empty(most, np.int64)
    n_changed = 0
    for s in sources:
        start[s] = True
    for u in range(n):
        if cost[u] != before[u]:
            if n_changed == most:
                return False
            changed[n_changed] = u
            n_changed += 1
    for group in (left, sources):
        for s in group:
            if start[s] and dist[s] == 0:
                continue
            if n_changed == most:
                return False
            changed[n_changed] = s
            n_changed += 1
    crossings = (cross_start, cross_cell, cross_other, cross_extra)
    size: Any = np.int64(0)
    for k in range(n_changed):
        u = changed[k]
        if dist[u] < UNREACHED:
            size = _push(heap, size, dist[u], u)
        for e in range(_edges(edge, u, mask, width, *crossings)):
            v = edge[e, 0]
            if dist[v] < UNREACHED:
                size = _push(heap, size, dist[v], v)
        if size > room:
            return False
    gone = np.empty(most, np.int64)
    n_gone = 0
    while size > 0:
        u = heap[0, 1]
        size = _pop(heap, size)
        if known[u]:
            continue
        known[u] = True
        count = _edges(edge, u, mask, width, *crossings)
        held = start[u] and cost[u] > 0
        for e in range(count):
            v = edge[e, 0]
            step = _step(edge[e], cost, u)
            if step > 0 and not lost[v] and dist[v] + step <= dist[u]:
                held = True
        if held:
            continue
        if n_gone == most:
            return False
        lost[u] = True
        gone[n_gone] = u
        n_gone += 1
        for e in range(count):
            v = edge[e, 0]
            owed = dist[u] + _step(edge[e], before, u) == dist[v]
            if owed and dist[v] < UNREACHED and not known[v]:
                size = _push(heap, size, dist[v], v)
        if size > room:
            return False
    for k in range(n_gone):
        dist[gone[k]] = UNREACHED
    for k in range(n_gone + n_changed):
        u = gone[k] if k < n_gone else changed[k - n_gone]
        if cost[u] == 0:
            continue
        if start[u]:
            dist[u] = 0
        for e in range(_edges(edge, u, mask, width, *crossings)):
            step = _step(edge[e], cost, u)
            if step > 0 and dist[edge[e, 0]] < UNREACHED:
                dist[u] = min(dist[u], dist[edge[e, 0]] + step)
        if dist[u] < UNREACHED:
            size = _push(heap, size, dist[u], u)
        if size > room:
            return False
    return _spread_nearer(dist, heap, size, cost, mask, width, *crossings)


@_jit
def approaches(
    enemies: Array,
    hostile_km: Array,
    entry: Array,
    cells: Array,
    parent: Array,
    friendly: Array,
    flank: Array,
    near: float,
    width: int,
    km: float,
) -> None:
    """Walk from each of ``cells`` along ``parent`` to the base the way starts from.

    Fills ``enemies`` with ``flank`` summed over hostile cells of the way farther than
    ``near`` km (straight) from the start of the walk, ``hostile_km`` with the length of
    the hostile parts and ``entry`` with the friendly cell before the first hostile one
    as seen from the base, -1 where the base itself stands on hostile ground.
    """
    for c in range(cells.size):
        u = cells[c]
        row0 = u // width
        column0 = u % width
        enemies[c] = 0.0
        hostile_km[c] = 0.0
        entry[c] = u if friendly[u] else -1
        while u >= 0:
            p = parent[u]
            if not friendly[u]:
                row = u // width
                column = u % width
                away = np.sqrt((row - row0) ** 2 + (column - column0) ** 2) * km
                if away > near:
                    enemies[c] += flank[u]
                entry[c] = -1
                if p >= 0:
                    straight = p // width == row or p % width == column
                    hostile_km[c] += km if straight else km * np.sqrt(2.0)
                    entry[c] = p if friendly[p] else -1
            u = p


@_jit
def components(
    label: Array,
    ground: Array,
    mask: Array,
    width: int,
    cross_start: Array,
    cross_cell: Array,
    cross_other: Array,
    cross_extra: Array,
) -> int:
    """Number the connected pieces of ``ground``; -1 elsewhere; return their count."""
    n = ground.size
    queue = np.empty(n, np.int32)
    for i in range(n):
        label[i] = -1
    count = 0
    for i in range(n):
        if not ground[i] or label[i] >= 0:
            continue
        label[i] = count
        queue[0] = i
        first = 0
        last = 1
        while first < last:
            u = queue[first]
            first += 1
            for k in range(8):
                if not (mask[u] >> k) & 1:
                    continue
                if k == 0:
                    v = u - width
                elif k == 1:
                    v = u + width
                elif k == 2:
                    v = u - 1
                elif k == 3:
                    v = u + 1
                elif k == 4:
                    v = u - width - 1
                elif k == 5:
                    v = u - width + 1
                elif k == 6:
                    v = u + width - 1
                else:
                    v = u + width + 1
                if ground[v] and label[v] < 0:
                    label[v] = count
                    queue[last] = v
                    last += 1
            x = cross_start[u]
            while x >= 0 and x < cross_cell.size and cross_cell[x] == u:
                v = cross_other[x]
                if cross_extra[x] >= 0 and ground[v] and label[v] < 0:
                    label[v] = count
                    queue[last] = v
                    last += 1
                x += 1
        count += 1
    return count


@_jit
def mark_near(
    found: Array, cells: Array, steps: Array, height: int, width: int
) -> None:
    """Set ``found`` at the cells that are (south, east) ``steps`` from ``cells``.

    Steps off the grid stop at its edge.
    """
    for c in range(cells.size):
        row = cells[c] // width
        column = cells[c] % width
        for k in range(steps.shape[0]):
            r = min(max(row + steps[k, 0], 0), height - 1)
            e = min(max(column + steps[k, 1], 0), width - 1)
            found[r * width + e] = True


@_jit
def mark_around(
    found: Array, marked: Array, steps: Array, height: int, width: int
) -> None:
    """Set ``found`` at the cells ``steps`` from those ``marked``, as ``mark_near``.

    The steps are all those within a radius: what lies around a cell between four
    marked ones lies around one of these.
    """
    for u in range(marked.size):
        if not marked[u]:
            continue
        found[u] = True
        row = u // width
        column = u % width
        if 0 < row < height - 1 and 0 < column < width - 1:
            beside = marked[u - 1] and marked[u + 1]
            if beside and marked[u - width] and marked[u + width]:
                continue
        for k in range(steps.shape[0]):
            r = min(max(row + steps[k, 0], 0), height - 1)
            e = min(max(column + steps[k, 1], 0), width - 1)
            found[r * width + e] = True


@_jit
def routes(route: Array, cell: Array, rows: Array, parent: Array) -> None:
    """Fill ``route[row]`` with the next cells towards the search's source."""
    steps = route.shape[1]
    for k in range(rows.size):
        i = rows[k]
        u = cell[i]
        for s in range(steps):
            u = parent[u] if u >= 0 else -1
            route[i, s] = u


@_jit
def ground(
    found: Array, holder: Array, free: Array, country: Array, allowed: Array
) -> None:
    """Mark what a holder who is ``free`` holds in a country that is ``allowed``."""
    for u in range(found.size):
        found[u] = free[holder[u]] and allowed[country[u]]


@_jit
def open_costs(
    cost: Array,
    base: Array,
    holder: Array,
    free: Array,
    country: Array,
    allowed: Array,
    exposed: Array,
    slow: float,
) -> None:
    """Fill the path ``cost`` with the ``base`` of open ground, 0 elsewhere.

    Open is what a holder who is ``free`` holds in a country that is ``allowed``;
    cells all ``exposed`` cost ``slow`` times as much, at most ``DEAREST_CELL``.
    """
    part = (slow - 1.0) / QUARTERS
    for u in range(cost.size):
        cost[u] = 0
        if free[holder[u]] and allowed[country[u]]:
            dear = base[u] * (1.0 + part * exposed[u])
            cost[u] = np.int32(np.rint(min(dear, np.float64(DEAREST_CELL))))


@_jit
def hostile_costs(
    cost: Array,
    base: Array,
    holder: Array,
    free: Array,
    weight: Array,
    country: Array,
    allowed: Array,
    shut: Array,
    own: int,
) -> None:
    """Fill the path ``cost`` by holder: ``own`` on free ground, else the terrain's.

    ``weight`` multiplies the ``base`` on the ground of a holder who is not ``free``; 0
    closes it. Cells ``shut``, and those of countries not ``allowed``, are closed.
    """
    for u in range(cost.size):
        cost[u] = 0
        if shut[u] or not allowed[country[u]]:
            continue
        if base[u] > 0 and free[holder[u]]:
            cost[u] = own
        else:
            dear = np.rint(base[u] * weight[holder[u]])
            cost[u] = np.int32(min(dear, np.float64(DEAREST_CELL)))


@_jit
def sources(
    cell: Array,
    offset: Array,
    controller: Array,
    free: Array,
    site_cell: Array,
    country: Array,
    allowed: Array,
    capacity: Array,
    depot_km: Array,
    step_km: float,
) -> int:
    """List where supply starts and the path cost it starts with; return how many.

    Bases with ``capacity`` come first and start at 0; then depots (finite
    ``depot_km``) at what is left of their distance to a base.
    """
    found = 0
    for depots in (False, True):
        for s in range(controller.size):
            if not free[controller[s]] or not allowed[country[site_cell[s]]]:
                continue
            if depots and not np.isfinite(depot_km[s]):
                continue
            if not depots and not capacity[s] > 0.0:
                continue
            cell[found] = site_cell[s]
            offset[found] = 0
            if depots:
                start = np.rint(depot_km[s] / step_km)
                offset[found] = np.int64(min(start, BUCKETS - 1.0))
            found += 1
    return found


@_jit
def march_costs(
    cost: Array,
    base: Array,
    holder: Array,
    hostile: Array,
    belief: Array,
    zones: Array,
    open_to: Array,
    country: Array,
    allowed: Array,
    slow: float,
    reference: float,
    least: float,
) -> None:
    """Fill the path ``cost`` of marching: terrain, believed threat, closed ground.

    ``base`` is the terrain's, ``hostile`` says of a holder whether he is an enemy,
    ``allowed`` of a country whether it may be entered; threat is ``belief`` plus what
    is feared from ``zones``, in units of ``reference``, and makes enemy ground at most
    ``slow`` times as dear; zones from ``least`` on cost once more.
    """
    for u in range(cost.size):
        cost[u] = 0
        if not open_to[u] or not allowed[country[u]]:
            continue
        factor = 1.0
        if hostile[holder[u]]:
            factor = min(slow, 2.0 + (belief[u] + zones[u]) / reference)
        if zones[u] > least:
            factor += 1.0
        cost[u] = np.int32(min(np.rint(base[u] * factor), float(DEAREST_CELL)))


@_jit
def ways(
    route: Array,
    cell: Array,
    mission: Array,
    rows: Array,
    goal: Array,
    owner: Array,
    costs: Array,
    extras: Array,
    mask: Array,
    width: int,
    cross_start: Array,
    cross_cell: Array,
    cross_other: Array,
    dist: Array,
    parent: Array,
    head: Array,
    following: Array,
    node: Array,
) -> bool:
    """Fill the ``route`` of all formations on one of the missions ``rows``.

    Mission k leads to ``goal[k]`` at the path costs ``costs[owner[k]]`` with crossings
    at ``extras[owner[k]]``; those who are there already get no route. False where a
    search runs out of room.
    """
    source = np.empty(1, np.int32)
    start = np.zeros(1, np.int32)
    need = np.empty(dist.size, np.bool_)
    group = np.empty(cell.size, np.int64)
    for k in range(rows.size):
        cost = costs[owner[k]]
        need[:] = False
        n_need = np.int32(0)
        size = 0
        for i in range(cell.size):
            u = cell[i]
            if mission[i] != rows[k] or u == goal[k]:
                continue
            group[size] = i
            size += 1
            if not need[u] and cost[u] > 0:
                need[u] = True
                n_need = np.int32(n_need + 1)
        if size == 0:
            continue
        source[0] = goal[k]
        done = search(
            dist,
            parent,
            cost,
            mask,
            width,
            cross_start,
            cross_cell,
            cross_other,
            extras[owner[k]],
            source,
            start,
            need,
            n_need,
            np.int32(UNREACHED - 1),
            head,
            following,
            node,
        )
        if not done:
            return False
        routes(route, cell, group[:size], parent)
    return True


@_jit
def aims(
    aim: Array,
    aim_x: Array,
    aim_y: Array,
    cell: Array,
    mission: Array,
    target: Array,
    site_cell: Array,
    site_x: Array,
    site_y: Array,
) -> None:
    """Mark the formations in the cell of the site they make for, and where it lies.

    ``target`` is the site of each mission, negative where it has none; ``aim_x`` and
    ``aim_y`` (km) are 0 where ``aim`` is not set.
    """
    for i in range(cell.size):
        aim[i] = False
        aim_x[i] = 0.0
        aim_y[i] = 0.0
        if mission[i] < 0:
            continue
        s = target[mission[i]]
        if s >= 0 and site_cell[s] == cell[i]:
            aim[i] = True
            aim_x[i] = site_x[s]
            aim_y[i] = site_y[s]


@_jit
def positions(
    x: Array,
    y: Array,
    cell: Array,
    progress: Array,
    route: Array,
    site: Array,
    aim: Array,
    aim_x: Array,
    aim_y: Array,
    site_x: Array,
    site_y: Array,
    width: int,
    km: float,
) -> None:
    """Fill ``x`` and ``y`` (km from the grid's top left) of every formation.

    A garrison stands at its site; another formation ``progress`` km from its cell's
    centre towards the next cell of its route, else towards its aim (a point in its
    cell) where ``aim`` is set.
    """
    for i in range(cell.size):
        if site[i] >= 0:
            x[i] = site_x[site[i]]
            y[i] = site_y[site[i]]
            continue
        u = cell[i]
        cx = (u % width + 0.5) * km
        cy = (u // width + 0.5) * km
        if route[i, 0] >= 0:
            v = route[i, 0]
            tx = (v % width + 0.5) * km
            ty = (v // width + 0.5) * km
        elif aim[i]:
            tx = aim_x[i]
            ty = aim_y[i]
        else:
            tx = cx
            ty = cy
        length = np.sqrt((tx - cx) ** 2 + (ty - cy) ** 2)
        part = min(1.0, progress[i] / length) if length > 0.0 else 0.0
        x[i] = cx + (tx - cx) * part
        y[i] = cy + (ty - cy) * part


@_jit
def march(
    cell: Array,
    progress: Array,
    route: Array,
    x: Array,
    y: Array,
    site: Array,
    gait: Array,
    rows: Array,
    actor: Array,
    fights: Array,
    halt: Array,
    pace: Array,
    mobility: Array,
    allowance: Array,
    holder: Array,
    secure: Array,
    free: Array,
    enterable: Array,
    country: Array,
    may_enter: Array,
    advance: float,
    aim: Array,
    aim_x: Array,
    aim_y: Array,
    width: int,
    km: float,
    days: float,
    bank: Array,
    joined: Array,
    boats: Array,
) -> int:
    """Move the formations in ``rows`` along their routes; return cells passed.

    ``gait`` is 0 for those who stay, 1 for those who halt before an enemy, 2 for those
    who withdraw whatever is near. One of gait 1 halts when a formation of actor b that
    ``fights`` is within ``halt[a, b]`` km. Nobody enters a cell whose holder or
    country is closed to it. In cells not ``free`` to its actor, or not yet ``secure``,
    a formation covers at most ``advance`` km a day, times the cell's ``allowance``; a
    step lies in the cell it leads from as far as half its way, then in the next one.
    ``boats[c]`` is the pace factor of a step over the river from cell c (0: no way).
    """
    passed = 0
    steps = route.shape[1]
    for k in range(rows.size):
        i = rows[k]
        if gait[i] == 0:
            continue
        left = days
        a = actor[i]
        m = 0 if mobility[i] == 0 else 1
        while left > 1e-9:
            if gait[i] == 1:
                halted = False
                for j in range(cell.size):
                    limit = halt[a, actor[j]]
                    if limit <= 0.0 or not fights[j]:
                        continue
                    if (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 > limit * limit:
                        continue
                    if bank[cell[i]] != bank[cell[j]] and not (
                        joined[cell[i]] and joined[cell[j]]
                    ):
                        continue
                    halted = True
                    break
                if halted:
                    break
            u = cell[i]
            v = route[i, 0]
            cx = (u % width + 0.5) * km
            cy = (u // width + 0.5) * km
            if v < 0:
                if not aim[i]:
                    break
                length = np.sqrt((aim_x[i] - cx) ** 2 + (aim_y[i] - cy) ** 2)
                speed = pace[i] * allowance[m, u]
                if not free[a, holder[u]] or not secure[u]:
                    speed = min(speed, advance * allowance[m, u])
                gain = min(left * speed, max(0.0, length - progress[i]))
                progress[i] += gain
                if length > 0.0:
                    part = min(1.0, progress[i] / length)
                    x[i] = cx + (aim_x[i] - cx) * part
                    y[i] = cy + (aim_y[i] - cy) * part
                break
            if not enterable[a, holder[v]] or not may_enter[a, country[v]]:
                break
            tx = (v % width + 0.5) * km
            ty = (v // width + 0.5) * km
            length = np.sqrt((tx - cx) ** 2 + (ty - cy) ** 2)
            near = progress[i] < 0.5 * length
            goal, c = (0.5 * length, u) if near else (length, v)
            speed = pace[i] * allowance[m, c]
            if not free[a, holder[c]] or not secure[c]:
                speed = min(speed, advance * allowance[m, c])
            if bank[u] != bank[v]:
                speed *= boats[u]
            if speed <= 0.0:
                break
            wanted = (goal - progress[i]) / speed
            site[i] = -1
            if wanted > left or near:
                progress[i] = goal if wanted <= left else progress[i] + left * speed
                left -= wanted
                part = progress[i] / length
                x[i] = cx + (tx - cx) * part
                y[i] = cy + (ty - cy) * part
                continue
            left -= max(wanted, 0.0)
            progress[i] = 0.0
            cell[i] = v
            x[i] = tx
            y[i] = ty
            for s in range(steps - 1):
                route[i, s] = route[i, s + 1]
            route[i, steps - 1] = -1
            passed += 1
    return passed


@_jit
def exchange(
    loss: Array,
    by: Array,
    touched: Array,
    odds: Array,
    x: Array,
    y: Array,
    actor: Array,
    bank: Array,
    joined: Array,
    fights: Array,
    fires: Array,
    clash: Array,
    power: Array,
    persons: Array,
    assaulting: Array,
    exposure: Array,
    irregular: Array,
    reference: float,
    attrition: float,
    contact: float,
    reach: float,
    clash_reach: float,
    front: float,
    days: float,
) -> None:
    """Fill ``loss`` with the persons each formation loses to those within reach.

    Heterogeneous Lanchester attrition; see ``phases/fight.py``. ``by[i, j]`` collects
    persons of actor i lost to actor j; ``touched`` marks formations in contact, and
    ``odds`` is the fire on each, cover counted, over its own.
    """
    n = x.size
    reach2 = reach * reach
    clash2 = clash_reach * clash_reach
    most = n * 64
    near_i = np.empty(most, np.int32)
    near_j = np.empty(most, np.int32)
    hostile = np.zeros(n)
    pairs = 0
    for i in range(n):
        loss[i] = 0.0
        odds[i] = 0.0
        touched[i] = False
    row = np.empty(n, np.int64)
    n_fighting = 0
    for i in range(n):
        if fights[i]:
            row[n_fighting] = i
            n_fighting += 1
    for k in range(n_fighting):
        i = row[k]
        for m in range(k + 1, n_fighting):
            j = row[m]
            if fires[actor[i], actor[j]]:
                limit = reach2
            elif clash[actor[i], actor[j]]:
                limit = clash2
            else:
                continue
            if (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 > limit:
                continue
            if bank[i] != bank[j] and not (joined[i] and joined[j]):
                continue
            if pairs == most:
                continue
            near_i[pairs] = i
            near_j[pairs] = j
            pairs += 1
            hostile[i] += persons[j]
            hostile[j] += persons[i]
            touched[i] = True
            touched[j] = True
    fire = np.zeros(n)
    crowd = np.zeros(n)
    weight_ij = np.zeros(pairs)
    weight_ji = np.zeros(pairs)
    for p in range(pairs):
        i = near_i[p]
        j = near_j[p]
        intensity = 1.0 if assaulting[i] or assaulting[j] else contact
        weight_ij[p] = intensity * power[i] * persons[j] / hostile[i]
        weight_ji[p] = intensity * power[j] * persons[i] / hostile[j]
        fire[j] += weight_ij[p]
        fire[i] += weight_ji[p]
        crowd[j] += persons[i] * persons[j] / hostile[i]
        crowd[i] += persons[j] * persons[i] / hostile[j]
    for i in range(n):
        if fire[i] <= 0.0:
            continue
        room = min(1.0, front / crowd[i])
        hidden = min(1.0, persons[i] / reference) if irregular[i] else 1.0
        felt = exposure[i] * room * fire[i]
        odds[i] = felt / max(power[i], 1.0)
        rate = attrition * hidden * felt / persons[i]
        loss[i] = persons[i] * (1.0 - np.exp(-rate * days))
    for p in range(pairs):
        i = near_i[p]
        j = near_j[p]
        if fire[j] > 0.0:
            by[actor[j], actor[i]] += loss[j] * weight_ij[p] / fire[j]
        if fire[i] > 0.0:
            by[actor[i], actor[j]] += loss[i] * weight_ji[p] / fire[i]


@_jit
def stances(
    assaulting: Array,
    fire: Array,
    exposure: Array,
    in_town: Array,
    active: Array,
    personnel: Array,
    quality: Array,
    cohesion: Array,
    supply: Array,
    air_support: Array,
    contact: Array,
    entrenchment: Array,
    actor: Array,
    cell: Array,
    site: Array,
    mission: Array,
    route: Array,
    kind: Array,
    attacks: Array,
    on_the_way: Array,
    irregular: Array,
    cover: Array,
    population: Array,
    least_supply: float,
    least_cohesion: float,
    unsupplied: float,
    surprise: float,
    cover_effect: float,
    built_up: float,
    town: float,
    works: float,
) -> None:
    """Fill who is ``assaulting``, with what ``fire``, and each one's ``exposure``.

    See ``phases/fight.py``. ``in_town`` is how much of a town one defends. Who is
    ``active`` may assault: on a kind of mission that ``attacks``, or ``on_the_way``
    where somebody bars it. ``works`` is what one's entrenchment takes off.
    """
    for i in range(actor.size):
        m = mission[i]
        ready = supply[i] >= least_supply and cohesion[i] >= least_cohesion
        wants = m >= 0 and attacks[kind[m]]
        barred = m >= 0 and on_the_way[kind[m]] and route[i, 0] >= 0
        assaulting[i] = active[i] and ready and (wants or barred)
        fresh = assaulting[i] and not contact[i] and irregular[actor[i]]
        stock = unsupplied + (1.0 - unsupplied) * supply[i]
        value = personnel[i] * quality[i] * cohesion[i] * stock
        fire[i] = value * (1.0 + air_support[i]) * (1.0 + (surprise if fresh else 0.0))
        shelter = np.float32(cover_effect) * cover[cell[i]]
        in_town[i] = 0.0
        if assaulting[i] and contact[i]:
            exposure[i] = np.float32(1.0) - shelter
            continue
        if site[i] >= 0:
            in_town[i] = min(1.0, population[site[i]] / town)
        built = max(np.float64(shelter), built_up * in_town[i])
        exposure[i] = (1.0 - built) * (1.0 - works * entrenchment[i])


@_jit
def wear(
    personnel: Array,
    lost_day: Array,
    cohesion: Array,
    entrenchment: Array,
    loss: Array,
    contact: Array,
    supply: Array,
    inflow: Array,
    resting: Array,
    assaulting: Array,
    in_town: Array,
    odds: Array,
    least_supply: float,
    per_loss: float,
    spared: float,
    overrun: float,
    recovery: float,
    isolation: float,
    digging: float,
    days: float,
) -> None:
    """Take the ``loss`` off; let cohesion follow, and works grow under the ``resting``.

    A whole town spares its defenders ``spared`` of the loss of cohesion by losses.
    ``overrun``, ``recovery``, ``isolation`` and ``digging`` are those of this tick, of
    ``days``.
    """
    for i in range(personnel.size):
        share = 0.0
        if personnel[i] > 0.0:
            share = loss[i] / max(personnel[i], 1e-9)
        personnel[i] -= loss[i]
        lost_day[i] += (loss[i] / days - lost_day[i]) * min(1.0, days)
        change = -per_loss * (1.0 - spared * in_town[i]) * share
        change -= overrun * max(0.0, odds[i] - 1.0)
        if not contact[i] and supply[i] >= least_supply:
            change += recovery
        if inflow[i] <= 0.0:
            change -= isolation
        cohesion[i] = min(max(cohesion[i] + change, 0.0), 1.0)
        if resting[i] and not assaulting[i]:
            entrenchment[i] += digging
        entrenchment[i] = min(entrenchment[i], 1.0)


@_jit
def _added(amount: Array) -> Any:
    """Return the sum of up to 128 numbers, added in the order in which NumPy does."""
    n = amount.size
    if n < 8:
        total = 0.0
        for i in range(n):
            total += amount[i]
        return total
    part = amount[:8].copy()
    whole = n - n % 8
    for i in range(8, whole):
        part[i % 8] += amount[i]
    total = ((part[0] + part[1]) + (part[2] + part[3])) + (
        (part[4] + part[5]) + (part[6] + part[7])
    )
    for i in range(whole, n):
        total += amount[i]
    return total


@_jit
def captures(
    contested: Array,
    capture_days: Array,
    captor: Array,
    power: Array,
    controller: Array,
    cell: Array,
    allied: Array,
    war: Array,
    holder: Array,
    population: Array,
    least: float,
    days: float,
) -> None:
    """Let whoever is alone in a site be its ``captor``, and for how long.

    ``power[site, actor]`` is what stands in reach of it. An enemy with at least
    ``least`` there takes it where defenders have less; so does the enemy who holds the
    ``cell`` round a place where nobody lives.
    """
    n_actors = power.shape[1]
    own, hostile = np.zeros(n_actors), np.zeros(n_actors)
    for s in range(controller.size):
        c = controller[s]
        strongest = 0
        for a in range(n_actors):
            own[a] = power[s, a] if allied[c, a] else 0.0
            hostile[a] = power[s, a] if war[c, a] else 0.0
            if hostile[a] > hostile[strongest]:
                strongest = a
        defence = _added(own)
        around = holder[cell[s]]
        overrun = war[c, around] and defence < least and around < n_actors
        found = -1
        if hostile[strongest] >= least:
            found = strongest
        elif overrun and population[cell[s]] <= 0.0:
            found = around
        contested[s] = _added(hostile) >= least and defence >= least
        if found < 0 or not defence < least:
            captor[s] = -1
            capture_days[s] = np.float32(0.0)
            continue
        if captor[s] != found:
            capture_days[s] = np.float32(0.0)
        capture_days[s] += np.float32(days)
        captor[s] = found


@_jit
def in_reach(
    total: Array,
    site_x: Array,
    site_y: Array,
    site_bank: Array,
    x: Array,
    y: Array,
    bank: Array,
    actor: Array,
    power: Array,
    reach: float,
) -> None:
    """Fill ``total[site, actor]`` with the power within ``reach`` km on its bank."""
    for s in range(total.shape[0]):
        for a in range(total.shape[1]):
            total[s, a] = 0.0
        for i in range(x.size):
            if power[i] <= 0.0 or bank[i] != site_bank[s]:
                continue
            if (x[i] - site_x[s]) ** 2 + (y[i] - site_y[s]) ** 2 <= reach * reach:
                total[s, actor[i]] += power[i]


@_jit
def influence(
    total: Array,
    reached: Array,
    cell: Array,
    actor: Array,
    power: Array,
    start: Array,
    neighbour: Array,
    weight: Array,
    side: Array,
    least: float,
    close: float,
) -> None:
    """Add each formation's power, faded by distance, to ``total[actor, cell]``.

    Mark in ``reached[side, cell]`` where one of ``least`` power is so near that no less
    than the share ``close`` of it is felt.
    """
    for i in range(total.shape[1]):
        for a in range(total.shape[0]):
            total[a, i] = 0.0
        for s in range(reached.shape[0]):
            reached[s, i] = False
    for i in range(cell.size):
        if power[i] <= 0.0:
            continue
        clears = power[i] >= least
        for k in range(start[cell[i]], start[cell[i] + 1]):
            total[actor[i], neighbour[k]] += np.float32(power[i] * weight[k])
            if clears and weight[k] >= close:
                reached[side[actor[i]], neighbour[k]] = True


@_jit
def contest(
    holder: Array,
    contested: Array,
    exposed: Array,
    days_held: Array,
    cleared: Array,
    challenger: Array,
    challenge_days: Array,
    strength: Array,
    reached: Array,
    present: Array,
    populated: Array,
    open_cell: Array,
    may_hold: Array,
    war: Array,
    side: Array,
    least: float,
    advantage: float,
    patience: float,
    days: float,
    flipped: Array,
) -> int:
    """Let cells change hands; return how many did and list them in ``flipped``.

    A cell passes to the strongest actor at war with its holder whose side's influence
    is at least ``least`` and ``advantage`` times that of the holder's side for
    ``patience`` days; a populated cell only to an actor present in it. It is
    ``exposed`` by the enemy's part of both sides' influence, in quarters. The days for
    which it is ``cleared`` count from when the holder's side has ``reached`` it.
    """
    n_actors = strength.shape[0]
    n_sides = 0
    for h in range(side.size):
        n_sides = max(n_sides, side[h] + 1)
    total = np.zeros(n_sides)
    flips = 0
    for i in range(holder.size):
        if not open_cell[i]:
            continue
        days_held[i] += np.float32(days)
        if cleared[i] > 0.0 or reached[side[holder[i]], i]:
            cleared[i] += np.float32(days)
        some = False
        for a in range(n_actors):
            if strength[a, i] > 0.0:
                some = True
                break
        if not some:
            contested[i] = False
            exposed[i] = 0
            challenger[i] = -1
            challenge_days[i] = np.float32(0.0)
            continue
        h = holder[i]
        for s in range(n_sides):
            total[s] = 0.0
        for a in range(n_actors):
            total[side[a]] += strength[a, i]
        own = total[side[h]]
        best = -1
        best_total = 0.0
        enemies = 0.0
        for a in range(n_actors):
            if not war[a, h] or strength[a, i] <= 0.0:
                continue
            enemies = max(enemies, total[side[a]])
            if not may_hold[a, i] or (populated[i] and not present[a, i]):
                continue
            if total[side[a]] > best_total or (
                total[side[a]] == best_total
                and best >= 0
                and strength[a, i] > strength[best, i]
            ):
                best = a
                best_total = total[side[a]]
        contested[i] = enemies >= least and own >= least
        part = enemies / (enemies + own) if enemies >= least else 0.0
        exposed[i] = np.uint8(np.rint(part * QUARTERS))
        if best >= 0:
            for a in range(n_actors):
                if (
                    side[a] == side[best]
                    and war[a, h]
                    and may_hold[a, i]
                    and (present[a, i] or not populated[i])
                    and strength[a, i] > strength[best, i]
                ):
                    best = a
        if best < 0 or best_total < least or best_total < advantage * own:
            challenger[i] = -1
            challenge_days[i] = np.float32(0.0)
            continue
        if challenger[i] >= 0 and side[challenger[i]] == side[best]:
            challenge_days[i] += np.float32(days)
        else:
            challenge_days[i] = np.float32(days)
        challenger[i] = best
        if challenge_days[i] >= patience:
            holder[i] = best
            days_held[i] = np.float32(0.0)
            cleared[i] = np.float32(0.0)
            challenger[i] = -1
            challenge_days[i] = np.float32(0.0)
            flipped[flips] = i
            flips += 1
    return flips


@_jit
def near_cells(
    start: Array,
    neighbour: Array,
    distance: Array,
    cells: Array,
    cost: Array,
    mask: Array,
    width: int,
    scale: float,
    limit: float,
) -> int:
    """List, per cell, the cells within ``limit`` km by road-weighted distance.

    Same bank only. ``scale`` turns a path cost into km. Fills ``start`` (n + 1),
    ``neighbour`` and ``distance``; returns the number of entries, or -1 when the
    arrays are too small.
    """
    n = cost.size
    best = np.full(n, UNREACHED, np.int32)
    queue = np.empty(4096, np.int32)
    found = 0
    bound = np.int32(limit / scale)
    for c in range(n):
        start[c] = found
        if not cells[c] or cost[c] == 0:
            continue
        size = 1
        queue[0] = c
        best[c] = 0
        done = 0
        while done < size:
            low = done
            for q in range(done + 1, size):
                if best[queue[q]] < best[queue[low]]:
                    low = q
            u = queue[low]
            queue[low] = queue[done]
            queue[done] = u
            done += 1
            for k in range(8):
                if not (mask[u] >> k) & 1:
                    continue
                if k == 0:
                    v = u - width
                elif k == 1:
                    v = u + width
                elif k == 2:
                    v = u - 1
                elif k == 3:
                    v = u + 1
                elif k == 4:
                    v = u - width - 1
                elif k == 5:
                    v = u - width + 1
                elif k == 6:
                    v = u + width - 1
                else:
                    v = u + width + 1
                if cost[v] == 0:
                    continue
                nd = best[u] + (cost[u] + cost[v]) * np.int32(5 if k < 4 else 7)
                if nd > bound or nd >= best[v]:
                    continue
                if best[v] == UNREACHED:
                    if size >= queue.size:
                        return -1
                    queue[size] = v
                    size += 1
                best[v] = nd
        if found + size > neighbour.size:
            return -1
        for q in range(size):
            neighbour[found] = queue[q]
            distance[found] = best[queue[q]] * scale
            best[queue[q]] = UNREACHED
            found += 1
    start[n] = found
    return found


@_jit
def days_away(
    days: Array,
    able: Array,
    entry: Array,
    target: Array,
    point: Array,
    road_km: Array,
    attack: Array,
    raid: Array,
    cell: Array,
    pace: Array,
    can_attack: Array,
    can_raid: Array,
    piece: Array,
    bank: Array,
    width: int,
    km: float,
    slow: float,
) -> None:
    """Fill the ``days`` each formation needs to each option, and who is ``able``.

    By ``road_km`` from the option's ``point``; where that is negative straight to the
    cell ``target``, by open ground (``slow``), on its bank. Who is not able is
    infinitely far: those not connected with the ``entry``, and those who cannot
    ``attack`` or ``raid`` where that is asked.
    """
    for c in range(entry.size):
        for i in range(cell.size):
            able[c, i] = False
            days[c, i] = np.inf
            if entry[c] < 0 or piece[entry[c]] != piece[cell[i]]:
                continue
            if (attack[c] and not can_attack[i]) or (raid[c] and not can_raid[i]):
                continue
            if point[c] >= 0:
                way = np.float64(road_km[point[c], cell[i]])
            elif bank[target[c]] == bank[cell[i]]:
                rows = target[c] // width - cell[i] // width
                columns = target[c] % width - cell[i] % width
                way = np.hypot(np.float64(rows), np.float64(columns)) * km / slow
            else:
                way = np.float64(np.inf)
            needed = way / pace[i]
            if np.isfinite(needed):
                able[c, i] = True
                days[c, i] = needed


@_jit
def groups(
    size: Array,
    persons: Array,
    power: Array,
    days: Array,
    days_away: Array,
    able: Array,
    idle: Array,
    people: Array,
    strength: Array,
    wanted: Array,
    most: Array,
    farthest: float,
) -> None:
    """Fill each candidate's group: nearest idle formations until they are enough.

    The group of candidate c are those idle and able to go, nearest by
    ``days_away[c, i]`` first (of equals the first in line), within ``farthest`` days
    and at most ``most[c]``, until their ``strength`` is ``wanted[c]``. Also fills the
    group's ``persons``, its ``power`` (strength summed) and the ``days`` its farthest
    member needs.
    """
    n = days_away.shape[1]
    left = np.empty(n, np.bool_)
    for c in range(days_away.shape[0]):
        size[c] = 0
        persons[c] = 0.0
        power[c] = 0.0
        days[c] = 0.0
        for i in range(n):
            left[i] = able[c, i] and idle[i]
        while size[c] < most[c]:
            nearest = -1
            for i in range(n):
                if left[i] and (nearest < 0 or days_away[c, i] < days_away[c, nearest]):
                    nearest = i
            if nearest < 0 or days_away[c, nearest] > farthest:
                break
            left[nearest] = False
            size[c] += 1
            persons[c] += people[nearest]
            power[c] += strength[nearest]
            days[c] = max(days[c], days_away[c, nearest])
            if power[c] >= wanted[c]:
                break


@_jit
def kept(
    found: Array,
    kind: Array,
    cell: Array,
    site: Array,
    rows: Array,
    mission_kind: Array,
    mission_cell: Array,
    mission_site: Array,
    draw: Array,
) -> None:
    """Fill ``found`` with the ``draw`` of the last mission in ``rows`` like an option.

    Alike are those of one kind, cell and site; other entries stay as they are.
    """
    for row in rows:
        for c in range(found.size):
            if (
                kind[c] == mission_kind[row]
                and cell[c] == mission_cell[row]
                and site[c] == mission_site[row]
            ):
                found[c] = draw[row]


@_jit
def worths(
    utility: Array,
    chance: Array,
    ratio: Array,
    valid: Array,
    share: Array,
    days: Array,
    size: Array,
    power: Array,
    enemy: Array,
    own: Array,
    benefit: Array,
    lost_without: Array,
    unfed: Array,
    tense: Array,
    held: Array,
    sure: Array,
    standing: Array,
    steepness: float,
    even: float,
    loss_at_parity: float,
    loss_price: float,
    travel_price: float,
    least_success: float,
    gainful: bool,
) -> None:
    """Fill what each option is worth with its group: ``actors/choice.py`` in a loop.

    ``power``, ``share`` (of the actor's people) and ``days`` are the group's; a held
    place gains what the group takes off the chance ``lost_without`` it. An option is
    ``valid`` when it stands, has a group, is likely enough and, if ``gainful``, worth
    something.
    """
    par = even**steepness
    for c in range(enemy.size):
        ratio[c] = (power[c] + own[c]) / max(enemy[c], 1.0)
        won = max(ratio[c], 0.0) ** steepness
        attack = won / (won + par)
        lost = max(1.0 / max(ratio[c], 1e-6), 0.0) ** steepness
        if sure[c]:
            chance[c] = 1.0
            loss = 0.0
        else:
            chance[c] = lost_without[c] - lost / (lost + par) if held[c] else attack
            loss = min(1.0, loss_at_parity / max(ratio[c], 1e-6))
        worth = benefit[c] * chance[c]
        worth = worth - loss_price * loss * share[c]
        worth = worth - unfed[c] * share[c]
        worth = worth - tense[c]
        utility[c] = worth - travel_price * days[c] * share[c]
        if held[c]:
            likely = sure[c] or chance[c] > 0.0
        else:
            likely = sure[c] or attack >= least_success
        valid[c] = standing[c] and size[c] > 0 and likely
        if gainful and not utility[c] > 0.0:
            valid[c] = False


@_jit
def weighed(
    value: Array,
    gumbel: Array,
    utility: Array,
    valid: Array,
    open_row: Array,
    kept: Array,
    noise: Array,
    draw_row: Array,
    rationality: float,
    margin: float,
) -> None:
    """Fill the ``value`` that decides between options, and the ``gumbel`` in it.

    An option with a number ``kept`` (not nan) has that one and the ``margin``, others
    a number of today's ``noise``; −inf where it is not valid or not open.
    """
    for c in range(value.size):
        bonus = 0.0
        gumbel[c] = noise[draw_row[c]]
        if not np.isnan(kept[c]):
            bonus = margin
            gumbel[c] = kept[c]
        value[c] = -np.inf
        if valid[c] and open_row[c]:
            value[c] = rationality * (utility[c] + bonus) + gumbel[c]


@_jit
def standings(
    wanted: Array,
    last: Array,
    most: Array,
    unfed: Array,
    tense: Array,
    standing: Array,
    kind: Array,
    enemy: Array,
    own: Array,
    supply: Array,
    tension: Array,
    hostile_km: Array,
    sure: Array,
    benefit: Array,
    kinds: tuple[int, int, int],
    largest: int,
    ratio: float,
    advance: float,
    supply_price: float,
    tension_price: float,
) -> None:
    """Fill what does not depend on the group an option gets: ``scoring.Table``.

    ``kinds`` are those of attacks, raids and bridging; ``largest`` is the most
    formations in a group, ``ratio`` that of own to ``enemy`` strength that is wanted.
    """
    attack, raid, bridge = kinds
    for c in range(kind.size):
        wanted[c] = 0.0 if kind[c] == bridge else enemy[c]
        last[c] = hostile_km[c] / advance if kind[c] == attack else 0.0
        most[c] = 1 if kind[c] == raid or kind[c] == bridge else largest
        unfed[c] = supply_price * (1.0 - supply[c])
        tense[c] = tension_price * tension[c]
        undone = sure[c] or own[c] < ratio * enemy[c]
        standing[c] = benefit[c] > 0.0 and undone


@_jit
def left_to_farther(
    found: Array,
    attack: Array,
    option_site: Array,
    enemy: Array,
    able: Array,
    idle: Array,
    own_x: Array,
    own_y: Array,
    site: Array,
    worth: Array,
    sent_x: Array,
    sent_y: Array,
    site_x: Array,
    site_y: Array,
    ratio: float,
) -> None:
    """Mark each ``attack`` for which too little is sent from as near as who is idle.

    Who is ``idle`` and ``able`` to serve it; of those sent to a ``site``, the ``worth``
    of those no farther from it than the nearest of the idle counts, and is too little
    if under ``ratio`` times the ``enemy``. Coordinates in km.
    """
    for c in range(found.size):
        if not attack[c]:
            continue
        to_x, to_y = site_x[option_site[c]], site_y[option_site[c]]
        nearest = np.inf
        for j in range(idle.size):
            if idle[j] and able[c, j]:
                apart = (own_x[j] - to_x) ** 2 + (own_y[j] - to_y) ** 2
                nearest = min(nearest, apart)
        if nearest == np.inf:
            continue
        near = 0.0
        for i in range(site.size):
            apart = (sent_x[i] - to_x) ** 2 + (sent_y[i] - to_y) ** 2
            if site[i] == option_site[c] and apart <= nearest:
                near += worth[i]
        found[c] = near < ratio * enemy[c]


@_jit
def zone_sums(
    enemy: Array,
    own: Array,
    cells: Array,
    counted: Array,
    belief: Array,
    power: Array,
) -> None:
    """Sum ``belief`` and ``power`` over the ``counted`` ones of each row of cells."""
    for p in range(cells.shape[0]):
        enemy[p] = 0.0
        own[p] = 0.0
        for k in range(cells.shape[1]):
            if counted[p, k]:
                enemy[p] += belief[cells[p, k]]
                own[p] += power[cells[p, k]]


@_jit
def outlooks(
    enemy: Array,
    on_way: Array,
    own: Array,
    hostile_km: Array,
    entry: Array,
    tension: Array,
    points: Array,
    cells: Array,
    counted: Array,
    belief: Array,
    power: Array,
    dist: Array,
    parent: Array,
    friendly: Array,
    flank: Array,
    threat: Array,
    rivals: Array,
    near: float,
    tense: float,
    width: int,
    km: float,
) -> None:
    """Fill what is believed of every point: ``zone_sums`` and ``approaches`` of it.

    A point that no path reaches has no ``entry``; ``threat`` adds to the ``enemy``,
    and beside ``rivals`` the ``tension`` is ``tense``.
    """
    zone_sums(enemy, own, cells, counted, belief, power)
    approaches(
        on_way, hostile_km, entry, points, parent, friendly, flank, near, width, km
    )
    for p in range(points.size):
        u = points[p]
        enemy[p] += threat[u]
        tension[p] = tense if rivals[u] else 0.0
        if dist[u] >= UNREACHED:
            entry[p] = -1


@_jit
def sent(
    power: Array,
    shared: Array,
    worth: Array,
    actor: Array,
    site: Array,
    alive: Array,
    mission: Array,
    kind: Array,
    target: Array,
    friend: Array,
    war: Array,
    attack: int,
) -> None:
    """Sum the side's ``power`` sent to attack each site; mark sites of third parties.

    ``worth`` is each formation's; a site is ``shared`` where a formation stands in it
    that is neither a ``friend`` nor at ``war`` with the actor.
    """
    power[:] = 0.0
    shared[:] = False
    for i in range(actor.size):
        a = actor[i]
        if mission[i] >= 0 and friend[a] and kind[mission[i]] == attack:
            power[target[mission[i]]] += worth[i]
        if alive[i] and site[i] >= 0 and not war[a] and not friend[a]:
            shared[site[i]] = True


@_jit
def offers(
    kind: Array,
    draw_row: Array,
    site: Array,
    cell: Array,
    crossing: Array,
    gains: Array,
    enemy: Array,
    own: Array,
    supply: Array,
    tension: Array,
    hostile_km: Array,
    entry: Array,
    sure: Array,
    view_enemy: Array,
    view_on_way: Array,
    view_own: Array,
    view_supply: Array,
    view_km: Array,
    view_entry: Array,
    view_tension: Array,
    points: Array,
    worth: Array,
    controller: Array,
    friend: Array,
    war: Array,
    enterable: Array,
    shared: Array,
    sent_power: Array,
    works: Array,
    bank: Array,
    kinds: tuple[int, int, int],
    least_supply: float,
    least: float,
    deepest: float,
    bypass: float,
    path_weight: float,
) -> int:
    """Fill the columns of ``actors/options.py``; return how many options there are.

    First attacks, then holds (``kinds``) of sites that may be entered and supplied,
    then bridges from the cells ``bank`` to the points ``works``. ``worth`` is what
    holding each point adds to each objective.
    """
    attack, hold, bridge = kinds
    n = controller.size
    n_crossings = (points.size - n) // 2
    found = 0
    for k in range(2 * n + works.size):
        p = k % n if k < 2 * n else works[k - 2 * n]
        if k < 2 * n:
            if not enterable[p] or not view_supply[p] >= least_supply:
                continue
            holder = controller[p]
            if k < n:
                if not war[holder] or shared[p] or view_entry[p] < 0:
                    continue
                if not (view_km[p] <= deepest and view_on_way[p] <= bypass):
                    continue
            elif not friend[holder] or not view_enemy[p] >= least:
                continue
        c = found
        found += 1
        draw_row[c] = k if k < 2 * n else n + p
        site[c] = p if k < 2 * n else -1
        cell[c] = points[p]
        crossing[c] = -1
        entry[c] = points[p]
        sure[c] = False
        supply[c] = view_supply[p]
        tension[c] = view_tension[p]
        hostile_km[c] = view_km[p]
        for o in range(worth.shape[0]):
            gains[c, o] = worth[o, p]
        if k < n:
            kind[c] = attack
            entry[c] = view_entry[p]
            enemy[c] = max(view_enemy[p] + path_weight * view_on_way[p], 1.0)
            own[c] = sent_power[p]
        elif k < 2 * n:
            kind[c] = hold
            enemy[c] = max(view_enemy[p], 1.0)
            own[c] = view_own[p]
        else:
            kind[c] = bridge
            crossing[c] = (p - n) % n_crossings
            cell[c] = bank[k - 2 * n]
            entry[c] = cell[c]
            enemy[c] = 1.0
            own[c] = 0.0
            sure[c] = True
    return found


@_jit
def observed(
    belief: Array, seen: Array, cell: Array, power: Array, error: Array
) -> None:
    """Overwrite ``belief`` in cells ``seen`` with the power there, misjudged."""
    for u in range(belief.size):
        if seen[u]:
            belief[u] = np.float32(0.0)
    for i in range(cell.size):
        if seen[cell[i]]:
            belief[cell[i]] += np.float32(power[i] * error[i])


@_jit
def spread(
    total: Array, amount: Array, steps: Array, height: int, width: int, part: float
) -> None:
    """Fill ``total`` with the sums over cells ``steps`` away, divided by ``part``."""
    for u in range(total.size):
        total[u] = 0.0
    for u in range(amount.size):
        if amount[u] == 0.0:
            continue
        row = u // width
        column = u % width
        for k in range(steps.shape[0]):
            r = row + steps[k, 0]
            e = column + steps[k, 1]
            if 0 <= r < height and 0 <= e < width:
                total[r * width + e] += amount[u]
    for u in range(total.size):
        total[u] /= part


@_jit
def flows(flow: Array, parent: Array, cell: Array, persons: Array) -> None:
    """Add each formation's persons to every cell of its way along ``parent``."""
    for i in range(flow.size):
        flow[i] = 0.0
    for i in range(cell.size):
        u = cell[i]
        while u >= 0:
            flow[u] += persons[i]
            u = parent[u]


@_jit
def detours(
    least: Array,
    points: Array,
    one: Array,
    two: Array,
    cost: Array,
    bank: Array,
    goal: int,
    reach: float,
    width: int,
) -> None:
    """Fill ``least`` with what a way that passes each point by costs at least.

    A way crosses every distance from its start once: in the cell whose share of the
    step, ``7 * cost``, covers that distance. With all cells within ``reach`` (in
    cells) of a point on its bank shut, what remains at the point's own distance are
    the others; for a point beyond the goal, which is at distance ``goal``, at that.
    ``one`` and ``two`` are costs from the start and to the goal; ``points`` come in
    rising order of ``one``.
    """
    n = points.size
    level = np.empty(n, dtype=np.int32)
    for k in range(n):
        level[k] = min(one[points[k]], goal)
        least[k] = UNREACHED
    for cell in range(one.size if n else 0):
        if cost[cell] == 0 or one[cell] >= UNREACHED or two[cell] >= UNREACHED:
            continue
        share = 7 * cost[cell]
        lowest = one[cell] - share
        highest = one[cell] + share
        if lowest > level[n - 1] or highest < level[0]:
            continue
        first, last = 0, n
        while first < last:
            middle = (first + last) // 2
            if level[middle] < lowest:
                first = middle + 1
            else:
                last = middle
        whole = one[cell] + two[cell]
        while first < n and level[first] <= highest:
            point = points[first]
            if whole < least[first]:
                east = cell % width - point % width
                south = cell // width - point // width
                far = east * east + south * south > reach * reach
                if far or bank[cell] != bank[point]:
                    least[first] = whole
            first += 1


@_jit
def roots(root: Array, cell: Array, parent: Array, dist: Array) -> None:
    """Fill ``root`` with the source cell of each cell's path, -1 if it has none."""
    for i in range(cell.size):
        u = cell[i]
        if dist[u] >= UNREACHED:
            root[i] = -1
            continue
        while parent[u] >= 0:
            u = parent[u]
        root[i] = u


@_jit
def first_on_way(goal: Array, cell: Array, parent: Array, wanted: Array) -> None:
    """Fill ``goal`` with the first ``wanted`` cell on each way along ``parent``."""
    for i in range(cell.size):
        u = cell[i]
        while u >= 0 and not wanted[u]:
            u = parent[u]
        goal[i] = u


@_jit
def living(
    row: Array, key: Array, actor: Array, cell: Array, personnel: Array, alive: Array
) -> int:
    """List the ``row`` of each living formation and a ``key`` by cell and owner.

    Returns:
        How many there are; keys rise with the cell, then with the owner.
    """
    owners = 0
    for i in range(actor.size):
        owners = max(owners, actor[i] + 1)
    found = 0
    for i in range(actor.size):
        if alive[i] and personnel[i] > 0.0:
            row[found] = i
            key[found] = cell[i] * owners + actor[i]
            found += 1
    return found


@_jit
def gathered(
    owner: Array,
    place: Array,
    means: Array,
    persons: Array,
    member: Array,
    share: Array,
    row: Array,
    key: Array,
    order: Array,
    actor: Array,
    cell: Array,
    personnel: Array,
    x: Array,
    y: Array,
    engaged: Array,
    attacking: Array,
    aim: Array,
    exposed: Array,
) -> int:
    """Gather formations of one ``key``; return how many groups they are.

    ``order`` sorts the keys. Fills the groups' ``owner``, ``place`` and ``persons``,
    the ``member`` and ``share`` of each row, and ``means`` by persons of the columns
    from ``x`` to ``exposed``.
    """
    found = 0
    for k in range(order.size):
        r = order[k]
        if k == 0 or key[r] != key[order[k - 1]]:
            owner[found] = actor[row[r]]
            place[found] = cell[row[r]]
            persons[found] = 0.0
            for c in range(means.shape[0]):
                means[c, found] = 0.0
            found += 1
        member[r] = found - 1
    for r in range(order.size):
        persons[member[r]] += personnel[row[r]]
    for r in range(order.size):
        i, g = row[r], member[r]
        share[r] = personnel[i] / persons[g]
        means[0, g] += share[r] * x[i]
        means[1, g] += share[r] * y[i]
        means[2, g] += share[r] * engaged[i]
        means[3, g] += share[r] * attacking[i]
        means[4, g] += share[r] * aim[i]
        means[5, g] += share[r] * exposed[i]
    return found


@_jit
def seen(
    attacking: Array,
    aim: Array,
    exposed: Array,
    mission: Array,
    kind: Array,
    objective: Array,
    weight: Array,
    contact: Array,
    assaulting: Array,
    entrenchment: Array,
    kinds: tuple[int, int],
    shelter: float,
) -> None:
    """Fill what aircraft see of formations: who attacks, for what, how ``exposed``.

    Those on one of two ``kinds`` of mission attack while in contact; ``aim`` is the
    ``weight`` of the objective their mission serves.
    """
    for i in range(mission.size):
        attacking[i] = assaulting[i]
        aim[i] = 0.0
        exposed[i] = 1.0 - shelter * entrenchment[i]
        m = mission[i]
        if m >= 0:
            if kind[m] == kinds[0] or kind[m] == kinds[1]:
                attacking[i] = attacking[i] or contact[i]
            if objective[m] >= 0:
                aim[i] = weight[objective[m]]


@_jit
def based(
    found: Array,
    grounded: Array,
    site: Array,
    operator: Array,
    controller: Array,
    war: Array,
) -> None:
    """Mark the assets that may fly: not grounded, their base not held by an enemy."""
    for a in range(found.size):
        lost = site[a] >= 0 and war[operator[a], controller[site[a]]]
        found[a] = not grounded[a] and not lost


@_jit
def watchers(
    watching: Array,
    kill: Array,
    guards: Array,
    x: Array,
    y: Array,
    patrol_operator: Array,
    patrol_x: Array,
    patrol_y: Array,
    patrol_sorties: Array,
    patrol_kill: Array,
    operator: Array,
    base_x: Array,
    base_y: Array,
    detection: Array,
    radius: Array,
    ready: Array,
    may: Array,
    ground: Array,
    reach: float,
    ground_kill: float,
) -> None:
    """Fill who watches points in the air, and how likely the best shooter kills there.

    ``watching[g, p]`` are the patrols' sorties of actor ``guards[g]`` within ``reach``
    of point p, plus its ready sensors that cover it; ``kill[g, p]`` is the most of the
    near patrols' ``patrol_kill`` and, under its ``ground`` fire, ``ground_kill``.
    """
    for g in range(guards.size):
        for p in range(x.size):
            flying = 0.0
            sensing = 0.0
            kill[g, p] = 0.0
            for k in range(patrol_x.size):
                east, south = x[p] - patrol_x[k], y[p] - patrol_y[k]
                far = east * east + south * south
                if patrol_operator[k] == guards[g] and far <= reach * reach:
                    flying += patrol_sorties[k]
                    kill[g, p] = max(kill[g, p], patrol_kill[k])
            for a in range(operator.size):
                if operator[a] != guards[g] or not may[a]:
                    continue
                east, south = x[p] - base_x[a], y[p] - base_y[a]
                far = east * east + south * south
                if detection[a] > 0.0 and far <= detection[a] * detection[a]:
                    sensing += ready[a]
                if ground[a] and ready[a] > 0.0 and far <= radius[a] * radius[a]:
                    kill[g, p] = max(kill[g, p], ground_kill)
            watching[g, p] = flying + sensing


@_jit
def nearest(
    group: Array,
    distance: Array,
    x: Array,
    y: Array,
    other_x: Array,
    other_y: Array,
    counted: Array,
) -> None:
    """Fill each point's nearest ``group`` of those ``counted[point]``, and how far.

    The first of all, infinitely far, where none is counted.
    """
    for p in range(x.size):
        group[p] = 0
        least = np.inf
        for g in range(other_x.size):
            if not counted[p, g]:
                continue
            east, south = x[p] - other_x[g], y[p] - other_y[g]
            far = east * east + south * south
            if far < least:
                least = far
                group[p] = g
        distance[p] = np.sqrt(least)


@_jit
def strikes(
    support: Array,
    cut: Array,
    struck: Array,
    x: Array,
    y: Array,
    operator: Array,
    front: Array,
    other_x: Array,
    other_y: Array,
    actor: Array,
    war: Array,
    friendly: Array,
    reach: float,
) -> None:
    """Mark what packages do to the groups within ``reach`` km of where they work.

    Those at the ``front`` ``support`` friends, the others ``cut`` enemies' supply;
    enemies are ``struck`` by both. Shape (n_packages, n_groups), as 0.0 or 1.0.
    """
    for p in range(x.size):
        for g in range(actor.size):
            east, south = x[p] - other_x[g], y[p] - other_y[g]
            near = east * east + south * south <= reach * reach
            enemy = near and war[operator[p], actor[g]]
            own = near and friendly[operator[p], actor[g]]
            struck[p, g] = 1.0 if enemy else 0.0
            support[p, g] = 1.0 if own and front[p] else 0.0
            cut[p, g] = 1.0 if enemy and not front[p] else 0.0


@_jit
def present(
    found: Array,
    x: Array,
    y: Array,
    other_x: Array,
    other_y: Array,
    actor: Array,
    reach: float,
) -> None:
    """Fill ``found[point, actor]``: one of its others is within ``reach`` of it."""
    found[:] = False
    for p in range(x.size):
        for i in range(other_x.size):
            east = x[p] - other_x[i]
            south = y[p] - other_y[i]
            if east * east + south * south <= reach * reach:
                found[p, actor[i]] = True


@_jit
def pairs(
    one: Array,
    other: Array,
    order: Array,
    x: Array,
    y: Array,
    actor: Array,
    apart: Array,
    reach: float,
) -> int:
    """List the pairs within ``reach`` whose actors are ``apart``; return their count.

    ``order`` sorts by ``x``; pairs come in that order of their first and second, and
    the lower row is put into ``one``.
    """
    found = 0
    for k in range(order.size):
        i = order[k]
        for m in range(k + 1, order.size):
            j = order[m]
            if x[j] > x[i] + reach:
                break
            east = x[j] - x[i]
            south = y[j] - y[i]
            near = east * east + south * south <= reach * reach
            if near and apart[actor[i], actor[j]]:
                one[found] = min(i, j)
                other[found] = max(i, j)
                found += 1
    return found


@_jit
def facing(count: Array, actor: Array, one: Array, other: Array) -> None:
    """Count each actor's formations that face one of another, by pairs of rows."""
    seen = np.zeros((actor.size, count.shape[0]), np.bool_)
    for p in range(one.size):
        for i, j in ((one[p], other[p]), (other[p], one[p])):
            if not seen[i, actor[j]]:
                seen[i, actor[j]] = True
                count[actor[i], actor[j]] += 1.0


@_jit
def picked(
    target: Array,
    weight: Array,
    row: Array,
    patrol: Array,
    moved: Array,
    draw: Array,
) -> None:
    """Fill the ``target`` drawn for each package, -1 where it has none.

    Package p draws by the weights ``weight[row[p]]``; one ``moved`` to patrol by those
    of the targets marked ``patrol`` alone, if it has any.
    """
    n = weight.shape[1]
    for p in range(target.size):
        only = False
        if moved[p]:
            for t in range(n):
                only = only or (patrol[t] and weight[row[p], t] > 0.0)
        total = 0.0
        for t in range(n):
            if patrol[t] or not only:
                total += weight[row[p], t]
        target[p] = -1
        if total <= 0.0:
            continue
        running = 0.0
        below = 0
        for t in range(n):
            if patrol[t] or not only:
                running += weight[row[p], t]
            if running <= draw[p] * total:
                below += 1
        target[p] = min(below, n - 1)


@_jit
def booked(total: Array, firing: Array, hit: Array, lost: Array) -> None:
    """Add ``lost[strike, group]`` to ``total`` by actor ``firing`` and actor ``hit``.

    Every strike's losses are summed by the actor hit before they are added.
    """
    each = np.empty(total.shape[1])
    for s in range(lost.shape[0]):
        each[:] = 0.0
        for g in range(lost.shape[1]):
            each[hit[g]] += lost[s, g]
        for a in range(each.size):
            total[firing[s], a] += each[a]


@_jit
def hottest(found: Array, there: Array, heat: Array) -> None:
    """Fill ``found[i, point]`` with the greatest ``heat[i, j]`` of all j ``there``."""
    for i in range(heat.shape[0]):
        for p in range(there.shape[0]):
            found[i, p] = 0.0
            for j in range(there.shape[1]):
                if there[p, j] and heat[i, j] > found[i, p]:
                    found[i, p] = heat[i, j]


@_jit
def opposed(
    believed: Array,
    true: Array,
    who: Array,
    cell: Array,
    belief: Array,
    at: Array,
    owner: Array,
    power: Array,
    war: Array,
    width: int,
    reach: float,
) -> None:
    """Fill the enemy strength within ``reach`` cells of each point, for actor ``who``.

    ``belief`` is (n_actors, n_cells); formations stand in cells ``at``.
    """
    height, most = belief.shape[1] // width, int(reach)
    for p in range(cell.size):
        row, column = cell[p] // width, cell[p] % width
        believed[p] = 0.0
        for r in range(max(row - most, 0), min(row + most + 1, height)):
            for c in range(max(column - most, 0), min(column + most + 1, width)):
                if (r - row) ** 2 + (c - column) ** 2 <= reach * reach:
                    believed[p] += belief[who[p], r * width + c]
        true[p] = 0.0
        for f in range(at.size):
            south, east = at[f] // width - row, at[f] % width - column
            if war[who[p], owner[f]] and south**2 + east**2 <= reach * reach:
                true[p] += power[f]


@_jit
def reckoned(
    chance: Array,
    below: Array,
    other: Array,
    only: Array,
    weight: Array,
    row: Array,
    target: Array,
    patrol: Array,
    moved: Array,
) -> None:
    """Fill the odds of each package's ``target`` as ``picked`` drew it.

    Its chance, that of the targets ``below`` it, the best ``other`` target open to it
    (-1 for none) and whether patrols ``only`` were.
    """
    n = weight.shape[1]
    for p in range(target.size):
        only[p] = False
        if moved[p]:
            for t in range(n):
                only[p] = only[p] or (patrol[t] and weight[row[p], t] > 0.0)
        total = before = best = 0.0
        other[p] = -1
        for t in range(n):
            if only[p] and not patrol[t]:
                continue
            if t == target[p]:
                before = total
            elif weight[row[p], t] > best:
                best, other[p] = weight[row[p], t], t
            total += weight[row[p], t]
        chance[p] = weight[row[p], target[p]] / total
        below[p] = before / total
