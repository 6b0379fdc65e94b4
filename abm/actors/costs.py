"""Costs: whose ground is open, and the path costs that follow."""

import numpy as np

from abm import kernels
from abm.theatre import Theatre
from abm.theatre.values import read_only
from abm.units import BoolArray, Int32Array
from abm.world import World


def ground(
    world: World,
    theatre: Theatre,
    holders: BoolArray,
    *,
    countries: BoolArray | None = None,
) -> BoolArray:
    """Return the cells of some holders in some countries, shape (n_cells,).

    Args:
        world: for the ground's holders.
        theatre: for its countries.
        holders: whose ground, shape (n_holders,).
        countries: where, shape (n_countries,); None for everywhere.
    """
    if countries is None:
        n = len(theatre.country_names)
        countries = theatre.once("countries", lambda: np.ones(n, dtype=bool))
    found = np.empty(theatre.grid.n_cells, dtype=bool)
    holder, country = world.cells.holder, theatre.country
    kernels.ground(found, holder, read_only(holders), country, countries)
    return found


def open_cost(
    world: World,
    theatre: Theatre,
    base: Int32Array,
    *,
    holders: BoolArray,
    countries: BoolArray,
    slow: float = 1.0,
) -> Int32Array:
    """Return the path costs of ground open to somebody, 0 elsewhere, (n_cells,).

    Args:
        world: for the ground's holders.
        theatre: for its countries.
        base: what cells cost, shape (n_cells,).
        holders: whose ground is open, shape (n_holders,).
        countries: which are open, shape (n_countries,).
        slow: factor on cells where the enemy alone has influence; cells that both
            reach cost more by the enemy's part.
    """
    cost = np.empty(base.size, dtype=np.int32)
    kernels.open_costs(
        cost,
        base,
        world.cells.holder,
        read_only(holders),
        theatre.country,
        read_only(countries),
        world.cells.exposed,
        slow,
    )
    return cost
