"""Proxies: mixed weights, compliance, support."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from abm.actors import proxies

WEIGHTS = np.array([0.7, 0.3, 1.0, 0.6, 0.4])
OWNER = np.array([0, 0, 1, 2, 2])
AUTONOMY = np.array([1.0, 1.0, 0.25])
DEPENDENCE = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.6, 0.2, 0.0]])


def mixed(**change):
    known = {"owner": OWNER, "autonomy": AUTONOMY, "dependence": DEPENDENCE} | change
    return proxies.effective_weights(WEIGHTS, **known)


def test_a_proxys_weights_mix_its_own_with_its_patrons_by_dependence():
    found = mixed()

    # patrons' part 0.75, three quarters of it the first one's (0.6 / 0.8):
    # 0.75 · 0.75 · 0.7, 0.75 · 0.75 · 0.3, 0.75 · 0.25 · 1, own 0.25 · 0.6, 0.25 · 0.4
    assert found[2] == pytest.approx([0.39375, 0.16875, 0.1875, 0.15, 0.1])
    assert found[0].tolist() == [0.7, 0.3, 0, 0, 0]
    assert found[1].tolist() == [0, 0, 1, 0, 0]


def test_patrons_weights_are_what_a_proxy_would_do_without_a_will_of_its_own():
    found = proxies.patrons_weights(WEIGHTS, owner=OWNER, dependence=DEPENDENCE)

    assert found[2] == pytest.approx([0.525, 0.225, 0.25, 0.0, 0.0])


def test_an_actor_without_patrons_is_its_own_whatever_its_autonomy():
    assert mixed(autonomy=np.zeros(3))[0].tolist() == [0.7, 0.3, 0, 0, 0]


@given(st.floats(0, 1), arrays(float, (3, 3), elements=st.floats(0, 1)))
def test_effective_weights_sum_to_one_where_owners_weights_do(autonomy, dependence):
    np.fill_diagonal(dependence, 0.0)
    found = mixed(autonomy=np.full(3, autonomy), dependence=dependence)

    assert found.sum(axis=1) == pytest.approx([1.0] * 3)
    assert (found >= 0.0).all()


def test_compliance_is_the_share_of_the_best_within_bounds():
    chosen, best = np.array([0.3, 0.9, -0.1, 0.2]), np.array([0.6, 0.8, 0.5, 0.0])

    # 0.3 / 0.6; more than all is all; less than nothing is nothing; nothing to get
    assert proxies.compliance(chosen, best).tolist() == [0.5, 1.0, 0.0, 1.0]


def test_support_follows_compliance_with_a_lag():
    found = proxies.support_next(
        np.array([1.0, 0.2]), np.array([0.4, 0.8]), days=5.0, lag=20.0
    )

    # a quarter of the difference: 1 - 0.6 / 4, 0.2 + 0.6 / 4
    assert found == pytest.approx([0.85, 0.35])


def test_support_never_overshoots_compliance():
    found = proxies.support_next(np.array([1.0]), np.array([0.4]), days=99.0, lag=2.0)

    assert found[0] == pytest.approx(0.4)
