"""A sweep: a study's cases, its store, its workers and its progress, together."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import pandas as pd
import pyarrow as pa

from experiments.followed import refuse_unknown
from experiments.manifest import Manifest, manifest_of
from experiments.problems import SweepError
from experiments.progress import Estimate, Progress
from experiments.results import read_results
from experiments.rows import failure_row, result_row
from experiments.run import Case, Cases, Run, run_case, warm_up
from experiments.runner import Finished, Runner
from experiments.stopping import Stop, stopped_by_signals
from experiments.store import CHUNK, NOT_TRIED, Store, journal_rows, stored_tables
from experiments.study import Study, load_study
from experiments.versions import DECISIVE
from experiments.workers import (
    PRELOAD,
    DaskWorkers,
    ProcessWorkers,
    Workers,
    usable_cores,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a sweep is to be carried out.

    Attributes:
        workers: processes of this machine; None for one a core.
        dask: address of a Dask scheduler to use instead.
        limit: do at most this many runs now.
        shard: (part, parts): do only every ``parts``-th run, for several machines.
        retry_failed: do runs again that failed.
        run: what computes a run.
        prepare: called with the first case before workers start.
        preload: modules the workers start with.
        chunk: runs in a part of the store.
        stream: where progress is shown; None for nowhere.
        announce: gives a line to show before workers start, from the number of runs.
    """

    workers: int | None = None
    dask: str | None = None
    limit: int | None = None
    shard: tuple[int, int] = (0, 1)
    retry_failed: bool = False
    run: Run = run_case
    prepare: Callable[[Case], None] | None = warm_up
    preload: tuple[str, ...] = PRELOAD
    chunk: int = CHUNK
    stream: TextIO | None = None
    announce: Callable[[int], str] | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """How a sweep ended.

    Attributes:
        total: runs of the whole study.
        done: runs that have a row.
        failed: of these, how many failed.
        new: runs done now.
        deaths: how often a worker died.
        stopped: whether it was stopped by a person or a signal.
        seconds: it took.
        notes: what was found on opening the folder.
    """

    total: int
    done: int
    failed: int
    new: int
    deaths: int
    stopped: bool
    seconds: float
    notes: tuple[str, ...]


def sweep(
    study: Study | str | Path,
    out: str | Path,
    *,
    workers: int | None = None,
    dask: str | None = None,
    limit: int | None = None,
    retry_failed: bool = False,
    progress: bool = True,
) -> pd.DataFrame:
    """Run a study, or what is left of it, and return its results so far.

    A script that calls this needs ``if __name__ == "__main__":`` around it.

    Args:
        study: a study, a shipped study's name, or a TOML file.
        out: results folder; if it holds part of the same study, the sweep goes on.
        workers: processes of this machine; one a core if not given.
        dask: address of a Dask scheduler to use instead.
        limit: do at most this many runs now.
        retry_failed: do runs again that failed.
        progress: show a bar.

    Raises:
        StudyError: the study is wrong.
        StoreError: the folder can't be used for it.
        SweepError: it had to stop.
    """
    plan = Plan(
        workers=workers,
        dask=dask,
        limit=limit,
        retry_failed=retry_failed,
        stream=sys.stderr if progress else None,
    )
    cases = Cases(study if isinstance(study, Study) else load_study(study))
    refuse_unknown(cases)
    carry_out(cases, Path(out), plan=plan)
    return read_results(out)


def carry_out(
    cases: Cases, folder: Path, *, plan: Plan, manifest: Manifest | None = None
) -> Summary:
    """Run the cases that a folder lacks and store them there.

    Args:
        cases: all of the study's.
        folder: results folder.
        plan: how.
        manifest: of the study; computed if not given.

    Raises:
        StoreError: the folder can't be used for the study.
        SweepError: the disk is full or the workers are gone.
    """
    try:
        store = Store(folder, cases, manifest or manifest_of(cases), chunk=plan.chunk)
    except OSError as error:
        raise SweepError(f"{folder}: {error.strerror}") from None
    started, before, stop = time.monotonic(), store.done, Stop()
    try:
        with stopped_by_signals(stop, plan.stream):
            deaths = _fill(store, cases, plan=plan, stop=stop)
    except OSError as error:
        raise SweepError(
            f"{folder}: {error.strerror}; {store.done} of {len(cases)} runs are "
            "stored; make room, then the same command resumes"
        ) from error
    finally:
        _close(store)
    return Summary(
        total=len(cases),
        done=store.done,
        failed=int(store.failed.sum()),
        new=store.done - before,
        deaths=deaths,
        stopped=stop.asked,
        seconds=time.monotonic() - started,
        notes=tuple(store.notes),
    )


def _close(store: Store) -> None:
    """Close the store; on a full disk its journal keeps what is not in a part."""
    try:
        store.close()
    except OSError as error:
        sys.stderr.write(
            f"{store.folder}: {error.strerror}; the last runs wait in the journal\n"
        )


def _fill(store: Store, cases: Cases, *, plan: Plan, stop: Stop) -> int:
    """Run what is missing and return how often a worker died."""
    missing = _missing(store, cases, plan)
    first = next(missing, None)
    progress = _progress(store, cases, plan)
    try:
        for note in store.notes:
            progress.say(note)
        if first is None:
            return 0
        if plan.announce is not None:
            left = sum(1 for _ in _missing(store, cases, plan))
            progress.say(plan.announce(left))
        elif plan.prepare is not None:
            plan.prepare(first)
        runner = Runner(plan.run, _workers(plan), stop=stop)
        keep = _Keeper(store, cases.study, progress)
        runner.drive(chain([first], missing), keep)
        return runner.deaths
    finally:
        whole = store.done == len(cases)
        progress.close()
        progress.write("complete" if whole else "stopped")


def _workers(plan: Plan) -> Workers:
    """Return the workers that a plan asks for."""
    if plan.dask is not None:
        return DaskWorkers(plan.dask)
    return ProcessWorkers(plan.workers or usable_cores(), preload=plan.preload)


def _missing(store: Store, cases: Cases, plan: Plan) -> Iterator[Case]:
    """Return the cases still to run, in order, at most ``plan.limit``."""
    part, parts = plan.shard
    wanted = (
        case
        for number, case in enumerate(cases)
        if number % parts == part
        and (
            store.attempts[case.row] == NOT_TRIED
            or (plan.retry_failed and store.failed[case.row])
        )
    )
    return islice(wanted, plan.limit)


class _Keeper:
    """Stores each result and shows it."""

    def __init__(self, store: Store, study: Study, progress: Progress) -> None:
        self._store, self._progress = store, progress
        followed = study.outcome.partition("=")[0]
        self._wanted = (*study.outcomes, followed) if study.outcomes else ()

    def __call__(self, finished: Finished) -> None:
        """Store one result.

        Raises:
            OSError: the disk is full.
            SweepError: a worker computes with other code than this driver.
        """
        store, case, outcome = self._store, finished.case, finished.outcome
        attempt = int(store.attempts[case.row]) + 1
        if outcome is None:
            row = failure_row(
                case, finished.failure, attempt=attempt, traceback=finished.traceback
            )
        else:
            _refuse_other_code(outcome.versions, store.manifest.versions)
            row = result_row(case, outcome, attempt=attempt, wanted=self._wanted)
        store.append(row)
        failed = int(store.failed.sum())
        self._progress.update(row, failed=failed, done=store.done)


def _refuse_other_code(worker: dict[str, str], driver: dict[str, str]) -> None:
    """Refuse results of a worker whose code or libraries differ from the driver's."""
    for name in DECISIVE:
        if worker.get(name) != driver.get(name):
            raise SweepError(
                f"a worker has {name} {worker.get(name)}, this driver "
                f"{driver.get(name)}; install the same on both, and leave the engine "
                "alone while a sweep runs"
            )


def _progress(store: Store, cases: Cases, plan: Plan) -> Progress:
    """Return the progress, with the estimate over what is stored already."""
    estimate = Estimate(cases.study.outcome)
    columns = ["row", "failure", estimate.column]
    for found in stored_tables(store.folder, store.manifest, columns):
        if isinstance(found, pa.Table):
            _add_all(estimate, found.to_pylist())
    _add_all(estimate, journal_rows(store.folder))
    return Progress(
        store.folder,
        total=len(cases),
        done=store.done,
        failed=int(store.failed.sum()),
        estimate=estimate,
        stream=plan.stream,
    )


def _add_all(estimate: Estimate, rows: list[dict[str, object]]) -> None:
    """Take stored rows into the estimate."""
    for row in rows:
        if row.get("failure") is None:
            value = row.get(estimate.column)
            estimate.add(value)  # type: ignore[arg-type]
