"""How the loader speaks: collected problems, one sentence each."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
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
    details = error.errors()
    deeper = {detail["loc"][:-1] for detail in details}
    return [
        f"{file}: {_line(detail, where, _fields_at(detail['loc'], model) or fields)}"
        for detail in details
        if detail["type"] != "too_short"
        or not any(loc[: len(detail["loc"])] == detail["loc"] for loc in deeper)
    ]


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
