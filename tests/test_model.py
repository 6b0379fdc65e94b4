"""The model as Mesa sees it: steps, agents, data, batches; nothing shared."""

import gc
import weakref

import mesa
import numpy as np
import pytest
from mesa_batch import batch

from abm.agents import (
    Actor,
    AirAsset,
    Formation,
    IndependentActor,
    ProxyActor,
    Site,
    StateActor,
)
from abm.model import REPORTERS, ConflictModel
from abm.scenario import load_scenario
from abm.scenario.problems import ScenarioError

SMALL = "two_valleys"


def small(**given):
    return ConflictModel(SMALL, **({"rng": 1} | given))


def test_it_is_a_mesa_model_that_steps_until_its_horizon():
    model = small(days=2)

    assert isinstance(model, mesa.Model)
    while model.running:
        model.step()

    assert (model.steps, model.world.tick, model.day) == (8, 8, 2.0)


def test_a_step_past_the_horizon_changes_nothing():
    model = small(days=1)
    for _ in range(4):
        model.step()
    before = model.digest

    model.step()

    assert not model.running
    assert model.digest == before


def test_no_days_leave_the_initial_state():
    model = small(days=0)

    assert not model.running
    assert model.world.tick == 0


def test_the_besieged_are_cut_off_before_anyone_decides():
    model = ConflictModel("deir_ezzor_2017", rng=1, days=0)
    world, theatre = model.world, model.theatre
    town = theatre.site_row["P001"]
    relief = next(
        row for row, one in enumerate(theatre.objectives) if one.spec.type == "relieve"
    )

    assert not world.sites.supplied[town]
    assert theatre.actors[world.sites.besieger[town]].id == "isis"
    assert world.sites.stock[~world.sites.supplied].sum() > 0.0
    assert world.actors.satisfaction[relief] == 0.0
    assert world.actors.reference[relief] > 0.0


def test_the_horizon_is_never_beyond_the_scenarios_own():
    assert small(days=999).horizon == load_scenario(SMALL).calendar.horizon_ticks


def test_agents_are_actors_by_kind_formations_aircraft_and_sites():
    model = small()
    theatre, kinds = model.theatre, model.agents_by_type

    assert [agent.name for agent in kinds[StateActor]] == ["aurelia", "borealia"]
    assert [agent.name for agent in kinds[ProxyActor]] == ["hillfolk"]
    assert [agent.name for agent in kinds[IndependentActor]] == ["raiders"]
    assert len(kinds[Formation]) == theatre.n_parts
    assert len(kinds[AirAsset]) == len(theatre.air_ids)
    assert len(kinds[Site]) == len(theatre.site_ids)
    assert len(model.agents) == 4 + theatre.n_parts + 4 + len(theatre.site_ids)
    assert [actor.index for actor in model.actors] == [0, 1, 2, 3]


def test_handles_show_the_world_as_it_is():
    model = small()
    formation = next(iter(model.agents_by_type[Formation]))
    model.world.formations.personnel[0] = 321.0
    model.world.formations.cell[0] = 77

    assert (formation.personnel, formation.cell) == (321.0, 77)
    assert next(iter(model.agents_by_type[Site])).controller == 0
    assert next(iter(model.agents_by_type[AirAsset])).ready == 6.0


def test_an_actor_knows_its_people_and_how_satisfied_it_is():
    model = small()
    model.step()
    crown = model.actors[0]

    # F01 to F07: 1200 + 1000 + 500 + 600 + 600 + 500 + 200
    assert crown.personnel == pytest.approx(4600.0, abs=30)
    assert set(crown.satisfaction()) == {
        one.spec.id for one in model.theatre.objectives if one.actor == 0
    }
    assert all(0.0 <= value <= 1.0 for value in crown.satisfaction().values())


def test_the_data_collector_has_a_row_for_the_start_and_each_tick():
    model = small(days=2)
    while model.running:
        model.step()

    table = model.datacollector.get_model_vars_dataframe()

    assert list(table.columns) == list(REPORTERS)
    assert len(table) == 9
    assert table["day"].tolist() == [tick / 4 for tick in range(9)]
    # nobody joins faster than replacements, nobody rises from the dead
    assert (table["killed_wounded"].diff().dropna() >= 0.0).all()


def test_without_collecting_the_run_is_the_same():
    one, two = small(days=2), small(days=2, collect=False)
    for _ in range(8):
        one.step()
        two.step()

    assert one.digest == two.digest


def test_with_a_recorder_the_run_is_the_same():
    one, two = small(days=2), small(days=2, record=True)
    for _ in range(8):
        one.step()
        two.step()

    assert one.digest == two.digest


def test_mesa_runs_batches_of_it():
    found = batch(
        {"scenario": SMALL, "fight__attrition": [0.01, 0.06], "days": 4}, [3, 4]
    )

    assert len(found) == 4
    # Mesa 3.3 reads the row before the last where the start is collected as well
    assert {row["day"] for row in found} <= {3.75, 4.0}
    losses = {
        (row["rng"], row["fight__attrition"]): row["killed_wounded"] for row in found
    }
    assert losses[3, 0.06] > losses[3, 0.01]
    assert losses[3, 0.01] != losses[4, 0.01]


def test_a_model_that_nobody_holds_is_gone():
    model = small(days=1)
    model.step()
    kept = weakref.ref(model)
    del model
    gc.collect()

    assert kept() is None


def test_an_unknown_path_is_an_error_that_names_the_nearest():
    with pytest.raises(ScenarioError, match=r"fight\.attrition"):
        small(fight__atrition=0.02)


def test_a_generator_seeds_a_run_by_the_number_it_draws():
    one = ConflictModel(SMALL, rng=np.random.default_rng(7))
    two = ConflictModel(SMALL, rng=np.random.default_rng(7))

    assert one.seed_value == two.seed_value


def test_two_models_alive_in_one_process_never_touch_each_other():
    alone = small(days=6)
    while alone.running:
        alone.step()
    one = small(days=6)
    two = small(rng=9, fight__attrition=0.05, days=6)
    three = small(days=6, cell_km=10)
    for _ in range(24):
        two.step()
        one.step()
        three.step()

    assert one.digest == alone.digest
    assert two.digest != alone.digest
    for name, column in one.world.columns().items():
        for other in (two, three):
            assert not np.shares_memory(column, other.world.columns()[name]), name


def test_the_theatre_cannot_be_written_to():
    theatre = small().theatre

    for name in ("war", "holder0", "site_cell", "bank", "weights0", "mask"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(theatre, name)[...] = 0


def test_actors_remember_their_last_decisions():
    model = small()
    model.step()

    remembered = [one for actor in model.actors for one in actor.memory]
    assert remembered
    assert remembered == model.world.journal.decisions


def test_a_seat_that_takes_the_choice_is_obeyed():
    class Idle(StateActor):
        def choose(self, *options: object) -> None:
            return None

    model = small(rng=2)
    crown = model.actors[0]
    crown.__class__ = Idle
    model.step()

    assert crown.memory == []
    assert isinstance(crown, Actor)
    deciding = {one.actor for one in model.world.journal.decisions}
    assert deciding
    assert 0 not in deciding
