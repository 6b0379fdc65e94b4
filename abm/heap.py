"""Memory that is no longer needed goes back to the machine, on Linux; else nothing."""

import contextlib
import ctypes
import os
import sys

import pyarrow as pa

from abm.later import absent, unlist

M_ARENA_MAX, HEAPS = -8, 2
"""Number of that option in malloc.h, and what we set it to."""
PLAIN = "system"
"""Arrow's name for the C library's allocator."""


def share() -> None:
    """Let all threads share two heaps.

    Each thread would else keep a heap of its own, and with it what it once needed.
    """
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)


def plain() -> None:
    """Let Arrow take its memory where everybody does, unless something else is asked.

    Its own allocator keeps what it has freed, and asks for it in pages of 2 MiB: 40 to
    50 MiB in a run that is watched.
    """
    if os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", PLAIN) == PLAIN:
        pa.set_memory_pool(pa.system_memory_pool())


def alone() -> None:
    """Let pandas, 40 MiB, be loaded when a data frame is made and no sooner.

    Arrow would load it to see whether what it makes a column of is a series, and Solara
    to see whether what it keeps is a frame.
    """
    with absent("pandas"):
        pa.array([])
    unlist("pandas")


def trim() -> None:
    """Give back what the C library holds without need; takes a few milliseconds."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
