"""The kernels of the fly phase equal what they promise, in plain Python."""

import math

import numpy as np
from fields import SEEDS
from hypothesis import given

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
