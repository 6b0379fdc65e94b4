"""A server of our own, Debian's Chromium, and a page that fails on any complaint."""

import subprocess
import sys
from pathlib import Path

import pytest
from acting import AT_PEACE
from playwright.sync_api import expect, sync_playwright
from tabs import AHEAD, FLAGS, WAIT_MS, Tab, chromium, end, free_port, serve

from abm.headless import run_headless
from abm.metrics import outcomes
from abm.record.write import Facts

expect.set_options(timeout=WAIT_MS)


SWEEP = """
name = "valleys"
title = "A look at the two valleys"
question = "What does the rate of losses change?"
scenario = "two_valleys"
days = 12
replicates = 2
seed = 3
outcome = "dates.rifles_arrive"
outcomes = ["dates.*", "losses.*"]
[design]
kind = "lhs"
points = 4
[[factors]]
path = "fight.attrition"
low = 0.01
high = 0.08
"""
HALVES = {"test_page.py": "page", "test_sweeps.py": "page"}
"""Which half of the browser tests a file is in; each half has a worker and a server."""


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == Path(__file__).parent:
            half = HALVES.get(item.path.name, "rest")
            item.add_marker(pytest.mark.xdist_group(f"browser-{half}"))


@pytest.fixture(scope="session")
def saved():
    """A short run of the small scenario, recorded."""
    return run_headless("two_valleys", seed=4, days=8, keep_frames=True)


def eventful():
    """Return twelve days on the real map that have what tests look at.

    An aircraft is shot down, and no incident follows the first ones for ten ticks. One
    seed of fifteen gives such days; which one is for the model to say.
    """
    for seed in range(1, 120):
        run = run_headless(
            "deir_ezzor_2017",
            seed=seed,
            days=12,
            cell_km=10,
            keep_frames=True,
            overrides={"move.advance": 4.8},
        )
        incidents = run.recorder.table("incidents").to_pydict()
        first, *rest = sorted(set(incidents["tick"])) or [0]
        if "shootdown" in incidents["kind"] and min(rest, default=99) > first + 10:
            return run
    raise AssertionError("no aircraft is shot down in 120 runs of twelve days")


@pytest.fixture(scope="session")
def data(tmp_path_factory, saved):
    """A data folder with saved runs: small, with convoys on the road, the real map."""
    folder = tmp_path_factory.mktemp("data")
    peace = run_headless(
        "two_valleys", seed=1, days=20, keep_frames=True, overrides=AT_PEACE
    )
    ezzor = eventful()
    for name, run in (("valleys", saved), ("peace", peace), ("ezzor", ezzor)):
        run.recorder.write(
            folder / "runs" / name,
            facts=Facts(digest=run.digest),
            outcomes=outcomes(run.recorder),
        )
    return folder


@pytest.fixture(scope="session")
def address(data):
    port = free_port()
    process = serve(data, port)
    yield f"http://127.0.0.1:{port}/"
    end(process)
    log = (data / f"server-{port}.txt").read_text()
    assert "Traceback" not in log, log[-3000:]


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if path is None:
        pytest.fail("no Chromium here; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def tab(browser, address):
    found = Tab(browser, address)
    yield found
    found.close()


@pytest.fixture(scope="session")
def swept(data):
    """A small sweep in the data folder: four points, two replicates, twelve days."""
    study = data / "valleys.toml"
    study.write_text(SWEEP)
    out = data / "sweeps" / "valleys"
    command = [sys.executable, "-m", "abm", "sweep", str(study), "--workers", "1"]
    subprocess.run([*command, "--out", str(out)], check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def shared(browser, address):
    """One page for the tests of a module that only look."""
    found = Tab(browser, address)
    found.open("?scenario=two_valleys&seed=5&play=0")
    found.page.wait_for_function(AHEAD)  # nothing comes in while a test looks
    yield found.page
    found.close()


@pytest.fixture(scope="module")
def real(browser, address):
    """One page with the real map, twelve days with incidents, for tests that look."""
    found = Tab(browser, address)
    found.open("?run=ezzor&play=0")
    found.page.wait_for_function("() => flashpoint.players[0].done")
    yield found.page
    found.close()
