"""The kernels of groups, watchers and strikes equal what they promise."""

import math

import numpy as np
import pytest
from fields import SEEDS
from hypothesis import given

from abm import kernels
from abm.air.places import MEANS, groups

N = 12


def some_formations(rng):
    """Formations of three actors in a few cells, by column."""
    columns = {name: rng.random(N) * 20 for name in ("x", "y", "aim", "exposed")}
    flags = {name: rng.random(N) < 0.5 for name in ("engaged", "attacking", "alive")}
    actor = rng.integers(0, 3, N).astype(np.int8)
    cell = rng.integers(0, 4, N).astype(np.int32)
    return actor, cell, rng.choice([0.0, 90.0, 311.7], N), columns | flags


@given(SEEDS)
def test_groups_are_the_living_of_one_owner_in_one_cell(seed):
    actor, cell, persons, columns = some_formations(np.random.default_rng(seed))

    found = groups(actor, cell, persons, **columns)

    alive = [i for i in range(N) if columns["alive"][i] and persons[i] > 0.0]
    keys = sorted({(int(cell[i]), int(actor[i])) for i in alive})
    assert found.rows.tolist() == alive
    assert list(zip(found.cell.tolist(), found.actor.tolist(), strict=True)) == keys
    for g, key in enumerate(keys):
        members = [i for i in alive if (int(cell[i]), int(actor[i])) == key]
        total = sum(persons[i] for i in members)
        assert found.persons[g] == pytest.approx(total)
        for name in MEANS:
            mean = sum(persons[i] * columns[name][i] for i in members) / total
            assert getattr(found, name)[g] == pytest.approx(mean)
    for k, i in enumerate(alive):
        g = keys.index((int(cell[i]), int(actor[i])))
        assert found.member[k] == g
        assert found.share[k] == pytest.approx(persons[i] / found.persons[g])


@given(SEEDS)
def test_seen_are_attackers_by_what_they_do_and_what_they_are_sent_for(seed):
    rng = np.random.default_rng(seed)
    kind, objective = rng.integers(0, 5, 4).astype(np.int8), rng.integers(-1, 3, 4)
    mission, weight = rng.integers(-1, 4, N).astype(np.int32), rng.random(3)
    contact, assaulting = rng.random((2, N)) < 0.5
    works, attacking = rng.random(N), np.empty(N, dtype=bool)
    aim, exposed = np.empty((2, N))

    kernels.seen(
        attacking, aim, exposed, mission, kind, objective.astype(np.int16), weight,
        contact, assaulting, works, (1, 3), 0.6,
    )  # fmt: skip

    for i in range(N):
        m = mission[i]
        sent = m >= 0 and kind[m] in (1, 3)
        served = objective[m] if m >= 0 else -1
        assert attacking[i] == (assaulting[i] or (sent and contact[i]))
        assert aim[i] == (weight[served] if served >= 0 else 0.0)
        assert exposed[i] == 1.0 - 0.6 * works[i]


@given(SEEDS)
def test_assets_fly_from_bases_that_are_not_lost(seed):
    rng = np.random.default_rng(seed)
    grounded, war = rng.random(N) < 0.3, rng.random((3, 4)) < 0.5
    site = rng.integers(-1, 5, N).astype(np.int16)
    operator = rng.integers(0, 3, N).astype(np.int8)
    controller = rng.integers(0, 4, 5).astype(np.int8)
    found = np.empty(N, dtype=bool)

    kernels.based(found, grounded, site, operator, controller, war)

    for a in range(N):
        lost = site[a] >= 0 and war[operator[a], controller[site[a]]]
        assert found[a] == (not grounded[a] and not lost)


@given(SEEDS)
def test_watchers_are_near_patrols_and_sensors_that_cover_a_point(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 40, (2, 3)) * 1.5
    patrol_x, patrol_y = rng.integers(0, 40, (2, 4)) * 1.5
    base_x, base_y = rng.integers(0, 40, (2, N)) * 1.5
    patrol_of, of = rng.integers(0, 3, 4), rng.integers(0, 3, N).astype(np.int8)
    sorties, odds = rng.integers(1, 5, 4).astype(float), rng.random(4)
    detection, radius = rng.choice([0.0, 15.0, 30.0], (2, N))
    ready, may = rng.choice([0.0, 2.0], N), rng.random(N) < 0.7
    ground, guards = rng.random(N) < 0.5, np.array([0, 2])
    found, kill = np.empty((2, 2, 3))

    kernels.watchers(
        found, kill, guards, x, y, patrol_of, patrol_x, patrol_y, sorties, odds, of,
        base_x, base_y, detection, radius, ready, may, ground, 12.0, 0.55,
    )  # fmt: skip

    for g, guard in enumerate(guards.tolist()):
        for p in range(3):
            here = x[p], y[p]
            flying = [
                k
                for k in range(4)
                if patrol_of[k] == guard
                and math.dist(here, (patrol_x[k], patrol_y[k])) <= 12.0
            ]
            own = [a for a in range(N) if of[a] == guard and may[a]]
            far = {a: math.dist(here, (base_x[a], base_y[a])) for a in own}
            eyes = [a for a in own if detection[a] > 0 and far[a] <= detection[a]]
            guns = [a for a in own if ground[a] and ready[a] and far[a] <= radius[a]]
            seen = sum(sorties[k] for k in flying) + sum(ready[a] for a in eyes)
            best = max([0.0, *(odds[k] for k in flying), *(0.55 for _ in guns)])
            assert (found[g, p], kill[g, p]) == (seen, best)


@given(SEEDS)
def test_strikes_do_to_each_group_what_they_are_flown_for(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 20, (2, 4)) * 1.5
    other_x, other_y = rng.integers(0, 20, (2, 6)) * 1.5
    operator, actor = rng.integers(0, 3, 4), rng.integers(0, 3, 6)
    front, (war, friendly) = rng.random(4) < 0.5, rng.random((2, 3, 3)) < 0.5
    found = np.empty((3, 4, 6))

    kernels.strikes(
        *found, x, y, operator, front, other_x, other_y, actor, war, friendly, 9.0
    )

    for p in range(4):
        for g in range(6):
            near = math.dist((x[p], y[p]), (other_x[g], other_y[g])) <= 9.0
            pair = operator[p], actor[g]
            enemy, own = near and war[pair], near and friendly[pair]
            expected = (own and front[p], enemy and not front[p], enemy)
            assert found[:, p, g].tolist() == [float(flag) for flag in expected]


@given(SEEDS)
def test_the_nearest_is_the_first_of_the_nearest_that_count(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 6, (2, 3)).astype(float)
    other_x, other_y = rng.integers(0, 6, (2, 7)).astype(float)
    counted = rng.random((3, 7)) < 0.4
    group, distance = np.empty(3, np.int64), np.empty(3)

    kernels.nearest(group, distance, x, y, other_x, other_y, counted)

    for p in range(3):
        far = [
            math.dist((x[p], y[p]), (other_x[g], other_y[g]))
            if counted[p, g]
            else math.inf
            for g in range(7)
        ]
        assert distance[p] == pytest.approx(min(far))
        assert group[p] == min(range(7), key=far.__getitem__)


@given(SEEDS)
def test_the_living_are_listed_with_keys_by_cell_then_owner(seed):
    actor, cell, persons, columns = some_formations(np.random.default_rng(seed))
    row, key = np.empty((2, N), dtype=np.int64)

    found = kernels.living(row, key, actor, cell, persons, columns["alive"])

    expected = [i for i in range(N) if columns["alive"][i] and persons[i] > 0.0]
    assert row[:found].tolist() == expected
    places = [(int(cell[i]), int(actor[i])) for i in expected]
    by_key = [
        place for _, place in sorted(zip(key[:found].tolist(), places, strict=True))
    ]
    assert by_key == sorted(places)
    assert len(set(key[:found].tolist())) == len(set(places))


def test_formations_of_one_key_are_gathered_with_means_by_persons():
    # rows 0 and 2 of one key: 100 and 300 persons at x 0 and 8, so 6 in the mean
    row, key = np.array([0, 1, 2]), np.array([7, 9, 7])
    persons = np.array([100.0, 50.0, 300.0])
    x, zero = np.array([0.0, 3.0, 8.0]), np.zeros(3)
    flag = np.array([True, False, False])
    owner, place, member = np.empty((3, 3), dtype=np.int64)
    means, (total, share) = np.empty((len(MEANS), 3)), np.empty((2, 3))

    count = kernels.gathered(
        owner, place, means, total, member, share,
        row, key, np.array([0, 2, 1]),
        np.array([1, 0, 1]), np.array([4, 4, 4]), persons,
        x, zero, flag, flag, zero, zero,
    )  # fmt: skip

    assert count == 2
    assert member.tolist() == [0, 1, 0]
    assert (owner[:2].tolist(), place[:2].tolist()) == ([1, 0], [4, 4])
    assert total[:2].tolist() == [400.0, 50.0]
    assert share.tolist() == [0.25, 1.0, 0.75]
    assert means[0, :2].tolist() == [6.0, 3.0]
    assert means[2, :2].tolist() == [0.25, 0.0]


@given(SEEDS)
def test_enemies_near_a_target_equal_their_oracle(seed):
    rng = np.random.default_rng(seed)
    width, height, reach = 6, 5, float(rng.choice([0.0, 1.0, 1.5, 2.3]))
    belief = rng.random((3, width * height)).astype(np.float32)
    war = rng.random((3, 3)) < 0.5
    who, cell = rng.integers(0, 3, 4), rng.integers(0, width * height, 4)
    at, owner = rng.integers(0, width * height, N), rng.integers(0, 3, N)
    power, (believed, true) = rng.random(N) * 500, np.empty((2, 4))

    kernels.opposed(
        believed, true, who, cell, belief, at, owner, power, war, width, reach
    )

    def near(one, other):
        return math.dist(divmod(one, width), divmod(other, width)) <= reach

    for p in range(4):
        cells = [c for c in range(width * height) if near(c, cell[p])]
        assert believed[p] == pytest.approx(sum(belief[who[p], c] for c in cells))
        enemies = [
            f for f in range(N) if war[who[p], owner[f]] and near(at[f], cell[p])
        ]
        assert true[p] == pytest.approx(sum(power[f] for f in enemies))


@given(SEEDS)
def test_the_odds_of_a_target_equal_their_oracle(seed):
    rng = np.random.default_rng(seed)
    weight = rng.choice([0.0, 0.3, 1.0, 2.0], (2, 6)) * rng.random((2, 6))
    weight[:, 0] = 0.5  # there is always something to fly to
    row, moved, patrol = rng.integers(0, 2, 5), rng.random(5) < 0.5, rng.random(6) < 0.5
    only = [
        bool(moved[p] and any(patrol[t] and weight[row[p], t] > 0 for t in range(6)))
        for p in range(5)
    ]
    open_to = [
        [t for t in range(6) if weight[row[p], t] > 0 and (patrol[t] or not only[p])]
        for p in range(5)
    ]
    target = np.array([rng.choice(each) for each in open_to])
    (chance, below), other = np.empty((2, 5)), np.empty(5, dtype=np.int64)
    found = np.empty(5, dtype=bool)

    kernels.reckoned(chance, below, other, found, weight, row, target, patrol, moved)

    assert found.tolist() == only
    for p in range(5):
        worth = {t: float(weight[row[p], t]) for t in open_to[p]}
        total = sum(worth.values())
        assert chance[p] == pytest.approx(worth[target[p]] / total)
        before = sum(value for t, value in worth.items() if t < target[p])
        assert below[p] == pytest.approx(before / total)
        rest = {t: value for t, value in worth.items() if t != target[p]}
        assert other[p] == (max(rest, key=lambda t: rest[t]) if rest else -1)
