"""Runs at given points, through the same store and workers as any sweep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from abm.scenario import Scenario
from abm.theatre import Theatre
from abm.units import FloatArray
from experiments.calibration.targets import Targets, statistics
from experiments.run import Cases
from experiments.study import Design, Factor, Study
from experiments.sweeps import Plan
from experiments.swept import Swept, completed

CALIBRATE = "calibrate"


@dataclass(frozen=True)
class Setting:
    """What all runs of a calibration have in common.

    Attributes:
        scenario: its name or folder.
        loaded: the scenario itself.
        theatre: its map.
        target: what is compared.
        cell_km: size of a cell, km.
        plan: how runs are computed.
    """

    scenario: str
    loaded: Scenario
    theatre: Theatre
    target: Targets
    cell_km: float
    plan: Plan


def listed_study(
    points: Sequence[Mapping[str, float]],
    *,
    name: str,
    scenario: str,
    days: int,
    cell_km: float,
    seed: int,
    replicates: int = 1,
    fixed: Mapping[str, bool | int | float | str] | None = None,
) -> Study:
    """Return the study that runs given points, every run with a seed of its own.

    Args:
        points: values by path; all of the same paths, or a single empty one.
        name: of the study.
        scenario: its name or folder.
        days: length of a run.
        cell_km: size of a cell, km.
        seed: root of the seeds.
        replicates: runs a point.
        fixed: overrides of every run.
    """
    paths = list(points[0])
    factors = tuple(
        Factor(path=path, levels=tuple(point[path] for point in points))
        for path in paths
    )
    return Study(
        name=name,
        title=f"{name}: given points",
        scenario=scenario,
        days=days,
        cell_km=cell_km,
        replicates=replicates,
        paired=False,
        seed=seed,
        outcome="dates.siege_broken",
        outcomes=("dates.*", "losses.*", "incidents.*"),
        design=Design(kind="list" if factors else "grid"),
        factors=factors,
        set=dict(fixed or {}),
    )


def results_at(
    folder: Path,
    points: Sequence[Mapping[str, float]],
    setting: Setting,
    *,
    seed: int,
    paired: bool = False,
) -> FloatArray:
    """Return the statistics of one run a point, shape (n_points, n_statistics).

    What the folder holds already is not run again. A failed run's are infinite.

    Raises:
        SweepError: it was stopped; the same call goes on.
    """
    study = listed_study(
        points,
        name=CALIBRATE,
        scenario=setting.scenario,
        days=setting.target.days,
        cell_km=setting.cell_km,
        seed=seed,
    ).model_copy(update={"paired": paired})
    swept = completed(Cases(study), folder, plan=setting.plan)
    found = np.full((len(points), len(setting.target.names)), np.inf)
    for point, values in stored_statistics(swept, setting):
        found[point] = values
    return found


def stored_statistics(swept: Swept, setting: Setting) -> list[tuple[int, FloatArray]]:
    """Return the point and the statistics of each stored run."""
    point = dict(zip(swept.results["row"], swept.results["point"], strict=True))
    return [
        (int(point[row]), statistics(kept, setting.target, setting.theatre))
        for row, kept in swept.observed()
    ]
