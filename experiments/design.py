"""Designs: which points a study runs, the same for the same study always.

A design is laid in the unit cube, one axis a factor, and mapped to values through
each factor's levels or distribution. Points and replicate seeds depend on the
study alone.
"""

import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.study import Factor, Json, Study

SEED_BITS_DROPPED = 11
"""Of 64: a seed then fits a JSON number exactly (53 bits)."""


@dataclass(frozen=True, slots=True)
class Points:
    """The points of a design.

    Attributes:
        labels: names of the factors.
        values: value of each factor per point, ``values[point][factor]``.
        unit: coordinates in the unit cube, shape (n_points, n_factors); None for a
            grid or a list.
    """

    labels: tuple[str, ...]
    values: tuple[tuple[Json, ...], ...]
    unit: NDArray[np.float64] | None

    def hash(self) -> str:
        """Return the SHA-256 of all labels and values."""
        text = json.dumps([self.labels, self.values], separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def points(study: Study) -> Points:
    """Return the points of a study's design."""
    labels = tuple(factor.label for factor in study.factors)
    if study.design.kind == "list":
        columns = [factor.levels for factor in study.factors]
        return Points(labels, tuple(zip(*columns, strict=True)), None)
    if study.design.kind == "grid":
        axes = [_grid_axis(factor) for factor in study.factors]
        return Points(labels, tuple(itertools.product(*axes)), None)
    unit = unit_points(study)
    columns = [
        _values(factor, unit[:, axis]) for axis, factor in enumerate(study.factors)
    ]
    return Points(labels, tuple(zip(*columns, strict=True)), unit)


def unit_points(study: Study) -> NDArray[np.float64]:
    """Return an ``lhs``, ``sobol`` or ``morris`` design in the unit cube."""
    kind, seed = study.design.kind, _design_seed(study)
    if kind == "lhs":
        from scipy.stats import qmc

        cube = qmc.LatinHypercube(len(study.factors), rng=np.random.default_rng(seed))
        return np.asarray(cube.random(study.design.points), dtype=np.float64)
    if kind == "sobol":
        from SALib.sample import sobol

        return np.asarray(
            sobol.sample(
                problem(study), study.design.n, calc_second_order=False, seed=seed
            ),
            dtype=np.float64,
        )
    from SALib.sample import morris

    return np.asarray(
        morris.sample(
            problem(study),
            study.design.trajectories,
            num_levels=study.design.levels,
            seed=seed,
        ),
        dtype=np.float64,
    )


def problem(study: Study) -> dict[str, object]:
    """Return SALib's description of the unit cube of the study's factors."""
    names = [factor.label for factor in study.factors]
    return {
        "num_vars": len(names),
        "names": names,
        "bounds": [[0.0, 1.0]] * len(names),
    }


def point_count(study: Study) -> int:
    """Return the number of points without laying them."""
    design, count = study.design, len(study.factors)
    if design.kind == "grid":
        sizes = [len(factor.choices) or factor.steps for factor in study.factors]
        return int(np.prod(sizes, dtype=object)) if sizes else 1
    if design.kind == "list":
        return len(study.factors[0].levels) if study.factors else 1
    if design.kind == "lhs":
        return design.points
    if design.kind == "sobol":
        return design.n * (count + 2)
    return design.trajectories * (count + 1)


def run_count(study: Study) -> int:
    """Return the number of runs of the whole study."""
    return point_count(study) * study.replicates


def replicate_seeds(study: Study) -> tuple[int, ...]:
    """Return the seed of each replicate; the same for every point (paired)."""
    return tuple(_seed(study.seed, replicate) for replicate in range(study.replicates))


def own_seed(study: Study, row: int) -> int:
    """Return the seed of a run whose study is not paired: that of its row alone."""
    return _seed(study.seed, row, 1, 1)


def _seed(*words: int) -> int:
    """Return a seed that fits a JSON number."""
    state = np.random.SeedSequence(words).generate_state(1, np.uint64)
    return int(state[0]) >> SEED_BITS_DROPPED


def case_numbers(study: Study) -> Iterator[tuple[int, int]]:
    """Yield (point, replicate) in the order in which they are run.

    All points are run once before any is run twice, so that a sweep stopped early
    is the same study with fewer replicates.
    """
    total = point_count(study)
    for replicate in range(study.replicates):
        for point in range(total):
            yield point, replicate


def _design_seed(study: Study) -> int:
    """Return the seed of the design, apart from those of the runs."""
    words = np.random.SeedSequence([study.seed, 1, 1]).generate_state(1, np.uint32)
    return int(words[0])


def _grid_axis(factor: Factor) -> tuple[Json, ...]:
    """Return the values a factor takes in a grid."""
    if factor.choices:
        return factor.choices
    return _values(factor, np.linspace(0.0, 1.0, factor.steps))


def _values(factor: Factor, unit: NDArray[np.float64]) -> tuple[Json, ...]:
    """Return a factor's values at coordinates in [0, 1]."""
    choices = factor.choices
    if choices:
        picked = np.minimum((unit * len(choices)).astype(int), len(choices) - 1)
        return tuple(choices[index] for index in picked)
    spread = _quantiles(factor, unit)
    if factor.integer:
        return tuple(round(float(value)) for value in spread)
    return tuple(float(value) for value in spread)


def _quantiles(factor: Factor, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return quantiles of a factor's distribution on its range."""
    low, high, spread = (
        float(factor.low or 0),
        float(factor.high or 0),
        (factor.distribution),
    )
    width = high - low
    if spread.kind == "loguniform":
        return np.asarray(low * (high / low) ** unit)
    if spread.kind == "uniform":
        return np.asarray(low + width * unit)
    from scipy import stats

    if spread.kind == "triangular":
        peak = (float(spread.mode or 0) - low) / width
        return np.asarray(stats.triang.ppf(unit, peak, loc=low, scale=width))
    mean, sd = float(spread.mean or 0), float(spread.sd or 1)
    ends = (low - mean) / sd, (high - mean) / sd
    return np.asarray(stats.truncnorm.ppf(unit, *ends, loc=mean, scale=sd))
