"""Every command and option. Only argparse is imported: ``abm --help`` is immediate."""

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from abm.options import count, natural, positive

DEFAULT_SCENARIO = "deir_ezzor_2017"

ABOUT = """\
Flashpoint: an agent-based model of competing actors, derived from a text.
Everyone wants Deir ez-Zor, June 2017: who gets there, and what would change it?"""

EXAMPLES = """\
examples:
  abm run                                simulate 18 June to 1 December 2017
  abm run --seed 7 --cell-km 10          another course of events, quick and coarse
  abm run --set fight.attrition=0.03 --set relations.us.russia.air_channel=false
  abm paths tiger                        what can be set, with units and ranges
  abm why runs/... --formation O37-01 --day 40
  abm view runs/...                      watch it in the browser

`abm COMMAND --help` explains a command, with examples."""

Commands = Any  # argparse keeps the type of subparsers private


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    whole = argparse.ArgumentParser(
        prog="abm",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    from abm import __version__

    whole.add_argument("--version", action="version", version=f"abm {__version__}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _run(commands)
    _view(commands)
    _why(commands)
    _control(commands)
    _trace(commands)
    _paths(commands)
    _validate(commands)
    _export(commands)
    if find_spec("experiments.commands"):
        from experiments.commands import register

        register(commands)
    return whole


def _command(
    commands: Commands, name: str, target: str, *, about: str, examples: str = ""
) -> argparse.ArgumentParser:
    found: argparse.ArgumentParser = commands.add_parser(
        name,
        help=about[0].lower() + about[1:].split(". ")[0].rstrip("."),
        description=about,
        epilog=f"examples:\n{examples}" if examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.set_defaults(command=target)
    return found


def _scenario(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "scenario",
        nargs="?",
        default=DEFAULT_SCENARIO,
        metavar="SCENARIO",
        help=f"name of a shipped scenario, or a folder (default {DEFAULT_SCENARIO})",
    )


def _changes(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="change a value; `abm paths` lists every path; may be repeated",
    )
    command.add_argument(
        "--interventions", metavar="FILE", help="TOML of changes during the run"
    )


def _run(commands: Commands) -> None:
    command = _command(
        commands,
        "run",
        "abm.cli.running:run",
        about="Simulate one course of events. The same seed gives the same run.",
        examples="  abm run --seed 3 --days 60\n"
        "  abm run two_valleys --json\n"
        "  abm run --set actors.iran.objectives.open_route.weight=0.8 --out runs/iran\n"
        "  abm run --from-row sweeps/quick 7",
    )
    _scenario(command)
    _changes(command)
    command.add_argument(
        "--seed", type=natural, metavar="N", help="which course of events (default 1)"
    )
    command.add_argument(
        "--days",
        type=natural,
        metavar="N",
        help="length; the scenario's own when absent; 0 writes the initial state",
    )
    command.add_argument(
        "--cell-km",
        type=positive,
        metavar="K",
        help="side of a grid cell, km (the scenario's when absent; 10 is quick)",
    )
    command.add_argument(
        "--out", metavar="DIR", help="folder of the run (default runs/<name>)"
    )
    command.add_argument(
        "--from-row",
        nargs=2,
        metavar=("RESULTS", "ROW"),
        help="run a row of a sweep again, exactly; it names all else itself",
    )
    command.add_argument(
        "--json", action="store_true", help="print one JSON object instead of words"
    )


def _view(commands: Commands) -> None:
    command = _command(
        commands,
        "view",
        "abm.cli.looking:view",
        about="Watch, understand and steer a run in the browser.",
        examples="  abm view\n  abm view runs/deir_ezzor_2017-1-0a1b2c3d\n"
        "  abm view two_valleys --port 9000",
    )
    command.add_argument(
        "what",
        nargs="?",
        default=DEFAULT_SCENARIO,
        metavar="RUN | SCENARIO",
        help=f"a run's folder, or a scenario (default {DEFAULT_SCENARIO})",
    )
    command.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1")
    command.add_argument("--port", type=natural, default=8765, help="default 8765")
    command.add_argument(
        "--no-browser", action="store_true", help="print the address only"
    )


def _why(commands: Commands) -> None:
    command = _command(
        commands,
        "why",
        "abm.cli.asking:why",
        about="Say why a formation, an actor or an aircraft did what it did on a\nday, "
        "term by term, with the sentence of the text behind it.",
        examples="  abm why runs/... --formation O37-01 --day 40\n"
        "  abm why runs/... --actor syria --day 12 --without relieve_garrison\n"
        "  abm why runs/... --aircraft A04 --day 12\n"
        "  abm why runs/... --actor sdf --day 30 --set decide.success_ratio=1.2",
    )
    _which_run(command)
    one = command.add_mutually_exclusive_group(required=True)
    one.add_argument("--formation", metavar="ID", help="such as O37-01")
    one.add_argument("--actor", metavar="ID", help="such as syria")
    one.add_argument("--aircraft", metavar="ID", help="such as A04")
    command.add_argument("--day", type=natural, required=True, metavar="N")
    command.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="OBJECTIVE",
        help="decide again as if the actor did not have it",
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="decide again with another parameter, weight or recorded input",
    )
    command.add_argument("--json", action="store_true")


def _which_run(command: argparse.ArgumentParser) -> None:
    command.add_argument("run", metavar="RUN", help="folder that `abm run` left")


def _control(commands: Commands) -> None:
    command = _command(
        commands,
        "control",
        "abm.cli.asking:control",
        about="Say who holds given points on a day.",
        examples="  abm control runs/... --day 90 --points towns.csv\n"
        "The CSV needs the columns lon and lat; its other columns are kept.",
    )
    _which_run(command)
    command.add_argument("--day", type=natural, required=True, metavar="D")
    command.add_argument("--points", required=True, metavar="CSV")
    command.add_argument("--json", action="store_true")


def _trace(commands: Commands) -> None:
    command = _command(
        commands,
        "trace",
        "abm.cli.asking:trace",
        about="List every objective, relation, rule and parameter with its source, and "
        "what\neach sentence of the text became.",
        examples="  abm trace\n  abm trace --orphans\n  abm trace --activity --runs 24",
    )
    _scenario(command)
    one = command.add_mutually_exclusive_group()
    one.add_argument("--orphans", action="store_true", help="only what has no source")
    one.add_argument(
        "--activity",
        action="store_true",
        help="run it several times and count how often each sentence acts",
    )
    command.add_argument("--json", action="store_true")
    more = command.add_argument_group("of --activity")
    more.add_argument("--runs", type=count, metavar="N", help="default 24")
    more.add_argument("--workers", type=count, metavar="N", help="processes")
    more.add_argument(
        "--docs", type=Path, metavar="FILE", help="write the activity as Markdown too"
    )
    more.add_argument("--cell-km", type=positive, metavar="K", help="default 10")
    more.add_argument("--days", type=natural, metavar="N")


def _paths(commands: Commands) -> None:
    command = _command(
        commands,
        "paths",
        "abm.cli.asking:paths",
        about="List what can be changed, with value, unit, range and source.",
        examples="  abm paths\n  abm paths fight\n  abm paths 'actors.*.weight'",
    )
    command.add_argument(
        "pattern", nargs="?", default="", metavar="PATTERN", help="part of a path, or *"
    )
    command.add_argument("--scenario", default=DEFAULT_SCENARIO)
    command.add_argument("--json", action="store_true")


def _validate(commands: Commands) -> None:
    command = _command(
        commands,
        "validate",
        "abm.cli.asking:validate",
        about="Check a scenario folder and name everything that is wrong with it.",
        examples="  abm validate my_scenario",
    )
    _scenario(command)


def _export(commands: Commands) -> None:
    command = _command(
        commands,
        "export",
        "abm.cli.looking:export",
        about="Write parts of a run in other formats.",
        examples="  abm export runs/... --html race.html\n"
        "  abm export runs/... --day 90 --geojson control.geojson --png map.png\n"
        "  abm export runs/... --csv tables/",
    )
    _which_run(command)
    command.add_argument("--html", metavar="FILE", help="the player with its data")
    command.add_argument("--png", metavar="FILE", help="map of --day")
    command.add_argument("--geojson", metavar="FILE", help="control on --day")
    command.add_argument("--geotiff", metavar="FILE", help="control on --day")
    command.add_argument("--csv", metavar="DIR", help="every table as CSV")
    command.add_argument("--day", type=natural, metavar="D", help="default: the last")
