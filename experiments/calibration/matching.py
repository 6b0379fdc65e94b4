"""History matching: where in the plausible ranges a run could look like what was.

One wave: a Latin hypercube of runs, a quadratic surface through each statistic, and
the implausibility of every point of a dense sample (Craig et al. 1997; Vernon,
Goldstein & Bower 2010). What is implausible is cut off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import qmc

from abm.units import BoolArray, FloatArray
from experiments.calibration.candidates import Candidate, point
from experiments.calibration.points import Setting, results_at
from experiments.calibration.targets import GROUPS, Targets

CUT = 3.0
"""Implausibility above which a point is given up (Pukelsheim's three sigma)."""

DENSE = 4096
LEAST_SHARE = 0.05
"""Share of points kept when all are implausible: the least so."""

RIDGE = 1e-3


@dataclass(frozen=True)
class Wave:
    """What a wave found.

    Attributes:
        box: lower and upper end of what is left of each parameter, in the unit
            interval, shape (n_parameters, 2).
        share: of the dense sample that is not implausible.
        forced: whether nothing was plausible, so that the least implausible was kept.
        distances: of the runs of the wave, shape (n_runs,).
        table: the runs: parameters and distance by group.
    """

    box: FloatArray
    share: float
    forced: bool
    distances: FloatArray
    table: pd.DataFrame


def matched(
    found: Sequence[Candidate],
    setting: Setting,
    folder: Path,
    *,
    runs: int,
    seed: int,
) -> Wave:
    """Return the wave over the chosen parameters.

    Args:
        found: parameters that matter.
        setting: of the runs.
        folder: where runs are kept.
        runs: size of the hypercube.
        seed: of design and runs.
    """
    rng = np.random.default_rng(seed)
    unit = qmc.LatinHypercube(len(found), rng=rng).random(runs)
    points = [point(found, row) for row in unit]
    statistics = results_at(folder, points, setting, seed=seed)
    good = np.isfinite(statistics).all(axis=1)
    errors = setting.target.errors(statistics[good])
    dense = qmc.Sobol(len(found), rng=rng).random(DENSE)
    worst = implausibility(unit[good], errors, dense, target=setting.target)
    kept = worst <= CUT
    forced = not kept.any()
    if forced:
        kept = worst <= np.quantile(worst, LEAST_SHARE)
    table = pd.DataFrame(points)
    table[list(GROUPS)] = setting.target.distances(statistics)
    return Wave(
        box=_box(dense, kept),
        share=float((worst <= CUT).mean()),
        forced=forced,
        distances=setting.target.distance(statistics),
        table=table,
    )


def implausibility(
    unit: FloatArray, errors: FloatArray, dense: FloatArray, *, target: Targets
) -> FloatArray:
    """Return the largest implausibility over the groups of statistics.

    Of a group it is the root mean square over its statistics of the emulator's error
    over its standard deviation: scatter of runs about the surface, and a discrepancy
    of one scale.

    Args:
        unit: points that were run, shape (n_runs, n_parameters).
        errors: of their statistics, in scales, shape (n_runs, n_statistics).
        dense: points asked for, shape (n_points, n_parameters).
        target: groups of the statistics.
    """
    basis, wanted = quadratic(unit), quadratic(dense)
    penalty = RIDGE * len(unit) * np.eye(basis.shape[1])
    penalty[0, 0] = 0.0
    weights = np.linalg.solve(basis.T @ basis + penalty, basis.T @ errors)
    left = errors - basis @ weights
    freedom = max(1, len(unit) - basis.shape[1])
    variance = (left**2).sum(axis=0) / freedom
    squares = (wanted @ weights) ** 2 / (variance + 1.0)
    groups = [
        squares[:, target.group == one].mean(axis=1) for one in range(len(GROUPS))
    ]
    return np.asarray(np.sqrt(np.max(groups, axis=0)))


def quadratic(unit: FloatArray) -> FloatArray:
    """Return 1, each coordinate and its square, about the middle of the cube.

    Products are left out: a wave of some dozens of runs does not carry them.
    """
    x = 2 * unit - 1
    return np.column_stack([np.ones(len(x)), x, x**2])


def _box(dense: FloatArray, kept: BoolArray) -> FloatArray:
    """Return the smallest box round the points that are kept."""
    return np.column_stack([dense[kept].min(axis=0), dense[kept].max(axis=0)])
