"""Brief: roads, kept draws and words for an actor's options."""

import threading
from typing import NamedTuple

import numpy as np

from abm import kernels
from abm.actors.options import BRIDGE, Options
from abm.actors.paths import bridges, search
from abm.actors.situation import Situation
from abm.theatre import Theatre
from abm.theatre.ground import MOTORISED
from abm.units import NOBODY, AnyIntArray, Float32Array, FloatArray, IntArray
from abm.world import MISSION_ACTIVE, MISSION_DONE, MISSIONS, World

_KEPT = 6
_ROWS = 32
"""Of a new table; it doubles when they are full."""
_LOCK = threading.Lock()


class RoadTable:
    """Km of best road from every cell to some points, searched when first asked for.

    Terrain and crossings only, whoever holds the ground. Only points asked for take a
    row: the memory of large arrays is handed out whole, not as it is written to.
    """

    def __init__(self, n_points: int, n_cells: int) -> None:
        self._km = np.empty((_ROWS, n_cells), dtype=np.float32)
        self._row = np.full(n_points, NOBODY, dtype=np.int64)
        self._count = 0

    def rows(
        self, world: World, theatre: Theatre, *, points: AnyIntArray, asked: IntArray
    ) -> "Roads":
        """Return the rows of the points ``asked``, and the table they are rows of.

        Args:
            world: for its crossings.
            theatre: what never changes.
            points: cell of each point, shape (n_points,).
            asked: points that are needed; negative ones are passed over.
        """
        known = asked[asked >= 0]
        unknown = known[self._row[known] < 0]
        for point in np.unique(unknown).tolist() if unknown.size else ():
            if self._count == len(self._km):
                self._km = np.concatenate([self._km, np.empty_like(self._km)])
            self._search(world, theatre, points[point : point + 1])
            self._row[point] = self._count
            self._count += 1
        return Roads(np.where(asked < 0, asked, self._row[asked]), self._km)

    def _search(self, world: World, theatre: Theatre, source: AnyIntArray) -> None:
        """Fill the next row: km from every cell to ``source``, inf without a way."""
        km, cost = self._km[self._count], theatre.ground.move_cost[MOTORISED]
        km[:] = np.inf
        if cost[source[0]] > 0:
            over = bridges(world, theatre)
            dist = search(theatre, cost, over, sources=source).dist
            reached = dist < kernels.UNREACHED
            km[reached] = dist[reached] * theatre.ground.step_km


def road_km(situation: Situation, asked: IntArray) -> "Roads":
    """Return km of best road to the rows ``asked`` of ``situation.points``.

    Kept per theatre and state of the crossings, since it is the same for every day
    between two changes of a bridge.
    """
    world, theatre, points = situation.world, situation.theatre, situation.points
    with _LOCK:
        tables = theatre.once("road_km", dict[bytes, RoadTable])
        state = world.crossings.state.tobytes()
        if state not in tables:
            while len(tables) >= _KEPT:
                tables.pop(next(iter(tables)))
            tables[state] = RoadTable(len(points), theatre.grid.n_cells)
        return tables[state].rows(world, theatre, points=points, asked=asked)


class Roads(NamedTuple):
    """How far options are by best road.

    Attributes:
        point: row of ``km`` of each option, negative where one drives straight to its
            cell over open ground, shape (n_options,).
        km: from every cell, a row per point asked for so far, (n_rows, n_cells).
    """

    point: IntArray
    km: Float32Array


def roads(situation: Situation, menu: Options) -> Roads:
    """Return how far the options are, by road but for raids."""
    theatre = situation.theatre
    point = menu.site.astype(np.int64)
    works = menu.kind == BRIDGE
    if works.any():
        n_sites, n = len(theatre.site_ids), len(theatre.crossing_ids)
        on_right = menu.cell == theatre.crossing_right[menu.crossing]
        near = n_sites + menu.crossing + np.where(on_right, 0, n)
        point = np.where(works, near, point)
    return road_km(situation, point)


def kept_draws(situation: Situation, actor: int, menu: Options) -> FloatArray:
    """Return the Gumbel numbers of missions in force or just released, nan elsewhere.

    A mission that has run its commitment competes again with its own number and a
    margin in its favour, so that orders do not flicker.
    """
    _, kept = situation.once(
        "kept", (actor, id(menu)), lambda: (menu, _kept_draws(situation, actor, menu))
    )
    return kept


def _kept_draws(situation: Situation, actor: int, menu: Options) -> FloatArray:
    kept = np.full(len(menu), np.nan)
    missions, tick = situation.world.missions, situation.world.tick
    n = int(missions.count[0])
    rows = (
        (missions.actor[:n] == actor)
        & (
            (missions.status[:n] == MISSION_ACTIVE)
            | (missions.status[:n] == MISSION_DONE) & (missions.end_tick[:n] == tick)
        )
    ).nonzero()[0]
    if rows.size:
        columns = (missions.kind, missions.cell, missions.site, missions.draw)
        kernels.kept(kept, menu.kind, menu.cell, menu.site, rows, *columns)
    return kept


def truth(situation: Situation, actor: int, menu: Options, *, option: int) -> float:
    """Return the true enemy strength in the zone of an option, persons-equivalent."""
    site, power = menu.site[option], situation.hostile_power(actor)
    if site >= 0:
        zone, same_bank = situation.zone(situation.points)
        return float((power[zone[site]] * same_bank[site]).sum())
    zone, same_bank = situation.zone(menu.cell[option : option + 1])
    return float((power[zone] * same_bank).sum())


def main_objective(situation: Situation, actor: int, gains: FloatArray) -> int:
    """Return the objective that speaks most for an option's ``gains``, or NOBODY."""
    speaking = gains * situation.weights[actor]
    best = int(speaking.argmax())
    return best if speaking[best] > 0.0 else NOBODY


def described(situation: Situation, menu: Options, option: int) -> str:
    """Return an option in words, such as ``attack Sukhna``."""
    theatre = situation.theatre
    kind = MISSIONS[menu.kind[option]]
    if menu.site[option] >= 0:
        return f"{kind} {theatre.site_names[menu.site[option]]}"
    if menu.crossing[option] >= 0:
        return f"{kind} at crossing {theatre.crossing_ids[menu.crossing[option]]}"
    lon, lat = theatre.grid.lonlat(int(menu.cell[option]))
    return f"{kind} the road at {float(lat):.2f} N {float(lon):.2f} E"
