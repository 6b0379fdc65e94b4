"""Summary statistics: what a run is compared with, to 31 August 2017 only."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from abm.scenario import Scenario
from abm.theatre import Theatre
from abm.units import FloatArray, IntArray
from experiments.observed import Observed
from experiments.scoring.baselines import (
    CALIBRATION,
    FOE,
    LAST,
    Front,
    fitted_rate,
    fronts,
)
from experiments.scoring.events import read_events
from experiments.scoring.numbers import DATA, numbers
from experiments.scoring.prediction import NEVER, lasting, site_outcome
from experiments.scoring.tables import read_rows
from experiments.scoring.truth import Truth, truth
from experiments.scoring.zones import months

GROUPS = ("dates", "control", "losses", "rates")
SCALES = {
    "dates": 15.0,  # days: half the time between two monthly maps
    "named": 0.25,  # share of the named sites
    "inferred": 0.1,  # share of the others
    "losses": float(np.log(3.0)),  # a factor of three: the wounded ratio's range alone
    "rates": 0.5,  # km a day
}
"""What a good model may miss, in the statistic's unit: the discrepancy."""


@dataclass(frozen=True)
class Targets:
    """What happened, as statistics.

    Attributes:
        names: of the statistics.
        group: of each, index into ``GROUPS``, shape (n,).
        observed: their values, shape (n,).
        scale: what a good model may miss, shape (n,).
        known: the history behind them.
        fronts: whose rates are compared.
        days: length of a run that reaches the last day.
    """

    names: tuple[str, ...]
    group: IntArray
    observed: FloatArray
    scale: FloatArray
    known: Truth
    fronts: tuple[Front, ...]
    days: int

    def errors(self, statistics: FloatArray) -> FloatArray:
        """Return how far statistics are off, in scales, shape (..., n)."""
        return np.asarray((statistics - self.observed) / self.scale)

    def distances(self, statistics: FloatArray) -> FloatArray:
        """Return the root mean square error of each group, shape (..., n_groups)."""
        squares = self.errors(statistics) ** 2
        parts = [squares[..., self.group == one].mean(-1) for one in range(len(GROUPS))]
        return np.asarray(np.sqrt(np.stack(parts, axis=-1)))

    def distance(self, statistics: FloatArray) -> FloatArray:
        """Return the root mean square over the groups, each counting alike."""
        return np.asarray(np.sqrt((self.distances(statistics) ** 2).mean(axis=-1)))

    def weighted(self, statistics: FloatArray) -> FloatArray:
        """Return statistics whose plain Euclidean distance is ``distance``."""
        count = np.bincount(self.group, minlength=len(GROUPS))[self.group]
        return np.asarray(statistics / (self.scale * np.sqrt(count * len(GROUPS))))


def targets(
    scenario: Scenario, theatre: Theatre, *, events: Path = CALIBRATION
) -> Targets:
    """Return the statistics of what happened up to 31 August 2017.

    Args:
        scenario: whose sites are meant.
        theatre: its map at the size of cell that the runs have.
        events: file of events; whatever it says of later days is not looked at.
    """
    given = [event for event in read_events(events) if event.end <= LAST]
    known = truth(given, scenario, theatre, last=LAST)
    moving = tuple(front for front in fronts(scenario, theatre) if front.rate > 0)
    dates = [each for each in known.dated if _is_capture(each.name, each.day)]
    checks = [day.isoformat() for day in known.checks]
    losses = ucdp_losses()
    names = (
        *(each.name for each in dates),
        *(f"named_wrong.{day}" for day in checks),
        *(f"inferred_wrong.{day}" for day in checks),
        *(f"losses.{bloc}.{month}" for month, bloc in losses),
        *(f"rate.{theatre.bloc_names[front.bloc]}.{front.zone}" for front in moving),
    )
    kinds = ("dates", "named", "inferred", "losses", "rates")
    sizes = (len(dates), len(checks), len(checks), len(losses), len(moving))
    group = {"dates": 0, "named": 1, "inferred": 1, "losses": 2, "rates": 3}
    return Targets(
        names=names,
        group=np.repeat([group[kind] for kind in kinds], sizes).astype(np.int64),
        observed=np.array(
            [
                *(min(each.day, known.horizon) for each in dates),
                *([0.0] * (2 * len(checks))),
                *(np.log1p(persons) for persons in losses.values()),
                *(front.rate for front in moving),
            ]
        ),
        scale=np.repeat([SCALES[kind] for kind in kinds], sizes),
        known=known,
        fronts=moving,
        days=known.horizon,
    )


def _is_capture(name: str, day: float) -> bool:
    """Return whether an outcome is a site that was taken."""
    return name.startswith("site.") and day != NEVER


def ucdp_losses() -> dict[tuple[str, str], float]:
    """Return combatants killed on both sides by (month, bloc), from UCDP GED."""
    rows = read_rows(
        "ucdp_losses.csv", ("month", "dyad", "isis", "other", "source"), folder=DATA
    )
    return {
        (row["month"], row["dyad"]): float(row["isis"]) + float(row["other"])
        for row in rows
    }


def statistics(kept: Observed, target: Targets, theatre: Theatre) -> FloatArray:
    """Return the statistics of a run, in the order of the targets, shape (n,)."""
    known = target.known
    rows = known.history.rows
    held = theatre.bloc[kept.sites[:, rows].astype(np.int64)].astype(np.int64)
    held = lasting(held, target.days + 1)
    days = first_days(held, known, theatre)
    dates = [
        min(days.get(name, NEVER), known.horizon)
        for name in target.names
        if name.startswith("site.")
    ]
    return np.array(
        [
            *dates,
            *_wrong(held, known),
            *_losses(kept, theatre),
            *(_rate(front, days, target, theatre) for front in target.fronts),
        ]
    )


def first_days(held: IntArray, known: Truth, theatre: Theatre) -> dict[str, float]:
    """Return the first day on which a bloc took each site that changed hands."""
    found: dict[str, float] = {}
    changed = held[1:] != held[:-1]
    for day, site in np.argwhere(changed).tolist():
        bloc = theatre.bloc_names[held[day + 1, site]]
        found.setdefault(site_outcome(known.history.sites[site], bloc), float(day + 1))
    return found


def _wrong(held: IntArray, known: Truth) -> list[float]:
    """Return the share of named, then of other sites held wrongly at each check."""
    days = [(day - known.start).days for day in known.checks]
    wrong = (held[days] != known.held) & known.known
    named = known.history.named
    parts = [
        wrong[:, kind].sum(axis=1) / np.maximum(known.known[:, kind].sum(axis=1), 1)
        for kind in (named, ~named)
    ]
    return [float(share) for part in parts for share in part]


def _losses(kept: Observed, theatre: Theatre) -> list[float]:
    """Return log(1 + killed) of each month and bloc against ISIS, both sides."""
    blocs = np.array(
        [theatre.bloc_names[theatre.bloc[row]] for row in range(theatre.n_actors)]
    )
    foe = blocs == FOE
    found = []
    for month, bloc in ucdp_losses():
        year, number = (int(part) for part in month.split("-"))
        at = np.flatnonzero(kept.month == months([dt.date(year, number, 1)])[0])
        own = blocs == bloc
        pairs = np.outer(own, foe) | np.outer(foe, own)
        persons = float(kept.losses[at].sum(axis=(0, 1))[pairs].sum())
        found.append(float(np.log1p(persons / (1 + numbers().wounded_ratio))))
    return found


def _rate(
    front: Front, days: dict[str, float], target: Targets, theatre: Theatre
) -> float:
    """Return a front's rate, fitted to a run as it is to history, km a day."""
    bloc, sites = theatre.bloc_names[front.bloc], target.known.history.sites
    taken = [
        (km, days.get(site_outcome(sites[site], bloc), NEVER))
        for site, km in zip(front.sites, front.km, strict=True)
        if _taken_in_history(site_outcome(sites[site], bloc), target)
    ]
    km, when = np.array(taken).T
    return fitted_rate(km, when, target.known.horizon)


def _taken_in_history(name: str, target: Targets) -> bool:
    """Return whether a site was taken by a bloc in the window."""
    return name in target.names
