"""Ensembles: weighted parameter sets in one Parquet file.

A scenario's default ensemble lies in its folder ``_ensemble``, which is no part of
its hash: it says what a forecast samples, not what a run is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from abm.scenario import Scenario
from abm.units import FloatArray
from abm.whole import whole
from experiments.calibration.candidates import refuse_implausible
from experiments.problems import StudyError

FILE = Path("_ensemble") / "posterior.parquet"
WEIGHT, DISTANCE = "weight", "distance"


@dataclass(frozen=True)
class Ensemble:
    """Weighted parameter sets.

    Attributes:
        weights: sum 1, shape (n_sets,).
        values: one column a path.
    """

    weights: FloatArray
    values: pd.DataFrame

    def points(self) -> list[dict[str, float]]:
        """Return the sets as values by path."""
        return [
            {str(path): float(value) for path, value in row.items()}
            for row in self.values.to_dict("records")
        ]

    def median(self) -> dict[str, float]:
        """Return the weighted median of each parameter."""
        return {
            str(path): weighted_quantile(
                self.values[path].to_numpy(), self.weights, 0.5
            )
            for path in self.values
        }

    def resampled(self, members: int) -> list[dict[str, float]]:
        """Return so many sets of equal weight, by systematic resampling (no draw)."""
        total = np.cumsum(self.weights)
        at = (np.arange(members) + 1 / 2) / members
        rows = np.minimum(np.searchsorted(total, at), len(total) - 1)
        points = self.points()
        return [points[int(row)] for row in rows]


def weighted_quantile(values: FloatArray, weights: FloatArray, level: float) -> float:
    """Return the smallest value that a share ``level`` of the weight reaches."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order])
    at = int(np.searchsorted(total, level * total[-1] - 1e-12))
    return float(values[order][min(at, len(order) - 1)])


def read_ensemble(file: Path, scenario: Scenario) -> Ensemble:
    """Return the ensemble of a file.

    Raises:
        StudyError: it is none, or has values outside the plausible ranges.
    """
    try:
        table = pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise StudyError(
            [f"{file}: no ensemble ({error}); `abm calibrate` writes one"]
        ) from None
    if WEIGHT not in table or not (table[WEIGHT] >= 0).all() or not table[WEIGHT].sum():
        raise StudyError([f"{file.name}: {WEIGHT}: missing, negative or all zero"])
    values = table.drop(columns=[WEIGHT, DISTANCE], errors="ignore")
    refuse_outside(values, scenario, where=file.name)
    weights = table[WEIGHT].to_numpy(dtype=np.float64)
    return Ensemble(weights / weights.sum(), values)


def refuse_outside(values: pd.DataFrame, scenario: Scenario, *, where: str) -> None:
    """Refuse sets with a value outside its plausible range.

    Raises:
        StudyError: naming the value that is farthest out, of each such parameter.
    """
    for ends in (values.min(), values.max()):
        named: Mapping[str, float] = {
            str(path): float(value) for path, value in ends.items()
        }
        refuse_implausible(named, scenario, where=where)


def write_ensemble(table: pd.DataFrame, file: Path, scenario: Scenario) -> None:
    """Write weighted parameter sets.

    Args:
        table: columns ``weight``, ``distance`` and one a parameter.
        file: where to.
        scenario: whose plausible ranges bind.

    Raises:
        StudyError: a value lies outside its plausible range; nothing is written.
    """
    values = table.drop(columns=[WEIGHT, DISTANCE], errors="ignore")
    refuse_outside(values, scenario, where=file.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole(file) as temporary:
        table.to_parquet(temporary, index=False)
