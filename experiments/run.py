"""One run of a study: the seam between experiments and the engine.

Everything here is picklable and importable by a worker; the engine itself is
imported on the first run only.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from abm.scenario import Intervention as EngineIntervention
from abm.scenario import Scenario, load_scenario
from experiments.design import (
    Points,
    case_numbers,
    own_seed,
    points,
    replicate_seeds,
)
from experiments.study import Factor, Intervention, Json, Study
from experiments.versions import versions

WARM_UP_DAYS = 2
"""Length of the run that compiles the kernels before workers start, days."""


@dataclass(frozen=True, slots=True)
class Case:
    """One run to do.

    Attributes:
        row: number of the run in the study, ``point * replicates + replicate``.
        point: number of the design point.
        replicate: number of the replicate; it alone decides the seed.
        seed: of the run.
        scenario: shipped scenario's name, or a folder.
        overrides: values by path.
        interventions: changes during the run.
        days: length of the run.
        cell_km: size of a grid cell, km.
        factors: value of each factor, in the order of the study's.
        map_days: days whose control is kept cell by cell.
    """

    row: int
    point: int
    replicate: int
    seed: int
    scenario: str
    overrides: dict[str, Json]
    interventions: tuple[Intervention, ...]
    days: int
    cell_km: float
    factors: tuple[Json, ...] = ()
    map_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave.

    Attributes:
        outcomes: the outcomes object of ``abm run --json``.
        digest: SHA-256 of the run's every state column and event.
        ticks: ticks completed.
        wall_s: time the run took, seconds.
        versions: what it was computed with.
        maps: compressed arrays kept cell by cell (``.npz``), may be empty.
    """

    outcomes: dict[str, Any]
    digest: str
    ticks: int
    wall_s: float
    versions: dict[str, str] = field(default_factory=lambda: versions().as_dict())
    maps: bytes = b""


Run = Callable[[Case], Outcome]


def run_case(case: Case) -> Outcome:
    """Run the model once.

    Raises:
        ScenarioError: an override or intervention is refused.
        ValueError: a rule found its inputs impossible.
    """
    from abm.headless import run_headless
    from experiments.observed import observed

    result = run_headless(
        scenario_of(case.scenario),
        seed=case.seed,
        **settings(case),
    )
    kept = observed(result.recorder, map_days=case.map_days)
    return Outcome(
        result.outcomes,
        result.digest,
        result.ticks,
        result.wall_s,
        maps=kept.packed(),
    )


def settings(case: Case) -> dict[str, Any]:
    """Return what a case asks of the engine beside scenario and seed."""
    return {
        "days": case.days,
        "cell_km": case.cell_km,
        "overrides": case.overrides,
        "interventions": engine_interventions(case.interventions),
    }


@lru_cache(maxsize=4)
def scenario_of(name: str) -> Scenario:
    """Return a scenario, loaded once per process."""
    return load_scenario(name)


def warm_up(case: Case) -> None:
    """Fill the cache of compiled kernels, so that no worker has to compile."""
    from dataclasses import replace

    run_case(replace(case, days=min(case.days, WARM_UP_DAYS)))


class Cases:
    """All cases of a study, made when asked for.

    Attributes:
        study: the study.
        points: its design.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self.points: Points = points(study)
        self._seeds = replicate_seeds(study)

    def __len__(self) -> int:
        return len(self.points.values) * self.study.replicates

    def case(self, row: int) -> Case:
        """Return the case of a row number."""
        point, replicate = divmod(row, self.study.replicates)
        return self._case(point, replicate)

    def __iter__(self) -> Iterator[Case]:
        for point, replicate in case_numbers(self.study):
            yield self._case(point, replicate)

    def _case(self, point: int, replicate: int) -> Case:
        """Return the case of a point and a replicate."""
        study, values = self.study, self.points.values[point]
        overrides, interventions = dict(study.set), list(study.interventions)
        for factor, value in zip(study.factors, values, strict=True):
            _apply(factor, value, overrides=overrides, interventions=interventions)
        row = point * study.replicates + replicate
        paired = self._seeds[replicate]
        return Case(
            row=row,
            point=point,
            replicate=replicate,
            seed=paired if study.paired else own_seed(study, row),
            scenario=study.scenario,
            overrides=overrides,
            interventions=tuple(interventions),
            days=study.days or 0,
            cell_km=study.cell_km,
            factors=values,
            map_days=study.map_days,
        )


def _apply(
    factor: Factor,
    value: Json,
    *,
    overrides: dict[str, Json],
    interventions: list[Intervention],
) -> None:
    """Add what a factor's value changes to the overrides and interventions."""
    if factor.path is None:
        arm = next(arm for arm in factor.arms if arm.name == value)
        overrides.update(arm.set)
        interventions.extend(arm.interventions)
    elif factor.day is None:
        overrides[factor.path] = value
    else:
        interventions.append(
            Intervention(day=factor.day, path=factor.path, value=value)
        )


def engine_interventions(
    changes: Iterable[Intervention],
) -> tuple[EngineIntervention, ...]:
    """Return a study's interventions as the engine takes them."""
    return tuple(
        EngineIntervention(
            day=change.day, path=change.path, value=change.value, note="study"
        )
        for change in changes
    )


def wanted_hash(name: str) -> str:
    """Return the hash of what a scenario wants recorded; its own hash leaves it out."""
    from abm.record.wanted import FILE

    file = scenario_of(name).folder / FILE
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "none"


def scenario_hash(name: str) -> str:
    """Return the hash over all files of a scenario."""
    return scenario_of(name).hash
