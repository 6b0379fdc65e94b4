"""Calibration: what it may read, what it refuses, and that it finds what it should."""

import shutil
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from stubs_history import HIGH, LOW, day_of, run_history, theatre

from abm.cli import main
from abm.scenario import load_scenario
from experiments.calibration import screen, smc
from experiments.calibration.calibrate import calibrate, planned, setting_of, sized
from experiments.calibration.candidates import Candidate, candidates, point_about
from experiments.calibration.defaults import identified, set_defaults, spread
from experiments.calibration.matching import implausibility
from experiments.calibration.targets import GROUPS, statistics, targets, ucdp_losses
from experiments.ensemble import Ensemble, read_ensemble, write_ensemble
from experiments.observed import unpacked
from experiments.problems import StudyError
from experiments.run import Case
from experiments.scoring.baselines import CALIBRATION
from experiments.sweeps import Plan

LATER = "H9,2017-09-05,2017-09-05,capture,SAA,ISIS,{place},35.3,40.1,later,none,N,high"
EARLY = "H8,2017-08-02,2017-08-02,capture,SAA,ISIS,Kabajib,35.079,39.683,made up,,N,low"


@cache
def scenario():
    return load_scenario("deir_ezzor_2017")


def seen(folder, *lines):
    """Everything that fitting takes from a file of events, as comparable values."""
    file = folder / "events.csv"
    file.write_text(CALIBRATION.read_text("utf-8") + "".join(f"{x}\n" for x in lines))
    found = targets(scenario(), theatre(), events=file)
    fronts = [(front.bloc, front.zone, front.rate) for front in found.fronts]
    return found.names, found.observed.tolist(), found.known.held.tolist(), fronts


def test_nothing_after_31_august_2017_is_read(tmp_path):
    later = [LATER.format(place=place) for place in ("Kabajib", "Shula", "Mayadin")]
    later = [line.replace("H9", f"H9{n}") for n, line in enumerate(later)]

    assert seen(tmp_path, *later) == seen(tmp_path)


def test_an_event_before_31_august_does_change_what_is_fitted(tmp_path):
    assert seen(tmp_path, EARLY) != seen(tmp_path)


def test_an_event_that_ends_after_31_august_is_not_read(tmp_path):
    long = EARLY.replace("2017-08-02,2017-08-02", "2017-08-02,2017-09-02")

    assert seen(tmp_path, long) == seen(tmp_path)


def test_the_patterns_use_hindsight_and_calibration_never_sees_them():
    names = targets(scenario(), theatre()).names

    assert not [name for name in names if "siege" in name or "crossing" in name]


def test_a_run_is_simulated_to_31_august_only():
    assert targets(scenario(), theatre()).days == 74


def test_killed_are_the_models_losses_over_one_and_the_wounded_ratio():
    # 400 loyalists lost to ISIS in July over 1 + 3 are 100 killed
    kept = unpacked(run_history(case(0.03)).maps)
    index = theatre().holder_index
    losses = kept.losses.copy()
    july = list(kept.month).index(2017 * 12 + 6)
    losses[july, 2, index["syria"], index["isis"]] = 400.0
    losses[july, 2, index["sdf"], index["us"]] = 999.0  # not against ISIS
    from dataclasses import replace

    target = targets(scenario(), theatre())
    found = statistics(replace(kept, losses=losses), target, theatre())
    named = dict(zip(target.names, found.tolist(), strict=True))

    assert named["losses.loyalist.2017-07"] == pytest.approx(np.log1p(100.0))
    assert named["losses.coalition.2017-07"] == 0


def test_ucdp_figures_are_the_sums_of_both_sides():
    # UCDP GED, July 2017, government and IS, east of 37.4: 341 + 402
    assert ucdp_losses()["2017-07", "loyalist"] == 743


def case(attrition, seed=1):
    overrides = {"fight.attrition": attrition}
    return Case(0, 0, 0, seed, "deir_ezzor_2017", overrides, (), 74, 10.0)


def test_a_run_that_takes_sukhna_in_time_is_nearer_than_one_that_does_not():
    target = targets(scenario(), theatre())

    def far(attrition):
        kept = unpacked(run_history(case(attrition)).maps)
        return float(target.distance(statistics(kept, target, theatre())))

    assert far(0.048) < far(LOW)
    assert far(0.048) < far(HIGH)


def test_the_distance_of_history_itself_is_zero_and_groups_count_alike():
    target = targets(scenario(), theatre())
    shifted = target.observed + target.scale

    assert target.distance(target.observed) == 0
    assert target.distances(shifted) == pytest.approx(np.ones(len(GROUPS)))
    plain = np.linalg.norm(target.weighted(shifted) - target.weighted(target.observed))
    assert plain == pytest.approx(float(target.distance(shifted)))


def test_every_candidate_is_assumed_and_has_a_range_about_its_default():
    found = candidates(scenario())

    assert len(found) > 100
    assert all(scenario().evidence[one.path].basis == "assumed" for one in found)
    assert all(one.low <= one.value <= one.high for one in found)
    assert len({one.path for one in found}) == len(found)


def test_results_outside_the_plausible_ranges_are_refused(tmp_path):
    table = pd.DataFrame({"weight": [1.0], "distance": [1.0], "fight.attrition": [0.2]})
    file = tmp_path / "posterior.parquet"

    with pytest.raises(StudyError) as error:
        write_ensemble(table, file, scenario())

    assert "fight.attrition: outside its plausible range 0.008 to 0.09" in str(
        error.value
    )
    assert not file.exists()
    table.to_parquet(file)
    with pytest.raises(StudyError, match=r"got 0\.2"):
        read_ensemble(file, scenario())


def test_too_few_runs_are_refused_with_the_least_number():
    with pytest.raises(StudyError, match=r"--runs: too few .*at least \d+"):
        sized(60, cell_km=10.0)


def test_the_stages_add_up_to_the_runs_asked_for():
    for runs in (200, 800, 3000):
        assert sized(runs, cell_km=10.0).total == runs


def test_points_near_the_truth_are_not_implausible_and_far_ones_are():
    rng = np.random.default_rng(4)
    unit = rng.random((60, 2))
    # both statistics grow with the first coordinate and are right at 0.25
    errors = np.column_stack([40 * (unit[:, 0] - 0.25)] * 2)
    errors += rng.normal(0, 0.3, errors.shape)
    dense = np.array([[0.25, 0.5], [0.95, 0.5]])
    target = SimpleNamespace(group=np.array([0, 1, 2, 3]))
    errors = np.column_stack([errors, errors])
    near, far = implausibility(unit, errors, dense, target=target)

    assert near < 1
    assert far > 3


FITTED = (Candidate("a.x", 0.5, 0.0, 1.0, "1"), Candidate("a.y", 0.5, 0.0, 1.0, "1"))


class Toy:
    """Statistics that are the parameters, right at x = 0.3; y does nothing."""

    names = ("s",)
    observed = np.array([0.3])

    def weighted(self, values):
        return values


def posterior(folder, monkeypatch):
    calls = []

    def results(where, points, setting, *, seed, paired=False):
        calls.append(where.name)
        noise = np.random.default_rng(seed).normal(0, 0.02, len(points))
        return np.array(
            [[one["a.x"] + n] for one, n in zip(points, noise, strict=True)]
        )

    monkeypatch.setattr(smc, "results_at", results)
    found = smc.inferred(
        FITTED,
        SimpleNamespace(target=Toy()),
        folder,
        box=np.array([[0.0, 1.0], [0.0, 1.0]]),
        start=1.0,
        size=24,
        runs=400,
        seed=5,
    )
    return found, calls


def test_the_posterior_finds_what_matters_and_leaves_the_rest(tmp_path, monkeypatch):
    found, _ = posterior(tmp_path, monkeypatch)
    weights = found.table["weight"]

    assert weights.sum() == pytest.approx(1.0)
    assert float(weights @ found.table["a.x"]) == pytest.approx(0.3, abs=0.1)
    assert found.table["a.y"].std() > 0.15
    assert list(found.thresholds) == sorted(found.thresholds, reverse=True)
    assert found.runs <= 400


def test_the_same_calibration_draws_the_same_sets(tmp_path, monkeypatch):
    first, calls = posterior(tmp_path / "a", monkeypatch)
    second, again = posterior(tmp_path / "b", monkeypatch)

    assert first.table.equals(second.table)
    assert calls == again


def test_a_statistic_that_follows_one_parameter_is_explained_by_it_alone():
    rng = np.random.default_rng(1)
    unit = rng.random((200, 3))
    follows, luck = np.exp(unit[:, 1]), rng.random(200)
    statistics = np.column_stack([follows, np.ones(200), luck, luck])
    target = SimpleNamespace(group=np.arange(len(GROUPS)))
    shares = screen.explained(unit, statistics, target=target)

    assert shares.shape == (3, len(GROUPS))
    assert shares[1, 0] == pytest.approx(1.0)
    assert shares[[0, 2], 0].max() < 0.05
    assert shares[:, 1] == pytest.approx(0.0)
    assert shares[:, 2].mean() == pytest.approx(1 / 199, abs=0.01)


@pytest.mark.parametrize(
    ("default", "ends"), [(40.0, (15.0, 65.0)), (10.0, (0.0, 35.0)), (100.0, (75, 100))]
)
def test_screening_looks_at_half_of_a_range_about_the_default(default, ends):
    one = Candidate("fight.reach", default, low=0.0, high=100.0, unit="km")
    found = [point_about([one], np.array([share]))["fight.reach"] for share in (0, 1)]

    assert found == pytest.approx(ends)


def test_screening_finds_the_parameters_that_matter_among_all(tmp_path, monkeypatch):
    found = candidates(scenario())
    size = screen.screening(400)
    paths = ("fight.attrition", "supply.road_decay", "move.secondary")
    by_path = {one.path: one for one in found}
    ran = {}

    def results(where, points, setting, *, seed, paired=False):
        ran[where] = len(points)
        luck = np.random.default_rng(seed).normal(0, 0.3, (len(points), 4))
        moved = [
            sum(
                weight * (each[path] - by_path[path].low) / by_path[path].high
                for weight, path in zip((3, 2, 1.5), paths, strict=True)
                if path in each
            )
            for each in points
        ]
        return np.array(moved)[:, None] + luck * (len(points) > 100)

    monkeypatch.setattr(screen, "results_at", results)
    target = SimpleNamespace(distances=lambda values: values, group=np.arange(4))
    chosen, effects = screen.screened(
        found, SimpleNamespace(target=target), tmp_path, size=size, seed=3
    )

    assert {one.path for one in chosen[:3]} == set(paths)
    assert len(chosen) == 8
    assert set(effects["kind"]) == {"share", "morris"}
    assert sum(ran.values()) == size.runs <= 400


@pytest.mark.slow
def test_a_calibration_goes_on_where_it_stopped_and_finds_the_day(tmp_path):
    plan = Plan(workers=1, run=run_history, prepare=None, preload=("experiments.run",))
    setting = setting_of("deir_ezzor_2017", cell_km=10.0, plan=plan)
    sizes = sized(300, cell_km=10.0)
    first = calibrate(tmp_path, sizes, setting)
    table = first.posterior.table
    again = calibrate(tmp_path, sizes, setting)

    assert again.posterior.table.equals(table)
    assert planned(tmp_path) == sizes
    mean = float(table["weight"] @ table["fight.attrition"])
    assert day_of(mean) == pytest.approx(48, abs=12)
    with pytest.raises(StudyError, match="another calibration"):
        calibrate(tmp_path, sized(400, cell_km=10.0), setting)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--runs", "20"], "abm: --runs: too few for a calibration (got 20)"),
        (["--runs", "200", "--scenario", "nowhere"], "nowhere"),
    ],
)
def test_a_wrong_calibration_is_one_line_and_exit_2(tmp_path, capsys, words, said):
    code = main(["calibrate", "--out", str(tmp_path), *words])
    err = capsys.readouterr().err

    assert code == 2
    assert said in err
    assert err.count("\n") == 1


def test_a_budget_that_is_no_time_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["calibrate", "--out", str(tmp_path), "--budget", "soon"])

    assert "not a time like 30m or 2h (got 'soon')" in capsys.readouterr().err


def copied(tmp_path):
    folder = tmp_path / "two_valleys"
    shutil.copytree(load_scenario("two_valleys").folder, folder)
    return load_scenario(folder)


def test_a_median_becomes_the_default_and_says_what_it_was_before(tmp_path):
    scenario = copied(tmp_path)
    file = scenario.folder / "parameters" / "fight.toml"
    before = file.read_text(encoding="utf-8")
    was = scenario.parameters.fight.attrition

    set_defaults({"fight.attrition": 0.04567, "move.advance": 6.0}, scenario)

    changed = load_scenario(scenario.folder)
    assert changed.parameters.fight.attrition == 0.0457
    assert changed.parameters.move.advance == 6.0
    assert f"before, {was:g}." in changed.evidence["fight.attrition"].source
    lines = zip(before.splitlines(), file.read_text().splitlines(), strict=True)
    assert sum(one != two for one, two in lines) == 2
    # once more: the note is replaced, not repeated, and keeps the first value
    set_defaults({"fight.attrition": 0.05}, changed)
    source = load_scenario(scenario.folder).evidence["fight.attrition"].source
    assert source.count("Calibrated") == 1
    assert f"before, {was:g}." in source


def test_the_median_of_what_nothing_was_learned_of_is_no_default():
    found = [one for one in candidates(scenario()) if one.path.startswith("fight.")][:2]
    share = np.linspace(0.005, 0.995, 100)
    table = pd.DataFrame(
        {
            found[0].path: [found[0].at(0.4 + 0.2 * one) for one in share],
            found[1].path: [found[1].at(one) for one in share],  # as before
        }
    )
    ensemble = Ensemble(np.full(100, 0.01), table)
    medians = identified(ensemble, found)

    assert list(medians) == [found[0].path]
    assert medians[found[0].path] == pytest.approx(found[0].at(0.5), rel=0.01)
    kept, lost = (
        spread(table[one.path].to_numpy(), ensemble.weights, one) for one in found
    )
    assert kept == pytest.approx(0.2, abs=0.01)
    assert lost == pytest.approx(1.0, abs=0.02)


def test_defaults_outside_their_range_leave_every_file_as_it_was(tmp_path):
    scenario = copied(tmp_path)
    file = scenario.folder / "parameters" / "move.toml"
    before = file.read_bytes()

    with pytest.raises(StudyError, match=r"fight\.attrition: outside"):
        set_defaults({"move.advance": 6.0, "fight.attrition": 5.0}, scenario)

    assert file.read_bytes() == before
