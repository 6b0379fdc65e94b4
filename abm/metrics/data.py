"""Recorded tables as data frames, from memory or from disk."""

from datetime import date, timedelta
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa

from abm.record.wanted import Wanted
from abm.scenario import Scenario


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
    """Recorded tables as data frames, each converted once."""

    def __init__(self, source: Recorded) -> None:
        self._source = source
        self._frames: dict[str, pd.DataFrame] = {}
        self.scenario = source.scenario
        self.blocs = {actor.id: actor.bloc for actor in source.scenario.actors}

    def __call__(self, name: str) -> pd.DataFrame:
        """Return a table by name."""
        if name not in self._frames:
            self._frames[name] = self._source.table(name).to_pandas()
        return self._frames[name]

    def date(self, day: int) -> date:
        """Return the date of a day."""
        return self.scenario.calendar.start.date() + timedelta(days=int(day))

    def is_by(self, actors: "pd.Series[Any]", by: str | None) -> "pd.Series[bool]":
        """Return which actors (a categorical) are ``by``, or of the bloc ``by``."""
        known = actors.cat.categories
        wanted = [name for name in known if by in (name, self.blocs.get(name))]
        return actors.isin(wanted)
