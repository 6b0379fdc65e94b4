"""A sweep's results as the analyses read them: outcomes as numbers, by point."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from abm.scenario import load_scenario
from abm.scenario.problems import nearest
from abm.theatre import Theatre, build
from abm.units import BoolArray, FloatArray
from experiments.manifest import Manifest, read_manifest
from experiments.observed import Observed, unpacked
from experiments.problems import StoreError, SweepError
from experiments.results import read_results
from experiments.rows import DATES, FACTOR
from experiments.run import Cases
from experiments.store import journal_rows, stored_tables
from experiments.study import Study
from experiments.sweeps import Plan, carry_out


@dataclass(frozen=True)
class Swept:
    """A results folder opened for analysis; failed runs are left out.

    Attributes:
        folder: where it is.
        manifest: of the sweep.
        study: that was run.
        results: one row a run that ended well.
        failed: number of runs that failed.
        start: first day of a run.
    """

    folder: Path
    manifest: Manifest
    study: Study
    results: pd.DataFrame
    failed: int
    start: dt.date

    @property
    def days(self) -> int:
        """Length of a run, days."""
        return self.study.days or 0

    @property
    def labels(self) -> list[str]:
        """Names of the factors."""
        return list(self.manifest.labels)

    @cached_property
    def theatre(self) -> Theatre:
        """The map of the study, without any override."""
        return build(load_scenario(self.study.scenario), self.study.cell_km)

    def factor(self, label: str) -> "pd.Series[float]":
        """Return the values of a factor, one a run."""
        return self.results[f"{FACTOR}{label}"]

    def values(self, outcome: str) -> FloatArray:
        """Return an outcome as one number a run.

        A date is the days from the start until it came; where it never came, the
        length of the run. ``name=value`` is 1 where the outcome equals the value.
        """
        column, equals, wanted = outcome.partition("=")
        if column not in self.results:
            hint = nearest(column, self.outcomes())
            raise StoreError(f"{self.folder}: no outcome {column!r}{hint}")
        found = self.results[column]
        if equals:
            return np.asarray(found.astype(str) == wanted, dtype=np.float64)
        if column.startswith(DATES):
            return self.duration(column)[0]
        try:
            return np.asarray(found, dtype=np.float64)
        except (TypeError, ValueError):
            raise StoreError(
                f"{self.folder}: outcome {column!r} is a word; ask for one of its "
                f"values, such as {column}={found.dropna().iloc[0]}"
            ) from None

    def duration(self, date: str) -> tuple[FloatArray, BoolArray]:
        """Return days until a date came, and whether it came in the run.

        A run that ended before its horizon is censored where it ended.
        """
        found = pd.to_datetime(self.results[date])
        came = found.notna().to_numpy(dtype=bool)
        since = (found - pd.Timestamp(self.start)).dt.days.to_numpy(dtype=np.float64)
        ran = self._ran()
        return np.where(came, since, ran), came

    def _ran(self) -> FloatArray:
        """Return how long each run went, days."""
        if "days" not in self.results:
            return np.full(len(self.results), float(self.days))
        return np.asarray(self.results["days"].fillna(self.days), dtype=np.float64)

    def outcomes(self) -> list[str]:
        """Return the outcomes that are numbers or dates."""
        skipped = {"row", "point", "replicate", "attempt", "seed", "ticks", "wall_s"}
        return [
            name
            for name in map(str, self.results.columns)
            if name not in skipped
            and not name.startswith(FACTOR)
            and (name.startswith(DATES) or self.results[name].dtype.kind == "f")
        ]

    def wanted(self) -> list[str]:
        """Return the outcomes that the study names, the followed one first.

        All of them if it names none.
        """
        patterns = self.study.outcomes or ("*",)
        named = [
            name
            for name in self.outcomes()
            if any(fnmatchcase(name, pattern) for pattern in patterns)
        ]
        followed = self.study.outcome
        known = followed.partition("=")[0] in self.results
        return list(dict.fromkeys([followed, *named] if known else named))

    def by_point(self, outcome: str) -> "pd.Series[float]":
        """Return the mean of an outcome over the replicates of each point."""
        values = pd.Series(self.values(outcome), index=self.results["point"])
        return values.groupby(level=0).mean()

    def by_replicate(self, outcome: str) -> pd.DataFrame:
        """Return an outcome with a row a point and a column a replicate."""
        table = self.results[["point", "replicate"]].copy()
        table["value"] = self.values(outcome)
        return table.pivot_table(index="point", columns="replicate", values="value")

    def kept(self, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield heavy columns of each run that ended well, one part at a time."""
        left = set(self.results["row"])
        names = ["row", "failure", *columns]
        for found in stored_tables(self.folder, self.manifest, names):
            rows = found.to_pylist() if isinstance(found, pa.Table) else []
            yield from _taken(rows, left)
        yield from _taken(journal_rows(self.folder), left)

    def observed(self) -> Iterator[tuple[int, Observed]]:
        """Yield row number and kept arrays of each run, one part at a time."""
        for row in self.kept(["maps"]):
            if row.get("maps"):
                yield row["row"], unpacked(row["maps"])


def _taken(rows: Sequence[dict[str, Any]], left: set[int]) -> Iterator[dict[str, Any]]:
    """Yield the rows that are still wanted, and want them no more."""
    for row in rows:
        if row["row"] in left and row.get("failure") is None:
            left.discard(row["row"])
            yield row


def open_swept(folder: str | Path) -> Swept:
    """Return a results folder opened for analysis.

    Raises:
        StoreError: it holds no results, or no run that ended well.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    study = manifest.parsed_study()
    results = read_results(folder)
    if results.empty:
        raise StoreError(f"{folder}: no runs yet")
    good = results[results["failure"].isna()].reset_index(drop=True)
    if good.empty:
        reason = results["failure"].iloc[0]
        raise StoreError(f"{folder}: every run failed, the first with: {reason}")
    start = load_scenario(study.scenario).calendar.start.date()
    return Swept(folder, manifest, study, good, len(results) - len(good), start)


def completed(cases: Cases, folder: Path, *, plan: Plan) -> Swept:
    """Run what a folder lacks of a study, and return all of it, opened.

    Raises:
        SweepError: it was stopped before the end; the same call goes on.
    """
    summary = carry_out(cases, folder, plan=plan)
    if summary.done < summary.total:
        raise SweepError(
            f"stopped with {summary.done} of {summary.total} runs of {folder}; the "
            "same command goes on"
        )
    return open_swept(folder)
