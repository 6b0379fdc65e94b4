"""How the loader speaks: collected problems, one sentence each."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, cast, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

LISTED = 12
"""Known names are listed in a message up to this many."""
SHOWN = 80
"""Characters of a wrong value that a message repeats."""
LONGEST = 1200
"""Characters of a problem; what is longer is cut in its middle."""


VALID = "Input should be a valid "
BRANCHES = ("float", "int", "bool", "str", "constrained-str")
"""What pydantic adds to the place of a value that may be of several types."""


class ScenarioError(ValueError):
    """A scenario, an override or an intervention is wrong.

    Attributes:
        problems: one line each, ``file: path: what (got value); nearest valid``.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(dict.fromkeys(map(readable, problems)))
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[str, ...]]]:
        """Keep the problems when the error crosses a process border."""
        return type(self), (self.problems,)


def readable(line: str) -> str:
    """Return a problem as one line that a terminal can show, not too long."""
    if not line.isprintable():
        line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)
    half = LONGEST // 2
    return line if len(line) <= LONGEST else f"{line[:half]} ... {line[-half:]}"


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
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of more than 4300 digits
        text = "a number of thousands of digits"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def explained(
    error: ValidationError,
    *,
    file: str,
    where: str,
    fields: Iterable[str],
    model: type[BaseModel] | None = None,
) -> list[str]:
    """Return each mistake pydantic found as one line.

    Args:
        error: what pydantic raised.
        file: name of the file within the scenario.
        where: path of the validated part in the file, ``""`` for the whole file.
        fields: keys the part may have, for the nearest valid one.
        model: the part's type, to find the keys of parts within it.
    """
    details = _settled(error.errors())
    deeper = {detail["loc"][:-1] for detail in details}
    return [
        f"{file}: {_line(detail, where, _fields_at(detail['loc'], model) or fields)}"
        for detail in details
        if detail["type"] != "too_short"
        or not any(loc[: len(detail["loc"])] == detail["loc"] for loc in deeper)
    ]


def _settled(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Return mistakes with those of a value that may be of several types as one."""
    groups: dict[tuple[int | str, ...], list[ErrorDetails]] = {}
    for detail in details:
        loc = detail["loc"]
        end = next((n for n, part in enumerate(loc) if _is_branch(part)), len(loc))
        groups.setdefault((*loc[:end], "" if end < len(loc) else 0), []).append(detail)
    return [
        one
        for (*loc, _), group in groups.items()
        for one in ([_one(tuple(loc), group)] if len(group) > 1 else group)
    ]


def _is_branch(part: int | str) -> bool:
    return isinstance(part, str) and (part in BRANCHES or part.startswith("tuple["))


def _one(loc: tuple[int | str, ...], group: list[ErrorDetails]) -> ErrorDetails:
    """Return the mistake that helps most, at the value's own place."""
    found = [each for each in group if each["type"] == "finite_number"]
    deeper = [each for each in group if len(each["loc"]) > len(loc) + 1]
    if found or deeper:
        chosen = (found or deeper)[0]
        return cast(
            ErrorDetails, {**chosen, "loc": (*loc, *chosen["loc"][len(loc) + 1 :])}
        )
    *some, last = [each["msg"].removeprefix(VALID) for each in group]
    words = f"{', '.join(some)} or {last}"
    return cast(ErrorDetails, {**group[0], "loc": loc, "msg": f"{VALID}{words}"})


def _fields_at(
    place: tuple[int | str, ...], model: type[BaseModel] | None
) -> tuple[str, ...]:
    """Return the keys of the part of a model in which a key stands, () if unknown."""
    for part in place[:-1]:
        if isinstance(part, int) or model is None:
            continue
        field = model.model_fields.get(part)
        model = None if field is None else _model_in(field.annotation)
    return () if model is None else tuple(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a field holds, alone or in a tuple."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((part for part in found if part is not None), None)


def _line(detail: ErrorDetails, where: str, fields: Iterable[str]) -> str:
    parts = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}"
        for part in detail["loc"]
        if part != "[key]"
    )
    path = f"{where}{parts}".removeprefix(".")
    match detail["type"]:
        case "extra_forbidden":
            what = f"unknown key{nearest(detail['loc'][-1], fields)}"
        case "missing":
            what = "missing"
        case "too_short":
            what = "empty; write at least one"
        case "literal_error":
            valid = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
            got = detail["input"]
            what = f"unknown (got {shown(got)}){nearest(got, valid)}"
        case "value_error":
            what = detail["msg"].removeprefix("Value error, ")
        case _:
            what = f"{detail['msg']} (got {shown(detail['input'])})"
    return f"{path}: {what}" if path else what
