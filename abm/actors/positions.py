"""Positions: where formations stand, in km, whatever the size of a cell."""

import numpy as np

from abm import kernels
from abm.theatre import Theatre
from abm.units import BoolArray, FloatArray
from abm.world import World


def places(
    world: World, theatre: Theatre
) -> tuple[FloatArray, FloatArray, BoolArray, FloatArray, FloatArray]:
    """Return formations' positions (km) and the point in their cell they make for."""
    formations, missions = world.formations, world.missions
    n = len(formations.actor)
    x, y, aim_x, aim_y = np.empty((4, n))
    aim = np.empty(n, dtype=bool)
    kernels.aims(
        aim,
        aim_x,
        aim_y,
        formations.cell,
        formations.mission,
        missions.site,
        theatre.site_cell,
        theatre.site_x_km,
        theatre.site_y_km,
    )
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
