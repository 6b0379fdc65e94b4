"""Joined: who stands on friendly ground that hangs together."""

import numpy as np

from abm.actors.situation import Situation
from abm.theatre.ground import STATIC
from abm.units import BoolArray


def joined_actors(situation: Situation, actor: int) -> BoolArray:
    """Return those with formations on ground joined to the actor's own, (n_actors,).

    The actor itself is always among them. Garrisons that never leave do not count.
    """

    def make() -> BoolArray:
        formations = situation.world.formations
        able = situation.alive & (formations.mobility != STATIC)
        with_it = able & joined_ground(situation, actor)[formations.cell]
        found = np.zeros(situation.theatre.n_actors, dtype=bool)
        found[formations.actor[with_it]] = True
        found[actor] = True
        return found

    return situation.once("joined_actors", actor, make)


def joined_ground(situation: Situation, actor: int) -> BoolArray:
    """Return the friendly cells joined to one of the actor's formations, (n_cells,)."""

    def make() -> BoolArray:
        formations = situation.world.formations
        mine = (formations.actor == actor) & situation.alive
        mine &= formations.mobility != STATIC
        piece = situation.pieces(actor)
        joined = np.zeros(int(piece.max()) + 2, dtype=bool)
        joined[piece[formations.cell[mine]]] = True
        joined[-1] = False  # no piece at all
        found: BoolArray = joined[piece]
        return found

    return situation.once("joined_ground", actor, make)
