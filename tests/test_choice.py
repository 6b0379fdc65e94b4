"""Choice: what an option is worth, term by term, recomputed from what was recorded."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.actors import choice
from abm.model import ConflictModel

ATTACK = {
    "weight.a.road": 0.5,
    "gain.a.road": 0.4,
    "weight.a.town": 0.1,
    "gain.a.town": 1.0,
    "hold": 0.0,
    "sure": 0.0,
    "group_power": 240.0,  # (240 + 100) / 100 = 3.4
    "own_there": 100.0,
    "enemy_believed": 100.0,
    "defence": 1.0,
    "steepness": 3.0,
    "even": 1.7,
    "force_share": 0.25,
    "loss_at_parity": 0.68,
    "loss_price": 0.4,
    "supply_price": 0.2,
    "expected_supply": 0.7,
    "tension_price": 0.5,
    "expected_tension": 0.06,
    "travel_price": 0.01,
    "travel_days": 4.0,
}


def test_success_is_a_half_at_the_even_ratio_and_eight_ninths_at_twice_it():
    # 3.4³ / (3.4³ + 1.7³) = 8 / 9; half of the even ratio: 1 / (1 + 8) = 1 / 9
    found = choice.success(np.array([0.85, 1.7, 3.4]), steepness=3.0, even=1.7)

    assert found == pytest.approx([1 / 9, 1 / 2, 8 / 9])


@given(st.floats(0, 50), st.floats(0, 50), st.floats(0.1, 6), st.floats(0.2, 4))
def test_a_better_ratio_is_never_less_likely_to_succeed(one, two, steepness, even):
    low, high = sorted([one, two])
    found = choice.success(np.array([low, high]), steepness=steepness, even=even)

    assert 0.0 <= found[0] <= found[1] <= 1.0


def test_an_attack_is_expected_to_cost_less_at_better_odds_and_never_more_than_all():
    # 0.2 / 0.5 = 0.4; 0.2 / 4 = 0.05; 0.2 / 0.1 = 2, which is more than all
    found = choice.expected_loss(np.array([0.5, 4.0, 0.1]), at_parity=0.2)

    assert found == pytest.approx([0.4, 0.05, 1.0])


def test_gumbel_numbers_invert_the_distribution():
    # F(x) = exp(-exp(-x)): F(0) = 1 / e, F(1) = exp(-1 / e)
    found = choice.gumbel(np.array([np.exp(-1.0), np.exp(-np.exp(-1.0))]))

    assert found == pytest.approx([0.0, 1.0], abs=1e-12)
    assert np.isfinite(choice.gumbel(np.array([0.0, 1.0 - 2**-53]))).all()


def test_the_terms_of_an_attack_by_hand():
    terms = choice.utility_terms(ATTACK)

    # chance 8 / 9; road 0.5 · 0.4 · 8 / 9; town 0.1 · 1 · 8 / 9
    # loss 0.4 · (0.68 / 3.4 = 0.2) · 0.25; supply 0.2 · 0.3 · 0.25
    # tension 0.5 · 0.06; travel 0.01 · 4 · 0.25
    assert terms == pytest.approx(
        {
            "a.road": 0.2 * 8 / 9,
            "a.town": 0.1 * 8 / 9,
            "loss": -0.02,
            "supply": -0.015,
            "tension": -0.03,
            "travel": -0.01,
        }
    )


def test_a_defence_is_worth_what_it_takes_off_the_chance_of_losing_the_place():
    defence = ATTACK | {
        "hold": 1.0,
        "enemy_believed": 340.0,  # 340 / 100 = 3.4 times those there
        "group_power": 300.0,  # 340 / (100 + 300) = 0.85 with the group
    }

    # lost with 8 / 9 without, 1 / 9 with the group
    assert choice.chance_of(defence) == pytest.approx(7 / 9)


def test_cover_and_works_count_as_more_of_the_enemy():
    # (240 + 100) / (100 · 2) = 1.7, the even ratio: half instead of 8 / 9
    behind = ATTACK | {"defence": 2.0}

    assert choice.ratio_of(behind) == pytest.approx(1.7)
    assert choice.chance_of(behind) == pytest.approx(0.5)


def test_cover_and_works_count_as_less_of_an_attacker():
    held = ATTACK | {
        "hold": 1.0,
        "enemy_believed": 680.0,  # behind works 680 · 0.5 = 340, as above
        "group_power": 300.0,
        "defence": 0.5,
    }

    assert choice.chance_of(held) == pytest.approx(7 / 9)


def test_what_needs_no_fight_is_sure():
    assert choice.chance_of(ATTACK | {"sure": 1.0, "enemy_believed": 9e9}) == 1.0


def test_totals_equal_the_sum_of_the_terms():
    total = choice.totals(
        np.array([0.3]),
        np.array([8 / 9]),
        loss=np.array([0.02]),
        supply=np.array([0.015]),
        tension=np.array([0.03]),
        travel=np.array([0.01]),
    )

    assert total[0] == pytest.approx(sum(choice.utility_terms(ATTACK).values()))


@pytest.mark.parametrize(
    ("name", "up"),
    [
        ("gain.a.road", True),
        ("weight.a.town", True),
        ("group_power", True),
        ("enemy_believed", False),
        ("defence", False),
        ("expected_supply", True),
        ("expected_tension", False),
        ("travel_days", False),
        ("loss_price", False),
        ("force_share", False),
        ("even", False),
    ],
)
def test_more_of_an_input_moves_the_utility_the_way_it_should(name, up):
    def worth(inputs):
        return sum(choice.utility_terms(inputs).values())

    more = worth(ATTACK | {name: ATTACK[name] * 1.1})

    assert (more > worth(ATTACK)) == up


@pytest.fixture(scope="module")
def decisions():
    """Every decision of a run of the small scenario."""
    found, model = [], ConflictModel("two_valleys", rng=2, collect=False)
    while model.running:
        model.step()
        found += model.world.journal.decisions
    return found


def test_every_decision_is_recomputed_from_its_recorded_inputs(decisions):
    assert len(decisions) > 10
    for one in decisions:
        terms = choice.utility_terms(one.inputs)
        assert sum(terms.values()) == pytest.approx(one.utility, abs=1e-9)
        assert terms == pytest.approx(one.terms, abs=1e-12)


STRENGTHS = ["group_power", "own_there", "enemy_believed"]
DRAWN = {"draw", "gumbel", "reserve_draw", "patron_utility", "patron_best"}
"""Recorded beside the inputs of the utility: the luck, and what patrons think."""


def test_every_recorded_input_counts_in_some_decision(decisions):
    named, counted = set(), set()
    for one in decisions:
        for name, value in one.inputs.items():
            other = one.inputs | {name: value * 0.9 + 1e-3}
            worth = math.fsum(choice.utility_terms(other).values())
            kind = name.split(".")[0]
            named.add(kind)
            counted |= {kind} if worth != one.utility else set()

    assert named - counted == DRAWN


def counting(inputs):
    """Return the names of the inputs that count for a decision."""
    price, names = inputs, []
    share, fights = price["force_share"], not price["sure"]
    if choice.chance_of(inputs) != 0.0:
        names += [n for n in inputs if n.startswith((choice.GAIN, choice.WEIGHT))]
    if share * price["loss_price"] and fights:
        names += ["loss_price", "loss_at_parity", "force_share", *STRENGTHS]
    if share * price["supply_price"]:
        names.append("expected_supply")
    if price["tension_price"]:
        names.append("expected_tension")
    if share * price["travel_days"]:
        names.append("travel_price")
    if price["hold"]:
        names += STRENGTHS
    return names


def test_changing_one_recorded_input_that_counts_changes_the_utility(decisions):
    for one in decisions:
        names = counting(one.inputs)
        assert names
        for name in names:
            changed = one.inputs | {name: one.inputs[name] * 0.9 + 1e-3}
            worth = math.fsum(choice.utility_terms(changed).values())
            assert worth != one.utility, f"{one.kind}: {name}"


def test_the_draw_and_the_utility_explain_what_was_chosen(decisions):
    for one in decisions:
        if one.runner_up:
            terms = sum(one.runner_up_terms.values())
            assert terms == pytest.approx(one.runner_up_utility, abs=1e-9)
        # it was better than staying in reserve, whose utility is 0
        assert one.utility + one.draw > one.inputs["reserve_draw"]


def test_a_rational_actor_takes_the_best_and_a_random_one_does_not():
    def regret(rationality, seed):
        model = ConflictModel(
            "two_valleys", rng=seed, collect=False, decide__rationality=rationality
        )
        model.step()
        # only the first choice of each actor had all its formations to give
        first = {}
        for one in model.world.journal.decisions:
            first.setdefault(one.actor, one)
        return [max(0.0, one.runner_up_utility - one.utility) for one in first.values()]

    best = [lost for seed in range(5) for lost in regret(1e6, seed)]
    any_ = [lost for seed in range(5) for lost in regret(1e-6, seed)]

    assert max(best) == pytest.approx(0.0, abs=1e-6)
    assert max(any_) > 0.0
