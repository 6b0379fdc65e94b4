"""The command line: quick help, one clear line for each mistake, and exit codes."""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from abm.cli import ARROW_POOL, main
from abm.cli.parser import parser
from abm.cli.running import command
from abm.metrics import schema


def said(capsys, *words):
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


def test_help_imports_nothing_heavy():
    heavy = {"mesa", "numba", "numpy", "pandas", "pyarrow", "solara", "pydantic"}
    code = (
        "import sys, contextlib, io\n"
        "from abm.cli import main\n"
        "with contextlib.suppress(SystemExit), "
        "contextlib.redirect_stdout(io.StringIO()):\n    main(['--help'])\n"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_a_command_takes_memory_from_the_system_and_what_is_set_stays_set():
    look = (
        "from abm.cli import main; main(['paths', 'fight.reach']); "
        "import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    )

    def backend(**changes):
        plain = {k: v for k, v in os.environ.items() if k != ARROW_POOL[0]}
        found = subprocess.run(
            [sys.executable, "-c", look],
            env=plain | changes,
            capture_output=True,
            text=True,
            check=True,
        )
        return found.stdout.split()[-1]

    assert backend() == "system"
    assert backend(ARROW_DEFAULT_MEMORY_POOL="mimalloc") == "mimalloc"


def test_a_whole_run_does_without_pandas(tmp_path):
    asked = [
        "run",
        "two_valleys",
        "--days",
        "2",
        "--json",
        "--out",
        str(tmp_path / "x"),
    ]
    look = (
        f"import sys; from abm.cli import main; main({asked}); "
        "print('pandas._libs' in sys.modules, file=sys.stderr)"
    )

    found = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True
    )

    assert found.stderr.split()[-1] == "False"


COMMANDS = next(
    action.choices
    for action in parser()._actions
    if isinstance(action, argparse._SubParsersAction)
)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_teaches_with_examples_that_it_accepts(name, capsys):
    with pytest.raises(SystemExit):
        main([name, "--help"])
    _, _, shown = capsys.readouterr().out.partition("\nexamples:\n")
    examples = [
        line.strip().partition("  ")[0]
        for line in shown.splitlines()
        if line.startswith("  abm ")
    ]
    assert any(one.split()[1] == name for one in examples)
    for one in examples:
        words = shlex.split(one)[1:]
        assert parser().parse_args(words).command is not None, one


def test_a_run_prints_one_json_object(tmp_path, capsys):
    code, out, _ = said(
        capsys,
        "run",
        "two_valleys",
        "--seed",
        3,
        "--days",
        4,
        "--json",
        "--out",
        tmp_path / "run",
    )
    found = json.loads(out)

    assert code == 0
    assert found.keys() == {
        "seed",
        "scenario",
        "digest",
        "ticks",
        "wall_s",
        "outcomes",
    }
    assert (found["seed"], found["scenario"], found["ticks"]) == (3, "two_valleys", 16)
    jsonschema.validate(found["outcomes"], schema())
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert manifest["digest"] == found["digest"]
    assert manifest["command"] == "abm run two_valleys --seed 3 --days 4"


def test_a_run_in_words_tells_dates_holders_objectives_and_losses(tmp_path, capsys):
    code, out, _ = said(
        capsys, "run", "two_valleys", "--days", 6, "--out", tmp_path / "run"
    )

    assert code == 0
    for words in (
        "Key dates",
        "Stonekeep is relieved",
        "Who holds what",
        "What Crown of Aurelia wanted",
        'C2: "will have the keep relieved"',
        "Incidents between parties not at war",
        "Losses, persons",
    ):
        assert words in out


def test_a_run_of_no_days_writes_the_initial_state(tmp_path, capsys):
    folder = tmp_path / "run"

    code, out, _ = said(
        capsys, "run", "two_valleys", "--days", 0, "--json", "--out", folder
    )

    assert code == 0
    assert json.loads(out)["ticks"] == 0
    assert (folder / "map.png").stat().st_size > 1000


def test_the_folder_is_named_after_scenario_seed_and_digest(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)

    _, out, _ = said(capsys, "run", "two_valleys", "--days", 1, "--seed", 9, "--json")
    digest = json.loads(out)["digest"]

    assert [path.name for path in (tmp_path / "runs").iterdir()] == [
        f"two_valleys-9-{digest[:8]}"
    ]


def test_a_run_can_be_repeated_when_its_file_of_changes_is_gone(tmp_path, capsys):
    changes = tmp_path / "mine.toml"
    changes.write_text(
        '[[intervention]]\nday = 1\npath = "fight.attrition"\nvalue = 0.05\n'
        'note = "a test"\n'
    )
    first, again = tmp_path / "first", tmp_path / "again"
    asked = ("run", "two_valleys", "--days", 3, "--json")
    _, out, _ = said(capsys, *asked, "--interventions", changes, "--out", first)
    changes.unlink()

    line = json.loads((first / "manifest.json").read_text())["command"]
    code, second, _ = said(capsys, *shlex.split(line)[1:], "--json", "--out", again)

    assert code == 0
    assert json.loads(second)["digest"] == json.loads(out)["digest"]


def test_the_command_that_repeats_a_run_names_every_change():
    words = [
        "run",
        "two_valleys",
        "--seed",
        "4",
        "--cell-km",
        "10",
        "--days",
        "7",
        "--set",
        "fight.attrition=0.02",
        "--set",
        "relations.a.b.stance=war",
        "--interventions",
        "my changes.toml",
    ]

    line = command(parser().parse_args(words), 4)

    assert line == (
        "abm run two_valleys --seed 4 --days 7 --cell-km 10 "
        "--set fight.attrition=0.02 --set relations.a.b.stance=war "
        "--interventions 'my changes.toml'"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "two_vallies"), "did you mean 'two_valleys'"),
        (("run", "two_valleys", "--set", "fight.atrition=1"), "did you mean"),
        (("run", "two_valleys", "--set", "fight.attrition"), "not PATH=VALUE"),
        (("run", "two_valleys", "--set", "fight.attrition=nan"), "fight.attrition"),
        (("run", "two_valleys", "--interventions", "none.toml"), "none.toml"),
        (("validate", "nowhere"), "no scenario and no folder"),
        (("paths", "nonsense"), "nonsense: no path matches"),
        (("why", "nowhere", "--actor", "a", "--day", "1"), "not a run"),
        (("export", "nowhere", "--png", "x.png"), "not a run"),
        (("export", "nowhere"), "nothing to write"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_two(
    words, message, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)

    code, out, err = said(capsys, *words)

    assert code == 2
    assert message in err
    assert err.startswith("abm: ")
    assert "Traceback" not in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--seed", "-1"),
        ("run", "--seed", "x"),
        ("run", "--cell-km", "0"),
        ("run", "--cell-km", "nan"),
        ("run", "--days", "1.5"),
        ("why", "r", "--day", "1"),
        ("why", "r", "--day", "1", "--actor", "a", "--formation", "b"),
        ("fly",),
        (),
    ],
)
def test_an_impossible_option_ends_with_usage_and_two(words, capsys):
    with pytest.raises(SystemExit) as stop:
        main(list(words))

    assert stop.value.code == 2
    assert "usage: abm" in capsys.readouterr().err


def test_another_folder_is_never_overwritten(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")

    code, _, err = said(
        capsys, "run", "two_valleys", "--days", 1, "--json", "--out", tmp_path
    )

    assert code == 2
    assert "not empty and not a run" in err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_control_answers_at_points_and_keeps_their_columns(
    small_folder, tmp_path, capsys
):
    points = tmp_path / "points.csv"
    points.write_text("name,lon,lat\nAurel,9.66,10.02\nfar,60.0,10.0\n")

    code, out, _ = said(
        capsys, "control", small_folder, "--day", 0, "--points", points, "--json"
    )

    assert code == 0
    assert json.loads(out) == [
        {
            "name": "Aurel",
            "lon": "9.66",
            "lat": "10.02",
            "holder": "aurelia",
            "bloc": "crown",
        },
        {"name": "far", "lon": "60.0", "lat": "10.0", "holder": None, "bloc": None},
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "needs a header with lon and lat"),
        ("x,y\n1,2\n", "needs a header with lon and lat (got x, y)"),
        ("lon,lat\n1,north\n", "line 2.lat: not degrees (got 'north')"),
        ("lon,lat\n1,2\n,3\n", "line 3.lon: not degrees (got '')"),
        ("lon,lat\n1\n", "line 2.lat: not degrees (got None)"),
        ("lon,lat\nnan,2\n", "line 2.lon: not degrees (got 'nan')"),
    ],
)
def test_points_that_are_none_are_named(text, message, small_folder, tmp_path, capsys):
    points = tmp_path / "points.csv"
    points.write_text(text)

    code, _, err = said(capsys, "control", small_folder, "--day", 0, "--points", points)

    assert code == 2
    assert message in err


@pytest.mark.parametrize("path", ["/dev/zero", "."])
def test_points_are_read_from_a_regular_file_only(path, small_folder, capsys):
    code, _, err = said(capsys, "control", small_folder, "--day", 0, "--points", path)

    assert code == 2
    assert err == f"abm: {path}: not a regular file\n"


@pytest.mark.parametrize("path", ["/dev/zero", "."])
def test_interventions_are_read_from_a_regular_file_only(path, tmp_path, capsys):
    words = ("run", "two_valleys", "--days", 0, "--out", tmp_path / "run")

    code, _, err = said(capsys, *words, "--interventions", path)

    assert code == 2
    assert err.endswith(": not a regular file\n")


def test_a_seed_that_no_column_can_hold_is_one_clear_error(tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        main(["run", "two_valleys", "--seed", "9" * 30, "--out", str(tmp_path / "run")])

    assert left.value.code == 2
    assert "argument --seed: more than 9223372036854775807" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("decisions.parquet", b"", "no table of a run; run it again"),
        ("decisions.parquet", None, "missing; run it again"),
        ("manifest.json", b'{"grid": {}}', "not the manifest of a run; run it again"),
    ],
)
def test_a_run_with_a_broken_file_is_named(
    name, content, says, small_folder, tmp_path, capsys
):
    broken = Path(shutil.copytree(small_folder, tmp_path / "broken"))
    if content is None:
        (broken / name).unlink()
    else:
        (broken / name).write_bytes(content)

    code, _, err = said(capsys, "why", broken, "--actor", "raiders", "--day", 12)

    assert code == 2
    assert err == f"abm: {broken / name}: {says}\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"PK", "no frames of a run"), (b"", "no frames of a run"), (None, "missing")],
)
def test_frames_that_are_none_are_named(content, says, small_folder, tmp_path, capsys):
    points = tmp_path / "points.csv"
    points.write_text("lon,lat\n9.66,10.02\n")
    broken = Path(shutil.copytree(small_folder, tmp_path / "broken"))
    (broken / "frames.npz").unlink()
    if content is not None:
        (broken / "frames.npz").write_bytes(content)

    code, _, err = said(capsys, "control", broken, "--day", 0, "--points", points)

    assert code == 2
    assert err == f"abm: {broken / 'frames.npz'}: {says}; run it again\n"


def test_why_tells_mission_terms_belief_and_sentence(small_folder, capsys):
    code, out, _ = said(capsys, "why", small_folder, "--actor", "raiders", "--day", 12)

    assert code == 0
    for words in (
        "Raiders on day 12, 13 May 1903",
        "What it is worth to Raiders",
        "in all; drawn on top",
        "Enemy believed there",
        "Because:",
        "C11",
    ):
        assert words in out


def test_why_answers_what_would_have_been(small_folder, capsys):
    code, out, _ = said(
        capsys,
        "why",
        small_folder,
        "--actor",
        "raiders",
        "--day",
        4,
        "--without",
        "keep_towns",
        "--set",
        "decide.success_ratio=3.0",
    )

    assert code == 0
    assert (
        "Had it decided without keep_towns and with decide.success_ratio = 3.0" in out
    )
    assert "The code has changed" not in out


def test_why_without_a_change_would_be_the_same(small_folder, small_run, capsys):
    value = small_run.scenario.parameters.decide.success_ratio

    _, out, _ = said(
        capsys,
        "why",
        small_folder,
        "--actor",
        "raiders",
        "--day",
        4,
        "--set",
        f"decide.success_ratio={value}",
    )

    assert "it would still have chosen" in out
    assert "it would not have chosen" not in out
    assert "instead or besides" not in out


@pytest.mark.parametrize("pair", ["us.russia", "russia.us"])
@pytest.mark.parametrize("form", ["relations.{}.air_channel", "relations.{}.air*"])
def test_a_pair_is_found_in_either_order(pair, form, capsys):
    code, out, _ = said(capsys, "paths", form.format(pair), "--json")

    assert code == 0
    assert [one["path"] for one in json.loads(out)] == [
        "relations.russia.us.air_channel"
    ]


def test_paths_list_value_unit_and_range(capsys):
    code, out, _ = said(capsys, "paths", "fight.attrition", "--json")

    assert code == 0
    assert json.loads(out)[0].keys() >= {"path", "value", "unit", "low", "high"}


def test_no_orphans_are_listed(capsys):
    code, out, _ = said(capsys, "trace", "--orphans")

    assert code == 0
    assert out.startswith("0 without a source")


@pytest.mark.parametrize("option", ["--runs", "--days", "--cell-km", "--docs"])
def test_trace_refuses_what_only_a_count_of_runs_would_use(capsys, option):
    code, _, err = said(capsys, "trace", "two_valleys", option, "3")

    assert code == 2
    assert f"{option}: add --activity, or leave it" in err


def test_trace_tells_what_each_sentence_became(capsys):
    code, out, _ = said(capsys, "trace", "two_valleys")

    assert code == 0
    assert "chronicle C2: Queen Aurel will have the keep relieved" in out
    assert "objective aurelia.relieve_keep" in out


def test_a_sound_scenario_is_called_sound(capsys):
    code, out, _ = said(capsys, "validate", "two_valleys")

    assert code == 0
    assert out.startswith("two_valleys: sound. 4 actors")


def test_a_run_is_exported_to_open_formats(small_folder, tmp_path, capsys):
    code, _, _ = said(
        capsys,
        "export",
        small_folder,
        "--day",
        3,
        "--geojson",
        tmp_path / "c.geojson",
        "--geotiff",
        tmp_path / "c.tif",
        "--csv",
        tmp_path / "csv",
        "--png",
        tmp_path / "c.png",
    )
    features = json.loads((tmp_path / "c.geojson").read_text())["features"]

    assert code == 0
    assert {each["properties"]["holder"] for each in features} >= {"aurelia", "raiders"}
    assert (tmp_path / "csv" / "decisions.csv").read_text().startswith('"tick","day"')
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "c.tif").read_bytes()[:2] in (b"II", b"MM")


def test_exported_control_lies_where_it_was(small_folder, small_run, tmp_path, capsys):
    import rasterio

    said(capsys, "export", small_folder, "--day", 3, "--geotiff", tmp_path / "c.tif")
    with rasterio.open(tmp_path / "c.tif") as file:
        assert tuple(file.transform)[:6] == small_run.transform
        assert file.crs.to_epsg() == small_run.epsg
        assert (file.read(1) == small_run.control(3)).all()


def test_abm_can_be_used_from_python():
    from abm import ConflictModel, load_scenario, read_run

    assert callable(ConflictModel)
    assert callable(load_scenario)
    assert callable(read_run)
