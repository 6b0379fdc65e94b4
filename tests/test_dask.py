"""A real scheduler and real workers on loopback give what one process gives."""

import signal
from threading import Thread

import pandas as pd
import psutil
import pytest
from processes import cluster, journal_length, until
from stubs_experiments import carried_out, cases, run_failing, run_slow

from experiments.problems import SweepError
from experiments.results import comparable, read_results
from experiments.sweeps import Plan, carry_out

pytestmark = pytest.mark.cluster

REPLICATES = 30


def test_one_worker_two_workers_and_a_cluster_agree_row_for_row(tmp_path):
    of = cases()
    with cluster(tmp_path, 2) as (address, _):
        carried_out(tmp_path / "dask", of, dask=address, run=run_failing)
    carried_out(tmp_path / "one", of, workers=1, run=run_failing)
    carried_out(tmp_path / "two", of, workers=2, run=run_failing, chunk=7)
    one, two, dask = (
        comparable(read_results(tmp_path / name, also=["outcomes", "versions"]))
        for name in ("one", "two", "dask")
    )

    assert len(one) == 40
    assert one["failure"].notna().sum() == 4
    pd.testing.assert_frame_equal(one, two)
    pd.testing.assert_frame_equal(one, dask)


def test_the_real_scenario_agrees_on_one_worker_on_two_and_on_a_cluster(tmp_path):
    of = cases(
        scenario="deir_ezzor_2017",
        days=4,
        replicates=2,
        outcome="incidents.total",
        design={"kind": "grid"},
        factors=[{"path": "fight.attrition", "levels": [0.02, 0.05]}],
    )
    with cluster(tmp_path, 2) as (address, _):
        carry_out(of, tmp_path / "dask", plan=Plan(dask=address))
    carry_out(of, tmp_path / "one", plan=Plan(workers=1))
    carry_out(of, tmp_path / "two", plan=Plan(workers=2))
    one, two, dask = (
        comparable(read_results(tmp_path / name, also=["outcomes", "maps"]))
        for name in ("one", "two", "dask")
    )

    assert one["failure"].isna().all()
    assert one["digest"].nunique() == 4
    pd.testing.assert_frame_equal(one, two)
    pd.testing.assert_frame_equal(one, dask)


def test_a_cluster_worker_killed_during_the_sweep_costs_no_run(tmp_path):
    of = cases(replicates=REPLICATES)
    with cluster(tmp_path, 2) as (address, workers):

        def run_and_kill(stop_at: int = 30) -> None:
            until(lambda: journal_length(tmp_path / "dask") > stop_at, what="runs")
            workers[0].send_signal(signal.SIGKILL)

        killer = Thread(target=run_and_kill)
        killer.start()
        summary = carried_out(tmp_path / "dask", of, dask=address, run=run_slow)
        killer.join()
        assert workers[0].wait(timeout=10) == -signal.SIGKILL
    carried_out(tmp_path / "local", of)

    assert (summary.done, summary.failed) == (10 * REPLICATES, 0)
    pd.testing.assert_frame_equal(
        comparable(read_results(tmp_path / "dask")),
        comparable(read_results(tmp_path / "local")),
    )


def test_a_lost_scheduler_ends_the_sweep_with_a_clear_error_and_it_resumes(tmp_path):
    of = cases(replicates=REPLICATES)
    with cluster(tmp_path, 1) as (address, _):
        scheduler = next(
            child
            for child in psutil.Process().children()
            if any("dask_scheduler" in part for part in child.cmdline())
        )

        def kill_scheduler() -> None:
            until(lambda: journal_length(tmp_path / "dask") > 20, what="runs")
            scheduler.kill()

        killer = Thread(target=kill_scheduler)
        killer.start()
        with pytest.raises(SweepError, match="connection to the scheduler was lost"):
            carried_out(tmp_path / "dask", of, dask=address, run=run_slow)
        killer.join()
    stored = len(read_results(tmp_path / "dask"))

    assert 20 < stored < 10 * REPLICATES
    assert carried_out(tmp_path / "dask", of).new == 10 * REPLICATES - stored


def test_no_scheduler_is_one_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.workers.CONNECT_S", 0.2)

    with pytest.raises(SweepError, match=r"--dask .*: no scheduler answers"):
        carried_out(tmp_path, cases(), dask="tcp://127.0.0.1:9")
    with pytest.raises(SweepError, match=r"--dask .*: no scheduler answers"):
        carried_out(tmp_path / "b", cases(), dask="not an address")
