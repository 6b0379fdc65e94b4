"""Child processes of the experiments' tests: started, watched and killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

HERE = Path(__file__).parent
STUBS = HERE / "stubs_experiments.py"
LONGEST_S = 180.0
STEP_S = 0.02


def environment() -> dict[str, str]:
    """Return an environment in which workers find the package and the stubs."""
    found = os.pathsep.join([str(HERE.parent), str(HERE)])
    return {**os.environ, "PYTHONPATH": found}


def until(condition: Callable[[], object], *, what: str) -> object:
    """Return the condition's first true value; fail after LONGEST_S."""
    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(STEP_S)  # bounded polling of another process
    raise AssertionError(f"waited {LONGEST_S:g} s for {what}")


def driver(folder: Path, **given: object) -> subprocess.Popen[str]:
    """Start a sweep of the stub in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, str(STUBS), str(folder), json.dumps(given)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def below(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return all processes that a driver has started."""
    return psutil.Process(process.pid).children(recursive=True)


def workers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return a driver's workers: the children of its fork server."""
    children = psutil.Process(process.pid).children()
    return [worker for child in children for worker in child.children()]


def journal_length(folder: Path) -> int:
    """Return how many finished runs lie in the journal or in parts."""
    file = folder / "progress.json"
    done = json.loads(file.read_text())["done"] if file.exists() else 0
    lines = folder / "journal.jsonl"
    return max(done, lines.read_bytes().count(b"\n") if lines.exists() else 0)


def killed(processes: list[psutil.Process]) -> None:
    """Kill processes that are still there."""
    for process in processes:
        if process.is_running():
            process.send_signal(signal.SIGKILL)


@contextmanager
def cluster(folder: Path, count: int) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """Give a Dask scheduler's address and its worker processes, on loopback."""
    file = folder / "scheduler.json"
    local = ["--host", "127.0.0.1"]
    running = [
        _dask("scheduler", *local, "--port", "0", "--no-show", file=file, log=folder)
    ]
    try:
        until(lambda: file.exists() and file.read_text(), what="the scheduler")
        address = json.loads(file.read_text())["address"]
        running += [
            _dask(
                "worker", *local, "--nthreads", "1", "--no-nanny", file=file, log=folder
            )
            for _ in range(count)
        ]
        yield address, running[1:]
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def _dask(
    role: str, *arguments: str, file: Path, log: Path
) -> "subprocess.Popen[bytes]":
    """Start one process of a cluster."""
    command = [
        sys.executable,
        "-m",
        f"distributed.cli.dask_{role}",
        *arguments,
        "--scheduler-file",
        str(file),
        "--no-dashboard",
        "--dashboard-address",
        "127.0.0.1:0",
    ]
    with (log / f"{role}.log").open("ab") as output:
        return subprocess.Popen(
            command, env=environment(), stdout=output, stderr=output, cwd=log
        )
