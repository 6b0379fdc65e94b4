"""What a scenario lets a study vary, and the check of a study against it."""

import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from abm.scenario import Scenario, ScenarioError, load_scenario, paths
from abm.scenario.interventions import checked
from abm.scenario.paths import canonical
from abm.scenario.problems import nearest
from abm.units import HOURS_PER_DAY
from experiments.listed import listed_factors
from experiments.problems import StudyError
from experiments.run import engine_interventions
from experiments.study import Factor, Intervention, Json, Study

MAX_RUNS = 1_000_000
MAX_SOBOL_FACTORS = 8
"""Screening comes first; more factors than this make the indices useless here."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One path of a scenario.

    Attributes:
        value: what it is.
        low: lower end of the plausible range; None where evidence gives none.
        high: upper end.
    """

    value: object
    low: float | None = None
    high: float | None = None


class Space(Protocol):
    """Everything a study needs to know about a scenario."""

    @property
    def horizon_days(self) -> int:
        """Length of a full run, days."""

    @property
    def reaches(self) -> Mapping[str, Reach]:
        """Every path that may be set."""

    def canonical(self, path: str) -> str:
        """Return a path as it stands in ``reaches`` (pairs have two orders)."""

    def refusals(
        self, overrides: Mapping[str, Json], changes: Sequence[Intervention] = ()
    ) -> Sequence[str]:
        """Return what the scenario has against these changes, if anything."""


class ScenarioSpace:
    """The space of a real scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._reaches = {
            setting.path: Reach(setting.value, setting.low, setting.high)
            for setting in paths(scenario)
        }

    @property
    def horizon_days(self) -> int:
        """Length of a full run, days."""
        calendar = self._scenario.calendar
        return int(calendar.horizon_ticks * calendar.tick_hours / HOURS_PER_DAY)

    @property
    def reaches(self) -> Mapping[str, Reach]:
        """Every path that may be set."""
        return self._reaches

    def canonical(self, path: str) -> str:
        """Return a path as it stands in ``reaches`` (pairs have two orders)."""
        return canonical(path, self._scenario)

    def refusals(
        self, overrides: Mapping[str, Json], changes: Sequence[Intervention] = ()
    ) -> Sequence[str]:
        """Return what the scenario has against these changes, if anything."""
        try:
            changed = self._scenario.with_overrides(dict(overrides))
            checked(changed, engine_interventions(changes))
        except ScenarioError as error:
            return error.problems
        return ()


def scenario_space(name: str, *, file: Path) -> Space:
    """Return what the scenario of a study file offers.

    Raises:
        StudyError: the scenario can't be loaded.
    """
    try:
        return ScenarioSpace(load_scenario(name))
    except ScenarioError as error:
        raise StudyError(
            f"{file.name}: scenario: {problem}" for problem in error.problems
        ) from None


def resolve(study: Study, space: Space, *, file: Path) -> Study:
    """Return the study with horizon, ranges and listed factors filled in.

    Raises:
        StudyError: with every mistake found against the scenario.
    """
    problems: list[str] = []
    if study.design.kind == "list":
        study = listed_factors(study, folder=file.parent, problems=problems)
    spread = [one for factor in study.factors for one in _spread(factor, space)]
    whole = study.model_copy(
        update={
            "factors": tuple(_ranged(factor, space) for factor in spread),
            "days": study.days or space.horizon_days,
            "set": _all_named(study.set, space),
        }
    )
    problems += _size_problems(whole)
    problems += _factor_problems(whole, space)
    problems += _fixed_problems(whole, space)
    if not problems:
        from experiments.design import run_count

        if run_count(whole) > MAX_RUNS:
            problems.append(f"design: {run_count(whole)} runs, at most {MAX_RUNS}")
    if problems:
        raise StudyError(f"{file.name}: {problem}" for problem in problems)
    return whole


def _spread(factor: Factor, space: Space) -> list[Factor]:
    """Return a factor for each number that a path with ``*`` names.

    What has no range in the scenario's evidence, or one of no width, is left out.
    Arms have the paths of their ``set`` spelled out.
    """
    if factor.arms:
        arms = [
            arm.model_copy(update={"set": _all_named(arm.set, space)})
            for arm in factor.arms
        ]
        return [factor.model_copy(update={"arms": tuple(arms)})]
    if "*" not in (factor.path or ""):
        return [factor]
    return [
        factor.model_copy(update={"path": path})
        for path in fnmatch.filter(space.reaches, factor.path or "")
        if _is_varied(space.reaches[path])
    ]


def _is_varied(reach: Reach) -> bool:
    """Return whether the evidence gives a range of some width."""
    return reach.low is not None and reach.high is not None and reach.low < reach.high


def _all_named(changes: Mapping[str, Json], space: Space) -> dict[str, Json]:
    """Return changes with every path that a ``*`` names spelled out."""
    found: dict[str, Json] = {}
    for path, value in changes.items():
        named = fnmatch.filter(space.reaches, path) if "*" in path else []
        found.update(dict.fromkeys(named or [path], value))
    return found


def _ranged(factor: Factor, space: Space) -> Factor:
    """Return the factor with the ends of its range taken from the evidence."""
    if factor.path is None:
        return factor
    path = space.canonical(factor.path)
    factor = factor.model_copy(update={"path": path})
    reach = space.reaches.get(path)
    if reach is None or factor.choices:
        return factor
    low = reach.low if factor.low is None else factor.low
    high = reach.high if factor.high is None else factor.high
    return factor.model_copy(update={"low": low, "high": high})


def _size_problems(study: Study) -> Iterator[str]:
    """Yield mistakes in the design itself."""
    kind, count = study.design.kind, len(study.factors)
    labels = [factor.label for factor in study.factors]
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        yield f"factors: {label!r} appears twice"
    if kind in ("lhs", "sobol", "morris") and count == 0:
        yield f"factors: a {kind} design needs at least one"
    if kind == "sobol" and count > MAX_SOBOL_FACTORS:
        yield (
            f"factors: {count} are too many for a sobol design (at most "
            f"{MAX_SOBOL_FACTORS}); screen with a morris design first"
        )
    if kind == "sobol" and study.design.n & (study.design.n - 1):
        yield f"design.n: must be a power of two (got {study.design.n})"
    for day in study.map_days:
        if not 0 <= day <= (study.days or day):
            yield f"map_days: day {day} is outside the run of {study.days} days"


def _factor_problems(study: Study, space: Space) -> Iterator[str]:
    """Yield mistakes in the factors."""
    for number, factor in enumerate(study.factors):
        here = f"factors[{number}]"
        if (factor.path is None) == (factor.name is None):
            yield f"{here}: needs either a path or a name with arms"
        elif factor.path is not None:
            yield from _path_problems(factor, space, here=here)
        elif not factor.arms:
            yield f"{here}.arms: missing"
        for arm in factor.arms:
            changes = arm.interventions
            yield from _change_problems(
                arm.set, changes, space, here=f"{here}.arms.{arm.name}"
            )


def _path_problems(factor: Factor, space: Space, *, here: str) -> Iterator[str]:
    """Yield mistakes in a factor that is a path."""
    path = factor.path or ""
    if factor.arms:
        yield f"{here}.arms: only a factor with a name has arms"
    if path not in space.reaches:
        hint = nearest(path, space.reaches)
        yield f"{here}.path: no such path (got {path!r}){hint}"
        return
    tried: tuple[Json, ...] = factor.levels
    if not tried:
        if factor.low is None or factor.high is None:
            yield (
                f"{here}: {path!r} has no plausible range in the scenario; "
                "give low and high, or levels"
            )
            return
        yield from _range_problems(factor, here=here)
        tried = tuple(
            int(end) if factor.integer else end for end in (factor.low, factor.high)
        )
    for value in tried:
        changes = (
            [Intervention(day=factor.day, path=path, value=value)]
            if (factor.day is not None)
            else []
        )
        for refusal in space.refusals({} if changes else {path: value}, changes):
            yield f"{here}: {refusal}"


def _range_problems(factor: Factor, *, here: str) -> Iterator[str]:
    """Yield mistakes in a factor's range and distribution."""
    low, high, spread = factor.low or 0.0, factor.high or 0.0, factor.distribution
    if not low < high:
        yield f"{here}: low must be below high (got {low:g} and {high:g})"
    if spread.kind == "loguniform" and low <= 0:
        yield f"{here}.low: a loguniform range starts above 0 (got {low:g})"
    if spread.kind == "triangular" and not (
        spread.mode is not None and low <= spread.mode <= high
    ):
        yield f"{here}.distribution.mode: must lie in the range (got {spread.mode})"
    if spread.kind == "normal" and (spread.mean is None or spread.sd is None):
        yield f"{here}.distribution: a normal one needs mean and sd"


def _fixed_problems(study: Study, space: Space) -> Iterator[str]:
    """Yield mistakes in what is set for every run."""
    yield from _change_problems(study.set, study.interventions, space, here="set")


def _change_problems(
    overrides: Mapping[str, Json],
    changes: tuple[Intervention, ...],
    space: Space,
    *,
    here: str,
) -> Iterator[str]:
    """Yield mistakes in a set of overrides and interventions."""
    if overrides or changes:
        for refusal in space.refusals(overrides, changes):
            yield f"{here}: {refusal}"
