"""What happened in reality after the start, for the overlay on the timeline.

Only for the eye: nothing of it reaches a run.
"""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from abm.scenario import Scenario

FILE = "history_calibration.csv"
PLACES = ("_record", "_score", ".")
"""Folders of a scenario in which the file may lie."""
SHARED = Path(__file__).parents[2] / "experiments"
MAX_BYTES = 1_000_000


def history(scenario: Scenario) -> list[dict[str, Any]]:
    """Return events with their tick and words, empty where the scenario has none."""
    path = _file(scenario)
    if path is None or path.stat().st_size > MAX_BYTES:
        return []
    calendar, found = scenario.calendar, []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            moment = datetime.fromisoformat(row["date_start"]).replace(tzinfo=UTC)
            hours = (moment - calendar.start).total_seconds() / 3600
            tick = max(0, round(hours / calendar.tick_hours))
            if tick <= calendar.horizon_ticks:
                found.append({"tick": tick, "text": row["fact"], "kind": row["type"]})
    return found


def _file(scenario: Scenario) -> Path | None:
    own = [scenario.folder / place / FILE for place in PLACES]
    shared = sorted(SHARED.glob(f"**/{scenario.name}/**/{FILE}"))
    return next((path for path in [*own, *shared] if path.is_file()), None)
