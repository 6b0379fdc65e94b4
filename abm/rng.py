"""Random streams: one per (seed, phase, tick, actor), rebuilt on demand.

No generator is stored, so a run can resume at any tick, and a phase that draws
more or fewer numbers never shifts the draws of another phase, actor or later tick.
Two runs that share a seed differ only where their inputs differ (common random
numbers).
"""

from collections.abc import Callable
from zlib import crc32

import numpy as np

Streams = Callable[..., np.random.Generator]


def stream(
    seed: int, phase: str, tick: int, actor: int | None = None
) -> np.random.Generator:
    """Return the generator of one phase in one tick, of one actor where given.

    Examples:
        >>> first = stream(7, "move", 3).random()
        >>> first == stream(7, "move", 3).random()
        True
        >>> first == stream(7, "move", 3, actor=0).random()
        False
    """
    key = [seed, crc32(phase.encode()), tick]
    if actor is not None:
        key.append(actor + 1)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


def streams(seed: int, phase: str, tick: int) -> Streams:
    """Return the generators of one phase and tick as a function of the actor."""

    def of(actor: int | None = None) -> np.random.Generator:
        return stream(seed, phase, tick, actor)

    return of
