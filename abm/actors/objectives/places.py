"""Objectives about places: relieve, hold, advance, control, besiege."""

from dataclasses import dataclass

import numpy as np

from abm import kernels
from abm.actors.objectives.memory import daily, fixed
from abm.actors.situation import Situation
from abm.theatre import Objective, Theatre
from abm.units import BoolArray, FloatArray, IntArray

LEAST_COST = 1.0
"""Least hostile cost at the start by which progress is measured."""


def site_rows(objective: Objective, theatre: Theatre, key: str = "sites") -> IntArray:
    """Return the rows of an objective's target sites that lie on the map."""

    def make() -> IntArray:
        ids = objective.spec.targets(key)
        rows = [theatre.site_row[site] for site in ids if site in theatre.site_row]
        return np.array(rows, dtype=np.int64)

    return theatre.once(("target_rows", objective.row, key), make)


def cost_left(situation: Situation, actor: int, cells: IntArray) -> float:
    """Return the hostile cost between the side's supplied sites and ``cells``.

    The cheapest completion: 0 when one of the cells is among the supplied sites, the
    cost of an unreachable cell when there is no way.
    """
    if not cells.size:
        return 0.0

    def make() -> IntArray:
        home = situation.held(actor) & situation.world.sites.supplied
        home = home & (situation.theatre.site_supply > 0.0)
        return situation.theatre.site_cell[home].astype(np.int64)

    at = situation.way_to(actor, cells).dist[situation.once("home", actor, make)]
    return float(at.min()) if at.size else float(kernels.UNREACHED)


def closer(
    situation: Situation, actor: int, cells: IntArray, reference: float
) -> FloatArray:
    """Return how much nearer to ``cells`` holding each point brings, in [0, 1]."""
    points = situation.points
    if not cells.size:
        return np.zeros(points.size)
    now = min(cost_left(situation, actor, cells), reference)
    way = situation.way_to(actor, cells).dist[points]
    nearer = (now - way) / max(reference, LEAST_COST)
    return np.minimum(np.maximum(nearer, 0.0, out=nearer), 1.0, out=nearer)


@dataclass
class _Place:
    """A place objective: part of its satisfaction is progress on the way there."""

    objective: Objective

    @property
    def actor(self) -> int:
        return self.objective.actor

    def wanted(self, situation: Situation) -> IntArray:
        """Return the cells still to be reached."""
        raise NotImplementedError

    def share(self, situation: Situation) -> float:
        """Return the share held, in [0, 1]."""
        raise NotImplementedError

    def parts(self, situation: Situation) -> FloatArray:
        """Return the share that holding each point secures."""
        raise NotImplementedError

    def reference(self, situation: Situation) -> float:
        """Return the hostile cost left at the start."""
        left = cost_left(situation, self.actor, self.wanted(situation))
        return min(left, float(kernels.UNREACHED) / 2)

    def progress(self, situation: Situation) -> float:
        """Return 1 − cost left / cost left at the start, in [0, 1]."""
        wanted = self.wanted(situation)
        if not wanted.size:
            return 1.0
        start = situation.world.actors.reference[self.objective.row]
        left = cost_left(situation, self.actor, wanted)
        return min(max(1.0 - left / max(float(start), LEAST_COST), 0.0), 1.0)

    @daily
    def satisfaction(self, situation: Situation) -> float:
        """Return progress and share held, mixed by ``decide.approach``."""
        approach = situation.theatre.parameters.decide.approach
        share = self.share(situation)
        return approach * max(share, self.progress(situation)) + (1 - approach) * share

    @daily
    def gains(self, situation: Situation) -> FloatArray:
        """Return what holding each point adds to progress and share."""
        approach = situation.theatre.parameters.decide.approach
        start = float(situation.world.actors.reference[self.objective.row])
        near = closer(situation, self.actor, self.wanted(situation), start)
        return approach * near + (1 - approach) * self.parts(situation)


def site_points(situation: Situation, shares: FloatArray) -> FloatArray:
    """Return per-site shares spread to ``situation.points`` (crossings get none)."""
    spread = np.zeros(situation.points.size)
    spread[: shares.size] = shares
    return spread


class ControlSite(_Place):
    """The target sites are the side's own."""

    def _rows(self, situation: Situation) -> IntArray:
        return site_rows(self.objective, situation.theatre)

    @daily
    def wanted(self, situation: Situation) -> IntArray:
        """Return the cells of the target sites the side does not hold."""
        rows = self._rows(situation)
        lacking = rows[~situation.held(self.actor)[rows]]
        cells: IntArray = situation.theatre.site_cell[lacking].astype(np.int64)
        return cells

    def share(self, situation: Situation) -> float:
        """Return the share of the targets' value held."""
        rows = self._rows(situation)
        value = situation.theatre.site_value[rows]
        held = situation.held(self.actor)[rows]
        return float(value[held].sum() / value.sum()) if value.sum() else 0.0

    @fixed
    def parts(self, situation: Situation) -> FloatArray:
        """Return each target site's share of the value."""
        theatre = situation.theatre
        shares = np.zeros(len(theatre.site_ids))
        rows = self._rows(situation)
        total = theatre.site_value[rows].sum()
        if total > 0:
            shares[rows] = theatre.site_value[rows] / total
        return site_points(situation, shares)


class Relieve(ControlSite):
    """A friendly supply path reaches the besieged sites."""

    @daily
    def wanted(self, situation: Situation) -> IntArray:
        """Return the cells of those target sites that no supply path reaches."""
        rows = self._rows(situation)
        cut = rows[~situation.world.sites.supplied[rows]]
        cells: IntArray = situation.theatre.site_cell[cut].astype(np.int64)
        return cells

    @daily
    def satisfaction(self, situation: Situation) -> float:
        """Return 1 when relieved, else progress times the garrison's strength left."""
        rows = self._rows(situation)
        if situation.world.sites.supplied[rows].all():
            return 1.0
        return self.progress(situation) * self._garrison_left(situation)

    @fixed
    def _besieged(self, situation: Situation) -> BoolArray:
        """Return the formations that start in the target sites, (n_parts,)."""
        home = situation.theatre.formations0["home"]
        return np.isin(home, self._rows(situation))

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
        return closer(situation, self.actor, self.wanted(situation), start)


class Hold(_Place):
    """Keep, and take back, what the side held at the start (or the named sites)."""

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


class _Area(_Place):
    """Sites and roads inside a polygon."""

    @fixed
    def _inside(self, situation: Situation) -> BoolArray:
        area: BoolArray = situation.theatre.areas[
            self.objective.spec.targets("area")[0]
        ]
        return area & situation.theatre.open

    @fixed
    def _cells(self, situation: Situation) -> BoolArray:
        return self._inside(situation) & (situation.theatre.road > 0)

    @fixed
    def _sites(self, situation: Situation) -> BoolArray:
        theatre = situation.theatre
        inside: BoolArray = self._inside(situation)[theatre.site_cell]
        return inside & ~theatre.site_gate

    @daily
    def wanted(self, situation: Situation) -> IntArray:
        """Return the cells of the area's sites the side does not hold."""
        lacking = self._sites(situation) & ~situation.held(self.actor)
        if not lacking.any():
            cells = self._cells(situation) & ~situation.ground_held(self.actor)
            return np.flatnonzero(cells)
        found: IntArray = situation.theatre.site_cell[lacking].astype(np.int64)
        return found

    def share(self, situation: Situation) -> float:
        """Return the mean of the shares of site value and of road cells held."""
        value = situation.theatre.site_value
        sites = self._sites(situation)
        cells = self._cells(situation)
        held = value[sites & situation.held(self.actor)].sum()
        ground = (cells & situation.ground_held(self.actor)).sum()
        by_sites = held / value[sites].sum() if value[sites].sum() > 0 else 0.0
        return float(by_sites + ground / max(1, cells.sum())) / 2

    @fixed
    def parts(self, situation: Situation) -> FloatArray:
        """Return each point's part of the sites' value and of the road cells near it."""
        theatre = situation.theatre
        value = np.where(self._sites(situation), theatre.site_value, 0.0)
        by_site = value / value.sum() if value.sum() > 0 else value
        return (
            site_points(situation, by_site)
            + near_share(situation, self._cells(situation))
        ) / 2


def near_share(situation: Situation, cells: BoolArray) -> FloatArray:
    """Return the share of ``cells`` that lies in each point's zone."""
    total = max(1, int(cells.sum()))
    share: FloatArray = cells[situation.near_points].sum(axis=1) / total
    return share


class Advance(_Area):
    """Sites and roads of the area are the side's own."""


class Foothold(_Area):
    """Ground across the river is held within supply, against a wanted area."""

    @fixed
    def _cells(self, situation: Situation) -> BoolArray:
        return self._inside(situation)


class ControlBorder(_Place):
    """Cells and crossings of a border segment are held by the side."""

    @fixed
    def _segment(self, situation: Situation) -> IntArray:
        name = self.objective.spec.targets("segment")
        cells = [situation.theatre.segments[one] for one in name]
        return np.unique(np.concatenate(cells)).astype(np.int64)

    @fixed
    def _gates(self, situation: Situation) -> BoolArray:
        theatre = situation.theatre
        near = np.zeros(theatre.grid.n_cells, dtype=bool)
        near[self._segment(situation)] = True
        posts = np.isin(
            np.array(theatre.site_kind), ("border_crossing", "border_point")
        )
        return near[theatre.site_cell] & posts

    @daily
    def wanted(self, situation: Situation) -> IntArray:
        """Return the border posts the side does not hold, else the cells it does not."""
        lacking = self._gates(situation) & ~situation.held(self.actor)
        if lacking.any():
            posts: IntArray = situation.theatre.site_cell[lacking].astype(np.int64)
            return posts
        segment = self._segment(situation)
        return segment[~situation.ground_held(self.actor)[segment]]

    def share(self, situation: Situation) -> float:
        """Return the mean of the shares of cells and of posts held."""
        segment = self._segment(situation)
        cells = situation.ground_held(self.actor)[segment].mean()
        gates = self._gates(situation)
        if not gates.any():
            return float(cells)
        return float(cells + situation.held(self.actor)[gates].mean()) / 2

    @fixed
    def parts(self, situation: Situation) -> FloatArray:
        """Return each point's part of the border's cells and posts."""
        near = np.zeros(situation.theatre.grid.n_cells, dtype=bool)
        near[self._segment(situation)] = True
        gates = self._gates(situation)
        posts = gates / max(1, int(gates.sum()))
        return (near_share(situation, near) + site_points(situation, posts)) / 2


class Besiege(ControlSite):
    """The target sites stay cut off from their controller's supply."""

    def reference(self, situation: Situation) -> float:
        """Need none."""
        return 0.0

    @fixed
    def _ring(self, situation: Situation) -> FloatArray:
        """Return the share of the targets in each point's zone, (n_points,)."""
        theatre = situation.theatre
        ring = np.zeros(theatre.grid.n_cells, dtype=bool)
        ring[theatre.site_cell[self._rows(situation)]] = True
        return near_share(situation, ring)

    def satisfaction(self, situation: Situation) -> float:
        """Return the share of the targets that are cut off or taken."""
        rows = self._rows(situation)
        cut = ~situation.world.sites.supplied[rows] | situation.held(self.actor)[rows]
        return float(cut.mean()) if rows.size else 0.0

    def gains(self, situation: Situation) -> FloatArray:
        """Return the targets' shares, and the side's sites that close the ring."""
        theatre = situation.theatre
        rows = self._rows(situation)
        if not rows.size:
            return np.zeros(situation.points.size)
        closing = self._ring(situation).copy()
        closing[: len(theatre.site_ids)] *= situation.held(self.actor)
        closing[len(theatre.site_ids) :] = 0.0
        return 0.5 * (self.parts(situation) + closing)
