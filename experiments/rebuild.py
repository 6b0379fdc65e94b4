"""A row of a sweep, run again exactly and left as a run folder to look at."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from experiments.manifest import Manifest, read_manifest
from experiments.problems import StoreError
from experiments.results import read_results
from experiments.run import Case, Cases, scenario_hash, scenario_of, settings
from experiments.versions import DECISIVE, versions


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run that a results folder holds.

    Attributes:
        case: what was run.
        digest: what it gave.
    """

    case: Case
    digest: str


def stored_run(folder: str | Path, row: int) -> StoredRun:
    """Return the case and digest of a row, if it can be computed again exactly here.

    Args:
        folder: results folder.
        row: number of the run.

    Raises:
        StoreError: there is no such run, it failed, or code or scenario differ.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    _refuse_other_code(folder, manifest)
    if not 0 <= row < manifest.runs:
        raise StoreError(
            f"{folder}: no run {row}; it has runs 0 to {manifest.runs - 1}"
        )
    results = read_results(folder)
    found = results[results["row"] == row]
    if found.empty:
        raise StoreError(f"{folder}: run {row} has not been done yet")
    failure, digest = found["failure"].iloc[0], found["digest"].iloc[0]
    if failure is not None:
        raise StoreError(f"{folder}: run {row} failed: {failure}")
    return StoredRun(Cases(manifest.parsed_study()).case(row), str(digest))


def _refuse_other_code(folder: Path, manifest: Manifest) -> None:
    """Refuse to rebuild with other code or another scenario than it was made with."""
    here = {"scenario": scenario_hash(str(manifest.study["scenario"]))}
    here |= versions().decisive()
    stored = {"scenario": manifest.scenario}
    stored |= {name: manifest.versions.get(name, "none") for name in DECISIVE}
    lines = [
        f"{name}: {stored[name][:16]} there, {here[name][:16]} here"
        for name in here
        if here[name] != stored[name]
    ]
    if lines:
        raise StoreError(
            f"{folder}: can't be rebuilt exactly, these differ:\n  "
            + "\n  ".join(lines)
        )


def rebuild(folder: str | Path, row: int, *, out: Path | None = None) -> Path:
    """Run a row again, check its digest, write its run folder and return it.

    Args:
        folder: results folder.
        row: number of the run.
        out: run folder to write; one below ``runs/`` if not given.

    Raises:
        StoreError: it can't be rebuilt, or came out differently.
    """
    from abm.headless import run_headless
    from abm.record.write import Facts, default_folder, write

    stored = stored_run(folder, row)
    case = stored.case
    result = run_headless(
        scenario_of(case.scenario), seed=case.seed, keep_frames=True, **settings(case)
    )
    if result.digest != stored.digest:
        raise StoreError(
            f"{folder}: run {row} came out differently: digest {stored.digest[:16]} "
            f"there, {result.digest[:16]} here"
        )
    facts = Facts(
        digest=result.digest,
        wall_s=result.wall_s,
        command=shlex.join(["abm", "open", str(folder), str(row)]),
        extra={"sweep": str(folder), "row": row},
    )
    target = out or default_folder(result.recorder, result.digest, Path("runs"))
    return write(result.recorder, target, facts=facts, outcomes=result.outcomes)
