"""Who holds which cell at the start.

Ground is divided in three rounds (``abm.geo.control``), each giving out only what is
still without a holder:

1. What can be defended. Sites claim the ground around them, the farther the more
   inhabitants and troops they have; mobile rows of the order of battle claim the
   ground around their own position for the party on whose places they stand, which
   carries corridors through the steppe.
2. What lies behind: all sites of actors claim alike, out to a longer reach.
3. What nobody else has reached goes to actors who live off the land.

In all of them a place claims no more than a multiple of the distance to the nearest
place of a rival, so that besieged pockets and outposts stay small; a passive holder's
place, and one that is fought over, claim their surroundings only; nobody claims
ground in a protected zone it is kept out of. Areas known to be held (map layer
``held``, properties ``holder`` and, where it has one, ``bank``) are taken as they are
drawn, cells with sites apart.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from abm.geo.banks import BANKS, connected, step_mask
from abm.geo.control import Claims, Way, allocation
from abm.geo.shapes import covered, geometry
from abm.scenario import Scenario
from abm.scenario.parameters.map import MapParameters
from abm.theatre.land import Geometry, features
from abm.units import BoolArray, Float32Array, FloatArray, Int8Array


def holder0(scenario: Scenario, where: Geometry, known: Mapping[str, Any]) -> Int8Array:
    """Return the holder of every cell at the start, shape (n_cells,).

    Args:
        scenario: the scenario.
        where: its land.
        known: the theatre's columns of holders, sites and formations.
    """
    rules = scenario.parameters.map
    lives = np.array([actor.draws_on_population for actor in scenario.actors])
    nobody = known["holder_index"]["nobody"]
    controller: Int8Array = known["site_controller0"]
    strength = strengths(known, rules)
    limit = rules.rival_share * rival_distance(known)
    small = np.where(controller >= len(lives), rules.reach_passive, np.inf)
    small[known["site_contested0"]] = rules.reach_contested
    limit = np.minimum(limit, small)
    share = np.sqrt(np.minimum(1.0, strength / rules.strong))
    near = rules.reach_least + share * (rules.reach - rules.reach_least)
    rounds = [
        _joined(
            Claims(controller, where.sites.cell, np.minimum(near, limit), strength),
            _rows(scenario, where, known),
        )
    ]
    behind = np.where(np.isinf(small), rules.reach_behind, 0.0)
    scattered = np.append(lives, np.zeros(nobody + 1 - len(lives), dtype=bool))
    far = np.where(scattered[controller], rules.reach_scattered, 0.0)
    for reach in (behind, far):
        reach = np.minimum(reach, limit)
        own = reach > 0.0
        rounds.append(
            Claims(controller[own], where.sites.cell[own], reach[own], strength[own])
        )
    return _drawn(scenario, where, known, _divided(scenario, where, known, rounds))


def _divided(
    scenario: Scenario,
    where: Geometry,
    known: Mapping[str, Any],
    rounds: Sequence[Claims],
) -> Int8Array:
    """Return the holders after all rounds of claims."""
    nobody = known["holder_index"]["nobody"]
    rules = scenario.parameters.map
    way = Way(
        where.grid,
        where.mask,
        effort(where.road, where.terrain.move_cost, rules.road_share),
    )
    allowed = _allowed(scenario, where, known)
    found = np.full(where.grid.n_cells, nobody, dtype=np.int8)
    for claims in rounds:
        if claims.cell.size == 0:
            continue
        free = found == nobody
        passable = free | (found == np.arange(nobody + 1)[:, None])
        given = allocation(way, claims, allowed=allowed & passable, nobody=nobody)
        found = np.where(free, given, found).astype(np.int8)
        if claims is rounds[0]:
            found[_cut_off(where, found, claims)] = nobody
    return found


def _cut_off(where: Geometry, found: Int8Array, claims: Claims) -> BoolArray:
    """Return held cells from which no way over their holder's ground leads to a claim.

    A far claim can reach round a rival's small one; what it gains behind it would be
    an island without a post.
    """
    sides = (2 * found + where.land.bank).astype(np.int8)
    part = connected(where.grid, step_mask(where.grid, where.open, sides))
    return ~np.isin(part, part[claims.cell])


def strengths(known: Mapping[str, Any], rules: MapParameters) -> FloatArray:
    """Return each site's strength: troops of its side and some of its inhabitants.

    Args:
        known: the theatre's columns of holders, sites and formations.
        rules: what inhabitants count for.

    Returns:
        Persons under arms, shape (n_sites,).
    """
    parts, controller = known["formations0"], known["site_controller0"]
    friendly = known["allied"][parts["actor"], controller[parts["site"]]]
    persons = np.bincount(parts["site"], parts["personnel"] * friendly, len(controller))
    persons = persons + rules.people_share * known["site_population"]
    return np.asarray(persons, dtype=np.float64)


def rival_distance(known: Mapping[str, Any]) -> FloatArray:
    """Return km from each site to the nearest one of neither its side nor a partner.

    Args:
        known: the theatre's columns of holders and sites.

    Returns:
        Infinite where there is no such site, shape (n_sites,).
    """
    x, y = known["site_x_km"], known["site_y_km"]
    one = known["site_controller0"][:, None]
    other = known["site_controller0"][None, :]
    together = known["allied"][one, other] | known["partner"][one, other]
    away = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    away[together] = np.inf
    return np.asarray(away.min(axis=1), dtype=np.float64)


def effort(road: Int8Array, move_cost: Float32Array, road_share: float) -> FloatArray:
    """Return the effort of a km in each cell, 1 across open steppe, (n_cells,).

    A track is half as much help as a made road.
    """
    track = (1.0 + road_share) / 2
    return np.select([road > 1, road == 1], [road_share, track], move_cost)


def _rows(scenario: Scenario, where: Geometry, known: Mapping[str, Any]) -> Claims:
    """Return the claims of mobile rows around their own position.

    A row claims for the controller of the nearest of its places; a row whose position
    is in no open cell, or on another bank than all its places, claims nothing.
    """
    land, row = where.land, known["site_row"]
    rules = scenario.parameters.map
    holder, cell, reach = [], [], []
    for force in scenario.forces:
        if not force.additive or force.mobility != "motorised" or not force.places:
            continue
        places = np.array([row[place] for place in force.places])
        x, y = land.grid.xy_km(force.lon, force.lat)
        at = int(land.grid.cells_at_km(x, y))
        places = places[known["site_bank"][places] == land.bank[at]]
        if at < 0 or not where.open[at] or places.size == 0:
            continue
        away = np.hypot(known["site_x_km"][places] - x, known["site_y_km"][places] - y)
        nearest = places[int(np.argmin(away))]
        owner = int(known["site_controller0"][nearest])
        holder.append(owner)
        cell.append(at)
        reach.append(
            min(rules.reach_force, rules.rival_share * _away(known, owner, x, y))
        )
    rank = np.zeros(len(cell))
    return Claims(
        np.array(holder, np.int8), np.array(cell, np.int32), np.array(reach), rank
    )


def _away(known: Mapping[str, Any], owner: int, x: FloatArray, y: FloatArray) -> float:
    """Return km from a point to the nearest site of a rival of a holder."""
    other = known["site_controller0"]
    rival = ~(known["allied"][owner, other] | known["partner"][owner, other])
    away = np.hypot(known["site_x_km"] - x, known["site_y_km"] - y)
    return float(away[rival].min(initial=np.inf))


def _joined(sites: Claims, rows: Claims) -> Claims:
    """Return all claims; a row's in a cell that has a site counts for nothing."""
    kept = ~np.isin(rows.cell, sites.cell)
    return Claims(
        np.concatenate([sites.holder, rows.holder[kept]]),
        np.concatenate([sites.cell, rows.cell[kept]]),
        np.concatenate([sites.reach, rows.reach[kept]]),
        np.concatenate([sites.rank, rows.rank[kept]]),
    )


def _allowed(
    scenario: Scenario, where: Geometry, known: Mapping[str, Any]
) -> BoolArray:
    """Return where holders may be, (n_holders, n_cells).

    Actors in the open cells of countries they may enter, passive holders in those of
    countries in which they hold a site; nobody in a zone it is kept out of.
    """
    nobody = known["holder_index"]["nobody"]
    enter = known["may_enter"]
    allowed = np.zeros((nobody + 1, where.grid.n_cells), dtype=bool)
    allowed[: len(enter)] = enter[:, where.country]
    for passive in range(len(enter), nobody):
        own = where.sites.cell[known["site_controller0"] == passive]
        allowed[passive] = np.isin(where.country, where.country[own])
    for zone in scenario.zones:
        site = known["site_row"][zone.site]
        x, y = where.grid.center_km(np.arange(where.grid.n_cells))
        away = np.hypot(x - where.sites.x_km[site], y - where.sites.y_km[site])
        kept_out = [known["holder_index"][name] for name in zone.kept_out]
        allowed[np.ix_(kept_out, np.flatnonzero(away <= zone.radius_km))] = False
    return allowed & where.open


def _drawn(
    scenario: Scenario, where: Geometry, known: Mapping[str, Any], found: Int8Array
) -> Int8Array:
    """Return the holders with areas known to be held drawn over them."""
    held: Sequence[Mapping[str, Any]] = features(scenario, "held")
    with_site = np.zeros(where.grid.n_cells, dtype=bool)
    with_site[where.sites.cell] = True
    for feature in held:
        holder = known["holder_index"][feature["properties"]["holder"]]
        inside = covered(where.grid, geometry(feature)) & where.open & ~with_site
        if "bank" in feature["properties"]:
            inside &= where.land.bank == BANKS[feature["properties"]["bank"]]
        found[inside] = holder
    return found
