"""Perceive: what is seen, what is remembered, what is expected."""

import numpy as np
import pytest
from small import CROWN, HILLS, at, draws, place, start

from abm.phases import perceive
from abm.world import TASKS

EXACT = {"perceive__error": 0.0}


def day(world, theatre, *, tick=None, seed=1):
    if tick is not None:
        world.tick = tick
    perceive.run(world, theatre, draws("perceive", world.tick, seed))
    return world.belief


def test_everything_is_known_with_an_error_at_the_start():
    world, theatre = start(**EXACT)
    belief = day(world, theatre)

    # Rivertown's band and half of the siege band: (250 + 650 + 350) · 0.8
    assert belief[CROWN, at(theatre, 10, 10)] == pytest.approx(1000.0, rel=1e-6)
    enemy = theatre.formations0["actor"] == 3
    power = theatre.formations0["personnel"] * theatre.formations0["quality"]
    assert belief[CROWN].sum() == pytest.approx(power[enemy].sum(), rel=1e-5)


def test_out_of_sight_a_belief_ages_towards_what_is_expected_of_a_garrison():
    world, theatre = start(**EXACT)
    day(world, theatre)
    belief = day(world, theatre, tick=1)

    # South Ferry, 15.8 km from the nearest friend, out of sight: its band and the other
    # half of the siege band, (120 + 280 + 350) · 0.8 = 600; prior 120, half-life 10 d
    assert belief[CROWN, at(theatre, 15, 10)] == pytest.approx(
        120 + 480 * 2**-0.1, rel=1e-5
    )
    # Rivertown is in sight
    assert belief[CROWN, at(theatre, 10, 10)] == pytest.approx(1000.0, rel=1e-6)


def test_what_is_in_sight_and_gone_is_known_to_be_gone():
    world, theatre = start(**EXACT)
    day(world, theatre)
    for row in (18, 19, 24):
        place(world, theatre, row, at(theatre, 16, 13))
    belief = day(world, theatre, tick=1)

    assert belief[CROWN, at(theatre, 10, 10)] == 0.0


def test_what_allies_see_is_seen():
    world, theatre = start(**EXACT)
    far = at(theatre, 16, 13)
    place(world, theatre, 24, far)
    place(world, theatre, 9, far - 1)
    belief = day(world, theatre, tick=1)

    # the hillfolk beside it see half the siege band, 350 · 0.8, for the Crown as well
    assert belief[CROWN, far] == pytest.approx(280.0, rel=1e-6)
    assert belief[HILLS, far] == pytest.approx(280.0, rel=1e-6)


def test_reconnaissance_from_the_air_sees_what_it_flies_over():
    seen = []
    for task in ("patrol", "reconnaissance"):
        world, theatre = start(**EXACT)
        world.air.task[0], world.air.cell[0] = TASKS.index(task), at(theatre, 15, 13)
        seen.append(day(world, theatre, tick=1)[CROWN, at(theatre, 15, 13)])

    # Saltpans: 150 · 0.8 seen; a tenth of a half-life's ageing of 0 to 120 unseen
    assert seen == pytest.approx([120 * (1 - 2**-0.1), 120.0], rel=1e-5)


def test_nobody_believes_in_enemies_it_does_not_have():
    world, theatre = start()
    belief = day(world, theatre)

    assert belief[CROWN, at(theatre, 4, 13)] == 0.0
    assert (belief >= 0.0).all()


def test_beliefs_are_looked_at_once_a_day():
    world, theatre = start()
    before = day(world, theatre).copy()

    np.testing.assert_array_equal(day(world, theatre, tick=2), before)
    assert (day(world, theatre, tick=5) != before).any()


def test_estimates_differ_by_actor_and_seed_and_are_right_on_average():
    found = []
    for seed in range(300):
        world, theatre = start()
        found.append(day(world, theatre, seed=seed)[[CROWN, HILLS], at(theatre, 9, 17)])
    found = np.array(found)

    assert (found[:, 0] != found[:, 1]).all()
    # half of the pass band, 150 · 0.8 = 120; standard error 120 · 0.42 / 17 = 3
    assert found.mean(axis=0) == pytest.approx([120.0, 120.0], abs=12.0)


def test_a_distant_formation_changes_nobody_elses_estimate():
    world, theatre = start()
    before = day(world, theatre).copy()
    world, theatre = start()
    world.formations.personnel[26] = 0.0
    after = day(world, theatre)
    elsewhere = np.arange(theatre.grid.n_cells) != theatre.formations0["cell"][26]

    np.testing.assert_array_equal(before[:, elsewhere], after[:, elsewhere])
