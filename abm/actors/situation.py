"""Situation: what an actor's staff works out once a day and everyone reads.

Read-only views of the World with the day's path fields, kept so that no field is
searched twice. It writes nothing.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from abm import kernels
from abm.actors.costs import ground, open_cost
from abm.actors.paths import Bridges, Field, bridges, pieces, search_again
from abm.theatre import Theatre, near
from abm.theatre.ground import around, disc
from abm.theatre.values import read_only
from abm.units import AnyIntArray, BoolArray, FloatArray, Int32Array, IntArray
from abm.world import GONE, World

T = TypeVar("T")


STATES_KEPT = 2
"""States of ground, sites and crossings of which a theatre remembers what follows."""


def _known(
    memo: dict[tuple[str, Hashable], Any],
    key: tuple[str, Hashable],
    make: Callable[[], T],
) -> T:
    """Make and remember what belongs to a key; arrays are locked."""
    found = memo[key] = make()
    if isinstance(found, np.ndarray):
        found.setflags(write=False)
    return found


def totals(group: AnyIntArray, amount: FloatArray, n: int) -> FloatArray:
    """Return the amounts summed by group, shape (n,)."""
    return np.asarray(np.bincount(group, amount, n), dtype=np.float64)


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
    _memo: dict[tuple[str, Hashable], Any] = field(default_factory=dict)

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
        found: BoolArray = (formations.status != GONE) & (formations.personnel > 0.0)
        return found

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
        persons = np.where(self.alive, formations.personnel, 0.0)
        return totals(formations.actor, persons, self.theatre.n_actors)

    @cached_property
    def friend(self) -> BoolArray:
        """Holders who are an actor's own or its allies, (n_actors, n_holders)."""
        return self.theatre.friend

    @cached_property
    def _lasting(self) -> dict[tuple[str, Hashable], Any]:
        """What is remembered as long as ground, sites and crossings stay the same."""
        world = self.world
        state = b"".join(
            column.tobytes()
            for column in (
                world.cells.holder,
                world.crossings.state,
                world.sites.controller,
                world.sites.depot_km,
            )
        )
        states = self.theatre.once("lasting", dict[bytes, dict[Any, object]])
        if state not in states:
            if len(states) >= STATES_KEPT:
                states.pop(next(iter(states)), None)
            states[state] = {}
        return states[state]

    def held(self, actor: int) -> BoolArray:
        """Return the sites that the actor's side controls, shape (n_sites,)."""
        return self.lasting(
            "held", actor, lambda: self.friend[actor][self.world.sites.controller]
        )

    def ground_held(self, actor: int) -> BoolArray:
        """Return the cells that the actor's side holds, shape (n_cells,)."""
        world, theatre, mine = self.world, self.theatre, self.friend[actor]
        return self.lasting("ground_held", actor, lambda: ground(world, theatre, mine))

    def open_ground(self, actor: int) -> BoolArray:
        """Return the cells the actor may pass or fight its way through."""

        def make() -> BoolArray:
            theatre = self.theatre
            holders = theatre.through[actor] | theatre.contests[actor]
            countries = theatre.side_may_enter[actor]
            return ground(self.world, theatre, holders, countries=countries)

        return self.lasting("open", actor, make)

    def reach(self, actor: int) -> Field:
        """Return the field of supply cost from the side's bases over any ground.

        It says what supply a place would have if it were held, and the way by which one
        would come to it.
        """

        def make() -> Field:
            theatre = self.theatre
            allowed = theatre.may_enter[actor] & theatre.side_may_enter[actor]
            cost = open_cost(
                self.world,
                theatre,
                theatre.ground.supply_cost,
                holders=theatre.through[actor] | theatre.contests[actor],
                countries=allowed,
            )
            cells, offsets = self.sources(actor)
            return search_again(
                theatre,
                ("reach", int(theatre.supply_group[actor])),
                cost,
                over=self.over,
                sources=cells,
                offsets=offsets,
            )

        return self.lasting("reach", int(self.theatre.supply_group[actor]), make)

    def sources(self, actor: int) -> tuple[Int32Array, IntArray]:
        """Return the cells supply starts from and the path cost it starts with.

        Bases start at 0, forward depots at what is left of their distance to a base. A
        depot that no ground of its side joins to a base any more has nothing to give.
        """
        theatre, sites = self.theatre, self.world.sites
        cells = np.empty(2 * len(sites.controller), dtype=np.int32)
        offsets = np.empty(cells.size, dtype=np.int64)
        found = kernels.sources(
            cells,
            offsets,
            sites.controller,
            theatre.through[actor],
            theatre.site_cell,
            theatre.country,
            theatre.may_enter[actor],
            read_only(self.capacity),
            sites.depot_km,
            theatre.ground.step_km,
        )
        cells, offsets = cells[:found], offsets[:found]
        piece, base = self.pieces(actor)[cells], offsets == 0
        joined = base | np.isin(piece, piece[base & (piece >= 0)])
        return cells[joined], offsets[joined]

    def bases(self, actor: int) -> IntArray:
        """Return the sites from which the actor's side can supply itself."""

        def make() -> IntArray:
            theatre = self.theatre
            held = theatre.through[actor][self.world.sites.controller]
            held &= theatre.may_enter[actor][theatre.country[theatre.site_cell]]
            return np.flatnonzero(held & (self.capacity > 0.0))

        return self.lasting("bases", int(self.theatre.supply_group[actor]), make)

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
        found: T | None = self._memo.get((name, row))
        return _known(self._memo, (name, row), make) if found is None else found

    def lasting(self, name: str, row: Hashable, make: Callable[[], T]) -> T:
        """Return ``make()``, kept over the days while its sources stay the same.

        These are holders of cells and sites, crossings and depots; ``make`` may depend
        on nothing else that changes.
        """
        kept = self._lasting
        found: T | None = kept.get((name, row))
        return _known(kept, (name, row), make) if found is None else found

    def zone(self, points: Int32Array) -> tuple[IntArray, BoolArray]:
        """Return the cells of each point's zone and which lie on its bank."""
        if points is self.points:
            return self.near_points, near.same_bank(self.theatre)
        zone = self.theatre.parameters.decide.zone
        steps = disc(zone, self.theatre.grid.cell_km)
        cells = around(points.astype(np.int64), steps, self.theatre.grid)
        bank = self.theatre.bank
        same = bank[cells] == bank[points][:, None]
        return read_only(cells), read_only(same)

    def friendly_power(self, actor: int) -> FloatArray:
        """Return the fighting value of the actor's side per cell, shape (n_cells,)."""

        def make() -> FloatArray:
            formations = self.world.formations
            mine = self.theatre.friend[actor][formations.actor]
            power = np.where(mine, self.power, 0.0)
            return totals(formations.cell, power, self.theatre.grid.n_cells)

        return self.once("friendly", int(self.theatre.supply_group[actor]), make)

    def hostile_power(self, actor: int) -> FloatArray:
        """Return the true fighting value of the actor's enemies per cell."""

        def make() -> FloatArray:
            formations = self.world.formations
            theirs = self.theatre.war[actor][formations.actor]
            power = np.where(theirs, self.power, 0.0)
            return totals(formations.cell, power, self.theatre.grid.n_cells)

        return self.once("enemies", int(self.theatre.supply_group[actor]), make)

    def pieces(self, actor: int) -> Int32Array:
        """Return the connected piece of passable ground each cell belongs to, or -1."""

        def make() -> Int32Array:
            theatre = self.theatre
            holders, countries = theatre.through[actor], theatre.may_enter[actor]
            land = ground(self.world, theatre, holders, countries=countries)
            return pieces(theatre, land, self.over)

        return self.lasting("pieces", int(self.theatre.supply_group[actor]), make)
