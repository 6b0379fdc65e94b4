"""Mobile: the formations that actors can give missions to."""

from dataclasses import dataclass

import numpy as np

from abm.actors.situation import Situation
from abm.theatre.ground import FOOT, STATIC
from abm.units import BoolArray, FloatArray, IntArray
from abm.world import ACTIVE


@dataclass(frozen=True)
class Force:
    """Formations an actor can give missions to; shape (n,).

    Attributes:
        rows: in ``world.formations``.
        power: fighting value with supply and air support, persons-equivalent.
        persons: present.
        pace: km a day on the best road.
        can_attack: supplied and in order enough to attack.
        can_raid: few and motorised enough to raid.
    """

    rows: IntArray
    power: FloatArray
    persons: FloatArray
    pace: FloatArray
    can_attack: BoolArray
    can_raid: BoolArray


def force(situation: Situation, actor: int) -> Force:
    """Return the formations of an actor that can leave where they are."""
    whole = situation.once("force", None, lambda: _mobile(situation))
    mine = (situation.world.formations.actor[whole.rows] == actor).nonzero()[0]
    return Force(
        whole.rows[mine],
        whole.power[mine],
        whole.persons[mine],
        whole.pace[mine],
        whole.can_attack[mine],
        whole.can_raid[mine],
    )


def _mobile(situation: Situation) -> Force:
    """Return the formations of all actors that can leave where they are."""
    formations, theatre = situation.world.formations, situation.theatre
    parameters = theatre.parameters
    mobile = (formations.status == ACTIVE) & (formations.mobility != STATIC)
    mobile &= formations.home < 0
    mobile &= formations.personnel >= parameters.control.least
    rows = mobile[: theatre.n_parts].nonzero()[0]
    on_foot = formations.mobility[rows] == FOOT
    return Force(
        rows=rows,
        power=situation.power[rows]
        * np.maximum(formations.supply[rows], parameters.move.least_supply)
        * (1.0 + formations.air_support[rows]),
        persons=formations.personnel[rows],
        pace=np.where(
            on_foot, parameters.move.pace_foot, parameters.move.pace_motorised
        ),
        can_attack=(formations.supply[rows] >= parameters.supply.attack_supply)
        & (formations.cohesion[rows] >= parameters.fight.usable)
        & theatre.attackers[rows],
        can_raid=(formations.personnel[rows] <= parameters.decide.raid_persons)
        & ~on_foot,
    )
