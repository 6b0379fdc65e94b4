"""Intervene: changes from outside the model, applied to the World at a tick's start.

Values that live in the theatre (parameters, stances, aversions) change by taking over
a theatre built from the changed scenario; what the World keeps is written here.
"""

import numpy as np

from abm.events import Event
from abm.scenario.problems import ScenarioError
from abm.scenario.scenario import Intervention
from abm.theatre import Theatre, order
from abm.units import NOBODY
from abm.world import ACTIVE, GONE, World


def check(theatre: Theatre, change: Intervention, world: World | None = None) -> None:
    """Refuse to put a force where it may not be.

    Args:
        theatre: built from the scenario with the change.
        change: path and value, already validated.
        world: when the change comes; None before a run, when nobody knows who will
            hold what, and only countries can be looked at.

    Raises:
        ScenarioError: the force takes no part in the run, may not enter the country,
            or the place is an enemy's.
    """
    parts = change.path.split(".")
    if parts[0] != "forces":
        return
    day = change.day if world is None else world.tick * theatre.days_per_tick
    here = f"intervention on day {day:g}: {change.path}"
    if parts[1] not in theatre.force_ids:
        raise ScenarioError([f"{here}: {parts[1]} has no formation; move another"])
    force = next(row for row in theatre.scenario.forces if row.id == parts[1])
    actor, site = theatre.holder_index[force.actor], theatre.site_row[str(change.value)]
    held = None if world is None else (world.cells.holder, world.sites.controller)
    wrong = order.unfit(theatre, actor, site, held=held)
    if wrong:
        raise ScenarioError([f"{here}: {force.actor} would stand {wrong}"])


def apply(world: World, theatre: Theatre, change: Intervention) -> Event:
    """Write one change to the World.

    Args:
        world: to be changed.
        theatre: built from the scenario with the change.
        change: path and value, already validated.
    """
    parts = change.path.split(".")
    match parts[0]:
        case "relations":
            _relation(world, theatre, parts)
        case "air":
            row = theatre.air_ids.index(parts[1])
            world.air.grounded[row] = theatre.air_grounded0[row]
        case "crossings":
            row = theatre.crossing_ids.index(parts[1])
            world.crossings.state[row] = theatre.crossing_state0[row]
        case "forces":
            _relocate(world, theatre, parts[1], str(change.value))
        case "actors" if parts[-1] == "weight":
            world.actors.weights[:] = theatre.weights0
        case _:
            pass
    return Event(
        "intervene",
        "intervention",
        amount=float(change.value) if isinstance(change.value, int | float) else 0.0,
        text=f"sets {change.path} to {change.value} ({change.note})",
    )


def _relation(world: World, theatre: Theatre, parts: list[str]) -> None:
    one, two = (theatre.holder_index[name] for name in parts[1:3])
    name = parts[3]
    start = {
        "air_channel": theatre.air_channel0,
        "ground_channel": theatre.ground_channel0,
        "tension": theatre.tension0,
    }
    if name in start:
        column = getattr(world.dyads, name)
        column[one, two] = column[two, one] = start[name][one, two]


def _relocate(world: World, theatre: Theatre, force: str, site: str) -> None:
    """Put all formations of a row of the order of battle on one site."""
    formations = world.formations
    row, place = theatre.force_ids.index(force), theatre.site_row[site]
    moved = (formations.parent == row) & (formations.status != GONE)
    formations.cell[moved] = theatre.site_cell[place]
    formations.site[moved] = NOBODY
    formations.mission[moved] = NOBODY
    formations.home[moved] = NOBODY
    formations.route[moved] = NOBODY
    formations.progress_km[moved] = 0.0
    formations.status[moved] = np.where(formations.status[moved] == GONE, GONE, ACTIVE)
