"""Every kernel of the decide phase equals its oracle, or the rule it repeats."""

import math

import numpy as np
import pytest
import reference
import reference_decide
from fields import SEEDS, searched, some_grounds
from hypothesis import given
from strategies import Ground, same_bank_mask

from abm import kernels
from abm.actors import choice


@given(SEEDS)
def test_groups_equal_their_oracle(seed):
    rng = np.random.default_rng(seed)
    n_options, n = 6, 8
    days = rng.integers(0, 7, (n_options, n)) * 0.9
    people, strength = rng.random(n) * 900, rng.random(n) * 400
    able, idle = rng.random((n_options, n)) < 0.7, rng.random(n) < 0.8
    wanted = rng.choice([1.0, 75.0, 1350.0], n_options)
    most = rng.choice([1, 4], n_options)
    size = np.empty(n_options, np.int64)
    found = np.empty((3, n_options))

    kernels.groups(size, *found, days, able, idle, people, strength, wanted, most, 4.5)

    for c in range(n_options):
        group = reference.group(
            sorted(range(n), key=days[c].tolist().__getitem__),
            days[c].tolist(),
            strength.tolist(),
            (able[c] & idle).tolist(),
            wanted=float(wanted[c]),
            most=int(most[c]),
            farthest=4.5,
        )
        sums = [sum(column[i] for i in group) for column in (people, strength)]
        last = max((days[c, i] for i in group), default=0.0)
        assert size[c] == len(group)
        assert found[:, c] == pytest.approx([*sums, last], rel=1e-12)


@given(SEEDS)
def test_days_away_equal_their_oracle(seed):
    rng = np.random.default_rng(seed)
    width, n_cells, n_options, n = 5, 30, 7, 6
    entry = rng.integers(-1, n_cells, n_options).astype(np.int32)
    target, cell = (
        rng.integers(0, n_cells, k).astype(np.int32) for k in (n_options, n)
    )
    point = rng.integers(-1, 3, n_options)
    road_km = rng.choice([3.5, 40.25, np.inf], (3, n_cells)).astype(np.float32)
    attack, raid = (kind := rng.integers(0, 3, n_options)) == 0, kind == 1
    pace = rng.choice([15.0, 60.0], n)
    can_attack, can_raid = rng.random((2, n)) < 0.6
    piece, bank = rng.integers(-1, 2, (2, n_cells)).astype(np.int32)
    days, able = np.empty((n_options, n)), np.empty((n_options, n), dtype=bool)

    kernels.days_away(
        days, able, entry, target, point, road_km, attack, raid, cell, pace,
        can_attack, can_raid, piece, bank, width, 5.0, 0.4,
    )  # fmt: skip

    ground = {
        "piece": piece.tolist(), "bank": bank.tolist(), "road_km": road_km.tolist(),
        "width": width, "km": 5.0, "slow": 0.4,
    }  # fmt: skip
    for c in range(n_options):
        option = {
            "entry": int(entry[c]), "target": int(target[c]), "point": int(point[c]),
            "kind": ("attack", "raid", "other")[kind[c]],
        }  # fmt: skip
        for i in range(n):
            one = {
                "cell": int(cell[i]), "pace": float(pace[i]),
                "attack": bool(can_attack[i]), "raid": bool(can_raid[i]),
            }  # fmt: skip
            expected = reference_decide.days_away(option, one, ground)
            assert able[c, i] == (expected is not None)
            assert days[c, i] == pytest.approx(np.inf if expected is None else expected)


@given(SEEDS)
def test_worths_equal_the_terms_of_a_choice(seed):
    rng = np.random.default_rng(seed)
    n = 5
    size, share, days = rng.integers(0, 3, n), rng.random(n), rng.random(n) * 9
    power, enemy, own = rng.random((3, n)) * 900
    gain, lost_without, unfed, tense = rng.random((4, n)) * 0.3
    held, sure, standing = rng.random((3, n)) < 0.4
    price = {
        "steepness": 3.0, "even": 1.7, "loss_at_parity": 0.2, "loss_price": 0.5,
        "travel_price": 0.01, "supply_price": 1.0, "tension_price": 1.0,
    }  # fmt: skip
    utility, chance, ratio = np.empty((3, n))
    valid = np.empty(n, dtype=bool)

    kernels.worths(
        utility, chance, ratio, valid, share, days, size, power, enemy, own, gain,
        lost_without, unfed, tense, held, sure, standing, 3.0, 1.7, 0.2, 0.5, 0.01,
        0.4, True,
    )  # fmt: skip

    for c in range(n):
        found = float((power[c] + own[c]) / max(enemy[c], 1.0))
        facts = price | {
            "hold": 0.0, "sure": float(sure[c]), "group_power": float(power[c]),
            "own_there": float(own[c]), "enemy_believed": float(enemy[c]),
            "defence": 1.0,
            "force_share": float(share[c]), "travel_days": float(days[c]),
            "expected_supply": 1.0 - float(unfed[c]), "expected_tension": tense[c],
        }  # fmt: skip
        terms = choice.utility_terms(facts)
        won = choice.chance_of(facts)
        turned = {"group_power": 1 / max(found, 1e-6), "own_there": 0.0}
        turned |= {"sure": 0.0, "enemy_believed": 1.0}
        lost = choice.chance_of(facts | turned)
        likely = float(won if sure[c] or not held[c] else lost_without[c] - lost)
        worth = sum(terms.values()) + gain[c] * likely
        bar = likely > 0.0 if held[c] else likely >= 0.4
        assert ratio[c] == pytest.approx(found)
        assert chance[c] == pytest.approx(likely)
        assert utility[c] == pytest.approx(worth, abs=1e-6)
        if abs(worth) > 1e-5:
            good = standing[c] and size[c] > 0 and (sure[c] or bar)
            assert valid[c] == (good and worth > 0.0)


@given(SEEDS)
def test_march_costs_equal_their_oracle(seed):
    rng = np.random.default_rng(seed)
    n = 40
    base = rng.integers(0, 120, n).astype(np.int32)
    holder, country = rng.integers(0, 3, (2, n)).astype(np.int8)
    hostile, allowed = rng.random((2, 3)) < 0.5
    belief = (rng.random(n) * 3000).astype(np.float32)
    zones = rng.choice([0.0, 90.0], n)
    open_to = rng.random(n) < 0.8
    cost = np.empty(n, dtype=np.int32)

    kernels.march_costs(
        cost, base, holder, hostile, belief, zones, open_to, country, allowed,
        6.0, 500.0, 50.0,
    )  # fmt: skip

    rules = {"slow": 6.0, "reference": 500.0, "least": 50.0}
    for u in range(n):
        cell = {
            "base": int(base[u]), "hostile": bool(hostile[holder[u]]),
            "allowed": bool(allowed[country[u]]), "open": bool(open_to[u]),
            "belief": float(belief[u]), "zones": float(zones[u]),
        }  # fmt: skip
        assert cost[u] == reference_decide.march_cost(cell, rules)


@given(some_grounds, SEEDS)
def test_ways_equal_their_oracle(ground, seed):
    rng = np.random.default_rng(seed)
    n, steps = ground.n, 6
    costs = np.stack([ground.cost, ground.cost * rng.integers(0, 3, n)])
    costs = costs.astype(np.int32)
    cell = rng.choice(ground.open_cells, 9).astype(np.int32)
    mission = rng.integers(-1, 4, 9).astype(np.int32)
    rows = np.array([0, 2, 3])
    goal = rng.choice(ground.open_cells, 3).astype(np.int32)
    owner = rng.integers(0, 2, 3)
    start, ends, other, extra = ground.crossing_arrays()
    route = np.full((9, steps), -7, dtype=np.int32)

    assert kernels.ways(
        route, cell, mission, rows, goal, owner, costs, np.stack([extra, extra]),
        ground.mask, ground.width, start, ends, other, *np.empty((2, n), np.int32),
        np.empty(kernels.BUCKETS, np.int32), *np.empty((2, 8 * n + 8), np.int32),
    )  # fmt: skip

    expected = reference_decide.ways(
        list(zip(rows.tolist(), goal.tolist(), owner.tolist(), strict=True)),
        list(zip(cell.tolist(), mission.tolist(), strict=True)),
        costs.tolist(),
        ground,
        steps=steps,
    )
    for i in range(9):
        assert route[i].tolist() == expected.get(i, [-7] * steps)


@given(SEEDS)
def test_an_option_keeps_the_draw_of_the_last_mission_like_it(seed):
    rng = np.random.default_rng(seed)
    kind, cell, site = rng.integers(0, 2, (3, 9))
    of_mission = rng.integers(0, 2, (3, 6))
    draw, rows = rng.random(6), np.flatnonzero(rng.random(6) < 0.7)
    found = np.full(9, np.nan)

    kernels.kept(found, kind, cell, site, rows, *of_mission, draw)

    for c, option in enumerate(zip(kind, cell, site, strict=True)):
        alike = [row for row in rows if tuple(of_mission[:, row]) == option]
        expected = draw[alike[-1]] if alike else np.nan
        assert np.array_equal(found[c], expected, equal_nan=True)


@given(SEEDS)
def test_what_decides_is_utility_margin_and_the_number_kept_or_drawn(seed):
    rng = np.random.default_rng(seed)
    utility, noise, draw_row = rng.random(7) - 0.5, rng.random(9), rng.integers(0, 9, 7)
    valid, open_row = rng.random((2, 7)) < 0.7
    kept = np.where(rng.random(7) < 0.4, rng.random(7), np.nan)
    value, gumbel = np.empty((2, 7))

    kernels.weighed(
        value, gumbel, utility, valid, open_row, kept, noise, draw_row, 12.0, 0.25
    )

    for c in range(7):
        known = not math.isnan(kept[c])
        number = kept[c] if known else noise[draw_row[c]]
        expected = 12.0 * (utility[c] + 0.25 * known) + number
        assert gumbel[c] == number
        assert value[c] == (expected if valid[c] and open_row[c] else -math.inf)


@given(SEEDS)
def test_an_option_stands_where_it_gains_something_not_yet_done(seed):
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 5, 9).astype(np.int8)
    enemy, own, supply, tension, km = rng.random((5, 9)) * 4
    sure, benefit = rng.random(9) < 0.3, rng.choice([-0.1, 0.0, 0.2], 9)
    wanted, last, unfed, tense = np.empty((4, 9))
    most, standing = np.empty(9, np.int64), np.empty(9, dtype=bool)
    given = (kind, enemy, own, supply, tension, km, sure, benefit)

    filled = (wanted, last, most, unfed, tense, standing)
    kernels.standings(*filled, *given, (1, 3, 4), 6, 1.5, 8.0, 0.3, 0.7)

    for c in range(9):
        assert wanted[c] == (0.0 if kind[c] == 4 else enemy[c])
        assert last[c] == (km[c] / 8.0 if kind[c] == 1 else 0.0)
        assert most[c] == (1 if kind[c] in (3, 4) else 6)
        assert unfed[c] == 0.3 * (1.0 - supply[c])
        assert tense[c] == 0.7 * tension[c]
        assert standing[c] == (benefit[c] > 0 and (sure[c] or own[c] < 1.5 * enemy[c]))


@given(SEEDS)
def test_attacks_left_to_farther_forces_equal_their_oracle(seed):
    rng = np.random.default_rng(seed)
    n, n_own, n_sent, n_sites = 6, 4, 7, 3
    attack, site = rng.random(n) < 0.7, rng.integers(0, n_sites, n)
    able, idle = rng.random((n, n_own)) < 0.6, rng.random(n_own) < 0.7
    enemy, worth = rng.random(n) * 3, rng.random(n_sent)
    own, sent, sites = (rng.random((2, k)) * 90 for k in (n_own, n_sent, n_sites))
    target = rng.integers(0, n_sites, n_sent)
    found = np.zeros(n, dtype=bool)

    kernels.left_to_farther(
        found, attack, site, enemy, able, idle, *own, target, worth, *sent, *sites, 1.5
    )

    for c in range(n):
        expected = reference_decide.left_to_farther(
            tuple(sites[:, site[c]]),
            enemy[c],
            [tuple(own[:, j]) for j in range(n_own) if able[c, j] and idle[j]],
            [
                (tuple(sent[:, i]), worth[i])
                for i in range(n_sent)
                if target[i] == site[c]
            ],
            ratio=1.5,
        )
        assert found[c] == (attack[c] and expected)


def past(ground, points, *, start, goal, reach):
    """Return what the kernel finds with the ways of a ground, and those ways."""
    one, two = (searched(ground, [(end, 0)])[0] for end in (start, goal))
    points = np.array(points, dtype=np.int32)
    order = one[points].argsort(kind="stable")
    found, rising = np.empty((2, points.size), dtype=np.int32)
    at, ways = int(one[goal]), (one, two, ground.cost, ground.bank)
    kernels.detours(rising, points[order], *ways, at, reach, ground.width)
    found[order] = rising
    return found.tolist(), one.tolist(), two.tolist()


@given(some_grounds, SEEDS)
def test_detours_equal_their_oracle(ground, seed):
    rng = np.random.default_rng(seed)
    start, goal = rng.choice(ground.open_cells, 2).tolist()
    points = rng.integers(0, ground.n, 9).tolist()

    found, one, two = past(ground, points, start=start, goal=goal, reach=1.5)

    world = {"bank": ground.bank.tolist(), "width": ground.width, "goal": one[goal]}
    price = ground.cost.tolist()
    assert found == [
        reference.detour(point, one, two, price, reach=1.5, **world) for point in points
    ]


@given(some_grounds, SEEDS)
def test_no_way_past_a_point_is_cheaper_than_the_kernel_says(ground, seed):
    rng = np.random.default_rng(seed)
    ground.crossings = []
    start, goal = rng.choice(ground.open_cells, 2).tolist()
    points = ground.open_cells.tolist()
    said, _, _ = past(ground, points, start=start, goal=goal, reach=1.5)
    for point, least in zip(points, said, strict=True):
        at, shut = divmod(point, ground.width), ground.cost.copy()
        for cell in range(ground.n):
            near = math.dist(divmod(cell, ground.width), at) <= 1.5
            if near and ground.bank[cell] == ground.bank[point]:
                shut[cell] = 0
        if shut[start] and shut[goal]:
            dist, _ = searched(ground, [(start, 0)], cost=shut)
            assert least <= dist[goal]


def test_in_a_corridor_nothing_passes_a_point_and_beside_it_a_plain_leaves_a_way():
    # Start and goal at the ends of a row of 9 cells; the point in its middle.
    width, row, gap = 9, 4, 4 * 9 + 4

    def least(open_rows):
        cost = np.zeros((9, width), dtype=np.int32)
        cost[open_rows] = 1
        flat = cost.ravel()
        mask = same_bank_mask(flat > 0, np.zeros(flat.size, np.int8), 9, width)
        ground = Ground(9, width, flat, np.zeros(flat.size, np.int8), mask, [])
        ends = {"start": row * width, "goal": row * width + 8}
        return past(ground, [gap], reach=2.5, **ends)[0][0]

    assert least(slice(row, row + 1)) == kernels.UNREACHED
    # Three rows up: 3 slanted steps and 1 straight on either side, 2 (3 x 14 + 10).
    assert least(slice(0, 9)) == 104
