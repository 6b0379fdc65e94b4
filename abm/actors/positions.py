"""Positions: where formations stand, in km, whatever the size of a cell."""

import numpy as np

from abm import kernels
from abm.theatre import Theatre
from abm.units import NOBODY, BoolArray, FloatArray
from abm.world import World


def places(
    world: World, theatre: Theatre
) -> tuple[FloatArray, FloatArray, BoolArray, FloatArray, FloatArray]:
    """Return formations' positions (km) and the point in their cell they make for."""
    formations, missions = world.formations, world.missions
    n = len(formations.actor)
    x, y = np.zeros(n), np.zeros(n)
    on = formations.mission >= 0
    target = np.where(on, missions.site[formations.mission], NOBODY)
    aim = (target >= 0) & (theatre.site_cell[target] == formations.cell)
    aim_x = np.where(aim, theatre.site_x_km[target], 0.0)
    aim_y = np.where(aim, theatre.site_y_km[target], 0.0)
    kernels.positions(
        x,
        y,
        formations.cell,
        formations.progress_km,
        formations.route,
        formations.site,
        aim,
        aim_x,
        aim_y,
        theatre.site_x_km,
        theatre.site_y_km,
        theatre.grid.width,
        theatre.grid.cell_km,
    )
    return x, y, aim, aim_x, aim_y
