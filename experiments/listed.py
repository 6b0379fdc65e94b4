"""Points from a CSV file: one column a factor, one row a point."""

import csv
import json
from pathlib import Path

from experiments.study import Factor, Json, Study

MAX_ROWS = 1_000_000


def listed_factors(study: Study, *, folder: Path, problems: list[str]) -> Study:
    """Return the study with a factor for each column of its CSV file.

    Every column's values become the factor's ``levels``, in the order of the rows,
    so that the study alone (and its hash) holds the whole list.

    Args:
        study: a study with a ``list`` design.
        folder: folder of the study file; the CSV lies in it.
        problems: mistakes found are appended here.
    """
    name = study.design.file
    if name is None:
        problems.append("design.file: missing; a list design names a CSV file")
        return study
    file = (folder / name).resolve()
    if folder.resolve() not in file.parents or not file.is_file():
        problems.append(f"design.file: no such file beside the study (got {name!r})")
        return study
    try:
        rows = list(csv.reader(file.read_text("utf-8").splitlines()))
    except UnicodeDecodeError:
        problems.append(f"design.file: {name!r} is not UTF-8")
        return study
    columns = _columns(rows, name=name, problems=problems)
    declared = {factor.label: factor for factor in study.factors}
    factors = tuple(
        declared.get(label, Factor(path=label)).model_copy(update={"levels": values})
        for label, values in columns.items()
    )
    unlisted = sorted(set(declared) - set(columns))
    problems.extend(
        f"factors: {label!r} has no column in {name!r}" for label in unlisted
    )
    return study.model_copy(update={"factors": factors})


def _columns(
    rows: list[list[str]], *, name: str, problems: list[str]
) -> dict[str, tuple[Json, ...]]:
    """Return the values of each column, and note what is wrong with the table."""
    if len(rows) <= 1 or len(rows) > MAX_ROWS:
        problems.append(f"design.file: {name!r} needs a header and 1..{MAX_ROWS} rows")
        return {}
    header, body = rows[0], rows[1:]
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            problems.append(
                f"design.file: {name!r} line {number}: {len(row)} values, "
                f"{len(header)} columns"
            )
            return {}
    if len(set(header)) != len(header):
        problems.append(f"design.file: {name!r}: a column appears twice")
        return {}
    return {
        label.strip(): tuple(value_of(row[number]) for row in body)
        for number, label in enumerate(header)
    }


def value_of(text: str) -> Json:
    """Return what a cell says: true or false, a number, else the text itself."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return text.strip()
    return value if isinstance(value, bool | int | float | str) else text.strip()
