"""The commands on the real engine, with the small scenario: end to end."""

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from processes import LONGEST_S, cluster, environment, journal_length, until

import experiments
from abm.cli import main
from experiments import load_study, read_results, sweep
from experiments.analyse import overview
from experiments.outcomes import UNITS
from experiments.problems import SweepError
from experiments.results import comparable
from experiments.run import Cases
from experiments.sweeps import Plan
from experiments.swept import completed, open_swept
from experiments.versions import NOT_THE_ENGINE, versions

STUDY = """
name = "small"
title = "Two valleys, a few days"
question = "Does it run?"
scenario = "two_valleys"
days = 6
cell_km = 10.0
replicates = 2
seed = 5
outcome = "incidents.total"

[design]
kind = "grid"

[[factors]]
path = "fight.attrition"
steps = 2
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return a study file and the folder of its results, swept with two workers."""
    folder = tmp_path_factory.mktemp("small")
    file = folder / "small.toml"
    file.write_text(STUDY)
    assert (
        main(["sweep", str(file), "--out", str(folder / "two"), "--workers", "2"]) == 0
    )
    return file, folder / "two"


def test_real_runs_are_the_same_on_one_worker_and_on_two(results, tmp_path):
    file, two = results
    one = sweep(load_study(file), tmp_path / "one", workers=1, progress=False)

    assert len(one) == 4
    assert one["digest"].nunique() == 4
    pd.testing.assert_frame_equal(comparable(one), comparable(read_results(two)))


def test_a_merged_store_reads_as_its_sources_do(results, tmp_path, capsys):
    _, two = results
    whole = read_results(two)
    assert whole["dates.keep_relieved"].isna().all()  # never came, and is a column

    assert main(["merge", str(tmp_path / "merged"), str(two)]) == 0
    pd.testing.assert_frame_equal(
        comparable(read_results(tmp_path / "merged")), comparable(whole)
    )


def test_a_row_is_rebuilt_exactly_as_a_run_to_look_at(results, tmp_path, capsys):
    _, two = results
    code = main(["open", str(two), "3", "--out", str(tmp_path / "run")])
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())

    assert code == 0
    assert manifest["digest"] == read_results(two)["digest"][3]
    assert "abm view" in capsys.readouterr().out


def test_a_row_is_run_again_by_abm_run_too(results, tmp_path, capsys):
    _, two = results
    words = ["run", "--from-row", str(two), "3", "--out", str(tmp_path / "run")]
    code = main(words)
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())

    assert code == 0
    assert manifest["digest"] == read_results(two)["digest"][3]
    assert manifest["command"] == f"abm run --from-row {two} 3"
    assert f"once more: abm run --from-row {two} 3" in capsys.readouterr().out


MANY = STUDY.replace("replicates = 2", "replicates = 12")
RUNS = 24
STUDIES = Path(experiments.__file__).parent / "studies"


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Return a study of some real runs and what it gives when nobody disturbs it."""
    folder = tmp_path_factory.mktemp("many")
    file = folder / "many.toml"
    file.write_text(MANY)
    sweep(load_study(file), folder / "quiet", workers=2, progress=False)
    return file, comparable(read_results(folder / "quiet"))


def by_command(file, out, *options):
    """Start ``abm sweep`` in a process group of its own."""
    command = [sys.executable, "-m", "abm", "sweep", str(file), "--out", str(out)]
    return subprocess.Popen(
        [*command, *options],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_a_killed_sweep_of_real_runs_goes_on_by_the_same_command(many, tmp_path):
    file, quiet = many
    process = by_command(file, tmp_path / "killed", "--workers", "2")
    until(lambda: journal_length(tmp_path / "killed") > 3, what="the first runs")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    before = len(read_results(tmp_path / "killed"))
    process = by_command(file, tmp_path / "killed", "--workers", "2")
    _, errors = process.communicate(timeout=LONGEST_S)

    assert 3 < before < RUNS
    assert process.returncode == 0, errors
    pd.testing.assert_frame_equal(comparable(read_results(tmp_path / "killed")), quiet)


@pytest.mark.cluster
def test_a_cluster_by_the_command_loses_a_worker_and_no_run(many, tmp_path):
    file, quiet = many
    with cluster(tmp_path, 2) as (address, found):
        process = by_command(file, tmp_path / "dask", "--dask", address)
        until(lambda: journal_length(tmp_path / "dask") > 3, what="the first runs")
        found[0].send_signal(signal.SIGKILL)
        _, errors = process.communicate(timeout=LONGEST_S)

    assert process.returncode == 0, errors
    pd.testing.assert_frame_equal(comparable(read_results(tmp_path / "dask")), quiet)


def test_the_claims_are_tested_by_their_command(tmp_path, capsys):
    given = (STUDIES / "claims.toml").read_text("utf-8")
    few = given.replace("replicates = 16", "replicates = 2\ndays = 2")
    few = few.replace("cell_km = 10.0", "cell_km = 15.0")
    assert few.count("days = 2") == 1
    (tmp_path / "few.toml").write_text(few)
    folders = ["--out", str(tmp_path / "out"), "--docs", str(tmp_path / "docs")]
    words = ["claims", "--study", str(tmp_path / "few.toml"), *folders]

    assert main([*words, "--workers", "2"]) == 0
    page = (tmp_path / "docs" / "claims.md").read_text("utf-8")
    runs = pd.read_csv(tmp_path / "out" / "claims.csv")
    assert str(tmp_path / "docs" / "claims.md") in capsys.readouterr().out
    for claim in ("C1", "C2", "C3", "C4", "C5", "C6", "P2"):
        assert f"\n## {claim}\n" in page
        picture = tmp_path / "docs" / "claims" / f"{claim.lower()}.svg"
        assert picture.read_text("utf-8").lstrip().startswith("<")
    # two days decide nothing of what would come in months
    assert "**Supported.**" not in page.split("## C3")[0].split("## C1")[1]
    assert len(runs) == 12 * 2
    assert runs.groupby("seed")["arm"].nunique().tolist() == [12, 12]


OTHER = "feedfacefeedface"


@pytest.mark.parametrize("command", [["open"], ["run", "--from-row"]])
@pytest.mark.parametrize("what", ["scenario", "code"])
def test_a_row_made_by_another_is_refused_naming_both(
    results, capsys, monkeypatch, command, what
):
    _, two = results
    if what == "scenario":
        monkeypatch.setattr(
            "experiments.rebuild.scenario_hash", lambda name: OTHER + "0" * 48
        )
    else:
        monkeypatch.setattr(
            "experiments.rebuild.versions", lambda: replace(versions(), code=OTHER)
        )
    code = main([*command, str(two), "3"])
    said = capsys.readouterr().err

    assert code == 2
    assert re.search(rf"{what}: [0-9a-f]{{16}} there, {OTHER} here", said)


IN_VAIN = """
name = "trial"
title = "A trial"
scenario = "two_valleys"
days = 3
replicates = 1
outcome = "incidents.totl"
outcomes = ["losses.*", "nothing.*", "incidents.clash", "site_changes.*"]
[design]
kind = "grid"
[[factors]]
path = "fight.attrition"
levels = [0.03]
"""


@pytest.mark.parametrize("words", [["design"], ["sweep", "--out", "OUT"]])
def test_an_outcome_that_no_run_has_is_refused_before_any_runs(tmp_path, capsys, words):
    file, out = tmp_path / "trial.toml", tmp_path / "out"
    file.write_text(IN_VAIN)
    options = [str(out) if word == "OUT" else word for word in words[1:]]
    code = main([words[0], str(file), *options])
    said = capsys.readouterr().err

    assert code == 2
    assert "outcome: no such outcome (got 'incidents.totl'); did you mean" in said
    assert "'incidents.total'" in said
    assert "outcomes[1]: no such outcome (got 'nothing.*')" in said
    assert said.count("no such outcome") == 2
    assert not out.exists()


def test_what_a_study_followed_in_vain_does_not_hide_the_rest(results):
    _, two = results
    swept = open_swept(two)
    lost = replace(swept, study=swept.study.model_copy(update={"outcome": "peace"}))

    assert "peace" not in lost.wanted()
    assert overview(lost, swept.study.outcome).title == "What was run?"


def test_every_unit_is_of_outcomes_that_there_are(results):
    kinds = {str(name).split(".")[0] for name in read_results(results[1])}

    assert set(UNITS) <= kinds


def test_a_study_that_names_no_outcomes_wants_all_of_them(results):
    _, two = results
    swept = open_swept(two)
    open_to_all = swept.study.model_copy(update={"outcomes": ()})

    assert set(replace(swept, study=open_to_all).wanted()) == set(swept.outcomes())


def test_what_the_hash_of_the_engine_leaves_out_is_there():
    import abm

    root = Path(abm.__file__).parent
    assert [name for name in NOT_THE_ENGINE if not (root / name).exists()] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["open", "RESULTS", "99"], "no run 99; it has runs 0 to 3"),
        (["run", "--from-row", "RESULTS", "99"], "no run 99; it has runs 0 to 3"),
        (["run", "--from-row", "RESULTS", "0", "--seed", "3"], "leave out --seed"),
        (["run", "--from-row", "RESULTS", "x"], "a number from 0 (got 'x')"),
        (["open", "NOWHERE", "0"], "a results folder is made by `abm sweep`"),
        (["sweep", "nope", "--out", "X"], "shipped studies are"),
        (["analyse", "NOWHERE"], "a results folder is made by `abm sweep`"),
        (["analyse", "RESULTS", "--outcome", "peace"], "no outcome 'peace'"),
        (["merge", "OUT", "NOWHERE"], "a results folder is made by `abm sweep`"),
    ],
)
def test_bad_input_is_one_clear_error_and_exit_code_2(
    results, tmp_path, capsys, words, message
):
    places = {
        "RESULTS": str(results[1]),
        "NOWHERE": str(tmp_path / "nowhere"),
        "OUT": str(tmp_path / "out"),
        "X": str(tmp_path / "x"),
    }
    code = main([places.get(word, word) for word in words])
    said = capsys.readouterr().err

    assert code == 2
    assert message in said
    assert "Traceback" not in said


def test_a_changed_study_is_refused_and_says_what_changed(results, tmp_path, capsys):
    file, two = results
    changed = tmp_path / "small.toml"
    changed.write_text(file.read_text().replace("replicates = 2", "replicates = 3"))

    assert main(["sweep", str(changed), "--out", str(two)]) == 2
    assert "study.replicates: 2 -> 3" in capsys.readouterr().err


def test_a_page_is_not_written_from_a_part_of_its_runs(results, tmp_path):
    cases = Cases(load_study(results[0]))

    with pytest.raises(SweepError, match=r"stopped with 1 of 4 runs of .*goes on"):
        completed(cases, tmp_path / "part", plan=Plan(workers=1, limit=1))
    swept = completed(cases, tmp_path / "part", plan=Plan(workers=1))
    assert swept.results["digest"].tolist() == list(read_results(results[1])["digest"])


def test_design_prints_size_time_and_first_rows(results, capsys):
    assert main(["design", str(results[0])]) == 0
    said = capsys.readouterr().out

    assert "2 points x 2 replicates = 4 runs of 6 days" in said
    assert "fight.attrition" in said
    assert re.search(r"about [\d.]+ s a run, .* for 4 runs on \d+ workers", said)


def test_real_runs_are_analysed_and_reported_with_their_maps(results, capsys):
    _, two = results

    assert main(["report", str(two)]) == 0
    page = Path(capsys.readouterr().out.strip()).read_text("utf-8")
    assert "Probability of control on day 6" in page
    assert main(["analyse", str(two)]) == 0
    assert "Are these enough runs?" in capsys.readouterr().out


def test_help_of_the_commands_loads_neither_pandas_nor_the_engine():
    script = (
        "import sys; from abm.cli.parser import parser; parser(); "
        "print([m for m in ('pandas', 'numpy', 'numba', 'mesa') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
