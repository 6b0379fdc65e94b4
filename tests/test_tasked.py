"""Why aircraft were sent where they were: the record says it, and it can be checked."""

from types import SimpleNamespace

import numpy as np
import pytest

from abm import kernels
from abm.air import terms
from abm.air.roles import capabilities
from abm.air.worth import QUANTITIES, parts
from abm.cli import main
from abm.model import ConflictModel
from abm.record.flown import PATROLS_ONLY
from abm.world import GONE, TASKS

PATROL = TASKS.index("patrol")
RAISING = {
    "support": ("aim", "beaten", "anyway", "care", "persons"),
    "interdiction": ("enmity", "value", "regard"),
    "patrol": ("care", "regard", "hottest"),
    "reconnaissance": ("side", "weight", "regard"),
    "airdrop": ("side", "persons"),
}
"""Quantities more of which makes any target of the task worth more."""


@pytest.fixture(scope="module")
def watched():
    """A short run on the real map, and what every choice was made from."""
    seen = []
    told = terms.taskings

    def spy(scene, sent, draw):
        seen.append(choices(scene, sent, draw))
        return told(scene, sent, draw)

    patch = pytest.MonkeyPatch()
    patch.setattr(terms, "taskings", spy)
    model = ConflictModel(
        "deir_ezzor_2017",
        rng=1,
        overrides={"fly.support_reach": 15.0},  # many are near what is aimed at
        cell_km=20,
        days=12,
        record=True,
        collect=False,
    )
    while model.running:
        if model.world.tick > 20:
            model.world.actors.patrol_share[:] = 0.5
        model.step()
    patch.undo()
    return SimpleNamespace(
        model=model, seen=seen, rows=model.recorder.table("sorties").to_pylist()
    )


def choices(scene, sent, draw):
    """Return per package what was open to it, worth and odds, the plain way."""
    world, theatre, where = scene.world, scene.theatre, scene.where
    suits = capabilities(theatre.air_role).suits
    found = []
    for row, asset in enumerate(sent.asset.tolist()):
        worth = where.worth[sent.operator[row]]
        away = np.hypot(
            where.x - theatre.air_base_x_km[asset],
            where.y - theatre.air_base_y_km[asset],
        )
        free = suits[asset][where.task] & (away <= theatre.air_radius_km[asset])
        free = np.flatnonzero(free & (worth > 0.0))
        if sent.moved[row] and (where.task[free] == PATROL).any():
            free = free[where.task[free] == PATROL]
        odds = np.exp(theatre.parameters.fly.precision * worth[free])
        found.append(
            SimpleNamespace(
                tick=world.tick,
                cell=where.cell[free],
                task=where.task[free],
                worth=worth[free],
                edges=np.cumsum(odds) / odds.sum(),
                draw=draw[asset, sent.part[row]],
                **enemies(scene, int(sent.operator[row]), int(sent.cell[row])),
            )
        )
    return found


def enemies(scene, operator, cell):
    """Return the enemy strength near a cell, believed and true, the plain way."""
    theatre, formations = scene.theatre, scene.world.formations
    grid = theatre.grid
    x, y = grid.center_km(np.arange(grid.n_cells))
    reach = theatre.parameters.fly.support_reach + grid.cell_km
    near = np.hypot(x - x[cell], y - y[cell]) <= reach + 1e-9
    there = near[formations.cell] & theatre.war[operator][formations.actor]
    there &= (formations.status != GONE) & (formations.personnel > 0)
    power = formations.personnel * formations.quality * formations.cohesion
    believed = scene.world.belief[operator][near].astype(float).sum()
    return {"believed": believed, "true": power[there].sum()}


def test_every_worth_is_made_of_its_recorded_terms(watched):
    assert {row["task"] for row in watched.rows} == set(TASKS) - {"ground"}
    for row in watched.rows:
        again = parts(row["task"], dict(row["terms"]))
        assert sum(again.values()) == pytest.approx(row["worth"], rel=1e-9)


def test_a_runner_up_is_worth_what_its_recorded_terms_make_it(watched):
    others = [row for row in watched.rows if row["runner_up"]]

    assert others
    for row in others:
        again = parts(row["runner_up_task"], dict(row["runner_up_terms"]))
        assert sum(again.values()) == pytest.approx(row["runner_up_worth"], rel=1e-9)


def test_more_of_a_recorded_term_makes_a_target_worth_more(watched):
    for row in watched.rows:
        known = dict(row["terms"])
        for name in RAISING[row["task"]]:
            more = parts(row["task"], {**known, name: known[name] * 1.5 + 0.1})
            assert sum(more.values()) > row["worth"], (name, row)


def test_every_quantity_counts_for_some_target(watched):
    counted = set()
    for row in watched.rows:
        known = dict(row["terms"])
        for name in known:
            other = parts(row["task"], {**known, name: known[name] * 0.5 + 0.01})
            if abs(sum(other.values()) - row["worth"]) > 1e-6:
                counted.add(name)

    assert counted == set(QUANTITIES)


def test_the_recorded_target_is_the_one_the_draw_means(watched):
    flat = [each for tick in watched.seen for each in tick]
    assert len(flat) == len(watched.rows) > 100
    for row, open_ in zip(watched.rows, flat, strict=True):
        means = min(int((open_.edges <= open_.draw).sum()), len(open_.edges) - 1)
        assert row["tick"] == open_.tick
        assert row["task"] == TASKS[open_.task[means]]
        assert row["worth"] == pytest.approx(open_.worth[means])
        assert row["draw"] == open_.draw
        assert row["below"] + row["chance"] == pytest.approx(open_.edges[means])
        assert row["below"] - 1e-12 <= row["draw"] <= row["below"] + row["chance"]


def test_the_recorded_runner_up_is_the_best_of_the_other_targets(watched):
    flat = [each for tick in watched.seen for each in tick]
    for row, open_ in zip(watched.rows, flat, strict=True):
        means = min(int((open_.edges <= open_.draw).sum()), len(open_.edges) - 1)
        rest = np.delete(open_.worth, means)
        if len(rest):
            assert row["runner_up_worth"] == pytest.approx(rest.max())
        else:
            assert row["runner_up"] is None
            assert row["runner_up_worth"] is None


def test_sorties_moved_to_patrols_say_so(watched):
    bound = [row for row in watched.rows if row["rule"] == PATROLS_ONLY]

    assert bound
    assert {row["task"] for row in bound} == {"patrol"}


def test_flights_add_up_to_what_the_assets_have_flown(watched):
    model = watched.model
    total = dict.fromkeys(model.theatre.air_ids, 0.0)
    for row in watched.rows:
        total[row["asset"]] += row["sorties"]

    assert list(total.values()) == model.world.air.flown.tolist()


def test_belief_and_truth_at_a_target_are_those_of_its_operator(watched):
    flat = [each for tick in watched.seen for each in tick]
    for row, open_ in zip(watched.rows, flat, strict=True):
        assert row["belief_target"] == pytest.approx(open_.believed, rel=1e-5)
        assert row["truth_target"] == pytest.approx(open_.true)
    assert any(row["belief_target"] > 2 * row["truth_target"] for row in watched.rows)
    assert any(row["belief_target"] < row["truth_target"] / 2 for row in watched.rows)


def test_a_day_can_be_had_alone_also_before_it_is_over():
    model = ConflictModel("two_valleys", rng=5, record=True, collect=False)
    while model.world.tick < 42:
        model.step()
    whole = model.recorder.table("sorties").to_pylist()

    assert model.recorder.sorties(9).to_pylist() == [
        row for row in whole if row["day"] == 9
    ]
    begun = model.recorder.sorties(11).to_pylist()
    assert begun
    assert {row["tick"] for row in begun} <= {40, 41}
    assert {row["day"] for row in begun} == {11}


def test_nothing_is_worked_out_where_nobody_records():
    model = ConflictModel("two_valleys", rng=5, collect=False)
    flown = 0
    for _ in range(40):
        model.step()
        flown += len(model.world.journal.tracks)
        assert not model.world.journal.taskings

    assert flown


def test_enemies_near_are_summed_within_reach_on_the_grid():
    # a grid of 4 x 3; actor 0 fights 1; reach 1 cell around cell 0, the corner
    belief = np.zeros((2, 12), dtype=np.float32)
    belief[0, [0, 1, 4, 5, 3]] = [1, 2, 4, 8, 16]
    war = np.array([[False, True], [True, False]])
    believed, true = np.empty((2, 1))

    kernels.opposed(
        believed, true, np.array([0]), np.array([0]), belief,
        np.array([1, 4, 5, 0]), np.array([1, 1, 1, 0]),
        np.array([10.0, 20.0, 40.0, 80.0]), war, 4, 1.0,
    )  # fmt: skip

    assert believed.tolist() == [7.0]  # cells 0, 1 and 4; 5 is 1.41 away
    assert true.tolist() == [30.0]


def test_an_aircraft_tells_target_runner_up_and_belief(small_folder, small_run, capsys):
    row = next(
        each for each in small_run.table("sorties").to_pylist() if each["runner_up"]
    )

    code = main(
        ["why", str(small_folder), "--aircraft", row["asset"], "--day", str(row["day"])]
    )
    said = capsys.readouterr().out

    assert code == 0
    assert row["target"] in said
    assert f"{row['worth']:+.4f}  in all" in said
    assert f"{row['runner_up']} ({row['runner_up_worth']:+.4f})" in said
    assert f"in truth {row['truth_target']:,.0f}" in said


def test_an_aircraft_that_is_none_is_refused_by_name(small_folder, capsys):
    code = main(["why", str(small_folder), "--aircraft", "B3", "--day", "3"])

    assert code != 0
    assert "B3: no such aircraft; did you mean 'B" in capsys.readouterr().err
