"""Seconds of the engine: a run by phase, recording, start and compiling."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from abm import kernels
from abm.model import ConflictModel
from abm.phases import PHASES

SCENARIO = "deir_ezzor_2017"
ROOT = Path(__file__).parents[2]


class Clock:
    """Adds up the CPU seconds and calls of functions it wraps."""

    def __init__(self):
        self.seconds, self.calls, self.inside = {}, {}, ""

    def wrapped(self, name, function):
        """Return the function, its time counted under a name."""

        def timed(*args, **kwargs):
            before, self.inside = self.inside, name
            start = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.inside = before
                spent = time.process_time() - start
                self.seconds[name] = self.seconds.get(name, 0.0) + spent
                self.calls[name] = self.calls.get(name, 0) + 1

        return timed

    def split(self, name, function, *, apart):
        """Return the function, its time counted apart inside one wrapped function."""
        kinds = {
            inside: self.wrapped(f"{name} in {apart}" if inside else name, function)
            for inside in (False, True)
        }
        return lambda *args: kinds[self.inside == apart](*args)


def run(cell_km, *, ticks=None, seed=1):
    """Run the default scenario with recording; return its figures by name."""
    clock, kept = Clock(), dict(PHASES)
    start = time.process_time()
    model = ConflictModel(
        SCENARIO, rng=seed, cell_km=cell_km, record=True, collect=False
    )
    setup = time.process_time() - start
    model.recorder.tick = clock.wrapped("record", model.recorder.tick)
    searched = kernels.search
    PHASES.update({name: clock.wrapped(name, one) for name, one in kept.items()})
    kernels.search = clock.split("path search", searched, apart="supply")
    try:
        start = time.process_time()
        while model.running and (ticks is None or model.world.tick < ticks):
            model.step()
        whole = time.process_time() - start
    finally:
        PHASES.update(kept)
        kernels.search = searched
    writing = _written(model)
    return {
        "ticks": model.world.tick,
        "setup_s": setup,
        "run_s": whole,
        "write_s": writing,
        "phase_s": {name: clock.seconds.get(name, 0.0) for name in kept},
        "record_s": clock.seconds["record"],
        "recording_share": (clock.seconds["record"] + writing) / (whole + writing),
        "search_s": clock.seconds["path search"],
        "searches": clock.calls["path search"],
        "supply_search_s": clock.seconds["path search in supply"],
        "days": sum(model.theatre.decides(tick) for tick in range(model.world.tick)),
        "digest": model.digest,
    }


def _written(model):
    """Return the CPU seconds that the tables and frames of a run take to write."""
    import pyarrow.parquet as pq

    from abm.record import chunks
    from abm.record.tables import tables

    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        for name in tables():
            table = model.recorder.table(name)
            pq.write_table(table, f"{folder}/{name}.parquet", compression="zstd")
        chunks.save(Path(folder) / "frames.npz", model.recorder.all_chunks())
        return time.process_time() - start


FIRST_TICK = """
import sys, time
from abm.model import ConflictModel
model = ConflictModel(sys.argv[1], rng=1, record=True, collect=False)
model.step()
"""


def first_tick(cache=None):
    """Return wall and CPU seconds from the start of a process to its first tick's end.

    Args:
        cache: folder of compiled kernels; None for the one in use.
    """
    changes = {"NUMBA_CACHE_DIR": cache} if cache else {}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", FIRST_TICK, SCENARIO],
        check=True,
        cwd=ROOT,
        env=os.environ | changes,
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_s": wall, "cpu_s": spent}


def compiling():
    """Return what compiling every kernel adds to the first tick, seconds."""
    warm = first_tick()
    with tempfile.TemporaryDirectory() as folder:
        cold = first_tick(folder)
    return {
        "first_tick_s": warm["wall_s"],
        "first_tick_cpu_s": warm["cpu_s"],
        "compile_s": cold["wall_s"] - warm["wall_s"],
        "compile_cpu_s": cold["cpu_s"] - warm["cpu_s"],
    }


def peak_mib():
    """Return the largest memory of a whole ``abm run``, MiB.

    From /proc, since ``ru_maxrss`` of a child begins at what its parent took.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = subprocess.run(
            [sys.executable, "-c", PEAK, folder],
            check=True,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    return int(out.stdout.split()[-1])


PEAK = """
import contextlib, io, sys
from abm.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    main(["run", "--seed", "1", "--json", "--out", sys.argv[1] + "/run"])
status = dict(line.split(":") for line in open("/proc/self/status") if ":" in line)
print(int(status["VmHWM"].split()[0]) // 1024)
"""


def help_s():
    """Return the seconds that ``abm --help`` takes over bare Python; quickest of nine."""

    def seconds(*words):
        best = float("inf")
        for _ in range(9):
            start = time.perf_counter()
            subprocess.run([sys.executable, *words], check=True, capture_output=True)
            best = min(best, time.perf_counter() - start)
        return best

    return seconds("-m", "abm", "--help") - seconds("-c", "pass")
