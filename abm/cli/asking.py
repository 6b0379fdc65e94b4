"""Commands that answer questions about a scenario or a recorded run."""

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import asdict
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path
from typing import Any

from abm.cli.common import UsageError, print_json, table
from abm.scenario import Setting, load_scenario
from abm.scenario import paths as all_paths
from abm.scenario.paths import turned
from abm.scenario.problems import nearest

LONGEST = 60
"""Characters of a source that a list shows; --json has the whole."""
MOST_POINTS = 1_000_000


def validate(args: argparse.Namespace) -> int:
    """Load a scenario and say that it is sound; problems are raised."""
    from abm.phases import intervene
    from abm.record.wanted import wanted
    from abm.theatre import build

    scenario = load_scenario(args.scenario)
    dates = len(wanted(scenario).date)
    theatre = build(scenario)
    for change in scenario.interventions:
        intervene.check(theatre, change)
    print(
        f"{scenario.name}: sound. {len(scenario.actors)} actors, "
        f"{len(theatre.objectives)} objectives, {len(theatre.site_ids)} sites, "
        f"{len(theatre.formation_ids)} formations, {len(theatre.air_ids)} air assets, "
        f"{dates} dated outcomes; hash {scenario.hash[:12]}"
    )
    half = theatre.grid.cell_km / 2
    for name, km in theatre.moved:
        if km > half:
            print(f"  {name}: moved {km:.1f} km to a cell of its own bank")
    return 0


def paths(args: argparse.Namespace) -> int:
    """List the settings whose path matches a pattern."""
    settings = list(all_paths(load_scenario(args.scenario)))
    pattern = args.pattern.lower()
    found = [
        each
        for each in settings
        if any(
            _matches(path.lower(), pattern) for path in (each.path, turned(each.path))
        )
    ]
    if not found:
        either = {path for each in settings for path in (each.path, turned(each.path))}
        hint = nearest(args.pattern, either)
        raise UsageError(f"{args.pattern}: no path matches{hint}")
    if args.json:
        print_json([asdict(each) for each in found])
        return 0
    rows = [_setting(each) for each in found]
    print(table(rows, ("path", "value", "unit", "range", "in a run", "source")))
    return 0


def _matches(path: str, pattern: str) -> bool:
    return fnmatch(path, pattern) if "*" in pattern else pattern in path


def _setting(each: Setting) -> tuple[str, ...]:
    span = "" if each.low is None else f"{each.low:g} to {each.high:g}"
    value = f"{each.value:g}" if isinstance(each.value, float) else str(each.value)
    may = "yes" if each.during_run else ""
    return (each.path, value, each.unit, span, may, shortened(each.source))


def shortened(text: str) -> str:
    """Return the beginning of a text, for a list."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def trace(args: argparse.Namespace) -> int:
    """List what rests on which words; what rests on none; or how often each acts."""
    from abm.explain import orphans, sentences
    from abm.explain import trace as traced

    scenario = load_scenario(args.scenario)
    if args.activity:
        from abm.cli.activity import activity

        return activity(scenario, args)
    for name in ("runs", "workers", "docs", "cell_km", "days"):
        if getattr(args, name) is not None:
            raise UsageError(f"--{name.replace('_', '-')}: add --activity, or leave it")
    links = orphans(scenario) if args.orphans else traced(scenario)
    if args.json:
        print_json([asdict(link) for link in links])
        return 0
    if args.orphans:
        for link in links:
            print(f"{link.kind} {link.name}: no source")
        print(f"{len(links)} without a source, of {len(traced(scenario))}")
        return 0
    rows: list[tuple[str, ...]] = [
        (link.kind, link.name, link.meaning, link.basis, link.sentence, link.source)
        for link in links
    ]
    rows = [(*row[:2], *(shortened(cell) for cell in row[2:])) for row in rows]
    print(table(rows, ("kind", "name", "meaning", "basis", "sentence", "source")))
    for document, number, text, became in sentences(scenario):
        if became or document == next(iter(scenario.documents)):
            print(f"\n{document} {number}: {text}")
            for link in became:
                print(f"    {link.kind} {link.name}: {shortened(link.meaning)}")
            if not became:
                print("    nothing")
    return 0


def why(args: argparse.Namespace) -> int:
    """Say why a formation, an actor or an aircraft did what it did."""
    from abm.cli.reasons import explained
    from abm.explain import why as reasons
    from abm.record.replay import read_run

    if args.aircraft:
        return _why_flown(args)
    run = read_run(args.run)
    found = reasons(run, day=args.day, formation=args.formation, actor=args.actor)
    if args.json:
        _print_each(found)
        return 0
    print(explained(run, found, args))
    return 0


def _why_flown(args: argparse.Namespace) -> int:
    """Say why an aircraft was sent where it was."""
    from abm.cli.flown import told
    from abm.explain.flights import flights
    from abm.record.replay import read_run

    if args.without or args.set:
        raise UsageError("--aircraft: takes neither --without nor --set")
    run = read_run(args.run)
    found = flights(run, day=args.day, aircraft=args.aircraft)
    if args.json:
        _print_each(found)
    else:
        print(told(run, found, args))
    return 0


def _print_each(found: Sequence[Any]) -> None:
    rows = [asdict(each) for each in found]
    print_json(json.loads(json.dumps(rows, default=str)))


def control(args: argparse.Namespace) -> int:
    """Say who holds each point of a CSV on a day."""
    from abm.record.replay import read_run

    run = read_run(args.run)
    run.frame(args.day)  # a day it does not have is reported before the points are
    points = _points(Path(args.points))
    lon = [float(row["lon"]) for row in points]
    lat = [float(row["lat"]) for row in points]
    holder = run.control(args.day).ravel()
    rows: list[dict[str, Any]] = []
    for row, cell in zip(points, run.cells_at(lon, lat), strict=True):
        held = None if cell < 0 else int(holder[cell])
        rows.append(
            {
                **row,
                "holder": None if held is None else run.holders[held],
                "bloc": None if held is None else run.blocs[held],
            }
        )
    if args.json:
        print_json(rows)
    else:
        cells = [tuple(str(v or "off the map") for v in row.values()) for row in rows]
        print(table(cells, tuple(rows[0])))
    return 0


def _points(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV with usable lon and lat.

    Raises:
        UsageError: it is not such a CSV.
    """
    if path.exists() and not path.is_file():
        raise UsageError(f"{path}: not a regular file")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(islice(csv.DictReader(file), MOST_POINTS + 1))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: not a CSV in UTF-8 ({error})") from error
    if not rows or not {"lon", "lat"} <= rows[0].keys():
        got = ", ".join(rows[0]) if rows else "no rows"
        raise UsageError(f"{path}: needs a header with lon and lat (got {got})")
    if len(rows) > MOST_POINTS:
        raise UsageError(f"{path}: more than {MOST_POINTS} points")
    for number, row in enumerate(rows, start=2):
        for name, limit in (("lon", 180.0), ("lat", 90.0)):
            if not _is_degree(row[name], limit):
                raise UsageError(
                    f"{path}: line {number}.{name}: not degrees (got {row[name]!r})"
                )
    return rows


def _is_degree(text: str | None, limit: float) -> bool:
    try:
        return abs(float(text or "")) <= limit
    except ValueError:
        return False
