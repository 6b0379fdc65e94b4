"""Every kernel about paths and places equals its oracle on random worlds."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
import reference
from fields import KM, SEEDS, searched, some_field, some_grounds
from hypothesis import given
from hypothesis import strategies as st

from abm import kernels


def test_every_kernel_has_an_oracle():
    compiled = {name for name, one in vars(kernels).items() if hasattr(one, "py_func")}
    here = Path(__file__).parent
    used = "".join(
        path.read_text()
        for path in [*here.glob("test_kernels*.py"), here / "fields.py"]
    )

    assert compiled
    assert [name for name in sorted(compiled) if f"kernels.{name}(" not in used] == []


def test_a_path_costs_what_its_steps_cost_by_hand():
    # a row of three cells costing 10, 20, 5, then a crossing south-east of them:
    # 5·(10 + 20) + 5·(20 + 5) = 275; over the river 5·(5 + 8) + 100 more = 440
    width = 5
    ground = _strip(costs={6: 10, 7: 20, 8: 5, 13: 8}, river_south=True, width=width)
    ground.crossings = [(8, 13, 100), (13, 8, 100)]

    dist, parent = searched(ground, [(6, 0)])

    assert dist[[6, 7, 8, 13]].tolist() == [0, 150, 275, 440]
    assert parent[[6, 7, 8, 13]].tolist() == [-1, 6, 7, 8]


def _strip(*, costs, river_south, width):
    from strategies import Ground, same_bank_mask

    cost = np.zeros(4 * width, dtype=np.int32)
    cost[list(costs)] = list(costs.values())
    bank = np.zeros(4 * width, dtype=np.int8)
    bank[2 * width :] = river_south
    mask = same_bank_mask(cost > 0, bank, 4, width)
    return Ground(4, width, cost, bank, mask, [])


@given(some_grounds, SEEDS)
def test_search_finds_the_paths_of_dijkstra(ground, seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 5))
    cells = rng.choice(ground.open_cells, count).tolist()
    sources = [(cell, int(rng.integers(0, 3000))) for cell in cells]

    dist, parent = searched(ground, sources)

    expected = reference.search(
        ground.cost.tolist(),
        ground.mask.tolist(),
        ground.width,
        ground.crossings,
        sources,
    )
    assert (dist.tolist(), parent.tolist()) == expected


@given(some_grounds, SEEDS, st.integers(0, 4000))
def test_search_stops_early_where_dijkstra_does(ground, seed, cap):
    rng = np.random.default_rng(seed)
    need = set(rng.choice(ground.open_cells, 2).tolist())
    sources = [(int(rng.choice(ground.open_cells)), 0)]

    dist, parent = searched(ground, sources, need=need, cap=cap)

    expected = reference.search(
        ground.cost.tolist(),
        ground.mask.tolist(),
        ground.width,
        ground.crossings,
        sources,
        need=need,
        cap=cap,
    )
    assert (dist.tolist(), parent.tolist()) == expected


@given(some_grounds, SEEDS)
def test_without_crossings_no_cell_of_the_other_bank_is_reached(ground, seed):
    source = int(np.random.default_rng(seed).choice(ground.open_cells))
    ground.crossings = []

    dist, _ = searched(ground, [(source, 0)])

    assert (dist[ground.bank != ground.bank[source]] == kernels.UNREACHED).all()


@given(some_grounds, SEEDS)
def test_dearer_ground_makes_no_path_cheaper(ground, seed):
    rng = np.random.default_rng(seed)
    source = [(int(rng.choice(ground.open_cells)), 0)]
    dearer = np.minimum(ground.cost * rng.integers(1, 3, ground.n), 500)

    before, _ = searched(ground, source)
    after, _ = searched(ground, source, cost=dearer.astype(np.int32))

    assert (after >= before).all()


@given(some_grounds, SEEDS)
def test_approaches_equal_their_oracle(ground, seed):
    rng = np.random.default_rng(seed)
    dist, parent = some_field(ground, rng)
    cells = rng.choice(np.flatnonzero(dist < kernels.UNREACHED), 6).astype(np.int32)
    friendly, flank = rng.random(ground.n) < 0.5, rng.random(ground.n) * 100
    enemies, hostile_km = np.empty(6), np.empty(6)
    entry = np.empty(6, np.int32)

    kernels.approaches(
        enemies,
        hostile_km,
        entry,
        cells,
        parent,
        friendly,
        flank,
        7.0,
        ground.width,
        KM,
    )

    expected = reference.approaches(
        cells.tolist(),
        parent.tolist(),
        friendly.tolist(),
        flank.tolist(),
        near=7.0,
        width=ground.width,
        km=KM,
    )
    for k, (beside, length, base) in enumerate(expected):
        assert enemies[k] == pytest.approx(beside, rel=1e-12)
        assert hostile_km[k] == pytest.approx(length, rel=1e-12)
        assert entry[k] == base


@given(some_grounds, SEEDS)
def test_components_equal_their_oracle(ground, seed):
    land = (np.random.default_rng(seed).random(ground.n) < 0.7) & (ground.cost > 0)
    label = np.empty(ground.n, np.int32)

    count = kernels.components(
        label, land, ground.mask, ground.width, *ground.crossing_arrays()
    )

    assert (label.tolist(), count) == reference.components(
        land.tolist(), ground.mask.tolist(), ground.width, ground.crossings
    )


@given(some_grounds, SEEDS)
def test_routes_flows_roots_and_first_cells_equal_their_oracles(ground, seed):
    rng = np.random.default_rng(seed)
    dist, parent = some_field(ground, rng)
    cells = rng.choice(ground.open_cells, 7).astype(np.int32)
    persons, wanted = rng.random(7) * 900, rng.random(ground.n) < 0.3
    route = np.full((9, 5), -7, dtype=np.int32)
    placed = np.concatenate([cells, [0, 0]]).astype(np.int32)
    flow, root, goal = np.ones(ground.n), np.empty(7, np.int32), np.empty(7, np.int32)

    kernels.routes(route, placed, np.arange(7), parent)
    kernels.flows(flow, parent, cells, persons)
    kernels.roots(root, cells, parent, dist)
    kernels.first_on_way(goal, cells, parent, wanted)

    came = parent.tolist()
    assert route[:7].tolist() == reference.routes(cells.tolist(), came, 5)
    assert (route[7:] == -7).all()
    expected = reference.flows(ground.n, came, cells.tolist(), persons.tolist())
    np.testing.assert_allclose(flow, expected, rtol=1e-12)
    assert root.tolist() == [
        reference.root(cell, came, dist.tolist()) for cell in cells.tolist()
    ]
    assert goal.tolist() == [
        reference.first_on_way(cell, came, wanted.tolist()) for cell in cells.tolist()
    ]


@given(some_grounds, SEEDS, st.floats(1.0, 30.0))
def test_near_cells_equal_a_search_with_a_limit(ground, seed, limit):
    wanted = np.random.default_rng(seed).random(ground.n) < 0.6
    start, room = np.zeros(ground.n + 1, np.int64), ground.n * ground.n
    cell, km = np.empty(room, np.int32), np.empty(room)
    scale = KM / 100

    found = kernels.near_cells(
        start, cell, km, wanted, ground.cost, ground.mask, ground.width, scale, limit
    )

    expected = reference.near_cells(
        wanted.tolist(),
        ground.cost.tolist(),
        ground.mask.tolist(),
        ground.width,
        scale=scale,
        limit=limit,
    )
    assert found == start[-1] == sum(len(near) for near in expected.values())
    for c in range(ground.n):
        part = slice(start[c], start[c + 1])
        near = dict(zip(cell[part].tolist(), km[part].tolist(), strict=True))
        assert near == expected.get(c, {})


def test_near_cells_say_when_there_is_too_little_room():
    ground = _strip(costs={6: 10, 7: 20, 8: 5}, river_south=False, width=5)
    start = np.zeros(ground.n + 1, np.int64)

    found = kernels.near_cells(
        start,
        np.empty(2, np.int32),
        np.empty(2),
        ground.cost > 0,
        ground.cost,
        ground.mask,
        ground.width,
        0.05,
        50.0,
    )

    assert found == -1


@given(SEEDS)
def test_influence_equals_its_oracle(seed):
    rng = np.random.default_rng(seed)
    n, n_actors, n_cells = 12, 3, 20
    counts = rng.integers(0, 6, n_cells)
    start = np.concatenate([[0], np.cumsum(counts)])
    neighbour = rng.integers(0, n_cells, start[-1]).astype(np.int32)
    weight = rng.random(start[-1]).astype(np.float32)
    cell = rng.integers(0, n_cells, n).astype(np.int32)
    actor = rng.integers(0, n_actors, n).astype(np.int8)
    power = rng.normal(100, 100, n)
    total = np.full((n_actors, n_cells), 7, dtype=np.float32)
    side, reached = np.array([0, 1, 0]), np.ones((2, n_cells), dtype=bool)

    kernels.influence(
        total, reached, cell, actor, power, start, neighbour, weight, side, 40.0, 0.5
    )

    near = [
        list(zip(neighbour[a:b].tolist(), weight[a:b].tolist(), strict=True))
        for a, b in itertools.pairwise(start)
    ]
    placed = list(zip(cell.tolist(), actor.tolist(), power.tolist(), strict=True))
    assert total.tolist() == reference.influence(n_actors, n_cells, placed, near)
    assert reached.tolist() == reference.reached(
        2, n_cells, placed, near, side=side.tolist(), least=40.0
    )


@given(SEEDS)
def test_zone_sums_equal_their_oracle(seed):
    rng = np.random.default_rng(seed)
    belief, power = rng.random(30).astype(np.float32), rng.random(30)
    cells, counted = rng.integers(0, 30, (4, 9)), rng.random((4, 9)) < 0.6
    enemy, own = np.empty(4), np.empty(4)

    kernels.zone_sums(enemy, own, cells, counted, belief, power)

    for p in range(4):
        inside = cells[p][counted[p]].tolist()
        expected = [sum(float(amount[u]) for u in inside) for amount in (belief, power)]
        assert [enemy[p], own[p]] == pytest.approx(expected, rel=1e-12)


@given(SEEDS)
def test_spread_amounts_equal_their_oracle(seed):
    rng = np.random.default_rng(seed)
    height, width = 5, 7
    amount = rng.random(35).astype(np.float32) * (rng.random(35) < 0.3)
    steps = rng.integers(-2, 3, (6, 2))
    total = np.empty(35)

    kernels.spread(total, amount, steps, height, width, 3.0)

    expected = reference.spread(
        amount.tolist(), steps.tolist(), height=height, width=width
    )
    assert (total * 3.0).tolist() == pytest.approx(expected, rel=1e-12)


@given(SEEDS, st.integers(0, 3))
def test_marked_cells_equal_their_oracle(seed, reach):
    rng = np.random.default_rng(seed)
    height, width = 5, 7
    cells = rng.integers(0, height * width, 3)
    steps = np.array(
        [(s, e) for s in range(-reach, reach + 1) for e in range(-1, 2)], dtype=np.int64
    )
    found = np.zeros(height * width, dtype=bool)

    kernels.mark_near(found, cells, steps, height, width)

    expected = reference.marked(
        cells.tolist(), steps.tolist(), height=height, width=width
    )
    assert set(np.flatnonzero(found).tolist()) == expected


@given(SEEDS)
def test_power_in_reach_equals_its_oracle(seed):
    rng = np.random.default_rng(seed)
    n, n_sites = 9, 4
    x, y, power = rng.random(n) * 30, rng.random(n) * 30, rng.normal(100, 100, n)
    site_x, site_y = rng.random((2, n_sites)) * 30
    bank, site_bank = (rng.integers(0, 2, k).astype(np.int8) for k in (n, n_sites))
    actor = rng.integers(0, 3, n).astype(np.int8)
    total = np.empty((n_sites, 3))

    kernels.in_reach(total, site_x, site_y, site_bank, x, y, bank, actor, power, 12.0)

    expected = [[0.0] * 3 for _ in range(n_sites)]
    for s, i in itertools.product(range(n_sites), range(n)):
        away = math.dist((x[i], y[i]), (site_x[s], site_y[s]))
        if away <= 12.0 and bank[i] == site_bank[s] and power[i] > 0.0:
            expected[s][actor[i]] += float(power[i])
    assert total == pytest.approx(np.array(expected), rel=1e-12)
