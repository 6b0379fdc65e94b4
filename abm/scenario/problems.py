"""How the loader speaks: collected problems, one sentence each."""

from collections.abc import Iterable
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails

LISTED = 12
"""Known names are listed in a message up to this many."""
SHOWN = 80
"""Characters of a wrong value that a message repeats."""


class ScenarioError(ValueError):
    """A scenario, an override or an intervention is wrong.

    Attributes:
        problems: one line each, ``file: path: what (got value); nearest valid``.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[str, ...]]]:
        """Keep the problems when the error crosses a process border."""
        return type(self), (self.problems,)


def nearest(name: object, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?``, or the known names where none is near."""
    names = sorted(set(known))
    near = get_close_matches(str(name), names, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    if not names:
        return ""
    more = ", ..." if len(names) > LISTED else ""
    return f"; known: {', '.join(names[:LISTED])}{more}"


def shown(value: object) -> str:
    """Return a value as a message repeats it, cut to a readable length."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def explained(
    error: ValidationError, *, file: str, where: str, fields: Iterable[str]
) -> list[str]:
    """Return each mistake pydantic found as one line.

    Args:
        error: what pydantic raised.
        file: name of the file within the scenario.
        where: path of the validated part in the file, ``""`` for the whole file.
        fields: keys the part may have, for the nearest valid one.
    """
    return [f"{file}: {_line(d, where, tuple(fields))}" for d in error.errors()]


def _line(detail: ErrorDetails, where: str, fields: tuple[str, ...]) -> str:
    parts = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}"
        for part in detail["loc"]
        if part != "[key]"
    )
    path = f"{where}{parts}".removeprefix(".")
    match detail["type"]:
        case "extra_forbidden":
            known = fields if len(detail["loc"]) == 1 else ()
            what = f"unknown key{nearest(detail['loc'][-1], known)}"
        case "missing":
            what = "missing"
        case "value_error":
            what = detail["msg"].removeprefix("Value error, ")
        case _:
            what = f"{detail['msg']} (got {shown(detail['input'])})"
    return f"{path}: {what}" if path else what
