"""Turn the bytes of a scenario folder into validated parts; problems are collected."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from abm.scenario.files import FileError, table_of, toml_of
from abm.scenario.problems import explained, nearest, shown

Model = TypeVar("Model", bound=BaseModel)
Parsed = TypeVar("Parsed")


def inner_name(name: str) -> str:
    """Return a file's name as the folder has it: slashes, and no dot in front."""
    return PurePosixPath(name.replace("\\", "/")).as_posix()


class Anything(Collection[str]):
    """Names that cannot be known because their file cannot be read."""

    def __contains__(self, name: object) -> bool:
        """Return true: any name may be meant."""
        return True

    def __iter__(self) -> Iterator[str]:
        """Return no name."""
        return iter(())

    def __len__(self) -> int:
        """Return 0."""
        return 0


@dataclass
class Reader:
    """The files of one scenario and what is wrong with them so far.

    Attributes:
        files: bytes by name within the folder.
        problems: one line each.
        used: names asked for, to find files that nothing reads.
        names: ids that a file tries to define, by its kind, broken ones included.
    """

    files: Mapping[str, bytes]
    problems: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    names: dict[str, Collection[str]] = field(default_factory=dict)

    def known(self, kind: str) -> Collection[str]:
        """Return the ids of a kind: sites, forces, actors, rungs, areas, ..."""
        return self.names.get(kind, Anything())

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong so far."""
        return not self.problems

    def report(self, file: str, where: str, what: str) -> None:
        """Add a problem at a path of a file."""
        self.problems.append(f"{file}: {where}: {what}" if where else f"{file}: {what}")

    def parsed(self, name: str, parse: Callable[[bytes], Parsed]) -> Parsed | None:
        """Return a file parsed, or ``None`` after reporting why not."""
        self.used.add(name)
        if name not in self.files:
            if not any(problem.startswith(f"{name}: ") for problem in self.problems):
                self.report(name, "", "missing file")
            return None
        try:
            return parse(self.files[name])
        except FileError as problem:
            self.report(name, "", str(problem))
            return None

    def named_file(self, name: str, *, file: str, where: str) -> bool:
        """Return whether a file that another one names may be read, or report."""
        path = PurePosixPath(inner_name(name))
        if path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name:
            self.report(
                file,
                where,
                f"leads out of the scenario folder (got {shown(name)}); "
                "name a file inside it",
            )
            return False
        if path.as_posix() not in self.files:
            self.report(
                file, where, f"no file {shown(name)}{nearest(name, self.files)}"
            )
            return False
        return True

    def toml(self, name: str, model: type[Model]) -> Model | None:
        """Return a TOML file as a model, or ``None`` after reporting why not."""
        raw = self.parsed(name, toml_of)
        if raw is None:
            return None
        return self.validated(raw, model, file=name, where="")

    def validated(
        self, raw: Mapping[str, Any], model: type[Model], *, file: str, where: str
    ) -> Model | None:
        """Return parsed TOML as a model: types are taken as written."""
        try:
            text = json.dumps(raw, default=str)
        except RecursionError:
            self.report(file, where, "nested too deeply")
            return None
        try:
            return model.model_validate_json(text, strict=True)
        except ValidationError as error:
            self.problems += explained(
                error,
                file=file,
                where=where,
                fields=model.model_fields,
                model=model,
            )
            return None

    def table(
        self,
        name: str,
        model: type[Model],
        *,
        cells: Mapping[str, Callable[[str], Any]],
        absent: frozenset[str] = frozenset(),
    ) -> tuple[Model, ...]:
        """Return a CSV table's good rows; report the others.

        Args:
            name: its file.
            model: of a row.
            cells: how to read cells that are no plain value, by column.
            absent: fields that are no column.
        """
        read = self.parsed(name, table_of)
        if read is None:
            return ()
        columns, raw = read
        known = model.model_fields.keys() - absent
        for column in sorted(set(columns) - known):
            self.report(name, column, f"unknown column{nearest(column, known)}")
        for column in sorted(known - set(columns)):
            self.report(name, column, "missing column")
        if "id" in columns:
            self.names[name.partition(".")[0]] = {row["id"].strip() for row in raw}
        if set(columns) != known:
            return ()
        rows = [
            self._row(row, model, file=name, number=number, cells=cells)
            for number, row in enumerate(raw, start=2)
        ]
        return tuple(row for row in rows if row is not None)

    def _row(
        self,
        row: Mapping[str, str],
        model: type[Model],
        *,
        file: str,
        number: int,
        cells: Mapping[str, Callable[[str], Any]],
    ) -> Model | None:
        where = row.get("id") or f"line {number}"
        values: dict[str, Any] = {}
        for column, cell in row.items():
            try:
                values[column] = cells[column](cell) if column in cells else cell
            except ValueError as error:
                self.report(file, f"{where}.{column}", str(error))
                return None
        try:
            return model.model_validate(values)
        except ValidationError as error:
            self.problems += explained(
                error, file=file, where=where, fields=model.model_fields
            )
            return None
