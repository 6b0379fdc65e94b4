"""Clearing: who opens the supply road of those who are cut off."""

import numpy as np
import pytest
from small import (
    CROWN,
    LEAGUE,
    RAIDERS,
    Spy,
    draws,
    keep_only,
    place,
    start,
)

from abm.actors.situation import Situation
from abm.phases import decide, fight
from abm.phases.decide.clearing import clear_roads
from abm.phases.decide.missions import CLEAR
from abm.theatre.ground import around, disc
from abm.world import MISSION_ACTIVE, MISSION_DONE

CUT, NEAR, FAR = 0, 1, 2
"""Formations of the Crown: one that is cut off, one by its base, one far away."""


def cut_off(*, km=8.0, by=RAIDERS):
    """Return a world in which ground of others lies round the men in Stonekeep."""
    world, theatre = start()
    keep_only(world, CUT, NEAR, FAR)
    keep = int(theatre.site_cell[theatre.site_row["T04"]])
    for one in around(np.array([keep]), disc(km, theatre.grid.cell_km), theatre.grid):
        world.cells.holder[one[theatre.open[one] & (one != keep)]] = by
    place(world, theatre, CUT, keep)
    place(world, theatre, NEAR, int(theatre.site_cell[theatre.site_row["T03"]]))
    place(world, theatre, FAR, int(theatre.site_cell[theatre.site_row["T02"]]))
    world.formations.inflow[[CUT, NEAR, FAR]] = 0.0, 1.0, 1.0
    world.formations.supply[[CUT, NEAR, FAR]] = 0.1, 1.0, 1.0
    return world, theatre


def sent(world, theatre):
    """Return the formations that are sent to clear, and the events."""
    events = clear_roads(Situation(world, theatre))
    return np.flatnonzero(world.formations.mission >= 0).tolist(), events


def test_the_nearest_that_suffices_opens_the_road_of_those_cut_off():
    world, theatre = cut_off()
    rows, (event,) = sent(world, theatre)
    row = world.formations.mission[NEAR]

    assert rows == [NEAR]
    assert world.missions.kind[row] == CLEAR
    cell = int(world.missions.cell[row])
    assert world.cells.holder[cell] == RAIDERS
    alone, free = (f"{world.formations.personnel[one]:.0f}" for one in (CUT, NEAR))
    assert event.text == f"clear the road to {alone} cut off with {free} persons"


def test_those_cut_off_fight_their_own_way_back_while_they_have_supply():
    world, theatre = cut_off()
    world.formations.supply[CUT] = 1.0

    assert sent(world, theatre)[0] == [CUT]


def test_a_wide_gap_is_a_front_and_is_left_to_the_objectives():
    world, theatre = cut_off(km=8.0 + 4 * start()[1].parameters.decide.cut_width)

    assert sent(world, theatre) == ([], [])


def test_ground_of_a_party_not_at_war_is_not_cleared():
    assert not start()[1].war[CROWN, LEAGUE]

    assert sent(*cut_off(by=LEAGUE)) == ([], [])


def test_nobody_is_sent_twice_nor_for_those_who_are_supplied():
    world, theatre = cut_off()
    sent(world, theatre)
    assert sent(world, theatre) == ([NEAR], [])
    world, theatre = cut_off()
    world.formations.inflow[CUT] = 0.5

    assert sent(world, theatre) == ([], [])


def test_who_stands_on_the_enemys_ground_is_attacking_not_cut_off():
    world, theatre = cut_off()
    world.cells.holder[world.formations.cell[CUT]] = RAIDERS

    assert sent(world, theatre) == ([], [])


def test_too_few_for_the_enemy_believed_there_do_not_set_out():
    world, theatre = cut_off()
    world.belief[CROWN, world.cells.holder == RAIDERS] = 5000.0

    assert sent(world, theatre)[0] == []


@pytest.mark.parametrize(("holder", "status"), [(CROWN, MISSION_DONE), (RAIDERS, 0)])
def test_a_road_is_cleared_when_its_cell_is_the_sides_own(holder, status):
    world, theatre = cut_off()
    sent(world, theatre)
    row = world.formations.mission[NEAR]
    world.cells.holder[world.missions.cell[row]] = holder
    world.formations.inflow[CUT] = 1.0
    world.tick = 1
    decide.run(world, theatre, draws("decide", 1), actors=[Spy()])

    assert MISSION_ACTIVE == 0
    assert world.missions.status[row] == status


def test_clearing_is_an_assault():
    assert fight.ASSAULTS[CLEAR]
