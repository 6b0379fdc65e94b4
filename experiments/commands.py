"""The commands of experiments, as the command line calls them.

Importing this module loads nothing heavy: each command imports what it needs. A
command returns an exit code: 0 done, 1 stopped or failed, 2 bad input.
"""

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abm.options import count
from abm.whole import write_whole
from experiments.helps import HELP

if TYPE_CHECKING:
    from experiments.sweeps import Summary

DONE, FAILED, BAD_INPUT = 0, 1, 2
FIRST_ROWS = 5
EXTRA = (
    "SALib",
    "distributed",
    "dask",
    "ema_workbench",
    "lifelines",
    "pyabc",
    "scoringrules",
)
"""Packages that only the ``experiments`` extra brings."""

INSTALL = "python -m pip install 'flashpoint-abm[experiments]'"
Arguments = argparse.Namespace
Command = Callable[[Arguments], int]
Subparsers = Any


def register(subparsers: Subparsers) -> None:
    """Add the experiments' commands to the command line.

    Args:
        subparsers: what ``ArgumentParser.add_subparsers`` returned. Each parser's
            default ``command`` is the function to call with the parsed arguments.
    """
    design = _command(subparsers, "design", design_command, "size and time of a study")
    design.add_argument(
        "study", nargs="?", help="shipped study or TOML file; without it, a list"
    )
    design.add_argument("--csv", type=Path, help="write all points to a CSV file")
    design.add_argument("--workers", type=count, help="processes the time is for")
    _add_sweep(subparsers)
    merge = _command(subparsers, "merge", merge_command, "bring results together")
    merge.add_argument("out", type=Path, help="results folder to make or add to")
    merge.add_argument("sources", type=Path, nargs="+", help="results folders")
    opened = _command(subparsers, "open", open_command, "rebuild a run of a sweep")
    opened.add_argument("results", type=Path, help="results folder")
    opened.add_argument("row", type=int, help="number of the run")
    opened.add_argument("--out", type=Path, help="run folder to write")
    analyse = _command(subparsers, "analyse", analyse_command, "analyse a sweep")
    analyse.add_argument("results", type=Path, help="results folder")
    analyse.add_argument("--outcome", help="outcome to look at, not the study's own")
    report = _command(subparsers, "report", report_command, "one HTML file of a sweep")
    report.add_argument("results", type=Path, help="results folder")
    report.add_argument("--outcome", help="outcome to look at, not the study's own")
    claims = _command(subparsers, "claims", claims_command, "test the text's claims")
    claims.add_argument("--out", type=Path, default=Path("runs/claims"))
    claims.add_argument("--docs", type=Path, default=Path("docs"))
    claims.add_argument("--workers", type=count, help="processes; one a core")
    claims.add_argument("--study", default="claims", help="another study of its form")
    from experiments.history_commands import register_history

    register_history(subparsers, _command)
    from experiments.pattern_commands import register_patterns

    register_patterns(subparsers, _command)


def _add_sweep(subparsers: Subparsers) -> None:
    """Add ``abm sweep``."""
    sweep = _command(
        subparsers, "sweep", sweep_command, "run a study, or the rest of it"
    )
    sweep.add_argument("study", help="shipped study or TOML file")
    sweep.add_argument("--out", type=Path, required=True, help="results folder")
    where = sweep.add_mutually_exclusive_group()
    where.add_argument("--workers", type=count, help="processes; one a core")
    where.add_argument("--dask", metavar="ADDRESS", help="of a Dask scheduler")
    sweep.add_argument("--limit", type=count, help="do at most so many runs now")
    sweep.add_argument(
        "--shard",
        type=_shard,
        default=(0, 1),
        metavar="I/N",
        help="do part I of N (1/4 .. 4/4), for machines that share no folder",
    )
    sweep.add_argument(
        "--retry-failed", action="store_true", help="do failed runs again"
    )


def _command(
    subparsers: Subparsers, name: str, function: Command, text: str
) -> argparse.ArgumentParser:
    """Add one command and return its parser."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        name,
        help=text,
        description=text,
        epilog=HELP[name],
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.set_defaults(command=_guarded(function))
    return parser


def _guarded(function: Command) -> Command:
    """Return a command that turns the errors a person can mend into one message."""

    def guarded(arguments: Arguments) -> int:
        from abm.scenario.problems import ScenarioError
        from experiments.problems import StoreError, SweepError

        try:
            return function(arguments)
        except (ScenarioError, StoreError) as error:
            print(f"abm: {error}", file=sys.stderr)
            return BAD_INPUT
        except SweepError as error:
            print(f"abm: {error}", file=sys.stderr)
            return FAILED
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in EXTRA:
                raise
            print(f"abm: needs {error.name}: {INSTALL}", file=sys.stderr)
            return BAD_INPUT

    return guarded


def _shard(text: str) -> tuple[int, int]:
    """Return (part, parts) of ``I/N``, the first part being 0."""
    part, _, parts = text.partition("/")
    if not (part.isdigit() and parts.isdigit() and 1 <= int(part) <= int(parts)):
        raise argparse.ArgumentTypeError(f"not of the form 1/4 (got {text!r})")
    return int(part) - 1, int(parts)


def design_command(arguments: Arguments) -> int:
    """Print size, time and first rows of a study, or what studies there are."""
    import pandas as pd

    from experiments.estimate import time_of
    from experiments.followed import refuse_unknown
    from experiments.run import Cases
    from experiments.study import load_study

    if arguments.study is None:
        return _list_studies()
    study = load_study(arguments.study)
    cases = Cases(study)
    refuse_unknown(cases)
    table = pd.DataFrame(list(cases.points.values), columns=list(cases.points.labels))
    print(f"{study.name}: {study.title}")
    if study.question:
        print(study.question)
    print(
        f"{study.design.kind} design, {len(study.factors)} factors, {len(table)} "
        f"points x {study.replicates} replicates = {len(cases)} runs of {study.days} "
        f"days, {study.cell_km:g} km"
    )
    if arguments.csv is not None:
        write_whole(arguments.csv, table.to_csv(index_label="point"))
        print(f"points written to {arguments.csv}")
    print(table.head(FIRST_ROWS).to_string())
    print(time_of(cases, len(cases), workers=arguments.workers))
    return DONE


def _list_studies() -> int:
    """Print every shipped study with its question and size."""
    from experiments.run import Cases
    from experiments.study import STUDIES, load_study

    for file in sorted(STUDIES.glob("*.toml")):
        study = load_study(file.stem)
        runs = len(Cases(study))
        print(f"{study.name}: {runs} runs of {study.days} days\n  {study.question}")
    return DONE


def sweep_command(arguments: Arguments) -> int:
    """Run a study, or what is left of it."""
    from experiments.estimate import time_of
    from experiments.followed import refuse_unknown
    from experiments.run import Cases
    from experiments.study import load_study
    from experiments.sweeps import Plan, carry_out

    cases = Cases(load_study(arguments.study))
    refuse_unknown(cases)
    plan = Plan(
        workers=arguments.workers,
        dask=arguments.dask,
        limit=arguments.limit,
        shard=arguments.shard,
        retry_failed=arguments.retry_failed,
        stream=sys.stderr,
        announce=lambda runs: time_of(cases, runs, workers=arguments.workers),
    )
    summary = carry_out(cases, arguments.out, plan=plan)
    print(_said(summary, arguments.out))
    return FAILED if summary.stopped else DONE


def _said(summary: "Summary", out: Path) -> str:
    """Return how a sweep ended, in words."""
    from experiments.estimate import in_words

    lines = [
        f"{summary.done} of {summary.total} runs stored in {out} ({summary.new} new in "
        f"{in_words(summary.seconds)}, {summary.failed} failed)"
    ]
    if summary.deaths:
        lines.append(f"workers died: {summary.deaths}; no run was lost")
    if summary.failed:
        lines.append("failed runs: `--retry-failed` does them again")
    if summary.done < summary.total:
        lines.append("the same command goes on")
    return "\n".join(lines)


def merge_command(arguments: Arguments) -> int:
    """Bring the results of several machines together."""
    from experiments.results import merge

    for note in merge(arguments.out, arguments.sources):
        print(note)
    return DONE


def open_command(arguments: Arguments) -> int:
    """Rebuild a run of a sweep as a run folder."""
    from experiments.rebuild import rebuild

    folder = rebuild(arguments.results, arguments.row, out=arguments.out)
    again = shlex.join(["abm", "open", str(arguments.results), str(arguments.row)])
    print(f"{folder}\nthe same again: {again}\nlook at it with: abm view {folder}")
    return DONE


def analyse_command(arguments: Arguments) -> int:
    """Analyse a sweep: tables on disk and a summary here."""
    from experiments.analyse import analyse

    print(analyse(arguments.results, outcome=arguments.outcome).summary())
    return DONE


def report_command(arguments: Arguments) -> int:
    """Write one self-contained HTML file about a sweep."""
    from experiments.report import write_report

    print(write_report(arguments.results, outcome=arguments.outcome))
    return DONE


def claims_command(arguments: Arguments) -> int:
    """Run the claims study, or the rest of it, and write ``docs/claims.md``."""
    from experiments.claims import write_claims

    page = write_claims(
        arguments.study,
        arguments.out,
        docs=arguments.docs,
        workers=arguments.workers,
        stream=sys.stderr,
    )
    print(page)
    return DONE
