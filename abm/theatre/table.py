"""What the theatre is made of. Values only: ``abm.theatre.assembly`` makes them."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from abm.geo.grid import Grid
from abm.scenario import Scenario
from abm.scenario.parameters import Parameters
from abm.scenario.schema import ActorSpec
from abm.theatre.ground import Ground
from abm.theatre.values import Objective, Zone, alike, lock
from abm.units import (
    BoolArray,
    Days,
    Float32Array,
    FloatArray,
    Int8Array,
    Int16Array,
    Int32Array,
    IntArray,
    UInt8Array,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Theatre:
    """A scenario on a grid; every array is read-only.

    Cells are ``row * width + column`` with row 0 in the north; the outermost ring is
    padding that is never open. A holder is an actor, a passive holder or nobody, in
    this order; the first ``n_actors`` holders are the actors. Distances are km,
    positions km east of the grid's left edge and south of its top edge.

    Attributes:
        scenario: what it was built from.
        parameters: the scenario's.
        grid: the grid.
        days_per_tick: length of a tick, days.
        actors: in the order of every actor index.
        n_actors: number of actors.
        n_holders: actors, passive holders and nobody.
        nobody: index of the holder that stands for none.
        holder_names: ids of actors and passive holders, then ``"nobody"``.
        holder_index: index by id.
        bloc: index into ``bloc_names`` per holder, (n_holders,).
        bloc_names: blocs in order of first mention; passive holders and nobody are
            blocs of their own.
        colours: ``#rrggbb`` per holder.
        war, allied, partner, deconflicted: stance of each ordered pair of holders,
            (n_holders, n_holders); ``allied`` is true of a holder and itself.
        friend: whose ground is an actor's own or an ally's, (n_actors, n_holders).
        country: index into ``country_names``, (n_cells,).
        country_names: the last one, ``"none"``, is the sea and land off the map.
        may_enter: whether an actor's formations may be in a country,
            (n_actors, n_countries).
        side_may_enter: whether the actor or an ally of it may, same shape.
        tension0, rung0, air_channel0, ground_channel0: of pairs of actors at the
            start, (n_actors, n_actors).
        open: land in an open country and in the box, dry or with a road, (n_cells,).
        bank: of the dividing river, 0 left and 1 right, (n_cells,).
        terrain: index into ``terrain_names``, (n_cells,).
        terrain_names: classes of terrain.
        cover: in [0, 1], (n_cells,).
        elevation: m above the sea, (n_cells,).
        road: 0 none, 1 track, 2 secondary, 3 primary, 4 motorway, (n_cells,).
        population: inhabitants of the sites in the cell, (n_cells,).
        mask: bit k is set when the step in direction k (N, S, W, E, NW, NE, SW, SE)
            stays on one bank, between open cells, (n_cells,).
        crossing_ids: all crossings.
        crossing_is_barrier: on the dividing river; the others join nothing.
        crossing_right, crossing_left: neighbouring cells joined, -1 where the
            crossing is not on the dividing river, (n_crossings,).
        crossing_state0: one of the CROSSING constants of abm.world.
        crossing_x_km, crossing_y_km: where it is, exactly.
        site_ids: sites on the map, in row order.
        site_row: row by id.
        site_names, site_kind: per site.
        site_cell: open cell of its own bank (its own where possible), (n_sites,).
        site_x_km, site_y_km: where it is, exactly.
        site_bank: of the dividing river.
        site_population: inhabitants.
        site_value: worth of holding it, in [0, 1].
        site_controller0: holder at the start.
        site_contested0: fought over at the start.
        site_supply: persons it can feed.
        site_gate: supply comes in from beyond the map here.
        site_importance: of its label, 1 (first) to 5.
        force_ids: rows of the order of battle that are loaded.
        formation_ids: ``"O37-01"`` is the first part of row O37.
        formations0: columns ``parent, actor, cell, site, personnel, quality,
            mobility, home`` of the Formations table at the start.
        air_ids: air, air-defence and missile assets.
        air_names: types of aircraft or weapon.
        air_operator: actor index, (n_air,).
        air_role: role of each.
        air_base_site: row of the site it depends on, or -1, (n_air,).
        air_base_x_km, air_base_y_km: base, or where it enters the map.
        air_radius_km: reach from there.
        air_detection_km: distance at which it sees aircraft.
        air_sorties_per_day: per ready aircraft.
        air_count0: aircraft or launchers at the start.
        air_grounded0: does not fly.
        holder0: holder of every cell at the start, (n_cells,).
        ground: path costs and neighbourhoods compiled with the parameters.
        moved: (id, km from its cell's centre) of every site that is not in the cell
            that holds its coordinates.
        objectives: of all actors, flat.
        objective_actor: actor index per objective, (n_objectives,).
        weights0: weight per objective, (n_objectives,).
        areas: cells whose centre is in the area, and on its bank, by id.
        segments: open cells within one cell of a border line, on its country's
            side, by id.
        segment_sites: rows of the sites on the segment, by id.
        zones: protected zones.
    """

    scenario: Scenario
    parameters: Parameters
    grid: Grid
    days_per_tick: Days
    actors: tuple[ActorSpec, ...]
    n_actors: int
    n_holders: int
    nobody: int
    holder_names: tuple[str, ...]
    holder_index: Mapping[str, int]
    bloc: Int8Array
    bloc_names: tuple[str, ...]
    colours: tuple[str, ...]
    friend: BoolArray
    war: BoolArray
    allied: BoolArray
    partner: BoolArray
    deconflicted: BoolArray
    country: Int8Array
    country_names: tuple[str, ...]
    may_enter: BoolArray
    side_may_enter: BoolArray
    tension0: FloatArray
    rung0: Int8Array
    air_channel0: BoolArray
    ground_channel0: BoolArray
    open: BoolArray
    bank: Int8Array
    terrain: Int8Array
    terrain_names: tuple[str, ...]
    cover: Float32Array
    elevation: Float32Array
    road: Int8Array
    population: Float32Array
    mask: UInt8Array
    crossing_ids: tuple[str, ...]
    crossing_is_barrier: BoolArray
    crossing_right: Int32Array
    crossing_left: Int32Array
    crossing_state0: Int8Array
    crossing_x_km: FloatArray
    crossing_y_km: FloatArray
    site_ids: tuple[str, ...]
    site_row: Mapping[str, int]
    site_names: tuple[str, ...]
    site_kind: tuple[str, ...]
    site_cell: Int32Array
    site_x_km: FloatArray
    site_y_km: FloatArray
    site_bank: Int8Array
    site_population: FloatArray
    site_value: FloatArray
    site_controller0: Int8Array
    site_contested0: BoolArray
    site_supply: FloatArray
    site_gate: BoolArray
    site_importance: Int8Array
    force_ids: tuple[str, ...]
    formation_ids: tuple[str, ...]
    formations0: Mapping[str, np.ndarray[Any, Any]]
    air_ids: tuple[str, ...]
    air_names: tuple[str, ...]
    air_operator: Int8Array
    air_role: tuple[str, ...]
    air_base_site: Int16Array
    air_base_x_km: FloatArray
    air_base_y_km: FloatArray
    air_radius_km: FloatArray
    air_detection_km: FloatArray
    air_sorties_per_day: FloatArray
    air_count0: FloatArray
    air_grounded0: BoolArray
    holder0: Int8Array
    ground: Ground
    moved: tuple[tuple[str, float], ...]
    objectives: tuple[Objective, ...]
    objective_actor: Int16Array
    weights0: FloatArray
    areas: Mapping[str, BoolArray]
    segments: Mapping[str, Int32Array]
    segment_sites: Mapping[str, tuple[int, ...]]
    zones: tuple[Zone, ...]

    @property
    def n_parts(self) -> int:
        """Number of formations at the start."""
        return len(self.formation_ids)

    def __post_init__(self) -> None:
        for part in fields(self):
            lock(getattr(self, part.name))

    def decides(self, tick: int) -> bool:
        """Return whether strategy is decided in a tick: at the start, then daily."""
        calendar = self.scenario.calendar
        return tick == 0 or calendar.at(tick).hour == calendar.decide_hour

    @cached_property
    def _kept(self) -> dict[Hashable, Any]:
        return {}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return ``make()``, worked out at most once; an array becomes read-only."""
        kept = self._kept
        if key not in kept:
            lock(value := make())
            kept[key] = value
        found: T = kept[key]
        return found

    def forget(self) -> None:
        """Let go of all that has been worked out; it will be again when asked for."""
        self._kept.clear()

    @cached_property
    def irregular(self) -> BoolArray:
        """Actors who live off, and hide among, the people they hold, (n_actors,)."""
        return np.array([actor.draws_on_population for actor in self.actors])

    @cached_property
    def attackers(self) -> BoolArray:
        """Formations that can attack: no support, artillery, garrisons; (n_parts,)."""
        kind = {force.id: force.type for force in self.scenario.forces}
        types = np.array([kind[force] for force in self.force_ids])
        passive = np.isin(types, ("support", "artillery", "garrison"))
        found: BoolArray = ~passive[self.formations0["parent"]]
        return found

    @cached_property
    def autonomy(self) -> FloatArray:
        """Weight of own wishes against the patrons', (n_actors,)."""
        return np.array([float(actor.autonomy) for actor in self.actors])

    @cached_property
    def dependence(self) -> FloatArray:
        """Share of a client's means that comes from a patron, (n_actors, n_actors)."""
        share = np.zeros((self.n_actors, self.n_actors))
        for row, actor in enumerate(self.actors):
            for patron in actor.patrons:
                share[row, self.holder_index[patron.actor]] = patron.dependence
        return share

    @cached_property
    def clients(self) -> BoolArray:
        """Actors who weigh their patrons' wishes against their own, (n_actors,)."""
        found: BoolArray = (self.dependence.sum(axis=1) > 0.0) & (self.autonomy < 1.0)
        return found

    @cached_property
    def through(self) -> BoolArray:
        """Whose ground an actor passes freely: its side's, its partners'."""
        return np.asarray(self.friend | self.partner[: self.n_actors], dtype=bool)

    @cached_property
    def supply_group(self) -> IntArray:
        """Actors alike in bloc, countries, friends, enemies and zones shut to them."""
        n = self.n_actors
        rows = (self.may_enter, self.through, self.war, self.deconflicted)
        shut = np.array([[a in zone.kept_out for zone in self.zones] for a in range(n)])
        return alike(self.bloc[:n], *(row[:n] for row in rows), shut)

    @cached_property
    def contests(self) -> BoolArray:
        """Whose ground an actor may take: its enemies' and nobody's."""
        found = self.war[: self.n_actors].copy()
        found[:, self.nobody] = True
        return found

    @cached_property
    def may_hold(self) -> BoolArray:
        """Cells an actor may hold, (n_actors, n_cells)."""
        return np.asarray(self.may_enter[:, self.country] & self.open, dtype=bool)
