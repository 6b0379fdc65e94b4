"""Flights: why aircraft of a recorded run went where they did, part by part.

Reads what was recorded, never the World.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow.compute as pc

from abm.air.worth import parts
from abm.record.problems import RunError
from abm.record.replay import Run
from abm.scenario import Calendar
from abm.scenario.problems import nearest

PARTS = {
    "aim": "what those it helps are fighting for",
    "beaten": "it wants those beaten who are fought there",
    "anyway": "any fight of its side is worth something",
    "care": "it cares for those it helps",
    "caution": "a mistake near others would be dear",
    "enmity": "it hurts who holds the place, by the place's value",
    "watch": "it keeps others off those it cares for",
    "attack": "an attack of its side is under way there",
    "besieged": "people of its side are cut off there",
}
"""What a target's worth is made of, in plain words."""


@dataclass(frozen=True)
class Flight:
    """What one asset flew to one target in a tick, and why there.

    Attributes:
        asset: id of the air asset.
        actor: id of its operator.
        tick: in which it was flown.
        moment: when that tick began, UTC.
        task: what it flew.
        target: in words.
        sorties: flown.
        worth: of the target, in units of satisfaction.
        parts: what adds up to it, by name (``PARTS``).
        terms: the numbers it is computed from.
        chance: probability of this target among all that were open.
        runner_up: the best other target in words, empty when there was none.
        runner_up_worth: its worth; it may be greater, since the draw decides.
        runner_up_parts: what adds up to that.
        belief: enemy strength near the target that the operator believes, persons.
        truth: the true figure.
        rule: rule that bound the choice, empty when none did.
    """

    asset: str
    actor: str
    tick: int
    moment: datetime
    task: str
    target: str
    sorties: float
    worth: float
    parts: Mapping[str, float]
    terms: Mapping[str, float]
    chance: float
    runner_up: str
    runner_up_worth: float
    runner_up_parts: Mapping[str, float]
    belief: float
    truth: float
    rule: str


def flights(run: Run, *, day: int, aircraft: str) -> list[Flight]:
    """Return what an air asset flew in the 24 hours that end as ``day`` does.

    Raises:
        RunError: the run has no such day or air asset.
    """
    known = [asset.id for asset in run.scenario.air]
    if aircraft not in known:
        raise RunError(f"{aircraft}: no such aircraft{nearest(aircraft, known)}")
    run.frame(day)  # a day it does not have is reported
    table = run.table("sorties")
    mine = pc.and_(
        pc.equal(table["day"], day),
        pc.equal(pc.cast(table["asset"], "string"), aircraft),
    )
    rows = table.filter(mine).to_pylist()
    return flights_in(rows, run.scenario.calendar)


def flights_in(rows: Sequence[Mapping[str, Any]], calendar: Calendar) -> list[Flight]:
    """Return the flights in rows of a ``sorties`` table that say why."""
    return [_flight(row, calendar) for row in rows if row["worth"] is not None]


def _flight(row: Mapping[str, Any], calendar: Calendar) -> Flight:
    terms = dict(row["terms"])
    other = row["runner_up_task"]
    more = parts(other, dict(row["runner_up_terms"])) if other else {}
    return Flight(
        asset=row["asset"],
        actor=row["actor"],
        tick=row["tick"],
        moment=calendar.at(row["tick"]),
        task=row["task"],
        target=row["target"],
        sorties=row["sorties"],
        worth=row["worth"],
        parts=parts(row["task"], terms),
        terms=terms,
        chance=row["chance"],
        runner_up=row["runner_up"] or "",
        runner_up_worth=math.fsum(more.values()),
        runner_up_parts=more,
        belief=row["belief_target"],
        truth=row["truth_target"],
        rule=row["rule"] or "",
    )
