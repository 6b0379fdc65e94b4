"""Outlook: what an actor knows and expects of places before it lists its options."""

from dataclasses import dataclass

import numpy as np

from abm import kernels
from abm.actors import estimates
from abm.actors.paths import fade
from abm.actors.situation import Situation
from abm.theatre.values import read_only
from abm.units import NOBODY, FloatArray, Int32Array

BEYOND = 1.5
"""Zones from the target at which the way begins: its flanks reach half a zone in."""


@dataclass(frozen=True)
class Outlook:
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
    belief = world.belief[actor]
    zone, same_bank = situation.zone(points)
    reach = situation.reach(actor)
    on_way, hostile_km, enemy, own = np.empty((4, points.size))
    entry = np.empty(points.size, dtype=np.int32)
    power = situation.friendly_power(actor)
    kernels.zone_sums(enemy, own, zone, same_bank, belief, power)
    kernels.approaches(
        on_way,
        hostile_km,
        entry,
        read_only(points),
        reach.parent,
        situation.ground_held(actor),
        estimates.flank(situation, actor),
        BEYOND * decide.zone,
        theatre.grid.width,
        theatre.grid.cell_km,
    )
    reached = reach.dist[points] < kernels.UNREACHED
    return Outlook(
        enemy=enemy + estimates.zone_threat(situation, actor)[points],
        on_way=on_way,
        own=own,
        expected_supply=fade(theatre, reach.dist[points]),
        hostile_km=hostile_km,
        entry=np.where(reached, entry, np.int32(NOBODY)),
        tension=decide.tension_step * estimates.beside_rivals(situation, actor, points),
    )


def prospects(situation: Situation, actor: int) -> Outlook:
    """Return what the actor expects at ``situation.points``, worked out once a day."""
    return situation.once(
        "prospects", actor, lambda: outlook(situation, actor, situation.points)
    )
