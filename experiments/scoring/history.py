"""What events say of the sites: who held which from when on, and what no row covers."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from abm.scenario import Scenario
from abm.scenario.contested import distance_km
from abm.theatre import Theatre
from abm.units import BoolArray, IntArray
from experiments.scoring.events import HistoryEvent
from experiments.scoring.numbers import numbers
from experiments.scoring.tables import ANY, CONTROL, NONE, PlaceRow, Tables, tables

COUNTRIES = ("Syria", "Iraq")
UNKNOWN = -1
"""Bloc of a site that was fought over at the start and that no event has settled."""


@dataclass(frozen=True, slots=True)
class Change:
    """A site that an event gave to a bloc.

    Attributes:
        day: from this date on.
        site: id.
        bloc: index into ``theatre.bloc_names``.
    """

    day: dt.date
    site: str
    bloc: int


@dataclass(frozen=True)
class History:
    """Events turned into facts about sites.

    Attributes:
        events: all of the file.
        sites: ids of the scored sites.
        rows: rows of the scored sites in the theatre, shape (n_sites,).
        first: bloc of each at the start, UNKNOWN where contested, shape (n_sites,).
        named: whether an event names it, shape (n_sites,).
        changes: in order of time.
        blocs: bloc of each event's actor (index; UNKNOWN for none).
        unknown: what no row of the tables covers, in words.
    """

    events: tuple[HistoryEvent, ...]
    sites: tuple[str, ...]
    rows: IntArray
    first: IntArray
    named: BoolArray
    changes: tuple[Change, ...]
    blocs: tuple[int, ...]
    unknown: tuple[str, ...]

    @property
    def last(self) -> dt.date:
        """Last day the events know of."""
        return max(event.end for event in self.events)

    def held(self, days: Sequence[dt.date]) -> IntArray:
        """Return the bloc of each site at the end of each day, (n_days, n_sites)."""
        found = np.tile(self.first, (len(days), 1))
        column = {site: number for number, site in enumerate(self.sites)}
        for change in self.changes:
            later = [row for row, day in enumerate(days) if day >= change.day]
            if change.site in column:
                found[later, column[change.site]] = change.bloc
        return found


def history(
    events: Sequence[HistoryEvent], scenario: Scenario, theatre: Theatre
) -> History:
    """Return what the events say of the scored sites.

    Args:
        events: of a file.
        scenario: whose sites and names are meant.
        theatre: its map; decides in which country a site lies.
    """
    if not events:
        from experiments.problems import StudyError

        raise StudyError(["events: the file holds no event; nothing to score by"])
    found = tables(scenario)
    rows = scored_rows(scenario, theatre)
    sites = tuple(theatre.site_ids[row] for row in rows)
    first = theatre.bloc[theatre.site_controller0[rows]].astype(np.int64)
    first = np.where(theatre.site_contested0[rows], UNKNOWN, first)
    changes: list[Change] = []
    named: set[str] = set()
    unknown: list[str] = []
    blocs: list[int] = []
    for event in events:
        place = _place(event, found, scenario, unknown)
        bloc = _bloc(event, found, theatre, unknown)
        blocs.append(bloc)
        effect = _effect(event, found, place, unknown)
        if effect == NONE:
            continue
        named.update(place.sites)
        if effect == CONTROL and bloc != UNKNOWN:
            changes += [Change(event.end, one, bloc) for one in place.sites]
    return History(
        events=tuple(events),
        sites=sites,
        rows=rows,
        first=first,
        named=np.array([site in named for site in sites], dtype=np.bool_),
        changes=tuple(changes),
        blocs=tuple(blocs),
        unknown=tuple(dict.fromkeys(unknown)),
    )


def scored_rows(scenario: Scenario, theatre: Theatre) -> IntArray:
    """Return the rows of the sites that are scored: Syria and Iraq, east enough."""
    east = {site.id for site in scenario.sites if site.lon > numbers().east_of}
    names = theatre.country_names
    return np.array(
        [
            row
            for row, site in enumerate(theatre.site_ids)
            if site in east
            and names[int(theatre.country[theatre.site_cell[row]])] in COUNTRIES
        ],
        dtype=np.int64,
    )


def _place(
    event: HistoryEvent, found: Tables, scenario: Scenario, unknown: list[str]
) -> PlaceRow:
    """Return what an event's place stands for: a row, else a site of that name."""
    for key in ((event.place, event.kind), (event.place, ANY)):
        if key in found.places:
            return found.places[key]
    wanted = event.place.casefold()
    for site in scenario.sites:
        names = (site.name, *(site.alt_name or "").split(";"))
        if wanted in (name.strip().casefold() for name in names):
            return PlaceRow((site.id,), "")
    near = min(
        scenario.sites,
        key=lambda site: distance_km((site.lon, site.lat), (event.lon, event.lat)),
    )
    away = distance_km((near.lon, near.lat), (event.lon, event.lat))
    unknown.append(
        f"place {event.place!r} ({event.id} {event.kind}): in no row of "
        f"event_places.csv and no site's name; nearest site {near.id} {near.name}, "
        f"{away:.0f} km"
    )
    return PlaceRow((), NONE)


def _bloc(
    event: HistoryEvent, found: Tables, theatre: Theatre, unknown: list[str]
) -> int:
    """Return the bloc of an event's actor."""
    name = found.bloc(event.actor)
    if name is None:
        unknown.append(
            f"actor {event.actor!r} ({event.id}): in no row of event_controllers.csv"
        )
    if name is None or name == NONE:
        return UNKNOWN
    return theatre.bloc_names.index(name)


def _effect(
    event: HistoryEvent, found: Tables, place: PlaceRow, unknown: list[str]
) -> str:
    """Return what an event does: its place's row says, else its type's."""
    effect = found.types.get(event.kind)
    if effect is None:
        unknown.append(
            f"type {event.kind!r} ({event.id}): in no row of event_types.csv"
        )
        return place.effect or NONE
    return place.effect or effect


def until(
    events: Iterable[HistoryEvent], last: dt.date | None
) -> tuple[HistoryEvent, ...]:
    """Return the events that had ended by a day."""
    return tuple(event for event in events if last is None or event.end <= last)
