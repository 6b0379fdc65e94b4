"""Ground: the map compiled with the parameters into path costs and neighbourhoods.

Built once per theatre; read-only. Path costs are the integers of kernels.py: a road
cell of the best class costs ``ROAD`` and a straight step between two such cells
``STEP``, so that ``cost / STEP * cell_km`` is a distance in km of best road.
"""

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np

from abm import kernels
from abm.geo.grid import Grid
from abm.scenario import ScenarioError
from abm.scenario.parameters.control import ControlParameters
from abm.scenario.parameters.move import MoveParameters
from abm.scenario.parameters.supply import SupplyParameters
from abm.units import (
    BoolArray,
    Float32Array,
    FloatArray,
    Int8Array,
    Int32Array,
    IntArray,
    Km,
    UInt8Array,
)

ROAD = 10
STEP = 100
MOTORISED, FOOT, STATIC = 0, 1, 2


@dataclass(frozen=True)
class Ground:
    """Costs and neighbourhoods; all arrays read-only.

    Attributes:
        move_cost: path cost of a cell by mobility (motorised, foot), 0 impassable,
            shape (2, n_cells).
        allowance: pace in a cell relative to the best road, same shape.
        supply_cost: path cost of a cell for supply, shape (n_cells,).
        near_start: where a cell's entries start in the two below, (n_cells + 1,).
        near_cell: cells within the limit of influence, by road-weighted distance.
        near_weight: share of influence left there, in (0, 1].
        joined: cells at either end of a crossing of the barrier river, (n_cells,).
        step_km: km of best road per unit of path cost.
    """

    move_cost: Int32Array
    allowance: FloatArray
    supply_cost: Int32Array
    near_start: IntArray
    near_cell: Int32Array
    near_weight: Float32Array
    joined: BoolArray
    step_km: Km

    def __post_init__(self) -> None:
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)


def road_pace(move: MoveParameters) -> FloatArray:
    """Return the pace by road class (0 none to 4 motorway) relative to a motorway."""
    return np.array([move.open_ground, move.track, move.secondary, move.primary, 1.0])


def paces(
    road: Int8Array, terrain: Float32Array, move: MoveParameters
) -> tuple[FloatArray, FloatArray]:
    """Return each cell's pace, relative to the best road, motorised and on foot.

    Args:
        road: road class, 0 (none) to 4 (motorway), shape (n_cells,).
        terrain: how many times slower the terrain is than steppe, shape (n_cells,).
        move: paces by road class and on foot.
    """
    motorised = road_pace(move)[road]
    off_road = road == 0
    motorised = np.where(off_road, motorised / terrain, motorised)
    on_foot = np.where(off_road, move.foot_penalty / terrain, 1.0)
    return motorised, on_foot


def supply_costs(
    road: Int8Array,
    terrain: Float32Array,
    *,
    supply: SupplyParameters,
    move: MoveParameters,
) -> FloatArray:
    """Return each cell's supply cost: how many times faster supply fades than by road.

    Args:
        road: road class, shape (n_cells,).
        terrain: how many times harder the terrain is than steppe, shape (n_cells,).
        supply: decay distances on and off the road.
        move: paces by class; a worse road's decay lies between road and open ground
            as its pace does.
    """
    pace = road_pace(move)
    quality = (pace - pace[0]) / (1.0 - pace[0])
    decay = supply.open_decay + (supply.road_decay - supply.open_decay) * quality
    cost: FloatArray = supply.road_decay / decay[road]
    return np.where(road == 0, cost * terrain, cost)


def as_costs(multiple: FloatArray, passable: BoolArray) -> Int32Array:
    """Return path costs: ``ROAD`` times ``multiple``, 0 where not passable."""
    cost = np.clip(np.rint(multiple * ROAD), 1, kernels.DEAREST_CELL)
    return np.where(passable, cost, 0).astype(np.int32)


def build(
    grid: Grid,
    *,
    passable: BoolArray,
    road: Int8Array,
    terrain: Float32Array,
    mask: UInt8Array,
    crossing_cells: Int32Array,
    move: MoveParameters,
    supply: SupplyParameters,
    control: ControlParameters,
) -> Ground:
    """Compile the map with the parameters.

    Args:
        grid: the grid.
        passable: open cells, shape (n_cells,).
        road: road class, shape (n_cells,).
        terrain: slowness of the terrain relative to steppe, shape (n_cells,).
        mask: directions open per cell (theatre.py), shape (n_cells,).
        crossing_cells: cells at the ends of crossings of the barrier river.
        move: paces.
        supply: decay of supply.
        control: reach of influence.
    """
    motorised, on_foot = paces(road, terrain, move)
    allowance = np.vstack([motorised, on_foot])
    move_cost = np.vstack([as_costs(1.0 / row, passable) for row in allowance])
    supplying = as_costs(
        supply_costs(road, terrain, supply=supply, move=move), passable
    )
    step_km = grid.cell_km / STEP
    start, cell, weight = _neighbourhood(
        move_cost[MOTORISED], passable, mask, grid, control, step_km
    )
    joined = np.zeros(passable.size, dtype=bool)
    joined[crossing_cells] = True
    return Ground(
        move_cost=move_cost,
        allowance=allowance,
        supply_cost=supplying,
        near_start=start,
        near_cell=cell,
        near_weight=weight,
        joined=joined,
        step_km=step_km,
    )


def _neighbourhood(
    cost: Int32Array,
    passable: BoolArray,
    mask: UInt8Array,
    grid: Grid,
    control: ControlParameters,
    step_km: Km,
) -> tuple[IntArray, Int32Array, Float32Array]:
    start = np.zeros(cost.size + 1, dtype=np.int64)
    reach = int(np.ceil(control.limit / grid.cell_km)) * 2 + 1
    room = int(passable.sum()) * reach * reach + 1
    cell = np.empty(room, dtype=np.int32)
    distance = np.empty(room, dtype=np.float64)
    found = kernels.near_cells(
        start,
        cell,
        distance,
        passable,
        cost,
        mask,
        grid.width,
        step_km,
        control.limit,
    )
    if found < 0:
        raise ScenarioError(
            [f"control.limit: {control.limit:g} km reaches too many cells; lower it"]
        )
    weight = np.exp2(-distance[:found] / control.fade).astype(np.float32)
    return start, cell[:found].copy(), weight


@lru_cache(maxsize=64)
def disc(radius: Km, cell_km: Km) -> IntArray:
    """Return the (row, column) steps to cells within ``radius``, shape (n, 2)."""
    reach = int(radius // cell_km)
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    inside = np.hypot(rows, columns) * cell_km <= radius
    steps: IntArray = np.stack([rows[inside], columns[inside]], axis=1)
    steps.setflags(write=False)
    return steps


def around(cells: IntArray, steps: IntArray, grid: Grid) -> IntArray:
    """Return the cells ``steps`` away from each of ``cells``, kept on the grid.

    Args:
        cells: shape (n,).
        steps: (row, column) steps, shape (m, 2).
        grid: the grid.

    Returns:
        Cells, shape (n, m); steps off the grid stop at its edge.
    """
    row, column = np.divmod(cells[:, None], grid.width)
    row, column = row + steps[:, 0], column + steps[:, 1]
    np.minimum(np.maximum(row, 0, out=row), grid.height - 1, out=row)
    np.minimum(np.maximum(column, 0, out=column), grid.width - 1, out=column)
    row *= grid.width
    found: IntArray = np.add(row, column, out=row)
    return found
