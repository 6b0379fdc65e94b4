"""A study file: what is varied, by which design, how often, and what is wanted.

``load_study`` is the only way in: it reads one TOML file, checks it against the
scenario, and raises every mistake at once before anything runs.
"""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from abm.scenario.problems import explained
from experiments.problems import StudyError

STUDIES = Path(__file__).parent / "studies"
"""Folder of the shipped studies."""

MAX_BYTES = 1_000_000
"""A study file larger than this is refused: it is not a study."""

Json = bool | int | float | str
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=80)]
PathName = Annotated[str, Field(min_length=1, max_length=200)]


class _Strict(BaseModel):
    """A part of a study file: unknown keys, NaN and infinity are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, strict=True
    )


class Intervention(_Strict):
    """A change during the run.

    Attributes:
        day: days after the start.
        path: what changes, addressed as in ``--set``.
        value: its new value.
    """

    day: float = Field(ge=0)
    path: PathName
    value: Json


class Arm(_Strict):
    """One level of a factor that changes several things at once.

    Attributes:
        name: level, as it appears in the results.
        set: overrides by path; ``*`` names several.
        interventions: changes during the run.
    """

    name: Name
    set: dict[str, Json] = {}
    interventions: tuple[Intervention, ...] = Field(default=(), strict=False)


class Distribution(_Strict):
    """How values spread between ``low`` and ``high`` of the factor.

    Attributes:
        kind: ``uniform``, ``loguniform``, ``triangular`` or ``normal`` (cut off at
            the ends of the range).
        mode: most likely value of a triangular one, in the factor's unit.
        mean: of a normal one, in the factor's unit.
        sd: standard deviation of a normal one, in the factor's unit.
    """

    kind: Literal["uniform", "loguniform", "triangular", "normal"] = "uniform"
    mode: float | None = None
    mean: float | None = None
    sd: float | None = Field(default=None, gt=0)


class Factor(_Strict):
    """One thing that is varied: a path, or a named choice between arms.

    Attributes:
        path: parameter, weight, relation or initial condition, as in ``--set``; with
            a ``*``, one factor for each number that it names.
        name: name of a factor that has arms.
        day: if given, the value is set on this day by an intervention.
        levels: values to take; else a range is used.
        low: lower end of the range; by default the parameter's own evidence.
        high: upper end of the range; by default the parameter's own evidence.
        steps: number of values in a grid over the range.
        integer: round values to whole numbers.
        distribution: of values in the range.
        arms: levels that change several things at once.
    """

    path: PathName | None = None
    name: Name | None = None
    day: float | None = Field(default=None, ge=0)
    levels: tuple[Json, ...] = Field(default=(), strict=False)
    low: float | None = None
    high: float | None = None
    steps: int = Field(default=5, ge=2, le=1000)
    integer: bool = False
    distribution: Distribution = Distribution()
    arms: tuple[Arm, ...] = Field(default=(), strict=False)

    @property
    def label(self) -> str:
        """Name of the factor's column in the results."""
        if self.path is None:
            return self.name or ""
        return self.path if self.day is None else f"{self.path}@{self.day:g}"

    @property
    def choices(self) -> tuple[Json, ...]:
        """Its levels, or the names of its arms; empty for a range."""
        return self.levels or tuple(arm.name for arm in self.arms)


class Design(_Strict):
    """How points are laid in the space of the factors.

    Attributes:
        kind: ``grid`` (all combinations), ``lhs`` (Latin hypercube), ``sobol``
            (Saltelli's scheme), ``morris`` (elementary effects) or ``list`` (CSV).
        points: of a Latin hypercube.
        n: base sample of a Sobol design, a power of two.
        trajectories: of a Morris design.
        levels: of a Morris design.
        file: CSV of a list design, beside the study file.
    """

    kind: Literal["grid", "lhs", "sobol", "morris", "list"]
    points: int = Field(default=32, ge=1, le=1_000_000)
    n: int = Field(default=64, ge=2, le=128)
    trajectories: int = Field(default=10, ge=2, le=1000)
    levels: int = Field(default=4, ge=2, le=32)
    file: str | None = None


class Study(_Strict):
    """A whole study, checked, with every range filled in.

    Attributes:
        name: short name.
        title: one line.
        question: what the study asks.
        scenario: shipped scenario's name, or a folder.
        days: length of a run; the scenario's horizon if not given.
        cell_km: size of a grid cell, km.
        replicates: runs per point; run ``r`` of every point has the same seed.
        paired: False gives every run a seed of its own instead, as an ensemble needs.
        seed: root of the replicate seeds and of the design.
        outcome: the outcome followed while the sweep runs.
        outcomes: outcomes wanted in the tables, ``*`` allowed; all if empty.
        map_days: days whose control is kept cell by cell; the last day if empty.
        design: how points are laid.
        factors: what is varied.
        set: overrides of every run.
        interventions: changes during every run.
    """

    name: Name
    title: str = Field(max_length=200)
    question: str = ""
    scenario: str
    days: int | None = Field(default=None, ge=1, le=10_000)
    cell_km: float = Field(default=10.0, ge=1.0, le=100.0)
    replicates: int = Field(ge=1, le=100_000)
    paired: bool = True
    seed: int = Field(default=0, ge=0, lt=2**63)
    outcome: str
    outcomes: tuple[str, ...] = Field(default=(), strict=False)
    map_days: tuple[int, ...] = Field(default=(), strict=False)
    design: Design
    factors: tuple[Factor, ...] = Field(default=(), strict=False)
    set: dict[str, Json] = {}
    interventions: tuple[Intervention, ...] = Field(default=(), strict=False)

    def as_dict(self) -> dict[str, object]:
        """Return the study as plain JSON values."""
        return self.model_dump(mode="json")

    def hash(self) -> str:
        """Return the SHA-256 of everything the study says."""
        text = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def study_file(name_or_path: str | Path) -> Path:
    """Return the file of a shipped study's name, or the path itself."""
    shipped = STUDIES / f"{name_or_path}.toml"
    if Path(name_or_path).suffix != ".toml" and shipped.is_file():
        return shipped
    return Path(name_or_path)


def parse_study(name_or_path: str | Path) -> tuple[Study, Path]:
    """Return a study as its file says, not yet checked against the scenario.

    Raises:
        StudyError: with every mistake of form.
    """
    file = study_file(name_or_path)
    values = _toml(file)
    try:
        return Study.model_validate(values), file
    except ValidationError as error:
        found = explained(error, file=file.name, where="", fields=_keys())
        raise StudyError(found) from None


def _toml(file: Path) -> dict[str, Any]:
    """Return the content of a TOML file as plain values."""
    try:
        content = file.read_bytes()
    except OSError as error:
        names = ", ".join(sorted(path.stem for path in STUDIES.glob("*.toml")))
        reason = error.strerror or "can't be read"
        raise StudyError(
            [f"{file}: {reason}; shipped studies are {names or 'none'}"]
        ) from None
    if len(content) > MAX_BYTES:
        raise StudyError([f"{file.name}: larger than {MAX_BYTES} bytes"])
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise StudyError([f"{file.name}: not UTF-8 at byte {error.start}"]) from None
    except tomllib.TOMLDecodeError as error:
        raise StudyError([f"{file.name}: not TOML: {error}"]) from None


def _keys() -> set[str]:
    """Return every key a study file may have."""
    parts = (Study, Design, Factor, Distribution, Arm, Intervention)
    return {key for part in parts for key in part.model_fields}


def load_study(name_or_path: str | Path) -> Study:
    """Return a study, checked against its scenario, with every range filled in.

    Args:
        name_or_path: a shipped study's name, such as ``"quick"``, or a TOML file.

    Raises:
        StudyError: with every mistake, before anything runs.
    """
    from experiments.space import resolve, scenario_space

    try:
        study, file = parse_study(name_or_path)
    except StudyError as error:
        raise StudyError([*error.problems, *_beside_form(name_or_path)]) from None
    return resolve(study, scenario_space(study.scenario, file=file), file=file)


def _beside_form(name_or_path: str | Path) -> tuple[str, ...]:
    """Return what is wrong with the rest of a study that has mistakes of form."""
    from experiments.space import resolve, scenario_space

    file = study_file(name_or_path)
    try:
        study = _formed(_toml(file))
        resolve(study, scenario_space(study.scenario, file=file), file=file)
    except StudyError as error:
        return error.problems
    except ValidationError:  # what is wrong can't be left out
        pass
    return ()


def _formed(values: dict[str, Any]) -> Study:
    """Return the study of what is right in form."""
    try:
        return Study.model_validate(values)
    except ValidationError as error:
        return Study.model_validate(_without(values, error))


STANDS_IN: dict[str, Any] = {"name": "study", "title": "", "replicates": 1}
STANDS_IN |= {"outcome": "", "design": {"kind": "grid"}}
"""In place of what must be there and is wrong, so that the rest can be checked."""


def _without(values: dict[str, Any], error: ValidationError) -> dict[str, Any]:
    """Return a study's values without the fields and factors that are wrong."""
    wrong = [each["loc"] for each in error.errors()]
    heads = {where[0] for where in wrong if where[0] != "factors" or len(where) == 1}
    rows = {where[1] for where in wrong if where[0] == "factors" and len(where) > 1}
    rest = {name: value for name, value in values.items() if name not in heads}
    rest |= {name: value for name, value in STANDS_IN.items() if name not in rest}
    kept = enumerate(rest.get("factors", ()))
    right = [factor for row, factor in kept if row not in rows]
    return {**rest, "factors": right} if right else rest
