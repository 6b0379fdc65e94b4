"""``abm run``: one run with a progress bar, its folder and what came of it."""

import argparse
import shlex
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

from abm import metrics
from abm.cli.common import print_json, scenario_of
from abm.record.summary import plain, sections
from abm.record.write import Facts, default_folder, write
from abm.scenario import Scenario

RUNS = Path("runs")


def run(args: argparse.Namespace) -> int:
    """Simulate, write the folder, print what came of it."""
    pa.set_memory_pool(pa.system_memory_pool())  # keeps nothing back
    scenario = scenario_of(args)
    _announce_compiling(quiet=args.json)
    from abm.model import ConflictModel

    model = ConflictModel(
        scenario,
        rng=args.seed,
        cell_km=args.cell_km,
        days=args.days,
        record=True,
        collect=False,
    )
    start = time.perf_counter()
    _steps(model, quiet=args.json)
    wall_s = time.perf_counter() - start
    recorder = model.recorder
    assert recorder is not None
    outcomes = metrics.outcomes(recorder)
    digest = model.digest
    folder = Path(args.out) if args.out else default_folder(recorder, digest, RUNS)
    facts = Facts(digest, wall_s, model.world.ended, command(args))
    write(recorder, folder, facts=facts, outcomes=outcomes)
    if args.json:
        print_json(
            {
                "seed": args.seed,
                "scenario": scenario.name,
                "digest": digest,
                "ticks": recorder.ticks,
                "wall_s": round(wall_s, 3),
                "outcomes": outcomes,
            }
        )
    else:
        _tell(scenario, outcomes, folder=folder, wall_s=wall_s, ended=model.world.ended)
    return 0


def _announce_compiling(*, quiet: bool) -> None:
    """Say that the first run compiles, before the wait and not after it."""
    from abm import kernels

    cache = Path(kernels.__file__).parent / "__pycache__"
    if not quiet and not any(cache.glob("kernels.*.nbc")):
        print("Compiling the kernels for this machine, once ...", file=sys.stderr)


def _steps(model: Any, *, quiet: bool) -> None:
    from tqdm import tqdm

    per_day = model.theatre.days_per_tick
    with tqdm(
        total=round(model.horizon * per_day),
        unit=" days",
        disable=True if quiet else None,  # None: only where a person watches
        bar_format="{desc} |{bar}| {n_fmt}/{total_fmt} days [{elapsed}]",
    ) as bar:
        while model.running:
            model.step()
            day = int(model.world.tick * per_day)
            if day > bar.n:
                now = model.theatre.scenario.calendar.at(model.world.tick)
                bar.set_description_str(f"{now:%d %b %Y}", refresh=False)
                bar.update(day - bar.n)


def command(args: argparse.Namespace) -> str:
    """Return the one line that repeats a run."""
    words = ["abm", "run", str(args.scenario), "--seed", str(args.seed)]
    if args.days is not None:
        words += ["--days", str(args.days)]
    if args.cell_km is not None:
        words += ["--cell-km", f"{args.cell_km:g}"]
    for change in args.set:
        words += ["--set", change]
    if args.interventions:
        words += ["--interventions", args.interventions]
    return shlex.join(words)


def _tell(
    scenario: Scenario,
    outcomes: dict[str, Any],
    *,
    folder: Path,
    wall_s: float,
    ended: str,
) -> None:
    print(f"\n{scenario.title}: one simulated course of {outcomes['days']} days\n")
    print(plain(sections(scenario, outcomes)))
    if ended:
        print(f"\nThe run ended early: {ended}.")
    print(f"\nComputed in {wall_s:.1f} s. Look at {folder / 'map.png'}; read on in")
    print(f"{folder / 'summary.md'}; `abm view {folder}` replays it in the browser.")
