"""The runner: every case comes back once, whatever becomes of its worker."""

from concurrent.futures import BrokenExecutor, Executor, Future

import pytest
from stubs_experiments import (
    carried_out,
    cases,
    run_always_deadly,
    run_deadly,
    run_failing,
    run_stub,
)

from experiments.problems import SweepError
from experiments.progress import Estimate, wilson
from experiments.results import read_results
from experiments.runner import Runner
from experiments.stopping import Stop


class Scripted(Executor):
    """Runs at once, in this process; counts, and breaks when told to."""

    def __init__(self, breaks_at=()):
        self.breaks_at, self.open, self.most, self.broken = set(breaks_at), 0, 0, False
        self.in_flight, self.executor, self.renewals = 4, self, 0

    def submit(self, run, case):
        if self.broken:
            raise BrokenExecutor("broken")
        future = Future()
        self.open += 1
        self.most = max(self.most, self.open)
        if case.row in self.breaks_at:
            self.breaks_at.discard(case.row)
            self.broken = True
            future.set_exception(BrokenExecutor("killed"))
        else:
            future.set_result(run(case))
        return future

    def died(self, error):
        return isinstance(error, BrokenExecutor)

    def renew(self):
        self.broken, self.renewals = False, self.renewals + 1

    def close(self, *, now):
        pass


def test_never_more_runs_are_in_flight_than_there_are_places():
    workers = Scripted()
    seen = []
    for finished in Runner(run_stub, workers, stop=Stop()).results(iter(cases())):
        workers.open -= 1
        seen.append(finished.case.row)

    assert workers.most <= 4
    assert sorted(seen) == list(range(40))


def test_cases_are_taken_only_as_places_become_free():
    taken = []
    source = (taken.append(case.row) or case for case in cases())
    results = Runner(run_stub, Scripted(), stop=Stop()).results(source)
    next(results)

    assert len(taken) == 4


def test_a_broken_pool_is_renewed_and_every_run_comes_back_once():
    workers = Scripted(breaks_at=[3, 17])
    runner = Runner(run_stub, workers, stop=Stop())
    rows = [finished.case.row for finished in runner.results(iter(cases()))]

    assert sorted(rows) == list(range(40))
    assert workers.renewals >= 2
    assert runner.deaths == 2


def test_asked_to_stop_it_takes_back_what_is_in_flight_and_hands_out_no_more():
    stop = Stop()
    results = Runner(run_stub, Scripted(), stop=stop).results(iter(cases()))
    next(results)
    stop.asked = True

    assert len(list(results)) == 3


def test_a_run_that_raises_is_a_row_with_reason_and_traceback(tmp_path):
    summary = carried_out(tmp_path, cases(), run=run_failing)
    results = read_results(tmp_path, also=["traceback"])
    failed = results[results["failure"].notna()]

    assert (summary.done, summary.failed) == (40, 4)
    assert set(failed["point"]) == {3}
    assert set(failed["failure"]) == {"ValueError: row 3: negative strength"}
    assert failed["traceback"].str.contains("in run_failing").all()
    assert failed["digest"].isna().all()


def test_failed_runs_are_tried_again_on_request_only(tmp_path, monkeypatch):
    of = cases()
    carried_out(tmp_path / "out", of, run=run_failing)
    left_alone = carried_out(tmp_path / "out", of, run=run_failing)
    retried = carried_out(tmp_path / "out", of, run=run_stub, retry_failed=True)

    assert (left_alone.new, left_alone.failed) == (0, 4)
    assert (retried.failed, retried.done) == (0, 40)
    assert read_results(tmp_path / "out")["attempt"].sum() == 4


def test_a_run_that_kills_its_worker_is_found_and_the_others_are_kept(tmp_path):
    summary = carried_out(tmp_path, cases(replicates=2), run=run_deadly)
    results = read_results(tmp_path)
    failed = results[results["failure"].notna()]

    assert (summary.done, summary.failed) == (20, 1)
    assert failed["row"].tolist() == [5]
    assert failed["failure"].iloc[0].startswith("its worker died 2 times: ")


def test_workers_that_die_at_every_run_end_the_sweep_with_a_clear_error(tmp_path):
    with pytest.raises(SweepError, match="the workers die at every run"):
        carried_out(tmp_path, cases(replicates=1), run=run_always_deadly, workers=1)


def test_a_limit_does_so_many_runs_and_the_same_sweep_goes_on(tmp_path):
    of = cases()

    assert carried_out(tmp_path, of, limit=7).done == 7
    assert carried_out(tmp_path, of, limit=7).done == 14
    assert carried_out(tmp_path, of).done == 40


def test_shards_of_two_machines_are_apart_and_together_the_whole(tmp_path):
    of = cases()
    rows = []
    for part in (0, 1):
        carried_out(tmp_path / str(part), of, shard=(part, 2))
        rows.append(set(read_results(tmp_path / str(part))["row"]))

    assert not rows[0] & rows[1]
    assert rows[0] | rows[1] == set(range(40))


def test_the_running_estimate_is_the_mean_with_students_interval():
    estimate = Estimate("tonnes")
    for value in (1.0, 2.0, 4.0, None):
        estimate.add(value)

    # mean 7/3, variance ((4/3)^2 + (1/3)^2 + (5/3)^2) / 2 = 7/3, standard error
    # sqrt(7/9) = 0.8819, t(0.975, 2) = 4.3027, half-width 3.7946
    assert estimate.mean == pytest.approx(7 / 3)
    assert estimate.interval() == pytest.approx((7 / 3 - 3.7946, 7 / 3 + 3.7946), 1e-4)


def test_a_date_is_estimated_as_the_share_of_runs_in_which_it_came():
    estimate = Estimate("dates.siege_broken")
    for value in ("2017-09-05", None, "2017-09-07", "2017-10-01"):
        estimate.add(value)

    assert estimate.mean == 0.75
    assert estimate.interval() == wilson(3, 4)


def test_wilsons_interval_of_three_in_four():
    # z = 1.959964, w = z^2/4 = 0.960365; middle (0.75 + 0.480182)/1.960365 = 0.627527
    # half sqrt(0.960365 * 0.1875 + 0.960365^2/4)/1.960365 = 0.326886
    assert wilson(3, 4) == pytest.approx((0.300642, 0.954413), abs=2e-5)
