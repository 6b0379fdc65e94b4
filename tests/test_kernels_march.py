"""Marching formations and their positions equal their oracles."""

import itertools

import numpy as np
import pytest
import reference
import reference_battle
from fields import KM, SEEDS, some_field, some_grounds
from hypothesis import given, settings

from abm import kernels


def some_march(ground, rng, n=6, n_actors=3):
    """Return formations with routes along a field, and the rules of the road."""
    _, parent = some_field(ground, rng)
    cell = rng.choice(ground.open_cells, n).astype(np.int32)
    route = np.full((n, 6), -1, dtype=np.int32)
    kernels.routes(route, cell, np.flatnonzero(rng.random(n) < 0.8), parent)
    x, y = (cell % ground.width + 0.5) * KM, (cell // ground.width + 0.5) * KM
    aims = rng.random((2, n)) * KM - KM / 2
    forces = {
        "cell": cell,
        "progress": rng.choice([0.0, 1.5], n),
        "route": route,
        "x": x,
        "y": y,
        "site": rng.integers(-1, 3, n).astype(np.int16),
        "gait": rng.integers(0, 3, n).astype(np.int8),
        "actor": rng.integers(0, n_actors, n).astype(np.int8),
        "fights": rng.random(n) < 0.9,
        "pace": rng.random(n) * 60 + 1,
        "mobility": rng.integers(0, 3, n).astype(np.int8),
        "aim": rng.random(n) < 0.5,
        "aim_x": x + aims[0],
        "aim_y": y + aims[1],
    }
    shape = (n_actors, n_actors + 1)
    rules = {
        "halt": rng.choice([0.0, 4.0], (n_actors, n_actors)),
        "allowance": rng.random((2, ground.n)) + 0.05,
        "holder": rng.integers(0, n_actors + 1, ground.n).astype(np.int8),
        "secure": rng.random(ground.n) < 0.6,
        "free": rng.random(shape) < 0.6,
        "enterable": rng.random(shape) < 0.9,
        "country": rng.integers(0, 2, ground.n).astype(np.int8),
        "may_enter": rng.random((n_actors, 2)) < 0.9,
        "advance": 7.0,
        "width": ground.width,
        "km": KM,
        "days": 0.25,
        "bank": ground.bank,
        "joined": rng.random(ground.n) < 0.3,
        "boats": rng.choice([0.0, 0.1, 1.0], ground.n),
    }
    return forces, rules


def marched(forces, rules):
    rows = np.arange(len(forces["cell"]))
    order = ("cell", "progress", "route", "x", "y", "site", "gait")
    more = ("halt", "pace", "mobility", "allowance", "holder", "secure", "free")
    more += ("enterable", "country", "may_enter", "advance", "aim", "aim_x", "aim_y")
    more += ("width", "km", "days", "bank", "joined", "boats")
    known = forces | rules
    return kernels.march(
        *(known[name] for name in order),
        rows,
        forces["actor"],
        forces["fights"],
        *(known[name] for name in more),
    )


@given(some_grounds, SEEDS)
def test_march_equals_its_oracle(ground, seed):
    forces, rules = some_march(ground, np.random.default_rng(seed))
    plain = reference_battle.plain_rows(forces)
    for row in plain:
        row["aim"] = (row["aim_x"], row["aim_y"]) if row["aim"] else None
    plain_rules = {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in rules.items()
    }

    passed = marched(forces, rules)

    assert passed == reference_battle.march(plain, range(len(plain)), plain_rules)
    for i, row in enumerate(plain):
        assert forces["route"][i].tolist() == row["route"]
        assert (forces["cell"][i], forces["site"][i]) == (row["cell"], row["site"])
        for name in ("progress", "x", "y"):
            assert forces[name][i] == pytest.approx(row[name], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("km", [2.0, 5.0, 10.0])
def test_an_advance_begins_at_the_edge_of_hostile_ground_whatever_the_cells(km):
    """Own ground ends 10 km east; from there it is 6 km a day, and one day."""
    n = round(40.0 / km)
    edge = round(10.0 / km)
    forces = {
        "cell": np.array([edge - 1], dtype=np.int32),
        "progress": np.zeros(1),
        "route": np.arange(edge, n, dtype=np.int32)[None, :],
        "x": np.array([(edge - 0.5) * km]),
        "y": np.array([0.5 * km]),
        "site": np.array([-1], dtype=np.int16),
        "gait": np.ones(1, dtype=np.int8),
        "actor": np.zeros(1, dtype=np.int8),
        "fights": np.ones(1, dtype=bool),
        "pace": np.array([1e6]),
        "mobility": np.zeros(1, dtype=np.int8),
        "aim": np.zeros(1, dtype=bool),
        "aim_x": np.zeros(1),
        "aim_y": np.zeros(1),
    }
    rules = {
        "halt": np.zeros((1, 1)),
        "allowance": np.ones((2, n)),
        "holder": (np.arange(n) >= edge).astype(np.int8),
        "secure": np.ones(n, dtype=bool),
        "free": np.array([[True, False]]),
        "enterable": np.ones((1, 2), dtype=bool),
        "country": np.zeros(n, dtype=np.int8),
        "may_enter": np.ones((1, 1), dtype=bool),
        "advance": 6.0,
        "width": n,
        "km": km,
        "days": 1.0,
        "bank": np.zeros(n, dtype=np.int8),
        "joined": np.zeros(n, dtype=bool),
        "boats": np.zeros(n),
    }
    marched(forces, rules)

    assert forces["x"][0] == pytest.approx(16.0, abs=1e-3)


@given(some_grounds, SEEDS)
def test_no_march_enters_closed_ground_or_crosses_where_there_is_no_way(ground, seed):
    forces, rules = some_march(ground, np.random.default_rng(seed))
    before, routes = forces["cell"].copy(), forces["route"].copy()

    marched(forces, rules)

    for i, here in enumerate(before):
        actor, now = forces["actor"][i], forces["cell"][i]
        path = (
            [here, *routes[i][: list(routes[i]).index(now) + 1]] if now != here else []
        )
        for u, v in itertools.pairwise(path):
            assert rules["enterable"][actor, rules["holder"][v]]
            assert rules["may_enter"][actor, rules["country"][v]]
            assert ground.bank[u] == ground.bank[v] or rules["boats"][u] > 0


@given(some_grounds, SEEDS)
@settings(max_examples=50)
def test_positions_equal_their_oracle(ground, seed):
    forces, _ = some_march(ground, np.random.default_rng(seed))
    n = len(forces["cell"])
    x, y = np.zeros(n), np.zeros(n)
    site_x, site_y = np.array([1.0, 7.0, 12.0]), np.array([3.0, 20.0, 9.0])

    kernels.positions(
        x,
        y,
        forces["cell"],
        forces["progress"],
        forces["route"],
        forces["site"],
        forces["aim"],
        forces["aim_x"],
        forces["aim_y"],
        site_x,
        site_y,
        ground.width,
        KM,
    )

    for i, row in enumerate(reference_battle.plain_rows(forces)):
        post = row["site"]
        expected = reference.position(
            row["cell"],
            row["progress"],
            row["route"][0],
            (float(site_x[post]), float(site_y[post])) if post >= 0 else None,
            (row["aim_x"], row["aim_y"]) if row["aim"] else None,
            width=ground.width,
            km=KM,
        )
        assert (x[i], y[i]) == pytest.approx(expected, rel=1e-12)


@given(SEEDS)
def test_a_formation_aims_at_the_site_of_its_mission_in_its_own_cell(seed):
    rng = np.random.default_rng(seed)
    cell, mission = rng.integers(0, 3, 8), rng.integers(-1, 4, 8)
    target, site_cell = rng.integers(-1, 3, 4), rng.integers(0, 3, 3)
    site_x, site_y = rng.random((2, 3)) * 50
    aim, aims = np.empty(8, dtype=bool), np.empty((2, 8))

    kernels.aims(aim, *aims, cell, mission, target, site_cell, site_x, site_y)

    for i in range(8):
        site = target[mission[i]] if mission[i] >= 0 else -1
        there = site >= 0 and site_cell[site] == cell[i]
        assert aim[i] == there
        expected = [site_x[site], site_y[site]] if there else [0.0, 0.0]
        assert aims[:, i].tolist() == expected
