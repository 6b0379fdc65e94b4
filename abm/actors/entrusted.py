"""Entrusted: attacks that belong to the forces an objective names."""

from dataclasses import replace

import numpy as np

from abm.actors.mobile import Force
from abm.actors.objectives.targets import forces_of
from abm.actors.options import ATTACK, Options
from abm.actors.situation import Situation
from abm.theatre import Theatre
from abm.units import BoolArray, FloatArray


def entrusted(
    situation: Situation,
    menu: Options,
    own: Force,
    *,
    weights: FloatArray,
    able: BoolArray,
    days_away: FloatArray,
) -> tuple[Options, BoolArray]:
    """Return the options and who may serve them, where an aim names its forces.

    An attack made above all for such an aim is theirs while one of them is free and
    near enough (S8: it is the Tiger Force that cuts the SDF off). Otherwise it is
    everybody's, for what it is worth without that aim.
    """
    aims = [one for one in named_forces(situation.theatre) if weights[one[0]]]
    attack = menu.kind == ATTACK
    if not aims or not attack.any():
        return menu, able
    formations, gains = situation.world.formations, menu.gains
    worth = gains * weights
    first = worth.argmax(axis=1)
    parent, busy = formations.parent[own.rows], formations.mission[own.rows] >= 0
    near = able & ~busy & (days_away <= situation.theatre.parameters.decide.farthest)
    gains = gains.copy()
    for row, forces in aims:
        served = (worth[:, row] > 0.0) & attack
        named = forces[parent]
        theirs = served & (first == row) & (near & named).any(axis=1)
        able = np.where(theirs[:, None], able & named, able)
        gains[served & ~theirs, row] = 0.0
    return replace(menu, gains=gains), able


def named_forces(theatre: Theatre) -> tuple[tuple[int, BoolArray], ...]:
    """Return the rows of objectives that name who pursues them, with those forces.

    Forces as ``targets.forces_of`` gives them.
    """

    def make() -> tuple[tuple[int, BoolArray], ...]:
        return tuple(
            (one.row, forces_of(one, theatre, "by"))
            for one in theatre.objectives
            if one.spec.targets("by")
        )

    return theatre.once("named_forces", make)
