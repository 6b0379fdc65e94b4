"""Fits of one small budget, for the model and each deal of objectives alike.

A full calibration of every deal would take twenty times the model's own. Each gets
instead the same few runs over the parameters that calibration fits, at the same
points with the same seeds, and keeps those that are nearest to what happened
(rejection sampling: Pritchard et al. 1999). The model fitted like this stands beside
them, so that what the objectives are worth is told apart from what fitting is worth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.stats import qmc

from abm.scenario import Scenario
from experiments.calibration.calibrate import setting_of
from experiments.calibration.candidates import candidates, point
from experiments.calibration.points import listed_study, stored_statistics
from experiments.ensemble import Ensemble
from experiments.run import Cases
from experiments.scoring.sources import Source, from_store
from experiments.sweeps import Plan
from experiments.swept import completed

SEED = 20170620


def fit_points(scenario: Scenario, sets: Ensemble, runs: int) -> list[dict[str, float]]:
    """Return a Latin hypercube over the plausible ranges of the fitted parameters."""
    found = [one for one in candidates(scenario) if one.path in sets.values]
    rng = np.random.default_rng(SEED)
    unit = qmc.LatinHypercube(len(found), rng=rng).random(runs)
    return [point(found, row) for row in unit]


def fitted(
    who: str,
    folder: Path,
    points: Sequence[Mapping[str, float]],
    *,
    keep: int,
    cell_km: float,
    plan: Plan,
) -> Source:
    """Return the runs at the points that are nearest to what happened.

    Args:
        who: scenario, by name or folder.
        folder: of the runs.
        points: values by path, one run each.
        keep: how many of the runs are kept, with equal weight.
        cell_km: size of a cell, km.
        plan: how runs are computed.
    """
    setting = setting_of(who, cell_km=cell_km, plan=plan)
    study = listed_study(
        points,
        name="fit",
        scenario=who,
        days=setting.target.days,
        cell_km=cell_km,
        seed=SEED,
    )
    swept = completed(Cases(study), folder, plan=plan)
    away = {
        at: float(setting.target.distance(values))
        for at, values in stored_statistics(swept, setting)
    }
    nearest = sorted(away, key=lambda at: (away[at], at))[:keep]
    chosen = swept.results[swept.results["point"].isin(nearest)]
    return from_store(replace(swept, results=chosen.reset_index(drop=True)))
