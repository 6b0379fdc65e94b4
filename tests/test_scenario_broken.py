"""A wrong or hostile scenario is refused whole, with a message that says where."""

import os
import shutil
import time
import tomllib
from pathlib import Path

import pytest

from abm import theatre
from abm.scenario import ScenarioError, load_scenario
from abm.scenario.files import MAX_BYTES, MAX_FILES
from abm.scenario.load import SHIPPED

TABLE = Path(__file__).parent / "data/broken/mistakes.toml"
MISTAKES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["mistake"]


@pytest.fixture
def folder(tmp_path):
    """A copy of the small scenario."""
    return Path(shutil.copytree(SHIPPED / "two_valleys", tmp_path / "two_valleys"))


def edit(folder, file, find, replace):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert find in text
    path.write_text(text.replace(find, replace, 1), encoding="utf-8")


def problems(folder):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(folder)
    return list(caught.value.problems)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["name"])
def test_a_mistake_is_explained(mistake, folder):
    edit(folder, mistake["file"], mistake["find"], mistake["replace"])

    assert problems(folder) == mistake["says"]


def test_every_mistake_of_the_table_has_its_message_and_its_own_name():
    names = [mistake["name"] for mistake in MISTAKES]

    assert len(set(names)) == len(names)
    assert all(mistake["says"] for mistake in MISTAKES)


def test_mistakes_of_all_kinds_are_reported_at_once(folder):
    edit(folder, "scenario.toml", "tick_hours = 6", 'tick_hours = "six"')
    edit(folder, "actors/raiders.toml", "weight = 0.4", "weight = 0.1")
    edit(folder, "actors/hillfolk.toml", "risk_aversion", "risk_aversoin")
    edit(folder, "forces.csv", ",1200,840,", ",nan,840,")
    edit(folder, "parameters/control.toml", 'unit = "day"', 'unit = "h"')

    files = {problem.partition(":")[0] for problem in problems(folder)}

    assert {
        "scenario.toml",
        "actors/hillfolk.toml",
        "forces.csv",
        "parameters/control.toml",
    } <= files


def test_a_broken_file_hides_no_mistake_in_another(folder):
    edit(folder, "actors/hillfolk.toml", "risk_aversion", "risk_aversoin")
    edit(folder, "actors/raiders.toml", "weight = 0.4", "weight = 0.1")
    edit(folder, "actors/aurelia.toml", 'sites = ["T04"]', 'sites = ["T40"]')
    edit(folder, "sites.csv", "T05,Rivertown,,10.02,9.96", "T05,Rivertown,,10.02,99.6")

    assert problems(folder) == [
        "actors/hillfolk.toml: risk_aversion: missing",
        "actors/hillfolk.toml: risk_aversoin: unknown key; "
        "did you mean 'risk_aversion'?",
        "actors/raiders.toml: objective: weights sum to 0.7, not 1",
        "actors/aurelia.toml: objective[0].target.sites: unknown (got 'T40'); "
        "did you mean 'T14'?",
        "sites.csv: T05: off the map (got lon 99.6, lat 10.02); "
        "the map is lon 9.55 to 10.45, lat 9.55 to 10.45",
    ]


def test_objectives_may_not_depend_on_each_other_in_a_circle(folder):
    edit(folder, "actors/aurelia.toml", 'type = "protect"', 'type = "support"')
    edit(
        folder,
        "actors/aurelia.toml",
        'target = { actor = "hillfolk" }',
        'target = { actor = "hillfolk", objective = "help_tarn_road" }',
    )
    edit(
        folder,
        "actors/hillfolk.toml",
        'objective = "tarn_road"',
        'objective = "guard_hillfolk"',
    )

    assert problems(folder) == [
        "actors/: objectives in a circle (got aurelia.guard_hillfolk -> "
        "hillfolk.help_tarn_road -> aurelia.guard_hillfolk); change one"
    ]


def every_file():
    root = SHIPPED / "two_valleys"
    found = (path.relative_to(root).as_posix() for path in root.rglob("*.*"))
    data = (".toml", ".csv", ".geojson")
    return sorted(n for n in found if n.endswith(data) and not n.startswith("_"))


OPTIONAL = {"aliases.toml"}


@pytest.mark.parametrize("name", every_file())
def test_a_missing_file_is_named(name, folder):
    (folder / name).unlink()
    if name in OPTIONAL:
        load_scenario(folder)
        return

    said = problems(folder)

    stem = Path(name).stem
    assert any(name in problem or stem in problem for problem in said)
    assert all(len(problem) < 500 for problem in said)


@pytest.mark.parametrize("name", every_file())
@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b" \n\n", "empty"), (b"caf\xe9 = 1\n", "not UTF-8 (byte 3)")],
    ids=["empty", "blank", "not UTF-8"],
)
def test_a_file_without_readable_content_is_named(name, content, says, folder):
    (folder / name).write_bytes(content)

    assert f"{name}: {says}" in problems(folder)


@pytest.mark.parametrize("name", ["scenario.toml", "sites.csv", "map/roads.geojson"])
def test_a_file_over_the_size_limit_is_refused_unread(name, folder):
    with (folder / name).open("ab") as file:
        file.truncate(MAX_BYTES + 1)

    wanted = f"{name}: larger than {MAX_BYTES} bytes (got {MAX_BYTES + 1})"
    assert wanted in problems(folder)


def test_a_folder_of_very_many_files_is_refused(folder):
    for number in range(MAX_FILES + 1):
        (folder / f"note{number}.md").write_text("x")

    assert any(f"more than {MAX_FILES} files" in line for line in problems(folder))


@pytest.mark.parametrize("name", ["sites.csv", "actors/raiders.toml"])
def test_a_link_out_of_the_folder_is_refused(name, folder, tmp_path):
    outside = tmp_path / "outside"
    shutil.move(folder / name, outside)
    (folder / name).symlink_to(outside)

    wanted = "symbolic link out of the scenario folder; copy the file instead"
    assert f"{name}: {wanted}" in problems(folder)


def test_a_linked_folder_is_refused(folder, tmp_path):
    shutil.move(folder / "map", tmp_path / "elsewhere")
    (folder / "map").symlink_to(tmp_path / "elsewhere")

    wanted = "map: symbolic link out of the scenario folder; copy the file instead"
    assert wanted in problems(folder)


def test_a_link_within_the_folder_is_refused_too(folder):
    (folder / "again.csv").symlink_to(folder / "sites.csv")

    assert problems(folder) == ["again.csv: symbolic link; copy the file instead"]


def test_a_link_to_itself_is_refused(folder):
    (folder / "again.csv").symlink_to(folder / "again.csv")

    (said,) = problems(folder)
    assert said.startswith("again.csv: symbolic link")


@pytest.mark.parametrize("name", ["sites.csv", "scenario.toml", "interventions.toml"])
def test_a_folder_in_place_of_a_file_is_named(name, folder):
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()

    assert f"{name}: not a regular file" in problems(folder)


@pytest.mark.parametrize("name", [b"caf\xe9.toml", b"a\nb.toml", b"\x1b[2J.toml"])
def test_a_file_name_that_is_no_text_is_shown_as_characters_that_can_be(name, folder):
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("x = 1")

    said = problems(folder)

    assert len(said) == 1
    assert said[0].isprintable()
    assert said[0].endswith("characters that are no text; rename it")


def test_a_key_of_any_length_and_kind_is_repeated_on_one_readable_line(folder):
    with (folder / "aliases.toml").open("a") as file:
        file.write(f'"{"k" * 100_000}\\u001b[2J\\nabm: sound" = ["nobody"]\n')

    said = problems(folder)

    assert len(said) == 1
    assert len(said[0]) < 1500
    assert said[0].isprintable()


def test_a_long_table_is_read_in_a_time_that_grows_with_its_rows(folder):
    path = folder / "sites.csv"
    row = path.read_text(encoding="utf-8").splitlines()[5]
    with path.open("a", encoding="utf-8") as file:
        for number in range(15_000):
            file.write(row.replace("T05", f"Z{number}") + "\n")
        file.write("x,y\n")

    start = time.process_time()
    said = problems(folder)

    assert "sites.csv: line 15021: not as many cells as columns" in said
    assert time.process_time() - start < 10


def test_more_formations_than_a_run_can_hold_are_refused(folder):
    edit(folder, "forces.csv", ",1200,840,1680,", ",1e9,840,1e9,")

    with pytest.raises(ScenarioError, match=r"F01\.personnel: some 2000021 formations"):
        theatre.build(load_scenario(folder))


@pytest.mark.parametrize("side", [1e-300, 0.01, 1e300])
def test_cells_of_a_size_that_no_run_can_have_are_refused(side):
    with pytest.raises(ScenarioError, match=r"take (larger|smaller) cells"):
        theatre.build(load_scenario("two_valleys"), side)


def test_a_start_in_another_time_zone_is_taken_in_utc(folder):
    edit(folder, "scenario.toml", "T18:00:00Z", "T20:00:00+02:00")

    calendar = load_scenario(folder).calendar

    assert calendar.at(0) == load_scenario("two_valleys").calendar.at(0)
    assert calendar.at(0).hour == 18


def test_a_layer_may_be_named_with_a_dot_in_front(folder):
    edit(folder, "scenario.toml", "map/rivers.geojson", "./map/rivers.geojson")

    assert load_scenario(folder).layers["rivers"].features


def test_a_pipe_is_not_waited_for(folder):
    (folder / "sites.csv").unlink()
    os.mkfifo(folder / "sites.csv")

    assert "sites.csv: not a regular file" in problems(folder)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("rules.toml", "a = " + "[" * 20_000, "nested too deeply"),
        ("rules.toml", "a = " + "9" * 5000, "not valid TOML"),
        ("rules.toml", "a = 0x" + "f" * 9000, "a: beyond any number here"),
        ("rules.toml", ".".join(["a"] * 3000) + " = 1", "line 1: more than 400 dots"),
        ("sites.csv", "id\n" + "a\n" * 30_000, "more than 20000 rows"),
        ("sites.csv", "id\n\x1b[2J\n", "line 2: a control character"),
        ("areas.geojson", "[" * 200_000, "nested too deeply"),
        ("areas.geojson", '{"type": "FeatureCollection"}', "features: missing"),
        ("areas.geojson", "[]", "not a GeoJSON FeatureCollection"),
        ("sites.csv", "id,name\nT01," + "x" * 200_000 + "\n", "not valid CSV"),
        ("sites.csv", "id,name\n", "no rows"),
        ("sites.csv", "id,id\na,b\n", "two columns of one name"),
        ("sites.csv", 'id,name\n"T01,x\n', "not valid CSV"),
    ],
)
def test_a_malicious_file_is_answered_not_crashed_on(file, content, says, folder):
    (folder / file).write_text(content, encoding="utf-8")

    assert any(p.startswith(f"{file}: {says}") for p in problems(folder))


def test_a_misspelled_file_name_is_pointed_out(folder):
    (folder / "relations.toml").rename(folder / "relation.toml")

    said = problems(folder)

    assert "relations.toml: missing file" in said
    assert "relation.toml: unknown file; did you mean 'relations.toml'?" in said


def test_an_actor_without_objectives_is_refused(folder):
    path = folder / "actors/raiders.toml"
    path.write_text(path.read_text().partition("[[objective]]")[0])

    assert problems(folder) == [
        "actors/raiders.toml: objective: empty; write at least one"
    ]


def test_an_actor_may_not_name_itself_or_its_patrons_in_its_file(folder):
    edit(folder, "actors/raiders.toml", "name =", 'id = "bandits"\nname =')
    edit(folder, "actors/hillfolk.toml", "name =", "patrons = []\nname =")

    assert problems(folder)[:2] == [
        "actors/hillfolk.toml: patrons: unknown key; see relations",
        "actors/raiders.toml: id: unknown key; the file's name 'raiders' is the id",
    ]


def test_an_empty_folder_says_what_a_scenario_has(tmp_path):
    assert problems(tmp_path) == [
        f"{tmp_path.name}: empty folder; a scenario has a scenario.toml"
    ]


@pytest.mark.parametrize("name", ["two_valeys", "../two_valleys", "\0", "x" * 5000])
def test_an_unknown_name_is_answered(name):
    said = problems(name)

    assert len(said) == 1
    assert "no scenario and no folder" in said[0]


def test_a_misspelled_name_gets_the_nearest():
    assert problems("two_valeys") == [
        "'two_valeys': no scenario and no folder; did you mean 'two_valleys'?"
    ]


def test_hidden_files_and_notes_are_passed_over(folder):
    before = load_scenario(folder).hash
    (folder / ".notes.toml").write_text("nonsense [")

    assert load_scenario(folder).hash == before
