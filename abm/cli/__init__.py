"""The command line. Nothing heavy is imported before a command needs it."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

WRONG_INPUT = 2
INTERRUPTED = 130
ARROW_POOL = ("ARROW_DEFAULT_MEMORY_POOL", "system")
"""Arrow's own allocator keeps what it has freed: 20 MiB more at the peak of a run."""


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, or 2 for wrong input."""
    from abm.cli.parser import parser

    os.environ.setdefault(*ARROW_POOL)
    args = parser().parse_args(words)
    try:
        return _command(args.command)(args)
    except KeyboardInterrupt:
        print("abm: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, ValueError) as error:
        if not _is_wrong_input(error):
            raise
        for line in str(error).splitlines():
            print(f"abm: {line}", file=sys.stderr)
        return WRONG_INPUT


def _command(command: Any) -> Callable[[Any], int]:
    """Return a command's function; a string is ``module:function``, loaded now."""
    if isinstance(command, str):
        module, name = command.split(":")
        found: Callable[[Any], int] = getattr(import_module(module), name)
        return found
    given: Callable[[Any], int] = command
    return given


def _is_wrong_input(error: Exception) -> bool:
    """Whether the user can mend it; anything else is a mistake of the program."""
    from abm.cli.common import UsageError
    from abm.record.problems import RunError
    from abm.scenario.problems import ScenarioError

    return isinstance(error, ScenarioError | RunError | UsageError | OSError)
