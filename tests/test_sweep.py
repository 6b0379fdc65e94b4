"""A sweep as a whole: the Python interface, the commands, memory, and the bar."""

import io
import json
import subprocess
import sys

import pandas as pd
import pytest
from processes import STUBS, environment
from stubs_experiments import carried_out, cases

from experiments.results import comparable, read_results

MOST_MEMORY = 1.2
"""Peak memory at 10,000 runs, in units of that at 100."""


def test_results_do_not_depend_on_workers_order_or_size_of_parts(tmp_path):
    of = cases()
    carried_out(tmp_path / "one", of, workers=1)
    carried_out(tmp_path / "two", of, workers=2, chunk=3)

    pd.testing.assert_frame_equal(
        comparable(read_results(tmp_path / "one")),
        comparable(read_results(tmp_path / "two")),
    )


def test_the_bar_shows_rate_failures_and_the_estimate_with_its_interval(tmp_path):
    stream = io.StringIO()
    carried_out(tmp_path, cases(), stream=stream)
    last = stream.getvalue().rsplit("\r", 1)[-1]
    mean = read_results(tmp_path)["tonnes.delivered"].mean()

    assert "40/40" in last
    assert "run/s" in last
    assert f"0 failed, tonnes.delivered {mean:.3g} [" in last


def test_progress_on_disk_says_how_far_how_fast_and_how_sure(tmp_path):
    carried_out(tmp_path, cases(), limit=10)
    said = json.loads((tmp_path / "progress.json").read_text())
    delivered = read_results(tmp_path)["tonnes.delivered"]

    assert (said["state"], said["done"], said["total"]) == ("stopped", 10, 40)
    assert said["estimate"] == pytest.approx(delivered.mean())
    assert said["interval"][0] < delivered.mean() < said["interval"][1]


def test_the_estimate_goes_on_from_what_is_stored(tmp_path):
    of = cases()
    carried_out(tmp_path, of, limit=25)
    carried_out(tmp_path, of)
    said = json.loads((tmp_path / "progress.json").read_text())

    assert said["estimate"] == pytest.approx(
        read_results(tmp_path)["tonnes.delivered"].mean()
    )


PEAK = """
import resource, sys
sys.path[:0] = {path!r}
from pathlib import Path
from stubs_experiments import carried_out, cases
if __name__ == "__main__":
    of = cases(replicates={replicates})
    carried_out(Path({folder!r}), of, run=__import__("stubs_experiments").{run})
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_memory(folder, replicates: int, run: str) -> int:
    """Return the peak memory of a driver, KiB."""
    folder.mkdir()
    script = folder / "peak.py"
    path = [str(STUBS.parent.parent), str(STUBS.parent)]
    script.write_text(
        PEAK.format(
            path=path, folder=str(folder / "out"), replicates=replicates, run=run
        )
    )
    done = subprocess.run(
        [sys.executable, script],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.slow
def test_the_drivers_memory_does_not_grow_with_the_number_of_runs(tmp_path):
    few = peak_memory(tmp_path / "few", 10, "run_heavy")
    many = peak_memory(tmp_path / "many", 1000, "run_heavy")

    assert len(read_results(tmp_path / "many" / "out")) == 10_000
    assert many <= MOST_MEMORY * few
