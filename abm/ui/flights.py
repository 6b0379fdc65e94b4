"""What aircraft flew and why there, as the inspector shows it."""

from typing import Any

import pyarrow.compute as pc

from abm.explain.flights import PARTS, Flight, flights_in
from abm.ui.engines import Engine

Json = dict[str, Any]
DIGITS = 5
"""Kept of numbers: the page shows tenths of a thousandth."""


def flown(engine: Engine, *, asset: int, tick: int) -> list[Json] | None:
    """Return what an asset flew on the day of a tick, or none for no such day.

    A whole day at once, since whoever asks about a tick asks about the next one soon.

    Args:
        engine: where the run comes from.
        asset: row in the theatre's air assets.
        tick: in which it was flown.
    """
    theatre = engine.theatre
    if not (0 <= asset < len(theatre.air_ids) and 0 <= tick < engine.ticks):
        return None
    day = int(tick * theatre.days_per_tick) + 1
    table = engine.sorties(day)
    mine = pc.equal(pc.cast(table["asset"], "string"), theatre.air_ids[asset])
    rows = table.filter(mine).to_pylist()
    return [_told(each) for each in flights_in(rows, theatre.scenario.calendar)]


def _told(flight: Flight) -> Json:
    plain = ("tick", "target", "sorties", "rule", "runner_up")
    exact = ("worth", "chance", "belief", "truth", "runner_up_worth")
    return {
        **{name: getattr(flight, name) for name in plain},
        **{name: round(getattr(flight, name), DIGITS) for name in exact},
        "parts": [
            [PARTS[name], round(value, DIGITS)]
            for name, value in flight.parts.items()
            if value
        ],
    }


def all_flown(engine: Engine) -> dict[str, list[Json]]:
    """Return everything flown by ``<asset>:<tick>``, for a page without a server."""
    found: dict[str, list[Json]] = {}
    rows = {name: row for row, name in enumerate(engine.theatre.air_ids)}
    table = engine.table("sorties").to_pylist()
    for flight in flights_in(table, engine.theatre.scenario.calendar):
        key = f"{rows[flight.asset]}:{flight.tick}"
        told, before = _told(flight), found.setdefault(key, [])
        same = [each for each in before if each["target"] == told["target"]]
        if same:  # parts of an asset that went to one target are told once
            same[0]["sorties"] += told["sorties"]
        else:
            before.append(told)
    return found
