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


def open_cost(cell, rules):
    """Return the path cost of a cell that is open by holder and country, else 0."""
    if cell["holder"] not in rules["free"] or cell["country"] not in rules["allowed"]:
        return 0
    factor = 1.0 + (rules["slow"] - 1.0) * cell["exposed"] / 4
    return round(min(cell["base"] * factor, 500))


def hostile_cost(cell, rules):
    """Return the path cost of a cell where only the ground of others counts."""
    if cell["shut"] or cell["country"] not in rules["allowed"]:
        return 0
    if cell["base"] > 0 and cell["holder"] in rules["free"]:
        return rules["own"]
    return min(round(cell["base"] * rules["weight"][cell["holder"]]), 500)


def sources(sites, *, step_km):
    """Return (cell, path cost) where supply starts: bases first, then depots."""
    mine = [site for site in sites if site["free"] and site["allowed"]]
    bases = [(site["cell"], 0) for site in mine if site["capacity"] > 0.0]
    depots = [site for site in mine if math.isfinite(site["depot_km"])]
    return bases + [
        (site["cell"], min(round(site["depot_km"] / step_km), 8191)) for site in depots
    ]


def sent(formations, n_sites, *, friends, enemies):
    """Return what has been sent to attack each site, and which sites are shared."""
    power, shared = [0.0] * n_sites, [False] * n_sites
    for one in formations:
        if one["attacks"] is not None and one["actor"] in friends:
            power[one["attacks"]] += one["worth"]
        third = one["actor"] not in friends and one["actor"] not in enemies
        if one["alive"] and one["site"] >= 0 and third:
            shared[one["site"]] = True
    return power, shared


def offers(sites, bridges, rules):
    """Return the options of an actor: attacks, holds, bridges; each as a dict."""
    found = []
    for site in sites:
        can = site["enterable"] and site["supply"] >= rules["least_supply"]
        near = site["km"] <= rules["deepest"] and site["on_way"] <= rules["bypass"]
        reach = site["entry"] >= 0 and near and not site["shared"]
        if can and reach and site["holder"] in rules["enemies"]:
            enemy = site["enemy"] + rules["path_weight"] * site["on_way"]
            found.append(_offer("attack", site, enemy, site["sent"], site["entry"]))
    for site in sites:
        can = site["enterable"] and site["supply"] >= rules["least_supply"]
        mine = site["holder"] in rules["friends"]
        if can and mine and site["enemy"] >= rules["least"]:
            own, enemy = site["own"], site["enemy"]
            found.append(_offer("hold", site, enemy, own, site["cell"]))
    for point, bank in bridges:
        one = _offer("bridge", point, 1.0, 0.0, bank)
        found.append(one | {"cell": bank})
    return found


def _offer(kind, point, enemy, own, entry):
    same = ("cell", "supply", "tension", "km", "gains", "row")
    offer = {name: point[name] for name in same}
    return offer | {
        "kind": kind, "enemy": max(enemy, 1.0), "own": own, "entry": entry
    }  # fmt: skip


def left_to_farther(place, enemy, idle, sent, *, ratio):
    """Return whether too little is sent to a place from as near as who is idle.

    Args:
        place: (x, y), km.
        enemy: strength to be beaten.
        idle: places of those idle who may serve.
        sent: pairs of a place and a strength, of those sent there.
        ratio: of own to enemy strength that is wanted.
    """
    if not idle:
        return False
    nearest = min(math.dist(place, one) for one in idle)
    near = sum(worth for one, worth in sent if math.dist(place, one) <= nearest)
    return near < ratio * enemy
