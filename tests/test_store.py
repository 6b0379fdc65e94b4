"""The store counts each finished run once, whatever lies in its folder."""

import json
import shutil

import pandas as pd
import pytest
from stubs_experiments import STUDY, cases, manifest, run_stub

from experiments.files import Journal, journal_lines
from experiments.parts import PARTS
from experiments.problems import StoreError
from experiments.results import comparable, merge, read_results
from experiments.rows import failure_row, result_row
from experiments.store import CHUNK, JOURNAL, SET_ASIDE, Store


def opened(folder, of, *, chunk=CHUNK):
    return Store(folder, of, manifest(of), chunk=chunk)


def fill(folder, of, rows, *, chunk=CHUNK):
    """Store the given runs of a study, without any workers."""
    store = opened(folder, of, chunk=chunk)
    for row in rows:
        case = of.case(row)
        store.append(result_row(case, run_stub(case), attempt=0, wanted=()))
    store.close()


def part_files(folder):
    return sorted((folder / PARTS).glob("*.parquet"))


def test_a_stored_run_is_read_back_with_its_factors_seed_and_outcomes(tmp_path):
    of = cases()
    fill(tmp_path, of, range(len(of)), chunk=7)
    results = read_results(tmp_path, also=["outcomes"])
    case, found = of.case(13), results.iloc[13]

    assert results["row"].tolist() == list(range(40))
    assert found["seed"] == case.seed
    assert found["factor.move.speed"] == case.overrides["move.speed"]
    assert found["digest"] == run_stub(case).digest
    assert json.loads(found["outcomes"]) == run_stub(case).outcomes
    assert found["incidents.total"] == len(run_stub(case).outcomes["incidents"])
    assert results["dates.siege_broken"].dtype.kind == "M"


def test_a_date_that_never_came_is_missing_and_a_count_of_none_is_zero(tmp_path):
    of = cases()
    fill(tmp_path, of, range(len(of)), chunk=3)
    results = read_results(tmp_path)
    expected = [run_stub(of.case(row)).outcomes for row in range(len(of))]

    assert results["dates.siege_broken"].isna().tolist() == [
        found["dates"]["siege_broken"] is None for found in expected
    ]
    assert results["incidents.skirmish"].tolist() == [
        len(found["incidents"]) for found in expected
    ]


def test_a_truncated_part_is_set_aside_named_and_its_runs_are_missing(tmp_path):
    of = cases()
    fill(tmp_path, of, range(40), chunk=10)
    victim = part_files(tmp_path)[0]
    victim.write_bytes(victim.read_bytes()[:-100])

    store = opened(tmp_path, of)
    store.close()

    assert store.done == 30
    assert any(
        victim.name in note and "truncated or damaged" in note for note in store.notes
    )
    assert (tmp_path / SET_ASIDE / victim.name).exists()
    assert len(read_results(tmp_path)) == 30


def test_reading_skips_a_damaged_part_names_it_and_changes_nothing(tmp_path, capsys):
    of = cases()
    fill(tmp_path, of, range(40), chunk=10)
    victim = part_files(tmp_path)[0]
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)

    assert len(read_results(tmp_path)) == 30
    assert victim.name in capsys.readouterr().err
    assert victim.exists()


def test_foreign_files_are_set_aside_and_never_counted(tmp_path):
    mine, other = cases(), cases(seed=99)
    fill(tmp_path / "mine", mine, range(10))
    fill(tmp_path / "other", other, range(20))
    stranger = part_files(tmp_path / "other")[0]
    parts = tmp_path / "mine" / PARTS
    shutil.copy(stranger, parts)
    pd.DataFrame({"row": [30], "attempt": [0]}).to_parquet(parts / "mine.parquet")
    (parts / "notes.txt").write_text("hello")

    store = opened(tmp_path / "mine", mine)
    store.close()

    assert store.done == 10
    assert [note.split(";")[0] for note in sorted(store.notes)] == sorted(
        [
            f"{stranger.name}: belongs to another study, scenario or code",
            "mine.parquet: not a part of a sweep (foreign name)",
            "notes.txt: not a part of a sweep (foreign name)",
        ]
    )


def test_a_part_that_repeats_runs_is_not_counted_twice(tmp_path):
    of = cases()
    fill(tmp_path / "a", of, range(20), chunk=20)
    fill(tmp_path / "b", of, range(10), chunk=10)
    shutil.copy(part_files(tmp_path / "b")[0], tmp_path / "a" / PARTS)

    store = opened(tmp_path / "a", of)
    store.close()

    assert store.done == 20
    assert len(read_results(tmp_path / "a")) == 20


def test_a_run_stored_twice_is_kept_once(tmp_path):
    of = cases()
    store = opened(tmp_path, of)
    row = result_row(of.case(3), run_stub(of.case(3)), attempt=0, wanted=())
    store.append(row)
    store.append(row)
    store.close()

    assert read_results(tmp_path)["row"].tolist() == [3]


def test_finished_runs_that_were_not_yet_in_a_part_are_recovered(tmp_path):
    of = cases()
    store = opened(tmp_path, of)
    for number in range(5):
        case = of.case(number)
        store.append(result_row(case, run_stub(case), attempt=0, wanted=()))
    store._lock.release()  # as if the process had been killed: nothing is flushed

    assert read_results(tmp_path)["row"].tolist() == [0, 1, 2, 3, 4]
    again = opened(tmp_path, of)
    again.close()
    assert again.notes == [f"{JOURNAL}: 5 runs recovered"]
    assert read_results(tmp_path)["row"].tolist() == [0, 1, 2, 3, 4]


def test_a_torn_line_at_the_end_of_the_journal_costs_that_line_only(tmp_path):
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.append('{"row": 1}')
    journal.append('{"row": 2}')
    journal.close()
    path.write_bytes(path.read_bytes()[:-4])

    assert journal_lines(path) == (['{"row": 1}'], 1)


def test_a_changed_study_is_refused_with_the_difference(tmp_path):
    fill(tmp_path, cases(), range(3))
    changed = cases(
        replicates=8, factors=[{**STUDY["factors"][0], "high": 0.9}, *STUDY["factors"]]
    )

    with pytest.raises(StoreError) as caught:
        opened(tmp_path, changed)

    message = str(caught.value)
    assert "study.replicates: 4 -> 8" in message
    assert "study.factors[0].high: 1.0 -> 0.9" in message
    assert 'study.factors[2].path: "absent" -> "move.speed"' in message
    assert len(read_results(tmp_path)) == 3


def test_a_folder_with_other_things_in_it_is_refused(tmp_path):
    (tmp_path / "thesis.tex").write_text("")

    with pytest.raises(StoreError, match="holds other files"):
        opened(tmp_path, cases())


def test_a_folder_is_written_by_one_sweep_at_a_time(tmp_path):
    first = opened(tmp_path, cases())
    with pytest.raises(StoreError, match="is writing here"):
        opened(tmp_path, cases())
    first.close()

    opened(tmp_path, cases()).close()


@pytest.mark.parametrize("content", ["", "{}", '{"format": 1}', "[1, 2"])
def test_a_broken_manifest_is_one_clear_error(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content)

    with pytest.raises(StoreError, match=r"manifest\.json: "):
        read_results(tmp_path)


def test_a_failed_run_that_is_tried_again_leaves_one_row(tmp_path):
    of = cases()
    case = of.case(4)
    store = opened(tmp_path, of)
    store.append(failure_row(case, "no", attempt=0, traceback="..."))
    store.flush()
    store.append(result_row(case, run_stub(case), attempt=1, wanted=()))
    store.close()
    results = read_results(tmp_path)

    assert results["attempt"].tolist() == [1]
    assert results["failure"].isna().all()
    assert not store.failed.any()


def test_stores_of_several_machines_merge_into_the_whole(tmp_path):
    of = cases()
    fill(tmp_path / "whole", of, range(40))
    fill(tmp_path / "a", of, range(25), chunk=6)
    fill(tmp_path / "b", of, range(15, 40), chunk=9)

    notes = merge(tmp_path / "both", [tmp_path / "a", tmp_path / "b"])

    assert [note.rsplit(": ", 1)[1] for note in notes] == ["25 new runs", "15 new runs"]
    pd.testing.assert_frame_equal(
        comparable(read_results(tmp_path / "both")),
        comparable(read_results(tmp_path / "whole")),
    )


def test_merging_prefers_a_run_that_ended_well(tmp_path):
    of = cases()
    store = opened(tmp_path / "a", of)
    store.append(failure_row(of.case(2), "no", attempt=0, traceback=""))
    store.close()
    fill(tmp_path / "b", of, [2])

    merge(tmp_path / "both", [tmp_path / "a", tmp_path / "b"])

    assert read_results(tmp_path / "both")["failure"].isna().tolist() == [True]


def test_merging_different_studies_or_contradicting_runs_is_refused(tmp_path):
    of = cases()
    fill(tmp_path / "a", of, [2])
    fill(tmp_path / "other", cases(seed=5), [2])
    store = opened(tmp_path / "b", of)
    row = result_row(of.case(2), run_stub(of.case(2)), attempt=0, wanted=())
    store.append({**row, "digest": "f" * 64})
    store.close()

    with pytest.raises(StoreError, match=r"study\.seed: 7 -> 5"):
        merge(tmp_path / "both", [tmp_path / "a", tmp_path / "other"])
    with pytest.raises(StoreError, match="came out differently"):
        merge(tmp_path / "both", [tmp_path / "a", tmp_path / "b"])


def test_wanted_outcomes_become_columns_and_all_stay_in_the_full_object(tmp_path):
    of = cases()
    case = of.case(0)
    store = opened(tmp_path, of)
    store.append(result_row(case, run_stub(case), attempt=0, wanted=("dates.*",)))
    store.close()
    results = read_results(tmp_path, also=["outcomes"])

    assert [c for c in results.columns if c.startswith(("dates", "tonnes"))] == [
        "dates.siege_broken"
    ]
    assert json.loads(results["outcomes"][0])["tonnes"]["planned"] == 100.0
