"""A server of pairs of runs, to be killed by a test.

Prints a line once its first pair is done, so that its worker is known to be at the
next; only then waits to be ended.
"""

import threading

from abm.ui.pairs import Pairs, State, Task

MANY = 10_000

if __name__ == "__main__":
    begun = threading.Event()

    def heard(state: State) -> None:
        """Say once that pairs are being run."""
        if state.found and not begun.is_set():
            begun.set()
            print("begun", flush=True)

    pairs = Pairs(heard)
    pairs.start(Task("two_valleys", {}, (), None, 1), MANY)
    threading.Event().wait()
