"""What the page's server has started ends with it, however it ends."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from processes import below, environment, killed, until

STUB = Path(__file__).parent / "stubs_pairs.py"


@pytest.fixture
def server():
    process = subprocess.Popen(
        [sys.executable, str(STUB)],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    children: list[psutil.Process] = []
    try:
        assert process.stdout.readline() == "begun\n"
        children += below(process)
        yield process, children
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        killed(children)


def test_workers_of_pairs_end_when_their_server_is_killed(server):
    process, children = server
    workers = [each for each in children if "spawn_main" in " ".join(each.cmdline())]
    assert workers

    process.kill()
    process.wait()

    until(
        lambda: not any(each.is_running() for each in children),
        what="the workers of a killed server to end",
    )
