"""Kills and full disks, for real: nothing finished is lost, nothing counts twice."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from processes import STUBS, driver, environment, journal_length, until, workers
from stubs_experiments import carried_out, cases, run_stub

from experiments.results import read_results
from experiments.store import JOURNAL

REPLICATES = 40
TOTAL = 10 * REPLICATES
SLOW = {"study": {"replicates": REPLICATES}, "run": "run_slow"}


def assert_whole(folder: Path) -> None:
    """Every run is there once, with the digest that a run of its own gives."""
    of = cases(replicates=REPLICATES)
    results = read_results(folder)

    assert results["row"].tolist() == list(range(TOTAL))
    assert results["failure"].isna().all()
    assert results["digest"].tolist() == [
        run_stub(of.case(row)).digest for row in range(TOTAL)
    ]


def test_a_killed_worker_costs_no_run(tmp_path):
    process = driver(tmp_path, **SLOW)
    until(lambda: journal_length(tmp_path) > 20, what="the first runs")
    victims = workers(process)
    victims[0].kill()
    out, errors = process.communicate(timeout=60)

    assert process.returncode == 0, errors
    assert json.loads(out) == {"done": TOTAL, "new": TOTAL}
    assert_whole(tmp_path)


def test_a_killed_driver_loses_no_finished_run_and_leaves_no_worker(tmp_path):
    process = driver(tmp_path, **SLOW)
    until(lambda: journal_length(tmp_path) > 90, what="a part and a journal")
    left = workers(process)
    process.kill()
    process.wait()
    before = read_results(tmp_path)
    until(lambda: not any(p.is_running() for p in left), what="orphans to end")

    summary = carried_out(tmp_path, cases(replicates=REPLICATES))

    assert len(before) > 90
    assert (tmp_path / JOURNAL).exists()
    assert summary.new == TOTAL - len(before)
    assert_whole(tmp_path)
    after = read_results(tmp_path).set_index("row")
    assert (after.loc[before["row"], "attempt"] == 0).all()


@pytest.mark.slow
def test_a_driver_killed_again_and_again_still_ends_with_the_whole(tmp_path):
    for aim in (60, 130, 220):
        process = driver(tmp_path, **SLOW)
        until(lambda aim=aim: journal_length(tmp_path) > aim, what=f"{aim} runs")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    carried_out(tmp_path, cases(replicates=REPLICATES))
    assert_whole(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_sweep_ends_cleanly_says_so_and_resumes(tmp_path, number):
    process = driver(tmp_path, bar=True, **SLOW)
    until(lambda: journal_length(tmp_path) > 20, what="the first runs")
    left = workers(process)
    # a terminal sends Ctrl-C to the whole group, workers included
    os.killpg(process.pid, number) if number == signal.SIGINT else process.terminate()
    out, errors = process.communicate(timeout=60)
    done = json.loads(out)["done"]

    assert process.returncode == 0, errors
    assert "stopping: taking back the runs in flight" in errors
    assert "Traceback" not in errors
    assert 20 < done < TOTAL
    assert len(read_results(tmp_path)) == done
    assert not any(p.is_running() for p in left)
    assert json.loads((tmp_path / "progress.json").read_text())["state"] == "stopped"
    assert carried_out(tmp_path, cases(replicates=REPLICATES)).done == TOTAL
    assert_whole(tmp_path)


def test_ctrl_c_while_workers_start_ends_cleanly(tmp_path):
    process = driver(tmp_path, bar=True, **SLOW)
    # the fork server is there, and still imports what workers start with
    until(lambda: psutil.Process(process.pid).children(), what="the fork server")
    os.killpg(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=60)

    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert json.loads(out)["done"] < TOTAL


def test_a_second_ctrl_c_stops_at_once(tmp_path):
    process = driver(tmp_path, bar=True, **{**SLOW, "run": "run_endless"})
    until(lambda: len(workers(process)) == 2, what="the workers")
    until(lambda: (tmp_path / "progress.json").exists(), what="the sweep")
    process.send_signal(signal.SIGINT)
    until(lambda: "stopping" in process.stderr.readline(), what="the first")
    process.send_signal(signal.SIGINT)

    assert process.wait(timeout=20) == 0
    assert psutil.pid_exists(process.pid) is False


def limit_files(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_full_disk_stops_the_sweep_with_its_name_and_keeps_what_is_stored(tmp_path):
    given = {**SLOW, "run": "run_stub", "plan": {"chunk": 1000}}
    process = subprocess.run(
        [sys.executable, str(STUBS), str(tmp_path), json.dumps(given)],
        env=environment(),
        capture_output=True,
        text=True,
        preexec_fn=lambda: limit_files(100_000),
        check=False,
    )
    stored = len(read_results(tmp_path))

    assert "SweepError" in process.stderr
    assert f"File too large; {stored} of {TOTAL} runs are stored" in process.stderr
    assert 0 < stored < TOTAL
    assert carried_out(tmp_path, cases(replicates=REPLICATES)).new == TOTAL - stored
    assert_whole(tmp_path)


FULL = """
import subprocess, sys
sys.path[:0] = {path!r}
from pathlib import Path
from stubs_experiments import carried_out, cases
from experiments.problems import SweepError
from experiments.results import read_results
disk = Path({disk!r})
of = cases(replicates={replicates})
mount = ["mount", "-t", "tmpfs", "-o"]
if __name__ == "__main__":
    subprocess.run([*mount, "size=300k", "tmpfs", str(disk)], check=True)
    for chunk in (16, 1000):
        try:
            carried_out(disk / "out", of, chunk=chunk)
        except SweepError as error:
            print(error)
    stored = len(read_results(disk / "out"))
    subprocess.run([*mount, "remount,size=20m", "tmpfs", str(disk)], check=True)
    summary = carried_out(disk / "out", of)
    results = read_results(disk / "out")
    print(stored, summary.new, len(results), results["row"].is_unique)
"""


def test_a_full_disk_is_resumed_when_there_is_room_again(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    script = tmp_path / "full.py"
    path = [str(STUBS.parent.parent), str(STUBS.parent)]
    script.write_text(FULL.format(path=path, disk=str(disk), replicates=REPLICATES))
    process = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", sys.executable, script],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in process.stderr and not process.stdout:
        pytest.skip(
            "no user namespace here, so no small disk; the same was done with a limit "
            f"on the size of files above ({process.stderr.strip()})"
        )
    *errors, last = process.stdout.splitlines()
    stored, new, total, unique = last.split()

    assert process.returncode == 0, process.stderr
    assert len(errors) == 2
    assert all("No space left on device" in line for line in errors)
    assert 0 < int(stored) < TOTAL
    assert int(stored) + int(new) == int(total) == TOTAL
    assert unique == "True"
