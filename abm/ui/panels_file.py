# ruff: noqa: N802  (components are named as Solara names them)
"""What was kept comes back: changes from a file, a saved run to be changed."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import solara

from abm.scenario import (
    Intervention,
    Scenario,
    ScenarioError,
    load_interventions,
    load_scenario,
)
from abm.ui.engines import Live, Recorded
from abm.ui.shell import Shell
from abm.units import HOURS_PER_DAY

HTML = solara.v.Html
MAX_BYTES = 100_000
FILE = "interventions.toml"


@solara.component_vue("static/upload.vue")
def _Upload(label: str, limit: int, event_taken: Callable[[Any], None]) -> None:
    """Show the browser's own way to choose a file; its text is sent, not its path."""


def FromFile(shell: Shell, engine: Live) -> None:
    """Start the run anew with the changes of a file."""

    def take(sent: Any) -> None:
        shell.notice.set(again(shell, engine, sent))

    _Upload(
        label=f"Changes from a file ({FILE}), as a new run",
        limit=MAX_BYTES,
        event_taken=take,
    )


@solara.component
def Anew(shell: Shell, engine: Recorded) -> None:
    """Say that a saved run can't be changed, and offer the same run computed anew."""
    HTML(
        tag="p",
        children=[
            "This is a saved run: what was computed stays as it is. The same run, with "
            "the same seed and the same changes, can be computed anew; that one can be "
            "changed."
        ],
    )
    solara.Button(
        "Compute it anew to change it",
        color="primary",
        on_click=lambda: _anew(shell, engine),
    )


def _anew(shell: Shell, engine: Recorded) -> None:
    from abm.ui.app import facts_of

    manifest = engine.run.manifest
    changes = tuple(map(Intervention.model_validate, manifest["interventions"]))
    scenario = load_scenario(engine.run.folder / "scenario")
    other = Live(
        scenario.with_interventions(()),  # its own are among those of the run
        seed=engine.seed,
        cell_km=manifest["grid"]["cell_km"],
        overrides=manifest["overrides"],
        changes=changes,
        days=days_of(manifest),
    )
    shell.open(other, facts_of(other))
    shell.notice.set(f"The run {engine.run.name}, computed anew.")


def days_of(manifest: Mapping[str, Any]) -> int | None:
    """Return how long a saved run was to be, ``None`` for as long as its scenario."""
    calendar = manifest["calendar"]
    if manifest["ended"] or manifest["ticks"] >= calendar["horizon_ticks"]:
        return None
    hours: float = manifest["ticks"] * calendar["tick_hours"]
    return round(hours / HOURS_PER_DAY)


def again(shell: Shell, engine: Live, sent: Any) -> str:
    """Show a run with the changes that were sent; return what to say about it."""
    from abm.ui.app import facts_of

    try:
        changes = changes_of(sent, engine.base)
        other = Live(
            engine.base.origin or engine.base,
            seed=engine.seed,
            cell_km=engine.cell_km,
            overrides=engine.overrides,
            changes=changes,
            days=engine.days,
        )
    except ScenarioError as problem:
        return str(problem)
    shell.open(other, facts_of(other))
    return f"A new run with the {len(changes)} change(s) of the file."


def changes_of(sent: Any, scenario: Scenario) -> tuple[Intervention, ...]:
    """Return the interventions in a file that the page sent.

    Raises:
        ScenarioError: it is no such file, too large, or has a mistake in it.
    """
    text = sent.get("text") if isinstance(sent, dict) else None
    size = sent.get("size") if isinstance(sent, dict) else None
    if not isinstance(text, str) or not isinstance(size, int):
        raise ScenarioError([f"{FILE}: no text came"])
    if max(size, len(text.encode())) > MAX_BYTES:
        raise ScenarioError([f"{FILE}: larger than {MAX_BYTES} bytes (got {size})"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        path.write_text(text, encoding="utf-8")
        found = load_interventions(path, scenario).interventions
    if not found:
        raise ScenarioError([f"{FILE}: there is no [[intervention]] in it"])
    return tuple(found)
