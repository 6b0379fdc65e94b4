"""What an ensemble of runs says will be: control of sites, dates, incidents.

One form for every source (results folder, run folders, forecast, baseline), so that
all are scored by the same lines.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.theatre import Theatre
from abm.units import FloatArray, IntArray
from experiments.scoring.history import UNKNOWN
from experiments.scoring.numbers import numbers
from experiments.scoring.tables import Tables
from experiments.scoring.zones import zone_names, zone_of

NEVER = np.inf
"""Day of what never came in a run."""


@dataclass(frozen=True)
class Member:
    """What one run says.

    Attributes:
        weight: of the run in the ensemble.
        held: bloc of each scored site by day, shape (n_days, n_sites).
        dates: day on which each dated outcome came, NEVER where it did not.
        counts: incidents per window and zone, shape (n_windows, n_zones).
    """

    weight: float
    held: IntArray
    dates: Mapping[str, float]
    counts: IntArray


@dataclass(frozen=True)
class Prediction:
    """What an ensemble says.

    Attributes:
        name: of the source.
        start: day 0.
        days: last day that is predicted.
        sites: ids of the scored sites.
        blocs: names of the blocs.
        weights: of the members, sum 1, shape (n_members,).
        p: probability of each bloc's control by day, shape (n_days, n_sites,
            n_blocs); days that the source does not say are NaN.
        dates: day of each outcome by member, shape (n_members,) each; what no member
            saw is left out.
        counts: incidents, shape (n_members, n_windows, n_zones).
    """

    name: str
    start: dt.date
    days: int
    sites: tuple[str, ...]
    blocs: tuple[str, ...]
    weights: FloatArray
    p: FloatArray
    dates: Mapping[str, FloatArray]
    counts: IntArray

    def date(self, outcome: str) -> FloatArray:
        """Return the day of an outcome by member, NEVER where it did not come."""
        return self.dates.get(outcome, np.full(len(self.weights), NEVER))

    def on(self, days: Sequence[dt.date]) -> FloatArray:
        """Return control on some dates, shape (n_dates, n_sites, n_blocs)."""
        return self.p[[(day - self.start).days for day in days]]


def site_outcome(site: str, bloc: str) -> str:
    """Return the name of the date on which a bloc first takes a site."""
    return f"site.{site}.{bloc}"


def gathered(
    members: Iterable[Member],
    *,
    name: str,
    start: dt.date,
    sites: Sequence[str],
    blocs: Sequence[str],
    days: int = 0,
) -> Prediction:
    """Return what members say together, one at a time in memory.

    Args:
        members: runs.
        name: of the source.
        start: day 0.
        sites: ids of the scored sites.
        blocs: names of the blocs.
        days: last day; a run that ended before it stays as it was to the end.
    """
    weights: list[float] = []
    dates: list[Mapping[str, float]] = []
    counts: list[IntArray] = []
    total: FloatArray | None = None
    for member in members:
        shares = member.held[:, :, None] == np.arange(len(blocs))
        if total is None:
            total = np.zeros(shares.shape)
        n_days = max(len(total), len(shares), days + 1)
        total = lasting(total, n_days) + member.weight * lasting(shares, n_days)
        weights.append(member.weight)
        dates.append(_all_dates(member, sites, blocs))
        counts.append(member.counts)
    if total is None:
        raise ValueError(f"{name}: no run to score")
    names = sorted({outcome for one in dates for outcome in one})
    return Prediction(
        name=name,
        start=start,
        days=len(total) - 1,
        sites=tuple(sites),
        blocs=tuple(blocs),
        weights=np.array(weights) / sum(weights),
        p=total / sum(weights),
        dates={
            outcome: np.array([one.get(outcome, NEVER) for one in dates])
            for outcome in names
        },
        counts=_stacked(counts),
    )


def _stacked(counts: Sequence[IntArray]) -> IntArray:
    """Return counts by window of all runs; windows a run did not reach count 0."""
    n_windows = max(len(one) for one in counts)
    return np.stack(
        [np.pad(one, ((0, n_windows - len(one)), (0, 0))) for one in counts]
    )


def lasting(daily: NDArray[Any], n_days: int) -> NDArray[Any]:
    """Return daily rows up to a day; a run that ended before stays as it was."""
    missing = max(0, n_days - len(daily))
    return np.concatenate([daily, np.repeat(daily[-1:], missing, axis=0)])


def _all_dates(
    member: Member, sites: Sequence[str], blocs: Sequence[str]
) -> dict[str, float]:
    """Return a member's dates with the first day on which a bloc took each site."""
    found = dict(member.dates)
    held = member.held
    changed = held[1:] != held[:-1]
    for site in np.flatnonzero(changed.any(axis=0)).tolist():
        for day in (np.flatnonzero(changed[:, site]) + 1).tolist():
            bloc = int(held[day, site])
            if bloc != UNKNOWN:
                outcome = site_outcome(sites[site], blocs[bloc])
                found.setdefault(outcome, float(day))
    return found


def incident_counts(
    incidents: Iterable[Mapping[str, Any]],
    *,
    start: dt.date,
    days: int,
    kinds: frozenset[str],
) -> IntArray:
    """Return incidents per whole window and zone, shape (n_windows, n_zones).

    Args:
        incidents: with ``date`` (ISO), ``kind``, ``lon`` and ``lat``.
        start: day 0.
        days: last day that is known.
        kinds: that count.
    """
    length = int(numbers().window)
    found = np.zeros((days // length, len(zone_names())), dtype=np.int64)
    for each in incidents:
        day = (dt.date.fromisoformat(each["date"]) - start).days
        window = day // length
        east = each["lon"] > numbers().east_of
        if each["kind"] in kinds and 0 <= window < len(found) and east:
            zone = zone_of(np.array(each["lon"]), np.array(each["lat"]))
            found[window, int(zone)] += 1
    return found


def member_of(
    outcomes: Mapping[str, Any],
    holder: IntArray,
    *,
    theatre: Theatre,
    rows: IntArray,
    tables: Tables,
    weight: float = 1.0,
) -> Member:
    """Return what one run says.

    Args:
        outcomes: of ``abm run --json``.
        holder: of each site by day, shape (n_days, n_sites of the theatre).
        theatre: the run's map.
        rows: of the scored sites.
        tables: which kinds of incident count.
        weight: of the run.
    """
    start = theatre.scenario.calendar.start.date()
    held = theatre.bloc[holder[:, rows].astype(np.int64)].astype(np.int64)
    dates = {
        name: float((dt.date.fromisoformat(day) - start).days)
        for name, day in outcomes["dates"].items()
        if day is not None
    }
    counts = incident_counts(
        outcomes["incidents"],
        start=start,
        days=len(held) - 1,
        kinds=tables.counted["model"],
    )
    return Member(weight, held, dates, counts)
