"""What a watched run is sampled for: advances, places retaken, where incidents are.

Samples are taken at every tick, where the recorded tables have days only.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from abm.actors.positions import places
from abm.model import ConflictModel
from abm.theatre import Theatre
from abm.units import AnyIntArray, BoolArray, Int8Array
from abm.world import ACTIVE, GONE, MISSIONS, World
from experiments.parties import Parties
from experiments.watch import March, passed_cells

ATTACKS = (MISSIONS.index("attack"), MISSIONS.index("raid"))
"""Missions whose marches are advances."""

TOWN_PEOPLE = 5_000
"""Inhabitants from which a populated site is a town."""

GARRISON = 50.0
"""Persons from which a place is defended."""

THIN = 100.0
"""Persons below which a road cell is thinly held."""


@dataclass(frozen=True)
class Retaken:
    """A cell that the raider held before, lost, and has taken back.

    Attributes:
        tick: when.
        cell: which.
        road: whether a road runs through it.
        people: inhabitants.
        defenders: persons of the loser and its allies who stood in it.
    """

    tick: int
    cell: int
    road: bool
    people: float
    defenders: float


@dataclass(frozen=True)
class Met:
    """An incident between the blocs, and how far it was from where they touch.

    Attributes:
        tick: when.
        kind: of incident.
        cell: where.
        ground_km: from the nearest place where ground of one borders on the other's.
        contact_km: the same where formations of either count like its ground.
    """

    tick: int
    kind: str
    cell: int
    ground_km: float
    contact_km: float


class Sampler:
    """An onlooker of one run.

    Attributes:
        road_km: km a formation advanced on roads, by (day, formation), only where it
            did advance.
        town_km: km it moved in a defended town it attacks, by (day, formation).
        marches: [first tick, last tick, km on roads] by (mission, formation).
        retaken: cells taken back by the raider.
        sites_retaken: sites likewise.
        met: incidents between the blocs.
    """

    def __init__(self, model: ConflictModel, parties: Parties) -> None:
        theatre, world = model.theatre, model.world
        self._parties = parties
        self._raider = theatre.holder_index[parties.isis]
        self._had = world.cells.holder == self._raider
        self._controller = world.sites.controller.copy()
        self._had_site = self._controller == self._raider
        self._per_day = round(1 / theatre.days_per_tick)
        self.road_km: dict[tuple[int, int], float] = defaultdict(float)
        self.town_km: dict[tuple[int, int], float] = defaultdict(float)
        self.marches: dict[tuple[int, int], list[float]] = {}
        self.retaken: list[Retaken] = []
        self.sites_retaken = 0
        self.met: list[Met] = []
        self._inside = in_defended_towns(world, theatre)

    def marched(self, model: ConflictModel, before: March) -> None:
        """Take down how far those who attack have come."""
        world = model.world
        formations, missions = world.formations, world.missions
        attacks = (formations.status == ACTIVE) & (formations.mission >= 0)
        attacks &= np.isin(missions.kind[formations.mission], ATTACKS)
        moved = before.cell != formations.cell
        moved |= before.progress_km != formations.progress_km
        day = world.tick // self._per_day
        for row in np.flatnonzero(attacks & moved).tolist():
            km = _hostile_road_km(model, before, row)
            if km > 0.0:
                self.road_km[day, row] += km
                key = (int(formations.mission[row]), row)
                march = self.marches.setdefault(key, [world.tick, world.tick, 0.0])
                march[1], march[2] = world.tick, march[2] + km
        for row in self._inside[attacks[self._inside]].tolist():
            self.town_km[day, row] += sum(km for _, km in _segments(model, before, row))

    def passed(self, model: ConflictModel, holder: Int8Array) -> None:
        """Take down what the raider has taken back."""
        world, theatre = model.world, model.theatre
        now, controller = world.cells.holder, world.sites.controller
        back = (now == self._raider) & (holder != self._raider) & self._had
        back &= holder != theatre.nobody
        for cell in np.flatnonzero(back).tolist():
            self.retaken.append(
                Retaken(
                    tick=world.tick,
                    cell=cell,
                    road=bool(theatre.road[cell] > 0),
                    people=float(theatre.population[cell]),
                    defenders=_persons(world, theatre, cell, side=int(holder[cell])),
                )
            )
        again = (controller == self._raider) & (self._controller != self._raider)
        self.sites_retaken += int((again & self._had_site).sum())
        self._had |= now == self._raider
        self._had_site |= controller == self._raider
        self._controller = controller.copy()

    def after(self, model: ConflictModel) -> None:
        """Take down where incidents between the blocs happened, and who is in towns."""
        theatre = model.theatre
        self._inside = in_defended_towns(model.world, theatre)
        sides = [theatre.bloc_names.index(self._parties.loyalist)]
        sides.append(theatre.bloc_names.index(self._parties.coalition))
        for each in model.world.journal.incidents:
            pair = {int(theatre.bloc[each.actor]), int(theatre.bloc[each.other])}
            if pair == set(sides):
                ground, bodies = contacts(model.world, theatre, sides)
                self.met.append(
                    Met(
                        tick=model.world.tick,
                        kind=each.kind,
                        cell=each.cell,
                        ground_km=_nearest_km(theatre, each.cell, ground),
                        contact_km=_nearest_km(theatre, each.cell, bodies),
                    )
                )


def _segments(model: ConflictModel, before: March, row: int) -> list[tuple[int, float]]:
    """Return (cell made for, km covered) of each part of a formation's march."""
    formations, grid = model.world.formations, model.theatre.grid
    last = int(formations.cell[row])
    if last == before.cell[row]:
        ahead = int(before.route[row, 0])
        km = float(formations.progress_km[row] - before.progress_km[row])
        return [(ahead if ahead >= 0 else last, max(km, 0.0))]
    path = passed_cells(before, row, last)
    x, y = grid.center_km(np.array(path))
    lengths = np.hypot(np.diff(x), np.diff(y))
    lengths[0] -= before.progress_km[row]
    found = list(zip(path[1:], np.maximum(lengths, 0.0).tolist(), strict=True))
    ahead = int(formations.route[row, 0])
    found.append((ahead if ahead >= 0 else last, float(formations.progress_km[row])))
    return found


def _hostile_road_km(model: ConflictModel, before: March, row: int) -> float:
    """Return km of road covered in ground that is not safely its side's own."""
    world, theatre = model.world, model.theatre
    actor = int(world.formations.actor[row])
    secure = theatre.parameters.move.consolidation
    total = 0.0
    for cell, km in _segments(model, before, row):
        safe = theatre.through[actor, world.cells.holder[cell]]
        safe = safe and world.cells.cleared[cell] >= secure
        if theatre.road[cell] > 0 and not safe:
            total += km
    return total


def in_defended_towns(world: World, theatre: Theatre) -> AnyIntArray:
    """Return the formations within reach of the middle of a town its enemies defend.

    Reach is that of the fight, so that it does not depend on the size of cells.
    """
    formations = world.formations
    reach = theatre.parameters.fight.reach
    x, y, _, _, _ = places(world, theatre)
    alive = (formations.status == ACTIVE) & (formations.personnel > 0.0)
    inside = np.zeros(len(alive), dtype=bool)
    towns = np.flatnonzero(theatre.site_population >= TOWN_PEOPLE)
    for site in towns[world.sites.controller[towns] < theatre.n_actors].tolist():
        controller = int(world.sites.controller[site])
        away = np.hypot(x - theatre.site_x_km[site], y - theatre.site_y_km[site])
        near = alive & (away <= reach)
        near &= theatre.bank[formations.cell] == theatre.site_bank[site]
        own = near & theatre.allied[controller][formations.actor]
        if formations.personnel[own].sum() >= GARRISON:
            inside |= near & theatre.war[controller][formations.actor]
    return np.flatnonzero(inside)


def _persons(world: World, theatre: Theatre, cell: int, *, side: int) -> float:
    """Return the persons of a holder and its allies in a cell."""
    formations = world.formations
    here = (formations.cell == cell) & (formations.status != GONE)
    friends = theatre.allied[side][formations.actor]
    return float(formations.personnel[here & friends].sum())


def contacts(
    world: World, theatre: Theatre, sides: list[int]
) -> tuple[BoolArray, BoolArray]:
    """Return the cells where two blocs touch: by ground alone, and by bodies too."""
    held = [theatre.bloc[world.cells.holder] == side for side in sides]
    formations = world.formations
    alive = (formations.status != GONE) & (formations.personnel > 0.0)
    there = [mask.copy() for mask in held]
    for mask, side in zip(there, sides, strict=True):
        mask[formations.cell[alive & (theatre.bloc[formations.actor] == side)]] = True
    return _touching(theatre, held), _touching(theatre, there)


def _touching(theatre: Theatre, masks: list[BoolArray]) -> BoolArray:
    """Return the cells of either mask with a cell of the other in or beside them."""
    one, other = (mask.reshape(theatre.grid.shape) for mask in masks)
    found: BoolArray = (one & _grown(other)) | (other & _grown(one))
    return found.ravel()


def _grown(mask: BoolArray) -> BoolArray:
    """Return a mask with the eight neighbours of each of its cells."""
    from scipy.ndimage import binary_dilation

    return np.asarray(binary_dilation(mask, np.ones((3, 3), dtype=bool)))


def _nearest_km(theatre: Theatre, cell: int, places: BoolArray) -> float:
    """Return the distance from a cell to the nearest of the places, km."""
    cells: AnyIntArray = np.flatnonzero(places)
    if not cells.size:
        return float("inf")
    x, y = theatre.grid.center_km(cells)
    at_x, at_y = theatre.grid.center_km(np.array([cell]))
    return float(np.hypot(x - at_x[0], y - at_y[0]).min())
