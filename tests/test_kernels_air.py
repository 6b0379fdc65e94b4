"""The kernels of the fly phase equal what they promise, in plain Python."""

import math

import numpy as np
from fields import SEEDS
from hypothesis import given
from hypothesis import strategies as st

from abm import kernels


@given(SEEDS)
def test_present_are_the_actors_of_those_within_reach(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 40, (2, 6)) * 1.5
    other_x, other_y = rng.integers(0, 40, (2, 9)) * 1.5
    actor = rng.integers(0, 4, 9)
    found = np.ones((6, 4), dtype=bool)

    kernels.present(found, x, y, other_x, other_y, actor, 15.0)

    for p in range(6):
        near = {
            int(actor[i])
            for i in range(9)
            if math.dist((x[p], y[p]), (other_x[i], other_y[i])) <= 15.0
        }
        assert set(np.flatnonzero(found[p]).tolist()) == near


@given(SEEDS)
def test_the_hottest_is_the_most_of_those_there(seed):
    rng = np.random.default_rng(seed)
    there, heat = rng.random((5, 3)) < 0.5, rng.random((3, 3))
    found = np.full((3, 5), -1.0)

    kernels.hottest(found, there, heat)

    for i in range(3):
        for p in range(5):
            hot = [float(heat[i, j]) for j in range(3) if there[p, j]]
            assert found[i, p] == max(hot, default=0.0)


@given(SEEDS)
def test_losses_are_booked_by_who_fires_and_who_is_hit(seed):
    rng = np.random.default_rng(seed)
    firing, hit = rng.integers(0, 4, 5), rng.integers(0, 4, 7)
    lost = rng.random((5, 7)) * 30
    total = np.zeros((4, 4))

    kernels.booked(total, firing, hit, lost)

    for a in range(4):
        for b in range(4):
            each = [
                lost[s, g]
                for s in range(5)
                for g in range(7)
                if firing[s] == a and hit[g] == b
            ]
            assert math.isclose(total[a, b], math.fsum(each), rel_tol=1e-12)


@given(SEEDS)
def test_pairs_are_those_within_reach_whose_actors_are_apart(seed):
    rng = np.random.default_rng(seed)
    n = 9
    x, y = rng.integers(0, 30, (2, n)) * 1.5
    actor = rng.integers(0, 3, n)
    apart = np.triu(rng.random((3, 3)) < 0.6)
    apart = apart | apart.T
    one, other = np.empty((2, n * (n - 1) // 2), dtype=np.int64)

    count = kernels.pairs(
        one, other, np.argsort(x, kind="stable"), x, y, actor, apart, 15.0
    )

    wanted = {
        (i, j)
        for i in range(n)
        for j in range(i + 1, n)
        if apart[actor[i], actor[j]] and math.dist((x[i], y[i]), (x[j], y[j])) <= 15.0
    }
    assert count == len(wanted)
    assert set(zip(one[:count].tolist(), other[:count].tolist(), strict=True)) == wanted


@given(SEEDS)
def test_facing_counts_each_formation_once_per_actor_it_faces(seed):
    rng = np.random.default_rng(seed)
    n, n_actors, n_pairs = 7, 3, 11
    actor = rng.integers(0, n_actors, n)
    one, other = rng.integers(0, n, (2, n_pairs))
    count = np.zeros((n_actors, n_actors))

    kernels.facing(count, actor, one, other)

    facing = {(i, actor[j]) for i, j in zip(one, other, strict=True)}
    facing |= {(j, actor[i]) for i, j in zip(one, other, strict=True)}
    for a in range(n_actors):
        for b in range(n_actors):
            assert count[a, b] == sum(actor[i] == a and k == b for i, k in facing)


@given(SEEDS)
def test_targets_are_picked_by_their_weights_and_patrols_only_where_moved(seed):
    rng = np.random.default_rng(seed)
    n_targets, n_rows, n_packages = 5, 3, 12
    weight = rng.choice([0.0, 0.25, 0.5, 2.0], (n_rows, n_targets))
    row = rng.integers(0, n_rows, n_packages)
    patrol, moved = rng.random(n_targets) < 0.4, rng.random(n_packages) < 0.5
    draw, target = rng.random(n_packages), np.empty(n_packages, dtype=np.int64)

    kernels.picked(target, weight, row, patrol, moved, draw)

    for p in range(n_packages):
        mine = weight[row[p]].tolist()
        patrols = [w if on else 0.0 for w, on in zip(mine, patrol, strict=True)]
        if moved[p] and sum(patrols) > 0.0:
            mine = patrols
        if sum(mine) <= 0.0:
            assert target[p] == -1
            continue
        below = [sum(mine[: t + 1]) <= draw[p] * sum(mine) for t in range(n_targets)]
        assert target[p] == min(sum(below), n_targets - 1)
        assert mine[target[p]] > 0.0


@given(SEEDS, SEEDS, SEEDS)
def test_a_stream_is_numpys_philox_whatever_its_key_and_place(seed, phase, tick):
    found = np.empty(11)

    kernels.philox(found, seed, phase, tick, 3, 2)

    bits = np.random.Philox(key=[seed, phase], counter=[2, 0, tick, 3])
    assert found.tolist() == np.random.Generator(bits).random(11).tolist()


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_the_product_of_two_words_has_a_high_and_a_low_one(a, b):
    high, low = kernels._times(np.uint64(a), np.uint64(b))

    assert (int(high) << 64) + int(low) == a * b
