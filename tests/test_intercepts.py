"""Intercepts: a strike perceived as an attack, and its answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.air import intercepts
from abm.air.airspace import circles, multiplier, restrained, shut

STRIKER, PATRON, CLIENT, POWER = range(4)
"""The patron guards the client; the striker is a client of the power."""
DEPENDENCE = np.zeros((4, 4))
DEPENDENCE[CLIENT, PATRON] = 0.8
DEPENDENCE[STRIKER, POWER] = 0.7
DECONFLICTED = np.array(
    [[0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 0, 1], [0, 1, 1, 0]], dtype=bool
)


def test_a_patron_guards_its_clients_and_itself():
    guard, watched = intercepts.guards(DEPENDENCE, deconflicted=DECONFLICTED)

    assert guard[CLIENT].tolist() == [False, True, True, False]
    assert guard[PATRON].tolist() == [False, True, False, False]
    assert watched[STRIKER].tolist() == [False, True, True, False]


def test_the_nearest_watched_group_is_the_one_in_question():
    strike, groups = (
        (np.zeros(1), np.zeros(1)),
        (np.array([1.0, 4.0, 3.0]), np.zeros(3)),
    )
    watched = np.array([[False, True, True]])

    group, distance = intercepts.nearest(strike, groups, watched=watched)

    assert group.tolist() == [2]
    assert distance.tolist() == [3.0]


def test_a_strike_near_nobody_watched_is_no_attack():
    strike, group = (np.zeros(1), np.zeros(1)), (np.array([2.0]), np.zeros(1))
    _, distance = intercepts.nearest(strike, group, watched=np.array([[False]]))
    taken = intercepts.perceived(distance, np.array([5.0]), chance=1.0, reach=10.0)

    assert taken.tolist() == [0.0]


def test_perception_falls_with_distance_and_rises_with_sorties():
    # at half the reach 0.1 · 0.5 = 0.05 a sortie; two sorties 1 − 0.95² = 0.0975
    taken = intercepts.perceived(
        np.array([5.0, 5.0, 10.0]),
        np.array([1.0, 2.0, 1.0]),
        chance=0.1,
        reach=10.0,
    )

    assert taken == pytest.approx([0.05, 0.0975, 0.0])


def test_rules_of_engagement_loosen_by_rung_and_powers_hold_back_below_shots():
    rung = np.array([0, 2, 4, 5, 6])
    usual = intercepts.permission(
        rung,
        calm=0.15,
        step=0.12,
        powers=0.01,
        restrained=np.zeros(5, dtype=bool),
        shots=5,
    )
    powers = intercepts.permission(
        rung,
        calm=0.15,
        step=0.12,
        powers=0.01,
        restrained=np.ones(5, dtype=bool),
        shots=5,
    )

    assert usual == pytest.approx([0.15, 0.39, 0.63, 0.75, 0.87])
    assert powers == pytest.approx([0.0, 0.0, 0.0, 0.01, 0.02])


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_an_intercept_is_no_likelier_than_any_of_its_parts(detect, permitted, kill):
    chance = intercepts.intercept(
        np.array([detect]), np.array([permitted]), np.array([kill])
    )[0]

    assert 0.0 <= chance <= min(detect, permitted, kill)


def test_a_shut_channel_of_the_powers_is_shut_for_their_clients_too():
    agreed = np.zeros((4, 4), dtype=bool)
    agreed[PATRON, POWER] = agreed[POWER, PATRON] = True
    closed = shut(agreed, np.zeros((4, 4), dtype=bool), circle=circles(DEPENDENCE))

    assert closed[STRIKER, CLIENT]
    assert closed[STRIKER, PATRON]
    assert not closed[STRIKER, POWER]
    assert not shut(agreed, agreed, circle=circles(DEPENDENCE)).any()
    assert restrained(agreed)[POWER, PATRON]
    assert not restrained(agreed)[PATRON, STRIKER]


def test_a_neutral_factor_makes_a_shut_channel_harmless():
    closed = np.array([[False, True], [True, False]])

    assert multiplier(closed, factor=1.0).tolist() == [[1, 1], [1, 1]]
    assert multiplier(closed, factor=3.0).tolist() == [[1, 3], [3, 1]]


def test_heat_is_the_tension_with_the_hottest_guard():
    guard, _ = intercepts.guards(DEPENDENCE, deconflicted=DECONFLICTED)
    tension = np.zeros((4, 4))
    tension[STRIKER, PATRON], tension[STRIKER, CLIENT] = 0.6, 0.2
    heat = intercepts.heat(tension, guard=guard, deconflicted=DECONFLICTED)

    assert heat[STRIKER].tolist() == [0.0, 0.6, 0.6, 0.0]
    assert not heat[[PATRON, CLIENT, POWER]].any()
