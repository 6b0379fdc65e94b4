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
from abm.units import NOBODY, AnyIntArray, FloatArray, IntArray
from abm.world import MISSION_ACTIVE, MISSION_DONE, MISSIONS, World

_DISTANCES: dict[tuple[int, bytes], tuple[Theatre, FloatArray]] = {}
_LOCK = threading.Lock()
_KEPT = 6


def road_km(world: World, theatre: Theatre, points: AnyIntArray) -> FloatArray:
    """Return km of best road from every cell to every point, inf where no way.

    Terrain and crossings only, whoever holds the ground. Kept per theatre and state of
    the crossings, since it is the same for every day between two changes of a bridge.

    Returns:
        Shape (n_points, n_cells), float32.
    """
    key = (id(theatre), world.crossings.state.tobytes())
    with _LOCK:
        known = _DISTANCES.get(key)
    if known is not None:
        return known[1]
    over = bridges(world, theatre)
    cost = theatre.ground.move_cost[MOTORISED]
    found = np.full((len(points), cost.size), np.inf, dtype=np.float32)
    for row, cell in enumerate(points):
        if cost[cell] == 0:
            continue
        dist = search(theatre, cost, over, sources=np.array([cell])).dist
        reached = dist < kernels.UNREACHED
        found[row, reached] = dist[reached] * theatre.ground.step_km
    with _LOCK:
        while len(_DISTANCES) >= _KEPT:
            _DISTANCES.pop(next(iter(_DISTANCES)))
        _DISTANCES[key] = (theatre, found)
    return found


class Roads(NamedTuple):
    """How far options are by best road.

    Attributes:
        point: row of ``km`` of each option, negative where one drives straight to its
            cell over open ground, shape (n_options,).
        km: from every cell, shape (n_points, n_cells).
    """

    point: IntArray
    km: FloatArray


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
    return Roads(point, road_km(situation.world, theatre, situation.points))


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
    for row in rows:
        same = (menu.kind == missions.kind[row]) & (menu.cell == missions.cell[row])
        kept[same & (menu.site == missions.site[row])] = missions.draw[row]
    return kept


def truth(situation: Situation, actor: int, cell: int) -> float:
    """Return the true enemy strength in the zone of a cell, persons-equivalent."""
    zone, same_bank = situation.zone(np.array([cell], dtype=np.int32))
    return float((situation.hostile_power(actor)[zone] * same_bank).sum())


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
