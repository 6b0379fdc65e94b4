"""What holds at every tick: balance of people, the river, borders, fire, control."""

import numpy as np
import pytest
from watch import (
    bad_balance,
    bad_fire,
    bad_flips,
    bad_steps,
    crossing_edges,
    run_watched,
)

from abm.model import ConflictModel


@pytest.mark.parametrize("seed", [1, 2])
def test_a_whole_small_run_keeps_every_rule_at_every_tick(seed, monkeypatch):
    model = ConflictModel("two_valleys", rng=seed, collect=False)

    assert run_watched(model, model.horizon, monkeypatch) == []
    assert not model.running


def test_a_small_run_with_the_air_channel_cut_and_war_near_keeps_every_rule(
    monkeypatch,
):
    changes = {
        "relations.aurelia.borealia.air_channel": False,
        "relations.aurelia.borealia.tension": 0.9,
    }
    model = ConflictModel("two_valleys", rng=4, overrides=changes, collect=False)

    assert run_watched(model, model.horizon, monkeypatch) == []


def test_forty_days_of_the_real_scenario_keep_every_rule_at_every_tick(monkeypatch):
    model = ConflictModel("deir_ezzor_2017", rng=1, cell_km=10, collect=False)

    assert run_watched(model, 160, monkeypatch) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_whole_real_run_keeps_every_rule_at_every_tick(seed, monkeypatch):
    model = ConflictModel("deir_ezzor_2017", rng=seed, cell_km=5, collect=False)

    assert run_watched(model, model.horizon, monkeypatch) == []


def test_the_watch_notices_a_person_who_is_not_accounted_for():
    model = ConflictModel("two_valleys", rng=1, collect=False)
    model.world.formations.personnel[0] -= 1.0

    assert bad_balance(model) == ["tick 0: aurelia lacks 1 persons"]


def test_the_watch_notices_a_step_over_the_river_where_nothing_crosses_it():
    model = ConflictModel("two_valleys", rng=1, collect=False)
    theatre, formations = model.theatre, model.world.formations
    side = (
        theatre.open[:-1] & theatre.open[1:] & (theatre.bank[:-1] != theatre.bank[1:])
    )
    shores = np.flatnonzero(side)
    edges = crossing_edges(theatre)
    shore = next(int(u) for u in shores if (int(u), int(u) + 1) not in edges)
    ways = formations.route.copy()
    ways[0, 0] = shore + 1
    before, after = formations.cell.copy(), formations.cell.copy()
    before[0], after[0] = shore, shore + 1

    found = bad_steps(model, before, ways, after, edges)

    assert any("crosses the river" in breach for breach in found)


def test_the_watch_notices_ground_passing_between_parties_not_at_war():
    model = ConflictModel("two_valleys", rng=1, collect=False)
    holders = list(model.theatre.holder_names)
    crown, league = holders.index("aurelia"), holders.index("borealia")

    found = bad_flips(model, "cell", np.array([crown]), np.array([league]))

    assert found == ["tick 0: cell 0 passes from aurelia to borealia"]


def test_the_watch_notices_fire_on_a_party_not_at_war():
    model = ConflictModel("two_valleys", rng=1, collect=False)
    model.world.journal.kills[0, 1] = 3.0

    found = bad_fire(model, np.zeros((4, 4), dtype=bool))

    assert found == ["tick 0: borealia fires on aurelia"]
