"""Control: who holds the ground and the sites."""

import numpy as np

from abm import kernels
from abm.actors.positions import places
from abm.events import Event
from abm.rng import Streams
from abm.theatre import Theatre
from abm.units import NOBODY, BoolArray, Float32Array, FloatArray
from abm.world import ACTIVE, GONE, World

CLOSE = 0.5
"""Share of a formation's influence felt where it clears ground: ``fade`` km away."""


def run(
    world: World, theatre: Theatre, streams: Streams, *, actors: object = ()
) -> list[Event]:
    """Let sites, then cells change hands."""
    del streams, actors
    events = _sites(world, theatre)
    _cells(world, theatre)
    return events


def _power(world: World) -> FloatArray:
    formations = world.formations
    value = formations.personnel * formations.quality * formations.cohesion
    return np.where(formations.status == ACTIVE, value, 0.0)


def _influence(
    world: World, theatre: Theatre, power: FloatArray
) -> tuple[Float32Array, BoolArray]:
    """Return influence, (n_actors, n_cells), and who is near, (n_sides, n_cells)."""
    formations, n_cells = world.formations, theatre.grid.n_cells
    # The actors of a cell lie side by side: the kernels go from cell to cell.
    strength = np.empty((n_cells, theatre.n_actors), dtype=np.float32).T
    reached = np.empty((len(theatre.bloc_names), n_cells), dtype=bool)
    kernels.influence(
        strength,
        reached,
        formations.cell,
        formations.actor,
        power,
        theatre.ground.near_start,
        theatre.ground.near_cell,
        theatre.ground.near_weight,
        theatre.bloc,
        theatre.parameters.control.least,
        CLOSE,
    )
    return strength, reached


def _cells(world: World, theatre: Theatre) -> None:
    """Pass cells to whoever has had the upper hand for long enough."""
    formations, cells = world.formations, world.cells
    control = theatre.parameters.control
    n_actors, n_cells = theatre.n_actors, theatre.grid.n_cells
    power = _power(world)
    strength, reached = _influence(world, theatre, power)
    present = np.zeros((n_cells, n_actors), dtype=bool).T
    there = (formations.status != GONE) & (power >= control.least)
    present[formations.actor[there], formations.cell[there]] = True
    kernels.contest(
        cells.holder,
        cells.contested,
        cells.exposed,
        cells.days_held,
        cells.cleared,
        cells.challenger,
        cells.challenge_days,
        strength,
        reached,
        present,
        theatre.once("populated", lambda: theatre.population > 0.0),
        theatre.open,
        theatre.may_hold,
        theatre.contests,
        theatre.bloc,
        control.least,
        control.advantage,
        control.patience,
        theatre.days_per_tick,
        np.empty(n_cells, dtype=np.int32),
    )


def _sites(world: World, theatre: Theatre) -> list[Event]:
    """Let captors alone in a site take it."""
    sites, control = world.sites, theatre.parameters.control
    kernels.captures(
        sites.contested,
        sites.capture_days,
        sites.captor,
        _in_sites(world, theatre),
        sites.controller,
        theatre.site_cell,
        theatre.allied,
        theatre.war,
        world.cells.holder,
        theatre.population,
        control.least,
        theatre.days_per_tick,
    )
    captor = sites.captor.copy()
    taken = ((captor >= 0) & (sites.capture_days >= control.capture)).nonzero()[0]
    return [_capture(world, theatre, int(site), int(captor[site])) for site in taken]


def _in_sites(world: World, theatre: Theatre) -> FloatArray:
    """Return the fighting value in reach of each site, shape (n_sites, n_actors)."""
    formations = world.formations
    reach = theatre.parameters.control.capture_reach
    x, y, _, _, _ = places(world, theatre)
    found = np.empty((len(theatre.site_ids), theatre.n_actors))
    kernels.in_reach(
        found,
        theatre.site_x_km,
        theatre.site_y_km,
        theatre.site_bank,
        x,
        y,
        theatre.bank[formations.cell],
        formations.actor,
        _power(world),
        reach,
    )
    return found


def _capture(world: World, theatre: Theatre, site: int, captor: int) -> Event:
    """Give a site, and its cell where it is at war with the holder, to its captor."""
    sites, cells = world.sites, world.cells
    before = int(sites.controller[site])
    sites.controller[site] = captor
    sites.changes[site] += 1
    sites.capture_days[site] = 0.0
    sites.captor[site] = NOBODY
    sites.besieger[site] = NOBODY
    sites.path_days[site] = 0.0
    sites.depot_km[site] = np.inf
    cell = int(theatre.site_cell[site])
    if theatre.contests[captor, cells.holder[cell]]:
        cells.holder[cell] = captor
        cells.days_held[cell] = 0.0
        cells.cleared[cell] = 0.0
    return Event(
        "control",
        "capture",
        captor,
        before if before < theatre.n_actors else NOBODY,
        cell,
        site,
        text=f"takes {theatre.site_names[site]}",
    )
