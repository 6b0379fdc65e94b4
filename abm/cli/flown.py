"""How the choice of an aircraft's targets is told on the screen."""

import argparse
from collections.abc import Sequence

from abm.explain.flights import PARTS, Flight
from abm.record.replay import Run
from abm.record.summary import called, spelled

INDENT = "    "


def told(run: Run, flights: Sequence[Flight], args: argparse.Namespace) -> str:
    """Return the answer to ``abm why --aircraft`` in words."""
    asset = next(each for each in run.scenario.air if each.id == args.aircraft)
    owner = called(run.scenario, asset.operator)
    date = spelled(run.date(args.day).date())
    head = f"{asset.id}, {asset.type}, of {owner} in the day to {date}"
    lines = [head, "=" * len(head)]
    if not flights:
        lines.append("Nothing flown.")
    for flight in flights:
        lines += ["", *_flight(flight, owner)]
    return "\n".join(lines)


def _flight(flight: Flight, owner: str) -> list[str]:
    count = f"{flight.sorties:g} sortie{'s' * (flight.sorties != 1)}"
    lines = [
        f"{flight.moment:%H:%M} UTC, {count}: {flight.target}",
        f"What it is worth to {owner}, in satisfaction:",
    ]
    ranked = sorted(flight.parts.items(), key=lambda part: -abs(part[1]))
    lines += [
        f"{INDENT}{value:+.4f}  {PARTS[name]} ({name})"
        for name, value in ranked
        if value
    ]
    lines.append(
        f"{INDENT}{flight.worth:+.4f}  in all; drawn with a chance of "
        f"{flight.chance:.0%}"
    )
    if flight.runner_up:
        lines.append(
            f"Next best was: {flight.runner_up} ({flight.runner_up_worth:+.4f})"
        )
    lines.append(
        f"Enemy believed near: {flight.belief:,.0f} persons' worth; in truth "
        f"{flight.truth:,.0f} (tasking goes by who is there, not by belief)"
    )
    if flight.rule:
        lines.append(f"Bound by: {flight.rule}")
    return lines
