"""Beliefs: ageing, errors of observation, what is expected where nothing is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.actors import beliefs

BELIEF = np.array([[100.0, 0.0], [10.0, 400.0]], dtype=np.float32)
PRIOR = np.array([[20.0, 40.0], [10.0, 0.0]], dtype=np.float32)


def test_half_of_the_difference_to_the_prior_is_gone_after_a_half_life():
    found = beliefs.aged(BELIEF, PRIOR, days=10.0, half_life=10.0)

    # 20 + 80 / 2, 40 - 40 / 2; 10; 400 / 2
    assert found.tolist() == [[60.0, 20.0], [10.0, 200.0]]
    assert found.dtype == np.float32


def test_no_time_ages_nothing_and_two_days_age_as_one_and_one():
    one = beliefs.aged(BELIEF, PRIOR, days=1.0, half_life=3.0)
    twice = beliefs.aged(one, PRIOR, days=1.0, half_life=3.0)

    assert (beliefs.aged(BELIEF, PRIOR, days=0.0, half_life=3.0) == BELIEF).all()
    both = beliefs.aged(BELIEF, PRIOR, days=2.0, half_life=3.0)
    np.testing.assert_allclose(twice, both, rtol=1e-5)


@given(st.floats(0, 100), st.floats(0.5, 60))
def test_a_belief_stays_between_what_it_was_and_the_prior(days, half_life):
    found = beliefs.aged(BELIEF, PRIOR, days=days, half_life=half_life)

    assert (found >= np.minimum(BELIEF, PRIOR) - 1e-3).all()
    assert (found <= np.maximum(BELIEF, PRIOR) + 1e-3).all()


def test_errors_have_mean_one_and_the_median_of_a_lognormal():
    draws = (np.arange(20000) + 0.5) / 20000
    error = beliefs.lognormal_error(draws, 0.4)

    assert error.mean() == pytest.approx(1.0, abs=2e-3)
    # the median of a lognormal of mean 1: exp(-0.4² / 2) = exp(-0.08)
    assert np.median(error) == pytest.approx(np.exp(-0.08), rel=1e-3)
    assert np.log(error).std() == pytest.approx(0.4, abs=2e-3)


def test_without_sigma_there_is_no_error():
    assert beliefs.lognormal_error(np.array([0.0, 0.3, 0.999]), 0.0).tolist() == [1] * 3


def test_what_is_seen_overwrites_and_what_is_not_stays():
    found = beliefs.observe(
        np.array([7.0, 8.0, 9.0], dtype=np.float32),
        seen=np.array([True, False, True]),
        cell=np.array([0, 1, 0]),
        power=np.array([100.0, 50.0, 30.0]),
        error=np.array([1.5, 1.0, 0.5]),
    )

    # cell 0: 100 · 1.5 + 30 · 0.5; cell 1 unseen; cell 2 seen to be empty
    assert found.tolist() == [165.0, 8.0, 0.0]


def test_sites_of_enemies_are_expected_to_be_garrisoned():
    hostile = np.array([[True, True, False], [False, False, True]])
    prior = beliefs.prior_at_sites(
        np.array([2, 2, 1]), hostile, n_cells=4, persons=120.0
    )

    # two hostile sites in one cell: 240
    assert prior.tolist() == [[0, 0, 240, 0], [0, 120, 0, 0]]
