"""Where runs are computed: processes of this machine, or a Dask cluster.

Both are a ``concurrent.futures.Executor``; the runner knows nothing else of them.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from typing import Any, Protocol

from abm.child import leave_with_parent
from experiments.problems import SweepError

PRELOAD = ("numpy", "experiments.run", "abm.headless")
"""Imported once by the fork server, so that workers start with them."""

CONNECT_S = 20.0
"""How long to look for a Dask scheduler, seconds."""

COUNT_S = 2.0
"""How often to count the workers of a cluster, seconds."""

AHEAD = 2
"""Runs handed out per worker: one to compute, one that waits."""


class Workers(Protocol):
    """A supply of workers behind an executor."""

    @property
    def executor(self) -> Executor:
        """The executor to hand runs to."""

    @property
    def in_flight(self) -> int:
        """How many runs to have handed out at a time."""

    def died(self, error: BaseException) -> bool:
        """Return whether the error says that a worker died, not that a run failed."""

    def renew(self) -> None:
        """Replace the executor if the death of a worker broke it."""

    def close(self, *, now: bool) -> None:
        """Let the workers go; ``now`` stops the runs they are at."""


class ProcessWorkers:
    """Processes of this machine, started by a fork server.

    Args:
        count: number of processes.
        preload: modules that the fork server imports first.
    """

    def __init__(self, count: int, *, preload: Sequence[str] = PRELOAD) -> None:
        self._count = count
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(preload))
        with _deaf():
            forkserver.ensure_running()
        self._executor = self._started()

    @property
    def executor(self) -> Executor:
        """The pool in use."""
        return self._executor

    @property
    def in_flight(self) -> int:
        """How many runs to have handed out at a time."""
        return self._count * AHEAD

    def died(self, error: BaseException) -> bool:
        """Return whether the pool broke."""
        return isinstance(error, BrokenExecutor)

    def renew(self) -> None:
        """Replace the broken pool."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = self._started()

    def close(self, *, now: bool) -> None:
        """End the processes."""
        if now:
            for process in list((self._executor._processes or {}).values()):
                process.kill()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor:
        """Return a new pool."""
        return ProcessPoolExecutor(
            self._count, mp_context=self._context, initializer=settle
        )


@contextmanager
def _deaf() -> Iterator[None]:
    """Keep Ctrl-C from what is started in the block; here it comes after the block.

    A terminal sends it to the whole group, and the fork server would end of it while it
    imports what workers start with.
    """
    resource_tracker.ensure_running()  # it would unblock the signal as it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def settle() -> None:
    """Prepare a worker: deaf to Ctrl-C, and gone when its driver is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_with_parent()


class DaskWorkers:
    """Workers of a running ``dask.distributed`` scheduler.

    Args:
        address: of the scheduler, such as ``tcp://127.0.0.1:8786``.

    Raises:
        SweepError: no scheduler answers there.
    """

    def __init__(self, address: str) -> None:
        import distributed

        connect: Any = distributed.Client
        try:
            self._client: Any = connect(
                address, timeout=CONNECT_S, set_as_default=False, name="flashpoint"
            )
        except (OSError, TimeoutError, ValueError) as error:
            raise SweepError(
                f"--dask {address}: no scheduler answers ({error}); start one with "
                "`dask scheduler`"
            ) from None
        self._executor: Executor = self._client.get_executor(pure=False)
        self._slots, self._counted = 0, -COUNT_S

    @property
    def executor(self) -> Executor:
        """The client's executor."""
        return self._executor

    @property
    def in_flight(self) -> int:
        """How many runs to have handed out at a time; follows the cluster's size."""
        if time.monotonic() - self._counted > COUNT_S:
            self._slots = sum(self._client.nthreads().values())
            self._counted = time.monotonic()
        return max(1, self._slots) * AHEAD

    def died(self, error: BaseException) -> bool:
        """Return whether the scheduler gave a run up because workers died at it."""
        from distributed import KilledWorker

        return isinstance(error, KilledWorker)

    def renew(self) -> None:
        """Do nothing: the scheduler replaces its workers itself."""

    def close(self, *, now: bool) -> None:
        """Leave the cluster; its workers stay."""
        self._executor.shutdown(wait=not now)
        self._client.close()


def usable_cores() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0))
