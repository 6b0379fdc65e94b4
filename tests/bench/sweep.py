"""Throughput of sweeps: overhead, speed-up of two workers, and mesa.batch_run.

The overhead is that of a further run: a longer sweep less a shorter one, both less the
time of their runs, so that the start of workers, once a sweep, is left out. Runs are some
1.2 s long, a third of the shortest of a shipped study: the start of workers counts fully.

``python -m tests.bench.sweep`` prints ratios taken in one run, on the same model and
points: only they mean anything on a machine that others use too.
"""

import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path

from experiments.run import Cases, warm_up
from experiments.study import Study
from experiments.sweeps import Plan, carry_out

PAIRS = 5
DAYS = 120
POINTS = (0.02, 0.03, 0.04, 0.05)
REPLICATES, FURTHER = 8, 2
"""Runs of each point, and how many more those of the longer sweep have."""


def study(replicates: int = REPLICATES) -> Study:
    """Return a study of the small scenario: 4 points of runs of ``DAYS``."""
    return Study.model_validate(
        {
            "name": "bench",
            "title": "Throughput",
            "scenario": "two_valleys",
            "days": DAYS,
            "cell_km": 10.0,
            "replicates": replicates,
            "outcome": "incidents.total",
            "design": {"kind": "grid"},
            "factors": [{"path": "fight.attrition", "levels": POINTS}],
        }
    )


def sweep_seconds(workers: int, replicates: int = REPLICATES) -> tuple[float, float]:
    """Return the seconds of a sweep, start of workers included, and of its runs."""
    cases = Cases(study(replicates))
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        carry_out(cases, Path(folder) / "out", plan=Plan(workers=workers, prepare=None))
        whole = time.perf_counter() - started
        from experiments.results import read_results

        runs = float(read_results(Path(folder) / "out")["wall_s"].sum())
    return whole, runs


def batch_seconds(processes: int) -> float:
    """Return the seconds of mesa.batch_run at the same points and seeds."""
    from tests.mesa_batch import batch

    seeds = list(dict.fromkeys(case.seed for case in Cases(study())))
    parameters = {
        "scenario": "two_valleys",
        "cell_km": 10.0,
        "days": DAYS,
        "fight__attrition": list(POINTS),
        "record": True,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        started = time.perf_counter()
        batch(parameters, seeds, number_processes=processes)
        return time.perf_counter() - started


def main() -> None:
    """Print the ratios."""
    warm_up(Cases(study()).case(0))
    speed, against, overhead = [], [], []
    for pair in range(PAIRS):
        one, runs_one = sweep_seconds(1)
        two, _ = sweep_seconds(2)
        mesas = batch_seconds(2)
        speed.append(one / two)
        against.append(mesas / two)
        many, runs_many = sweep_seconds(1, REPLICATES + FURTHER)
        overhead.append((many - one) / (runs_many - runs_one) - 1)
        sys.stdout.write(
            f"pair {pair + 1}: 1 worker {one:.2f} s (runs {runs_one:.2f} s), "
            f"2 workers {two:.2f} s, mesa.batch_run on 2 {mesas:.2f} s\n"
        )
    sys.stdout.write(
        f"two workers against one: {statistics.median(speed):.2f}x (median)\n"
        f"sweep against mesa.batch_run, two processes: "
        f"{statistics.median(against):.2f}x\n"
        f"a further run beyond the engine's steps: {statistics.median(overhead):.1%}\n"
    )


if __name__ == "__main__":
    main()
