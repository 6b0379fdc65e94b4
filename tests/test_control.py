"""Control: who takes a site, when a cell passes, what holds it."""

import numpy as np
import pytest
from small import (
    CROWN,
    LEAGUE,
    MONKS,
    NOBODY_HOLDS,
    RAIDERS,
    at,
    draws,
    keep_only,
    place,
    start,
)

from abm.phases import control
from abm.world import ACTIVE

GUARD, LANCERS, BAND = 0, 14, 19


def ticks(world, theatre, n):
    events = []
    for _ in range(n):
        events += control.run(world, theatre, draws("control", world.tick))
    return events


def in_town(name, row=GUARD):
    """Return a world in which one formation stands alone in a town."""
    world, theatre = start()
    keep_only(world, row)
    town = theatre.site_row[name]
    place(world, theatre, row, theatre.site_cell[town])
    world.formations.site[row] = town
    return world, theatre, town


def test_a_captor_alone_in_a_site_for_a_day_takes_it():
    world, theatre, town = in_town("T07")

    assert ticks(world, theatre, 3) == []
    assert world.sites.controller[town] == RAIDERS
    events = ticks(world, theatre, 1)

    assert [(event.kind, event.actor, event.other) for event in events] == [
        ("capture", CROWN, RAIDERS)
    ]
    assert world.sites.controller[town] == CROWN
    assert world.sites.changes[town] == 1
    assert world.cells.holder[theatre.site_cell[town]] == CROWN


def test_a_captured_site_is_no_longer_besieged_by_its_captor():
    world, theatre, town = in_town("T07")
    world.sites.besieger[town] = CROWN
    ticks(world, theatre, 4)

    assert world.sites.controller[town] == CROWN
    assert world.sites.besieger[town] == -1


def test_a_site_with_a_defender_is_contested_and_stays():
    world, theatre, town = in_town("T07")
    world.formations.personnel[BAND], world.formations.status[BAND] = 300, ACTIVE
    place(world, theatre, BAND, theatre.site_cell[town])
    world.formations.site[BAND] = town

    assert ticks(world, theatre, 12) == []
    assert world.sites.contested[town]
    assert world.sites.controller[town] == RAIDERS


def test_a_handful_takes_nothing():
    world, theatre, town = in_town("T07")
    # 30 · 1.3 = 39, below the 40 that make control
    world.formations.personnel[GUARD] = 30.0

    assert ticks(world, theatre, 12) == []
    assert world.sites.controller[town] == RAIDERS


def test_an_interrupted_capture_starts_anew():
    world, theatre, town = in_town("T07")
    ticks(world, theatre, 3)
    place(world, theatre, GUARD, at(theatre, 10, 8))
    ticks(world, theatre, 1)
    place(world, theatre, GUARD, theatre.site_cell[town])
    world.formations.site[GUARD] = town
    ticks(world, theatre, 3)

    assert world.sites.controller[town] == RAIDERS


@pytest.mark.parametrize(("name", "holder"), [("T15", MONKS), ("T16", LEAGUE)])
def test_nothing_is_taken_from_a_party_not_at_war(name, holder):
    world, theatre, town = in_town(name)
    before = world.cells.holder.copy()

    assert ticks(world, theatre, 20) == []
    assert world.sites.controller[town] == holder
    changed = before != world.cells.holder
    assert np.isin(before[changed], (RAIDERS, NOBODY_HOLDS)).all()


def test_an_empty_enemy_cell_passes_after_the_days_of_patience():
    world, theatre = start()
    keep_only(world, GUARD)
    there = at(theatre, 10, 9)
    place(world, theatre, GUARD, there)
    world.sites.controller[:] = world.sites.controller
    ticks(world, theatre, 1)

    assert world.cells.holder[there] == RAIDERS
    assert world.cells.challenger[there] == CROWN
    ticks(world, theatre, 1)

    # patience 0.5 days: two ticks
    assert world.cells.holder[there] == CROWN
    assert world.cells.days_held[there] == 0.0
    assert world.cells.cleared[there] == 0.0


def test_ground_is_cleared_from_when_its_holders_people_come_near():
    world, theatre = start(control__fade=8.0, control__limit=24.0)
    keep_only(world, GUARD)
    place(world, theatre, GUARD, at(theatre, 10, 9))
    near, far = at(theatre, 10, 10), at(theatre, 10, 12)
    world.cells.holder[[near, far]] = CROWN
    world.cells.cleared[[near, far]] = 0.0
    ticks(world, theatre, 4)

    # 5 km away more than half of the Guard's influence is felt, 15 km away less
    assert world.cells.holder[far] == CROWN
    assert world.cells.cleared[near] == pytest.approx(1.0)
    assert world.cells.cleared[far] == 0.0

    place(world, theatre, GUARD, far)
    ticks(world, theatre, 2)
    place(world, theatre, GUARD, at(theatre, 10, 9))
    ticks(world, theatre, 2)
    # who has been there once need not stay
    assert world.cells.cleared[far] == pytest.approx(1.0)


def test_a_challenger_needs_twice_the_holders_influence():
    found = []
    for band in (480.0, 500.0):
        world, theatre = start()
        keep_only(world, GUARD, BAND)
        there = at(theatre, 10, 9)
        for row in (GUARD, BAND):
            place(world, theatre, row, there)
        # 600 · 1.3 = 780 against 480 · 0.8 = 384 or 500 · 0.8 = 400
        world.formations.personnel[BAND] = band
        ticks(world, theatre, 4)
        found.append(int(world.cells.holder[there]))
        assert world.cells.contested[there] or found[-1] == CROWN

    assert found == [CROWN, RAIDERS]


def test_influence_does_not_cross_the_river():
    world, theatre = start()
    keep_only(world, GUARD)
    shore = int(theatre.crossing_right[1])
    place(world, theatre, GUARD, shore)
    before = world.cells.holder.copy()
    ticks(world, theatre, 8)
    changed = np.flatnonzero(before != world.cells.holder)

    assert changed.size
    assert (theatre.bank[changed] == theatre.bank[shore]).all()


def test_a_populated_cell_needs_presence():
    world, theatre = start()
    keep_only(world, GUARD)
    town = theatre.site_cell[theatre.site_row["T07"]]
    place(world, theatre, GUARD, town + 1)
    ticks(world, theatre, 8)

    assert theatre.population[town] > 0
    assert world.cells.holder[town + 1] == CROWN
    assert world.cells.holder[town] == RAIDERS


def test_where_nobody_is_the_holder_stays():
    world, theatre = start()
    keep_only(world)
    before = world.cells.holder.copy()

    assert ticks(world, theatre, 40) == []
    np.testing.assert_array_equal(world.cells.holder, before)


def test_the_broken_hold_nothing():
    world, theatre, town = in_town("T07")
    world.formations.status[GUARD] = 1

    assert ticks(world, theatre, 8) == []
    assert world.sites.controller[town] == RAIDERS


def test_more_influence_takes_no_less_ground():
    won = []
    for persons in (100.0, 600.0, 2400.0):
        world, theatre = start()
        keep_only(world, GUARD)
        place(world, theatre, GUARD, at(theatre, 8, 13))
        world.formations.personnel[GUARD] = persons
        ticks(world, theatre, 4)
        won.append(int((world.cells.holder == CROWN).sum()))

    assert won == sorted(won)
    assert won[0] < won[-1]


@pytest.mark.parametrize(
    ("own", "enemy", "quarters"),
    # 600 · 1.3 = 780 of the holder; 325, 975 and 2340 persons of the enemy · 0.8 are
    # 260, 780 and 1872: a quarter, a half and 0.7 of both; 40 · 0.8 is no presence
    [
        (600.0, 40.0, 0),
        (600.0, 325.0, 1),
        (600.0, 975.0, 2),
        (600.0, 2340.0, 3),
        (0.0, 325.0, 4),
    ],
)
def test_ground_is_exposed_by_the_enemys_part_of_the_influence(own, enemy, quarters):
    world, theatre = start()
    keep_only(world, GUARD, BAND)
    there = at(theatre, 10, 9)
    world.cells.holder[there] = CROWN
    for row, persons in ((GUARD, own), (BAND, enemy)):
        place(world, theatre, row, there)
        world.formations.personnel[row] = persons
    ticks(world, theatre, 1)

    assert world.cells.holder[there] == CROWN
    assert world.cells.exposed[there] == quarters
