"""What came: control at check dates, dates of outcomes, counts of incidents."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from abm.record.wanted import DateWanted
from abm.record.wanted import wanted as wanted_of
from abm.scenario import Scenario
from abm.theatre import Theatre
from abm.units import BoolArray, FloatArray, IntArray
from experiments.problems import StudyError
from experiments.scoring.events import HistoryEvent
from experiments.scoring.history import UNKNOWN, History, history, until
from experiments.scoring.numbers import numbers
from experiments.scoring.prediction import NEVER, incident_counts, site_outcome
from experiments.scoring.tables import ANY, OutcomeRow, Tables, tables

CONTROL_KIND = "control"


@dataclass(frozen=True, slots=True)
class Dated:
    """A dated outcome.

    Attributes:
        name: as predictions have it.
        day: days from the start until it came, NEVER if it did not by the end.
        inferred: no event names its place: that it did not come is inferred.
    """

    name: str
    day: float
    inferred: bool


@dataclass(frozen=True)
class Truth:
    """All that an events file lets be scored between two dates.

    Attributes:
        start: day 0 of the runs.
        checks: dates at which control is checked.
        horizon: last day that is known, days from the start.
        held: bloc of each site at each check, shape (n_checks, n_sites).
        known: whether it is known and scored, same shape.
        dated: outcomes.
        counts: incidents per whole window and zone, shape (n_windows, n_zones).
        windows: numbers of the whole windows that are scored.
        history: where it comes from.
    """

    start: dt.date
    checks: tuple[dt.date, ...]
    horizon: int
    held: IntArray
    known: BoolArray
    dated: tuple[Dated, ...]
    counts: IntArray
    windows: tuple[int, ...]
    history: History

    @property
    def first_bloc(self) -> IntArray:
        """Bloc of each site at the start, shape (n_sites,)."""
        return self.history.first


def truth(
    events: Sequence[HistoryEvent],
    scenario: Scenario,
    theatre: Theatre,
    *,
    since: dt.date | None = None,
    last: dt.date | None = None,
) -> Truth:
    """Return what can be scored.

    Args:
        events: of a file.
        scenario: whose sites and outcomes are meant.
        theatre: its map.
        since: first date that is scored; the start's if None.
        last: last date that is known; that of the last event if None.

    Raises:
        StudyError: nothing lies between the dates.
    """
    start = scenario.calendar.start.date()
    kept = until(events, last)
    past = history(kept or events, scenario, theatre)
    end = last or past.last
    first = max(since or start, start)
    checks = check_dates(start, first, end)
    if not kept or not checks:
        raise StudyError(
            [f"--from {first} --to {end}: no event or no check date between them"]
        )
    horizon = (end - start).days
    held = past.held(checks)
    lowest = (first - start).days
    length = int(numbers().window)
    counts = _counts(past, start, horizon, tables(scenario))
    return Truth(
        start=start,
        checks=checks,
        horizon=horizon,
        held=held,
        known=held != UNKNOWN,
        dated=tuple(
            each for each in _dated(past, scenario, theatre, start) if each.day > lowest
        ),
        counts=counts,
        windows=tuple(
            number for number in range(len(counts)) if number * length >= lowest
        ),
        history=past,
    )


def check_dates(start: dt.date, first: dt.date, end: dt.date) -> tuple[dt.date, ...]:
    """Return the 15th and the last day of each month: every 15 days by the calendar.

    From ``first`` on, after the start and up to ``end``; 30 June is the first.
    """
    every = int(numbers().check_every)
    found = []
    day = start + dt.timedelta(days=1)
    while day <= end:
        is_last = (day + dt.timedelta(days=1)).month != day.month
        if (day.day == every or is_last) and day >= first:
            found.append(day)
        day += dt.timedelta(days=1)
    return tuple(found)


def _dated(
    past: History, scenario: Scenario, theatre: Theatre, start: dt.date
) -> Iterator[Dated]:
    """Yield every dated outcome, each once."""
    blocs = theatre.bloc_names
    column = {site: number for number, site in enumerate(past.sites)}
    seen: set[str] = set()
    holds = dict(zip(past.sites, past.first.tolist(), strict=True))
    for change in past.changes:
        if change.site not in column or holds[change.site] == change.bloc:
            continue
        holds[change.site] = change.bloc
        name = site_outcome(change.site, blocs[change.bloc])
        if name not in seen:
            seen.add(name)
            yield Dated(name, float((change.day - start).days), inferred=False)
    for each in wanted_of(scenario).date:
        if (
            each.kind == CONTROL_KIND
            and each.by in blocs
            and column.keys() >= {*each.sites}
        ):
            dated = _control(past, each, column, start, blocs.index(str(each.by)))
            if dated is not None and dated.name not in seen:
                seen.add(dated.name)
                yield dated
    for row in tables(scenario).outcomes:
        yield _marked(past, row, scenario, start, blocs)


def _control(
    past: History,
    each: DateWanted,
    column: dict[str, int],
    start: dt.date,
    bloc: int,
) -> Dated | None:
    """Return when a bloc held all of some sites; None if it did at the start."""
    sites = [column[site] for site in each.sites]
    named = bool(past.named[sites].any())
    if (past.first[sites] == bloc).all():
        return None
    alone = len(each.sites) == 1  # the same date as that of the site
    name = site_outcome(each.sites[0], str(each.by)) if alone else each.name
    for change in past.changes:
        held = past.held([change.day])[0][sites]
        if (held == bloc).all():
            return Dated(name, float((change.day - start).days), inferred=False)
    return Dated(name, NEVER, inferred=not named)


def _marked(
    past: History,
    row: OutcomeRow,
    scenario: Scenario,
    start: dt.date,
    blocs: Sequence[str],
) -> Dated:
    """Return when an event of some types at some places marked an outcome."""
    found = tables(scenario).places
    for event, bloc in zip(past.events, past.blocs, strict=True):
        if event.kind not in row.types or bloc != blocs.index(row.bloc):
            continue
        sites = {
            site
            for key in ((event.place, event.kind), (event.place, ANY))
            if key in found
            for site in found[key].sites
        }
        named = {site.id for site in scenario.sites if site.name == event.place}
        if row.places == (ANY,) or (sites | named) & set(row.places):
            return Dated(row.outcome, float((event.end - start).days), inferred=False)
    return Dated(row.outcome, NEVER, inferred=True)


def _counts(past: History, start: dt.date, horizon: int, found: Tables) -> IntArray:
    """Return incidents between blocs that are not ISIS, per window and zone."""
    rows = []
    for event, actor in zip(past.events, past.blocs, strict=True):
        parties = {actor_bloc(found, event.actor), actor_bloc(found, event.target)}
        if actor != UNKNOWN and len(parties) > 1 and not parties & {"isis", "none"}:
            rows.append(
                {
                    "date": event.start.isoformat(),
                    "kind": event.kind,
                    "lon": event.lon,
                    "lat": event.lat,
                }
            )
    return incident_counts(
        rows, start=start, days=horizon, kinds=found.counted["event"]
    )


def actor_bloc(found: Tables, actor: str) -> str:
    """Return an actor string's bloc, ``none`` where it has none."""
    return found.bloc(actor) or "none"


def rates_before(scenario: Scenario, theatre: Theatre) -> FloatArray:
    """Return incidents of the last window before the start, by zone.

    From the scenario's own ``history_before_start.csv``; zeros where it has none.
    """
    from experiments.scoring.events import read_events
    from experiments.scoring.zones import zone_names

    file = scenario.folder / "history_before_start.csv"
    if not file.is_file():
        return np.zeros(len(zone_names()))
    start = scenario.calendar.start.date()
    length = int(numbers().window)
    first = start - dt.timedelta(days=length)
    events = [event for event in read_events(file) if first < event.start < start]
    if not events:
        return np.zeros(len(zone_names()))
    past = history(events, scenario, theatre)
    counts = _counts(past, first, length, tables(scenario))
    return np.asarray(counts[0], dtype=np.float64)
