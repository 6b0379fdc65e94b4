"""``python -m tests.bench``: seconds by phase, ratios, start, sweeps.

``--quick`` runs 60 ticks and no sweeps; ``--json`` prints the figures alone. Ratios are
taken in one process on one state: on a shared machine only they mean anything.
"""

import argparse
import json
import sys
import time
import warnings

import numpy as np

from tests.bench import engine, ratios, sweep

QUICK_TICKS = 60
CALLS = 100_000


def calibration():
    """Return the nanoseconds of a small NumPy call, to compare machines by."""
    small = np.arange(300.0)
    start = time.process_time()
    for _ in range(CALLS):
        small * 2.0
    return (time.process_time() - start) / CALLS * 1e9


def figures(*, quick):
    """Measure everything and return it by name."""
    ticks, repeats = (QUICK_TICKS, 1) if quick else (None, 3)
    ratios_of = {"calibration_ns": calibration()}
    for km in (5.0, 10.0):
        say(f"a run at {km:g} km ...")
        ratios_of[f"run_{km:g}km"] = engine.run(km, ticks=ticks)
    say("against plain Python ...")
    model = ratios.war()
    ratios_of["phases"] = ratios.phases(model, repeats=repeats)
    ratios_of["paths"] = ratios.paths(model, repeats=repeats)
    ratios_of["whole"] = ratios.whole_run(ratios_of, ratios_of["run_5km"])
    say("against Mesa objects ...")
    ratios_of["mesa"] = ratios.against_mesa(model, ticks=4 if quick else 12)
    say("start and compiling ...")
    ratios_of["help_s"] = engine.help_s()
    ratios_of["start"] = engine.compiling()
    if not quick:
        say("memory of a whole run ...")
        ratios_of["peak_mib"] = engine.peak_mib()
    return ratios_of


def say(text):
    """Say on the error stream what is being measured."""
    print(text, file=sys.stderr)


def told(found):
    """Print the figures as tables."""
    print(f"small NumPy call {found['calibration_ns']:.0f} ns (machine's calibration)")
    runs = found["run_5km"], found["run_10km"]
    print(f"\nCPU seconds of a run, {runs[0]['ticks']} ticks")
    print(f"{'':24}{'5 km':>9}{'10 km':>9}")
    rows = [
        (name, [run["phase_s"][name] for run in runs]) for name in runs[0]["phase_s"]
    ]
    rows += [
        (label, [run[key] for run in runs])
        for key, label in (
            ("record_s", "recording"),
            ("run_s", "all ticks"),
            ("search_s", "of it path search alone"),
            ("setup_s", "set-up"),
            ("write_s", "tables and frames"),
        )
    ]
    for name, values in rows:
        print(f"{name:24}" + "".join(f"{value:9.2f}" for value in values))
    share = "".join(f"{run['recording_share']:9.1%}" for run in runs)
    print(f"{'recording share':24}{share}   (goal: at most 15 %)")
    _told_ratios(found)
    start = found["start"]
    print(f"\nabm --help: {found['help_s']:.3f} s over bare Python (goal 0.15)")
    print(
        f"\nfirst tick {start['first_tick_s']:.1f} s ({start['first_tick_cpu_s']:.1f} s CPU) after the start of a process (goal 1.5)"
    )
    print(
        f"compiling every kernel adds {start['compile_s']:.1f} s ({start['compile_cpu_s']:.1f} s CPU), once (goal 10)"
    )
    if "peak_mib" in found:
        print(f"peak memory of abm run: {found['peak_mib']} MiB (goal 350)")


def _told_ratios(found):
    print("\nms a tick on one state at 5 km     engine    plain   ratio")
    for name, (fast, slow) in found["phases"].items():
        print(f"{name:30}{fast * 1e3:11.2f}{slow * 1e3:9.1f}{slow / fast:8.0f}x")
    paths, mesa, whole = found["paths"], found["mesa"], found["whole"]
    for name in ("heapq", "reference"):
        label = f"path search ({name})"
        values = paths["engine"], paths[name]
        print(
            f"{label:30}{values[0] * 1e3:11.2f}{values[1] * 1e3:9.1f}"
            f"{values[1] / values[0]:8.0f}x"
        )
    print(
        f"{'Mesa objects: march, fight,':30}\n{'  control and their ways':30}"
        f"{mesa['engine'] * 1e3:11.2f}{mesa['mesa'] * 1e3:9.1f}"
        f"{mesa['mesa'] / mesa['engine']:8.0f}x   ({mesa['agents']} agents)"
    )
    print(
        f"reference's search / heapq: {paths['reference'] / paths['heapq']:.2f} (goal 1.5)"
    )
    print(
        f"\nWhat the reference covers (move, fight, supply, control, other searches) is "
        f"{whole['covered_share']:.0%} of the\nengine's time and takes "
        f"{whole['plain_s']:.0f} s in plain Python: {whole['ratio']:.0f} times as long;"
        f"\nthat alone is {whole['floor']:.0f} times the engine's whole run (goal 100)."
    )


def main():
    """Measure and print."""
    asked = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    asked.add_argument("--quick", action="store_true", help="60 ticks, no sweeps")
    asked.add_argument("--json", action="store_true", help="figures alone")
    given = asked.parse_args()
    warnings.simplefilter("ignore", FutureWarning)
    found = figures(quick=given.quick)
    if given.json:
        print(json.dumps(found, indent=1))
        return
    told(found)
    if not given.quick:
        print("\nSweeps", flush=True)
        sweep.main()


if __name__ == "__main__":
    main()
