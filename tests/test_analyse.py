"""Analyses find what was put in, and say so when there is nothing to find."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from stubs_experiments import (
    STUDY,
    carried_out,
    cases,
    manifest,
    run_failing,
    run_stub,
)

from experiments.analyse import analyse
from experiments.discovery import box
from experiments.exemplars import RARE
from experiments.paired import differences
from experiments.problems import StoreError
from experiments.replicates import half_widths, needed
from experiments.rows import failure_row, result_row
from experiments.sensitivity import indices, partial_dependence
from experiments.store import Store
from experiments.survival import curve
from experiments.swept import open_swept

START = dt.date(1903, 5, 1)


def swept(folder, **changes):
    of = cases(**changes)
    carried_out(folder, of)
    return open_swept(folder)


@pytest.fixture(scope="module")
def lhs(tmp_path_factory):
    return swept(tmp_path_factory.mktemp("lhs"), design={"kind": "lhs", "points": 40})


def test_morris_finds_the_slopes_of_a_linear_outcome(tmp_path):
    found = swept(tmp_path, design={"kind": "morris", "trajectories": 6})
    table, _ = indices(found, "tonnes.delivered")

    # 10 x attrition over a range of 1, and speed itself over a range of 10; the seeds
    # are the same for every point, so that chance cancels exactly
    assert table["mu_star"].tolist() == pytest.approx([10.0, 10.0])
    assert table["sigma"].tolist() == pytest.approx([0.0, 0.0], abs=1e-9)


def test_morris_leaves_out_trajectories_that_are_not_complete(tmp_path):
    of = cases(design={"kind": "morris", "trajectories": 6})
    carried_out(tmp_path, of, run=run_failing)
    table, _ = indices(open_swept(tmp_path), "tonnes.delivered")

    assert table["mu_star"].tolist() == pytest.approx([10.0, 10.0])


def test_sobol_shares_the_variance_of_a_sum_of_equals_equally(tmp_path):
    found = swept(tmp_path, design={"kind": "sobol", "n": 64}, replicates=2)
    table, _ = indices(found, "tonnes.delivered")

    assert table["ST"].tolist() == pytest.approx([0.5, 0.5], abs=0.12)
    assert table["S1"].tolist() == pytest.approx([0.5, 0.5], abs=0.15)


def test_rank_correlation_has_the_sign_of_the_dependence(lhs):
    table, _ = indices(lhs, "dates.siege_broken")
    table = table.set_index("factor")

    assert table.loc["fight.attrition", "low"] > 0
    assert table.loc["move.speed", "high"] < 0


def test_what_is_the_same_in_all_runs_depends_on_nothing(lhs):
    lhs.results["tonnes.none"] = 0.1
    table, _ = indices(lhs, "tonnes.none")

    assert (table[["PRCC", "low", "high"]] == 0).all(axis=None)


def test_partial_dependence_rises_with_what_raises_the_outcome(lhs):
    table = partial_dependence(lhs, "tonnes.delivered")
    means = table[table["factor"] == "move.speed"]["mean"]

    assert means.iloc[-1] > means.iloc[0] + 5
    assert table.groupby("factor")["points"].sum().tolist() == [40, 40]


def test_a_date_is_days_from_the_start_and_the_whole_run_where_it_never_came(lhs):
    duration, came = lhs.duration("dates.siege_broken")
    dates = lhs.results["dates.siege_broken"]

    assert lhs.start == START
    assert (duration[~came] == 100).all()
    assert came.tolist() == dates.notna().tolist()
    first = dates[came].iloc[0]
    assert duration[came][0] == (first - pd.Timestamp(START)).days


def test_a_share_of_runs_is_asked_for_by_value(lhs):
    west = lhs.values("siege_side=west")

    assert set(west) == {0.0, 1.0}
    assert west.tolist() == lhs.duration("dates.siege_broken")[1].tolist()


def test_an_outcome_that_is_a_word_or_is_not_there_is_one_clear_error(lhs):
    with pytest.raises(StoreError, match="is a word; ask for one of its values"):
        lhs.values("siege_side")
    with pytest.raises(StoreError, match=r"no outcome .dates\.peace.; known: "):
        lhs.values("dates.peace")


def test_the_share_not_yet_reached_by_hand():
    # 5 runs: days 1, 3, censored at 3, 4, censored at 5. At risk 5, 4, 2:
    # 4/5, then x 3/4 = 0.6, then x 1/2 = 0.3
    found = curve(
        "dates.x",
        "all",
        duration=np.array([1.0, 3.0, 3.0, 4.0, 5.0]),
        came=np.array([True, True, False, True, False]),
        days=5,
    )

    assert found.share.tolist() == pytest.approx([1.0, 0.8, 0.8, 0.6, 0.3, 0.3])
    assert (found.median, found.runs, found.came) == (4.0, 5, 3)
    assert (found.low <= found.share).all()
    assert (found.share <= found.high).all()


def test_a_date_that_never_comes_has_no_median():
    found = curve(
        "dates.x",
        "all",
        duration=np.full(4, 9.0),
        came=np.zeros(4, dtype=bool),
        days=9,
    )

    assert np.isinf(found.median)
    assert (found.share == 1).all()


def test_the_half_width_of_a_points_mean_by_hand():
    # points (1, 3) and (5, 5): pooled variance (2 + 0)/2 = 1, 2 degrees of freedom,
    # t = 4.3027, 2 replicates: 4.3027 / sqrt(2) = 3.0425
    widths = half_widths(np.array([[1.0, 3.0], [5.0, 5.0]]))

    assert widths["half_width_of_a_point"].tolist() == pytest.approx([3.0425], abs=1e-4)
    assert widths["mean"].tolist() == [3.5]
    # z^2 x 1 / 0.5^2 = 15.4: 16 replicates
    assert needed(np.array([[1.0, 3.0], [5.0, 5.0]]), 0.5) == 16
    assert needed(np.array([[-1.0, 1.0], [0.0, 0.0]]), 0.0) == np.inf
    assert needed(np.array([[5.0, 5.0], [2.0, 2.0]]), 0.0) == 2


def test_the_box_of_scenario_discovery_is_where_the_outcome_lies():
    rng = np.random.default_rng(1)
    factors = pd.DataFrame(
        {
            "a": rng.random(400),
            "b": rng.random(400),
            "arm": rng.choice(["left", "right"], 400),
        }
    )
    wanted = ((factors["a"] > 0.6) & (factors["arm"] == "left")).to_numpy()
    limits, coverage, density = box(factors, wanted)

    assert coverage > 0.8
    assert density > 0.7
    assert limits["factor"].tolist() == ["a", "arm"]
    assert limits["inside_the_box"].tolist()[1] == "left"
    assert (limits["chance"] < 0.01).all()


def test_rare_outcomes_come_with_a_row_to_open(tmp_path):
    found = swept(
        tmp_path,
        replicates=30,
        factors=[
            {"path": "fight.attrition", "low": 0.4, "high": 0.45},
            STUDY["factors"][1],
        ],
    )
    analysis = analyse(tmp_path)
    table = analysis.sections[-1].tables[0].frame.set_index("example_of")
    share = 1 - found.duration("dates.siege_broken")[1].mean()

    assert 0 < share < RARE
    never = table.loc["siege_broken never comes"]
    row = found.results.set_index("row").loc[never["row"]]
    assert never["share"] == pytest.approx(share)
    assert pd.isna(row["dates.siege_broken"])


def test_the_whole_analysis_leaves_its_tables_as_csv(lhs):
    analysis = analyse(lhs.folder, outcome="dates.siege_broken")

    assert [section.title for section in analysis.sections][:2] == [
        "What was run?",
        "Are these enough runs?",
    ]
    names = {file.name for file in analysis.files}
    assert {"outcomes.csv", "sensitivity.csv", "dates.csv", "exemplars.csv"} <= names
    assert "dates.siege_broken" in analysis.summary()


def test_a_sweep_without_runs_or_with_failed_ones_only_is_one_clear_error(tmp_path):
    carried_out(tmp_path / "empty", cases(), limit=0)
    with pytest.raises(StoreError, match="no runs yet"):
        analyse(tmp_path / "empty")
    of = cases(design={"kind": "list"}, factors=[{"path": "p", "levels": [0, 0, 0, 1]}])
    carried_out(tmp_path / "failed", of, run=run_failing, limit=4)
    assert open_swept(tmp_path / "failed").failed == 1


def test_levels_of_a_grid_are_compared_run_by_run_with_the_same_seed(tmp_path):
    found = swept(
        tmp_path,
        design={"kind": "grid"},
        replicates=12,
        factors=[
            {"path": "fight.attrition", "levels": [0.2, 0.5]},
            {"path": "move.speed", "levels": [12.0, 18.0]},
        ],
    )
    (row,) = differences(found, "fight.attrition", "tonnes.delivered")

    # 10 x (0.5 - 0.2), the same for every seed
    assert row["difference"] == pytest.approx(3.0)
    assert (row["low"], row["high"]) == pytest.approx((3.0, 3.0))
    assert (row["level"], row["minus"], row["seeds"]) == (
        "fight.attrition=0.5",
        "0.2",
        12,
    )


def test_what_is_only_in_the_journal_is_analysed_too(tmp_path):
    of = cases()
    store = Store(tmp_path, of, manifest(of))
    case = of.case(0)
    store.append(failure_row(case, "no", attempt=0, traceback=""))
    store.flush()
    outcome = replace(run_stub(case), maps=b"maps")
    store.append(result_row(case, outcome, attempt=1, wanted=()))

    kept = list(open_swept(tmp_path).kept(["maps"]))
    store.close()
    assert [(row["row"], row["maps"]) for row in kept] == [(0, b"maps")]
    assert [row["maps"] for row in open_swept(tmp_path).kept(["maps"])] == [b"maps"]
