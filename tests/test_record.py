"""Frames, chunks and the folder of a run: what goes in comes out, whole or not."""

import json
import shutil

import numpy as np
import pytest

from abm.model import ConflictModel
from abm.record import chunks, write
from abm.record.chunks import TICKS_PER_CHUNK, decode, encode, encode_chunk, layout
from abm.record.frames import (
    AIR,
    CONVOY,
    FORMATION,
    INCIDENT,
    INCIDENT_KINDS,
    NONE16,
    SITE,
    UNITS_PER_CELL,
    Frame,
    frame,
)
from abm.record.log import Today, losses_by_cell
from abm.record.problems import RunError
from abm.record.recorder import Recorder
from abm.record.replay import read_run
from abm.record.tables import tables

PARTS = (
    "holder",
    "contested",
    "sites",
    "formations",
    "air",
    "convoys",
    "incidents",
)


def made(tick, *, cells=21, rng=None):
    """A frame of random content; contested bits past the last cell stay 0."""
    rng = rng or np.random.default_rng(tick)

    def rows(dtype, n):
        raw = rng.integers(0, 256, (n, dtype.itemsize), dtype=np.uint8)
        return raw.view(dtype).reshape(n)

    formations, sites = rows(FORMATION, 5), rows(SITE, 3)
    formations["formation"], sites["site"] = np.arange(5), np.arange(3)
    return Frame(
        tick,
        rng.integers(0, 4, cells).astype(np.uint8),
        np.packbits(rng.random(cells) < 0.3),
        sites,
        formations,
        rows(AIR, tick % 3),
        rows(CONVOY, tick % 2),
        rows(INCIDENT, 1),
    )


def same(one, other):
    return one.tick == other.tick and all(
        np.array_equal(getattr(one, part), getattr(other, part)) for part in PARTS
    )


def test_decoded_chunks_are_the_frames_that_were_encoded():
    frames = [made(tick) for tick in range(70)]

    encoded = encode(frames)
    decoded = [each for chunk in encoded for each in decode(chunk)]

    assert [chunks.ticks_in(chunk) for chunk in encoded] == [32, 32, 6]
    assert all(same(*pair) for pair in zip(frames, decoded, strict=True))


def test_a_chunk_holds_changed_cells_only():
    first = made(0)
    quiet = Frame(1, *(getattr(first, part) for part in PARTS))

    alone, both = len(encode_chunk([first])), len(encode_chunk([first, quiet]))

    # one more tick number and six more counts, 4 bytes each; incidents of 10 bytes:
    # one is padded to 12, two take 20; no cell, site or formation
    assert both - alone == 4 + 6 * 4 + 8


def test_the_layout_describes_every_byte_of_a_row():
    for rows in layout()["sections"].values():
        covered = sum(size for _, _, size in rows["fields"])
        assert covered == rows["size"]


def test_bytes_that_are_no_chunk_are_refused():
    with pytest.raises(ValueError, match="not a chunk of frames"):
        decode(b"nothing of the kind, but long enough")


def test_a_chunk_that_was_cut_short_is_refused():
    with pytest.raises(ValueError, match="cut short"):
        decode(encode_chunk([made(3)])[:-8])


@pytest.mark.parametrize("count", [0, TICKS_PER_CHUNK + 1])
def test_a_chunk_takes_one_to_thirty_two_frames(count):
    with pytest.raises(ValueError, match="takes 1 to 32 frames"):
        encode_chunk([made(tick) for tick in range(count)])


def test_a_garrison_is_drawn_at_its_site(small_model):
    theatre, world = small_model.theatre, small_model.world
    rows = frame(world, theatre).formations
    inside = np.flatnonzero(world.formations.site >= 0)
    site = world.formations.site[inside]

    x = rows["x"][inside] / UNITS_PER_CELL * theatre.grid.cell_km

    assert len(inside)
    np.testing.assert_allclose(
        x, theatre.site_x_km[site], atol=theatre.grid.cell_km / UNITS_PER_CELL
    )


def test_a_formation_without_mission_says_so(small_model):
    world = small_model.world
    rows = frame(world, small_model.theatre).formations
    idle = world.formations.mission < 0

    assert idle.any()
    assert (rows["mission"][idle] == NONE16).all()
    assert (rows["mission"][~idle] == world.formations.mission[~idle]).all()


def test_there_is_a_frame_for_every_tick_and_one_before(small_model, small_run):
    assert len(small_run.frames) == small_model.world.tick + 1
    assert [each.tick for each in small_run.frames] == list(
        range(len(small_run.frames))
    )


def test_the_last_frame_is_the_world(small_model, small_run):
    world = small_model.world
    last = small_run.frames[-1]

    np.testing.assert_array_equal(last.holder, world.cells.holder)
    np.testing.assert_array_equal(last.contested_cells, world.cells.contested)
    np.testing.assert_array_equal(
        last.formations["personnel"], np.rint(world.formations.personnel)
    )


def test_control_of_a_day_is_an_array_with_its_place_on_earth(small_model, small_run):
    theatre = small_model.theatre
    control = small_run.control(0)
    site = theatre.site_row["T01"]
    a, b, c, d, e, f = small_run.transform
    row, column = divmod(int(theatre.site_cell[site]), theatre.grid.width)

    assert control.shape == theatre.grid.shape
    assert (a, b, d, e) == (5000.0, 0.0, 0.0, -5000.0)
    assert (c, f) == (theatre.grid.west_m, theatre.grid.north_m)
    assert small_run.holders[control[row, column]] == "aurelia"
    np.testing.assert_array_equal(control, small_model.recorder.control(0))


def test_a_day_after_the_run_is_refused_by_name(small_run):
    with pytest.raises(RunError, match="no day 31; it has days 0 to 30"):
        small_run.control(31)


def test_formations_of_a_day_come_with_place_and_state(small_run):
    found = small_run.formations(0)

    assert (found["status"] == "active").all()
    assert found["supply"].between(0, 1).all()
    assert found["lon"].between(9.5, 10.5).all()


def test_a_repeated_run_leaves_the_same_frames(small_model):
    again = ConflictModel("two_valleys", rng=5, record=True, collect=False)
    for _ in range(20):
        again.step()

    first = decode(small_model.recorder.all_chunks()[0])[20]

    assert same(first, decode(again.recorder.all_chunks()[0])[20])


def test_recording_changes_nothing():
    with_one = ConflictModel("two_valleys", rng=2, record=True, collect=False)
    without = ConflictModel("two_valleys", rng=2, collect=False)
    for _ in range(12):
        with_one.step()
        without.step()

    assert with_one.digest == without.digest


def test_a_recorder_cut_back_knows_nothing_later(small_model):
    cut = small_model.recorder.until(40)

    assert cut.ticks == 40
    assert len([each for chunk in cut.all_chunks() for each in decode(chunk)]) == 41
    for name in ("events", "decisions", "incidents"):
        ticks = cut.table(name)["tick"].to_pylist()
        assert all(tick < 40 for tick in ticks)
    for name in ("actors", "sites", "dyads", "hazards", "deliveries"):
        assert max(cut.table(name)["day"].to_pylist()) == 10


def test_a_recorder_cut_back_goes_on_like_the_first():
    model = ConflictModel("two_valleys", rng=4, record=True, collect=False)
    while model.world.tick < 36:
        model.step()
    state, cut = model.snapshot(), model.recorder.until(36)
    while model.world.tick < 72:
        model.step()
    whole = model.recorder

    model.restore(state)
    model.recorder = cut
    while model.world.tick < 72:
        model.step()

    assert cut.all_chunks() == whole.all_chunks()
    for name in tables():
        assert cut.table(name).equals(whole.table(name)), name


def test_a_recorder_is_cut_back_at_the_end_of_a_day_only(small_model):
    with pytest.raises(ValueError, match="must end a day"):
        small_model.recorder.until(41)


def test_losses_of_a_day_are_summed_by_cell_and_pair():
    today = Today(kills=[(7, 1, 2, 3.0), (7, 2, 1, 1.0), (7, 1, 2, 0.5)])

    rows = losses_by_cell(today, 4, 3)

    # (7, 1, 2): 3.0 + 0.5
    assert rows.tolist() == [[4, 7, 1, 2, 3.5], [4, 7, 2, 1, 1.0]]


def test_every_kind_of_incident_has_a_place_in_the_frames(small_model):
    kinds = {each.kind for _, each in small_model.recorder.log.incidents}

    assert kinds <= set(INCIDENT_KINDS)


def test_the_folder_holds_what_it_promises(small_folder):
    expected = {f"{name}.parquet" for name in tables()} | {
        "frames.npz",
        "manifest.json",
        "map.png",
        "outcomes.json",
        "scenario",
        "summary.md",
    }

    assert {path.name for path in small_folder.iterdir()} == expected


def test_no_temporary_folder_is_left_behind(small_folder):
    assert [path.name for path in small_folder.parent.iterdir()] == [small_folder.name]


def test_the_manifest_tells_how_to_repeat_the_run(small_folder, small_model):
    manifest = json.loads((small_folder / "manifest.json").read_text())

    assert manifest["digest"] == small_model.digest
    assert manifest["seed"] == 5
    assert manifest["scenario"]["hash"] == small_model.theatre.scenario.hash
    assert manifest["command"] == "abm run ..."
    assert manifest["parameters"]["fight.attrition"] > 0
    assert manifest["versions"]["numpy"] == np.__version__
    assert manifest["calendar"]["tick_hours"] == 6


def test_the_copied_scenario_is_the_one_that_ran(small_run, small_model):
    assert small_run.scenario.hash == small_model.theatre.scenario.hash
    assert small_run.wanted == small_model.recorder.wanted


def test_a_folder_that_is_no_run_is_never_replaced(small_model, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    facts = write.Facts("0" * 64)

    with pytest.raises(FileExistsError, match="not empty and not a run"):
        write.write(small_model.recorder, tmp_path, facts=facts, outcomes={})

    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_run_that_cannot_be_written_whole_leaves_the_old_one(
    small_folder, small_model, tmp_path
):
    folder = shutil.copytree(small_folder, tmp_path / "run")
    before = sorted(path.name for path in folder.iterdir())
    facts = write.Facts("0" * 64)

    with pytest.raises(KeyError):
        write.write(small_model.recorder, folder, facts=facts, outcomes={"days": 1})

    assert sorted(path.name for path in folder.iterdir()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_overrides_and_interventions_are_noted_beside_the_scenario(tmp_path):
    from abm.metrics import outcomes
    from abm.scenario import Intervention, load_scenario

    source = load_scenario("two_valleys").with_overrides({"fight.attrition": 0.02})
    change = Intervention(day=1, path="fight.attrition", value=0.05, note="a test")
    model = ConflictModel(
        source.with_interventions((change,)), rng=1, days=2, record=True, collect=False
    )
    while model.running:
        model.step()
    recorder = model.recorder
    folder = write.write(
        recorder,
        tmp_path / "run",
        facts=write.Facts(model.digest),
        outcomes=outcomes(recorder),
    )
    run = read_run(folder)

    assert run.manifest["overrides"] == {"fight.attrition": 0.02}
    assert "0.05" in (folder / "interventions.toml").read_text()
    assert "0.02" in (folder / "overrides.toml").read_text()
    assert run.scenario.parameters.fight.attrition == 0.02
    assert run.scenario.interventions == (change,)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "no manifest.json in it"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "not JSON"),
        (
            lambda folder: (folder / "manifest.json").write_text("{}"),
            "not the manifest",
        ),
        (shutil.rmtree, "no such folder"),
    ],
)
def test_a_broken_folder_is_named(small_folder, tmp_path, damage, message):
    folder = shutil.copytree(small_folder, tmp_path / "run")
    damage(folder)

    with pytest.raises(RunError, match=message):
        read_run(folder)


def test_a_run_of_no_days_is_the_initial_state():
    model = ConflictModel("two_valleys", rng=1, days=0, record=True, collect=False)
    recorder = model.recorder

    assert not model.running
    assert set(recorder.table("sites")["day"].to_pylist()) == {0}
    assert recorder.table("events").num_rows == 0
    assert isinstance(recorder, Recorder)
