"""Every table has the columns, types and meanings that one place defines."""

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from abm.record import tables as defined
from abm.record.build import BUILDERS
from abm.record.tables import TYPES, built, documented, kinds, names, schema, tables

ROOT = Path(__file__).parents[1]
DAILY = ("actors", "sites", "dyads", "hazards", "deliveries", "crossings", "segments")


def test_there_is_a_builder_for_every_table_and_no_other():
    assert BUILDERS.keys() == tables().keys()


@pytest.mark.parametrize("name", ["columns.csv", "kinds.csv"])
def test_no_meaning_is_cut_at_a_comma(name):
    path = Path(defined.__file__).with_name(name)
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)

    assert [row for row in rows if len(row) != len(head)] == []


@pytest.mark.parametrize("name", tables())
def test_every_column_says_its_unit_and_meaning(name):
    table = tables()[name]

    assert table.row
    assert all(column.meaning for column in table.columns)
    assert all(column.unit for column in table.columns if column.type in ("f32", "f64"))
    assert all(column.type in TYPES for column in table.columns)


@pytest.mark.parametrize("name", tables())
def test_a_written_table_has_the_defined_schema(name, small_folder):
    assert pq.read_schema(small_folder / f"{name}.parquet").equals(schema(name))


@pytest.mark.parametrize("name", tables())
def test_a_table_in_memory_equals_the_one_on_disk(name, small_model, small_run):
    assert small_model.recorder.table(name).equals(small_run.table(name))


@pytest.mark.parametrize("name", DAILY)
def test_daily_tables_run_from_day_zero_to_the_last(name, small_model):
    days = small_model.recorder.table(name)["day"].to_pylist()

    assert sorted(set(days)) == list(range(31))


def test_every_event_is_of_a_known_kind(small_model):
    assert set(small_model.recorder.table("events")["kind"].to_pylist()) <= set(kinds())


def test_dyads_are_unordered_pairs_by_alphabet(small_model):
    table = small_model.recorder.table("dyads")
    pairs = zip(table["actor_a"].to_pylist(), table["actor_b"].to_pylist(), strict=True)

    assert all(a < b for a, b in pairs)
    assert table.num_rows == 31 * 6  # four actors make six pairs


def test_actors_names_objectives_of_their_owner(small_model):
    scenario = small_model.theatre.scenario
    found = {
        (row["actor"], row["objective"])
        for row in small_model.recorder.table("actors").to_pylist()
    }

    assert found == {(a.id, spec.id) for a in scenario.actors for spec in a.objectives}


def test_a_decision_carries_the_words_behind_it(small_model):
    scenario = small_model.theatre.scenario
    rows = small_model.recorder.table("decisions").to_pylist()
    spoken = [row for row in rows if row["objective"]]

    assert spoken
    for row in spoken:
        sentence = scenario.documents[row["document"]].sentences[row["sentence"]]
        assert row["quote"].lower() in sentence.lower()
        assert sum(value for _, value in row["terms"]) == pytest.approx(row["utility"])


def test_a_flashpoint_is_the_danger_of_the_coming_days(small_model):
    recorder = small_model.recorder
    window = recorder.wanted.flashpoint.window_days
    rows = [
        row for row in recorder.table("hazards").to_pylist() if row["site_id"] == "T13"
    ]
    risk = [row["risk"] for row in rows]

    for row in rows:
        ahead = risk[row["day"] + 1 : row["day"] + 1 + window]
        assert row["flashpoint"] == pytest.approx(sum(ahead), abs=1e-12)
        assert row["window"] == len(ahead)


def test_losses_by_cell_add_up_to_the_losses_of_the_actors(small_model):
    recorder = small_model.recorder
    by_cell = recorder.table("losses").to_pandas().groupby("actor", observed=True)
    actors = recorder.table("actors").to_pandas()
    last = actors[actors["day"] == 30].drop_duplicates("actor").set_index("actor")

    for actor, rows in by_cell:
        assert rows["killed_wounded"].sum() == pytest.approx(
            last.loc[actor, "killed_wounded"]
        )


def test_names_below_zero_mean_none():
    column = names(np.array([1, -1, 0]), ["a", "b"])

    assert column.to_pylist() == ["b", None, "a"]


def test_a_name_that_stands_twice_is_one_name():
    column = names(np.array([0, 1, 2]), ["hold", "attack", "hold"])

    assert column.to_pylist() == ["hold", "attack", "hold"]
    assert column.dictionary.to_pylist() == ["hold", "attack"]


def test_a_table_without_a_column_is_refused():
    with pytest.raises(KeyError, match="satisfaction"):
        built("actors", {"day": [0], "actor": ["a"], "objective": ["o"]})


def test_the_documented_tables_are_the_defined_ones():
    assert (ROOT / "docs/tables.md").read_text() == documented() + "\n"


def test_types_are_arrow_types():
    assert all(isinstance(kind, pa.DataType) for kind in TYPES.values())
    assert defined.schema("events").field("amount").metadata[b"unit"] == b"by kind"
