"""Whether a parameter acts: its range's ends give different recorded tables.

``python tests/acting.py [PART]`` tries every parameter (whose path contains PART) and
prints those that act nowhere.
"""

import hashlib
import sys
from functools import lru_cache

import numpy as np

from abm.headless import run_headless
from abm.record.tables import tables
from abm.scenario import load_scenario, paths
from abm.scenario.parameters import KINDS

AT_PEACE = {
    **{f"forces.F{row}.personnel": 0.0 for row in (16, 17, 18, 19, 20, 21)},
    **{f"sites.T{site}.controller": "aurelia" for site in ("05", "06", "12", "13")},
}
"""No raiders: the Crown's road over the pass is open, and convoys take it."""

BANDITS = {
    **AT_PEACE,
    "sites.T17.controller": "raiders",
    "forces.F09.cell_site": "T11",
    "forces.F16.personnel": 900.0,
    "forces.F16.cell_site": "T17",
    "forces.F17.personnel": 600.0,
    "forces.F17.cell_site": "T17",
}
"""Raiders in the hills beside the road to the hillfolk, and nowhere else."""

AT_BLOWS = {
    "forces.F15.cell_site": "T17",
    "relations.borealia.hillfolk.tension": 0.95,
    "relations.borealia.hillfolk.rung": 6,
    "relations.borealia.hillfolk.ground_channel": True,
}
"""Two parties not at war meet with all tension there can be: an open clash."""

DRIVEN_APART = {**AT_BLOWS, "escalate.apart_days": 30.0, "escalate.clash_days": 1.0}
"""The same; a day later they keep apart for a month."""

LARGE_PARTS = {"map.part": 1000.0}
"""Rows of the order of battle fall into formations as large as they may be."""

TANF_ROAD = {
    **{f"sites.P0{site}.controller": "syria" for site in (51, 52, 53, 54)},
    **{f"forces.O{row}.personnel": 0.0 for row in (31, 32, 33, 34, 35)},
}
"""Nobody sits on the road from Baghdad to Damascus: Iran's convoys take it."""

POWERS_AT_ODDS = {
    "relations.russia.us.tension": 0.72,
    "relations.russia.us.rung": 5,
    "relations.syria.us.tension": 0.72,
    "relations.syria.us.rung": 5,
    "relations.sdf.syria.tension": 0.6,
    "relations.sdf.syria.rung": 4,
}
"""The powers stand where aircraft are locked on to and shot at."""

NO_CHANNEL = {
    "relations.russia.us.air_channel": False,
    "relations.russia.us.tension": 0.12,
    "relations.russia.us.rung": 1,
    "relations.syria.us.tension": 0.12,
    "relations.syria.us.rung": 1,
}
"""The air channel is shut, and both sides calm enough to talk about it."""

HUNGRY_POCKET = {
    "fly.lift": 2.0,
    "fly.drop_accuracy": 0.4,
    "supply.pocket_need": 0.01,
    "supply.pocket_stock": 20.0,
}
"""The besieged run out of stores before they are relieved."""

UNMANNED_TANF = {
    "forces.O31.personnel": 0.0,
    "forces.O32.personnel": 0.0,
    "decide.deepest": 120.0,
}
"""No US forces stand at Al-Tanf and bounds are long, so that others think of going
there: its zone is protected by air."""


def _small(seed, days, given=None):
    return {"scenario": "two_valleys", "seed": seed, "days": days, "given": given}


def _real(seed, days, given=None, cell_km=10.0):
    return _small(seed, days, given) | {
        "scenario": "deir_ezzor_2017",
        "cell_km": cell_km,
    }


TRIALS = (
    _small(1, 12),
    _small(2, 30),
    _small(1, 30, AT_PEACE),
    _real(1, 30),
    _real(1, 30, UNMANNED_TANF),
    _small(1, 2, LARGE_PARTS),
    _small(1, 20, AT_BLOWS),
    _small(1, 40, DRIVEN_APART),
    _small(1, 40, BANDITS),
    _real(2, 12, NO_CHANNEL, cell_km=20.0),
    _real(1, 30, POWERS_AT_ODDS),
    _real(1, 40, TANF_ROAD),
    _real(1, 40, HUNGRY_POCKET),
    _real(3, 150),
)
"""Runs to try: two short ones and what most mechanisms need, then each of the rarer
situations by itself, so that no test waits for a seed in which it comes about."""

SILENT = {
    "convoy.primary": "every way a convoy takes has a stretch of track or desert, and "
    "the worst stretch sets the load",
    "convoy.secondary": "as convoy.primary",
    "convoy.patience": "no road is shut before a convoy that is under way",
    "fly.partner_regard": "no partner's fight lies in reach of another's aircraft",
    "map.reach_passive": "the places of those who keep out are weak and reach less far",
}
"""Parameters for which no trial has been found, and why."""

UNREAD = {("decisions", "inputs")}
"""Columns in which the parameters themselves are written down."""


@lru_cache
def ranges(scenario):
    """Return the range of every parameter of a scenario by path."""
    return {
        each.path: (each.low, each.high)
        for each in paths(load_scenario(scenario))
        if each.path.split(".")[0] in KINDS and each.low is not None
    }


def digest(overrides, *, scenario, seed, days, cell_km=None, given=None):
    """Return the hash of all that a run records."""
    every = {**(given or {}), **overrides}
    result = run_headless(
        scenario, seed=seed, days=days, cell_km=cell_km, overrides=every
    )
    total = hashlib.sha256()
    for name, table in tables().items():
        for column in table.columns:
            if (name, column.name) not in UNREAD:
                values = result.recorder.table(name)[column.name].to_pylist()
                total.update(repr(values).encode())
    return total.hexdigest()


def acts_in(path, trials=TRIALS):
    """Return the number of the first trial in which a parameter acts, None if none."""
    for number, trial in enumerate(trials):
        low, high = ranges(trial["scenario"])[path]
        if digest({path: low}, **trial) != digest({path: high}, **trial):
            return number
    return None


def sample(count, seed):
    """Return some parameters of the small scenario, drawn by a seed."""
    every = sorted(ranges("two_valleys"))
    return np.random.default_rng(seed).choice(every, count, replace=False).tolist()


def main():
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    silent = []
    for path in sorted(ranges("two_valleys")):
        if part in path:
            found = acts_in(path)
            print(path, "acts nowhere" if found is None else TRIALS[found], flush=True)
            silent += [path] if found is None else []
    print(f"{len(silent)} act nowhere: {', '.join(silent) or 'none'}")


if __name__ == "__main__":
    main()
