"""Throughput of sweeps: overhead, speed-up of two workers, and mesa.batch_run.

The runs are those of most shipped studies: the real map at 10 km, 166 days. The
overhead is that of a run once workers are there: the time from the first part of the
store to the last on one worker, less that of the runs in between. The speed-up counts the
start of workers too; a sweep takes a minute on one.

``python -m tests.bench.sweep`` prints ratios taken in one run, on the same model and
points: only they mean anything on a machine that others use too.
"""

import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from experiments.parts import PARTS
from experiments.run import Cases, warm_up
from experiments.study import Study
from experiments.sweeps import Plan, carry_out

PAIRS = 5
SCENARIO = "deir_ezzor_2017"
DAYS = 166
POINTS = (0.01, 0.015, 0.02, 0.03, 0.04, 0.05)
"""Values of fight.attrition; more than a process keeps theatres of."""
REPLICATES = 2
CHUNK = 2
"""Runs in a part of the store."""


def study() -> Study:
    """Return a study of the default run, of points that mesa.batch_run can have too."""
    return Study.model_validate(
        {
            "name": "bench",
            "title": "Throughput",
            "scenario": SCENARIO,
            "days": DAYS,
            "cell_km": 10.0,
            "replicates": REPLICATES,
            "outcome": "incidents.total",
            "design": {"kind": "grid"},
            "factors": [{"path": "fight.attrition", "levels": POINTS}],
        }
    )


def sweep_seconds(workers: int) -> tuple[float, float]:
    """Return the seconds of a sweep, start included, and the overhead of its runs.

    The overhead is a share of the time of the runs; it means something on one worker,
    where the next run waits for all that is done about the last.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        plan = Plan(workers=workers, prepare=None, chunk=CHUNK)
        started = time.perf_counter()
        carry_out(Cases(study()), out, plan=plan)
        whole = time.perf_counter() - started
        parts = sorted((out / PARTS).iterdir(), key=_written)
        runs = sum(
            pc.sum(pq.read_table(part, columns=["wall_s"])["wall_s"]).as_py()
            for part in parts[1:]
        )
        return whole, (_written(parts[-1]) - _written(parts[0])) / runs - 1


def _written(part: Path) -> float:
    """Return when a part was written, seconds."""
    return part.stat().st_mtime_ns / 1e9


def batch_seconds(processes: int) -> float:
    """Return the seconds of mesa.batch_run at the same points and seeds."""
    from tests.mesa_batch import batch

    seeds = list(dict.fromkeys(case.seed for case in Cases(study())))
    parameters = {
        "scenario": SCENARIO,
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
        one, more = sweep_seconds(1)
        two, _ = sweep_seconds(2)
        mesas = batch_seconds(2)
        speed.append(one / two)
        against.append(mesas / two)
        overhead.append(more)
        sys.stdout.write(
            f"pair {pair + 1}: 1 worker {one:.2f} s (a run's overhead {more:.1%}), "
            f"2 workers {two:.2f} s, mesa.batch_run on 2 {mesas:.2f} s\n"
        )
        sys.stdout.flush()
    sys.stdout.write(
        f"two workers against one: {statistics.median(speed):.2f}x (median)\n"
        f"sweep against mesa.batch_run, two processes: "
        f"{statistics.median(against):.2f}x\n"
        f"a run beyond the engine's steps: {statistics.median(overhead):.1%}\n"
    )


if __name__ == "__main__":
    main()
