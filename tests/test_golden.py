"""The small run in words: a change of behaviour shows as a change of story.

Refresh with ``pytest tests/test_golden.py --update-golden`` and explain the
difference in the commit.
"""

import hashlib
import json
from pathlib import Path

import numba
import numpy as np
import pytest

from abm.model import ConflictModel

GOLDEN = Path(__file__).parent / "golden"
SEED = 1


class Listener:
    """Stands where a recorder would and keeps what happened."""

    def __init__(self):
        self.events, self.decisions = [], []

    def tick(self, world, events):
        self.events = list(events)
        self.decisions = list(world.journal.decisions)


def narrative(model):
    """Return the run in words, one line for each thing that happened."""
    ears = model.recorder = Listener()
    theatre, lines = model.theatre, []
    while model.running:
        day = model.day
        model.step()
        reasons = {one.mission: _reason(theatre, one) for one in ears.decisions}
        missions = iter(reasons.values())
        for event in ears.events:
            who = theatre.actors[event.actor].short if event.actor >= 0 else "-"
            other = (
                f" ({theatre.actors[event.other].short})" if event.other >= 0 else ""
            )
            text = event.text + other
            if event.kind == "mission":
                text += next(missions)
            lines.append(f"{day:6.2f}  {event.phase:<9} {who}: {text}")
    return "\n".join([*lines, *_end(model)]) + "\n"


def _reason(theatre, decision):
    """Return the objective a mission serves most, with its sentence."""
    objective = theatre.objectives[decision.objective].spec
    source = objective.source
    return f", to {objective.id} ({source.document} {source.sentence})"


def _end(model):
    theatre, world = model.theatre, model.world
    yield "at the end"
    for row, name in enumerate(theatre.site_names):
        holder = theatre.holder_names[world.sites.controller[row]]
        yield f"        site      {name}: {holder}"
    formations, actors = world.formations, world.actors
    present = np.bincount(formations.actor, formations.personnel, theatre.n_actors)
    for row, actor in enumerate(theatre.actors):
        yield (
            f"        people    {actor.short}: {present[row]:.0f} present, "
            f"{actors.replaced[row]:.0f} replaced, "
            f"{actors.killed_wounded[row]:.0f} killed or wounded, "
            f"{actors.captured[row]:.0f} captured, {actors.deserted[row]:.0f} deserted"
        )


def test_the_small_run_matches_its_record(request):
    record = GOLDEN / "two_valleys.txt"
    actual = narrative(ConflictModel("two_valleys", rng=SEED, collect=False))
    if request.config.getoption("--update-golden"):
        record.write_text(actual, encoding="utf-8")

    assert actual == record.read_text(encoding="utf-8")


def _numbers():
    """Return what last digits hang on: two machines that differ here may differ."""
    from numpy._core._multiarray_umath import __cpu_features__

    able = sorted(name for name, has in __cpu_features__.items() if has)
    cpu = hashlib.sha256(" ".join(able).encode()).hexdigest()[:16]
    return {"numpy": np.__version__, "numba": numba.__version__, "cpu": cpu}


def test_the_small_run_is_the_same_to_the_byte_under_every_python(request):
    model = ConflictModel("two_valleys", rng=SEED, collect=False)
    while model.running:
        model.step()
    now = {**_numbers(), "digest": model.digest}
    path = GOLDEN / "two_valleys.digest.json"
    if request.config.getoption("--update-golden"):
        path.write_text(json.dumps(now, indent=1) + "\n")
    then = json.loads(path.read_text())
    if {**then, "digest": ""} != {**now, "digest": ""}:
        pytest.skip(
            "recorded with another NumPy, Numba or processor; the words were compared, "
            "and test_digest compares processes"
        )

    assert now["digest"] == then["digest"]
