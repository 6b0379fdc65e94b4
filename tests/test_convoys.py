"""Convoys: whose road, what it carries, how far in a tick, what flow is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.actors import convoys

WIDTH, KM = 5, 10.0


def test_partners_let_convoys_pass_only_where_they_consent():
    allied = np.array([[False, True, False, False]])
    partner = np.array([[False, False, True, False]])

    free = convoys.consenting(allied, partner, sender=0, consent=False)
    asked = convoys.consenting(allied, partner, sender=0, consent=True)

    assert free.tolist() == [True, True, False, False]
    assert asked.tolist() == [True, True, True, False]


def test_an_enemy_threatens_the_cells_around_it():
    # 10 km cells, reach 10 km: the four next cells; the corner has two of them
    found = convoys.dilated(
        np.array([0, 12]), width=WIDTH, n_cells=25, reach=10.0, cell_km=KM
    )

    assert np.flatnonzero(found).tolist() == [0, 1, 5, 7, 11, 12, 13, 17]


@given(st.sets(st.integers(0, 24)), st.floats(0, 35))
def test_a_wider_reach_never_threatens_less(marked, reach):
    cells = np.array(sorted(marked), dtype=np.int64)

    def threat(km):
        return convoys.dilated(cells, width=WIDTH, n_cells=25, reach=km, cell_km=KM)

    assert not (threat(reach) & ~threat(reach + 10)).any()
    assert threat(reach)[cells].all()


def test_a_cell_is_passable_if_free_open_and_unthreatened():
    free = np.array([True, False])
    found = convoys.passable(
        np.array([0, 0, 0, 1], dtype=np.int8),
        free=free,
        open_cell=np.array([True, False, True, True]),
        threatened=np.array([False, False, True, False]),
    )

    assert found.tolist() == [True, False, False, False]


def test_a_road_carries_what_its_worst_stretch_does():
    capacities = np.array([0.1, 0.3, 0.5, 0.8, 1.0])

    assert convoys.road_capacity(np.array([4, 3, 4], dtype=np.int8), capacities) == 0.8
    assert convoys.road_capacity(np.array([4, 0, 4], dtype=np.int8), capacities) == 0.1


def test_a_route_is_as_long_as_its_steps():
    # east 10 km, then south-east 14.14 km; the rest is past the end
    route = np.array([[6, 7, 13, -1]])
    lengths = convoys.cumulative_km(route, width=WIDTH, cell_km=KM)

    assert lengths[0, :3] == pytest.approx([0.0, 10.0, 24.142], abs=1e-3)
    assert np.isinf(lengths[0, 3])


def test_a_convoy_keeps_the_km_towards_the_next_cell():
    lengths = np.array([[0.0, 10.0, 20.0, np.inf], [0.0, 10.0, 20.0, np.inf]])
    step, rest, over = convoys.advanced(
        np.array([0, 1]), np.array([4.0, 0.0]), lengths=lengths, km=12.0
    )

    assert step.tolist() == [1, 2]
    assert rest.tolist() == [6.0, 0.0]
    assert over.tolist() == [0.0, 2.0]


@given(st.floats(0.1, 30), st.integers(1, 6))
def test_many_short_moves_go_as_far_as_one_long_one(km, times):
    lengths = np.arange(0, 400, 10.0)[None]
    step, rest = np.array([0]), np.array([0.0])
    for _ in range(times):
        step, rest, _ = convoys.advanced(step, rest, lengths=lengths, km=km)

    assert lengths[0, step[0]] + rest[0] == pytest.approx(km * times)


def test_ambush_only_near_an_enemy():
    chance = convoys.ambush_chance(np.array([True, False]), rate=0.4, days=0.25)

    assert chance == pytest.approx([1 - np.exp(-0.1), 0.0])


def test_flow_is_a_share_of_what_is_wanted():
    # 30 t in half a day against 40 t a day wanted: share 1.5, half of it after a memory
    flow = convoys.smoothed_flow(
        np.zeros(2),
        arrived=np.array([30.0, 5.0]),
        wanted=np.array([40.0, 0.0]),
        days=0.5,
        memory=0.5,
    )

    assert flow == pytest.approx([0.75, 0.0])


@given(st.floats(0, 1), st.floats(0, 1000), st.floats(0, 1000))
def test_flow_stays_a_share(flow, arrived, wanted):
    after = convoys.smoothed_flow(
        np.array([flow]),
        arrived=np.array([arrived]),
        wanted=np.array([wanted]),
        days=0.25,
        memory=7.0,
    )

    assert 0.0 <= after[0] <= 1.0


def test_the_air_bridge_flies_whatever_the_road():
    tonnes = convoys.air_bridge(np.array([0.6, 0.4]), rate=8.0, days=0.25)

    assert tonnes == pytest.approx([1.2, 0.8])
