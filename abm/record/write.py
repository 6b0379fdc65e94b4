"""Leave a run on disk: tables, frames, manifest, picture, summary; all or nothing."""

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from abm.record import chunks
from abm.record.recorder import Recorder
from abm.record.summary import summary
from abm.record.tables import tables
from abm.scenario import Intervention, Scenario, paths
from abm.theatre import Theatre

FORMAT = 1
"""Version of the folder's layout."""
PACKAGES = ("mesa", "numpy", "numba", "pandas", "pyarrow", "scipy", "pyproj", "shapely")
SHORT_DIGEST = 8
GIT_SECONDS = 10


@dataclass(frozen=True)
class Facts:
    """What only the caller knows about a run.

    Attributes:
        digest: SHA-256 of every World column and event, from the model.
        wall_s: seconds it took, 0 where unknown.
        ended: why it ended before its horizon, empty when it did not.
        command: one line that reproduces it.
        changes: interventions beside the scenario's own, as a run in a browser has.
    """

    digest: str
    wall_s: float = 0.0
    ended: str = ""
    command: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[Intervention, ...] = ()

    def made(self, scenario: Scenario) -> list[Intervention]:
        """Return all interventions of the run by day, the scenario's own first."""
        both = (*scenario.interventions, *self.changes)
        return sorted(both, key=lambda change: change.day)


def default_folder(recorder: Recorder, digest: str, root: Path) -> Path:
    """Return ``<root>/<scenario>-<seed>-<short digest>``."""
    name = f"{recorder.scenario.name}-{recorder.seed}-{digest[:SHORT_DIGEST]}"
    return root / name


def write(
    recorder: Recorder, folder: Path, *, facts: Facts, outcomes: Mapping[str, Any]
) -> Path:
    """Write the folder of a run and return it.

    It is written under a temporary name and renamed when complete. A folder that
    holds an earlier run is replaced; any other folder that is not empty is left alone.

    Raises:
        FileExistsError: the folder holds something that is not a run.
    """
    if folder.exists() and any(folder.iterdir()) and not is_run(folder):
        raise FileExistsError(
            f"{folder}: not empty and not a run; name another folder with --out"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        _fill(temporary, recorder, facts=facts, outcomes=outcomes)
        _replace(folder, temporary)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def is_run(folder: Path) -> bool:
    """Return whether a folder holds a complete run."""
    return (folder / "manifest.json").is_file()


def _replace(folder: Path, complete: Path) -> None:
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    if folder.exists():
        folder.rename(old)
    complete.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _fill(
    folder: Path, recorder: Recorder, *, facts: Facts, outcomes: Mapping[str, Any]
) -> None:
    from abm.record.ground import sheet
    from abm.record.picture import draw_apart
    from abm.record.replay import panels

    rows = {}
    for name in tables():
        table = recorder.table(name)
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        rows[name] = table.num_rows
    frames = recorder.all_chunks()
    chunks.save(folder / "frames.npz", frames)
    shutil.copytree(
        recorder.scenario.folder,
        folder / "scenario",
        ignore=shutil.ignore_patterns(".*", "__pycache__", "*.pyc"),
    )
    _write_changes(folder, recorder.scenario, facts.made(recorder.scenario))
    _write_json(folder / "outcomes.json", outcomes)
    (folder / "summary.md").write_text(
        summary(recorder.scenario, outcomes, facts.command), encoding="utf-8"
    )
    if frames:
        shown = panels(frames, recorder.theatre)
        draw_apart(folder / "map.png", sheet(recorder.theatre, shown))
    _write_json(
        folder / "manifest.json", manifest(recorder, facts=facts) | {"rows": rows}
    )


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, allow_nan=False) + "\n", "utf-8")


def _write_changes(
    folder: Path, scenario: Scenario, changes: Sequence[Intervention]
) -> None:
    """Note what was changed against the copied scenario, in TOML."""
    if scenario.overrides:
        lines = [
            f"{json.dumps(path)} = {json.dumps(value)}"
            for path, value in scenario.overrides.items()
        ]
        text = "# Changes to scenario/ in this run: path = value\n" + "\n".join(lines)
        (folder / "overrides.toml").write_text(text + "\n", "utf-8")
    if changes:
        blocks = [
            f"[[intervention]]\nday = {item.day}\npath = {json.dumps(item.path)}\n"
            f"value = {json.dumps(item.value)}\nnote = {json.dumps(item.note)}\n"
            for item in changes
        ]
        text = "# Changes during this run\n\n" + "\n".join(blocks)
        (folder / "interventions.toml").write_text(text, "utf-8")


def manifest(recorder: Recorder, *, facts: Facts) -> dict[str, Any]:
    """Return everything needed to understand and to repeat a run."""
    scenario, theatre = recorder.scenario, recorder.theatre
    calendar = scenario.calendar
    return {
        "format": FORMAT,
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "hash": scenario.hash,
        },
        "calendar": {
            "start": calendar.start.isoformat(),
            "tick_hours": calendar.tick_hours,
            "decide_hour": calendar.decide_hour,
            "horizon_ticks": calendar.horizon_ticks,
            "end": calendar.at(recorder.ticks).isoformat(),
        },
        "seed": recorder.seed,
        "ticks": recorder.ticks,
        "ended": facts.ended,
        "digest": facts.digest,
        "wall_s": round(facts.wall_s, 3),
        "grid": _grid(theatre),
        "holders": _holders(theatre),
        "overrides": dict(scenario.overrides),
        "interventions": [item.model_dump() for item in facts.made(scenario)],
        "parameters": {each.path: each.value for each in paths(scenario)},
        "versions": versions(),
        "git": git_state(),
        "command": facts.command,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        **facts.extra,
    }


def _grid(theatre: Theatre) -> dict[str, Any]:
    grid = theatre.grid
    return {
        "height": grid.height,
        "width": grid.width,
        "cell_km": grid.cell_km,
        "epsg": grid.epsg,
        "transform": list(grid.transform),
    }


def _holders(theatre: Theatre) -> list[dict[str, str]]:
    return [
        {
            "id": name,
            "bloc": theatre.bloc_names[theatre.bloc[index]],
            "colour": theatre.colours[index],
        }
        for index, name in enumerate(theatre.holder_names)
    ]


def versions() -> dict[str, str]:
    """Return the versions of Python, of this package and of what computes a run."""
    found = {"python": platform.python_version()}
    for name in ("flashpoint-abm", *PACKAGES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def git_state() -> dict[str, Any]:
    """Return the commit of the code and whether it was changed since, if known."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return {"commit": None, "changed": None}

    def said(*words: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", "-C", str(root), *words],
                capture_output=True,
                text=True,
                timeout=GIT_SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.strip()

    changed = said("status", "--porcelain", "--untracked-files=no")
    return {
        "commit": said("rev-parse", "HEAD"),
        "changed": None if changed is None else bool(changed),
    }
