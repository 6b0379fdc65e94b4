"""Move: paces by hand, halting, the river, bridging, retreat and surrender."""

import numpy as np
import pytest
from small import CROWN, HILLS, RAIDERS, at, draws, keep_only, place, send, start

from abm.phases import move
from abm.world import ACTIVE, BROKEN, GONE

GUARD, FOOT, WATCH, BAND, SAPPERS = 0, 2, 11, 19, 8
ROW = 10
"""Row 10 of the map is a primary road from column 1 to column 15."""


def marching(row, columns, **changes):
    """Return a world in which a formation is sent along the primary road."""
    world, theatre = start(**changes)
    keep_only(world, row)
    place(world, theatre, row, at(theatre, ROW, columns[0]))
    route = [at(theatre, ROW, column) for column in columns[1:]]
    send(world, [row], "attack", cell=route[-1], route=route)
    return world, theatre


def moved(world, theatre):
    return move.run(world, theatre, draws("move", world.tick))


def test_motorised_troops_cover_a_quarter_of_a_days_march_on_a_primary_road():
    world, theatre = marching(GUARD, [8, 7, 6, 5, 4, 3, 2])
    moved(world, theatre)

    # 110 km/day · 0.9 · 0.25 day = 24.75 km: four cells of 5 km and 4.75 km
    assert world.formations.cell[GUARD] == at(theatre, ROW, 4)
    assert world.formations.progress_km[GUARD] == pytest.approx(4.75)
    assert world.formations.route[GUARD, :3].tolist() == [
        at(theatre, ROW, 3),
        at(theatre, ROW, 2),
        -1,
    ]


def test_troops_on_foot_cover_less_but_do_not_mind_the_class_of_the_road():
    world, theatre = marching(FOOT, [8, 7, 6, 5])
    moved(world, theatre)

    # 25 · 0.25 = 6.25 km
    assert world.formations.cell[FOOT] == at(theatre, ROW, 7)
    assert world.formations.progress_km[FOOT] == pytest.approx(1.25)


def test_those_without_supply_march_at_half_pace():
    world, theatre = marching(GUARD, [8, 7, 6, 5, 4])
    world.formations.supply[GUARD] = 0.0
    moved(world, theatre)

    # 24.75 / 2 = 12.375 km
    assert world.formations.cell[GUARD] == at(theatre, ROW, 6)
    assert world.formations.progress_km[GUARD] == pytest.approx(2.375)


def test_hostile_ground_is_crossed_at_the_pace_of_an_advance():
    world, theatre = marching(GUARD, [8, 9, 10])
    moved(world, theatre)

    # 2.5 km to the edge of the cell at 110 · 0.9 = 99 km/day, then 7 · 0.9 = 6.3 km/day
    # for the rest of a quarter of a day: 2.5 + (0.25 - 2.5 / 99) · 6.3
    assert world.cells.holder[at(theatre, ROW, 9)] == RAIDERS
    assert world.formations.cell[GUARD] == at(theatre, ROW, 8)
    assert world.formations.progress_km[GUARD] == pytest.approx(3.9159, abs=1e-4)


def test_newly_won_ground_is_passed_no_faster():
    world, theatre = marching(GUARD, [8, 7, 6])
    world.cells.cleared[at(theatre, ROW, 7)] = 2.75
    moved(world, theatre)

    assert world.formations.progress_km[GUARD] == pytest.approx(3.9159, abs=1e-4)


def test_the_size_of_a_cell_does_not_change_the_pace():
    gone = []
    for steps in (1, 3):
        world, theatre = marching(FOOT, [8, 7, 6, 5, 4, 3])
        for _ in range(steps):
            moved(world, theatre)
        cells = 8 - world.formations.cell[FOOT] % theatre.grid.width
        gone.append(cells * 5.0 + world.formations.progress_km[FOOT])

    assert gone == pytest.approx([6.25, 18.75])


def test_nobody_moves_without_a_mission_and_the_static_never():
    world, theatre = marching(GUARD, [8, 7, 6])
    world.formations.mission[GUARD] = -1
    moved(world, theatre)
    assert world.formations.progress_km[GUARD] == 0.0

    world, theatre = marching(WATCH, [8, 7, 6])
    world.formations.actor[WATCH] = HILLS
    moved(world, theatre)
    assert world.formations.progress_km[WATCH] == 0.0


def test_a_march_halts_before_an_enemy_within_reach():
    world, theatre = marching(GUARD, [8, 9, 10])
    world.formations.personnel[BAND], world.formations.status[BAND] = 500, ACTIVE
    place(world, theatre, BAND, at(theatre, ROW, 9))
    world.formations.route[BAND, 0] = at(theatre, ROW, 8)
    world.formations.progress_km[BAND] = 1.5
    moved(world, theatre)
    # 3.5 km apart, within the reach of 4 km
    assert world.formations.progress_km[GUARD] == 0.0

    world.formations.progress_km[BAND] = 0.5
    moved(world, theatre)
    assert world.formations.progress_km[GUARD] > 0.0


def test_parties_holding_apart_after_a_clash_halt_farther_off():
    world, theatre = marching(GUARD, [8, 7, 6])
    league = 14
    world.formations.personnel[league], world.formations.status[league] = 500, ACTIVE
    place(world, theatre, league, at(theatre, ROW, 7))
    world.dyads.apart_days[0, 1] = world.dyads.apart_days[1, 0] = 1.0
    moved(world, theatre)
    assert world.formations.cell[GUARD] == at(theatre, ROW, 8)

    world.dyads.apart_days[:] = 0.0
    moved(world, theatre)
    assert world.formations.cell[GUARD] != at(theatre, ROW, 8)


def test_ground_of_parties_one_may_not_fight_is_not_entered():
    world, theatre = marching(GUARD, [8, 7, 6])
    for holder in (1, 4):
        world.cells.holder[at(theatre, ROW, 7)] = holder
        moved(world, theatre)

        assert world.formations.cell[GUARD] == at(theatre, ROW, 8)
        assert world.formations.progress_km[GUARD] == 0.0


def test_a_bridge_is_crossed_at_full_pace_boats_at_a_tenth_and_no_way_not_at_all():
    gone = []
    for state in (2, 1, 0):
        world, theatre = start()
        keep_only(world, BAND)
        one, two = theatre.crossing_right[1], theatre.crossing_left[1]
        place(world, theatre, BAND, one)
        send(world, [BAND], "attack", cell=two, route=[two])
        world.crossings.state[1] = state
        events = moved(world, theatre)
        over = world.formations.cell[BAND] == two
        assert [event.kind for event in events] == (["crossed"] if over else [])
        gone.append(np.inf if over else world.formations.progress_km[BAND])

    pace = 110 * 0.5 * theatre.ground.allowance[0, [one, two]].sum()
    assert gone == pytest.approx([np.inf, pace * 0.1 * 0.25, 0.0])


def test_who_reaches_the_place_it_makes_for_garrisons_it_and_movers_lose_their_works():
    world, theatre = start()
    keep_only(world, GUARD)
    place(world, theatre, GUARD, at(theatre, ROW, 7))
    town = theatre.site_row["T03"]
    cell = theatre.site_cell[town]
    send(world, [GUARD], "hold", cell=cell, site=town, route=[cell])
    world.formations.entrenchment[GUARD] = 0.8
    for _ in range(2):
        moved(world, theatre)

    assert world.formations.site[GUARD] == town
    assert world.formations.cell[GUARD] == cell
    assert world.formations.entrenchment[GUARD] == 0.0


def bridging(days):
    world, theatre = start(crossings__C02__status="destroyed_other")
    keep_only(world, SAPPERS)
    near = int(theatre.crossing_right[1])
    place(world, theatre, SAPPERS, near)
    send(world, [SAPPERS], "bridge", cell=near, crossing=1)
    found = []
    for _ in range(round(days * 4)):
        found += moved(world, theatre)
    return world, found


def test_engineers_lay_a_pontoon_in_the_days_it_takes():
    world, events = bridging(11.75)
    assert world.crossings.state[1] == 0
    assert world.crossings.work_days[1] == 11.75
    assert not events

    world, events = bridging(12)
    assert world.crossings.state[1] == 3
    assert [event.kind for event in events] == ["bridged"]
    assert world.crossings.builder[1] == CROWN


@pytest.mark.parametrize(
    ("column", "value"), [("contact", True), ("supply", 0.4), ("status", BROKEN)]
)
def test_engineers_under_fire_or_hungry_do_not_work(column, value):
    world, theatre = start(crossings__C02__status="destroyed_other")
    keep_only(world, SAPPERS)
    near = int(theatre.crossing_right[1])
    place(world, theatre, SAPPERS, near)
    send(world, [SAPPERS], "bridge", cell=near, crossing=1)
    getattr(world.formations, column)[SAPPERS] = value
    moved(world, theatre)

    assert world.crossings.work_days[1] == 0.0


def broken(row_column, **changes):
    world, theatre = start(**changes)
    keep_only(world, GUARD)
    place(world, theatre, GUARD, at(theatre, *row_column))
    world.formations.status[GUARD] = BROKEN
    return world, theatre


def test_the_broken_fall_back_to_the_nearest_safe_place():
    world, theatre = broken((10, 8))
    moved(world, theatre)

    # two cells to Millbridge (10, 6), 24.75 km at hand
    assert world.formations.cell[GUARD] == at(theatre, 10, 6)
    assert world.formations.status[GUARD] == BROKEN


def test_the_cut_off_and_broken_in_contact_give_up():
    world, theatre = broken((10, 14))
    world.formations.contact[GUARD] = True
    before = world.formations.personnel[GUARD]
    events = moved(world, theatre)

    # captured_share 0.4 of 600
    assert [event.kind for event in events] == ["surrender"]
    assert world.formations.status[GUARD] == GONE
    assert world.actors.captured[CROWN] == pytest.approx(0.4 * before)
    assert world.actors.deserted[CROWN] == pytest.approx(0.6 * before)


def test_a_post_broken_in_contact_gives_up_though_it_stands_in_its_own_site():
    world, theatre = broken((10, 14))
    world.formations.status[GUARD] = ACTIVE
    formations, site = world.formations, theatre.site_row["T03"]
    post = theatre.n_parts + site
    formations.personnel[post], formations.actor[post] = 50.0, CROWN
    formations.status[post], formations.contact[post] = BROKEN, True
    world.sites.controller[site] = CROWN
    events = moved(world, theatre)

    assert [event.kind for event in events] == ["surrender"]
    assert events[0].amount == 50.0
    assert formations.status[post] == GONE


def test_the_cut_off_whom_nobody_presses_wait():
    world, theatre = broken((10, 14))

    assert moved(world, theatre) == []
    assert world.formations.personnel[GUARD] == 600.0
    assert world.formations.cell[GUARD] == at(theatre, 10, 14)


def test_moving_changes_no_number_of_people():
    world, theatre = marching(GUARD, [8, 7, 6])
    before = world.formations.personnel.copy()
    for _ in range(6):
        moved(world, theatre)

    np.testing.assert_array_equal(world.formations.personnel, before)
