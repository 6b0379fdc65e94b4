"""Random streams: one per (seed, phase, tick, actor), made on demand.

A stream is a place in the sequence of a counter-based generator (Philox4x64-10,
Salmon et al. 2011, Parallel Random Numbers: As Easy as 1, 2, 3): seed and phase are
its key, tick and actor the upper words of its counter, and the lower words count the
blocks drawn. So nothing is stored, a run can resume at any tick, and a phase that
draws more or fewer numbers never shifts the draws of another phase, actor or later
tick. Two runs that share a seed differ only where their inputs differ (common random
numbers).
"""

import threading
from collections.abc import Callable
from math import prod
from typing import Any, overload
from zlib import crc32

import numpy as np

from abm.units import FloatArray

BLOCK = 4
"""Numbers that one count of Philox4x64 gives."""
NO_WORDS = (0, 0, 0, 0)
_local = threading.local()


class Stream:
    """Uniform numbers in [0, 1) of one stream; every draw begins a new block.

    Drawing moves a generator that the thread's streams share to where this stream
    stands: that takes a microsecond, a generator of one's own ten times as long.
    """

    __slots__ = ("_block", "_key", "_place")

    def __init__(self, key: tuple[int, int], place: tuple[int, int]) -> None:
        self._key = key
        self._place = place
        self._block = 0

    @overload
    def random(self) -> float: ...
    @overload
    def random(self, size: int | tuple[int, ...]) -> FloatArray: ...
    def random(self, size: Any = None) -> Any:
        """Return uniform numbers in [0, 1), shape ``size``; one where none is given."""
        generator = _generator()
        generator.bit_generator.state = {
            "bit_generator": "Philox",
            "state": {"counter": (self._block, 0, *self._place), "key": self._key},
            "buffer": NO_WORDS,
            "buffer_pos": BLOCK,
            "has_uint32": 0,
            "uinteger": 0,
        }
        shape = size if isinstance(size, tuple) else (size or 1,)
        self._block += -(-prod(shape) // BLOCK)
        return generator.random(size)


Streams = Callable[..., Stream]


def _generator() -> np.random.Generator:
    """Return this thread's generator."""
    found: np.random.Generator | None = getattr(_local, "generator", None)
    if found is None:
        found = _local.generator = np.random.Generator(np.random.Philox(key=0))
    return found


def stream(seed: int, phase: str, tick: int, *, actor: int | None = None) -> Stream:
    """Return the stream of one phase in one tick, of one actor where given.

    Examples:
        >>> first = stream(7, "move", 3).random()
        >>> first == stream(7, "move", 3).random()
        True
        >>> first == stream(7, "move", 3, actor=0).random()
        False
    """
    return Stream(
        (seed, crc32(phase.encode())), (tick, 0 if actor is None else actor + 1)
    )


def streams(seed: int, phase: str, tick: int) -> Streams:
    """Return the streams of one phase and tick as a function of the actor."""

    def of(actor: int | None = None) -> Stream:
        return stream(seed, phase, tick, actor=actor)

    return of
