"""The project keeps its own conventions, as far as a machine can tell."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import abm.phases
from abm.scenario import load_scenario
from abm.scenario.paths import values

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*ROOT.glob("abm/**/*.py"), *ROOT.glob("experiments/**/*.py")])
LONGEST_FUNCTION = 40
LONGEST_FILE = 300
MOST_POSITIONAL = 3
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PHASES = "abm/phases/"


def name(path):
    return path.relative_to(ROOT).as_posix()


def functions():
    """Every function as (where, node)."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name(path)}:{node.lineno} {node.name}", node


def code_lines(node):
    """Lines of a function, its docstring left out."""
    first = node.body[0]
    words = 0
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        words = first.end_lineno - first.lineno + 1
    return node.end_lineno - node.lineno + 1 - words


def tracked():
    done = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=True
    )
    return done.stdout.split("\n")[:-1]


def test_every_function_fits_a_screen():
    long = [
        f"{where}: {code_lines(node)}"
        for where, node in functions()
        if code_lines(node) > LONGEST_FUNCTION
        and not where.startswith("abm/kernels.py")
    ]

    assert long == []


def test_every_file_has_one_purpose():
    long = [
        f"{name(path)}: {len(path.read_text().splitlines())}"
        for path in SOURCES
        if path.name != "kernels.py"
        and len(path.read_text().splitlines()) > LONGEST_FILE
    ]

    assert long == []


def test_public_functions_take_three_positional_arguments_at_most():
    many = []
    for where, node in functions():
        plain = [a.arg for a in node.args.posonlyargs + node.args.args]
        given = [arg for arg in plain if arg not in ("self", "cls")]
        private = node.name.startswith("_") or where.startswith("abm/kernels.py")
        if len(given) > MOST_POSITIONAL and not private:
            many.append(f"{where}: {', '.join(given)}")

    assert many == []


def test_no_exception_is_swallowed_whole():
    """Catching everything is for clearing up before it is raised again."""
    broad = [
        f"{name(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)
        and (
            node.type is None
            or (
                isinstance(node.type, ast.Name)
                and node.type.id in ("Exception", "BaseException")
            )
        )
    ]

    assert broad == []


def test_imports_go_downwards_only():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout[-3000:]


def test_every_dependency_is_pinned_for_both_pythons():
    groups = [
        PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"].values(),
    ]
    names = {
        re.match(r"[A-Za-z0-9-]+", each)[0].lower()
        for group in groups
        for each in group
    }
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    pinned = {line.split("==")[0].replace("_", "-") for line in pins}

    assert names <= pinned
    assert all(re.match(r"^[a-z0-9._-]+==[0-9][^ ]*( ; .*)?$", line) for line in pins)


def test_make_offers_what_the_readme_promises():
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", text, flags=re.M))
    told = set(re.findall(r"make ([a-z-]+)", (ROOT / "README.md").read_text()))

    assert told <= targets
    assert {"run", "test", "test-all", "bench", "view", "patterns", "clean"} <= targets


def test_nothing_installed_or_generated_is_committed():
    wrong = re.compile(
        r"(^|/)(\.venv|__pycache__|runs|[^/]+\.egg-info)/|\.(pyc|nbi|nbc)$"
    )

    assert [path for path in tracked() if wrong.search(path)][:5] == []


def test_no_committed_file_names_this_machine():
    wrong = re.compile(
        r"(?<![\w.])/(?:work|root|home/[a-z]+)/[a-z]|https?://(?:10|192\.168|172)\."
    )
    found = [
        path
        for path in tracked()
        if (ROOT / path).is_file()
        and not path.startswith(".venv/")
        and (ROOT / path).suffix in {".py", ".toml", ".md", ".txt", ".json", ".csv", ""}
        and path != "tests/test_project.py"
        and wrong.search((ROOT / path).read_text(errors="replace"))
    ]

    assert found == []


def test_no_rule_has_left_a_note_to_itself():
    notes = [
        f"{name(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d)", line)
    ]

    assert notes == []


def test_nothing_in_the_code_knows_a_scenario():
    places = ("deir", "raqqa", "palmyra", "euphrates", "tanf", "isis", "hezbollah")
    known = []
    for path in SOURCES:
        if name(path).startswith("experiments/"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.If | ast.Compare | ast.Match | ast.Subscript):
                continue
            words = [
                each.value
                for each in ast.walk(node)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
            known += [
                f"{name(path)}:{node.lineno} {word!r}"
                for word in words
                if any(place in word.lower() for place in places)
            ]

    assert known == []


@pytest.mark.parametrize(
    "file", ["README.md", "LICENSE", "CITATION.cff", "CHANGELOG.md"]
)
def test_the_project_introduces_itself(file):
    assert len((ROOT / file).read_text()) > 300


def test_data_credits_stand_in_the_licence():
    text = (ROOT / "LICENSE").read_text()

    for credit in ("Natural Earth", "ETOPO5", "UCDP"):
        assert credit in text


def test_schema_files_are_json():
    for path in ROOT.glob("abm/**/*.json"):
        json.loads(path.read_text())


def test_the_python_example_of_the_readme_works(small_folder, capsys):
    text = (ROOT / "README.md").read_text()
    example = re.search(r"```python\n(.*?)```", text, flags=re.S)[1]
    for told, small in (
        ("deir_ezzor_2017-1-0a1b2c3d", "small"),
        ("deir_ezzor_2017", "two_valleys"),
        ('"runs/small"', repr(str(small_folder))),
        ("90", "9"),
    ):
        assert told in example or told.startswith('"runs')
        example = example.replace(told, small)

    names = {}
    exec(compile(example, "README.md", "exec"), names)

    assert names["control"].ndim == 2
    assert "contested" in names["towns"].columns


def test_the_model_is_described_by_parameters_files_and_phases_that_exist():
    text = (ROOT / "docs/ODD.md").read_text(encoding="utf-8")
    known = values(load_scenario("deir_ezzor_2017"))
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", text))
    files = set(re.findall(r"`((?:abm|docs|tests)/[\w./]+)`", text))
    phases = re.findall(r"^\d+\. \*\*([a-z]+)\*\*", text, re.M)

    assert sorted(named - known.keys()) == []
    assert [name for name in sorted(files) if not (ROOT / name).exists()] == []
    assert phases == list(abm.phases.PHASES)
