"""What is kept of a run: its folder, its command, its address."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from abm.ui.engines import Engine, Live, Recorded
from abm.ui.places import Link

CHANGES = "interventions.toml"
"""File of what was changed during a run."""


def save(engine: Live) -> Path:
    """Write a finished run into the data folder and return its own."""
    from abm.metrics import outcomes
    from abm.record.write import Facts, default_folder
    from abm.ui.app import data_folder

    digest = engine.model.digest
    recorder = engine.recorder
    folder = default_folder(recorder, digest, data_folder() / "runs")
    line = command(engine, changes=str(folder / CHANGES))
    facts = Facts(digest, 0.0, engine.ended, line, changes=engine.changes)
    with engine.between_ticks:
        return recorder.write(folder, facts=facts, outcomes=outcomes(recorder))


def command(engine: Engine, *, changes: str = CHANGES) -> str:
    """Return the line that computes this run without a browser.

    ``changes`` is the file of what was changed during the run.
    """
    if isinstance(engine, Recorded):
        return str(
            engine.run.manifest.get("command") or f"abm view {engine.run.folder}"
        )
    line = f"abm run {shlex.quote(engine.theatre.scenario.name)} --seed {engine.seed}"
    if isinstance(engine, Live):
        if engine.days is not None:
            line += f" --days {engine.days}"
        for path, value in engine.overrides.items():
            line += f" --set {shlex.quote(f'{path}={value}')}"
        if engine.cell_km:
            line += f" --cell-km {engine.cell_km:g}"
        if engine.changes:
            line += f" --interventions {shlex.quote(changes)}"
    return line


def lacking(engine: Engine, facts: Mapping[str, Any]) -> int:
    """Return how many values and changes of a run its address has no room for."""
    return engine.changed - int(facts.get("given", 0))


def link(engine: Engine, facts: Mapping[str, Any], day: int) -> Link:
    """Return the address of a run on a day; ``facts`` are the page's of the run."""
    return Link(
        what=facts["what"],
        sweep=facts.get("sweep", ""),
        row=facts.get("row", 0),
        seed=engine.seed,
        day=day,
        cell_km=engine.cell_km if isinstance(engine, Live) else None,
        days=engine.days if isinstance(engine, Live) else None,
        saved=isinstance(engine, Recorded),
        changed=lacking(engine, facts),
    )


def told(engine: Engine) -> list[str]:
    """Return what the head of the page says of a run: kind, seed, values, changes."""
    recorded = isinstance(engine, Recorded)
    parts = [f"{'saved' if recorded else 'live'} run, seed {engine.seed}"]
    values, changes = engine.made
    if 0 < len(values) <= NAMED:
        parts.append(", ".join(f"{path} = {value}" for path, value in values.items()))
    elif values:
        parts.append(f"{len(values)} values set anew")
    if changes:
        parts.append(f"{changes} change(s) {'in it' if recorded else 'by you'}")
    return parts


NAMED = 2
"""So many values are named in the head of the page; more are counted."""


def lost(changed: int) -> str:
    """Return what to say where an address was of a run with changes."""
    if not changed:
        return ""
    return (
        f"This is the run without the {changed} change(s) that were made: an address "
        "has no room for them. If they were kept with Your changes, bring them back "
        "under Steer, Changes from a file; values set for a new run are set there too."
    )
