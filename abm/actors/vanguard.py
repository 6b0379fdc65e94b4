"""Vanguard: who stands before a place goes on, whoever else is on his way there."""

import numpy as np

from abm import kernels
from abm.actors.mobile import Force
from abm.actors.options import ATTACK, Options
from abm.actors.situation import Situation
from abm.units import BoolArray


def left_to_farther(
    situation: Situation, actor: int, menu: Options, *, own: Force, able: BoolArray
) -> BoolArray:
    """Return the attacks that are left to forces farther off than who stands idle.

    Those sent from farther off than the actor's nearest idle formation do not count:
    who stands before a place when his commitment runs out goes on, and is not relieved
    by a column that is weeks away.

    Args:
        situation: today's view.
        actor: index.
        menu: its options.
        own: its formations.
        able: those that may serve an option worth it, shape (n_options, n_force).

    Returns:
        Shape (n_options,).
    """
    theatre, world = situation.theatre, situation.world
    formations, missions = world.formations, world.missions
    attacking = formations.mission >= 0
    attacking &= missions.kind[formations.mission] == ATTACK
    attacking &= theatre.friend[actor][formations.actor]
    sent = attacking.nonzero()[0]
    x, y = theatre.grid.center_km(formations.cell)
    found = np.zeros(len(menu), dtype=bool)
    kernels.left_to_farther(
        found,
        menu.kind == ATTACK,
        menu.site,
        menu.resistance,
        able,
        formations.mission[own.rows] < 0,
        x[own.rows],
        y[own.rows],
        missions.site[formations.mission[sent]],
        situation.power[sent] * formations.supply[sent],
        x[sent],
        y[sent],
        theatre.site_x_km,
        theatre.site_y_km,
        theatre.parameters.decide.wanted_ratio,
    )
    return found
