"""The kernels of stances, wear and captures equal plain Python on random worlds."""

import numpy as np
import pytest
from fields import SEEDS
from hypothesis import given
from hypothesis import strategies as st

from abm import kernels

N = 14


@given(SEEDS)
def test_stances_equal_plain_python(seed):
    rng = np.random.default_rng(seed)
    active, contact = rng.random((2, N)) < 0.7
    personnel, quality, cohesion, supply, support, works = rng.random((6, N))
    actor, cell = rng.integers(0, 3, N).astype(np.int8), rng.integers(0, 9, N)
    site, mission = (rng.integers(-1, 4, N).astype(np.int16) for _ in range(2))
    route = rng.integers(-1, 9, (N, 2)).astype(np.int32)
    kind, irregular = rng.integers(0, 3, 4).astype(np.int8), rng.random(3) < 0.5
    attacks, on_the_way = np.array([1, 0, 0], bool), np.array([0, 1, 0], bool)
    cover, people = rng.random(9).astype(np.float32), rng.random(4) * 900.0
    assaulting, (fire, exposure, in_town) = np.empty(N, dtype=bool), np.empty((3, N))

    kernels.stances(
        assaulting, fire, exposure, in_town, active, personnel, quality, cohesion,
        supply, support, contact, works, actor, cell, site, mission, route, kind,
        attacks, on_the_way, irregular, cover, people, 0.3, 0.2, 0.25, 0.4, 0.5, 0.8,
        500.0, 0.6,
    )  # fmt: skip

    for i in range(N):
        task = kind[mission[i]] if mission[i] >= 0 else 2
        sent = task == 0 or (task == 1 and route[i, 0] >= 0)
        fit = supply[i] >= 0.3 and cohesion[i] >= 0.2
        assault = bool(active[i] and fit and sent)
        assert assaulting[i] == assault
        fresh = assault and not contact[i] and irregular[actor[i]]
        value = personnel[i] * quality[i] * cohesion[i] * (0.25 + 0.75 * supply[i])
        value *= (1 + support[i]) * (1.4 if fresh else 1.0)
        assert fire[i] == pytest.approx(value, rel=1e-12)
        shelter = 0.5 * float(cover[cell[i]])
        town = min(1.0, people[site[i]] / 500.0) if site[i] >= 0 else 0.0
        town = 0.0 if assault and contact[i] else town
        assert in_town[i] == pytest.approx(town, rel=1e-12)
        share = (1 - max(shelter, 0.8 * town)) * (1 - 0.6 * works[i])
        share = 1 - shelter if assault and contact[i] else share
        assert exposure[i] == pytest.approx(share, rel=1e-6)


@given(SEEDS)
def test_wear_equals_plain_python(seed):
    rng = np.random.default_rng(seed)
    personnel, loss = rng.choice([0.0, 40.0, 800.0], N), rng.random(N) * 30
    lost_day, cohesion, works, supply, in_town = rng.random((5, N))
    odds = rng.random(N) * 3
    inflow, loss = rng.choice([0.0, 0.5], N), np.minimum(loss, personnel)
    contact, resting, assaulting = rng.random((3, N)) < 0.5
    before = personnel.copy(), lost_day.copy(), cohesion.copy(), works.copy()

    kernels.wear(
        personnel, lost_day, cohesion, works, loss, contact, supply, inflow, resting,
        assaulting, in_town, odds, 0.3, 2.5, 0.7, 0.08, 0.02, 0.03, 0.05, 0.25,
    )  # fmt: skip

    for i in range(N):
        had, daily, order, dug = (float(column[i]) for column in before)
        share = loss[i] / had if had > 0 else 0.0
        order -= 2.5 * share * (1 - 0.7 * in_town[i])
        order -= 0.08 * (odds[i] - 1) if odds[i] > 1 else 0.0
        order += 0.02 if not contact[i] and supply[i] >= 0.3 else 0.0
        order -= 0.03 if inflow[i] <= 0 else 0.0
        dug += 0.05 if resting[i] and not assaulting[i] else 0.0
        expected = [had - loss[i], daily + (loss[i] / 0.25 - daily) * 0.25]
        expected += [min(max(order, 0.0), 1.0), min(dug, 1.0)]
        found = [personnel[i], lost_day[i], cohesion[i], works[i]]
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)


@given(st.lists(st.floats(0, 1e9), max_size=128))
def test_sums_are_those_of_numpy_to_the_last_bit(numbers):
    amount = np.array(numbers, dtype=np.float64)

    assert kernels._added(amount) == amount.sum()


@given(SEEDS, st.sampled_from([2, 11]))
def test_captures_equal_plain_python(seed, n_actors):
    rng = np.random.default_rng(seed)
    n_sites, n_holders = 9, n_actors + 2
    power = rng.choice([0.0, 3.0, 12.0, 40.0], (n_sites, n_actors))
    controller, holder = (
        rng.integers(0, n_holders, n).astype(np.int8) for n in (n_sites, 20)
    )
    cell, people = rng.integers(0, 20, n_sites), rng.choice([0.0, 70.0], 20)
    stance = rng.integers(0, 3, (n_holders, n_holders))
    allied, war = stance == 0, stance == 1
    captor = rng.integers(-1, n_actors, n_sites).astype(np.int8)
    held = rng.random(n_sites).astype(np.float32)
    was, since = captor.tolist(), held.copy()
    contested = np.empty(n_sites, dtype=bool)

    kernels.captures(
        contested, held, captor, power, controller, cell, allied, war, holder,
        people.astype(np.float32), 10.0, 0.25,
    )  # fmt: skip

    for s in range(n_sites):
        c, around = controller[s], int(holder[cell[s]])
        own = sum(power[s, a] for a in range(n_actors) if allied[c, a])
        hostile = [power[s, a] if war[c, a] else 0.0 for a in range(n_actors)]
        taker = -1
        if max(hostile) >= 10.0:
            taker = hostile.index(max(hostile))
        elif war[c, around] and around < n_actors and people[cell[s]] <= 0:
            taker = around
        taker = taker if own < 10.0 else -1
        kept = since[s] if taker == was[s] else 0.0
        assert captor[s] == taker
        assert held[s] == (np.float32(kept) + np.float32(0.25) if taker >= 0 else 0.0)
        assert contested[s] == (sum(hostile) >= 10.0 and own >= 10.0)
