"""Recorded tables as columns and rows, from memory or from disk."""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from abm.record.wanted import Wanted
from abm.scenario import Scenario
from abm.units import NOBODY, BoolArray, IntArray


class Recorded(Protocol):
    """A ``Recorder`` during a run, or a ``Run`` read from disk."""

    @property
    def scenario(self) -> Scenario:
        """Scenario of the run."""

    @property
    def wanted(self) -> Wanted:
        """Outcomes that the scenario asks for."""

    def table(self, name: str) -> pa.Table:
        """Return one recorded table."""


class Data:
    """Recorded tables: columns as arrays, and rows where there are few.

    Without pandas, whose 40 MiB neither a run nor the page has any other use for.
    """

    def __init__(self, source: Recorded) -> None:
        self._source = source
        self._tables: dict[str, pa.Table] = {}
        self._codes: dict[tuple[str, str], tuple[list[str], IntArray]] = {}
        self.scenario = source.scenario
        self.blocs = {actor.id: actor.bloc for actor in source.scenario.actors}

    def rows(
        self, name: str, *columns: str, where: BoolArray | None = None
    ) -> list[dict[str, Any]]:
        """Return rows as dictionaries, all or those ``where`` marks, (n_rows,)."""
        table = self.table(name).select(columns)
        found = table if where is None else table.filter(pa.array(where))
        rows: list[dict[str, Any]] = found.to_pylist()
        return rows

    def on_day(self, name: str, which: Callable[..., Any]) -> BoolArray:
        """Return the rows of the first (``min``) or last (``max``) day, (n_rows,)."""
        days = self.values(name, "day")
        ends = (days.min(), days.max()) if days.size else (0,)
        there: BoolArray = days == which(ends)
        return there

    def table(self, name: str) -> pa.Table:
        """Return a table by name, asked for once."""
        if name not in self._tables:
            self._tables[name] = self._source.table(name)
        return self._tables[name]

    def values(self, name: str, column: str) -> NDArray[Any]:
        """Return a column of numbers, shape (n_rows,)."""
        found: NDArray[Any] = self.table(name)[column].to_numpy()
        return found

    def among(self, name: str, column: str, *, wanted: Collection[str]) -> BoolArray:
        """Return the rows whose name in a column is one of ``wanted``, (n_rows,)."""
        return self._named(name, column, wanted.__contains__)

    def by(self, name: str, column: str, *, party: str | None) -> BoolArray:
        """Return the rows whose actor is ``party`` or of that bloc, (n_rows,)."""
        return self._named(
            name, column, lambda actor: party in (actor, self.blocs.get(actor))
        )

    def _named(self, name: str, column: str, is_it: Callable[[str], bool]) -> BoolArray:
        names, codes = self._coded(name, column)
        found: BoolArray = np.array([*map(is_it, names), False])[codes]
        return found

    def codes(self, name: str, column: str) -> IntArray:
        """Return a column of names as numbers, equal where the names are, (n_rows,)."""
        return self._coded(name, column)[1]

    def _coded(self, name: str, column: str) -> tuple[list[str], IntArray]:
        """Return a column's names, and each row's number among them or NOBODY."""
        if (name, column) not in self._codes:
            parts = self.table(name)[column].unify_dictionaries().chunks
            names = parts[0].dictionary.to_pylist() if parts else []
            codes = [part.indices.fill_null(NOBODY).to_numpy() for part in parts]
            numbers = np.concatenate([np.zeros(0, dtype=np.int64), *codes])
            self._codes[name, column] = names, numbers
        return self._codes[name, column]

    def date(self, day: int) -> date:
        """Return the date of a day."""
        return self.scenario.calendar.start.date() + timedelta(days=int(day))
