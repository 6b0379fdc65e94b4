"""Paired runs: the same seeds with and without the changes, in other processes.

What is left after taking the runs of a pair from each other is the change, not luck:
both share every random draw that the change does not touch.
"""

import math
import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from abm.child import leave_with_parent
from abm.scenario import Intervention, Scenario
from abm.units import FloatArray

CONFIDENCE = 0.95
SHOWN = 14
POLITE = 10
"""Added to a worker's nice value, so that the page stays quick."""
FIRST_SEED = 1001


@dataclass(frozen=True)
class Task:
    """What both runs of a pair have in common, as plain values.

    Attributes:
        scenario: name of a shipped scenario, or a folder.
        overrides: values by path, in both runs.
        changes: interventions in the second run only.
        cell_km: side of a cell.
        days: length.
    """

    scenario: str
    overrides: Mapping[str, Any]
    changes: tuple[Mapping[str, Any], ...]
    cell_km: float | None
    days: int | None


@dataclass
class State:
    """How far the pairs are.

    Attributes:
        wanted: pairs asked for.
        found: (without, with) outcomes as flat numbers, by pair done.
        problem: what went wrong first, empty when nothing did.
    """

    wanted: int
    found: list[tuple[dict[str, float], dict[str, float]]] = field(default_factory=list)
    problem: str = ""
    failed: int = 0

    @property
    def done(self) -> bool:
        """Whether all pairs are done or failed."""
        return len(self.found) + self.failed >= self.wanted


@dataclass(frozen=True)
class Difference:
    """What the change did to one outcome: mean difference and 95 % interval."""

    name: str
    without: float
    mean: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def pair(task: Task, seed: int) -> tuple[dict[str, float], dict[str, float]]:
    """Run a pair and return the outcomes of both as numbers; for a worker."""
    from abm.headless import run_headless

    changes = [Intervention.model_validate(each) for each in task.changes]
    flat = []
    for wanted in ([], changes):
        result = run_headless(
            task.scenario,
            seed=seed,
            days=task.days,
            cell_km=task.cell_km,
            overrides=task.overrides,
            interventions=wanted,
        )
        flat.append(numbers(result.outcomes, result.recorder.scenario))
    return flat[0], flat[1]


def numbers(outcomes: Mapping[str, Any], scenario: Scenario) -> dict[str, float]:
    """Return what can be compared, by its name in words: losses, aims, tonnes."""
    names = {actor.id: actor.name for actor in scenario.actors}
    labels = {
        (actor.id, aim.id): aim.label
        for actor in scenario.actors
        for aim in actor.objectives
    }
    found: dict[str, float] = {"Incidents": float(len(outcomes["incidents"]))}
    found["Sites that changed hands"] = float(len(outcomes["site_changes"]))
    for actor, losses in outcomes["losses"].items():
        found[f"Losses of {names[actor]}, persons"] = float(sum(losses.values()))
    for actor, aims in outcomes["objectives"].items():
        for aim, value in aims.items():
            name = f"{names[actor]}: {labels[actor, aim]}, share reached"
            found[name] = float(value)
    for actor, goods in outcomes["tonnes"].items():
        found[f"Delivered to {names[actor]}, t"] = float(goods["delivered"])
    return found


class Pairs:
    """Runs pairs in the background and tells ``heard`` after each."""

    def __init__(self, heard: Callable[[State], None]) -> None:
        self._heard = heard
        self._pool: ProcessPoolExecutor | None = None

    def start(self, task: Task, count: int) -> None:
        """Start ``count`` pairs; what is under way is dropped."""
        self.stop()
        context = multiprocessing.get_context("spawn")
        workers = max(1, (os.cpu_count() or 2) - 1)
        pool = ProcessPoolExecutor(
            min(workers, count), mp_context=context, initializer=_settle
        )
        self._pool = pool
        state = State(count)
        for number in range(count):
            future = pool.submit(pair, task, FIRST_SEED + number)
            future.add_done_callback(lambda done: self._take(done, pool, state))
        self._heard(state)

    def _take(
        self, future: "Future[Any]", pool: ProcessPoolExecutor, state: State
    ) -> None:
        if future.cancelled() or pool is not self._pool:
            return
        error = future.exception()
        if error is None:
            state.found.append(future.result())
        else:
            state.failed += 1
            state.problem = state.problem or f"{type(error).__name__}: {error}"
        self._heard(state)
        if state.done:
            pool.shutdown(wait=False)

    def stop(self) -> None:
        """Drop what is under way."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in list((pool._processes or {}).values()):
                process.terminate()


def _settle() -> None:
    """Prepare a worker: polite, and gone when the server is."""
    leave_with_parent()
    os.nice(POLITE)


def differences(
    found: Sequence[tuple[dict[str, float], dict[str, float]]],
) -> list[Difference]:
    """Return the outcomes that the change moved, the surest first."""
    if len(found) < 2:
        return []
    rows = []
    for name in found[0][0]:
        without = np.array([one[name] for one, _ in found])
        change = np.array([other[name] for _, other in found]) - without
        if np.any(change):
            rows.append(_difference(name, without, change))
    rows.sort(key=lambda each: -_strength(each))
    return rows[:SHOWN]


def _difference(name: str, without: FloatArray, change: FloatArray) -> Difference:
    from scipy import stats

    mean = float(change.mean())
    error = float(change.std(ddof=1)) / math.sqrt(len(change))
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(change) - 1)) * error
    return Difference(name, float(without.mean()), mean, mean - half, mean + half)


def _strength(row: Difference) -> float:
    half = (row.high - row.low) / 2
    return abs(row.mean) / half if half > 0 else math.inf
