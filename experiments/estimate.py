"""How long a study will take, from a short run of its own."""

import time
from dataclasses import replace

from experiments.run import Cases, Run, run_case
from experiments.workers import usable_cores

SHARE = 0.1
"""Part of a run that is timed."""

FEWEST_DAYS = 2
EFFICIENCY = 0.93
"""Speed-up per added worker; measured on two cores, see docs/experiments.md."""


def seconds_a_run(cases: Cases, *, run: Run = run_case) -> float:
    """Return the seconds one run will take, scaled up from a part of the first.

    The part is run twice; the second time counts, when everything is compiled.
    """
    first = next(iter(cases))
    days = max(FEWEST_DAYS, round(first.days * SHARE))
    part = replace(first, days=min(days, first.days), map_days=())
    run(part)
    started = time.perf_counter()
    run(part)
    return (time.perf_counter() - started) * first.days / part.days


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
    return f"about {a_run:.2f} s a run, {whole} for {runs} runs on {processes} workers"
