"""Screening: which assumed parameters move the statistics at all.

Morris's elementary effects, first of groups of parameters, then of each parameter of
the groups that matter. A trajectory has one seed, so that its steps differ by their
parameters and not by luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from SALib.analyze import morris as analyze
from SALib.sample import morris as sample

from abm.units import FloatArray
from experiments.calibration.candidates import Candidate, groups, point
from experiments.calibration.points import Setting, results_at
from experiments.calibration.targets import GROUPS

MOST = 8
"""Parameters that go on to the fit."""

LEVELS = 4
FEWEST = 2
"""Trajectories below which an effect has no spread."""

SECOND = 32
"""Most parameters screened one by one."""

FAILED = 20.0
"""Distance of a failed run, scales."""


@dataclass(frozen=True)
class Trajectories:
    """Sizes of the two screenings.

    Attributes:
        first: trajectories over groups.
        second: trajectories over single parameters.
        singles: parameters screened one by one.
    """

    first: int
    second: int
    singles: int

    def runs(self, n_groups: int) -> int:
        """Return how many runs they take."""
        return self.first * (n_groups + 1) + self.second * (self.singles + 1)


def trajectories(runs: int, n_groups: int) -> Trajectories:
    """Return the screenings that a number of runs affords, never below the least."""
    first = max(FEWEST, runs // 2 // (n_groups + 1))
    left = max(0, runs - first * (n_groups + 1))
    singles = min(SECOND, max(MOST, left // FEWEST - 1))
    return Trajectories(first, max(FEWEST, left // (singles + 1)), singles)


def screened(
    found: Sequence[Candidate],
    setting: Setting,
    folder: Path,
    *,
    size: Trajectories,
    seed: int,
) -> tuple[tuple[Candidate, ...], pd.DataFrame]:
    """Return the parameters that matter most, and the effects of all screened.

    Args:
        found: all candidates.
        setting: of the runs.
        folder: where runs are kept.
        size: of the screenings.
        seed: of designs and runs.
    """
    grouped = groups(found)
    names = {row: name for name, rows in grouped.items() for row in rows}
    effects = _effects(
        found,
        setting,
        folder / "groups",
        group=[names[row] for row in range(len(found))],
        count=size.first,
        seed=seed,
    )
    rows: list[int] = []
    for name in effects["name"]:
        rows += [row for row in grouped[name] if len(rows) < size.singles]
        rows = rows[: size.singles]
    singles = [found[row] for row in rows]
    single = _effects(
        singles,
        setting,
        folder / "singles",
        group=None,
        count=size.second,
        seed=seed + 1,
    )
    by_path = {one.path: one for one in singles}
    chosen = tuple(by_path[path] for path in single["name"][:MOST])
    table = pd.concat([effects.assign(kind="group"), single.assign(kind="parameter")])
    return chosen, table.reset_index(drop=True)


def _effects(
    found: Sequence[Candidate],
    setting: Setting,
    folder: Path,
    *,
    group: list[str] | None,
    count: int,
    seed: int,
) -> pd.DataFrame:
    """Return the elementary effects, largest first.

    ``effect`` is the mean over the groups of statistics of mu_star, each divided by
    its mean over parameters, so that no group of statistics drowns the others.
    """
    names = [one.path for one in found]
    problem = {
        "num_vars": len(found),
        "names": names,
        "bounds": [[0.0, 1.0]] * len(found),
        **({"groups": group} if group else {}),
    }
    unit = np.asarray(sample.sample(problem, count, num_levels=LEVELS, seed=seed))
    length = len(unit) // count
    distances = np.concatenate(
        [
            _distances(
                unit[number * length : (number + 1) * length],
                found,
                setting,
                folder / f"t{number:02d}",
                seed + number,
            )
            for number in range(count)
        ]
    )
    table = pd.DataFrame({"name": list(dict.fromkeys(group or names))})
    for number, name in enumerate(GROUPS):
        star = _mu_star(problem, unit, distances[:, number], seed=seed)
        table[name] = [star[one] for one in table["name"]]
    size = table[list(GROUPS)].mean().replace(0.0, np.nan)
    table["effect"] = (table[list(GROUPS)] / size).mean(axis=1).fillna(0.0)
    return table.sort_values(["effect", "name"], ascending=[False, True])


def _mu_star(
    problem: dict[str, Any], unit: FloatArray, distance: FloatArray, *, seed: int
) -> dict[str, float]:
    """Return the mean size of each name's elementary effects on one distance."""
    effect = analyze.analyze(
        problem, unit, distance, num_levels=LEVELS, num_resamples=10, seed=seed
    )
    size = np.asarray(effect["mu_star"], dtype=np.float64).tolist()
    return dict(zip(effect["names"], size, strict=True))


def _distances(
    unit: FloatArray,
    found: Sequence[Candidate],
    setting: Setting,
    folder: Path,
    seed: int,
) -> FloatArray:
    """Return the distances of one trajectory, shape (n_steps, n_groups)."""
    points = [point(found, row) for row in unit]
    statistics = results_at(folder, points, setting, seed=seed, paired=True)
    distances = setting.target.distances(statistics)
    return np.asarray(np.nan_to_num(distances, nan=FAILED, posinf=FAILED))
