"""Changes during a run: read from TOML, checked against the scenario's paths."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from abm.scenario.files import MAX_BYTES, FileError, toml_of
from abm.scenario.overrides import problems_of
from abm.scenario.paths import canonical, changes_during_run
from abm.scenario.problems import ScenarioError
from abm.scenario.reader import Reader
from abm.scenario.scenario import Intervention, Scenario, Value
from abm.scenario.schema import Strict, Text

FILE = "interventions.toml"


class _Row(Strict):
    day: Annotated[float, Field(ge=0)]
    path: Text
    value: Value
    note: Text


class _File(Strict):
    intervention: tuple[_Row, ...] = ()


def load_interventions(path: Path, scenario: Scenario) -> Scenario:
    """Return the scenario with the interventions of a TOML file.

    Raises:
        ScenarioError: the file or an intervention in it is wrong.
    """
    try:
        if path.exists() and not path.is_file():
            raise ScenarioError([f"{path.name}: not a regular file"])
        if path.stat().st_size > MAX_BYTES:
            raise ScenarioError([f"{path.name}: larger than {MAX_BYTES} bytes"])
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise ScenarioError([f"{path.name}: {reason}"]) from error
    reader = Reader({path.name: content})
    found = _read(reader, scenario, path.name)
    if reader.problems:
        raise ScenarioError(reader.problems)
    return found


def interventions_in(reader: Reader, scenario: Scenario) -> Scenario:
    """Return a scenario with the interventions its own folder has, if any."""
    return scenario if FILE not in reader.files else _read(reader, scenario, FILE)


def _read(reader: Reader, scenario: Scenario, name: str) -> Scenario:
    try:
        raw = toml_of(reader.files[name])
    except FileError as problem:
        reader.report(name, "", str(problem))
        return scenario
    file = reader.validated(raw, _File, file=name, where="")
    if file is None:
        return scenario
    items = tuple(Intervention(**row.model_dump()) for row in file.intervention)
    try:
        return replace(scenario, interventions=checked(scenario, items))
    except ScenarioError as error:
        reader.problems += [f"{name}: {problem}" for problem in error.problems]
        return scenario


def checked(
    scenario: Scenario, items: tuple[Intervention, ...]
) -> tuple[Intervention, ...]:
    """Return interventions by day, paths in canonical form.

    Raises:
        ScenarioError: a path is unknown, may not change during a run, or the value
            is impossible or the day outside the run.
    """
    origin = scenario.origin or scenario
    horizon = scenario.calendar.horizon_ticks * scenario.calendar.tick_hours / 24
    problems = []
    found = []
    for number, item in enumerate(items):
        path = canonical(item.path, origin)
        where = f"intervention[{number}]"
        wrong = problems_of(origin, {path: item.value})
        problems += [f"{where}: {problem}" for problem in wrong]
        if not wrong and not changes_during_run(path):
            problems.append(f"{where}.path: {path} cannot change during a run")
        if not 0 <= item.day <= horizon:
            problems.append(f"{where}.day: outside 0 to {horizon:g} (got {item.day})")
        found.append(item.model_copy(update={"path": path}))
    if problems:
        raise ScenarioError(problems)
    return tuple(sorted(found, key=lambda item: item.day))
