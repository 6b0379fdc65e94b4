"""What holds at every tick: balance of people, the river, borders, fire, control."""

import numpy as np
import pytest

from abm.model import ConflictModel
from experiments.books import Books
from experiments.watch import (
    March,
    bad_balance,
    bad_fire,
    bad_flips,
    bad_steps,
    crossing_edges,
    watched_run,
)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_whole_small_run_keeps_every_rule_at_every_tick(seed):
    model = ConflictModel("two_valleys", rng=seed, collect=False)

    assert watched_run(model) == []
    assert not model.running


def test_a_small_run_with_the_air_channel_cut_and_war_near_keeps_every_rule():
    changes = {
        "relations.aurelia.borealia.air_channel": False,
        "relations.aurelia.borealia.tension": 0.9,
    }
    model = ConflictModel("two_valleys", rng=4, overrides=changes, collect=False)

    assert watched_run(model) == []


def test_forty_days_of_the_real_scenario_keep_every_rule_at_every_tick():
    model = ConflictModel("deir_ezzor_2017", rng=1, cell_km=10, collect=False)

    assert watched_run(model, ticks=160) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_whole_real_run_keeps_every_rule_at_every_tick(seed):
    model = ConflictModel("deir_ezzor_2017", rng=seed, cell_km=5, collect=False)

    assert watched_run(model) == []


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

    standing = March(before, ways, formations.progress_km.copy())
    found = bad_steps(model, standing, after, edges=edges)

    assert any("crosses the river" in breach for breach in found)


def test_the_watch_notices_ground_passing_between_parties_not_at_war():
    model = ConflictModel("two_valleys", rng=1, collect=False)
    holders = list(model.theatre.holder_names)
    crown, league = holders.index("aurelia"), holders.index("borealia")

    found = bad_flips(model, np.array([crown]), np.array([league]), what="cell")

    assert found == ["tick 0: cell 0 passes from aurelia to borealia"]


def test_the_watch_notices_fire_on_a_party_not_at_war():
    model = ConflictModel("two_valleys", rng=1, collect=False)
    model.world.journal.kills[0, 1] = 3.0

    found = bad_fire(model, np.zeros((4, 4), dtype=bool))

    assert found == ["tick 0: borealia fires on aurelia"]


def test_the_books_notice_tonnes_that_no_convoy_brought():
    model = ConflictModel("two_valleys", rng=1, collect=False)
    books = Books(model)
    model.world.deliveries.delivered[0] += 3.0

    assert any("tonnes" in breach for breach in books.breaches(model))


def test_the_books_notice_a_site_that_changed_hands_without_being_taken():
    model = ConflictModel("two_valleys", rng=1, collect=False)
    books = Books(model)
    model.world.sites.controller[0] = (model.world.sites.controller[0] + 1) % 2

    assert any("site 0" in breach for breach in books.breaches(model))


def test_the_books_notice_closed_ground_that_found_a_holder():
    model = ConflictModel("two_valleys", rng=1, collect=False)
    books = Books(model)
    closed = np.flatnonzero(~model.theatre.open)[0]
    model.world.cells.holder[closed] = 0

    assert any(f"cell {closed}" in breach for breach in books.breaches(model))


def test_the_books_notice_a_formation_that_jumps_without_marching():
    model = ConflictModel("two_valleys", rng=1, collect=False)
    books = Books(model)
    books.marched(model.world.formations.cell)
    model.world.formations.cell[0] += 1

    assert any("formation 0" in breach for breach in books.breaches(model))


def test_watching_a_run_does_not_change_it():
    plain = ConflictModel("two_valleys", rng=3, collect=False)
    while plain.running:
        plain.step()
    watched = ConflictModel("two_valleys", rng=3, collect=False)
    watched_run(watched)

    assert watched.digest == plain.digest
