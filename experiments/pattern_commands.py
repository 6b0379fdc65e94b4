"""The command of the patterns; imports nothing heavy before it is called."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from abm.options import count

DONE = 0
Adder = Callable[..., argparse.ArgumentParser]


def register_patterns(subparsers: Any, command: Adder) -> None:
    """Add ``abm patterns``.

    Args:
        subparsers: of the command line.
        command: adds a command and returns its parser.
    """
    patterns = command(
        subparsers, "patterns", patterns_command, "test the patterns P1 to P6"
    )
    patterns.add_argument("--seeds-10km", type=count, metavar="N", help="default 200")
    patterns.add_argument("--seeds-5km", type=count, metavar="N", help="default 24")
    patterns.add_argument(
        "--seeds-arms",
        type=count,
        metavar="N",
        help="of each counterfactual, at 10 km (default 60)",
    )
    patterns.add_argument("--workers", type=count, help="processes; one a core")
    patterns.add_argument("--out", type=Path, default=Path("runs/patterns"))
    patterns.add_argument("--docs", type=Path, default=Path("docs/patterns.md"))
    patterns.add_argument(
        "--quick", action="store_true", help="a few seeds of each that is not named"
    )


def patterns_command(arguments: argparse.Namespace) -> int:
    """Run the patterns study, or the rest of it, and write ``docs/patterns.md``."""
    from experiments.patterns import QUICK, Sizes, write_patterns

    base = QUICK if arguments.quick else Sizes()
    sizes = Sizes(
        arguments.seeds_10km or base.coarse,
        arguments.seeds_5km or base.fine,
        arguments.seeds_arms or base.arms,
    )
    found = write_patterns(
        sizes,
        arguments.out,
        page=arguments.docs,
        workers=arguments.workers,
        stream=sys.stderr,
    )
    for one in found:
        print(f"{one.pattern:6} {one.verdict or '-':11} {one.what}: {one.figure}")
    print(arguments.docs)
    return DONE
