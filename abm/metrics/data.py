"""Recorded tables as columns and rows, from memory or from disk."""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from abm.record.wanted import Wanted
from abm.scenario import Scenario
from abm.units import BoolArray


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
        there: BoolArray = days == which(days, default=0)
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
        parts = [np.zeros(0, dtype=bool)]
        for part in self.table(name)[column].chunks:
            known = [is_it(each) for each in part.dictionary.to_pylist()]
            codes = part.indices.fill_null(len(known)).to_numpy()
            parts.append(np.array([*known, False])[codes])
        return np.concatenate(parts)

    def date(self, day: int) -> date:
        """Return the date of a day."""
        return self.scenario.calendar.start.date() + timedelta(days=int(day))
