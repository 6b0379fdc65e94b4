"""Child: what a worker process owes the process that started it."""

import multiprocessing
import os
import threading
from multiprocessing.connection import wait as wait_for


def leave_with_parent() -> None:
    """End this process when the one that started it ends, however that ends.

    Without it a worker whose server or driver is killed waits for work for good. For
    the initialiser of a pool, whatever its way to start processes; does nothing in a
    process that ``multiprocessing`` did not start.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(
            target=_leave_with, args=(parent.sentinel,), daemon=True
        ).start()


def _leave_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)
