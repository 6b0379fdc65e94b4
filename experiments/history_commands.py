"""The commands about history: score, and what is fitted and forecast.

Importing this module loads nothing heavy: each command imports what it needs.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

DONE = 0
Arguments = argparse.Namespace
Add = Callable[[Any, str, Callable[[Arguments], int], str], argparse.ArgumentParser]

SCORE_HELP = """\
examples:
  abm score runs/ensemble --events experiments/data/history_calibration.csv
  abm score runs/a runs/b --events events.csv --from 2017-07-01 --json
  abm score forecasts/2017-08-31 --events later.csv --from 2017-09-01

Events: a CSV with the columns of experiments/data/history_calibration.csv. What its
types, actors and places stand for is in experiments/data/event_*.csv, row by row; what
no row covers is printed. The scores are also written to score.json in the folder."""


def register_history(subparsers: Any, add: Add) -> None:
    """Add the commands to the command line.

    Args:
        subparsers: what ``ArgumentParser.add_subparsers`` returned.
        add: adds one guarded command and returns its parser.
    """
    score = add(subparsers, "score", score_command, "score runs by what happened")
    score.epilog, score.formatter_class = SCORE_HELP, argparse.RawTextHelpFormatter
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
        help="results of a model baseline to put in the table; may be repeated",
    )
    score.add_argument("--json", action="store_true", help="print JSON, not words")


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
    from experiments.scoring.sources import read_source

    scored = score(
        read_source(arguments.what),
        arguments.events,
        since=arguments.since,
        last=arguments.last,
        beside=[read_source([folder]).prediction for folder in arguments.beside],
    )
    store(scored, arguments.what[0])
    text = json.dumps(as_dict(scored), indent=1) if arguments.json else in_words(scored)
    sys.stdout.write(text + "\n")
    return DONE
