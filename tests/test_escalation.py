"""Escalation: tension, hazards, contacts, the ladder, talks, zones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.actors import escalation, zones
from abm.scenario import load_scenario

PARAMETERS = load_scenario("two_valleys").parameters.escalate
DEIR_EZZOR = load_scenario("deir_ezzor_2017").parameters.escalate
REFERENCE_EXPOSURE = 20.0
"""Contacts of one pair on a busy day: twenty formations within reach of the other's."""
THRESHOLDS = np.array([0.0, 0.1, 0.25, 0.45])


def test_tension_halves_in_its_half_life():
    left = escalation.decayed(np.array([[0.0, 0.8]]), days=14, half_life=14)

    assert left == pytest.approx(np.array([[0.0, 0.4]]))


def test_an_incident_counts_for_patrons_times_dependence():
    # actors: striker 0 with patron 2 (0.7), client 1 with patron 3 (0.8)
    circles = np.array([1, 0, 0.7, 0]), np.array([0, 1, 0, 0.8])
    kick = escalation.kick(0.5, circles=circles)
    after = escalation.kicked(np.zeros((4, 4)), kick)

    assert after[0, 1] == pytest.approx(0.5)
    assert after[0, 3] == pytest.approx(0.4)
    assert after[1, 2] == pytest.approx(0.35)
    assert after[2, 3] == pytest.approx(0.28)  # 0.5 · 0.7 · 0.8
    assert after[0, 2] == after[1, 3] == 0.0
    np.testing.assert_allclose(after, after.T)


def test_two_incidents_add_as_the_rule_says_in_any_order():
    # τ = 0.2 → 0.2 + 0.5 · 0.8 = 0.6 → 0.6 + 0.1 · 0.4 = 0.64
    one = np.ones(1), np.ones(1)
    kicks = escalation.kick(0.5, circles=one) + escalation.kick(0.1, circles=one)

    assert escalation.kicked(np.array([[0.2]]), kicks) == pytest.approx(0.64)


@given(st.floats(0, 1), st.lists(st.floats(0, 1), max_size=20))
def test_tension_stays_in_its_bounds_whatever_happens(tension, severities):
    one = np.ones(1), np.ones(1)
    kicks = sum((escalation.kick(s, circles=one) for s in severities), np.zeros((1, 1)))
    after = escalation.kicked(np.array([[tension]]), kicks)

    assert tension - 1e-12 <= after <= 1.0


def chance(**change):
    values = {"gain": 2.0, "tension": 0.0, "multiplier": 1.0, "days": 0.25} | change
    return float(escalation.incident_chance(0.01, np.array(4.0), **values))


def test_hazard_rises_with_tension_and_a_shut_channel():
    # 0.01 · 4 · (1 + 2 · 0.5) · 3 · 0.25 = 0.06
    assert chance(tension=0.5, multiplier=3.0) == pytest.approx(1 - np.exp(-0.06))
    assert chance() < chance(tension=0.5) < chance(tension=0.5, multiplier=3.0)


def test_two_half_ticks_are_as_dangerous_as_a_whole_one():
    half = chance(days=0.125)

    assert 1 - (1 - half) ** 2 == pytest.approx(chance())


@pytest.mark.parametrize("p", [PARAMETERS, DEIR_EZZOR])
def test_one_incident_brings_about_less_than_seven_tenths_of_another(p):
    ratio = escalation.branching_ratio(
        p.skirmish_rate * p.shut_ground,
        REFERENCE_EXPOSURE,
        gain=p.gain,
        severity=p.severity_skirmish,
        half_life=p.half_life,
    )

    assert ratio <= 0.7


def test_the_branching_ratio_by_hand():
    # 0.002 · 10 · 2 · 0.1 · 14 / 0.6931 = 0.0808
    assert escalation.branching_ratio(
        0.002, 10, gain=2, severity=0.1, half_life=14
    ) == pytest.approx(0.0808, abs=1e-4)


PLACES = st.lists(
    st.tuples(st.floats(0, 60), st.floats(0, 60), st.integers(0, 2)),
    min_size=0,
    max_size=25,
)
APART = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)


@given(PLACES)
def test_pairs_near_are_those_a_double_loop_finds(places):
    x, y = (np.array([p[k] for p in places], dtype=float) for k in (0, 1))
    actor = np.array([p[2] for p in places], dtype=int)
    found = escalation.pairs_near(x, y, actor=actor, apart=APART, reach=8.0)

    expected = {
        (i, j)
        for i in range(len(x))
        for j in range(i + 1, len(x))
        if APART[actor[i], actor[j]] and (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 <= 64
    }
    assert set(zip(*(side.tolist() for side in found), strict=True)) == expected
    assert len(found[0]) == len(expected)


def test_exposure_counts_the_side_with_fewer_formations_in_contact():
    # two of actor 0 face the same one of actor 1; a third is out of reach
    x = np.array([0.0, 3.0, 5.0, 50.0])
    actor = np.array([0, 0, 1, 0])
    pairs = escalation.pairs_near(x, x * 0, actor=actor, apart=APART, reach=8.0)
    touching = escalation.exposure(actor, pairs, 3)

    assert touching[0, 1] == touching[1, 0] == 1.0
    assert touching.sum() == 2.0


def climb(rung, tension, below=0.0, days=0.25):
    after, waited = escalation.climb(
        np.array([[rung]], dtype=np.int8),
        np.array([[tension]]),
        thresholds=THRESHOLDS,
        margin=0.1,
        below_days=np.array([[below]]),
        patience=5.0,
        days=days,
    )
    return int(after[0, 0]), float(waited[0, 0])


def test_a_rung_is_entered_at_its_threshold_at_once():
    assert climb(0, 0.45)[0] == 3
    assert climb(0, 0.4499)[0] == 2


def test_a_rung_is_left_one_step_at_a_time_after_days_below_its_margin():
    assert climb(3, 0.36) == (3, 0.0)
    assert climb(3, 0.34) == (3, 0.25)
    assert climb(3, 0.05, below=4.75) == (2, 0.0)


@given(st.integers(0, 3), st.floats(0, 1), st.floats(0, 10))
def test_no_rung_lies_below_what_tension_calls_for(rung, tension, below):
    after, _ = climb(rung, tension, below)

    assert np.searchsorted(THRESHOLDS, tension, side="right") - 1 <= after <= 3


def test_talks_succeed_more_often_at_low_tension():
    odds = escalation.talks_chance(np.array([0.0, 0.5, 1.0]), rate=0.1, days=1.0)

    assert odds == pytest.approx([0.09516, 0.04877, 0.0], abs=1e-5)


def test_a_line_closes_what_divides_the_parties_and_not_what_one_holds_whole():
    crossing = np.array([True, True, False])
    own_both = np.array(
        [[False, False, False], [True, False, False], [False, False, False]]
    )
    closed = escalation.line_closes(crossing, own_both=own_both, parties=(0, 1))

    assert closed.tolist() == [
        [True, True, False],
        [False, True, False],
        [False, False, False],
    ]


def test_a_raised_share_fades_by_half():
    share = escalation.settled_share(
        np.array([0.4, 0.4]), wanted=np.array([0.0, 0.3]), days=20, half_life=20
    )

    assert share == pytest.approx([0.2, 0.3])


def test_steps_in_a_zone_follow_one_another():
    warned = np.array([0, 1, 2, 3], dtype=np.int8)
    all_in, draw = np.ones(4, dtype=bool), np.full(4, 0.2)

    assert zones.steps(warned, intruding=all_in, draw=draw, chance=0.3).tolist() == [
        1,
        2,
        3,
        3,
    ]
    assert not zones.steps(warned, intruding=~all_in, draw=draw, chance=0.3).any()
    assert not zones.steps(warned, intruding=all_in, draw=draw, chance=0.1).any()


def test_after_a_strike_a_show_of_force_comes_first_again():
    warned, step = np.array([0, 2, 1], dtype=np.int8), np.array([1, 3, 0], np.int8)

    assert zones.after(warned, step).tolist() == [1, 1, 1]


def test_warnings_are_forgotten_after_quiet_days():
    left = zones.forgotten(
        np.array([2, 2], dtype=np.int8), quiet_days=np.array([6.9, 7.0]), memory=7
    )

    assert left.tolist() == [2, 0]


def test_an_intruder_expects_to_lose_more_the_more_it_was_warned():
    # 20 persons · 0.5 · 0.5^2, then ^1, then ^0
    loss = zones.expected_loss(
        np.array([0, 1, 2, 2], dtype=np.int8),
        kept_out=np.array([True, True, True, False]),
        strike=np.full(4, 20.0),
        chance=0.5,
    )

    assert loss.tolist() == [2.5, 5.0, 10.0, 0.0]


@given(st.lists(st.floats(0, 900), min_size=1, max_size=6), st.floats(0, 200))
def test_a_strike_takes_no_more_than_it_hits(personnel, strike):
    people = np.array(personnel)
    hit = np.arange(len(people)) % 2 == 0
    lost = zones.strike_losses(people, hit=hit, strike=strike)

    assert not lost[~hit].any()
    assert (lost <= people + 1e-9).all()
    assert lost.sum() == pytest.approx(np.minimum(people[hit], strike).sum())


def test_only_those_kept_out_count_as_intruders():
    inside = zones.inside(
        np.array([True, False]),
        kept_out=np.array([True, False]),
        cell=np.array([0, 0, 1]),
        actor=np.array([0, 1, 0]),
        personnel=np.array([120.0, 80.0, 60.0]),
    )

    assert inside.tolist() == [120.0, 0.0]
