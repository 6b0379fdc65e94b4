"""Every kernel behind path costs and options equals its oracle on random worlds."""

import numpy as np
import pytest
import reference
import reference_decide
from fields import KM, SEEDS, some_field, some_grounds
from hypothesis import given

from abm import kernels

N, HOLDERS, COUNTRIES = 40, 5, 3


def ground(rng):
    """Base cost, holder and country of some cells."""
    base = rng.integers(0, 300, N).astype(np.int32)
    holder = rng.integers(0, HOLDERS, N).astype(np.int8)
    return base, holder, rng.integers(0, COUNTRIES, N).astype(np.int8)


def by_cell(**columns):
    """Return the columns' values cell by cell, as plain Python numbers."""
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


@given(SEEDS)
def test_costs_of_open_ground_equal_their_oracle(seed):
    rng = np.random.default_rng(seed)
    base, holder, country = ground(rng)
    free, allowed = rng.random(HOLDERS) < 0.6, rng.random(COUNTRIES) < 0.7
    exposed, cost = rng.integers(0, 5, N), np.full(N, -7, dtype=np.int32)

    kernels.open_costs(cost, base, holder, free, country, allowed, exposed, 2.5)

    rules = {
        "free": set(np.flatnonzero(free).tolist()), "slow": 2.5,
        "allowed": set(np.flatnonzero(allowed).tolist()),
    }  # fmt: skip
    cells = by_cell(base=base, holder=holder, country=country, exposed=exposed)
    assert cost.tolist() == [reference_decide.open_cost(one, rules) for one in cells]


@given(SEEDS)
def test_costs_of_hostile_ground_equal_their_oracle(seed):
    rng = np.random.default_rng(seed)
    base, holder, country = ground(rng)
    free, allowed = rng.random(HOLDERS) < 0.6, rng.random(COUNTRIES) < 0.7
    weight, shut = rng.choice([0.0, 2.5, 5.0], HOLDERS), rng.random(N) < 0.2
    cost = np.full(N, -7, dtype=np.int32)

    kernels.hostile_costs(cost, base, holder, free, weight, country, allowed, shut, 1)

    rules = {
        "free": set(np.flatnonzero(free).tolist()), "own": 1,
        "allowed": set(np.flatnonzero(allowed).tolist()), "weight": weight.tolist(),
    }  # fmt: skip
    cells = by_cell(base=base, holder=holder, country=country, shut=shut)
    assert cost.tolist() == [reference_decide.hostile_cost(one, rules) for one in cells]


@given(SEEDS)
def test_sources_of_supply_equal_their_oracle(seed):
    rng = np.random.default_rng(seed)
    n = 9
    controller = rng.integers(0, HOLDERS, n).astype(np.int8)
    site_cell = rng.integers(0, N, n).astype(np.int32)
    country = rng.integers(0, COUNTRIES, N).astype(np.int8)
    free, allowed = rng.random(HOLDERS) < 0.7, rng.random(COUNTRIES) < 0.7
    capacity = rng.choice([0.0, 900.0], n)
    depot_km = rng.choice([np.inf, 12.3, 1e6], n)
    cell, offset = np.empty(2 * n, np.int32), np.empty(2 * n, np.int64)

    found = kernels.sources(
        cell, offset, controller, free, site_cell, country, allowed, capacity,
        depot_km, 0.5,
    )  # fmt: skip

    sites = [
        {
            "cell": int(site_cell[s]), "free": bool(free[controller[s]]),
            "allowed": bool(allowed[country[site_cell[s]]]),
            "capacity": float(capacity[s]), "depot_km": float(depot_km[s]),
        }
        for s in range(n)
    ]  # fmt: skip
    made = list(zip(cell[:found].tolist(), offset[:found].tolist(), strict=True))
    assert made == reference_decide.sources(sites, step_km=0.5)


@given(some_grounds, SEEDS)
def test_outlooks_are_sums_and_approaches_with_threat_and_tension(land, seed):
    rng = np.random.default_rng(seed)
    dist, parent = some_field(land, rng)
    n = land.n
    points = rng.integers(0, n, 6).astype(np.int32)
    zone, counted = rng.integers(0, n, (6, 4)), rng.random((6, 4)) < 0.7
    belief, power = rng.random(n).astype(np.float32), rng.random(n)
    friendly, rivals = rng.random((2, n)) < 0.5
    flank, threat = rng.random((2, n)) * 100
    enemy, on_way, own, km, tension = np.empty((5, 6))
    entry = np.empty(6, np.int32)

    kernels.outlooks(
        enemy, on_way, own, km, entry, tension, points, zone, counted, belief, power,
        dist, parent, friendly, flank, threat, rivals, 7.0, 0.4, land.width, KM,
    )  # fmt: skip

    walks = reference.approaches(
        points.tolist(), parent.tolist(), friendly.tolist(), flank.tolist(),
        near=7.0, width=land.width, km=KM,
    )  # fmt: skip
    for p, u in enumerate(points.tolist()):
        inside = zone[p][counted[p]].tolist()
        assert np.isclose(enemy[p], sum(map(float, belief[inside])) + threat[u])
        assert np.isclose(own[p], sum(power[inside]))
        assert tension[p] == (0.4 if rivals[u] else 0.0)
        assert np.allclose((on_way[p], km[p]), walks[p][:2], rtol=1e-12)
        assert entry[p] == (walks[p][2] if dist[u] < kernels.UNREACHED else -1)


@given(SEEDS)
def test_what_has_been_sent_equals_its_oracle(seed):
    rng = np.random.default_rng(seed)
    n, n_sites, attack = 12, 4, 1
    actor = rng.integers(0, HOLDERS, n).astype(np.int8)
    site = rng.integers(-1, n_sites, n).astype(np.int16)
    mission = rng.integers(-1, 3, n).astype(np.int32)
    kind, target = np.array([1, 0, 1], np.int8), np.array([2, 1, 0], np.int16)
    alive, worth = rng.random(n) < 0.7, rng.random(n) * 90
    stance = rng.integers(0, 3, HOLDERS)
    power, shared = np.empty(n_sites), np.empty(n_sites, dtype=bool)

    kernels.sent(
        power, shared, worth, actor, site, alive, mission, kind, target,
        stance == 0, stance == 1, attack,
    )  # fmt: skip

    formations = [
        {
            "actor": int(actor[i]), "site": int(site[i]), "alive": bool(alive[i]),
            "worth": float(worth[i]),
            "attacks": int(target[mission[i]])
            if mission[i] >= 0 and kind[mission[i]] == attack
            else None,
        }
        for i in range(n)
    ]  # fmt: skip
    friends, enemies = (set(np.flatnonzero(stance == k).tolist()) for k in (0, 1))
    expected = reference_decide.sent(
        formations, n_sites, friends=friends, enemies=enemies
    )
    assert (power.tolist(), shared.tolist()) == expected


def some_view(rng, n_points):
    """Columns of an outlook on some points, in its order."""
    enemy, on_way, own, km = rng.random((4, n_points)) * 90
    supply, tension = rng.random((2, n_points))
    entry = rng.integers(-1, N, n_points).astype(np.int32)
    return enemy, on_way, own, supply, km, entry, tension


def room(n, n_objectives):
    """Empty columns of options, in the order of the kernel."""
    small, long = np.int16, np.int64
    kinds = (np.int8, long, small, np.int32, small, float, float, float, float)
    kinds = (*kinds, float, float, np.int32, bool)
    shapes = [n] * 5 + [(n, n_objectives)] + [n] * 7
    return [np.empty(s, dtype=k) for s, k in zip(shapes, kinds, strict=True)]


@given(SEEDS)
def test_offers_equal_their_oracle(seed):
    rng = np.random.default_rng(seed)
    n, n_crossings, n_objectives = 8, 3, 2
    n_points = n + 2 * n_crossings
    view = some_view(rng, n_points)
    enemy, on_way, own, supply, km, entry, tension = view
    points = rng.integers(0, N, n_points).astype(np.int32)
    worth = rng.random((n_objectives, n_points))
    controller = rng.integers(0, HOLDERS, n).astype(np.int8)
    stance = rng.integers(0, 3, HOLDERS)
    enterable, shared, sent = rng.random(n) < 0.8, rng.random(n) < 0.2, rng.random(n)
    works = rng.choice(np.arange(n, n_points), 2, replace=False)
    bank = rng.integers(0, N, 2).astype(np.int32)
    rules = {
        "least_supply": 0.2, "least": 30.0, "deepest": 70.0, "bypass": 60.0,
        "path_weight": 0.5, "friends": set(np.flatnonzero(stance == 0).tolist()),
        "enemies": set(np.flatnonzero(stance == 1).tolist()),
    }  # fmt: skip
    columns = room(2 * n + 2, n_objectives)

    found = kernels.offers(
        *columns, *view, points, worth, controller, stance == 0, stance == 1,
        enterable, shared, sent, works, bank, (1, 0, 4), 0.2, 30.0, 70.0, 60.0, 0.5,
    )  # fmt: skip

    places = [
        {
            "row": p, "cell": int(points[p]), "enemy": float(enemy[p]),
            "on_way": float(on_way[p]), "own": float(own[p]), "km": float(km[p]),
            "supply": float(supply[p]), "entry": int(entry[p]),
            "tension": float(tension[p]), "gains": worth[:, p].tolist(),
        }
        for p in range(n_points)
    ]  # fmt: skip
    for s in range(n):
        places[s] |= {
            "holder": int(controller[s]), "enterable": bool(enterable[s]),
            "shared": bool(shared[s]), "sent": float(sent[s]),
        }  # fmt: skip
    bridges = [(places[p], c) for p, c in zip(works, bank.tolist(), strict=True)]
    expected = reference_decide.offers(places[:n], bridges, rules)
    assert found == len(expected)
    for c, offer in enumerate(expected):
        kind, row, site, cell, crossing, gains, *rest = (one[c] for one in columns)
        name = {1: "attack", 0: "hold", 4: "bridge"}[int(kind)]
        at = offer["row"]
        assert (name, int(cell)) == (offer["kind"], offer["cell"])
        assert int(row) == at + (0 if name == "attack" else n)
        assert int(site) == (at if at < n else -1)
        assert int(crossing) == (-1 if at < n else (at - n) % n_crossings)
        assert gains.tolist() == offer["gains"]
        said = ("enemy", "own", "supply", "tension", "km", "entry")
        assert [float(x) for x in rest] == [
            *(float(offer[one]) for one in said), float(name == "bridge")
        ]  # fmt: skip


@given(SEEDS)
def test_what_is_observed_replaces_what_was_believed(seed):
    rng = np.random.default_rng(seed)
    belief, seen = rng.random(N).astype(np.float32), rng.random(N) < 0.4
    cell = rng.integers(0, N, 9).astype(np.int32)
    power, error = rng.random((2, 9)) * 800
    before = belief.tolist()

    kernels.observed(belief, seen, cell, power, error)

    for u in range(N):
        there = [float(power[i] * error[i]) for i in range(9) if cell[i] == u]
        expected = sum(there) if seen[u] else before[u]
        assert belief[u] == pytest.approx(expected, rel=1e-5)
