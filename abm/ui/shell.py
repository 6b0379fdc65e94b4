"""Shell: what the parts of one tab's page share."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import solara
from solara.server import kernel_context

from abm.scenario import Intervention
from abm.ui.engines import Engine, Live
from abm.ui.pairs import Pairs
from abm.ui.session import Session

LONGEST_NAME = 20
APPLIED = (
    "Applied. The map shows the run with the change; the buttons above the map show "
    "it beside the run before, or only what differs."
)


class Shell:
    """The session of a tab and the few values its components watch.

    Attributes:
        session: run, engine thread, messages.
        facts: the player's metadata.
        tick: shown in the browser, at most four times a second.
        panel: panel chosen.
        known: counts up whenever a chunk has come.
        version: counts up when another run replaces the widget.
        changes: interventions of the run shown.
        drafted: changes by path that are set but not yet applied.
        notice: what the last action said.
        pairs: runs pairs in the background, whichever panel is shown.
        replicates: state of the paired runs, see ``abm.ui.pairs``.
    """

    def __init__(self, session: Session, facts: dict[str, Any]) -> None:
        self.session = session
        self.facts = facts
        self.tick = solara.reactive(0)
        self.panel = solara.reactive("now")
        self.known = solara.reactive(0)
        self.version = solara.reactive(0)
        self.changes: Any = solara.reactive(made_in(session.engine))
        self.drafted: Any = solara.reactive({})
        self.notice = solara.reactive("")
        self.replicates: Any = solara.reactive(None)
        self._within = _context()
        self.pairs = Pairs(self.hear_pairs)

    def hear(self) -> None:
        """Take note that more is known; called from the engine's thread."""
        with self._within:
            self.known.value += 1

    def hear_pairs(self, state: Any) -> None:
        """Take note of how far the paired runs are; called from their threads."""
        with self._within:
            self.replicates.set(replace(state, found=list(state.found)))

    def receive(self, session: Session, message: Any) -> None:
        """Take one message of the page: what it shows now, or one for its session."""
        match message:
            case {"type": "set", "name": "tick", "value": int(tick)} if tick >= 0:
                self.tick.set(min(tick, self.facts["horizon"]))
            case {"type": "set", "name": "panel", "value": str(name)}:
                self.panel.set(name[:LONGEST_NAME])
            case {"type": "set"}:
                return
            case _:
                session.receive(message)

    @property
    def day(self) -> float:
        """Day shown."""
        return float(self.tick.value * self.facts["days_per_tick"])

    def send(self, content: dict[str, Any]) -> None:
        """Send a message to the map."""
        self.session.send(content)

    def steer(self, changes: list[Intervention]) -> None:
        """Branch from the day shown with ``changes``."""

        def done(problem: str) -> None:
            with self._within:
                if not problem:
                    self.pairs.stop()  # they were about the changes before
                    self.replicates.set(None)
                    self.changes.set(made_in(self.session.engine))
                    self.drafted.set({})
                self.notice.set(problem or APPLIED)
            self.hear()

        self.session.branch(self.tick.value, changes, done=done)

    def open(self, engine: Engine, facts: dict[str, Any]) -> None:
        """Show another run in this tab."""
        old = self.session
        self.session = Session(engine)
        old.close()
        self.pairs.stop()
        self.facts = facts
        self.changes.set(made_in(engine))
        self.drafted.set({})
        self.notice.set("")
        self.replicates.set(None)
        self.version.value += 1

    def close(self) -> None:
        """Stop everything of this tab."""
        self.session.close()
        self.pairs.stop()


def made_in(engine: Engine) -> tuple[Intervention, ...]:
    """Return the changes during a run that a person, or a sweep, has made."""
    return engine.changes if isinstance(engine, Live) else ()


def _context() -> AbstractContextManager[Any]:
    """Return the tab's context, for threads of our own that set reactive values."""
    if kernel_context.has_current_context():
        found: AbstractContextManager[Any] = kernel_context.get_current_context()
        return found
    return nullcontext()
