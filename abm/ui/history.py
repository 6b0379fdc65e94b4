"""What happened in reality after the start, for the overlay on the timeline.

Only for the eye: nothing of it reaches a run.
"""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from abm.scenario import Scenario

FILE = "history_calibration.csv"
PLACES = (
    "{folder}/_record",
    "{root}/experiments/data",
)
"""Folders in which the file may lie."""
ROOT = Path(__file__).parents[2]
SECONDS_PER_HOUR = 3600
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
            seconds = (moment - calendar.start).total_seconds()
            tick = round(seconds / SECONDS_PER_HOUR / calendar.tick_hours)
            here = scenario.map.holds(float(row["lon"]), float(row["lat"]))
            if here and 0 <= tick <= calendar.horizon_ticks:
                found.append({"tick": tick, "text": row["fact"], "kind": row["type"]})
    return found


def _file(scenario: Scenario) -> Path | None:
    places = [Path(each.format(folder=scenario.folder, root=ROOT)) for each in PLACES]
    return next((at / FILE for at in places if (at / FILE).is_file()), None)
