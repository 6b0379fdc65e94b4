"""Screening: which assumed parameters move the statistics at all.

A Latin hypercube about the defaults of all of them first, of which every run says
something about every parameter: how much of the statistics' rank variance it explains.
Over whole ranges most runs are far from any that is believed, and what the air war does
there hides what matters near the defaults. Then Morris's elementary effects, over whole
ranges, of those that explain most, one by one. A trajectory has one seed, so that its
steps differ by their parameters and not by luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from SALib.analyze import morris as analyze
from SALib.sample import morris as sample
from scipy.stats import qmc, rankdata

from abm.units import FloatArray
from experiments.calibration.candidates import Candidate, point, point_about
from experiments.calibration.points import Setting, results_at
from experiments.calibration.targets import GROUPS, Targets

MOST = 8
"""Parameters that go on to the fit."""

LEVELS = 4
FEWEST = 2
"""Trajectories below which an effect has no spread."""

SINGLES = 20
"""Parameters screened one by one."""

CUBE = 0.7
"""Share of the runs that the hypercube takes."""

FEWEST_CUBE = 16
FAILED = 20.0
"""Distance of a failed run, scales."""


@dataclass(frozen=True)
class Screening:
    """Sizes of the two screenings.

    Attributes:
        cube: runs of the hypercube over all parameters.
        trajectories: over single parameters.
        singles: parameters screened one by one.
    """

    cube: int
    trajectories: int
    singles: int

    @property
    def runs(self) -> int:
        """Return how many runs they take."""
        return self.cube + self.trajectories * (self.singles + 1)


def screening(runs: int) -> Screening:
    """Return the screenings that a number of runs affords, never below the least."""
    cube = max(FEWEST_CUBE, int(CUBE * runs))
    left = max(0, runs - cube)
    singles = min(SINGLES, max(MOST, left // FEWEST - 1))
    return Screening(cube, max(FEWEST, left // (singles + 1)), singles)


def screened(
    found: Sequence[Candidate],
    setting: Setting,
    folder: Path,
    *,
    size: Screening,
    seed: int,
) -> tuple[tuple[Candidate, ...], pd.DataFrame]:
    """Return the parameters that matter most, and the effects of all.

    Args:
        found: all candidates.
        setting: of the runs.
        folder: where runs are kept.
        size: of the screenings.
        seed: of designs and runs.
    """
    shares = _shares(found, setting, folder / "cube", runs=size.cube, seed=seed)
    by_path = {one.path: one for one in found}
    singles = [by_path[path] for path in shares["name"][: size.singles]]
    effects = _effects(
        singles, setting, folder / "singles", count=size.trajectories, seed=seed + 1
    )
    chosen = tuple(by_path[path] for path in effects["name"][:MOST])
    table = pd.concat([shares.assign(kind="share"), effects.assign(kind="morris")])
    return chosen, table.reset_index(drop=True)


def _shares(
    found: Sequence[Candidate], setting: Setting, folder: Path, *, runs: int, seed: int
) -> pd.DataFrame:
    """Return how much each parameter explains near its default, most first."""
    rng = np.random.default_rng(seed)
    unit = qmc.LatinHypercube(len(found), rng=rng).random(runs)
    points = [point_about(found, row) for row in unit]
    statistics = results_at(folder, points, setting, seed=seed)
    good = np.isfinite(statistics).all(axis=1)
    table = pd.DataFrame({"name": [one.path for one in found]})
    table[list(GROUPS)] = explained(unit[good], statistics[good], target=setting.target)
    table["effect"] = table[list(GROUPS)].mean(axis=1)
    return table.sort_values(["effect", "name"], ascending=[False, True])


def explained(
    unit: FloatArray, statistics: FloatArray, *, target: Targets
) -> FloatArray:
    """Return squared rank correlations, shape (n_parameters, n_groups).

    The mean over the statistics of a group; a statistic that never changes counts 0.
    By luck alone it is 1 / (n_runs - 1).

    Args:
        unit: points that were run, shape (n_runs, n_parameters).
        statistics: of the runs, shape (n_runs, n_statistics).
        target: groups of the statistics.
    """
    x, y = _standard(rankdata(unit, axis=0)), _standard(rankdata(statistics, axis=0))
    squares = (x.T @ y / len(unit)) ** 2
    return np.column_stack(
        [squares[:, target.group == one].mean(axis=1) for one in range(len(GROUPS))]
    )


def _standard(ranks: FloatArray) -> FloatArray:
    """Return columns of mean 0 and deviation 1; constant ones are 0."""
    size = ranks.std(axis=0)
    return np.asarray((ranks - ranks.mean(axis=0)) / np.where(size > 0, size, 1.0))


def _effects(
    found: Sequence[Candidate],
    setting: Setting,
    folder: Path,
    *,
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
    table = pd.DataFrame({"name": names})
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
