"""``abm run``: one run with a progress bar, its folder and what came of it."""

import argparse
import shlex
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abm import heap, metrics
from abm.cli.common import UsageError, print_json, scenario_of
from abm.record.summary import plain, sections
from abm.record.write import Facts, default_folder, write
from abm.scenario import Intervention, Scenario, load_scenario

if TYPE_CHECKING:
    from abm.model import ConflictModel

RUNS = Path("runs")
DEFAULT_SEED = 1


@dataclass(frozen=True)
class Asked:
    """The run that the options ask for.

    Attributes:
        scenario: overrides and changes during the run included.
        seed: of the run.
        days: its length; None for the scenario's own.
        cell_km: side of a cell; None for the scenario's own.
        command: the one line that repeats it.
        changes: during the run, beside the scenario's own.
        digest: what it must come to; empty where that is not known.
        extra: what else the manifest names.
    """

    scenario: Scenario
    seed: int
    days: int | None
    cell_km: float | None
    command: str
    changes: tuple[Intervention, ...] = ()
    digest: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def run(args: argparse.Namespace) -> int:
    """Simulate, write the folder, print what came of it."""
    heap.plain()
    heap.alone()
    asked = _row(args) if args.from_row else _options(args)
    _announce_compiling(quiet=args.json)
    from abm.model import ConflictModel

    model = ConflictModel(
        asked.scenario,
        rng=asked.seed,
        cell_km=asked.cell_km,
        days=asked.days,
        interventions=asked.changes,
        record=True,
        collect=False,
    )
    start = time.perf_counter()
    _steps(model, quiet=args.json)
    return _leave(model, asked, args, wall_s=time.perf_counter() - start)


def _leave(
    model: "ConflictModel", asked: Asked, args: argparse.Namespace, *, wall_s: float
) -> int:
    """Write the folder of a finished run and print what came of it."""
    recorder, digest, ended = model.recorder, model.digest, model.world.ended
    assert recorder is not None
    model.theatre.forget()  # what only further ticks need: writing takes memory too
    heap.trim()
    _compare(asked, digest)
    outcomes = metrics.outcomes(recorder)
    heap.trim()
    folder = Path(args.out) if args.out else default_folder(recorder, digest, RUNS)
    if args.interventions:
        copy = str(folder / "interventions.toml")  # the file itself may be moved
        asked = replace(asked, command=command(args, asked.seed, changes=copy))
    facts = Facts(
        digest, wall_s, ended, asked.command, asked.extra, changes=asked.changes
    )
    write(recorder, folder, facts=facts, outcomes=outcomes)
    if args.json:
        print_json(
            {
                "seed": asked.seed,
                "scenario": asked.scenario.name,
                "digest": digest,
                "ticks": recorder.ticks,
                "wall_s": round(wall_s, 3),
                "outcomes": outcomes,
            }
        )
    else:
        _tell(asked, outcomes, folder=folder, wall_s=wall_s, ended=ended)
    return 0


def _options(args: argparse.Namespace) -> Asked:
    seed = DEFAULT_SEED if args.seed is None else args.seed
    scenario = scenario_of(args)
    return Asked(scenario, seed, args.days, args.cell_km, command(args, seed))


def _row(args: argparse.Namespace) -> Asked:
    """Return the run of a sweep's row.

    Raises:
        UsageError: there is no such row, it can't be run again exactly here, or another
            option asks for something else than the row.
    """
    from experiments.problems import StoreError
    from experiments.rebuild import stored_run
    from experiments.run import engine_interventions

    results, row = args.from_row
    given = [args.seed, args.days, args.cell_km, args.interventions]
    if any(one is not None for one in given) or args.set:
        raise UsageError(
            "--from-row names the whole run; leave out --seed, --days, --cell-km, "
            "--set and --interventions, or run without --from-row"
        )
    if not (row.isascii() and row.isdigit()):
        raise UsageError(f"--from-row: the row is a number from 0 (got {row!r})")
    try:
        stored = stored_run(results, int(row))
    except StoreError as error:
        raise UsageError(str(error)) from error
    case = stored.case
    scenario = load_scenario(case.scenario).with_overrides(case.overrides)
    return Asked(
        scenario,
        case.seed,
        case.days,
        case.cell_km,
        shlex.join(["abm", "run", "--from-row", results, row]),
        changes=engine_interventions(case.interventions),
        digest=stored.digest,
        extra={"sweep": results, "row": int(row)},
    )


def _compare(asked: Asked, digest: str) -> None:
    if asked.digest and digest != asked.digest:
        raise UsageError(
            f"the row came out differently: digest {asked.digest[:16]} there, "
            f"{digest[:16]} here; nothing has been written"
        )


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


def command(args: argparse.Namespace, seed: int, *, changes: str = "") -> str:
    """Return the one line that repeats a run, with its own copy of what changed."""
    words = ["abm", "run", str(args.scenario), "--seed", str(seed)]
    if args.days is not None:
        words += ["--days", str(args.days)]
    if args.cell_km is not None:
        words += ["--cell-km", f"{args.cell_km:g}"]
    for change in args.set:
        words += ["--set", change]
    if args.interventions:
        words += ["--interventions", changes or args.interventions]
    return shlex.join(words)


def _tell(
    asked: Asked,
    outcomes: dict[str, Any],
    *,
    folder: Path,
    wall_s: float,
    ended: str,
) -> None:
    scenario = asked.scenario
    print(f"\n{scenario.title}: one simulated course of {outcomes['days']} days\n")
    print(plain(sections(scenario, outcomes)))
    if ended:
        print(f"\nThe run ended early: {ended}.")
    print(f"\nComputed in {wall_s:.1f} s. Look at {folder / 'map.png'}; read on in")
    print(f"{folder / 'summary.md'}; `abm view {folder}` replays it in the browser.")
    print(f"The same run once more: {asked.command}")
