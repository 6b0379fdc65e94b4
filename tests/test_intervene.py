"""Interventions that are refused, and what a change during a run leaves alone."""

import numpy as np
import pytest

from abm.cli import main
from abm.model import ConflictModel
from abm.scenario import ScenarioError, load_scenario
from abm.scenario.scenario import Intervention

SMALL, REAL = "two_valleys", "deir_ezzor_2017"


def change(day, path, value):
    return Intervention(day=day, path=path, value=value, note="a test")


def small(ticks=0, **given):
    model = ConflictModel(SMALL, rng=5, collect=False, **given)
    for _ in range(ticks):
        model.step()
    return model


def test_a_force_is_not_put_in_hostile_ground_and_the_run_stays_as_it_was():
    model, other = small(6), small(6)

    with pytest.raises(ScenarioError) as refused:
        model.apply(change(1.5, "forces.F01.cell_site", "T05"))

    assert str(refused.value) == (
        "intervention on day 1.5: forces.F01.cell_site: aurelia would stand in hostile "
        "ground (got T05, held by raiders); name a place of its own side"
    )
    assert model.theatre is other.theatre
    model.step()
    other.step()
    assert model.digest == other.digest


def test_who_holds_a_place_when_the_change_comes_decides_not_who_held_it_at_first():
    model = small()
    theatre, controller = model.theatre, model.world.sites.controller
    first = controller.copy()
    names = [actor.id for actor in theatre.actors]
    while model.running and not (controller != first).any():
        model.step()
    row = int(np.flatnonzero(controller != first)[0])
    site, loser, taker = theatre.site_ids[row], first[row], controller[row]
    forces = {force.actor: force.id for force in theatre.scenario.forces[::-1]}
    assert theatre.war[loser, taker]

    with pytest.raises(ScenarioError, match=f"{names[loser]} would stand in hostile"):
        model.apply(change(0, f"forces.{forces[names[loser]]}.cell_site", site))
    model.apply(change(0, f"forces.{forces[names[taker]]}.cell_site", site))
    formations = model.world.formations
    moved = formations.parent == theatre.force_ids.index(forces[names[taker]])
    assert (formations.cell[moved] == theatre.site_cell[row]).any()


def test_a_move_to_a_country_that_is_closed_to_the_force_is_refused_before_the_run():
    scenario = load_scenario(REAL)
    sdf = next(row.id for row in scenario.forces if row.actor == "sdf")
    model = ConflictModel(scenario, rng=1, cell_km=10.0, collect=False)
    theatre = model.theatre
    open_to_it = theatre.may_enter[theatre.holder_index["sdf"]]
    closed = np.flatnonzero(~open_to_it[theatre.country[theatre.site_cell]])
    site = theatre.site_ids[int(closed[0])]
    move = change(40.0, f"forces.{sdf}.cell_site", site)

    with pytest.raises(ScenarioError) as refused:
        ConflictModel(scenario, rng=1, cell_km=10.0, interventions=[move])

    assert str(refused.value) == (
        f"intervention on day 40: forces.{sdf}.cell_site: sdf would stand at {site} in "
        "a country it may not enter; add the country to the actor or name another place"
    )


def test_a_force_without_formations_can_not_be_moved():
    move = change(3.0, "forces.F08.cell_site", "T03")

    with pytest.raises(ScenarioError, match="F08 has no formation; move another"):
        small(overrides={"forces.F08.personnel": 0.0}, interventions=[move])


def test_allies_may_fall_out_where_one_stands_at_the_places_of_the_other():
    model = ConflictModel(REAL, rng=1, cell_km=10.0, collect=False)
    model.apply(change(0, "relations.us.sdf.stance", "war"))
    one, two = (model.theatre.holder_index[name] for name in ("us", "sdf"))

    assert model.theatre.war[one, two]


@pytest.mark.parametrize(
    ("path", "value"),
    [("forces.F16.cell_site", "T08"), ("fight.attrition", 0.05)],
)
def test_a_change_leaves_the_order_of_battle_at_the_start_alone(path, value):
    model = small(2)
    before = model.theatre
    model.apply(change(0.5, path, value))

    assert model.theatre is not before
    assert model.theatre.formation_ids == before.formation_ids
    for name, column in before.formations0.items():
        np.testing.assert_array_equal(model.theatre.formations0[name], column)
    np.testing.assert_array_equal(model.theatre.holder0, before.holder0)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (
            "forces.F01.cell_site",
            '"T05"',
            "forces.F01.cell_site: aurelia would stand in hostile ground",
        ),
        ("map.part", "300", "map.part cannot change during a run"),
    ],
)
def test_the_command_line_says_what_is_refused(tmp_path, capsys, path, value, says):
    file = tmp_path / "changes.toml"
    file.write_text(
        f'[[intervention]]\nday = 2\npath = "{path}"\nvalue = {value}\nnote = "Why."\n'
    )
    words = ["run", SMALL, "--days", "4", "--out", str(tmp_path / "run")]
    code = main([*words, "--interventions", str(file)])

    assert code == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
