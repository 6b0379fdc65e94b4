"""Random streams: one per (seed, phase, tick, actor), made on demand.

A stream is a place in the sequence of a counter-based generator (Philox4x64-10,
Salmon et al. 2011, Parallel Random Numbers: As Easy as 1, 2, 3): seed and phase are
its key, tick and actor the upper words of its counter, and the lower words count the
blocks drawn. So nothing is stored, a run can resume at any tick, and a phase that
draws more or fewer numbers never shifts the draws of another phase, actor or later
tick. Two runs that share a seed differ only where their inputs differ (common random
numbers).
"""

from collections.abc import Callable
from typing import Any, overload
from zlib import crc32

import numpy as np

from abm import kernels
from abm.units import FloatArray

BLOCK = 4
"""Numbers that one count of Philox4x64 gives."""


class Stream:
    """Uniform numbers in [0, 1) of one stream; every draw begins a new block.

    They are those of NumPy's ``Philox`` (tested), whose own generator takes as long to
    be moved to a place of the sequence as the kernel does to give hundreds of numbers.
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
        found = np.empty(1 if size is None else size)
        kernels.philox(found.reshape(-1), *self._key, *self._place, self._block)
        self._block += -(-found.size // BLOCK)
        return float(found[0]) if size is None else found


Streams = Callable[..., Stream]


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
