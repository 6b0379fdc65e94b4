"""A stub of the run, and a study for it, that need no engine.

Imported by workers of every kind, so it imports nothing heavy.
"""

import hashlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.run import Case, Cases, Outcome
from experiments.study import Study

if TYPE_CHECKING:
    from experiments.manifest import Manifest
    from experiments.sweeps import Plan, Summary

VERSIONS = {"code": "stub", "numpy": "stub", "numba": "stub"}
"""Fixed, so that nobody's editing of the engine disturbs these tests."""

STUDY = {
    "name": "stub",
    "title": "A stub",
    "scenario": "two_valleys",
    "days": 100,
    "cell_km": 10.0,
    "replicates": 4,
    "seed": 7,
    "outcome": "tonnes.delivered",
    "design": {"kind": "lhs", "points": 10},
    "factors": [
        {"path": "fight.attrition", "low": 0.0, "high": 1.0},
        {"path": "move.speed", "low": 10.0, "high": 20.0},
    ],
}


def study(**changes: object) -> Study:
    return Study.model_validate({**STUDY, **changes})


def cases(**changes: object) -> Cases:
    return Cases(study(**changes))


def manifest(of: Cases) -> "Manifest":
    from experiments.manifest import Manifest

    return Manifest(
        study=of.study.as_dict(),
        design=of.points.hash(),
        scenario="stub",
        versions=VERSIONS,
        runs=len(of),
        labels=of.points.labels,
    )


def outcomes(case: Case) -> dict[str, object]:
    """Return outcomes that depend on the overrides and the seed, as a model's do."""
    draw = np.random.Generator(np.random.PCG64([case.seed, 1])).random(4)
    attrition = float(case.overrides.get("fight.attrition", 0.5))
    speed = float(case.overrides.get("move.speed", 15.0))
    day = int(60 * attrition + 40 * draw[0] + (20 - speed))
    relieved = day <= 70
    date = np.datetime64("1903-05-01") + day
    return {
        "dates": {"siege_broken": str(date) if relieved else None},
        "siege_side": "west" if relieved else None,
        "sites": {"P001": "syria" if relieved else "isis"},
        "objectives": {"syria": {"relieve": float(1 - attrition * draw[1])}},
        "incidents": [{"kind": "skirmish", "day": 3}] * int(5 * draw[2]),
        "tonnes": {"planned": 100.0, "delivered": 10 * attrition + draw[3] + speed},
        "losses": {"syria": {"killed_wounded": 10.0, "captured": 0.0}},
        "personnel_check": 0,
    }


def run_stub(case: Case) -> Outcome:
    found = outcomes(case)
    text = json.dumps([found, case.seed, case.overrides], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Outcome(found, digest, 400, 0.001, VERSIONS)


def run_slow(case: Case) -> Outcome:
    """Take a few milliseconds of work, so that a sweep can be killed half way."""
    text = b"x"
    for _ in range(20_000):
        text = hashlib.sha256(text).digest()
    return run_stub(case)


def run_heavy(case: Case) -> Outcome:
    """Give as much as the real model does: hundreds of numbers and some kilobytes."""
    light = run_stub(case)
    sites = {f"P{number:03}": "syria" for number in range(150)}
    incidents = [{"kind": "skirmish", "near": "P001", "severity": 0.3}] * 40
    found = {**light.outcomes, "sites": sites, "incidents": incidents}
    return Outcome(found, light.digest, 400, 0.001, VERSIONS, maps=bytes(4000))


def run_endless(case: Case) -> Outcome:
    """Never come back."""
    while True:
        run_slow(case)


def run_failing(case: Case) -> Outcome:
    if case.point == 3 and not Path(os.environ.get("STUB_MENDED", "/none")).exists():
        raise ValueError("row 3: negative strength")
    return run_stub(case)


def run_deadly(case: Case) -> Outcome:
    """Kill the worker at one run, always."""
    if case.row == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return run_stub(case)


def run_always_deadly(case: Case) -> Outcome:
    os.kill(os.getpid(), signal.SIGKILL)
    return run_stub(case)


def plan(**changes: object) -> "Plan":
    from experiments.sweeps import Plan

    base = {
        "workers": 2,
        "run": run_stub,
        "prepare": None,
        "preload": ("experiments.run",),
    }
    return Plan(**{**base, **changes})


def carried_out(folder: Path, of: Cases, **changes: object) -> "Summary":
    from experiments.sweeps import carry_out

    return carry_out(of, folder, plan=plan(**changes), manifest=manifest(of))


def report(folder: Path) -> Path:
    """Return the report of a sweep whose title would be markup were it not escaped."""
    from experiments.report import write_report

    arms = {"name": "arm", "arms": [{"name": "left"}, {"name": "right"}]}
    of = cases(
        title="A <script>alert(1)</script> title",
        factors=[arms, *STUDY["factors"]],
        design={"kind": "lhs", "points": 20},
    )
    carried_out(folder, of)
    return write_report(folder)


def main() -> None:
    """Sweep in a process of its own: ``python stubs_experiments.py DIR JSON``."""
    given = json.loads(sys.argv[2])
    of = cases(**given.get("study", {}))
    run = globals()[given.get("run", "run_stub")]
    stream = sys.stderr if given.get("bar") else None
    changes = {**given.get("plan", {}), "run": run, "stream": stream}
    summary = carried_out(Path(sys.argv[1]), of, **changes)
    sys.stdout.write(json.dumps({"done": summary.done, "new": summary.new}))


if __name__ == "__main__":
    main()
