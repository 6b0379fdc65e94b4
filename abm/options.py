"""Values of options, read for argparse: what is no such value is one clear error."""

import argparse

MOST = 2**63 - 1
"""Largest whole number: what a recorded column can hold."""


def natural(text: str) -> int:
    """Return a whole number from 0."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"not a whole number from 0 (got {text!r})")
    if len(text) > len(str(MOST)) or int(text) > MOST:
        raise argparse.ArgumentTypeError(f"more than {MOST} (got {text[:40]!r})")
    return int(text)


def count(text: str) -> int:
    """Return a whole number of at least 1."""
    if not text.isascii() or not text.isdigit() or natural(text) < 1:
        raise argparse.ArgumentTypeError(f"not a number of at least 1 (got {text!r})")
    return natural(text)


def positive(text: str) -> float:
    """Return a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0.0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"not a number above 0 (got {text!r})")
    return number
