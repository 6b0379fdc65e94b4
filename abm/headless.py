"""A whole run in one call, with nobody watching: for experiments and tests."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from abm.metrics import outcomes
from abm.model import ConflictModel
from abm.record.recorder import Recorder
from abm.scenario import Scenario
from abm.scenario.scenario import Intervention, Value
from abm.units import Km


@dataclass(frozen=True)
class RunResult:
    """What a headless run leaves in memory.

    Attributes:
        outcomes: see ``abm.metrics.outcomes``.
        digest: of the final state.
        ticks: run.
        wall_s: seconds it took, setting up left out.
        recorder: everything recorded.
    """

    outcomes: dict[str, Any]
    digest: str
    ticks: int
    wall_s: float
    recorder: Recorder


def run_headless(
    scenario: str | Scenario,
    *,
    seed: int = 0,
    days: int | None = None,
    cell_km: Km | None = None,
    overrides: Mapping[str, Value] | None = None,
    interventions: Iterable[Intervention] = (),
    keep_frames: bool = False,
) -> RunResult:
    """Run a scenario to its horizon and return its outcomes.

    Raises:
        ScenarioError: the scenario, an override or an intervention is wrong.
    """
    model = ConflictModel(
        scenario,
        rng=seed,
        cell_km=cell_km,
        days=days,
        overrides=overrides,
        interventions=interventions,
        collect=False,
    )
    recorder = Recorder(model.theatre, seed=seed, keep_frames=keep_frames)
    model.recorder = recorder
    recorder.start(model.world)
    start = time.perf_counter()
    while model.running:
        model.step()
    wall_s = time.perf_counter() - start
    return RunResult(
        outcomes(recorder), model.digest, model.world.tick, wall_s, recorder
    )
