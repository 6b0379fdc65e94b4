"""Memory that is no longer needed goes back to the machine, on Linux; else nothing."""

import contextlib
import ctypes
import sys

M_ARENA_MAX, HEAPS = -8, 2
"""Number of that option in malloc.h, and what we set it to."""


def share() -> None:
    """Let all threads share two heaps.

    Each thread would else keep a heap of its own, and with it what it once needed.
    """
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)


def trim() -> None:
    """Give back what the C library holds without need; takes a few milliseconds."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
