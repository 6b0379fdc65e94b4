"""Distances mended after a change equal a new search; marks equal their oracles."""

import numpy as np
import pytest
from fields import SEEDS, searched, some_grounds
from hypothesis import given
from hypothesis import strategies as st
from small import start

from abm import kernels
from abm.actors.mending import distances
from abm.actors.paths import bridges, search
from abm.theatre.ground import disc


def mended(land, before, after, *, cost, most=None):
    """Return the distances from sources ``after``, mended from those ``before``."""
    dist, _ = searched(land, [(cell, 0) for cell in before])
    left = np.array([cell for cell in before if cell not in after], dtype=np.int64)
    done = kernels.mend(
        dist, land.cost, cost, left, np.array(after, dtype=np.int64),
        4 * land.n if most is None else most, land.mask, land.width,
        *land.crossing_arrays(),
    )  # fmt: skip
    return dist.tolist() if done else None


def changed(land, rng, share):
    """Return the costs of a ground where some cells are dearer, cheaper or shut."""
    other = rng.integers(0, 60, land.n)
    chosen = (rng.random(land.n) < share) & (land.mask > 0)
    return np.where(chosen, other, land.cost).astype(np.int32)


@given(some_grounds, SEEDS, st.sampled_from([0.0, 0.05, 0.3, 1.0]))
def test_mended_distances_are_those_of_a_new_search(land, seed, share):
    rng = np.random.default_rng(seed)
    before, after = (
        sorted({int(c) for c in rng.choice(land.open_cells, rng.integers(1, 4))})
        for _ in range(2)
    )
    if rng.random() < 0.5:
        after = before
    cost = changed(land, rng, share)

    found = mended(land, before, after, cost=cost)

    assert found == searched(land, [(cell, 0) for cell in after], cost=cost)[0].tolist()


@given(some_grounds, SEEDS)
def test_who_would_look_at_too_many_cells_says_so(land, seed):
    rng = np.random.default_rng(seed)
    source = [int(rng.choice(land.open_cells))]
    cost = np.where(land.cost > 0, land.cost + 1, 0).astype(np.int32)

    assert (
        mended(land, source, source, cost=cost, most=land.open_cells.size - 1) is None
    )


def test_distances_follow_costs_sources_and_crossings():
    world, theatre = start()
    rng = np.random.default_rng(3)
    base = theatre.ground.move_cost[0]
    for day in range(12):
        shut = rng.random(base.size) < 0.01
        cost = np.where(shut, 0, base).astype(np.int32)
        sources = theatre.site_cell[rng.random(len(theatre.site_cell)) < 0.7]
        if day == 6:
            world.crossings.state[:] = 1 - world.crossings.state
        over = bridges(world, theatre)

        found = distances(theatre, "all", cost, over=over, sources=sources)

        whole = search(theatre, cost, over, sources=sources).dist
        assert found.tolist() == whole.tolist()


@given(SEEDS)
def test_ground_is_what_its_holder_and_country_make_it(seed):
    rng = np.random.default_rng(seed)
    holder, country = rng.integers(0, 4, (2, 30)).astype(np.int8)
    free, allowed = rng.random((2, 4)) < 0.5
    found = np.empty(30, dtype=bool)

    kernels.ground(found, holder, free, country, allowed)

    assert found.tolist() == [
        bool(free[h] and allowed[c]) for h, c in zip(holder, country, strict=True)
    ]


@pytest.mark.parametrize("radius", [0.0, 4.9, 5.0, 12.0, 17.0])
@given(seed=SEEDS)
def test_what_lies_around_marked_cells_lies_around_one_of_them(radius, seed):
    rng = np.random.default_rng(seed)
    height, width = 9, 11
    marked = rng.random(height * width) < rng.choice([0.1, 0.5, 0.95])
    steps = disc(radius, 5.0)
    found, expected = np.zeros((2, marked.size), dtype=bool)

    kernels.mark_around(found, marked, steps, height, width)
    kernels.mark_near(expected, np.flatnonzero(marked), steps, height, width)

    assert found.tolist() == expected.tolist()


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_a_heap_gives_the_nearest_first_and_each_cell_once(dists):
    heap = np.empty((len(dists), 2), np.int64)
    size, found = 0, []
    for cell, dist in enumerate(dists):
        size = kernels._push(heap, size, dist, cell)
    while size:
        found.append(tuple(heap[0].tolist()))
        size = kernels._pop(heap, size)

    assert [dist for dist, _ in found] == sorted(dists)
    assert sorted(cell for _, cell in found) == list(range(len(dists)))
    assert all(dists[cell] == dist for dist, cell in found)


@given(some_grounds)
def test_edges_are_the_steps_that_mask_and_crossings_allow(land):
    ways = [-land.width, land.width, -1, 1]
    ways += [-land.width - 1, -land.width + 1, land.width - 1, land.width + 1]
    room = np.empty((8 + len(land.crossings), 3), np.int64)
    for u in range(land.n):
        count = kernels._edges(room, u, land.mask, land.width, *land.crossing_arrays())

        expected = [
            (u + way, 5 if k < 4 else 7, 0)
            for k, way in enumerate(ways)
            if (int(land.mask[u]) >> k) & 1
        ]
        expected += [
            (v, 5, more) for cell, v, more in land.crossings if cell == u and more >= 0
        ]
        assert [tuple(row) for row in room[:count].tolist()] == expected


def test_a_step_costs_both_cells_and_what_the_crossing_takes_unless_one_is_closed():
    cost = np.array([10, 20, 0, kernels.BUCKETS], dtype=np.int32)

    def step(u, v, times, more):
        return kernels._step(np.array([v, times, more]), cost, u)

    assert step(0, 1, 5, 0) == 150
    assert step(0, 1, 7, 0) == 210
    assert step(0, 1, 5, 100) == 250
    assert step(0, 2, 5, 0) == step(2, 0, 5, 0) == -1
    assert step(0, 3, 5, 0) == kernels.BUCKETS - 1


@given(some_grounds, SEEDS)
def test_what_spreads_from_the_sources_alone_is_the_whole_search(land, seed):
    rng = np.random.default_rng(seed)
    sources = sorted({int(c) for c in rng.choice(land.open_cells, 3)})
    dist = np.full(land.n, kernels.UNREACHED, np.int32)
    dist[sources] = 0
    heap = np.zeros((8 * land.n, 2), np.int64)
    heap[: len(sources), 1] = sources

    whole = kernels._spread_nearer(
        dist, heap, len(sources), land.cost, land.mask, land.width,
        *land.crossing_arrays(),
    )  # fmt: skip

    assert whole
    assert dist.tolist() == searched(land, [(cell, 0) for cell in sources])[0].tolist()
