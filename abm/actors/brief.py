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
_LOCK = threading.Lock()


class RoadTable:
    """Km of best road from every cell to some points, searched when first asked for.

    Terrain and crossings only, whoever holds the ground. Rows never asked for take no
    memory.
    """

    def __init__(self, n_points: int, n_cells: int) -> None:
        self._km = np.empty((n_points, n_cells), dtype=np.float32)
        self._known = np.zeros(n_points, dtype=bool)

    def rows(
        self, world: World, theatre: Theatre, *, points: AnyIntArray, asked: IntArray
    ) -> Float32Array:
        """Return the table with the rows ``asked`` filled, inf where no way leads.

        Args:
            world: for its crossings.
            theatre: what never changes.
            points: cell of each row, shape (n_points,).
            asked: rows that are needed.

        Returns:
            Shape (n_points, n_cells), float32.
        """
        unknown = asked[~self._known[asked]]
        for row in np.unique(unknown).tolist() if unknown.size else ():
            cost = theatre.ground.move_cost[MOTORISED]
            self._km[row] = np.inf
            if cost[points[row]] > 0:
                over = bridges(world, theatre)
                dist = search(theatre, cost, over, sources=points[row : row + 1]).dist
                reached = dist < kernels.UNREACHED
                self._km[row, reached] = dist[reached] * theatre.ground.step_km
            self._known[row] = True
        return self._km


def road_km(situation: Situation, asked: IntArray) -> Float32Array:
    """Return km of best road to the rows ``asked`` of ``situation.points``.

    Kept per theatre and state of the crossings, since it is the same for every day
    between two changes of a bridge; (n_points, n_cells), other rows undefined.
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
        km: from every cell, shape (n_points, n_cells).
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
    return Roads(point, road_km(situation, point[point >= 0]))


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
    rows = np.flatnonzero(
        (missions.actor[:n] == actor)
        & (
            (missions.status[:n] == MISSION_ACTIVE)
            | (missions.status[:n] == MISSION_DONE) & (missions.end_tick[:n] == tick)
        )
    )
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
