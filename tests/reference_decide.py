"""Plain-Python oracles of the kernels of the decide phase."""

import math

import reference


def days_away(option, one, ground):
    """Return the days a formation needs to an option, None where it may not go."""
    if option["entry"] < 0:
        return None
    if ground["piece"][option["entry"]] != ground["piece"][one["cell"]]:
        return None
    if option["kind"] in ("attack", "raid") and not one[option["kind"]]:
        return None
    if option["point"] >= 0:
        km = ground["road_km"][option["point"]][one["cell"]]
    else:
        km = straight(option["target"], one["cell"], ground)
    return km / one["pace"] if math.isfinite(km) else None


def straight(one, other, ground):
    """Return km as by best road of a drive over open ground on one bank."""
    if ground["bank"][one] != ground["bank"][other]:
        return math.inf
    south, east = (
        a - b
        for a, b in zip(
            *(divmod(c, ground["width"]) for c in (one, other)), strict=True
        )
    )
    return math.sqrt(south * south + east * east) * ground["km"] / ground["slow"]


def march_cost(cell, rules):
    """Return the path cost of marching into a cell."""
    if not cell["open"] or not cell["allowed"]:
        return 0
    factor = 1.0
    if cell["hostile"]:
        threat = (cell["belief"] + cell["zones"]) / rules["reference"]
        factor = min(rules["slow"], 2.0 + threat)
    if cell["zones"] > rules["least"]:
        factor += 1.0
    return min(round(cell["base"] * factor), 500)


def ways(missions, places, costs, ground, *, steps):
    """Return {formation: route} of those on a mission and not yet at its goal.

    ``places`` lists (cell, mission) of each formation, ``missions`` (row, goal, owner).
    """
    found = {}
    for row, goal, owner in missions:
        group = [i for i, (cell, on) in enumerate(places) if on == row and cell != goal]
        cost = costs[owner]
        need = {places[i][0] for i in group if cost[places[i][0]]}
        _, parent = reference.search(
            cost,
            ground.mask.tolist(),
            ground.width,
            ground.crossings,
            [(goal, 0)],
            need=need,
        )
        for i in group:
            (found[i],) = reference.routes([places[i][0]], parent, steps)
    return found
