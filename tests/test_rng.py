"""Random streams: independent, repeatable, and those of NumPy's Philox."""

from zlib import crc32

import numpy as np
import pytest

from abm.rng import stream, streams


def test_a_stream_is_numpys_philox_at_its_place():
    key = [7, crc32(b"move")]
    bits = np.random.Philox(key=key, counter=[0, 0, 3, 6])
    expected = np.random.Generator(bits).random((5, 3))
    assert np.array_equal(stream(7, "move", 3, actor=5).random((5, 3)), expected)


def test_a_second_draw_goes_on_at_the_next_block():
    whole = stream(7, "move", 3).random(12)
    again = stream(7, "move", 3)
    # 5 numbers use two blocks of four
    assert np.array_equal(again.random(5), whole[:5])
    assert np.array_equal(again.random(4), whole[8:])


def test_streams_drawn_by_turns_do_not_disturb_each_other():
    one, other = stream(7, "fly", 1), stream(7, "fight", 1)
    mixed = [one.random(), other.random(), one.random(), other.random()]
    one, other = stream(7, "fly", 1), stream(7, "fight", 1)
    apart = [one.random(), one.random(), other.random(), other.random()]
    assert mixed == [apart[0], apart[2], apart[1], apart[3]]


@pytest.mark.parametrize(
    "other",
    [
        stream(8, "move", 3, actor=1),
        stream(7, "fly", 3, actor=1),
        stream(7, "move", 4, actor=1),
        stream(7, "move", 3, actor=2),
        stream(7, "move", 3),
    ],
)
def test_seed_phase_tick_and_actor_each_give_other_numbers(other):
    same = np.isin(stream(7, "move", 3, actor=1).random(1000), other.random(1000))
    assert not same.any()


def test_streams_of_a_phase_are_found_by_actor():
    of = streams(7, "move", 3)
    assert of(2).random() == stream(7, "move", 3, actor=2).random()
    assert of().random() == stream(7, "move", 3).random()


def test_numbers_are_uniform():
    numbers = np.concatenate(
        [stream(1, "fight", tick).random(100) for tick in range(1000)]
    )
    counts = np.histogram(numbers, 20, (0.0, 1.0))[0]
    # Expected 5000 in each bin with a standard deviation of 69
    assert abs(counts - 5000).max() < 5 * 69
