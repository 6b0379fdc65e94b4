"""The runs of the patterns as a table: one row a run, one column a figure."""

import json
from typing import Any

import numpy as np
import pandas as pd

from experiments.findings import MOST
from experiments.measures import gain, river_share
from experiments.observed import Observed, unpacked
from experiments.parties import PARTIES
from experiments.sampled import THIN
from experiments.swept import Swept

WEST = ("west", "north-west", "south-west")
"""Sides that count as the west; north and south do not."""

EARLIEST, LATEST = "2017-07-10", "2017-11-30"
HALF, GAIN_KM = 0.5, 50.0
NEAR_KM = 15.0
"""How near to contact of the blocs an incident is to be, km."""

FIRST_DAYS = 60
HIGH, LOW = 0.95, 0.02
STUCK_HIGH_DAYS, STUCK_LOW_DAYS = 30, 60
"""Tension is stuck when it stays above HIGH, or below LOW, so many days running."""

RUNAWAY_DAYS = 14
"""Days in which more incidents than days make a runaway."""

WOUNDED_PER_KILLED = 3.0
"""To turn the model's killed and wounded into deaths; 2 to 4 is usual in such wars."""


def pattern_runs(swept: Swept) -> pd.DataFrame:
    """Return one row a run with every figure the patterns are about."""
    rows = []
    for stored in swept.kept(["outcomes", "maps"]):
        outcomes = json.loads(stored["outcomes"])
        rows.append(
            {
                "row": stored["row"],
                **_dated(outcomes),
                **_sampled(outcomes["patterns"]),
                **_incidents(outcomes),
                **_kept(unpacked(stored["maps"]), swept),
                "outcomes": outcomes,
            }
        )
    duration, came = swept.duration("dates.siege_broken")
    head = swept.results[["row", "replicate", "seed"]].assign(
        arm=swept.factor("arm").astype(str), relief_days=duration, relieved=came
    )
    return head.merge(pd.DataFrame(rows), on="row")


def _dated(outcomes: dict[str, Any]) -> dict[str, Any]:
    """Return what comes from the dates and sites of the outcomes."""
    west, date = outcomes["siege_side"] in WEST, outcomes["dates"]["siege_broken"]
    return {
        "siege_side": outcomes["siege_side"],
        "siege_actor": outcomes["siege_actor"],
        "relieved_in_time": west and EARLIEST <= str(date) <= LATEST,
        "rivals_hold_city": outcomes["sites"].get(PARTIES.north) == PARTIES.sdf,
        "proxies_kept_out": outcomes["dates"]["deir_ez_zor_tanf"] is None,
    }


def _sampled(found: dict[str, Any]) -> dict[str, Any]:
    """Return what comes from the samples of a watched run."""
    retaken = found["retaken"]
    thin = [one for one in retaken if one[2] and one[3] <= 0 and one[4] < THIN]
    tension = np.array(found["tension_most"])
    stuck = {
        "stuck_high": longest(tension >= HIGH) >= STUCK_HIGH_DAYS,
        "stuck_low": longest(tension <= LOW) >= STUCK_LOW_DAYS,
    }
    return {
        "breaches": found["breaches"],
        "ended": found["ended"],
        "road_km_day": _median(found["road_km_day"]),
        "march_km_day": _median(found["march_km_day"]),
        "town_km_day": _median(found["town_km_day"]),
        "retaken": len(retaken),
        "thin_share": len(thin) / len(retaken) if retaken else np.nan,
        "sites_retaken": found["sites_retaken"],
        "raids": found["missions"].get(f"{PARTIES.isis}.raid", 0),
        "proxies_try": found["missions"].get(f"{PARTIES.tanf}.attack", 0) > 0,
        "day_0_road": found["day_0_road"],
        "tension_mean": float(tension.mean()),
        **stuck,
    }


def _median(values: list[float]) -> float:
    return float(np.median(values)) if values else np.nan


def longest(flags: np.ndarray[Any, Any]) -> int:
    """Return the length of the longest stretch of true values."""
    best = length = 0
    for flag in flags.tolist():
        length = length + 1 if flag else 0
        best = max(best, length)
    return best


def _incidents(outcomes: dict[str, Any]) -> dict[str, Any]:
    """Return how many incidents there were between the blocs, where and when."""
    met = outcomes["patterns"]["met"]
    days = np.array([tick // 4 for tick, *_ in met], dtype=np.int64)
    near = [km is not None and km <= NEAR_KM for *_, km in met]
    ground = [km is not None and km <= NEAR_KM for *_, km, _ in met]
    busiest = max(
        (int(((days >= day) & (days < day + RUNAWAY_DAYS)).sum()) for day in days),
        default=0,
    )
    return {
        "incidents": len(met),
        "near": sum(near),
        "near_ground": sum(ground),
        "early": bool((days < FIRST_DAYS).any()),
        "runaway": busiest > RUNAWAY_DAYS,
    }


def _kept(kept: Observed, swept: Swept) -> dict[str, Any]:
    """Return what comes from the kept arrays."""
    theatre = swept.theatre
    raider = theatre.holder_index[PARTIES.isis]
    peopled = theatre.site_population > 0
    mine = (kept.sites[0] == raider) & peopled
    left = (kept.sites[-1][mine] == raider).sum()
    names = [actor.id for actor in theatre.actors]
    proxies = kept.near_km[:, names.index(PARTIES.tanf)].astype(np.float64)
    lost = 1.0 - float(left / mine.sum()) if mine.any() else np.nan
    end, nearer = kept.control[-1], gain(proxies)
    river = river_share(end, theatre, PARTIES)
    fresh = river_share(end, theatre, PARTIES, before=kept.control[0])
    return {
        "sites_lost": lost,
        "half_lost": lost >= HALF,
        "river_share": river,
        "river_line": None if np.isnan(river) else river > MOST,
        "new_river_share": fresh,
        "new_river_line": None if np.isnan(fresh) else fresh > MOST,
        "proxy_gain_km": nearer,
        "proxies_gain": nearer >= GAIN_KM,
    }


def deaths(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the model's deaths by run and ``month.dyad.side``."""
    rows = [each["patterns"]["losses"] for each in runs["outcomes"]]
    return pd.DataFrame(rows).fillna(0.0) / (1.0 + WOUNDED_PER_KILLED)
