"""Hauls: what supply costs over held ground, from bases and from forward depots."""

import numpy as np

from abm import kernels
from abm.actors.costs import open_cost
from abm.actors.paths import Field, bridges, search_again
from abm.actors.situation import Situation
from abm.units import Int32Array


def supply_costs(situation: Situation, actor: int) -> Int32Array:
    """Return the cost of supply per cell over ground its side may use, 0 elsewhere."""
    world, theatre = situation.world, situation.theatre
    base, slow = theatre.ground.supply_cost, theatre.parameters.supply.contested
    mine, countries = theatre.through[actor], theatre.may_enter[actor]
    cost = open_cost(world, theatre, base, holders=mine, countries=countries, slow=slow)
    cells, _ = situation.sources(actor)
    # A base feeds those inside it, though the cell round it be another's.
    own = cells[cost[cells] == 0]
    part = (slow - 1.0) / kernels.QUARTERS
    dear = base[own] * (1.0 + part * world.cells.exposed[own])
    cost[own] = np.rint(np.minimum(dear, kernels.DEAREST_CELL)).astype(np.int32)
    return cost


def supply_paths(situation: Situation, actor: int, cost: Int32Array) -> Field:
    """Return the field of supply cost from bases and forward depots."""
    world, theatre = situation.world, situation.theatre
    cells, offsets = situation.sources(actor)
    over, name = bridges(world, theatre, actor), ("supply", actor)
    return search_again(theatre, name, cost, over=over, sources=cells, offsets=offsets)


def hauls(situation: Situation, actor: int, cost: Int32Array) -> Field:
    """Return the field of supply cost from bases alone."""
    world, theatre = situation.world, situation.theatre
    cells = theatre.site_cell[situation.bases(actor)]
    over, name = bridges(world, theatre, actor), ("hauls", actor)
    return search_again(theatre, name, cost, over=over, sources=cells)
