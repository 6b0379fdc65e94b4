"""The runner: hands cases to an executor and takes back what becomes of them.

Few runs are in flight at a time, so memory stays flat however long the sweep is. A
run that raises is a result like any other; a worker that dies costs nothing but time.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass
from traceback import format_exception, format_exception_only

from experiments.problems import SweepError
from experiments.run import Case, Outcome, Run
from experiments.stopping import Stop
from experiments.workers import Workers

POLL_S = 0.2
"""How often to look whether the sweep is to stop, seconds."""

STRIKES = 2
"""Deaths of a worker that is at one run alone before the run is given up."""

DEATHS_IN_A_ROW = 5
"""Runs given up so, one after the other, before the sweep is."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a case.

    Attributes:
        case: what was run.
        outcome: what it gave; None if it failed.
        failure: why it failed, ``""`` if it did not.
        traceback: where it failed.
    """

    case: Case
    outcome: Outcome | None
    failure: str = ""
    traceback: str = ""


class Runner:
    """Runs cases on workers.

    Attributes:
        deaths: how often a worker has died.
    """

    def __init__(self, run: Run, workers: Workers, *, stop: Stop) -> None:
        self._run, self._workers, self._stop = run, workers, stop
        self._pending: dict[Future[Outcome], Case] = {}
        self._suspects: deque[Case] = deque()
        self._strikes: dict[int, int] = {}
        self._hunting, self._in_a_row = False, 0
        self._alone: set[int] = set()
        self.deaths = 0

    def results(self, cases: Iterator[Case]) -> Iterator[Finished]:
        """Yield what becomes of each case, in the order in which they finish.

        Args:
            cases: what to run; taken one by one as workers become free.

        Raises:
            SweepError: the workers are gone for good.
        """
        while not self._stop.now:
            self._hand_out(cases)
            if not self._pending:
                return
            done, _ = wait(self._pending, timeout=POLL_S, return_when=FIRST_COMPLETED)
            yield from self._taken(done)

    def drive(
        self, cases: Iterator[Case], on_result: Callable[[Finished], None]
    ) -> None:
        """Call ``on_result`` with each result, and let the workers go at the end."""
        whole = False
        try:
            for finished in self.results(cases):
                on_result(finished)
            whole = not self._stop.now
        finally:
            self._workers.close(now=not whole)

    def _hand_out(self, cases: Iterator[Case]) -> None:
        """Fill the free places with suspects, one at a time, else with new cases."""
        self._hunting = self._hunting and bool(self._suspects or self._pending)
        while not self._stop.asked and len(self._pending) < self._places():
            case = self._suspects.popleft() if self._suspects else next(cases, None)
            if case is None:
                return
            try:
                future = self._workers.executor.submit(self._run, case)
            except RuntimeError as error:
                if not self._workers.died(error):
                    raise
                self._suspects.appendleft(case)
                if self._pending:
                    return
                self._workers.renew()
                continue
            self._pending[future] = case
            (self._alone.add if self._hunting else self._alone.discard)(case.row)

    def _places(self) -> int:
        """Return how many runs may be in flight: one while a culprit is looked for."""
        return 1 if self._hunting else self._workers.in_flight

    def _taken(self, done: set[Future[Outcome]]) -> Iterator[Finished]:
        """Yield the results of finished futures; sort out dead workers."""
        died: list[tuple[Case, BaseException]] = []
        for future in sorted(done, key=lambda future: self._pending[future].row):
            case = self._pending.pop(future)
            error = _error(future)
            if error is None:
                yield self._well(Finished(case, future.result()))
            elif isinstance(error, CancelledError):
                raise SweepError(
                    "the connection to the scheduler was lost; all finished runs are "
                    "stored, the same command resumes"
                )
            elif self._workers.died(error):
                died.append((case, error))
            else:
                yield self._well(_failed(case, error))
        if died:
            yield from self._buried(died)

    def _well(self, finished: Finished) -> Finished:
        """Return a result, noting that its worker lived."""
        self._strikes.pop(finished.case.row, None)
        self._alone.discard(finished.case.row)
        self._in_a_row = 0
        return finished

    def _buried(self, died: list[tuple[Case, BaseException]]) -> Iterator[Finished]:
        """Take back the runs whose workers died; give up one that kills them.

        A pool that breaks fails every run in flight, so the culprit is found by
        running the suspects one by one.
        """
        self.deaths += 1
        self._hunting = True
        for case, error in died:
            if case.row not in self._alone:
                self._suspects.append(case)
                continue
            self._strikes[case.row] = self._strikes.get(case.row, 0) + 1
            if self._strikes[case.row] < STRIKES:
                self._suspects.appendleft(case)
                continue
            del self._strikes[case.row]
            self._in_a_row += 1
            if self._in_a_row >= DEATHS_IN_A_ROW:
                raise SweepError(
                    f"the workers die at every run: {_reason(error)}"
                ) from error
            reason = f"its worker died {STRIKES} times: {_reason(error)}"
            yield Finished(case, None, reason, _trace(error))
        if not self._pending:
            self._workers.renew()


def _error(future: Future[Outcome]) -> BaseException | None:
    """Return why a future failed, or None."""
    if future.cancelled():
        return CancelledError()
    return future.exception()


def _failed(case: Case, error: BaseException) -> Finished:
    """Return the result of a run that raised."""
    return Finished(case, None, _reason(error), _trace(error))


def _reason(error: BaseException) -> str:
    """Return an exception in one line."""
    return "".join(format_exception_only(error)).strip()


def _trace(error: BaseException) -> str:
    """Return where an exception came from, as far as the worker said."""
    return "".join(format_exception(error)).strip()
