"""Fight: losses by hand, splitting, direction, cohesion."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import CROWN, LEAGUE, RAIDERS, at, draws, keep_only, place, send, start

from abm.phases import fight
from abm.world import ACTIVE, BROKEN, GONE

GUARD, GUARD_TOO, BAND = 0, 1, 19
"""600 of quality 1.3; 600 more; 650 irregulars of quality 0.8."""
PLAIN = {"fight__noise": 0.0, "fight__cover_effect": 0.0}


def two_in_the_open(**changes):
    """Return a world in which the Guard and a band stand in one empty cell."""
    world, theatre = start(**(PLAIN | changes))
    keep_only(world, GUARD, BAND)
    for row in (GUARD, BAND):
        place(world, theatre, row, at(theatre, 10, 8))
    return world, theatre


def fought(world, theatre, **given):
    before = world.formations.personnel.copy()
    events = fight.run(world, theatre, draws("fight", **given))
    return before - world.formations.personnel, events


def test_two_who_face_each_other_lose_what_lanchester_says():
    world, theatre = two_in_the_open()
    lost, _ = fought(world, theatre)

    # E: Guard 600 · 1.3 = 780, band 650 · 0.8 = 520; contact 0.04, attrition 0.03/day
    # Guard: 600 (1 - exp(-0.03 · 0.04 · 520 / 600 · 0.25)) = 600 (1 - exp(-0.00026))
    # band: 650 (1 - exp(-0.03 · 0.04 · 780 / 650 · 0.25)) = 650 (1 - exp(-0.00036))
    assert lost[GUARD] == pytest.approx(600 * (1 - np.exp(-0.00026)))
    assert lost[BAND] == pytest.approx(650 * (1 - np.exp(-0.00036)))
    assert world.actors.killed_wounded[[CROWN, RAIDERS]] == pytest.approx(
        lost[[GUARD, BAND]]
    )
    assert world.journal.kills[CROWN, RAIDERS] == pytest.approx(lost[GUARD])
    assert world.formations.contact[[GUARD, BAND]].all()


def test_an_assault_is_fought_at_full_intensity():
    world, theatre = two_in_the_open()
    send(world, [GUARD], "attack", cell=at(theatre, 10, 8))
    lost, _ = fought(world, theatre)

    # as above without the factor 0.04: 0.03 · 520 / 600 · 0.25 = 0.0065
    assert lost[GUARD] == pytest.approx(600 * (1 - np.exp(-0.0065)))
    assert world.formations.assaulting[GUARD]
    assert not world.formations.assaulting[BAND]


def test_irregulars_surprise_in_their_first_assault_only():
    world, theatre = two_in_the_open()
    send(world, [BAND], "raid", cell=at(theatre, 10, 8))
    first, _ = fought(world, theatre)

    # surprise 0.6: 0.03 · 520 · 1.6 / 600 · 0.25 = 0.0104
    assert first[GUARD] == pytest.approx(600 * (1 - np.exp(-0.0104)))
    again, _ = fought(world, theatre)
    assert again[GUARD] < first[GUARD] / 1.5


def test_the_hungry_fight_with_a_quarter_of_their_value_and_cannot_assault():
    world, theatre = two_in_the_open()
    send(world, [GUARD], "attack", cell=at(theatre, 10, 8))
    world.formations.supply[GUARD] = 0.0
    lost, _ = fought(world, theatre)

    assert not world.formations.assaulting[GUARD]
    # 780 · 0.25 = 195: 0.03 · 0.04 · 195 / 650 · 0.25 = 0.00009
    assert lost[BAND] == pytest.approx(650 * (1 - np.exp(-0.00009)))


def test_works_halve_the_losses_of_those_who_do_not_assault():
    world, theatre = two_in_the_open()
    world.formations.entrenchment[BAND] = 1.0
    lost, _ = fought(world, theatre)

    # entrenchment_effect 0.5: half of 0.00036
    assert lost[BAND] == pytest.approx(650 * (1 - np.exp(-0.00018)))


def test_a_town_protects_its_garrison():
    world, theatre = two_in_the_open()
    town = theatre.site_row["T05"]
    for row in (GUARD, BAND):
        place(world, theatre, row, theatre.site_cell[town])
        world.formations.site[row] = town
    send(world, [GUARD], "attack", cell=theatre.site_cell[town], site=town)
    world.formations.site[GUARD] = town
    world.formations.contact[GUARD] = True
    lost, _ = fought(world, theatre)

    # 15 000 inhabitants are a town: 0.03 · 780 / 650 · 0.25 · (1 - 0.8) = 0.0018;
    # the assailant in contact is in the open: 0.0065
    assert lost[BAND] == pytest.approx(650 * (1 - np.exp(-0.0018)))
    assert lost[GUARD] == pytest.approx(600 * (1 - np.exp(-0.0065)))


@pytest.mark.parametrize(("town", "kept"), [(5000, 0.75), (30000, 0.375)])
def test_the_garrison_of_a_town_holds_together_longer_than_its_assailants(town, kept):
    world, theatre = two_in_the_open(fight__town_cohesion=0.75, fight__town=town)
    formations, site = world.formations, theatre.site_row["T05"]
    for row in (GUARD, BAND):
        place(world, theatre, row, theatre.site_cell[site])
    send(world, [GUARD], "attack", cell=theatre.site_cell[site], site=site)
    formations.site[[GUARD, BAND]] = site
    formations.contact[[GUARD, BAND]] = True
    formations.cohesion[:] = 0.8
    lost, _ = fought(world, theatre)

    # 2.2 per share lost, of which a town spares its defender three quarters; 15 000
    # inhabitants are a town of 5000, or half of one of 30 000
    assert formations.cohesion[GUARD] == pytest.approx(0.8 - 2.2 * lost[GUARD] / 600)
    loss = 2.2 * (1 - kept) * lost[BAND] / 650
    assert formations.cohesion[BAND] == pytest.approx(0.8 - loss)


def test_a_garrison_under_many_times_its_own_fire_is_overrun():
    world, theatre = two_in_the_open(fight__overrun=0.2)
    formations = world.formations
    send(world, [GUARD], "attack", cell=at(theatre, 10, 8))
    formations.personnel[BAND] = 130.0
    lost, _ = fought(world, theatre)

    # 780 against 130 · 0.8 = 104: 7.5 to 1; 0.2 a day for each beyond the first
    overrun = 0.2 * 6.5 * 0.25
    expected = 1 - overrun - 2.2 * lost[BAND] / 130
    assert formations.cohesion[BAND] == pytest.approx(expected)
    assert formations.cohesion[GUARD] == pytest.approx(1 - 2.2 * lost[GUARD] / 600)


def test_few_irregulars_are_hard_to_find():
    world, theatre = two_in_the_open()
    world.formations.personnel[BAND] = 50.0
    lost, _ = fought(world, theatre)

    # hidden 50 / 250 = 0.2: 0.03 · 0.04 · 780 / 50 · 0.25 · 0.2 = 0.000936
    assert lost[BAND] == pytest.approx(50 * (1 - np.exp(-0.000936)))


@pytest.mark.parametrize("km", [3.9, 4.1])
def test_only_those_within_reach_fight(km):
    world, theatre = two_in_the_open()
    world.formations.route[GUARD, 0] = at(theatre, 10, 7)
    world.formations.progress_km[GUARD] = km
    lost, _ = fought(world, theatre)

    assert (lost[BAND] > 0.0) == (km < 4.0)


def test_nobody_fires_over_the_river_but_at_a_crossing():
    world, theatre = two_in_the_open(fight__reach=6.0)
    place(world, theatre, GUARD, at(theatre, 10, 10))
    place(world, theatre, BAND, at(theatre, 10, 11))
    beside, _ = fought(world, theatre)
    place(world, theatre, GUARD, at(theatre, 9, 11))
    place(world, theatre, BAND, at(theatre, 9, 12))
    banks = theatre.bank[[at(theatre, 9, 11), at(theatre, 9, 12)]]
    lost, _ = fought(world, theatre)

    assert beside[BAND] > 0.0
    assert (lost[BAND] > 0.0) == (banks[0] == banks[1])


def test_parties_not_at_war_do_not_fight_but_in_open_clash():
    world, theatre = two_in_the_open()
    lancers = 14
    world.formations.personnel[lancers] = 600.0
    world.formations.status[lancers] = ACTIVE
    keep_only(world, GUARD, lancers)
    place(world, theatre, lancers, at(theatre, 10, 8))
    peace, _ = fought(world, theatre)
    world.dyads.clash_days[CROWN, LEAGUE] = world.dyads.clash_days[LEAGUE, CROWN] = 2.0
    clash, _ = fought(world, theatre)

    assert not peace.any()
    assert clash[GUARD] > 0.0
    assert clash[lancers] > 0.0


@given(st.floats(0.05, 0.95))
def test_splitting_a_formation_changes_no_total(part):
    world, theatre = two_in_the_open()
    whole, _ = fought(world, theatre)
    world, theatre = two_in_the_open()
    formations = world.formations
    formations.personnel[GUARD] = 600.0 * part
    formations.personnel[GUARD_TOO] = 600.0 * (1 - part)
    formations.status[GUARD_TOO] = ACTIVE
    place(world, theatre, GUARD_TOO, at(theatre, 10, 8))
    split, _ = fought(world, theatre)

    assert split[[GUARD, GUARD_TOO]].sum() == pytest.approx(whole[GUARD])
    assert split[BAND] == pytest.approx(whole[BAND])


def test_losses_are_noisy_but_right_on_average():
    lost = []
    for seed in range(400):
        world, theatre = two_in_the_open(fight__noise=0.4)
        lost.append(fought(world, theatre, seed=seed)[0][GUARD])

    # standard error of the mean: 0.156 · 0.42 / 20 = 0.003
    assert np.mean(lost) == pytest.approx(600 * 0.00026, abs=0.012)
    assert np.std(np.log(lost)) == pytest.approx(0.4, rel=0.1)


def test_cohesion_falls_with_losses_and_recovers_in_rest():
    world, theatre = two_in_the_open()
    formations = world.formations
    formations.cohesion[:] = 0.8
    lost, _ = fought(world, theatre)
    # 2.2 per share lost; no recovery in contact
    assert formations.cohesion[GUARD] == pytest.approx(0.8 - 2.2 * lost[GUARD] / 600)

    place(world, theatre, BAND, at(theatre, 15, 10))
    formations.cohesion[:] = 0.8
    fought(world, theatre)
    # 0.06 a day for a quarter of a day
    assert formations.cohesion[GUARD] == pytest.approx(0.815)

    formations.inflow[GUARD] = 0.0
    formations.cohesion[:] = 0.8
    fought(world, theatre)
    # isolation takes 0.01 a day
    assert formations.cohesion[GUARD] == pytest.approx(0.815 - 0.0025)


def test_works_are_dug_by_those_who_stand_still():
    world, theatre = two_in_the_open()
    send(world, [BAND], "hold", cell=at(theatre, 10, 7), route=[at(theatre, 10, 7)])
    fought(world, theatre)

    # 0.15 a day for a quarter of a day
    assert world.formations.entrenchment[GUARD] == pytest.approx(0.0375)
    assert world.formations.entrenchment[BAND] == 0.0


def test_those_left_without_orders_between_two_cells_dig_in_where_they_are():
    world, theatre = two_in_the_open()
    world.formations.route[BAND, 0] = at(theatre, 10, 7)
    fought(world, theatre)

    assert world.formations.entrenchment[BAND] == pytest.approx(0.0375)


def test_the_shaken_break_and_lose_their_mission_and_recover_later():
    world, theatre = two_in_the_open()
    formations = world.formations
    send(world, [GUARD], "attack", cell=at(theatre, 10, 8))
    formations.cohesion[GUARD] = 0.29
    _, events = fought(world, theatre)

    assert formations.status[GUARD] == BROKEN
    assert formations.mission[GUARD] == -1
    assert [event.kind for event in events] == ["broken"]
    keep_only(world, GUARD)
    formations.cohesion[GUARD] = 0.595
    fought(world, theatre)
    # 0.595 + 0.015 is above usable 0.6
    assert formations.status[GUARD] == ACTIVE


def test_a_handful_is_no_formation_and_its_people_desert():
    world, theatre = two_in_the_open()
    world.formations.personnel[BAND] = 4.0
    fought(world, theatre)

    assert world.formations.status[BAND] == GONE
    assert world.formations.personnel[BAND] == 0.0
    actors = world.actors
    assert actors.deserted[RAIDERS] + actors.killed_wounded[RAIDERS] == pytest.approx(4)
