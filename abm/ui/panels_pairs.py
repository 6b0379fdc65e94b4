# ruff: noqa: N802  (components are named as Solara names them)
"""The change, or luck? Pairs of runs in the background, and what is left of them."""

from typing import Any

import solara

from abm.ui.engines import Live
from abm.ui.pairs import State, Task, differences
from abm.ui.parts import Choice
from abm.ui.shell import Shell

HTML = solara.v.Html
COUNTS = [4, 8, 16, 32]
COARSE_KM = 10.0


@solara.component
def Replicates(shell: Shell) -> None:
    """Paired runs in the background, and what they say.

    They belong to the tab and not to this panel: they go on while another is shown.
    """
    count, set_count = solara.use_state(COUNTS[0])
    HTML(tag="h3", children=["The change, or luck?"])
    HTML(
        tag="p",
        class_="fp-note",
        children=[
            "One run is one course of the dice. This runs the same dice several times "
            "with and without your changes, on a coarse grid in the background, and "
            "shows what is left of the difference."
        ],
    )
    Choice(
        "Pairs of runs",
        [str(each) for each in COUNTS],
        str(count),
        on_value=lambda text: set_count(int(text)),
    )
    changes = shell.changes.value
    solara.Button(
        f"Run {count} pairs" if changes else "Apply a change first",
        outlined=True,
        disabled=not changes,
        on_click=lambda: start(shell, count),
    )
    state = shell.replicates.value
    if state is not None:
        Found(state)


def start(shell: Shell, count: int) -> None:
    """Run pairs with and without the changes of the run shown."""
    engine = shell.session.engine
    if isinstance(engine, Live):
        shell.pairs.start(task(engine), count)


def task(engine: Live) -> Task:
    """Return what the pairs of a run have in common: its length, its values."""
    return Task(
        scenario=str(engine.theatre.scenario.folder),
        overrides=engine.overrides,
        changes=tuple(each.model_dump() for each in engine.changes),
        cell_km=COARSE_KM,
        days=engine.days,
    )


@solara.component
def Found(state: State) -> None:
    """The differences so far with their intervals."""
    done = len(state.found)
    text = f"{done} of {state.wanted} pairs done"
    if state.problem:
        text += f"; {state.failed} failed: {state.problem}"
    HTML(
        tag="p",
        children=[text],
        attributes={"role": "status", "data-testid": "pairs"},
    )
    rows = differences(state.found)
    if not rows:
        if done > 1:
            HTML(tag="p", children=["No outcome differs in any of them."])
        return
    Table(rows)
    HTML(
        tag="p",
        class_="fp-note",
        children=["● the interval leaves out zero: the change, not luck."],
    )


@solara.component
def Table(rows: list[Any]) -> None:
    """One row per outcome that the change moved."""
    head = ("Outcome", "Without", "Difference", "95 % interval")
    with HTML(tag="table", attributes={"data-testid": "differences"}):
        with HTML(tag="thead"), HTML(tag="tr"):
            for name in head:
                HTML(tag="th", attributes={"scope": "col"}, children=[name])
        with HTML(tag="tbody"):
            for row in rows:
                with HTML(tag="tr"):
                    HTML(tag="td", children=[row.name])
                    HTML(tag="td", children=[f"{row.without:.3g}"])
                    mark = " ●" if row.sure else ""
                    HTML(tag="td", children=[f"{row.mean:+.3g}{mark}"])
                    HTML(tag="td", children=[f"{row.low:+.3g} to {row.high:+.3g}"])
