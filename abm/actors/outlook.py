"""Outlook: what an actor knows and expects of places before it lists its options."""

from typing import NamedTuple

import numpy as np

from abm import kernels
from abm.actors import estimates
from abm.actors.paths import bridges, fade, pieces
from abm.actors.situation import Situation
from abm.theatre.values import read_only
from abm.units import NOBODY, BoolArray, FloatArray, Int32Array

BEYOND = 1.5
"""Zones from the target at which the way begins: its flanks reach half a zone in."""


class Outlook(NamedTuple):
    """What an actor knows of every point; shape (n_points,).

    Attributes:
        enemy: believed in the point's zone, on its bank.
        on_way: believed on the approach beyond the zone.
        own: friendly strength in the zone.
        expected_supply: if held.
        hostile_km: of the approach.
        entry: friendly cell the approach starts from, or NOBODY.
        tension: expected from operating there.
    """

    enemy: FloatArray
    on_way: FloatArray
    own: FloatArray
    expected_supply: FloatArray
    hostile_km: FloatArray
    entry: Int32Array
    tension: FloatArray


def outlook(situation: Situation, actor: int, points: Int32Array) -> Outlook:
    """Return what the actor expects at ``points`` (cells)."""
    theatre, world = situation.theatre, situation.world
    decide = theatre.parameters.decide
    reach = situation.reach(actor)
    enemy, on_way, own, hostile_km, tension = np.empty((5, points.size))
    entry = np.empty(points.size, dtype=np.int32)
    kernels.outlooks(
        enemy,
        on_way,
        own,
        hostile_km,
        entry,
        tension,
        read_only(points),
        *situation.zone(points),
        world.belief[actor],
        situation.friendly_power(actor),
        reach.dist,
        reach.parent,
        situation.ground_held(actor),
        estimates.flank(situation, actor),
        estimates.zone_threat(situation, actor),
        estimates.beside_rivals(situation, actor),
        BEYOND * decide.zone,
        decide.tension_step,
        theatre.grid.width,
        theatre.grid.cell_km,
    )
    entry[_behind_line(situation, actor, points, entry)] = NOBODY
    supply = _supply(situation, actor, points)
    return Outlook(enemy, on_way, own, supply, hostile_km, entry, tension)


def _behind_line(
    situation: Situation, actor: int, points: Int32Array, entry: Int32Array
) -> BoolArray:
    """Return the points to which an agreed line leaves no way from their entry."""
    world, theatre = situation.world, situation.theatre
    if not world.crossings.line[:, actor].any():
        return np.zeros(points.size, dtype=bool)

    def make() -> Int32Array:
        over = bridges(world, theatre, actor)
        return pieces(theatre, situation.open_ground(actor), over)

    piece = situation.once("marching", actor, make)
    there = piece[points]
    return np.asarray((entry >= 0) & (there >= 0) & (there != piece[entry]))


def _supply(situation: Situation, actor: int, points: Int32Array) -> FloatArray:
    """Return the share of supply that reaches each point, if held."""

    def make() -> FloatArray:
        return fade(situation.theatre, situation.reach(actor).dist[points])

    if points is not situation.points:
        return make()
    side = int(situation.theatre.supply_group[actor])
    return situation.lasting("supply", side, make)


def prospects(situation: Situation, actor: int) -> Outlook:
    """Return what the actor expects at ``situation.points``, worked out once a day."""
    return situation.once(
        "prospects", actor, lambda: outlook(situation, actor, situation.points)
    )
