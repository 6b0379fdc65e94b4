"""The scores: sums by hand, and that the truth scores best in expectation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.scoring import scores

SHARES = st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3).map(
    lambda parts: np.array(parts) / sum(parts)
)
DAYS = st.lists(st.integers(0, 40), min_size=1, max_size=6)


def test_the_brier_score_is_the_sum_over_blocs_by_hand():
    p = np.array([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]])

    # (1 - 0.7)^2 + 0.2^2 + 0.1^2 = 0.14; certain and wrong: 1 + 1
    assert scores.brier(p, np.array([0, 2])) == pytest.approx([0.14, 2.0])


def test_the_log_score_mixes_in_the_even_guess_by_hand():
    p = np.array([[1.0, 0.0]])

    # 0.9 x 0 + 0.1 / 2 = 0.05
    found = scores.log_score(p, np.array([1]), floor=0.1)

    assert found == pytest.approx([-np.log(0.05)])


def test_crps_of_a_weighted_ensemble_by_hand():
    days, weights = np.array([6.0, 1.0, 2.0]), np.array([0.25, 0.5, 0.25])

    # E|X - 3| = 0.25 x 3 + 0.5 x 2 + 0.25 x 1 = 2
    # E|X - X'| / 2 = 0.5 x 0.25 x 1 + 0.5 x 0.25 x 5 + 0.25 x 0.25 x 4 = 1
    assert scores.crps(days, 3.0, weights) == pytest.approx(1.0)


def test_a_date_that_never_came_is_cut_at_the_horizon_by_hand():
    days, weights = np.array([10.0, np.inf]), np.array([0.5, 0.5])

    # cut at 30: members 10 and 30, truth 30: 0.5 x 20 - 0.5 x 0.5 x 20 = 5
    found = scores.censored_crps(days, np.inf, weights, horizon=30.0)

    assert found == pytest.approx(5.0)


def test_what_lies_beyond_the_horizon_does_not_matter():
    weights = np.array([0.5, 0.5])
    late = scores.censored_crps(np.array([10.0, 31.0]), 99.0, weights, horizon=30.0)
    never = scores.censored_crps(
        np.array([10.0, np.inf]), np.inf, weights, horizon=30.0
    )

    assert late == never


def _expected(score, truth, p):
    return sum(share * score(p, at) for at, share in enumerate(truth))


@given(SHARES, SHARES)
def test_nobody_beats_the_truth_in_expected_brier_score(truth, other):
    def one(p, at):
        return float(scores.brier(p, np.array(at)))

    assert _expected(one, truth, truth) <= _expected(one, truth, other) + 1e-12


@given(SHARES, SHARES)
def test_nobody_beats_the_truth_in_expected_log_score(truth, other):
    def one(p, at):
        return float(scores.log_score(p, np.array(at), floor=1e-9))

    assert _expected(one, truth, truth) <= _expected(one, truth, other) + 1e-6


@given(DAYS, DAYS, st.integers(1, 50))
def test_nobody_beats_the_truth_in_expected_censored_crps(truth, other, horizon):
    def expected(forecast):
        samples = np.array(forecast, dtype=float)
        even = np.full(len(samples), 1 / len(samples))
        return np.mean(
            [
                scores.censored_crps(samples, float(day), even, horizon=horizon)
                for day in truth
            ]
        )

    assert expected(truth) <= expected(other) + 1e-9


@given(DAYS, st.integers(0, 40))
def test_the_order_of_members_does_not_matter(days, true):
    samples = np.array(days, dtype=float)
    weights = np.arange(1.0, len(days) + 1)
    weights /= weights.sum()
    turned = scores.crps(samples[::-1], float(true), weights[::-1])

    assert scores.crps(samples, float(true), weights) == pytest.approx(turned)


def test_the_interval_of_a_share_by_hand():
    # none of 10: 1 - 0.025^(1/10)
    assert scores.binomial_interval(0, 10) == pytest.approx((0.0, 1 - 0.025**0.1))


def test_coverage_takes_the_smallest_value_that_reaches_the_level():
    samples = np.array([1.0, 2.0, 3.0, 4.0])
    even = np.full(4, 0.25)

    # quartiles of the ensemble: 1 and 3
    assert scores.covered(samples, 3.0, even, level=0.5)
    assert not scores.covered(samples, 3.5, even, level=0.5)


def test_the_pit_of_a_tie_is_spread_over_its_step():
    samples, even = np.array([5.0, 5.0, 9.0, 9.0]), np.full(4, 0.25)
    bounds = scores.pit_bounds(samples, 5.0, even)

    assert bounds == (0.0, 0.5)
    assert scores.pit_histogram([bounds])[:5] == pytest.approx([0.2] * 5)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1))
def test_a_pit_histogram_is_a_distribution(pairs):
    bounds = [(min(pair), max(pair)) for pair in pairs]

    assert scores.pit_histogram(bounds).sum() == pytest.approx(1.0)


def test_a_front_runs_between_neighbours_of_two_blocs():
    # a square of 2 km and its middle; the eastern corners are the other's
    x, y = np.array([0.0, 0.0, 2.0, 2.0, 1.0]), np.array([0.0, 2.0, 0.0, 2.0, 1.0])
    near = scores.neighbours(x, y)
    held = np.array([0, 0, 1, 1, 0])
    found = scores.front(held, near, known=np.ones(5, dtype=bool))

    # middle to the two eastern corners, and along the upper and lower edge
    assert sorted(map(tuple, found.tolist())) == [
        (1, 0),
        (1, 2),
        (1.5, 0.5),
        (1.5, 1.5),
    ]


def test_the_distance_of_two_fronts_by_hand():
    one, other = np.array([[0.0, 0.0], [0.0, 3.0]]), np.array([[4.0, 0.0]])

    # from one: (4 + 5) / 2 = 4.5, from the other: 4; their mean
    assert scores.front_distance(one, other) == pytest.approx(4.25)
    assert scores.front_distance(other, one) == pytest.approx(4.25)
