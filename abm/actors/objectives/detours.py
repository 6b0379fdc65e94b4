"""Detours: what a way costs when the ground round a point is shut."""

import numpy as np

from abm import kernels
from abm.actors.objectives.places import LEAST_COST
from abm.actors.situation import Situation
from abm.theatre.values import read_only
from abm.units import AnyIntArray, FloatArray

BOTH_WAYS = 2 * 14
"""Dearest step's path cost per cell's cost, there and back."""


def detours(
    situation: Situation,
    from_start: AnyIntArray,
    to_goal: AnyIntArray,
    *,
    cost: AnyIntArray,
    best: float,
) -> tuple[float, FloatArray]:
    """Return the cost of the cheapest way, and at least that of any past each point.

    The second has shape (n_points,), infinite where no way passes a point by. Held,
    a point shuts the ground of its bank within ``decide.cut_width``; where the cheapest
    way is not among it, nothing is lost.
    """
    points = situation.points
    least = max(best, LEAST_COST)
    past = np.full(points.size, least)
    if best >= kernels.UNREACHED / 2:
        return least, past
    theatre = situation.theatre
    reach = theatre.parameters.decide.cut_width
    through = from_start[points].astype(np.float64) + to_goal[points]
    dearest = float(cost[points].max(initial=1)) * BOTH_WAYS * reach
    near = np.flatnonzero(through - best <= dearest / theatre.grid.cell_km)
    near = near[from_start[points[near]].argsort()]
    found = np.empty(near.size, dtype=np.int32)
    kernels.detours(
        found,
        points[near],
        from_start,
        to_goal,
        read_only(cost),
        theatre.bank,
        int(best),
        reach / theatre.grid.cell_km,
        theatre.grid.width,
    )
    past[near] = np.where(found >= kernels.UNREACHED, np.inf, np.maximum(found, least))
    return least, past
