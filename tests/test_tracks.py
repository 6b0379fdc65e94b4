"""Tracks: coverage, detection, locks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.air import tracks


def test_more_sensors_see_more():
    # 1 − 0.88² = 0.2256
    seen = tracks.detected(np.array([0.0, 1.0, 2.0]), chance=0.12)

    assert seen == pytest.approx([0.0, 0.12, 0.2256])


def lock(**change):
    values = {"rate": 0.001, "gain": 2.0, "tension": 0.0, "multiplier": 1.0} | change
    return float(tracks.lock_chance(np.array([4.0]), **values)[0])


def test_locks_are_likelier_with_tension_and_a_shut_channel():
    # 0.001 · (1 + 2 · 0.5) · 3 = 0.006 a sortie
    assert lock(tension=0.5, multiplier=3.0) == pytest.approx(1 - 0.994**4)
    assert lock() < lock(tension=0.5) < lock(tension=0.5, multiplier=3.0)


@given(st.floats(0, 1), st.floats(0, 100), st.floats(0, 1))
def test_the_share_tracked_stays_a_share(share, flown, part):
    after = tracks.smoothed_share(
        share, tracked=flown * part, flown=flown, days=0.25, memory=5.0
    )

    assert -1e-12 <= after <= 1.0 + 1e-12


def test_the_share_tracked_moves_half_way_in_its_memory():
    assert tracks.smoothed_share(
        0.0, tracked=3.0, flown=4.0, days=5.0, memory=5.0
    ) == pytest.approx(0.375)
    assert tracks.smoothed_share(0.4, tracked=0, flown=0, days=5, memory=5) == 0.4
