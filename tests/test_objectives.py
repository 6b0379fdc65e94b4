"""Objectives: satisfaction by hand, bounds, and that holding a place helps."""

import numpy as np
import pytest
from small import CROWN, HILLS, RAIDERS, briefed, start

from abm import kernels
from abm.actors import outlook
from abm.actors.objectives import TYPES, measured, places
from abm.actors.situation import Situation
from abm.model import ConflictModel


def objective(theatre, name):
    return next(one for one in theatre.objectives if one.spec.id == name)


def satisfied(world, theatre, name):
    return measured(objective(theatre, name)).satisfaction(Situation(world, theatre))


def opened():
    """Return (world, theatre) after the staffs' first morning."""
    world, theatre = start()
    briefed(world, theatre)
    return world, theatre


def test_every_type_of_objective_occurs_in_a_shipped_scenario():
    used = {one.spec.type for one in start()[1].objectives}

    assert set(TYPES) - used == set()


def test_satisfaction_and_gains_are_shares_at_the_start():
    world, theatre = start()
    situation = briefed(world, theatre)

    n_points = len(theatre.site_ids) + 2 * len(theatre.crossing_ids)
    assert situation.gains.shape == (len(theatre.objectives), n_points)
    assert ((situation.gains >= 0.0) & (situation.gains <= 1.0 + 1e-9)).all()
    satisfaction = world.actors.satisfaction
    assert ((satisfaction >= 0.0) & (satisfaction <= 1.0)).all()


def test_control_of_a_site_is_the_share_of_value_held_beside_progress():
    world, theatre = opened()
    town = theatre.site_row["T05"]
    assert satisfied(world, theatre, "take_rivertown") == pytest.approx(0.0, abs=0.05)
    world.sites.controller[town] = HILLS

    # held by an ally is held
    assert satisfied(world, theatre, "take_rivertown") == 1.0


def test_holding_is_the_share_of_the_value_at_the_start():
    world, theatre = opened()
    # raiders: 1.0 + 0.5 + 0.3 + 0.3 + 0.3 + 0.5 = 2.9; without Rivertown 1.9
    assert satisfied(world, theatre, "keep_towns") == pytest.approx(1.0)
    world.sites.controller[theatre.site_row["T05"]] = CROWN

    assert satisfied(world, theatre, "keep_towns") == pytest.approx(1.9 / 2.9)


def test_surviving_is_the_share_of_people_left():
    world, theatre = opened()
    mine = world.formations.actor == RAIDERS
    world.formations.personnel[mine] *= 0.25

    assert satisfied(world, theatre, "survive") == pytest.approx(0.25)


def test_weakening_is_the_mean_of_people_and_value_lost():
    world, theatre = opened()
    world.formations.personnel[world.formations.actor == CROWN] *= 0.8
    world.sites.controller[theatre.site_row["T01"]] = RAIDERS
    value = theatre.site_value[theatre.site_controller0 == CROWN].sum()

    # half of 0.2 of the people and of the capital's 0.8 of the value
    expected = 0.5 * (0.2 + 0.8 / value)
    assert satisfied(world, theatre, "weaken_crown") == pytest.approx(expected)


def test_sparing_the_army_is_measured_against_what_is_tolerated():
    world, theatre = opened()
    world.formations.personnel[world.formations.actor == CROWN] *= 0.9

    # a tenth lost of the 0.3 tolerated
    assert satisfied(world, theatre, "spare_army") == pytest.approx(1 - 0.1 / 0.3)


def test_protection_is_measured_by_losses_of_late():
    world, theatre = opened()
    horizon = theatre.parameters.decide.horizon
    tolerance = theatre.actors[HILLS].loss_tolerance
    world.formations.lost_day[9] = 2.0

    # of 1200 hillfolk
    expected = max(0.0, 1 - 2.0 * horizon / (1200 * tolerance))
    assert satisfied(world, theatre, "guard_hillfolk") == pytest.approx(expected)


def test_avoiding_escalation_is_calm():
    world, theatre = opened()
    world.dyads.tension[0, 1] = world.dyads.tension[1, 0] = 0.35

    assert satisfied(world, theatre, "no_war") == pytest.approx(0.65)


def test_delivery_is_what_arrived_of_what_was_planned():
    world, theatre = opened()
    assert satisfied(world, theatre, "arm_hills") == 1.0
    world.deliveries.planned[HILLS] = 10.0
    world.deliveries.delivered[HILLS] = 3.0
    world.deliveries.airlifted[HILLS] = 2.0

    assert satisfied(world, theatre, "arm_hills") == pytest.approx(0.5)
    assert satisfied(world, theatre, "no_rifles") == pytest.approx(0.5)


def test_an_open_road_is_half_the_way_and_half_the_flow():
    world, theatre = opened()
    shut = satisfied(world, theatre, "tarn_road")
    world.cells.holder[theatre.open] = CROWN
    way = satisfied(world, theatre, "tarn_road")
    world.deliveries.flow[HILLS] = 0.6

    assert shut < 0.2
    assert way == pytest.approx(0.5, abs=0.02)
    # half of the flow comes on top
    assert satisfied(world, theatre, "tarn_road") == pytest.approx(way + 0.3)


def test_denying_is_the_opposite_of_opening():
    world, theatre = opened()
    for _ in range(2):
        both = [satisfied(world, theatre, name) for name in ("tarn_road", "deny_road")]
        assert sum(both) == pytest.approx(1.0)
        world.cells.holder[theatre.open] = CROWN


def test_supporting_is_the_supported_ones_satisfaction():
    world, theatre = opened()
    world.deliveries.flow[HILLS] = 0.3

    one = satisfied(world, theatre, "help_tarn_road")
    assert one == pytest.approx(satisfied(world, theatre, "tarn_road"))


def test_tracking_is_the_share_of_sorties_tracked():
    world, theatre = opened()
    world.actors.tracked[1] = 0.7

    assert satisfied(world, theatre, "watch_league") == pytest.approx(0.7)


def test_relief_is_complete_when_supply_reaches_the_garrison():
    world, theatre = opened()
    keep = theatre.site_row["T04"]
    world.sites.supplied[keep] = True
    assert satisfied(world, theatre, "relieve_keep") == 1.0
    world.sites.supplied[keep] = False

    assert satisfied(world, theatre, "relieve_keep") < 1.0


def near_site(world, theatre, site):
    """Return the formations within the zone of a site."""
    x, y = theatre.grid.center_km(world.formations.cell)
    away = np.hypot(x - theatre.site_x_km[site], y - theatre.site_y_km[site])
    return away <= theatre.parameters.decide.zone


PLACES = (
    ("take_rivertown", "T05", CROWN),
    ("defeat_raiders", "T05", 1),
    ("keep_towns", "T05", RAIDERS),
)


@pytest.mark.parametrize(("name", "site", "actor"), PLACES)
def test_what_a_place_adds_is_what_holding_it_adds(name, site, actor):
    world, theatre = start()
    situation = briefed(world, theatre)
    row, town = objective(theatre, name).row, theatre.site_row[site]
    if actor == RAIDERS:
        world.sites.controller[town] = CROWN
    before = satisfied(world, theatre, name)
    world.sites.controller[town] = actor
    if name.startswith("defeat"):  # who takes it has beaten what it believed there
        taker = objective(theatre, name).actor
        believed = outlook.prospects(situation, taker).enemy[town]
        there = (world.formations.actor == RAIDERS) & near_site(world, theatre, town)
        assert 0.0 < believed < world.formations.personnel[there].sum()
        world.formations.personnel[there] -= believed / there.sum()
    after = satisfied(world, theatre, name)

    assert situation.gains[row, town] > 0.0
    assert after - before == pytest.approx(situation.gains[row, town], abs=0.12)


@pytest.mark.parametrize("cell_km", [5, 10])
def test_irans_road_is_all_but_shut_on_day_0(cell_km):
    model = ConflictModel("deir_ezzor_2017", rng=1, cell_km=cell_km, collect=False)
    briefed(model.world, model.theatre)
    iran = model.theatre.holder_index["iran"]
    row = next(
        one.row
        for one in model.theatre.objectives
        if one.actor == iran and one.spec.id == "open_route"
    )

    assert model.world.actors.satisfaction[row] < 0.2


def test_objectives_stay_shares_over_a_run():
    model = ConflictModel("two_valleys", rng=6, collect=False, days=15)
    while model.running:
        model.step()
        found = model.world.actors.satisfaction
        assert np.isfinite(found).all()
        assert ((found >= 0.0) & (found <= 1.0)).all()


@pytest.fixture(scope="module")
def real():
    """Return (model, situation) of the real scenario at 10 km on its first morning."""
    model = ConflictModel("deir_ezzor_2017", rng=1, cell_km=10, collect=False)
    return model, briefed(model.world, model.theatre)


def row_of(theatre, actor, name):
    index = theatre.holder_index[actor]
    for one in theatre.objectives:
        if one.actor == index and one.spec.id == name:
            return one
    raise AssertionError(f"{actor} has no {name}")


def test_a_way_begins_where_friendly_ground_joins_ones_own_men(real):
    model, situation = real
    theatre = model.theatre
    tanf, sdf = theatre.holder_index["tanf"], theatre.holder_index["sdf"]
    shaddadi = theatre.site_cell[theatre.site_row["P075"]]
    garrison = theatre.site_cell[theatre.site_row["P051"]]

    assert shaddadi in places.home(situation, sdf)
    assert shaddadi not in places.home(situation, tanf)
    assert garrison in places.home(situation, tanf)
    assert garrison not in places.home(situation, sdf)


def test_what_shares_a_cell_with_another_sides_site_can_be_reached(real):
    model, situation = real
    theatre = model.theatre
    city, pocket = theatre.site_row["P002"], theatre.site_row["P001"]
    assert theatre.site_cell[city] == theatre.site_cell[pocket]
    row = row_of(theatre, "sdf", "control_deir_ez_zor").row
    khasham = list(theatre.site_names).index("Khasham")

    assert model.world.actors.reference[row] < kernels.UNREACHED / 2
    assert situation.gains[row, khasham] > 0.0


def test_the_border_counts_the_posts_that_its_segment_names(real):
    model, situation = real
    theatre = model.theatre
    row = row_of(theatre, "syria", "border_iraq").row
    post = theatre.site_row["P114"]

    assert post in theatre.segment_sites["syria_iraq"]
    assert situation.gains[row, post] == situation.gains[row].max()


def test_what_is_lost_to_a_party_one_may_not_fight_is_no_progress():
    model = ConflictModel("deir_ezzor_2017", rng=1, cell_km=10, collect=False)
    world, theatre = model.world, model.theatre
    mine = row_of(theatre, "sdf", "control_deir_ez_zor")
    briefed(world, theatre)
    kind, city = measured(mine), theatre.site_row["P002"]
    world.sites.controller[city] = theatre.holder_index["syria"]

    assert kind.target.wanted(Situation(world, theatre)).size == 0
    assert kind.satisfaction(Situation(world, theatre)) == 0.0


def test_only_those_on_joined_ground_serve_what_a_patron_supports(real):
    model, situation = real
    theatre = model.theatre
    tanf, sdf = theatre.holder_index["tanf"], theatre.holder_index["sdf"]
    reach = row_of(theatre, "us", "tanf_reach").row
    border = row_of(theatre, "us", "border_iraq").row

    assert situation.weights[tanf, reach] > 0.0
    assert situation.weights[sdf, reach] == 0.0
    assert situation.weights[sdf, border] > 0.0


def test_who_takes_a_place_is_paid_for_the_enemy_believed_there():
    world, theatre = start()
    before = briefed(world, theatre).gains
    row, town = objective(theatre, "defeat_raiders").row, theatre.site_row["T05"]
    actor = objective(theatre, "defeat_raiders").actor
    world.belief[actor] = 0.0
    empty = measured(objective(theatre, "defeat_raiders"))
    without = empty.gains(Situation(world, theatre))

    assert 0.0 < without[town] < before[row, town]


@pytest.mark.parametrize("name", ["cut_off_tiger_force", "cut_off_sdf"])
def test_cutting_off_is_sought_in_the_area_that_the_text_names(name):
    model = ConflictModel(rng=1, cell_km=10, collect=False)
    theatre = model.theatre
    one = objective(theatre, name)
    situation = briefed(model.world, theatre)
    inside = theatre.areas["western_southern_raqqa"][situation.points]
    gains = situation.gains[one.row]

    assert inside.any()
    assert not gains[~inside].any()
    assert gains[inside].any()
