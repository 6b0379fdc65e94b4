"""Designs cover what they say, and depend on the study alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stubs_experiments import STUDY, cases, study

from experiments.design import (
    case_numbers,
    point_count,
    points,
    replicate_seeds,
    run_count,
)

RANDOM = ("lhs", "sobol", "morris")


def design(kind, **more):
    return {"design": {"kind": kind, **more}}


@pytest.mark.parametrize("kind", [*RANDOM, "grid"])
def test_the_same_study_gives_the_same_points_and_another_seed_others(kind):
    first, again = (points(study(**design(kind))) for _ in range(2))
    other = points(study(**design(kind), seed=8))

    assert first.hash() == again.hash()
    assert (first.hash() == other.hash()) == (kind == "grid")


@pytest.mark.parametrize("kind", [*RANDOM, "grid"])
def test_points_stay_in_their_ranges_and_are_as_many_as_announced(kind):
    asked = study(**design(kind))
    laid = points(asked)
    values = np.array(laid.values, dtype=float)

    assert len(laid.values) == point_count(asked)
    assert (values >= [0.0, 10.0]).all()
    assert (values <= [1.0, 20.0]).all()


def test_a_grid_is_every_combination():
    asked = study(
        **design("grid"),
        factors=[
            {"path": "a", "levels": [True, False]},
            {"path": "b", "low": 0.0, "high": 1.0, "steps": 3},
        ],
    )

    assert points(asked).values == (
        (True, 0.0),
        (True, 0.5),
        (True, 1.0),
        (False, 0.0),
        (False, 0.5),
        (False, 1.0),
    )


def test_a_latin_hypercube_has_one_point_in_each_slice():
    laid = points(study(**design("lhs", points=20)))

    for column in laid.unit.T:
        assert sorted((column * 20).astype(int)) == list(range(20))


def test_a_sobol_design_has_n_times_factors_plus_two_points():
    assert point_count(study(**design("sobol", n=16))) == 16 * 4


def test_a_morris_trajectory_moves_one_factor_at_a_time():
    laid = points(study(**design("morris", trajectories=5)))
    for trajectory in laid.unit.reshape(5, 3, 2):
        moved = (np.diff(trajectory, axis=0) != 0).sum(axis=1)
        assert moved.tolist() == [1, 1]


@given(root=st.integers(0, 2**63 - 1), count=st.integers(2, 50))
def test_replicate_seeds_are_distinct_and_do_not_depend_on_their_number(root, count):
    seeds = replicate_seeds(study(seed=root, replicates=count))

    assert len(set(seeds)) == count
    assert seeds[:2] == replicate_seeds(study(seed=root, replicates=2))
    assert all(0 <= seed < 2**53 for seed in seeds)


def test_points_are_paired_by_the_seeds_of_their_replicates():
    seeds = {}
    for case in cases():
        seeds.setdefault(case.point, []).append(case.seed)

    assert len({tuple(of) for of in seeds.values()}) == 1


def test_every_point_is_run_once_before_any_is_run_twice():
    asked = study(replicates=2)
    order = list(case_numbers(asked))

    assert order[:10] == [(point, 0) for point in range(10)]
    assert len(set(order)) == run_count(asked) == 20


def test_a_row_number_leads_back_to_its_case():
    of = cases()

    assert all(of.case(case.row) == case for case in of)


@pytest.mark.parametrize(
    ("spread", "middle"),
    [
        ({"kind": "uniform"}, 5.5),
        # sqrt(1 x 10)
        ({"kind": "loguniform"}, 10**0.5),
        # the area left of m is ((m - 1)^2 / (9 x 8.5)) below the mode of 9.5:
        # 1/2 at m = 1 + sqrt(38.25)
        ({"kind": "triangular", "mode": 9.5}, 1 + 38.25**0.5),
        ({"kind": "normal", "mean": 5.5, "sd": 2.0}, 5.5),
    ],
)
def test_the_middle_of_a_distribution_is_where_it_belongs(spread, middle):
    factor = {
        "path": "a",
        "low": 1.0,
        "high": 10.0,
        "steps": 3,
        "distribution": spread,
    }
    laid = points(study(**design("grid"), factors=[factor]))

    assert laid.values[1][0] == pytest.approx(middle)
    assert (laid.values[0][0], laid.values[2][0]) == pytest.approx((1.0, 10.0))


def test_a_whole_number_stays_whole():
    factor = {"path": "a", "low": 1.0, "high": 4.0, "steps": 4, "integer": True}
    laid = points(study(**design("grid"), factors=[factor]))

    assert laid.values == ((1,), (2,), (3,), (4,))
    assert all(type(value) is int for (value,) in laid.values)


def test_an_arm_changes_all_that_it_names_and_a_day_makes_an_intervention():
    change = {"day": 3.0, "path": "air.west.grounded", "value": True}
    of = cases(
        **design("grid"),
        set={"fixed": 1},
        factors=[
            {
                "name": "screen",
                "arms": [
                    {"name": "kept"},
                    {"name": "gone", "set": {"x": 0.0}, "interventions": [change]},
                ],
            },
            {"path": "fight.attrition", "levels": [0.5], "day": 10.0},
        ],
    )
    kept, gone = of.case(0), of.case(STUDY["replicates"])

    assert kept.overrides == {"fixed": 1}
    assert gone.overrides == {"fixed": 1, "x": 0.0}
    assert [(c.day, c.path) for c in gone.interventions] == [
        (3.0, "air.west.grounded"),
        (10.0, "fight.attrition"),
    ]
