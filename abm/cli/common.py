"""What several commands share: the scenario with its changes, and printing JSON."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from abm.scenario import Scenario, assignment, load_interventions, load_scenario


class UsageError(ValueError):
    """An option has a value that the command can't work with."""


def scenario_of(args: argparse.Namespace) -> Scenario:
    """Return the scenario that the options ask for, overrides and changes included.

    Raises:
        ScenarioError: naming every problem.
    """
    scenario = load_scenario(args.scenario)
    changes = dict(assignment(text) for text in args.set)
    if changes:
        scenario = scenario.with_overrides(changes)
    if args.interventions:
        scenario = load_interventions(Path(args.interventions), scenario)
    return scenario


def print_json(value: Any) -> None:
    """Print one JSON object."""
    json.dump(value, sys.stdout, indent=1, allow_nan=False)
    sys.stdout.write("\n")


def table(rows: list[tuple[str, ...]], head: tuple[str, ...]) -> str:
    """Return rows as columns of text."""
    whole = [head, *rows]
    widths = [max(len(row[at]) for row in whole) for at in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in whole
    ]
    return "\n".join(line.rstrip() for line in lines)
