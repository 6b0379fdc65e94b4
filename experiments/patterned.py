"""One run of the patterns: watched at every tick, sampled, and measured."""

import datetime as dt
import math
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from abm.metrics import outcomes
from abm.model import ConflictModel
from abm.record.recorder import Recorder
from abm.theatre import Theatre
from abm.units import IntArray
from experiments.observed import observed
from experiments.parties import PARTIES, road_row
from experiments.run import Case, Outcome, scenario_of, settings
from experiments.sampled import Met, Sampler
from experiments.watch import watched_run

KEPT_BREACHES = 20
"""Breaches of a run that are kept in words; all are counted."""

UCDP_WEST = 37.4
"""Degrees east from which UCDP's months were cut."""

MONTHS = (7, 8)
"""Months of 2017 whose losses are compared."""


def run_pattern(case: Case) -> Outcome:
    """Run the model once under watch; the outcomes gain the key ``patterns``.

    Raises:
        ScenarioError: an override or intervention is refused.
        ValueError: a rule found its inputs impossible.
    """
    model = ConflictModel(
        scenario_of(case.scenario),
        rng=case.seed,
        collect=False,
        **settings(case),
    )
    recorder = Recorder(model.theatre, seed=case.seed, keep_frames=False)
    model.recorder = recorder
    recorder.start(model.world)
    sampler = Sampler(model, PARTIES)
    start = time.perf_counter()
    breaches = watched_run(model, onlookers=(sampler,), after=sampler.after)
    wall_s = time.perf_counter() - start
    found = outcomes(recorder)
    found["patterns"] = {
        "breaches": len(breaches),
        "breach_words": breaches[:KEPT_BREACHES],
        "ended": model.world.ended,
        **_sampled(sampler, model.theatre),
        **_recorded(recorder),
    }
    kept = observed(recorder, map_days=case.map_days)
    return Outcome(found, model.digest, model.world.tick, wall_s, maps=kept.packed())


def _sampled(sampler: Sampler, theatre: Theatre) -> dict[str, Any]:
    """Return the samples as plain data."""
    per_day = round(1 / theatre.days_per_tick)
    whole = [
        km / max(1.0, (last - first + 1) / per_day)
        for first, last, km in sampler.marches.values()
    ]
    return {
        "road_km_day": _rounded(sampler.road_km.values()),
        "march_km_day": _rounded(whole),
        "town_km_day": _rounded(sampler.town_km.values()),
        "retaken": [
            [one.tick, one.cell, int(one.road), one.people, round(one.defenders, 1)]
            for one in sampler.retaken
        ],
        "sites_retaken": sampler.sites_retaken,
        "met": [_placed(one) for one in sampler.met],
    }


def _placed(one: Met) -> list[Any]:
    ground, contact = (_finite(km) for km in (one.ground_km, one.contact_km))
    return [one.tick, one.kind, one.cell, ground, contact]


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(float(value), 2) for value in values]


def _finite(value: float) -> float | None:
    return round(value, 1) if math.isfinite(value) else None


def _recorded(recorder: Recorder) -> dict[str, Any]:
    """Return what the recorder's daily rows and decisions say of the patterns."""
    log, theatre = recorder.log, recorder.theatre
    tension = log.stacked("dyads.tension")
    names = [actor.id for actor in theatre.actors]
    one, other = (names.index(name) for name in PARTIES.pair)
    mine, theirs = _across(theatre)
    found: dict[str, Any] = {
        "tension_most": _rounded(tension[:, mine, theirs].max(axis=1)),
        "tension_pair": _rounded(tension[:, one, other]),
        "day_0_road": _day_0_road(recorder),
        "losses": losses(recorder),
    }
    missions: dict[str, int] = {}
    for _, decision in log.decisions:
        key = f"{names[decision.actor]}.{decision.kind}"
        missions[key] = missions.get(key, 0) + 1
    found["missions"] = missions
    return found


def _across(theatre: Theatre) -> tuple[IntArray, IntArray]:
    """Return the actors of pairs across the two blocs, one array a side."""
    bloc = theatre.bloc[: theatre.n_actors]
    one = np.flatnonzero(bloc == theatre.bloc_names.index(PARTIES.loyalist))
    other = np.flatnonzero(bloc == theatre.bloc_names.index(PARTIES.coalition))
    return np.repeat(one, len(other)), np.tile(other, len(one))


def _day_0_road(recorder: Recorder) -> float:
    """Return the satisfaction of the wanted road before the first tick."""
    row = road_row(recorder.theatre, PARTIES)
    first = recorder.log.daily["actors.satisfaction"][0]
    return math.nan if row is None else float(first[row])


def losses(recorder: Recorder) -> dict[str, float]:
    """Return killed and wounded by month, pair of parties and side, in UCDP's area.

    Keys are ``month.dyad.side``: dyads ``SDF-IS`` (the coalition and ISIS),
    ``Syria_gov-IS`` (loyalists and ISIS) and ``Iraq_gov-IS``; sides ``isis`` and
    ``other``.
    """
    theatre = recorder.theatre
    rows = np.concatenate(recorder.log.losses or [np.zeros((0, 5))])
    lon, _ = theatre.grid.lonlat(rows[:, 1].astype(np.int64))
    rows = rows[lon >= UCDP_WEST]
    start = theatre.scenario.calendar.start.date()
    raider = theatre.holder_index[PARTIES.isis]
    dyads = {PARTIES.coalition: "SDF-IS", PARTIES.loyalist: "Syria_gov-IS"}
    found: dict[str, float] = {}
    for day, _, hit, by, persons in rows.tolist():
        month = (start + dt.timedelta(days=int(day))).month
        if month not in MONTHS or raider not in (int(hit), int(by)):
            continue
        foe = int(by) if int(hit) == raider else int(hit)
        bloc = theatre.bloc_names[theatre.bloc[foe]]
        side = "isis" if int(hit) == raider else "other"
        key = f"{month}.{dyads.get(bloc, 'Iraq_gov-IS')}.{side}"
        found[key] = round(found.get(key, 0.0) + persons, 3)
    return found
