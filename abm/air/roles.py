"""What roles of air assets can do. Categories only: numbers are parameters."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from abm.units import BoolArray, Int8Array
from abm.world import TASKS

GROUND, SUPPORT, INTERDICTION, PATROL, RECONNAISSANCE, AIRDROP = range(len(TASKS))

ROLE_TASKS: dict[str, tuple[int, ...]] = {
    "fighter": (PATROL,),
    "multirole": (SUPPORT, INTERDICTION, PATROL),
    "strike": (SUPPORT, INTERDICTION),
    "support": (SUPPORT,),
    "drone": (SUPPORT, INTERDICTION, RECONNAISSANCE),
    "small_drone": (SUPPORT,),
    "reconnaissance": (RECONNAISSANCE,),
    "airlift": (AIRDROP,),
    "tanker": (),
    "air_defence": (),
    "missile": (INTERDICTION,),
}
"""Tasks each role can fly."""

LOADS = ("none", "small", "light", "full", "heavy")
ROLE_LOAD = {
    "multirole": "full",
    "strike": "full",
    "support": "full",
    "drone": "light",
    "small_drone": "small",
    "missile": "heavy",
}
"""Weapon load per sortie of each role that drops weapons."""

SHOOTERS = ("none", "multirole", "fighter", "ground")
ROLE_SHOOTER = {"multirole": "multirole", "fighter": "fighter", "air_defence": "ground"}
"""What each role shoots other aircraft with."""


@dataclass(frozen=True)
class Capabilities:
    """What assets can do; shape (n_air,), ``suits`` (n_air, n_tasks).

    Attributes:
        suits: whether an asset can fly a task.
        load: index into LOADS.
        shooter: index into SHOOTERS.
    """

    suits: BoolArray
    load: Int8Array
    shooter: Int8Array


@lru_cache(maxsize=16)
def capabilities(roles: tuple[str, ...]) -> Capabilities:
    """Return what assets of these roles can do.

    Raises:
        ValueError: a role is not known.
    """
    unknown = sorted(set(roles) - set(ROLE_TASKS))
    if unknown:
        known = ", ".join(ROLE_TASKS)
        raise ValueError(f"air role {', '.join(unknown)}: not known; one of {known}")
    suits = np.zeros((len(roles), len(TASKS)), dtype=bool)
    for row, role in enumerate(roles):
        suits[row, list(ROLE_TASKS[role])] = True
    load = [LOADS.index(ROLE_LOAD.get(role, "none")) for role in roles]
    shooter = [SHOOTERS.index(ROLE_SHOOTER.get(role, "none")) for role in roles]
    found = Capabilities(suits, np.array(load, np.int8), np.array(shooter, np.int8))
    for column in (found.suits, found.load, found.shooter):
        column.flags.writeable = False
    return found
