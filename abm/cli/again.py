"""Take a recorded decision again, with something changed, by the model itself.

The run is repeated from its seed to the tick of the decision, so every option is
weighed again, not only the one chosen and its runner-up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from abm.explain.why import Reason, reasons_in
from abm.record.replay import Run
from abm.scenario import Intervention
from abm.scenario.scenario import Value


@dataclass(frozen=True)
class Again:
    """What an actor decides in one tick after a change.

    Attributes:
        reasons: its decisions in that tick.
        same: the repeated run still equalled the recorded one at that tick.
    """

    reasons: list[Reason]
    same: bool


def decided_again(
    run: Run, *, tick: int, actor: str, changes: Mapping[str, Value]
) -> Again:
    """Return what an actor would have decided in a tick, had ``changes`` come first.

    Raises:
        ScenarioError: a path is unknown or can't change during a run.
    """
    from abm.model import ConflictModel

    items = [
        Intervention(day=0.0, path=path, value=value, note="abm why")
        for path, value in changes.items()
    ]
    checked = run.scenario.with_interventions(tuple(items)).interventions
    model = ConflictModel(
        run.scenario,
        rng=run.seed,
        cell_km=run.manifest["grid"]["cell_km"],
        record=True,
        collect=False,
    )
    while model.world.tick < tick and model.running:
        model.step()
    holder = model.world.cells.holder.astype(np.uint8)
    same = bool((holder == run.frames[tick].holder).all())
    for item in checked:
        model.apply(item)
    model.step()
    assert model.recorder is not None
    rows = model.recorder.table("decisions").to_pylist()
    taken = [row for row in rows if row["tick"] == tick and row["actor"] == actor]
    return Again(reasons_in(run, taken), same)


def weights_gone(actor: str, objectives: Sequence[str]) -> dict[str, Value]:
    """Return the changes that take objectives away: their weights become 0.

    An objective is the actor's own, or ``<actor>.<objective>``, a patron's.
    """
    found: dict[str, Value] = {}
    for each in objectives:
        owner, _, name = each.rpartition(".")
        found[f"actors.{owner or actor}.objectives.{name}.weight"] = 0.0
    return found
