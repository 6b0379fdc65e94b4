"""ABC-SMC by pyABC, its runs computed in batches by the workers of a sweep.

pyABC draws a parameter, runs the model and judges it in one call. Here each batch is
gone through twice with the same random numbers: once to learn which parameters it
draws, once more to judge the runs that were then made. So a calibration is the same
however many workers it has, and one that was stopped goes on from its stored runs.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyabc
from pyabc.sampler import Sampler

from abm.units import FloatArray
from experiments.calibration.candidates import Candidate
from experiments.calibration.points import Setting, results_at

FAR = 1e6
"""Statistic of a failed run: rejected always."""

MOST_POPULATIONS = 12
QUANTILE = 0.5
"""Of the accepted distances: the next threshold."""

Batch = Callable[[str, Sequence[Mapping[str, float]]], FloatArray]


@dataclass
class Switch:
    """The model as pyABC calls it: notes parameters, or gives back what was run.

    Attributes:
        names: of the statistics.
        answers: statistics to give back; None while parameters are noted.
        drawn: parameters noted.
    """

    names: tuple[str, ...]
    answers: list[FloatArray] | None = None
    drawn: list[dict[str, float]] = field(default_factory=list)

    def __call__(self, parameters: Mapping[str, float]) -> dict[str, float]:
        """Return the statistics of a run."""
        if self.answers is None:
            self.drawn.append(dict(parameters))
            return dict.fromkeys(self.names, FAR)
        values = self.answers.pop(0)
        return {name: float(v) for name, v in zip(self.names, values, strict=True)}


class BatchSampler(Sampler):
    """Draws a batch, has it run, judges it, until enough are accepted.

    Args:
        switch: the model.
        batch: computes the statistics of named batches of points.
        size: points in a batch.
        most: runs in all, over all generations.
    """

    def __init__(self, switch: Switch, batch: Batch, *, size: int, most: int) -> None:
        super().__init__()
        self._switch, self._batch = switch, batch
        self._size, self._left = size, most

    def sample_until_n_accepted(
        self,
        n: int,
        simulate_one: Callable[[], Any],
        t: int,
        *,
        max_eval: float = np.inf,
        all_accepted: bool = False,
        ana_vars: Any = None,
    ) -> Any:
        """Return a generation; not ``ok`` when the runs that are left do not suffice.

        Args:
            n: particles to accept.
            simulate_one: draws, runs and judges one particle.
            t: number of the generation.
            max_eval: most particles to draw.
            all_accepted: not used.
            ana_vars: not used.
        """
        del all_accepted, ana_vars
        sample = self._create_empty_sample()
        self.nr_evaluations_, number = 0, 0
        while sample.n_accepted < n:
            size = int(min(self._size, self._left, max_eval - self.nr_evaluations_))
            if size <= 0:
                sample.ok = False
                break
            self._answer(f"t{t:02d}_b{number:03d}", simulate_one, size)
            for _ in range(size):
                particle = simulate_one()
                if sample.n_accepted < n:
                    sample.append(particle)
            self._switch.answers = None
            self._left -= size
            self.nr_evaluations_ += size
            number += 1
        return sample

    def _answer(self, name: str, simulate_one: Callable[[], Any], size: int) -> None:
        """Have the runs made that the next particles will ask for."""
        before = np.random.get_state()  # noqa: NPY002  # pyABC draws from this one
        self._switch.answers, self._switch.drawn = None, []
        for _ in range(size):
            simulate_one()
        np.random.set_state(before)  # noqa: NPY002
        found = self._batch(name, self._switch.drawn[:size])
        self._switch.answers = list(found)


@dataclass(frozen=True)
class Posterior:
    """Weighted parameter sets.

    Attributes:
        table: columns ``weight`` (sum 1), ``distance``, and one a parameter.
        thresholds: of the generations.
        runs: made in all.
    """

    table: pd.DataFrame
    thresholds: tuple[float, ...]
    runs: int


def inferred(
    found: Sequence[Candidate],
    setting: Setting,
    folder: Path,
    *,
    box: FloatArray,
    start: float,
    size: int,
    runs: int,
    seed: int,
) -> Posterior:
    """Return the posterior over the chosen parameters.

    Args:
        found: parameters that matter.
        setting: of the runs.
        folder: where runs are kept.
        box: what history matching left, in the unit interval.
        start: first threshold of the distance.
        size: particles in a generation.
        runs: most runs in all.
        seed: of all draws.
    """
    target = setting.target
    switch = Switch(target.names)

    def batch(name: str, points: Sequence[Mapping[str, float]]) -> FloatArray:
        number = int.from_bytes(name.encode(), "big") % 2**31
        values = results_at(folder / name, points, setting, seed=seed + number)
        return np.nan_to_num(target.weighted(values), nan=FAR, posinf=FAR)

    sampler = BatchSampler(switch, batch, size=size, most=runs)
    abc = pyabc.ABCSMC(
        switch,
        _prior(found, box),
        distance_function=pyabc.PNormDistance(p=2),
        population_size=size,
        eps=pyabc.QuantileEpsilon(initial_epsilon=start, alpha=QUANTILE),
        sampler=sampler,
    )
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "abc.db"
    file.unlink(missing_ok=True)  # made anew from the stored runs
    observed = dict(zip(target.names, target.weighted(target.observed), strict=True))
    abc.new(f"sqlite:///{file}", observed)
    logging.getLogger("ABC").setLevel(logging.WARNING)
    random = np.random.RandomState(seed % 2**32)
    np.random.set_state(random.get_state())  # noqa: NPY002
    history = abc.run(max_nr_populations=MOST_POPULATIONS)
    return _posterior(history)


def _prior(found: Sequence[Candidate], box: FloatArray) -> Any:
    """Return uniform priors over what history matching left of the ranges."""
    return pyabc.Distribution(
        **{
            one.path: pyabc.RV("uniform", one.at(low), one.at(high) - one.at(low))
            for one, (low, high) in zip(found, box.tolist(), strict=True)
        }
    )


def _posterior(history: Any) -> Posterior:
    """Return the last generation that is whole."""
    populations = history.get_all_populations()
    whole = populations[populations["t"] >= 0]
    if history.max_t < 0:
        from experiments.problems import SweepError

        raise SweepError("too few runs for one generation; give a larger budget")
    frame, weights = history.get_distribution(m=0, t=history.max_t)
    distances = history.get_weighted_distances(t=history.max_t)["distance"]
    table = frame.reset_index(drop=True)
    table.insert(0, "weight", np.asarray(weights) / np.sum(weights))
    table.insert(1, "distance", np.asarray(distances))
    table.columns.name = None
    return Posterior(
        table=table,
        thresholds=tuple(float(one) for one in whole["epsilon"]),
        runs=int(whole["samples"].sum()),
    )
