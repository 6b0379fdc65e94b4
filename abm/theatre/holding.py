"""Who holds which cell at the start.

Sites claim the ground around them (``abm.geo.control``). A claim reaches farther for
a city than for a village and for a garrisoned place than for an empty one; an actor
who lives off the land reaches farther over empty steppe; a passive holder's place
keeps to its surroundings. Areas that are known to be held (the ``held`` map layer,
property ``holder``) are taken as they are drawn, sites of others apart.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from abm.geo.control import Claims, Way, allocation
from abm.geo.shapes import covered, geometry
from abm.scenario.parameters.map import MapParameters
from abm.theatre.land import Geometry
from abm.units import BoolArray, Float32Array, FloatArray, Int8Array


def reaches(
    controller: Int8Array,
    population: FloatArray,
    persons: FloatArray,
    *,
    lives_off_land: BoolArray,
    rules: MapParameters,
) -> FloatArray:
    """Return how far each site's claim reaches, km of effort, shape (n_sites,).

    Args:
        controller: holder's index, shape (n_sites,).
        population: inhabitants, same shape.
        persons: of formations of the holder's side at the site, same shape.
        lives_off_land: per actor.
        rules: the lengths.
    """
    n_actors = len(lives_off_land)
    reach = rules.reach + rules.reach_people * np.minimum(1.0, population / rules.city)
    reach += rules.reach_force * np.minimum(1.0, persons / rules.strong)
    passive = controller >= n_actors
    scattered = np.append(lives_off_land, False)[np.where(passive, -1, controller)]
    reach += np.where(scattered, rules.reach_scattered, 0.0)
    return np.where(passive, rules.reach_passive, reach)


def effort(road: Int8Array, move_cost: Float32Array, road_share: float) -> FloatArray:
    """Return the effort of a km in each cell, 1 across open steppe, (n_cells,)."""
    return np.where(road > 0, road_share, move_cost).astype(np.float64)


def holders(
    where: Geometry,
    *,
    index: Mapping[str, int],
    controller: Int8Array,
    reach: FloatArray,
    may_enter: BoolArray,
    held: Sequence[dict[str, Any]],
    road_share: float,
) -> Int8Array:
    """Return the holder of every cell at the start, shape (n_cells,).

    Args:
        where: the land.
        index: holder's index by id, nobody's the last.
        controller: of each site, shape (n_sites,).
        reach: of each site's claim, km, same shape.
        may_enter: countries of each actor, shape (n_actors, n_countries).
        held: features of areas known to be held, with a property ``holder``.
        road_share: effort of a km on a road.
    """
    nobody = len(index) - 1
    n_actors = may_enter.shape[0]
    cell = where.sites.cell
    allowed = np.zeros((len(index), where.grid.n_cells), dtype=bool)
    allowed[:n_actors] = may_enter[:, where.country]
    for passive in range(n_actors, nobody):
        at = np.unique(where.country[cell[controller == passive]])
        allowed[passive] = np.isin(where.country, at)
    allowed &= where.open
    way = Way(
        where.grid,
        where.mask,
        effort(where.road, where.terrain.move_cost, road_share),
    )
    found = allocation(
        way, Claims(controller, cell, reach), allowed=allowed, nobody=nobody
    )
    taken = np.zeros(where.grid.n_cells, dtype=bool)
    taken[cell] = True
    for feature in held:
        row = index[feature["properties"]["holder"]]
        inside = covered(where.grid, geometry(feature)) & where.open & ~taken
        found[inside] = row
    return found
