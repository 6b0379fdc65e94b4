"""The commands about history: score, and what is fitted and forecast.

Importing this module loads nothing heavy: each command imports what it needs.
"""

import argparse
import datetime as dt
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from abm.options import count, positive

DONE = 0
Arguments = argparse.Namespace
Add = Callable[[Any, str, Callable[[Arguments], int], str], argparse.ArgumentParser]

SCENARIO, CELL_KM, BUDGET_S = "deir_ezzor_2017", 10.0, 7200.0
MEMBERS = 200


def register_history(subparsers: Any, add: Add) -> None:
    """Add the commands to the command line.

    Args:
        subparsers: what ``ArgumentParser.add_subparsers`` returned.
        add: adds one guarded command and returns its parser.
    """
    score = add(subparsers, "score", score_command, "score runs by what happened")
    score.add_argument(
        "what",
        type=Path,
        nargs="+",
        metavar="STORE | FORECAST | RUN",
        help="results folder, forecast, or run folders",
    )
    score.add_argument("--events", type=Path, required=True, help="CSV of events")
    score.add_argument(
        "--from", dest="since", type=_date, metavar="DATE", help="first date scored"
    )
    score.add_argument(
        "--to", dest="last", type=_date, metavar="DATE", help="last date known"
    )
    score.add_argument(
        "--beside",
        type=Path,
        action="append",
        default=[],
        metavar="STORE",
        help="results of a model baseline, or a folder of several whose mean score\n"
        "counts (shuffles), to put in the table; may be repeated",
    )
    score.add_argument("--json", action="store_true", help="print JSON, not words")
    _add_calibrate(subparsers, add)
    _add_forecast(subparsers, add)
    _add_validation(subparsers, add)


def _add_calibrate(subparsers: Any, add: Add) -> None:
    """Add ``abm calibrate``."""
    found = add(
        subparsers,
        "calibrate",
        calibrate_command,
        "fit the assumed parameters to June-August 2017",
    )
    found.add_argument("--out", type=Path, required=True, help="folder of the runs")
    size = found.add_mutually_exclusive_group()
    size.add_argument(
        "--budget", type=_seconds, metavar="TIME", help="such as 30m or 2h (default 2h)"
    )
    size.add_argument("--runs", type=count, metavar="N", help="exactly, to repeat")
    found.add_argument("--estimate", action="store_true", help="say how long; stop")
    found.add_argument(
        "--docs", type=Path, metavar="DIR", help="folder of the report (default --out)"
    )
    found.add_argument(
        "--ship",
        action="store_true",
        help="make the result the scenario's ensemble, what was learned its defaults",
    )
    _add_common(found)


def _add_forecast(subparsers: Any, add: Add) -> None:
    """Add ``abm forecast``."""
    found = add(
        subparsers,
        "forecast",
        forecast_command,
        "run the posterior ensemble to 1 December 2017 and file what it says",
    )
    found.add_argument("--out", type=Path, required=True, help="folder to write")
    _add_ensemble(found)
    found.add_argument("--members", type=count, default=MEMBERS, help="runs")
    _add_common(found)


def _add_validation(subparsers: Any, add: Add) -> None:
    """Add ``abm validation``."""
    found = add(
        subparsers,
        "validation",
        validation_command,
        "score the model beside its baselines and ablations; write docs/validation.md",
    )
    found.add_argument("--out", type=Path, required=True, help="folder of the runs")
    found.add_argument("--docs", type=Path, default=Path("docs"))
    _add_ensemble(found)
    found.add_argument(
        "--members", type=count, default=40, help="runs of the model and each variant"
    )
    found.add_argument("--shuffles", type=count, default=20, help="deals of objectives")
    found.add_argument(
        "--fit", type=count, default=24, help="runs that each deal is fitted with"
    )
    found.add_argument("--each", type=count, default=4, help="of them that count")
    _add_common(found)


def _add_ensemble(found: argparse.ArgumentParser) -> None:
    """Add the file of parameter sets."""
    found.add_argument(
        "--ensemble", type=Path, metavar="FILE", help="the scenario's own if absent"
    )


def _add_common(found: argparse.ArgumentParser) -> None:
    """Add what all that run the model here take."""
    found.add_argument("--workers", type=count, help="processes; one a core")
    found.add_argument("--cell-km", type=positive, default=CELL_KM, metavar="K")
    found.add_argument("--scenario", default=SCENARIO)


def _seconds(text: str) -> float:
    """Return the seconds of 90s, 30m or 2h."""
    units = {"s": 1.0, "m": 60.0, "h": 3600.0}
    number, unit = text[:-1], text[-1:]
    try:
        value = float(number) * units[unit]
    except (KeyError, ValueError):
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"not a time like 30m or 2h (got {text!r})")
    return value


def _date(text: str) -> dt.date:
    """Return an ISO date."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"not a date like 2017-08-31 (got {text!r})"
        ) from None


def score_command(arguments: Arguments) -> int:
    """Score runs by what happened."""
    import json

    from experiments.scoring.said import as_dict, in_words, store
    from experiments.scoring.score import score
    from experiments.scoring.sources import beside, read_source

    scored = score(
        read_source(arguments.what),
        arguments.events,
        since=arguments.since,
        last=arguments.last,
        beside=dict(beside(folder) for folder in arguments.beside),
    )
    store(scored, arguments.what[0])
    text = json.dumps(as_dict(scored), indent=1) if arguments.json else in_words(scored)
    sys.stdout.write(text + "\n")
    return DONE


def calibrate_command(arguments: Arguments) -> int:
    """Fit the assumed parameters to June to August 2017."""
    from experiments.calibration import calibrate as stages
    from experiments.calibration.report import write_report
    from experiments.sweeps import Plan
    from experiments.workers import usable_cores

    workers = arguments.workers or usable_cores()
    plan = Plan(workers=workers, stream=sys.stderr)
    setting = stages.setting_of(
        arguments.scenario, cell_km=arguments.cell_km, plan=plan
    )
    sizes = stages.planned(arguments.out)
    if arguments.runs:  # refused before anything is timed
        sizes = stages.sized(arguments.runs, cell_km=arguments.cell_km)
    a_run = stages.a_run_s(setting)
    if sizes is None:
        runs = stages.affordable(arguments.budget or BUDGET_S, a_run, workers)
        sizes = stages.sized(runs, cell_km=arguments.cell_km)
    _said(stages.estimate(sizes, setting, a_run=a_run, workers=workers))
    if arguments.estimate:
        return DONE
    done = stages.calibrate(arguments.out, sizes, setting, say=_said)
    _said(str(write_report(done, setting, docs=arguments.docs)))
    if arguments.ship:
        _said(str(stages.ship(done, setting)))
    return DONE


def forecast_command(arguments: Arguments) -> int:
    """Run the posterior ensemble and file what it says."""
    from experiments.forecast.forecast import Asked, forecast
    from experiments.sweeps import Plan

    asked = Asked(
        arguments.scenario, arguments.ensemble, arguments.members, arguments.cell_km
    )
    plan = Plan(workers=arguments.workers, stream=sys.stderr)
    folder = forecast(asked, arguments.out, plan=plan)
    _said(f"{folder}: forecast filed; look at {folder / 'forecast.html'}")
    return DONE


def validation_command(arguments: Arguments) -> int:
    """Score the model beside its baselines and ablations."""
    from abm.scenario import load_scenario
    from experiments.scoring.baselines import LAST
    from experiments.sweeps import Plan
    from experiments.validation.page import write_validation
    from experiments.validation.variants import Size, run_all

    start = load_scenario(arguments.scenario).calendar.start.date()
    size = Size(
        members=arguments.members,
        shuffles=arguments.shuffles,
        fit=arguments.fit,
        each=min(arguments.each, arguments.fit),
        cell_km=arguments.cell_km,
        days=(LAST - start).days,
    )
    runs = run_all(
        arguments.scenario,
        arguments.out,
        size,
        plan=Plan(workers=arguments.workers, stream=sys.stderr),
        ensemble=arguments.ensemble,
    )
    command = (
        f"abm validation --out {shlex.quote(str(arguments.out))} "
        f"--members {size.members} --shuffles {size.shuffles} --fit {size.fit} "
        f"--each {size.each} --cell-km {size.cell_km:g}"
    )
    _said(str(write_validation(runs, size, docs=arguments.docs, command=command)))
    return DONE


def _said(text: str) -> None:
    """Print a line."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
