"""Sorties: how many, and what they do on the ground."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from stubs_air import some_groups

from abm.air import sorties


def test_sorties_are_the_mean_rounded_by_the_draw():
    # 10 · 0.5 · 0.25 = 1.25: a draw below 0.75 gives 1, above it 2
    flown = sorties.flown(
        np.array([10.0, 10.0]),
        np.array([0.5, 0.5]),
        draw=np.array([0.74, 0.76]),
        days=0.25,
    )

    assert flown.tolist() == [1.0, 2.0]


@given(arrays(np.int64, 6, elements=st.integers(0, 50)))
def test_packages_share_out_every_sortie(count):
    asset, part, share = sorties.packages(count.astype(float))

    assert np.bincount(asset, share, minlength=6).tolist() == count.tolist()
    assert (share > 0).all()
    assert len(set(zip(asset.tolist(), part.tolist(), strict=True))) == len(asset)


def test_an_effect_is_half_its_most_at_half_effort():
    effect = sorties.saturating(np.array([0.0, 12.0, 1e9]), most=0.8, half=12.0)

    assert effect == pytest.approx([0.0, 0.4, 0.8])


def struck(persons, load, exposed=1.0):
    here = some_groups(
        [0] * len(persons),
        engaged=[1] * len(persons),
        attacking=[0] * len(persons),
        aim=[0] * len(persons),
        persons=persons,
    )
    here.exposed[:] = exposed
    return sorties.losses(
        here,
        np.ones((1, len(persons))),
        sorties=np.array([load]),
        lethality=0.5,
        crowd=150.0,
    )


def test_a_strike_hits_by_people_in_reach():
    # 4 sorties · 0.5 · 450 / (450 + 150) = 1.5, split 1 : 2
    assert struck([150.0, 300.0], 4.0)[0] == pytest.approx([0.5, 1.0])


def test_entrenched_people_lose_less():
    assert struck([300.0], 4.0, exposed=0.3).sum() < struck([300.0], 4.0).sum()


@given(st.lists(st.floats(1, 5000), min_size=1, max_size=5), st.floats(0, 1e6))
def test_no_group_loses_more_people_than_it_has(persons, load):
    lost = struck(persons, load).sum(axis=0)

    assert (lost <= np.array(persons) * (1 + 1e-9)).all()


@given(st.floats(1, 5000), st.floats(0.1, 0.9), st.floats(0, 500))
def test_splitting_a_group_in_two_changes_no_total(persons, part, load):
    whole = struck([persons], load).sum()
    halves = struck([persons * part, persons * (1 - part)], load).sum()

    assert halves == pytest.approx(whole)


def test_less_of_a_drop_arrives_under_fire():
    # 10 t · 0.7, and half of that among 3,000 enemies
    tonnes = sorties.arriving(
        np.array([10.0, 10.0]), fire=np.array([0.0, 3000.0]), accuracy=0.7, shy=3000.0
    )

    assert tonnes == pytest.approx([7.0, 3.5])


def test_felt_effort_is_that_of_all_who_are_meant():
    meant = np.array([[1.0, 0.0], [1.0, 0.0]])

    felt = sorties.felt(meant, np.array([2.0, 3.0]))

    assert felt.tolist() == [5.0, 0.0]


@given(st.floats(0, 1), st.floats(0, 40))
def test_at_least_one_success_is_a_probability(chance, tries):
    assert 0.0 <= sorties.at_least_one(chance, np.array(tries)) <= 1.0


def test_two_tries_of_a_half_succeed_in_three_quarters():
    assert sorties.at_least_one(0.5, np.array([2.0])) == pytest.approx([0.75])
