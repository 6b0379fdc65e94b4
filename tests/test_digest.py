"""Same seed, same bytes: digests, snapshots, branches, interventions."""

import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest

from abm.model import ConflictModel
from abm.scenario.scenario import Intervention
from abm.world import TABLES, World

SMALL = "two_valleys"
COLUMNS = [
    f"{table.name}.{column.name}"
    for name in TABLES
    for table in fields(World)
    if table.name == name
    for column in fields(table.type)
] + ["belief"]


def run(ticks, **given):
    model = ConflictModel(SMALL, **({"rng": 5, "collect": False} | given))
    for _ in range(ticks):
        model.step()
    return model


def change(day, path, value):
    return Intervention(day=day, path=path, value=value, note="a test")


def test_the_same_seed_gives_the_same_digest_in_a_fresh_process():
    code = (
        "from abm.model import ConflictModel\n"
        f"model = ConflictModel({SMALL!r}, rng=5, collect=False)\n"
        "for _ in range(12): model.step()\n"
        "print(model.digest)"
    )
    fresh = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert fresh.stdout.strip() == run(12).digest


def test_another_seed_gives_another_digest():
    assert run(6).digest != run(6, rng=6).digest


def test_the_columns_are_those_of_the_tables_in_order():
    assert list(run(0).world.columns()) == COLUMNS


@pytest.fixture(scope="module")
def world():
    return run(3).world


@pytest.mark.parametrize("name", COLUMNS)
def test_flipping_one_value_of_a_column_changes_the_digest(name, world):
    column = world.columns()[name].reshape(-1)
    before, kept = world.digest(), column[-1].copy()
    if column.dtype == bool:
        column[-1] = not kept
    else:
        column[-1] = kept + 1 if np.isfinite(kept) else 0

    assert world.digest() != before
    column[-1] = kept
    assert world.digest() == before


def test_the_tick_and_the_end_of_a_run_are_in_the_digest():
    model = run(2)
    before = model.world.digest()
    model.world.tick += 1
    later = model.world.digest()
    model.world.ended = "for a reason"

    assert len({before, later, model.world.digest()}) == 3


def test_events_are_in_the_digest():
    one, two = run(0), run(0)
    two._note([])

    assert one.world.digest() == two.world.digest()
    assert one.digest != two.digest


@pytest.mark.parametrize("tick", [0, 1, 3, 4, 17])
def test_a_run_taken_up_from_a_snapshot_ends_as_the_uninterrupted_one(tick):
    saved = run(tick).snapshot()
    model = run(0)
    model.restore(saved)
    for _ in range(24 - tick):
        model.step()

    assert model.digest == run(24).digest


def test_a_snapshot_does_not_change_with_the_run_it_was_taken_of():
    model = run(2)
    saved, digest = model.snapshot(), model.digest
    for _ in range(3):
        model.step()
    model.restore(saved)

    assert model.digest == digest
    assert model.world.tick == 2
    assert model.running


def test_a_run_with_interventions_taken_up_from_a_snapshot_ends_the_same():
    changes = [
        change(1, "fight.attrition", 0.06),
        change(4, "relations.aurelia.borealia.air_channel", False),
    ]
    saved = run(10, interventions=changes).snapshot()
    model = run(0, interventions=changes)
    model.restore(saved)
    for _ in range(14):
        model.step()

    assert model.digest == run(24, interventions=changes).digest


def test_going_back_undoes_the_changes_made_since():
    changes = [change(1, "fight.attrition", 0.06)]
    model = run(2, interventions=changes)
    saved = model.snapshot()
    for _ in range(6):
        model.step()
    model.restore(saved)

    assert model.theatre.parameters.fight.attrition == 0.03
    for _ in range(6):
        model.step()
    assert model.theatre.parameters.fight.attrition == 0.06
    assert model.digest == run(8, interventions=changes).digest


def test_a_branch_without_a_change_equals_its_parent():
    parent = run(8)
    branch = run(0)
    branch.restore(parent.snapshot())
    for _ in range(8):
        parent.step()
        branch.step()

        assert branch.digest == parent.digest


def test_a_branch_with_a_change_differs_only_downstream():
    parent = run(0)
    branch = run(0, interventions=[change(2, "fight.attrition", 0.09)])
    same = []
    for _ in range(20):
        parent.step()
        branch.step()
        same.append(parent.world.digest() == branch.world.digest())

    # the change comes at the start of tick 8, the ninth step
    assert same[:8] == [True] * 8
    assert not same[-1]


def test_a_change_to_what_is_so_already_changes_the_record_only():
    parent = run(0)
    branch = run(0, interventions=[change(1, "fight.attrition", 0.03)])
    for _ in range(12):
        parent.step()
        branch.step()

    assert branch.world.digest() == parent.world.digest()
    assert branch.digest != parent.digest


def applied(path, value, *, ticks=6):
    """Return a model before and after the tick of a change, and the change's event."""
    model = run(ticks, interventions=[change(ticks / 4, path, value)])
    before = {name: column.copy() for name, column in model.world.columns().items()}
    events = []
    note = model._note
    model._note = lambda seen: (events.extend(seen), note(seen))
    model.step()
    found = [event for event in events if event.kind == "intervention"]
    assert len(found) == 1
    assert path in found[0].text
    return model, before


def test_a_channel_can_be_shut_and_restored_for_both():
    model, before = applied("relations.aurelia.borealia.air_channel", False)

    assert before["dyads.air_channel"][0, 1]
    assert not model.world.dyads.air_channel[[0, 1], [1, 0]].any()

    model.apply(change(2, "relations.aurelia.borealia.air_channel", True))
    assert model.world.dyads.air_channel[[0, 1], [1, 0]].all()


def test_an_air_force_can_be_grounded():
    model, _ = applied("air.B03.grounded", True)
    row = model.theatre.air_ids.index("B03")

    assert model.world.air.grounded[row]
    for _ in range(8):
        model.step()
        assert model.world.air.sorties[row] == 0.0


def test_a_proxy_can_be_moved():
    model = run(6)
    event = model.apply(change(1.5, "forces.F08.cell_site", "T03"))
    theatre, formations = model.theatre, model.world.formations
    moved = formations.parent == theatre.force_ids.index("F08")

    assert event.kind == "intervention"
    assert moved.any()
    assert (formations.cell[moved] == theatre.site_cell[theatre.site_row["T03"]]).all()
    assert (formations.mission[moved] == -1).all()


def test_weights_can_be_changed():
    path = "actors.aurelia.objectives.relieve_keep.weight"
    model, before = applied(path, 0.5)
    rows = {one.spec.id: one.row for one in model.theatre.objectives if one.actor == 0}

    assert model.world.actors.weights[rows["relieve_keep"]] == 0.5
    assert before["actors.weights"][rows["relieve_keep"]] == 0.24


def test_a_bridge_can_be_blown():
    model, before = applied("crossings.C01.status", "destroyed_other")

    assert before["crossings.state"][0] == 2
    assert model.world.crossings.state[0] == 0


def test_an_air_force_grounded_before_stays_so_when_something_else_changes():
    model = run(0)
    model.apply(change(0, "air.B03.grounded", True))
    model.apply(change(0, "fight.attrition", 0.05))
    model.apply(change(0, "air.B01.grounded", True))
    rows = [model.theatre.air_ids.index(name) for name in ("B01", "B03")]

    assert model.world.air.grounded[rows].all()
    assert model.theatre.parameters.fight.attrition == 0.05
