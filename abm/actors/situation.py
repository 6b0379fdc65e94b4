"""Situation: what an actor's staff works out once a day and everyone reads.

Read-only views of the World with the day's path fields, kept so that no field is
searched twice. It writes nothing.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
from scipy.ndimage import convolve

from abm import kernels
from abm.actors.paths import Bridges, Field, bridges, search
from abm.theatre import Theatre, near
from abm.theatre.ground import MOTORISED, around, disc
from abm.units import AnyIntArray, BoolArray, FloatArray, Int32Array, IntArray
from abm.world import GONE, MISSIONS, World

ATTACK = MISSIONS.index("attack")
T = TypeVar("T")
OWN_COST = 1
"""Path cost of friendly ground where only hostile ground counts."""


@dataclass
class Situation:
    """One day's view of the world.

    Attributes:
        world: read only.
        theatre: what never changes.
        weights: how much each objective counts in each actor's choices, shape
            (n_actors, n_objectives).
        wishes: the patrons' part of that alone, same shape.
        gains: what holding each point adds to each objective, shape
            (n_objectives, n_points).
    """

    world: World
    theatre: Theatre
    weights: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    wishes: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    gains: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    _fields: dict[tuple[object, ...], Field] = field(default_factory=dict)
    _memo: dict[tuple[str, Hashable], object] = field(default_factory=dict)

    @cached_property
    def over(self) -> Bridges:
        """River crossings as they stand."""
        return bridges(self.world, self.theatre)

    @cached_property
    def points(self) -> Int32Array:
        """Cells at which gains are asked for: sites, then both ends of crossings."""
        return near.points(self.theatre)

    @cached_property
    def alive(self) -> BoolArray:
        """Formations that still exist, shape (n_formations,)."""
        formations = self.world.formations
        return (formations.status != GONE) & (formations.personnel > 0.0)

    @cached_property
    def power(self) -> FloatArray:
        """Fighting value of each formation without its supply, persons-equivalent."""
        formations = self.world.formations
        value: FloatArray = (
            formations.personnel * formations.quality * formations.cohesion
        )
        return np.where(self.alive, value, 0.0)

    @cached_property
    def strength(self) -> FloatArray:
        """Persons present per actor, shape (n_actors,)."""
        formations = self.world.formations
        return np.bincount(
            formations.actor,
            np.where(self.alive, formations.personnel, 0.0),
            self.theatre.n_actors,
        )

    @cached_property
    def friend(self) -> BoolArray:
        """Holders whose ground is an actor's own or an ally's, (n_actors, n_holders)."""
        return self.theatre.friend

    def held(self, actor: int) -> BoolArray:
        """Return the sites that the actor's side controls, shape (n_sites,)."""
        return self.once(
            "held", actor, lambda: self.friend[actor][self.world.sites.controller]
        )

    def ground_held(self, actor: int) -> BoolArray:
        """Return the cells that the actor's side holds, shape (n_cells,)."""
        return self.once(
            "ground_held", actor, lambda: self.friend[actor][self.world.cells.holder]
        )

    def hostile_cost(self, actor: int) -> Int32Array:
        """Return path costs in which only ground not held by the side counts.

        Friendly and partner cells cost next to nothing, nobody's cells half of
        ``hostile_weight`` times their terrain, enemy cells the whole; cells of parties
        one may not fight, and of protected zones, are closed.
        """
        bloc = int(self.theatre.bloc[actor])
        return self.once("hostile", bloc, lambda: self._hostile_cost(actor))

    def _hostile_cost(self, actor: int) -> Int32Array:
        theatre = self.theatre
        weight = theatre.parameters.decide.hostile_weight
        by_holder = np.zeros(theatre.n_holders)
        by_holder[theatre.war[actor]] = weight
        by_holder[theatre.nobody] = weight / 2
        factor = by_holder[self.world.cells.holder]
        base = theatre.ground.move_cost[MOTORISED]
        cost = np.minimum(np.rint(base * factor), kernels.DEAREST_CELL)
        passable = theatre.through[actor]
        own = passable[self.world.cells.holder] & (base > 0)
        open_to = theatre.side_may_enter[actor][theatre.country]
        cost = np.where(own, OWN_COST, cost)
        return np.where(open_to & ~self.kept_out(actor), cost, 0).astype(np.int32)

    def kept_out(self, actor: int) -> BoolArray:
        """Return the cells of protected zones that the actor is kept out of."""
        cells = np.zeros(self.theatre.grid.n_cells, dtype=bool)
        for zone in self.theatre.zones:
            if actor in zone.kept_out:
                cells |= zone.cells
        return cells

    def way_to(
        self,
        actor: int,
        cells: Sequence[int] | AnyIntArray,
        *,
        by_lorry: bool = False,
    ) -> Field:
        """Return the field of hostile cost from every cell to the nearest of ``cells``.

        Args:
            actor: whose side goes there.
            cells: where to.
            by_lorry: count friendly ground too where a lorry could not use it: off the
                road, or within reach of an enemy.
        """
        goal = np.asarray(cells)
        key = ("way", int(self.theatre.bloc[actor]), by_lorry, goal.tobytes())
        if key not in self._fields:
            cost = self.road_cost(actor) if by_lorry else self.hostile_cost(actor)
            self._fields[key] = search(self.theatre, cost, self.over, goal)
        return self._fields[key]

    def road_cost(self, actor: int) -> Int32Array:
        """Return path costs of opening a road: hostile ground, enemy reach, no road."""

        def make() -> Int32Array:
            theatre = self.theatre
            cost = self.hostile_cost(actor)
            base = theatre.ground.move_cost[MOTORISED]
            own = cost == OWN_COST
            reach = theatre.parameters.convoy.enemy_reach
            steps = disc(reach, theatre.grid.cell_km)
            enemy = np.flatnonzero(theatre.war[actor][self.world.cells.holder])
            close = np.zeros(cost.size, dtype=bool)
            close[around(enemy, steps, theatre.grid)] = True
            weight = theatre.parameters.decide.hostile_weight
            shut = np.minimum(np.rint(base * weight / 2), kernels.DEAREST_CELL)
            unusable = close | (theatre.road == 0)
            return np.where(own & unusable, shut, cost).astype(np.int32)

        return self.once("roads", int(self.theatre.bloc[actor]), make)

    def passage(
        self,
        actor: int,
        cells: Sequence[int] | AnyIntArray,
        *,
        blocker: int | None = None,
    ) -> Field:
        """Return the field of an actor's plain travel cost from ``cells``.

        Args:
            actor: who travels.
            cells: sources.
            blocker: actor whose side's ground counts as closed, and that of parties
                the traveller may not fight; with None only the terrain counts.
        """
        goal = np.asarray(cells)
        bloc = self.theatre.bloc
        side = None if blocker is None else int(bloc[blocker])
        key = ("passage", int(bloc[actor]), side, goal.tobytes())
        if key not in self._fields:
            cost = self.theatre.ground.move_cost[MOTORISED]
            if blocker is not None:
                free = self.open_ground(actor) & ~self.ground_held(blocker)
                cost = np.where(free, cost, 0).astype(np.int32)
                cost[goal] = self.theatre.ground.move_cost[MOTORISED][goal]
            self._fields[key] = search(self.theatre, cost, self.over, goal)
        return self._fields[key]

    def open_ground(self, actor: int) -> BoolArray:
        """Return the cells the actor may pass or fight its way through."""

        def make() -> BoolArray:
            theatre = self.theatre
            holders = theatre.through[actor] | theatre.contests[actor]
            allowed = theatre.side_may_enter[actor][theatre.country]
            found: BoolArray = holders[self.world.cells.holder] & allowed
            return found

        return self.once("open", actor, make)

    def reach(self, actor: int) -> Field:
        """Return the field of supply cost from the side's bases, hostile ground included.

        It says what supply a place would have if it were held, and the way by which one
        would come to it.
        """
        key = ("reach", int(self.theatre.supply_group[actor]))
        if key not in self._fields:
            theatre = self.theatre
            open_to = (
                self.open_ground(actor) & theatre.may_enter[actor][theatre.country]
            )
            cost = np.where(open_to, theatre.ground.supply_cost, 0)
            cells, offsets = self.sources(actor)
            self._fields[key] = search(
                theatre, cost.astype(np.int32), self.over, cells, offsets=offsets
            )
        return self._fields[key]

    def sources(self, actor: int) -> tuple[Int32Array, IntArray]:
        """Return the cells supply starts from and the path cost it starts with.

        Bases start at 0, forward depots at what is left of their distance to a base.
        """
        theatre, sites = self.theatre, self.world.sites
        held = theatre.through[actor][sites.controller]
        held &= theatre.may_enter[actor][theatre.country[theatre.site_cell]]
        depots = np.flatnonzero(held & np.isfinite(sites.depot_km))
        bases = self.bases(actor)
        start = np.rint(sites.depot_km[depots] / theatre.ground.step_km)
        start = np.minimum(start, kernels.BUCKETS - 1)
        offsets = np.concatenate([np.zeros(len(bases)), start]).astype(np.int64)
        return theatre.site_cell[np.concatenate([bases, depots])], offsets

    def bases(self, actor: int) -> IntArray:
        """Return the sites from which the actor's side can supply itself."""
        theatre = self.theatre
        held = theatre.through[actor][self.world.sites.controller]
        held &= theatre.may_enter[actor][theatre.country[theatre.site_cell]]
        return np.flatnonzero(held & (self.capacity > 0.0))

    @cached_property
    def capacity(self) -> FloatArray:
        """Persons each site can supply for its controller, shape (n_sites,)."""
        theatre = self.theatre
        lives_off_land = np.zeros(theatre.n_holders, dtype=bool)
        lives_off_land[: theatre.n_actors] = theatre.irregular
        fed = theatre.parameters.supply.inhabitants_fed * theatre.site_population
        drawn = np.where(lives_off_land[self.world.sites.controller], fed, 0.0)
        bloc = theatre.bloc
        same = bloc[theatre.site_controller0] == bloc[self.world.sites.controller]
        return np.where(same, theatre.site_supply, 0.0) + drawn

    @cached_property
    def near_points(self) -> IntArray:
        """Cells within a target's zone around every point, shape (n_points, m)."""
        return near.near_points(self.theatre)

    def once(self, name: str, row: Hashable, make: Callable[[], T]) -> T:
        """Return ``make()``, computed at most once per name and row."""
        key = (name, row)
        memo = self._memo
        if key not in memo:
            value = memo[key] = make()
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
        return cast(T, memo[key])

    def zone(self, points: Int32Array) -> tuple[IntArray, BoolArray]:
        """Return the cells of each point's zone and which lie on its bank."""
        if points is self.points:
            return self.near_points, near.same_bank(self.theatre)
        zone = self.theatre.parameters.decide.zone
        steps = disc(zone, self.theatre.grid.cell_km)
        cells = around(points.astype(np.int64), steps, self.theatre.grid)
        bank = self.theatre.bank
        return cells, bank[cells] == bank[points][:, None]

    def friendly_power(self, actor: int) -> FloatArray:
        """Return the fighting value of the actor's side per cell, shape (n_cells,)."""

        def make() -> FloatArray:
            formations = self.world.formations
            mine = self.theatre.friend[actor][formations.actor]
            return np.bincount(
                formations.cell,
                np.where(mine, self.power, 0.0),
                self.theatre.grid.n_cells,
            )

        return self.once("friendly", int(self.theatre.bloc[actor]), make)

    def committed(self, actor: int) -> FloatArray:
        """Return what the side has sent to attack each site so far, (n_sites,)."""
        formations, missions = self.world.formations, self.world.missions
        sent = (formations.mission >= 0) & self.theatre.friend[actor][formations.actor]
        sent &= missions.kind[formations.mission] == ATTACK
        site = missions.site[formations.mission[sent]]
        power = (self.power * formations.supply)[sent]
        return np.bincount(site, power, len(self.theatre.site_ids))

    def hostile_power(self, actor: int) -> FloatArray:
        """Return the true fighting value of the actor's enemies per cell."""

        def make() -> FloatArray:
            formations = self.world.formations
            theirs = self.theatre.war[actor][formations.actor]
            return np.bincount(
                formations.cell,
                np.where(theirs, self.power, 0.0),
                self.theatre.grid.n_cells,
            )

        return self.once("enemies", int(self.theatre.bloc[actor]), make)

    def flank(self, actor: int) -> FloatArray:
        """Return the enemy believed along each km of way through a cell, (n_cells,).

        Belief within a zone of the cell, divided by the zone's width in cells, so that
        an enemy beside a way counts about once whatever the size of a cell.
        """

        def make() -> FloatArray:
            theatre = self.theatre
            zone, km = theatre.parameters.decide.zone, theatre.grid.cell_km
            belief = self.world.belief[actor].reshape(theatre.grid.shape)
            reach = int(zone // km)
            rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
            footprint = (np.hypot(rows, columns) * km <= zone).astype(np.float32)
            near = convolve(belief, footprint, mode="constant")
            return np.asarray(near.ravel() / (2 * reach + 1), dtype=np.float64)

        return self.once("flank", actor, make)

    def beside_rivals(self, actor: int, points: Int32Array) -> BoolArray:
        """Return which points lie within ``tension_reach`` of a deconflicted party."""
        theatre = self.theatre
        reach = theatre.parameters.decide.tension_reach

        def make() -> BoolArray:
            rivals: BoolArray = theatre.deconflicted[actor][self.world.cells.holder]
            formations = self.world.formations
            near = theatre.deconflicted[actor][formations.actor] & self.alive
            rivals[formations.cell[near]] = True
            steps = disc(reach, theatre.grid.cell_km)
            close = np.zeros_like(rivals)
            close[around(np.flatnonzero(rivals), steps, theatre.grid)] = True
            return close

        found = self.once("rivals", int(theatre.bloc[actor]), make)
        beside: BoolArray = found[points]
        return beside

    def clear_of_enemies(self, actor: int, cells: Int32Array) -> BoolArray:
        """Return which cells have no believed enemy within ``bridging_clear`` km."""
        theatre = self.theatre
        steps = disc(theatre.parameters.move.bridging_clear, theatre.grid.cell_km)
        near = around(cells.astype(np.int64), steps, theatre.grid)
        least = theatre.parameters.control.least
        clear: BoolArray = self.world.belief[actor][near].sum(axis=1) < least
        return clear

    def hostile_flow(self, actor: int) -> FloatArray:
        """Return persons whose supply passes each cell, enemies of the actor's only."""
        theatre, formations = self.theatre, self.world.formations
        total = np.zeros(theatre.grid.n_cells)
        flow = np.zeros(theatre.grid.n_cells)
        enemies = [e for e in range(theatre.n_actors) if theatre.war[actor][e]]
        seen: set[int] = set()
        for enemy in enemies:
            bloc = int(theatre.bloc[enemy])
            if bloc in seen:
                continue
            seen.add(bloc)
            theirs = theatre.friend[enemy][formations.actor] & self.alive
            rows = np.flatnonzero(theirs)
            kernels.flows(
                flow,
                self.reach(enemy).parent,
                formations.cell[rows],
                formations.personnel[rows],
            )
            total += flow
        return total

    def zone_threat(self, actor: int) -> FloatArray:
        """Return the loss the actor expects from protected zones, per cell, persons."""

        def make() -> FloatArray:
            threat = np.zeros(self.theatre.grid.n_cells)
            for row, zone in enumerate(self.theatre.zones):
                threat[zone.cells] += self.world.zones.expected_loss[row, actor]
            return threat

        return self.once("zones", actor, make)

    def pieces(self, actor: int) -> Int32Array:
        """Return the connected piece of passable ground each cell belongs to, or -1."""

        def make() -> Int32Array:
            theatre = self.theatre
            ground = theatre.through[actor][self.world.cells.holder]
            ground &= theatre.may_enter[actor][theatre.country] & theatre.open
            label = np.empty(theatre.grid.n_cells, dtype=np.int32)
            kernels.components(
                label,
                ground,
                theatre.mask,
                theatre.grid.width,
                self.over.start,
                self.over.cell,
                self.over.other,
                self.over.extra,
            )
            return label

        return self.once("pieces", int(self.theatre.supply_group[actor]), make)
