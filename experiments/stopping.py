"""How a person or a scheduler stops a sweep without losing anything."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO


@dataclass(slots=True)
class Stop:
    """A wish to stop.

    Attributes:
        asked: hand out no more runs; take back those in flight.
        now: do not even wait for those.
    """

    asked: bool = False
    now: bool = False


@contextmanager
def stopped_by_signals(stop: Stop, stream: TextIO | None) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM stop a sweep cleanly; twice stops it at once.

    Args:
        stop: where the wish is noted.
        stream: where the person is told; None for nowhere.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(*_: object) -> None:
        stop.now = stop.asked
        stop.asked = True
        if stream is not None and not stop.now:
            stream.write("\nstopping: taking back the runs in flight; again: at once\n")

    signals = (signal.SIGINT, signal.SIGTERM)
    old = [signal.signal(number, ask) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, old, strict=True):
            signal.signal(number, handler)
