"""Objectives about places: relieve, hold, advance, control, besiege."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from abm import kernels
from abm.actors import ways
from abm.actors.joined import joined_ground
from abm.actors.objectives.memory import daily, fixed
from abm.actors.objectives.targets import (
    Area,
    Border,
    NamedSites,
    near_share,
    site_points,
    site_rows,
)
from abm.actors.situation import Situation
from abm.theatre import Objective
from abm.units import BoolArray, FloatArray, Int32Array, IntArray

LEAST_COST = 1.0
"""Least hostile cost at the start by which progress is measured."""


def cost_left(situation: Situation, objective: Objective, cells: IntArray) -> float:
    """Return the hostile cost between the sites that feed the actor and ``cells``.

    The cheapest completion: 0 when one of the cells is among those sites, the cost of
    an unreachable cell when there is no way.
    """
    if not cells.size:
        return 0.0
    at = _way(situation, objective, cells)[home(situation, objective.actor)]
    return float(at.min()) if at.size else float(kernels.UNREACHED)


def _way(situation: Situation, objective: Objective, cells: IntArray) -> Int32Array:
    actor, row = objective.actor, objective.row
    return ways.way_to(situation, actor, cells, about=row)


def home(situation: Situation, actor: int) -> IntArray:
    """Return the cells of the supplied sites that feed the actor's own formations.

    An ally's bases count where friendly ground joins them to those formations: what
    the SDF could reach from Shaddadi brings the men of Al-Tanf no nearer.
    """

    def make() -> IntArray:
        theatre = situation.theatre
        fed = situation.held(actor) & situation.world.sites.supplied
        fed = fed & (theatre.site_supply > 0.0)
        fed = fed & joined_ground(situation, actor)[theatre.site_cell]
        return theatre.site_cell[fed].astype(np.int64)

    return situation.once("home", actor, make)


def closer(
    situation: Situation, objective: Objective, cells: IntArray, *, reference: float
) -> FloatArray:
    """Return how much nearer to ``cells`` holding each point brings, in [0, 1]."""
    points = situation.points
    if not cells.size:
        return np.zeros(points.size)
    now = min(cost_left(situation, objective, cells), reference)
    way = _way(situation, objective, cells)[points].astype(np.float64)
    nearer: FloatArray = (now - way) / max(reference, LEAST_COST)
    return np.minimum(np.maximum(nearer, 0.0, out=nearer), 1.0, out=nearer)


class Target(Protocol):
    """What a place objective is after."""

    def wanted(self, situation: Situation, /) -> IntArray:
        """Return the cells still to be reached."""

    def share(self, situation: Situation, /) -> float:
        """Return the share held, in [0, 1]."""

    def parts(self, situation: Situation, /) -> FloatArray:
        """Return the share that holding each point secures."""


def start_cost(situation: Situation, objective: Objective, cells: IntArray) -> float:
    """Return the hostile cost left to ``cells``, as reference for later progress."""
    left = cost_left(situation, objective, cells)
    return min(left, float(kernels.UNREACHED) / 2)


def progress(situation: Situation, objective: Objective, wanted: IntArray) -> float:
    """Return 1 − cost left to ``wanted`` / cost left at the start, in [0, 1].

    With nothing left to be taken there is no progress either: what counts then is held.
    """
    if not wanted.size:
        return 0.0
    start = situation.world.actors.reference[objective.row]
    left = cost_left(situation, objective, wanted)
    return min(max(1.0 - left / max(float(start), LEAST_COST), 0.0), 1.0)


@dataclass(frozen=True)
class Held:
    """A target is held; part of the satisfaction is progress on the way there.

    Attributes:
        objective: whose it is.
        target: what is to be held.
    """

    objective: Objective
    target: Target

    def reference(self, situation: Situation) -> float:
        """Return the hostile cost left at the start."""
        wanted = self.target.wanted(situation)
        return start_cost(situation, self.objective, wanted)

    @daily
    def satisfaction(self, situation: Situation) -> float:
        """Return progress and share held, mixed by ``decide.approach``."""
        approach: float = situation.theatre.parameters.decide.approach
        share = self.target.share(situation)
        near = progress(situation, self.objective, self.target.wanted(situation))
        return approach * max(share, near) + (1 - approach) * share

    @daily
    def gains(self, situation: Situation) -> FloatArray:
        """Return what holding each point adds to progress and share."""
        approach: float = situation.theatre.parameters.decide.approach
        start = float(situation.world.actors.reference[self.objective.row])
        wanted = self.target.wanted(situation)
        near = closer(situation, self.objective, wanted, reference=start)
        found: FloatArray = approach * near
        return found + (1 - approach) * self.target.parts(situation)


def control_site(objective: Objective) -> Held:
    """Return the measure: the target sites are the side's own."""
    return Held(objective, NamedSites(objective))


def advance(objective: Objective) -> Held:
    """Return the measure: sites and roads of the area are the side's own."""
    return Held(objective, Area(objective))


def foothold(objective: Objective) -> Held:
    """Return the measure: ground of the area is held, road or not."""
    return Held(objective, Area(objective, roads_only=False))


def control_border(objective: Objective) -> Held:
    """Return the measure: a border segment and its posts are held."""
    return Held(objective, Border(objective))


@dataclass(frozen=True)
class Relieve:
    """A friendly supply path reaches the besieged sites."""

    objective: Objective

    def reference(self, situation: Situation) -> float:
        """Return the hostile cost left at the start."""
        return start_cost(situation, self.objective, self.wanted(situation))

    @daily
    def wanted(self, situation: Situation) -> IntArray:
        """Return the cells of those target sites that no supply path reaches."""
        rows = site_rows(self.objective, situation.theatre)
        cut = rows[~situation.world.sites.supplied[rows]]
        cells: IntArray = situation.theatre.site_cell[cut].astype(np.int64)
        return cells

    @daily
    def satisfaction(self, situation: Situation) -> float:
        """Return 1 when relieved, else progress times the garrison's strength left."""
        rows = site_rows(self.objective, situation.theatre)
        if situation.world.sites.supplied[rows].all():
            return 1.0
        near = progress(situation, self.objective, self.wanted(situation))
        return near * self._garrison_left(situation)

    @fixed
    def _besieged(self, situation: Situation) -> BoolArray:
        """Return the formations that start in the target sites, (n_parts,)."""
        home = situation.theatre.formations0["home"]
        return np.isin(home, site_rows(self.objective, situation.theatre))

    def _garrison_left(self, situation: Situation) -> float:
        formations = situation.world.formations
        besieged = self._besieged(situation)
        start = situation.theatre.formations0["personnel"][besieged].sum()
        rows = np.flatnonzero(besieged)
        rows = rows[situation.alive[rows]]
        now = formations.personnel[rows].sum()
        return float(min(1.0, now / start)) if start > 0 else 0.0

    @daily
    def gains(self, situation: Situation) -> FloatArray:
        """Return how much nearer to the garrison holding each point brings."""
        start = float(situation.world.actors.reference[self.objective.row])
        return closer(
            situation, self.objective, self.wanted(situation), reference=start
        )


@dataclass(frozen=True)
class Hold:
    """Keep, and take back, what the side held at the start (or the named sites)."""

    objective: Objective

    @property
    def actor(self) -> int:
        """Index of the actor whose objective it is."""
        return self.objective.actor

    @fixed
    def _mine(self, situation: Situation) -> BoolArray:
        theatre = situation.theatre
        rows = site_rows(self.objective, theatre)
        mine: BoolArray = theatre.friend[self.actor][theatre.site_controller0]
        if rows.size:
            named = np.zeros_like(mine)
            named[rows] = True
            mine = mine & named
        return mine

    def reference(self, situation: Situation) -> float:
        """Return the value held at the start."""
        return float(situation.theatre.site_value[self._mine(situation)].sum())

    def satisfaction(self, situation: Situation) -> float:
        """Return the share of that value still held."""
        mine = self._mine(situation)
        value = situation.theatre.site_value
        start = value[mine].sum()
        held = value[mine & situation.held(self.actor)].sum()
        return float(held / start) if start > 0 else 1.0

    @fixed
    def gains(self, situation: Situation) -> FloatArray:
        """Return each site's share of the value at the start."""
        mine = self._mine(situation)
        value = np.where(mine, situation.theatre.site_value, 0.0)
        total = value.sum()
        return site_points(situation, value / total if total > 0 else value)


@dataclass(frozen=True)
class Besiege:
    """The target sites stay cut off from their controller's supply."""

    objective: Objective

    def reference(self, _situation: Situation) -> float:
        """Need none."""
        return 0.0

    @fixed
    def _ring(self, situation: Situation) -> FloatArray:
        """Return the share of the targets in each point's zone, (n_points,)."""
        theatre = situation.theatre
        ring = np.zeros(theatre.grid.n_cells, dtype=bool)
        ring[theatre.site_cell[site_rows(self.objective, situation.theatre)]] = True
        return near_share(situation, ring)

    def satisfaction(self, situation: Situation) -> float:
        """Return the share of the targets that are cut off or taken."""
        rows = site_rows(self.objective, situation.theatre)
        cut = (
            ~situation.world.sites.supplied[rows]
            | situation.held(self.objective.actor)[rows]
        )
        return float(cut.mean()) if rows.size else 0.0

    def gains(self, situation: Situation) -> FloatArray:
        """Return the targets' shares, and the side's sites that close the ring."""
        theatre = situation.theatre
        rows = site_rows(self.objective, situation.theatre)
        if not rows.size:
            return np.zeros(situation.points.size)
        closing = self._ring(situation).copy()
        closing[: len(theatre.site_ids)] *= situation.held(self.objective.actor)
        closing[len(theatre.site_ids) :] = 0.0
        return 0.5 * (NamedSites(self.objective).parts(situation) + closing)
