"""Targets: the places an objective is after: sites, an area, a stretch of border."""

from dataclasses import dataclass

import numpy as np

from abm.actors.objectives.memory import daily, fixed
from abm.actors.situation import Situation
from abm.theatre import Objective, Theatre
from abm.units import BoolArray, FloatArray, IntArray


def site_rows(objective: Objective, theatre: Theatre, key: str = "sites") -> IntArray:
    """Return the rows of an objective's target sites that lie on the map."""

    def make() -> IntArray:
        ids = objective.spec.targets(key)
        rows = [theatre.site_row[site] for site in ids if site in theatre.site_row]
        return np.array(rows, dtype=np.int64)

    return theatre.once(("target_rows", objective.row, key), make)


def forces_of(objective: Objective, theatre: Theatre, key: str) -> BoolArray:
    """Return the rows of the order of battle that an objective's target names.

    Shape (n_forces + 1,): the last, which -1 finds, is no row's.
    """

    def make() -> BoolArray:
        ids = objective.spec.targets(key)
        return np.array([*(one in ids for one in theatre.force_ids), False])

    return theatre.once(("target_forces", objective.row, key), make)


def site_points(situation: Situation, shares: FloatArray) -> FloatArray:
    """Return per-site shares spread to ``situation.points`` (crossings get none)."""
    spread = np.zeros(situation.points.size)
    spread[: shares.size] = shares
    return spread


def near_share(situation: Situation, cells: BoolArray) -> FloatArray:
    """Return the share of ``cells`` that lies in each point's zone."""
    total = max(1, int(cells.sum()))
    share: FloatArray = cells[situation.near_points].sum(axis=1) / total
    return share


def open_sites(situation: Situation, actor: int) -> BoolArray:
    """Return the sites that the actor's side lacks and may fight for, (n_sites,).

    Those of parties it may not fight are lost to it until somebody else takes them.
    """
    holders = situation.world.sites.controller
    found: BoolArray = situation.theatre.contests[actor][holders]
    return found & ~situation.held(actor)


def open_cells(situation: Situation, actor: int, cells: BoolArray) -> IntArray:
    """Return those of ``cells`` that the actor's side lacks and may fight for."""
    free = situation.open_ground(actor) & ~situation.ground_held(actor)
    return np.flatnonzero(cells & free)


@dataclass(frozen=True)
class NamedSites:
    """The sites that an objective names."""

    objective: Objective

    @property
    def actor(self) -> int:
        """Index of the actor whose objective it is."""
        return self.objective.actor

    def rows(self, situation: Situation) -> IntArray:
        """Return the sites' rows."""
        return site_rows(self.objective, situation.theatre)

    @daily
    def wanted(self, situation: Situation) -> IntArray:
        """Return the cells of the target sites the side may still take."""
        rows = self.rows(situation)
        lacking = rows[open_sites(situation, self.actor)[rows]]
        cells: IntArray = situation.theatre.site_cell[lacking].astype(np.int64)
        return cells

    def share(self, situation: Situation) -> float:
        """Return the share of the targets' value held."""
        rows = self.rows(situation)
        value = situation.theatre.site_value[rows]
        held = situation.held(self.actor)[rows]
        return float(value[held].sum() / value.sum()) if value.sum() else 0.0

    @fixed
    def parts(self, situation: Situation) -> FloatArray:
        """Return each target site's share of the value."""
        theatre = situation.theatre
        shares = np.zeros(len(theatre.site_ids))
        rows = self.rows(situation)
        total = theatre.site_value[rows].sum()
        if total > 0:
            shares[rows] = theatre.site_value[rows] / total
        return site_points(situation, shares)


@dataclass(frozen=True)
class Area:
    """Sites and ground inside a polygon.

    Attributes:
        objective: whose target names the polygon.
        roads_only: of the ground only cells with a road count, not all open ones.
    """

    objective: Objective
    roads_only: bool = True

    @property
    def actor(self) -> int:
        """Index of the actor whose objective it is."""
        return self.objective.actor

    @fixed
    def _inside(self, situation: Situation) -> BoolArray:
        area: BoolArray = situation.theatre.areas[
            self.objective.spec.targets("area")[0]
        ]
        return area & situation.theatre.open

    @fixed
    def _cells(self, situation: Situation) -> BoolArray:
        inside = self._inside(situation)
        return inside & (situation.theatre.road > 0) if self.roads_only else inside

    @fixed
    def _ground(self, situation: Situation) -> IntArray:
        return np.flatnonzero(self._cells(situation))

    @fixed
    def _sites(self, situation: Situation) -> BoolArray:
        theatre = situation.theatre
        inside: BoolArray = self._inside(situation)[theatre.site_cell]
        return inside & ~theatre.site_gate

    @daily
    def wanted(self, situation: Situation) -> IntArray:
        """Return the cells of the area's sites, else the ground, it may still take."""
        lacking = self._sites(situation) & open_sites(situation, self.actor)
        if not lacking.any():
            return open_cells(situation, self.actor, self._cells(situation))
        found: IntArray = situation.theatre.site_cell[lacking].astype(np.int64)
        return found

    def share(self, situation: Situation) -> float:
        """Return the mean of the shares of site value and of ground held."""
        value = situation.theatre.site_value
        sites = self._sites(situation)
        held = value[sites & situation.held(self.actor)].sum()
        ground = self._ground(situation)
        mine = np.count_nonzero(situation.ground_held(self.actor)[ground])
        whole = value[sites].sum()
        by_sites = held / whole if whole > 0 else 0.0
        return float(by_sites + mine / max(1, ground.size)) / 2

    @fixed
    def parts(self, situation: Situation) -> FloatArray:
        """Return each point's part of the sites' value and of the ground near it."""
        theatre = situation.theatre
        value = np.where(self._sites(situation), theatre.site_value, 0.0)
        by_site = value / value.sum() if value.sum() > 0 else value
        return (
            site_points(situation, by_site)
            + near_share(situation, self._cells(situation))
        ) / 2


@dataclass(frozen=True)
class Border:
    """Cells and crossing posts of a border segment."""

    objective: Objective

    @property
    def actor(self) -> int:
        """Index of the actor whose objective it is."""
        return self.objective.actor

    @fixed
    def _segment(self, situation: Situation) -> IntArray:
        name = self.objective.spec.targets("segment")
        cells = [situation.theatre.segments[one] for one in name]
        return np.unique(np.concatenate(cells)).astype(np.int64)

    @fixed
    def _gates(self, situation: Situation) -> BoolArray:
        theatre = situation.theatre
        gates = np.zeros(len(theatre.site_ids), dtype=bool)
        for name in self.objective.spec.targets("segment"):
            gates[list(theatre.segment_sites[name])] = True
        return gates

    @daily
    def wanted(self, situation: Situation) -> IntArray:
        """Return the posts, else the cells, that the side may still take."""
        lacking = self._gates(situation) & open_sites(situation, self.actor)
        if lacking.any():
            posts: IntArray = situation.theatre.site_cell[lacking].astype(np.int64)
            return posts
        line = np.zeros(situation.theatre.grid.n_cells, dtype=bool)
        line[self._segment(situation)] = True
        return open_cells(situation, self.actor, line)

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
