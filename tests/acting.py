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

TRIALS = (
    {"scenario": "two_valleys", "seed": 1, "days": 12},
    {"scenario": "two_valleys", "seed": 2, "days": 30},
    {"scenario": "two_valleys", "seed": 1, "days": 30, "given": AT_PEACE},
    {"scenario": "deir_ezzor_2017", "seed": 1, "days": 30, "cell_km": 10.0},
    {
        "scenario": "deir_ezzor_2017",
        "seed": 1,
        "days": 30,
        "cell_km": 10.0,
        "given": {
            "forces.O31.personnel": 0.0,
            "forces.O32.personnel": 0.0,
            "decide.deepest": 120.0,
        },
    },
    {"scenario": "deir_ezzor_2017", "seed": 3, "days": 150, "cell_km": 10.0},
)
"""Runs to try, the short ones first. In the fifth no US forces stand at Al-Tanf and
bounds are long, so that others think of going there: its zone is protected by air."""

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
