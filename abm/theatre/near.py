"""What lies around the fixed points of a theatre, worked out once for each theatre."""

import numpy as np

from abm import kernels
from abm.geo.grid import Grid
from abm.geo.shapes import beside
from abm.theatre.ground import around as cells_around
from abm.theatre.ground import disc
from abm.theatre.table import Theatre
from abm.theatre.values import Zone
from abm.units import AnyIntArray, BoolArray, Int32Array, IntArray, Km


def points(theatre: Theatre) -> Int32Array:
    """Return the cells at which gains are asked for: sites, then ends of crossings.

    The right ends of all crossings come before the left ones; a crossing off the
    dividing river stands as the padding cell 0.
    """

    def make() -> Int32Array:
        ends = (theatre.crossing_right, theatre.crossing_left)
        padded = [np.maximum(end, 0) for end in ends]
        return np.concatenate([theatre.site_cell, *padded]).astype(np.int32)

    return theatre.once("points", make)


def near_points(theatre: Theatre) -> IntArray:
    """Return the cells of each point's zone (``decide.zone`` km), (n_points, m)."""

    def make() -> IntArray:
        steps = disc(theatre.parameters.decide.zone, theatre.grid.cell_km)
        return cells_around(points(theatre).astype(np.int64), steps, theatre.grid)

    return theatre.once("near_points", make)


def same_bank(theatre: Theatre) -> BoolArray:
    """Return which cells of ``near_points`` are on their point's bank, same shape."""

    def make() -> BoolArray:
        bank = theatre.bank
        own = bank[points(theatre)][:, None]
        return np.asarray(bank[near_points(theatre)] == own, dtype=bool)

    return theatre.once("same_bank", make)


def within(cells: AnyIntArray, radius: Km, grid: Grid) -> BoolArray:
    """Return which cells lie within a radius of some cells, shape (n_cells,)."""
    found = np.zeros(grid.n_cells, dtype=bool)
    steps = disc(radius, grid.cell_km)
    kernels.mark_near(found, cells.astype(np.int64), steps, grid.height, grid.width)
    return found


def around(marked: BoolArray, radius: Km, grid: Grid) -> BoolArray:
    """Return which cells lie within a radius of marked ones, shape (n_cells,)."""
    found = np.zeros(grid.n_cells, dtype=bool)
    steps = disc(radius, grid.cell_km)
    kernels.mark_around(found, marked, steps, grid.height, grid.width)
    return found


def near_sites(theatre: Theatre, radius: Km) -> IntArray:
    """Return the cells within a radius of each site, shape (n_sites, m)."""

    def make() -> IntArray:
        steps = disc(radius, theatre.grid.cell_km)
        return cells_around(theatre.site_cell.astype(np.int64), steps, theatre.grid)

    return theatre.once(("near_sites", radius), make)


def ground_lines(theatre: Theatre) -> tuple[tuple[int, int, BoolArray], ...]:
    """Return the lines agreed before the start: two actors, and the cells at the line.

    A cell is at a line when contact there would be contact across it
    (``escalate.contact_reach`` km).
    """
    reach, grid = theatre.parameters.escalate.contact_reach, theatre.grid
    index = {actor.id: row for row, actor in enumerate(theatre.actors)}

    def make() -> tuple[tuple[int, int, BoolArray], ...]:
        found = []
        for spec in theatre.scenario.relations.ground_lines:
            at_line = np.zeros(grid.n_cells, dtype=bool)
            at_line[beside(grid, np.asarray(spec.line, dtype=np.float64), reach)] = True
            low, high = sorted(index[name] for name in spec.between)
            found.append((low, high, at_line))
        return tuple(found)

    return theatre.once("ground_lines", make)


def shut_to(theatre: Theatre, zone: Zone) -> BoolArray:
    """Return the actors a zone is closed to, shape (n_actors,)."""

    def make() -> BoolArray:
        found = np.zeros(theatre.n_actors, dtype=bool)
        found[list(zone.kept_out)] = True
        return found

    return theatre.once(("shut_to", zone.id), make)


def zone_cells(theatre: Theatre, zone: Zone) -> IntArray:
    """Return the cells of a zone by their numbers, rising."""
    return theatre.once(("zone_cells", zone.id), lambda: np.flatnonzero(zone.cells))
