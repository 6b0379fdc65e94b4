"""Where the order of battle stands: rows split into formations and put on places.

1. A place with inhabitants, held by an actor who lives off the land, gets a garrison
   out of the nearest of that actor's rows: the more inhabitants, the stronger. All
   garrisons of a row take at most a set share of it.
2. What is left of a row is split into equal parts of about the wanted size, one for
   each named place if that leaves them large enough.
3. A part goes to each of the row's named places, if there are as many. The others go
   there and, where the row is motorised, to other places of its side near them on the
   same bank, in proportion to a weight: named places count more, so do inhabitants
   and a road. The largest remainders decide.
4. Garrisons, and all parts of rows that are static or garrisons, have that place as
   their home and do not leave it.

Persons are whole numbers where the row's are, and every row keeps its total.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from abm.scenario.parameters.map import MapParameters
from abm.scenario.tables import ForceSpec
from abm.units import BoolArray, FloatArray, Int8Array

MOBILITIES = ("motorised", "foot", "static")
"""Mobility of a formation is an index into these."""
GARRISON = "garrison"


@dataclass(frozen=True)
class Ground:
    """What placing looks at; arrays have shape (n_sites,).

    Attributes:
        row: site row by id.
        x_km, y_km: positions of sites.
        bank: of the sites.
        controller: holder's index.
        population: inhabitants.
        on_road: a road passes the site's cell.
        gate: an edge of the map, where nobody is stationed.
    """

    row: dict[str, int]
    x_km: FloatArray
    y_km: FloatArray
    bank: Int8Array
    controller: Int8Array
    population: FloatArray
    on_road: BoolArray
    gate: BoolArray


@dataclass(frozen=True)
class Part:
    """A formation at the start.

    Attributes:
        force: position of its row among the rows loaded.
        number: within the row, from 1.
        site: row of the site it stands at.
        personnel: persons.
        home: whether it may not leave.
    """

    force: int
    number: int
    site: int
    personnel: float
    home: bool


def parts(
    forces: Sequence[ForceSpec],
    ground: Ground,
    *,
    actor: Sequence[int],
    stands: BoolArray,
    lives_off_land: BoolArray,
    rules: MapParameters,
) -> list[Part]:
    """Return all formations at the start, row by row.

    Args:
        forces: rows of the order of battle, each naming at least one place.
        ground: sites.
        actor: index of each row's actor.
        stands: ``stands[actor, site]`` when the actor's side holds the site and its
            formations may be there.
        lives_off_land: per actor, whether its inhabited places are garrisoned.
        rules: sizes and distances.
    """
    tied = _garrisons(forces, ground, actor, lives_off_land, rules)
    found: list[Part] = []
    for row, force in enumerate(forces):
        named = [ground.row[place] for place in force.places]
        kept = _scaled(tied[row], force.personnel, rules)
        left = force.personnel - math.fsum(kept.values())
        rest = _split(left, len(set(named)), rules)
        fixed = force.type == GARRISON or force.mobility == "static"
        sites = _places(named, ground, stands[actor[row]], rules)
        if force.mobility != "motorised" or force.type == GARRISON:
            sites = named
        where = _apportioned(sites, set(named), len(rest), ground, rules)
        posts = [(site, size, True) for site, size in kept.items()]
        posts += [(site, size, fixed) for site, size in zip(where, rest, strict=True)]
        found += [
            Part(row, number, site, size, home)
            for number, (site, size, home) in enumerate(posts, start=1)
        ]
    return found


def _garrisons(
    forces: Sequence[ForceSpec],
    ground: Ground,
    actor: Sequence[int],
    lives_off_land: BoolArray,
    rules: MapParameters,
) -> list[dict[int, float]]:
    """Return the garrisons wanted from each row, by site."""
    tied: list[dict[int, float]] = [{} for _ in forces]
    inhabited = (ground.population > 0) & ~ground.gate
    for site in np.flatnonzero(inhabited):
        holder = int(ground.controller[site])
        if holder >= len(lives_off_land) or not lives_off_land[holder]:
            continue
        rows = [row for row in range(len(forces)) if actor[row] == holder]
        if not rows:
            continue
        away = [_distance(forces[row], ground, int(site)) for row in rows]
        share = min(1.0, float(ground.population[site]) / rules.garrison_town)
        size = rules.garrison_least
        size += share * (rules.garrison_most - rules.garrison_least)
        tied[rows[int(np.argmin(away))]][int(site)] = size
    return tied


def _distance(force: ForceSpec, ground: Ground, site: int) -> float:
    """Return km from a site to the nearest place a row names."""
    places = [ground.row[place] for place in force.places]
    return float(
        np.hypot(
            ground.x_km[places] - ground.x_km[site],
            ground.y_km[places] - ground.y_km[site],
        ).min()
    )


def _scaled(
    wanted: dict[int, float], personnel: float, rules: MapParameters
) -> dict[int, float]:
    """Return garrisons that take at most the set share of a row, whole persons.

    What exceeds the least garrison is cut first; the least only where the row has not
    as many persons.
    """
    if not wanted:
        return {}
    least = min(rules.garrison_least, personnel / len(wanted))
    above = math.fsum(wanted.values()) - least * len(wanted)
    room = max(0.0, rules.garrison_share * personnel - least * len(wanted))
    factor = min(1.0, room / above) if above > 0.0 else 0.0
    return {
        site: float(np.floor(least + factor * (size - least)))
        for site, size in wanted.items()
    }


def _split(personnel: float, places: int, rules: MapParameters) -> list[float]:
    """Return the sizes of the parts of what is left of a row that names ``places``."""
    if personnel <= 0.0:
        return []
    number = max(places, round(personnel / rules.part))
    number = max(number, int(np.ceil(personnel / rules.largest)))
    number = max(1, min(number, int(personnel // rules.smallest)))
    each = float(np.floor(personnel / number))
    sizes = [each] * number
    left = personnel - each * number
    for row in range(int(left)):
        sizes[row] += 1.0
    sizes[0] += left - int(left)
    return sizes


def _places(
    named: Sequence[int], ground: Ground, stands: BoolArray, rules: MapParameters
) -> list[int]:
    """Return the named places and those of the row's side near them."""
    found = list(dict.fromkeys(named))
    for site in np.flatnonzero(stands & ~ground.gate).tolist():
        away = np.hypot(
            ground.x_km[named] - ground.x_km[site],
            ground.y_km[named] - ground.y_km[site],
        )
        away = away[ground.bank[named] == ground.bank[site]]
        if site not in found and away.size and away.min() <= rules.near:
            found.append(site)
    return found


def _apportioned(
    sites: Sequence[int],
    named: set[int],
    number: int,
    ground: Ground,
    rules: MapParameters,
) -> list[int]:
    """Return a site for each part: in proportion to weight, by largest remainder."""
    rows = np.array(list(dict.fromkeys(sites)))
    weight = 1.0 + np.minimum(1.0, ground.population[rows] / rules.city)
    weight += ground.on_road[rows]
    weight *= [rules.named if site in named else 1.0 for site in rows.tolist()]
    first = np.isin(rows, list(named)) & (number >= len(named))
    share = (number - int(first.sum())) * weight / weight.sum()
    count = np.floor(share).astype(np.int64)
    order = np.argsort(-(share - count), kind="stable")
    count[order[: number - int(first.sum()) - int(count.sum())]] += 1
    return [int(site) for site in np.repeat(rows, count + first)]
