"""A study is read whole and right, or refused with every mistake at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from experiments.problems import StudyError
from experiments.space import Reach, resolve
from experiments.study import STUDIES, load_study, parse_study

HEAD = """
name = "trial"
title = "A trial"
scenario = "two_valleys"
replicates = 3
outcome = "tonnes.delivered"
"""


@dataclass
class Valley:
    """A scenario with three paths, one of them without a range."""

    horizon_days: int = 60
    reaches: Mapping[str, Reach] = field(
        default_factory=lambda: {
            "fight.attrition": Reach(0.02, 0.005, 0.06),
            "move.speed": Reach(15.0, 10.0, 20.0),
            "relations.a.b.air_channel": Reach(True),
        }
    )

    def canonical(self, path):
        return path

    def refusals(self, overrides, changes=()):
        return [
            f"{path}: must not be negative (got {value})"
            for path, value in overrides.items()
            if isinstance(value, float) and value < 0
        ] + [f"{change.path}: unknown path" for change in changes]


def read(folder: Path, text: str):
    file = folder / "trial.toml"
    file.write_text(HEAD + text)
    study, file = parse_study(file)
    return resolve(study, Valley(), file=file)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(StudyError) as caught:
        read(folder, text)
    return list(caught.value.problems)


def test_a_range_and_the_days_come_from_the_scenario_when_not_given(tmp_path):
    study = read(
        tmp_path,
        '[design]\nkind = "lhs"\n[[factors]]\npath = "fight.attrition"\nhigh = 0.05',
    )

    assert (study.factors[0].low, study.factors[0].high) == (0.005, 0.05)
    assert study.days == 60


def test_every_mistake_of_form_is_reported_at_once(tmp_path):
    found = problems(
        tmp_path,
        'replicats = 2\nmap_days = ["x"]\n[design]\nkind = "cube"\n'
        '[[factors]]\npath = "fight.attrition"\nlow = nan',
    )

    assert found == [
        "trial.toml: map_days[0]: Input should be a valid integer (got 'x')",
        "trial.toml: design.kind: unknown (got 'cube'); known: grid, lhs, list, "
        "morris, sobol",
        "trial.toml: factors[0].low: Input should be a finite number (got nan)",
        "trial.toml: replicats: unknown key; did you mean 'replicates'?",
    ]


def test_every_mistake_against_the_scenario_is_reported_at_once(tmp_path):
    found = problems(
        tmp_path,
        '[design]\nkind = "sobol"\nn = 12\n'
        '[[factors]]\npath = "fight.atrition"\n'
        '[[factors]]\npath = "relations.a.b.air_channel"\n'
        '[[factors]]\npath = "move.speed"\nlow = 30.0\n'
        '[[factors]]\nname = "arm"\n'
        "[set]\n'move.speed' = -3.0\n"
        '[[interventions]]\nday = 3\npath = "nowhere"\nvalue = 1\n',
    )

    assert found == [
        "trial.toml: design.n: must be a power of two (got 12)",
        "trial.toml: factors[0].path: no such path (got 'fight.atrition'); did you "
        "mean 'fight.attrition'?",
        "trial.toml: factors[1]: 'relations.a.b.air_channel' has no plausible range in "
        "the scenario; give low and high, or levels",
        "trial.toml: factors[2]: low must be below high (got 30 and 20)",
        "trial.toml: factors[3].arms: missing",
        "trial.toml: set: move.speed: must not be negative (got -3.0)",
        "trial.toml: set: nowhere: unknown path",
    ]


def complaints(folder: Path, text: str) -> list[str]:
    """Return what is said of a file and its scenario together, without the values."""
    file = folder / "trial.toml"
    file.write_text(text)
    with pytest.raises(StudyError) as caught:
        load_study(file)
    return [problem.split(" (got")[0] for problem in caught.value.problems]


def test_mistakes_of_form_do_not_hide_those_against_the_scenario(tmp_path):
    found = complaints(
        tmp_path,
        HEAD.replace("replicates = 3", "replicates = 3\ndays = -5")
        + """
        [design]
        kind = "grid"
        [[factors]]
        path = "fight.attritoin"
        levels = [0.01]
        [[factors]]
        path = "fight.attrition"
        levels = [0.01]
        day = -1.0
        """,
    )

    assert found == [
        "trial.toml: days: Input should be greater than or equal to 1",
        "trial.toml: factors[1].day: Input should be greater than or equal to 0",
        "trial.toml: factors[0].path: no such path",
    ]


def test_a_mistake_in_the_design_does_not_hide_those_in_the_factors(tmp_path):
    found = complaints(
        tmp_path,
        HEAD + '[design]\nkind = "lhs"\npionts = 9\n'
        '[[factors]]\npath = "fight.attritoin"\n'
        '[[factors]]\npath = "fight.noise"\nlow = 30.0\n',
    )

    assert found == [
        "trial.toml: design.pionts: unknown key; did you mean 'points'?",
        "trial.toml: factors[0].path: no such path",
        "trial.toml: factors[1]: low must be below high",
    ]


def test_a_value_that_the_scenario_refuses_is_refused_before_anything_runs(tmp_path):
    found = problems(
        tmp_path,
        '[design]\nkind = "grid"\n'
        '[[factors]]\npath = "fight.attrition"\nlevels = [-1.0, 0.01]',
    )

    assert found == [
        "trial.toml: factors[0]: fight.attrition: must not be negative (got -1.0)"
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name = ", "trial.toml: not TOML: Invalid value (at end of document)"),
        (b"\xff\xfe", "trial.toml: not UTF-8 at byte 0"),
        (b"a" * 1_000_001, "trial.toml: larger than 1000000 bytes"),
    ],
)
def test_a_file_that_is_no_study_gets_one_clear_line(tmp_path, content, message):
    (tmp_path / "trial.toml").write_bytes(content)

    with pytest.raises(StudyError) as caught:
        parse_study(tmp_path / "trial.toml")

    assert str(caught.value) == message


def test_a_missing_study_names_the_shipped_ones():
    with pytest.raises(StudyError, match="No such file or directory; shipped studies"):
        parse_study("quik")


def test_too_many_sobol_factors_are_sent_to_screening(tmp_path):
    rows = "".join(
        f'[[factors]]\nname = "f{n}"\narms = [{{name = "a"}}, {{name = "b"}}]\n'
        for n in range(9)
    )

    assert problems(tmp_path, '[design]\nkind = "sobol"\n' + rows) == [
        "trial.toml: factors: 9 are too many for a sobol design (at most 8); screen "
        "with a morris design first"
    ]


def test_a_listed_design_is_inside_the_study_with_all_its_values(tmp_path):
    (tmp_path / "points.csv").write_text(
        "move.speed,relations.a.b.air_channel\n11,true\n12.5,false\n"
    )
    study = read(tmp_path, '[design]\nkind = "list"\nfile = "points.csv"')

    assert [factor.levels for factor in study.factors] == [(11, 12.5), (True, False)]


@pytest.mark.parametrize("name", ["../points.csv", "/etc/passwd", "none.csv"])
def test_a_listed_design_lies_beside_its_study(tmp_path, name):
    (tmp_path / "points.csv").write_text("move.speed\n11\n")
    folder = tmp_path / "studies"
    folder.mkdir()

    found = problems(folder, f'[design]\nkind = "list"\nfile = "{name}"')

    assert found == [
        f"trial.toml: design.file: no such file beside the study (got {name!r})"
    ]


def test_the_study_in_the_documentation_is_valid(tmp_path):
    page = Path(__file__).parent.parent / "docs" / "experiments.md"
    file = tmp_path / "attrition.toml"
    file.write_text(page.read_text("utf-8").split("```toml\n")[1].split("```")[0])

    assert load_study(file).factors[0].low is not None


@pytest.mark.parametrize("file", sorted(STUDIES.glob("*.toml")), ids=lambda f: f.stem)
def test_every_shipped_study_is_valid(file):
    study = load_study(file)

    assert study.name == file.stem
    assert study.title
    assert study.question
