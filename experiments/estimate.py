"""How long a study will take, from a short run of its own."""

import time
from dataclasses import replace

from experiments.run import Case, Cases, Run, run_case
from experiments.workers import usable_cores

SHARE = 0.1
"""Part of a run that is timed; two days of it beside."""

FEWEST_DAYS = 2
EFFICIENCY = 0.93
"""Speed-up per added worker, by ``python -m tests.bench.sweep`` on two cores."""


def seconds_a_run(cases: Cases, *, run: Run = run_case) -> float:
    """Return the seconds one run will take here and now.

    Two parts of the first are timed and their line is followed to its end, since
    setting up takes its time once. It is run before, so that everything is compiled.
    """
    first = next(iter(cases))
    short = min(FEWEST_DAYS, first.days)
    long = min(max(short + FEWEST_DAYS, round(first.days * SHARE)), first.days)
    _timed(first, short, run)
    least, most = _timed(first, short, run), _timed(first, long, run)
    a_day = max(0.0, most - least) / max(1, long - short)
    return least + a_day * (first.days - short)


def _timed(case: Case, days: int, run: Run) -> float:
    """Return the seconds that the first days of a run take."""
    started = time.perf_counter()
    run(replace(case, days=days, map_days=()))
    return time.perf_counter() - started


def seconds_of(runs: int, a_run: float, workers: int) -> float:
    """Return the seconds that a number of runs will take on so many workers."""
    speed = 1 + (workers - 1) * EFFICIENCY
    return runs * a_run / speed


def in_words(seconds: float) -> str:
    """Return a duration as a person says it."""
    minute, hour = 60, 3600
    if seconds < minute:
        return f"{seconds:.0f} s"
    if seconds < hour:
        return f"{seconds / minute:.0f} min"
    return f"{seconds / hour:.1f} h"


def time_of(cases: Cases, runs: int, *, workers: int | None) -> str:
    """Return in words how long a run takes and a number of them on this machine."""
    processes = workers or usable_cores()
    a_run = seconds_a_run(cases)
    whole = in_words(seconds_of(runs, a_run, processes))
    return (
        f"about {a_run:.2f} s a run, {whole} for {runs} runs on {processes} "
        f"worker{'s' * (processes != 1)}"
    )
