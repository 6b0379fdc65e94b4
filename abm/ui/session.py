"""Session: one tab's run, its engine thread and what goes to the browser.

The engine computes ahead of the tick shown, a chunk at a time, on a thread of its
own; each finished chunk is sent with the story of its days. Errors of the engine are
read from the future of the job that failed and shown in the page.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

from abm import heap
from abm.record.chunks import TICKS_PER_CHUNK
from abm.scenario import Intervention, ScenarioError
from abm.ui.engines import Engine, Live
from abm.ui.flights import flown
from abm.ui.meta import RUN_AHEAD
from abm.ui.story import Story, decision

Json = dict[str, Any]
ADVICE = (
    "The run stopped here; what is computed stays. Go back a day and branch, start a "
    "new run with another seed, or set the last change back."
)
MAX_ASKED = 2**31
POLITE = 10
"""Nice value of the engine's thread once a run is on show."""


class Screen(Protocol):
    """Where messages go: the widget of the page."""

    def send(self, content: Json, buffers: list[bytes] | None = None) -> None:
        """Send one message."""


class Session:
    """All state of one browser tab; nothing is shared between sessions.

    Attributes:
        engine: run that is shown.
        days: rows told so far, for the charts.
        heard: called after each change of what is known, from the engine's thread.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.story = Story(engine)
        self.heard: Callable[[], None] = lambda: None
        self.error = ""
        self._screen: Screen | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="engine")
        self._lock = threading.Lock()
        self._upto = RUN_AHEAD
        self._sent = 0
        self._branches = 0
        self._branch = 0
        self._busy = False
        self._told_end = False
        self._closed = False
        self._greeted = False

    @property
    def days(self) -> list[Json]:
        """Daily rows known so far."""
        return self.story.days

    def attach(self, screen: Screen) -> None:
        """Send to ``screen`` from now on, everything known first."""
        self._screen = screen
        self._sent = 0
        self._greeted = False
        if not self.engine.ticks and not self._busy:  # while the browser still loads
            self._busy = True
            self._submit(self.engine.advance)

    def close(self) -> None:
        """Stop computing and forget the run."""
        self._closed = True
        self._screen = None
        self.heard = lambda: None
        self._pool.shutdown(wait=False, cancel_futures=True)

    # messages of the page
    def receive(self, message: Any) -> None:
        """Take one message of the page; anything unexpected is ignored."""
        if not isinstance(message, dict):
            return
        match message.get("type"):
            case "hello":
                self._begin()
            case "need":
                self._need(message.get("upto"))
            case "ask":
                self._answer(message)
            case "ping":
                self.send({"type": "pong", "sent": self._sent, "branch": self._branch})

    def _begin(self) -> None:
        self._greeted = True
        self._submit(self._send_all)
        if self.error:
            self.send({"type": "message", "kind": "error", "text": self.error})

    def _need(self, upto: Any) -> None:
        if isinstance(upto, int) and 0 <= upto < MAX_ASKED:
            self._upto = max(self._upto, upto)
            self._pump()

    def _answer(self, message: Json) -> None:
        number, mission = message.get("id"), message.get("mission")
        asset, tick = message.get("asset"), message.get("tick")
        if not isinstance(number, int):
            return
        answer: Callable[[], Any]
        if isinstance(mission, int):
            answer = partial(decision, self.engine, mission)
        elif isinstance(asset, int) and isinstance(tick, int):
            answer = partial(flown, self.engine, asset=asset, tick=tick)
        else:
            return

        def job() -> None:
            self.send({"type": "answer", "id": number, "data": answer()})

        self._submit(job)

    def send(self, content: Json, buffers: list[bytes] | None = None) -> None:
        """Send one message to the page, if there is one."""
        if self._screen is not None and not self._closed:
            self._screen.send(content, buffers=buffers)

    # the engine's thread
    def _submit(self, job: Callable[[], None]) -> None:
        if not self._closed:
            self._pool.submit(job).add_done_callback(self._finished)

    def _finished(self, future: "Future[None]") -> None:
        if future.cancelled() or self._closed:
            return
        error = future.exception()
        with self._lock:
            self._busy = False
        if error is None:
            self._pump()
            return
        self.error = words(error)
        self.send({"type": "message", "kind": "error", "text": self.error})
        self.heard()

    def _pump(self) -> None:
        """Have the next chunk computed if it is wanted and nothing else is."""
        with self._lock:
            wanted = self.engine.ticks < self._upto and not self.engine.finished
            if self._busy or not wanted or self.error or not self._greeted:
                return
            self._busy = True
        self._submit(self._advance)

    def _advance(self) -> None:
        self.engine.advance()
        self._send_known()
        step_back()
        heap.trim()

    def _send_all(self) -> None:
        """Send everything anew: the page has nothing, or has lost something."""
        self._sent, self._told_end = 0, False
        self.story = Story(self.engine)
        self._send_known()

    def _send_known(self) -> None:
        """Send the chunks and the story that the page does not have yet."""
        chunks = self.engine.chunks(self._sent // TICKS_PER_CHUNK)
        story = self.story.news()
        if chunks and (self._sent <= self.engine.ticks or story["days"]):
            self._tell({"type": "chunk", "story": story}, chunks)
            self._sent = self.engine.ticks + 1
        if self.engine.finished and not self._told_end:
            self._told_end = True
            ended = self.engine.ended
            text = f"The run ended early: {ended}. The model says nothing beyond."
            self._tell({"type": "done", "text": text if ended else ""})
        self.heard()

    def _tell(self, content: Json, buffers: list[bytes] | None = None) -> None:
        """Send something of the run: of which branch it is, how many changes it has.

        While the page cuts the run for a branch, the thread may still be computing what
        came after; the page passes over what is of an older branch than it asked for.
        """
        of_run = {"run": 0, "branch": self._branch, "changed": self.engine.changed}
        self.send({**content, **of_run}, buffers)

    # steering
    def branch(
        self,
        tick: int,
        changes: Iterable[Intervention],
        *,
        done: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Go on from ``tick`` with ``changes``; later ticks are dropped at once.

        ``done`` is told what was wrong, or nothing, from the engine's thread.
        """
        engine, wanted = self.engine, tuple(changes)
        if not isinstance(engine, Live):
            done("A saved run can't be changed; start it anew from its seed first.")
            return
        start = engine.whole_day(tick)
        self._branches += 1
        number = self._branches
        self.send({"type": "copy"})
        self.send({"type": "cut", "tick": start, "branch": number})

        def job() -> None:
            self._branch, problem = number, ""
            parent = self.engine if isinstance(self.engine, Live) else engine
            try:
                self.engine, self.error = parent.branch(start, wanted), ""
                self._upto = start + RUN_AHEAD
            except ScenarioError as found:
                problem = str(found)
            self.story.engine = self.engine
            self.story.since(start)
            self._sent, self._told_end = start, False
            self._send_known()
            done(problem)

        self._submit(job)


def step_back() -> None:
    """Give way to the browser from now on: lower this thread's priority, on Linux.

    The first ticks are computed in a hurry; after them playing has to stay smooth on a
    machine of few cores, and the engine is ahead of what is shown.
    """
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), POLITE)


def words(error: BaseException) -> str:
    """Return what went wrong in the engine and what to do about it."""
    if isinstance(error, ScenarioError):
        return str(error)
    return f"The engine failed: {type(error).__name__}: {error}\n{ADVICE}"
