"""Books kept over a run beside the engine's own: what may not appear or vanish."""

import numpy as np

from abm.model import ConflictModel
from abm.units import AnyIntArray, FloatArray, Int8Array
from abm.world import (
    CONVOY_DELIVERED,
    CONVOY_LOST,
    CONVOY_MOVING,
    CONVOY_RETURNED,
)

ROUNDING = 1e-6
"""Persons or tonnes by which sums of floats may be off."""

STATES = (CONVOY_MOVING, CONVOY_DELIVERED, CONVOY_LOST, CONVOY_RETURNED)


class Books:
    """Remembers the last tick of a run, to compare the next one with it."""

    def __init__(self, model: ConflictModel) -> None:
        world, theatre = model.world, model.theatre
        self._closed: Int8Array = world.cells.holder[~theatre.open].copy()
        self._controller = world.sites.controller.copy()
        self._changes = world.sites.changes.copy()
        self._tonnes = world.convoys.tonnes.copy()
        self._sent = int(world.convoys.count[0])
        self._cell: AnyIntArray | None = None

    def marched(self, cell: AnyIntArray) -> None:
        """Note where everyone stands after a march: nothing else moves them."""
        self._cell = cell.copy()

    def breaches(self, model: ConflictModel) -> list[str]:
        """Return what has appeared or vanished since the last look, in words."""
        found = self._ground(model) + self._sites(model) + self._loads(model)
        return found + self._places(model)

    def _ground(self, model: ConflictModel) -> list[str]:
        """Every cell has one holder that there is; closed ground keeps its own."""
        world, theatre = model.world, model.theatre
        holder, when = world.cells.holder, f"tick {world.tick}"
        unknown = (holder < 0) | (holder >= theatre.n_holders)
        found = [f"{when}: cell {row} has no holder" for row in np.flatnonzero(unknown)]
        closed = np.flatnonzero(~theatre.open)
        changed = closed[holder[closed] != self._closed]
        return found + [f"{when}: closed cell {row} changes hands" for row in changed]

    def _sites(self, model: ConflictModel) -> list[str]:
        """A site changes hands when it is taken, and then only."""
        sites, when = model.world.sites, f"tick {model.world.tick}"
        unknown = (sites.controller < 0) | (sites.controller >= model.theatre.n_holders)
        moved = sites.controller != self._controller
        taken = sites.changes != self._changes
        self._controller, self._changes = sites.controller.copy(), sites.changes.copy()
        odd = np.flatnonzero((moved & ~taken) | unknown)
        return [f"{when}: site {row} changes hands and is not taken" for row in odd]

    def _loads(self, model: ConflictModel) -> list[str]:
        """A convoy keeps its load; what is delivered is what convoys brought."""
        world, when = model.world, f"tick {model.world.tick}"
        convoys, total = world.convoys, world.deliveries
        count, found = int(convoys.count[0]), list[str]()
        old, new = self._tonnes[: self._sent], convoys.tonnes[: self._sent]
        if count < self._sent or (old != new).any():
            found.append(f"{when}: tonnes of a convoy change on its way")
        if not np.isin(convoys.status[:count], STATES).all():
            found.append(f"{when}: tonnes of a convoy neither moving nor ended")
        there = convoys.status[:count] == CONVOY_DELIVERED
        to, tonnes = convoys.recipient[:count][there], convoys.tonnes[:count][there]
        heavy = tonnes * convoys.heavy[:count][there]
        found += _off(total.delivered, _sums(to, tonnes, total.delivered), when)
        found += _off(total.heavy, _sums(to, heavy, total.heavy), f"{when}: heavy")
        self._tonnes, self._sent = convoys.tonnes.copy(), count
        return found

    def _places(self, model: ConflictModel) -> list[str]:
        """A formation stands where its march ended; detachments appear in sites."""
        formations, n = model.world.formations, model.theatre.n_parts
        if self._cell is None:
            return []
        alive = formations.personnel[:n] > 0.0
        jumped = np.flatnonzero((formations.cell[:n] != self._cell[:n]) & alive)
        return [
            f"tick {model.world.tick}: formation {row} moves without marching"
            for row in jumped
        ]


def _sums(to: AnyIntArray, tonnes: FloatArray, like: FloatArray) -> FloatArray:
    """Return tonnes summed by recipient."""
    return np.bincount(to, tonnes, len(like)).astype(np.float64)


def _off(booked: FloatArray, brought: FloatArray, when: str) -> list[str]:
    """Return whose booked tonnes are not those that convoys brought."""
    return [
        f"{when}: actor {row} has {booked[row] - brought[row]:+.3g} tonnes too many"
        for row in np.flatnonzero(np.abs(booked - brought) > ROUNDING)
    ]
