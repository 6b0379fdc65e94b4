"""Tasking: what targets are worth to whom, and the choice among them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stubs_air import some_groups

from abm.air import tasking
from abm.air.places import groups
from abm.air.roles import PATROL, ROLE_TASKS, SUPPORT, capabilities
from abm.air.tasking import Targets

RED, BLUE, GREEN = range(3)
"""Red and Blue are deconflicted; Green is at war with both."""
WAR = np.array([[0, 0, 1], [0, 0, 1], [1, 1, 0]], dtype=bool)
DECONFLICTED = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], dtype=bool)


def support(present, **change):
    given_values = {
        "side": np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        "enmity": np.array([[0.0, 0.0, 0.1], [0.0, 0.0, 0.3], [0.0, 0.0, 0.0]]),
        "care": np.zeros((3, 3)),
        "war": WAR,
        "defence": 0.5,
        "anyway": 0.0,
        "crowd": 100.0,
    } | change
    fight = some_groups([RED], engaged=[1], attacking=[0.6], aim=[0.2], persons=[300])
    return tasking.support_worth(fight, np.array([present]) > 0, **given_values)


def test_support_is_worth_the_aim_and_the_enmity_where_there_is_need():
    # need 0.6 + 0.5 · 0.4 = 0.8; size 300 / 400 = 0.75; (0.2 + 0.1) · 0.8 · 0.75
    worth = support([300, 0, 50])

    assert worth[:, 0] == pytest.approx([0.18, 0.0, 0.0])


def test_tension_takes_worth_off_strikes_near_guarded_people():
    # 0.2 − 0.5 · 0.3 near the guarded, all of it elsewhere, never below nothing
    left = tasking.cautioned(
        np.array([[0.2, 0.2, 0.1], [0.2, 0.2, 0.2]]),
        np.array([[0, 5], [0, 0], [3, 5]]) > 0,
        heat=np.array([[0.0, 0.3], [0.0, 0.0]]),
        caution=np.array([0.5, 0.5]),
    )

    assert left == pytest.approx(np.array([[0.05, 0.2, 0.0], [0.2, 0.2, 0.2]]))


def test_nobody_supports_a_fight_against_a_party_it_is_not_at_war_with():
    everyone = np.ones((3, 3))
    worth = support([300, 80, 0], side=everyone, care=everyone)

    assert not worth[[RED, BLUE]].any()


def test_protecting_adds_to_the_worth_of_support():
    care = np.zeros((3, 3))
    care[RED, RED] = 0.1

    assert support([300, 0, 50], care=care)[RED] > support([300, 0, 50])[RED]


def test_interdiction_falls_on_enemy_sites_behind_the_front_only():
    worth = tasking.interdiction_worth(
        np.array([GREEN, GREEN, BLUE, 5]),
        np.array([0.5, 0.5, 1.0, 1.0]),
        enmity=np.full((3, 3), 0.2),
        war=WAR,
        behind=np.array([True, False, True, True]),
        regard=0.4,
    )

    # 0.2 · 0.5 · 0.4 at the first site alone; holder 5 is no actor
    assert worth[RED] == pytest.approx([0.04, 0, 0, 0])


def test_a_patrol_is_worth_more_where_tension_is_higher():
    def worth(tension):
        care = np.zeros((3, 3))
        care[BLUE, BLUE] = 0.2
        return tasking.patrol_worth(
            some_groups([BLUE], engaged=[0], attacking=[0], aim=[0], persons=[9]),
            np.array([[40, 9, 0]]) > 0,
            care=care,
            tension=np.full((3, 3), tension),
            deconflicted=DECONFLICTED,
            regard=0.5,
        )[BLUE, 0]

    assert worth(0.0) == pytest.approx(0.1)
    assert worth(0.5) == pytest.approx(0.15)


def test_no_patrol_where_no_deconflicted_party_is_near():
    worth = tasking.patrol_worth(
        some_groups([BLUE], engaged=[0], attacking=[0], aim=[0], persons=[9]),
        np.array([[0, 9, 70]]) > 0,
        care=np.ones((3, 3)),
        tension=np.ones((3, 3)),
        deconflicted=DECONFLICTED,
        regard=0.5,
    )

    assert not worth[BLUE].any()


def test_interests_add_up_the_weights_of_objectives_about_an_actor():
    owner, about = np.array([RED, RED, BLUE, RED]), np.array([GREEN, GREEN, RED, -1])

    total = tasking.interests((owner, about), np.array([0.2, 0.3, 0.4, 0.1]), 3)

    assert total[RED, GREEN] == pytest.approx(0.5)
    assert total[BLUE, RED] == pytest.approx(0.4)
    assert total.sum() == pytest.approx(0.9)


def test_sides_are_one_for_oneself_less_for_allies_and_nothing_for_others():
    allied = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], dtype=bool)
    partner = np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0]], dtype=bool)

    side = tasking.sides(allied, partner, ally=0.6, associate=0.1)

    assert side.tolist() == [[1, 0.6, 0.1], [0.6, 1, 0], [0.1, 0, 1]]


def two_targets(worth):
    n = len(worth)
    return Targets(
        np.full(n, SUPPORT),
        np.arange(n),
        np.zeros(n),
        np.zeros(n),
        np.arange(n),
        np.array([worth], dtype=float),
    )


def test_the_better_target_is_chosen_as_often_as_the_logit_says():
    where = two_targets([0.1, 0.2])
    weight = tasking.options(
        where,
        operator=np.array([0]),
        possible=np.ones((1, 2), dtype=bool),
        precision=10.0,
    )

    # exp(2) / (exp(1) + exp(2)) = 0.7311
    assert weight[0, 1] / weight.sum() == pytest.approx(0.7311, abs=1e-4)


def chosen(weight, draw):
    """Return the target of each package, its asset its own, none moved to patrol."""
    n_packages, n_targets = weight.shape
    return tasking.chosen(
        weight,
        np.array(draw),
        row=np.arange(n_packages),
        patrol=np.zeros(n_targets, dtype=bool),
        moved=np.zeros(n_packages, dtype=bool),
    )


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=8),
    st.lists(st.booleans(), min_size=8, max_size=8),
    st.floats(0, 1, exclude_max=True),
)
def test_only_possible_targets_of_some_worth_are_chosen(worth, possible, draw):
    where = two_targets(worth)
    able = np.array([possible[: len(worth)]])
    weight = tasking.options(
        where, operator=np.array([0]), possible=able, precision=14.0
    )

    found = int(chosen(weight, [draw])[0])

    if (able[0] & (np.array(worth) > 0)).any():
        assert able[0, found]
        assert worth[found] > 0
    else:
        assert found == -1


def test_a_higher_draw_chooses_a_later_target():
    weight = np.array([[1.0, 3.0], [1.0, 3.0]])

    assert chosen(weight, [0.24, 0.26]).tolist() == [0, 1]


def test_a_package_moved_to_patrol_draws_among_patrols_alone_if_it_can_fly_one():
    weight = np.array([[3.0, 1.0, 1.0], [3.0, 0.0, 0.0]])

    # the second asset can fly no patrol: its package keeps its other target
    found = tasking.chosen(
        weight,
        np.array([0.1, 0.1, 0.6, 0.1]),
        row=np.array([0, 0, 0, 1]),
        patrol=np.array([False, True, True]),
        moved=np.array([False, True, True, True]),
    )

    assert found.tolist() == [0, 1, 2, 0]


def test_every_role_has_known_tasks_and_an_unknown_one_is_refused():
    assert capabilities(tuple(ROLE_TASKS)).suits.shape == (len(ROLE_TASKS), 6)
    assert capabilities(("fighter",)).suits[0].nonzero()[0].tolist() == [PATROL]
    with pytest.raises(ValueError, match="airship: not known"):
        capabilities(("airship",))


def test_formations_of_one_owner_in_one_cell_are_one_group():
    # persons 100 at x = 1 and 300 at x = 5: mean 4; other owner and cell stay apart
    found = groups(
        np.array([RED, RED, BLUE, RED]),
        np.array([7, 7, 7, 9]),
        np.array([100.0, 300.0, 50.0, 10.0]),
        alive=np.array([True, True, True, False]),
        x=np.array([1.0, 5.0, 2.0, 0.0]),
        y=np.zeros(4),
        engaged=np.array([True, False, True, True]),
        attacking=np.zeros(4, dtype=bool),
        aim=np.zeros(4),
        exposed=np.ones(4),
    )

    assert found.persons.tolist() == [400.0, 50.0]
    assert found.x.tolist() == [4.0, 2.0]
    assert found.engaged.tolist() == [0.25, 1.0]
    assert found.rows.tolist() == [0, 1, 2]
