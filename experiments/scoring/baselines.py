"""Forecasts that know little: what a model must beat to be worth its trouble."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from abm.scenario import Scenario
from abm.theatre import Theatre
from abm.units import BoolArray, FloatArray, IntArray
from experiments.scoring.events import read_events
from experiments.scoring.history import UNKNOWN, scored_rows
from experiments.scoring.numbers import DATA, numbers
from experiments.scoring.prediction import NEVER, Prediction, gathered
from experiments.scoring.prediction import Member as Said
from experiments.scoring.sources import Source
from experiments.scoring.truth import Truth, rates_before, truth
from experiments.scoring.zones import zone_names, zone_of

CALIBRATION = DATA / "history_calibration.csv"
"""The only history that anything is fitted to."""

LAST = dt.date(2017, 8, 31)
"""Last day that fitting may know of."""

MOVING = ("loyalist", "coalition", "iraq")
"""Blocs whose fronts advance; the table of controllers names them."""

FOE = "isis"
FASTEST = 20.0
"""Largest rate tried, km a day."""

STEPS = 400
STEP = 2**0.5


@dataclass(frozen=True, slots=True)
class Front:
    """A bloc's front in one zone.

    Attributes:
        bloc: index.
        zone: name of the zone where it starts.
        sites: columns of the scored sites that it reaches first of its bloc's fronts.
        km: road km from it to each of these at the start.
        rate: km a day, fitted on the calibration window.
    """

    bloc: int
    zone: str
    sites: tuple[int, ...]
    km: tuple[float, ...]
    rate: float


def persistence(source: Source, *, known: Truth) -> Prediction:
    """Return the forecast that nothing changes: control, dates, incidents a month."""
    return _still(source, known, {}, name="persistence")


def constant_rate(source: Source, *, known: Truth) -> Prediction:
    """Return the forecast that each front advances along roads at its own pace."""
    arrival: dict[int, tuple[float, int]] = {}
    for front in fronts(source.scenario, source.theatre):
        for site, km in zip(front.sites, front.km, strict=True):
            day = km / front.rate if front.rate > 0 else NEVER
            if np.isfinite(day):
                arrival[site] = min(
                    (float(np.ceil(day)), front.bloc),
                    arrival.get(site, (NEVER, UNKNOWN)),
                )
    return _still(source, known, arrival, name="constant rate")


def _still(
    source: Source,
    known: Truth,
    arrival: dict[int, tuple[float, int]],
    *,
    name: str,
) -> Prediction:
    """Return a forecast of one member: what was at the start, with some arrivals."""
    theatre, scenario = source.theatre, source.scenario
    days = max(source.prediction.days, known.horizon)
    rows = scored_rows(scenario, theatre)
    first = theatre.bloc[theatre.site_controller0[rows]].astype(np.int64)
    held = np.tile(first, (days + 1, 1))
    for site, (day, bloc) in arrival.items():
        held[min(int(day), days + 1) :, site] = bloc
    length = int(numbers().window)
    before = np.round(rates_before(scenario, theatre)).astype(np.int64)
    counts = np.tile(before, (days // length, 1))
    member = Said(1.0, held, {}, counts)
    return gathered(
        [member],
        name=name,
        start=known.start,
        sites=source.prediction.sites,
        blocs=source.prediction.blocs,
    )


def fronts(scenario: Scenario, theatre: Theatre) -> tuple[Front, ...]:
    """Return every front with its rate, fitted to the calibration window alone."""
    known = truth(read_events(CALIBRATION), scenario, theatre, last=LAST)
    rows = scored_rows(scenario, theatre)
    found = []
    for name in MOVING:
        if name not in theatre.bloc_names:
            continue
        bloc = theatre.bloc_names.index(name)
        km, origin = road_km(theatre, bloc)
        found += _fronts_of(theatre, rows, known, bloc, km, origin)
    return tuple(found)


def _fronts_of(
    theatre: Theatre,
    rows: IntArray,
    known: Truth,
    bloc: int,
    km: FloatArray,
    origin: IntArray,
) -> list[Front]:
    """Return the fronts of a bloc, by the zone of the cell that each starts from."""
    cells = theatre.site_cell[rows]
    foe = theatre.bloc_names.index(FOE)
    lon, lat = theatre.grid.lonlat(np.maximum(origin[cells], 0))
    zone = zone_of(lon, lat)
    reached = np.isfinite(km[cells]) & (known.first_bloc == foe)
    found = []
    for number, name in enumerate(zone_names()):
        sites = np.flatnonzero(reached & (zone == number))
        if not len(sites):
            continue
        rate = fitted_rate(km[cells[sites]], _days(known, sites, bloc), known.horizon)
        found.append(
            Front(bloc, name, tuple(sites.tolist()), tuple(km[cells[sites]]), rate)
        )
    return found


def _days(known: Truth, sites: IntArray, bloc: int) -> FloatArray:
    """Return the day on which a bloc took each site.

    NEVER where it did not, NaN where no event names the site or another bloc took it:
    that says nothing of the pace.
    """
    days = np.full(len(known.history.sites), NEVER)
    column = {site: number for number, site in enumerate(known.history.sites)}
    for change in reversed(known.history.changes):
        if change.site in column:
            own = change.bloc == bloc
            day = (change.day - known.start).days if own else np.nan
            days[column[change.site]] = day
    days[~known.history.named] = np.nan
    return days[sites]


def fitted_rate(km: FloatArray, days: FloatArray, horizon: int) -> float:
    """Return the rate with the least mean error of arrival, km a day.

    Dates are cut at the horizon, as they are scored. Sites that no event names do not
    count; a front without any named site stands still.
    """
    named = ~np.isnan(days)
    if not named.any():
        return 0.0
    rates = np.linspace(0.0, FASTEST, STEPS + 1)
    with np.errstate(divide="ignore"):
        arrival = np.where(rates[:, None] > 0, km[named] / rates[:, None], np.inf)
    error = np.abs(np.minimum(arrival, horizon) - np.minimum(days[named], horizon))
    return float(rates[int(error.mean(axis=1).argmin())])


def road_km(theatre: Theatre, bloc: int) -> tuple[FloatArray, IntArray]:
    """Return each cell's distance from a bloc's front at the start, and from where.

    The way leads through cells of ISIS, along roads where there are some: a km off
    the road counts for several. Land that the bloc holds costs nothing.

    Returns:
        Road km, infinite where there is no way, shape (n_cells,); the cell of the
        bloc from which it is nearest, -1 for none, shape (n_cells,).
    """
    grid = theatre.grid
    held = theatre.bloc[theatre.holder0.astype(np.int64)]
    foe = theatre.bloc_names.index(FOE)
    passable = theatre.open & ((held == bloc) | (held == foe))
    shape = grid.shape
    cell = np.arange(grid.n_cells).reshape(shape)
    starts, ends, costs = [], [], []
    for down, right, step in ((0, 1, 1.0), (1, 0, 1.0), (1, 1, STEP), (1, -1, STEP)):
        here = cell[: shape[0] - down, max(0, -right) : shape[1] - max(0, right)]
        there = cell[down:, max(0, right) : shape[1] + min(0, right)]
        a, b = here.ravel(), there.ravel()
        usable = passable[a] & passable[b]
        a, b = a[usable], b[usable]
        off = ((theatre.road[a] <= 0) | (theatre.road[b] <= 0)).astype(np.float64)
        starts.append(a)
        ends.append(b)
        costs.append(step * grid.cell_km * (1 + off * (numbers().off_road - 1)))
    graph = coo_array(
        (np.concatenate(costs), (np.concatenate(starts), np.concatenate(ends))),
        shape=(grid.n_cells, grid.n_cells),
    ).tocsr()
    sources = np.flatnonzero(passable & (held == bloc) & _is_rear(theatre, bloc))
    if not len(sources):
        return np.full(grid.n_cells, np.inf), np.full(grid.n_cells, -1)
    km, _, origin = dijkstra(
        graph,
        directed=False,
        indices=sources,
        return_predecessors=True,
        min_only=True,
    )
    return np.asarray(km), np.maximum(np.asarray(origin, dtype=np.int64), -1)


def _is_rear(theatre: Theatre, bloc: int) -> BoolArray:
    """Return the cells of a bloc that hang together with a place of supply."""
    from scipy.ndimage import label

    held = theatre.bloc[theatre.holder0.astype(np.int64)] == bloc
    pieces, _ = label(
        (held & theatre.open).reshape(theatre.grid.shape), np.ones((3, 3))
    )
    flat = pieces.ravel()
    supplied = theatre.site_cell[theatre.site_supply > 0]
    fed = set(flat[supplied[held[supplied]]].tolist()) - {0}
    return np.asarray(np.isin(flat, list(fed)))
