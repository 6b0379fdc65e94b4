"""The phase of supply in plain Python, on lists and dicts.

``supply`` changes the state in place like the engine's phase;
nothing here calls the engine or NumPy.
"""

import math
from collections import Counter, defaultdict

import reference
from reference_ticks import ACTIVE, Formations, alive, crossings_for

DEAREST = 500


def supply(state, land, decides, first):
    """Use supplies for one tick; where a day begins, work out what arrives."""
    f, p = Formations(state), land.supply
    if decides:
        days = land.days if first else 1.0
        _arrive(state, land, f, days)
        _live_on_stores(state, land, f, days)
        _replace(state, land, f, days)
    rate = land.days / p.stock_days
    for row in range(len(f)):
        firing = f.assaulting[row] and f.contact[row]
        use = f.supply[row] * (1.0 + p.assault_use * firing)
        level = f.supply[row] + (f.inflow[row] - use) * rate
        f.supply[row] = min(1.0, max(0.0, level))


def _open_to(state, land, actor):
    """Return whether an actor's side may bring supply through each cell."""
    return [
        land.roads["free"][actor][holder]
        and land.roads["may_enter"][actor][land.roads["country"][cell]]
        for cell, holder in enumerate(state["cells.holder"])
    ]


def _capacity(state, land, site):
    """Return the persons a site can supply for who controls it."""
    holder, first = state["sites.controller"][site], land.site_controller0[site]
    lives_off_land = holder < land.n_actors and land.irregular[holder]
    drawn = land.supply.inhabitants_fed * land.site_people[site]
    own = land.site_supply[site] if land.bloc[first] == land.bloc[holder] else 0.0
    return own + (drawn if lives_off_land else 0.0)


def _held(state, land, actor, site):
    cell = land.site_cell[site]
    return (
        land.roads["free"][actor][state["sites.controller"][site]]
        and land.roads["may_enter"][actor][land.roads["country"][cell]]
    )


def _faded(land, cost):
    if cost >= reference.UNREACHED:
        return 0.0
    return 2.0 ** (-cost * land.step_km / land.supply.road_decay)


def _arrive(state, land, f, days):
    sites = range(len(land.site_cell))
    f.inflow[:] = [0.0] * len(f)
    supplied = [state["sites.controller"][site] >= land.n_actors for site in sites]
    for rank in sorted(set(land.supply_group)):
        group = [a for a in range(land.n_actors) if land.supply_group[a] == rank]
        held = [site for site in sites if _held(state, land, group[0], site)]
        bases = [site for site in held if _capacity(state, land, site) > 0.0]
        dist, parent = _paths(state, land, group[0], bases, held)
        hauls, _ = _paths(state, land, group[0], bases, [])
        _feed(state, land, f, group, bases, dist, parent)
        for site in [s for s in sites if state["sites.controller"][s] in group]:
            cost = dist[land.site_cell[site]]
            on = _faded(land, cost) >= land.path_supply
            supplied[site] = on
            _bring_up(state, land, site, hauls[land.site_cell[site]], on)
            before = state["sites.path_days"][site]
            fresh = state["sites.besieger"][site] != -1 and before < land.path_days
            if on and fresh and before + days >= land.path_days:
                state["sites.besieger"][site] = -1
    for site in sites:
        state["sites.supplied"][site] = supplied[site]
        run = state["sites.path_days"][site] + days if supplied[site] else 0.0
        state["sites.path_days"][site] = reference.single(run)
        _besieged(state, land, site)


def _paths(state, land, actor, bases, held):
    """Return (dist, parent) of supply from bases at 0 and depots at their start."""
    open_to = _open_to(state, land, actor)
    starts = [(land.site_cell[site], 0) for site in bases]
    piece = _pieces(state, land, actor)
    fed = {piece[cell] for cell, _ in starts} - {-1}
    for site in held:
        km = state["sites.depot_km"][site]
        if math.isfinite(km) and piece[land.site_cell[site]] in fed:
            start = min(round(km / land.step_km), land.most_offset)
            starts.append((land.site_cell[site], start))
    own = {cell for cell, _ in starts}
    cost = []
    for cell, passable in enumerate(open_to):
        slow = (land.supply.contested - 1.0) * state["cells.exposed"][cell] / 4
        dear = min(land.supply_cost[cell] * (1.0 + slow), DEAREST)
        cost.append(round(dear) if passable or cell in own else 0)
    over = crossings_for(state, land, actor)
    return reference.search(cost, land.mask, land.width, over, starts)


def _pieces(state, land, actor):
    """Return the piece of joined friendly ground of each cell, -1 for others."""
    ground = _open_to(state, land, actor)
    ground = [passable and land.open[cell] for cell, passable in enumerate(ground)]
    over = crossings_for(state, land, actor)
    return reference.components(ground, land.mask, land.width, over)[0]


def _feed(state, land, f, group, bases, dist, parent):
    """Share what bases can give among the formations on the ground they reach."""
    piece = _pieces(state, land, group[0])
    for cell in {land.site_cell[site] for site in bases}:
        if piece[cell] < 0:  # a base inside others' ground is a piece by itself
            piece[cell] = max(piece) + 1
    capacity, demand, fed = defaultdict(float), defaultdict(float), {}
    for site in bases:
        capacity[piece[land.site_cell[site]]] += _capacity(state, land, site)
    for row in [r for r in range(len(f)) if f.actor[r] in group and alive(f, r)]:
        root = reference.root(f.cell[row], parent, dist)
        if root >= 0 and piece[root] >= 0:
            fed[row] = piece[root]
            demand[piece[root]] += f.personnel[row]
    for row, pool in fed.items():
        share = min(1.0, capacity[pool] / max(demand[pool], 1.0))
        left = _faded(land, dist[f.cell[row]])
        f.inflow[row] = share * left * _backing(state, land, f.actor[row])


def _backing(state, land, actor):
    own = land.supply.own_means
    backed = own + (1.0 - own) * state["actors.support"][actor]
    return backed if land.clients[actor] else 1.0


def _bring_up(state, land, site, haul, on):
    """Make, move or give up a forward depot; ``haul`` is the path to it from a base."""
    p = land.supply
    long = state["sites.path_days"][site] >= p.depot_days
    town = land.site_people[site] >= p.depot_people
    ready = on and town and long and haul < reference.UNREACHED
    km = p.depot_share * haul * land.step_km if ready else math.inf
    state["sites.depot_km"][site] = km


def _besieged(state, land, site):
    """Name the enemy with most ground around a site that is cut off."""
    controller = state["sites.controller"][site]
    if state["sites.supplied"][site]:
        if state["sites.path_days"][site] >= land.path_days:
            state["sites.besieger"][site] = -1
        return
    around = Counter(state["cells.holder"][cell] for cell in land.zones[site])
    hostile = {
        holder: count
        for holder, count in around.items()
        if holder < land.n_actors and land.war[controller][holder]
    }
    if hostile:
        most = max(hostile.values())
        state["sites.besieger"][site] = min(
            holder for holder, count in hostile.items() if count == most
        )


def _pockets(state, land, f):
    """Return (formation, pocket) of those who live on a store."""
    pockets = [s for s, fed in enumerate(state["sites.supplied"]) if not fed]
    found = []
    for row in range(len(f)):
        if not alive(f, row) or f.inflow[row] > 0.0:
            continue
        here = reference.center(f.cell[row], land.width, land.km)
        near = []
        for site in pockets:
            away = math.dist(here, land.site_xy[site])
            mine = land.friend[f.actor[row]][state["sites.controller"][site]]
            bank = land.bank[f.cell[row]] == land.site_bank[site]
            if mine and bank and away <= land.zone:
                near.append((away, site))
        if near:
            found.append((row, min(near)[1]))
    return found


def _live_on_stores(state, land, f, days):
    fed, total = _pockets(state, land, f), defaultdict(float)
    for row, site in fed:
        total[site] += f.personnel[row] * land.supply.pocket_need * days
    stock = state["sites.stock"]
    given = {site: min(stock[site], need) for site, need in total.items()}
    for row, site in fed:
        f.inflow[row] = given[site] / total[site] if total[site] > 0.0 else 0.0
    for site, tonnes in given.items():
        stock[site] -= tonnes


def _replace(state, land, f, days):
    """Refill worn formations from their actor's pool, recruits included."""
    p, wanted = land.supply, {}
    for row in range(land.n_parts):
        rested = f.status[row] == ACTIVE and not f.contact[row]
        rested = rested and f.supply[row] >= p.attack_supply
        lacking = max(land.start_persons[row] - f.personnel[row], 0.0) if rested else 0
        most = land.start_persons[row] * p.replacement_rate * days
        wanted[row] = min(lacking, most)
    for actor in range(land.n_actors):
        _reinforce(state, land, f, actor, wanted, days)


def _reinforce(state, land, f, actor, wanted, days):
    rows = [row for row in wanted if f.actor[row] == actor]
    total = sum(wanted[row] for row in rows)
    holders = zip(state["sites.controller"], land.site_people, strict=True)
    people = sum(inhabitants for holder, inhabitants in holders if holder == actor)
    fresh = people * land.supply.recruits / 30.0 * days if land.irregular[actor] else 0
    state["actors.pool"][actor] += fresh
    lost = sum(
        state[f"actors.{name}"][actor]
        for name in ("killed_wounded", "captured", "deserted")
    )
    given = min(total, state["actors.pool"][actor])
    given = min(given, land.replacements[actor] * days + fresh)
    given = min(given, max(lost - state["actors.replaced"][actor], 0.0))
    given *= _backing(state, land, actor)
    sent = 0.0
    for row in rows:
        arriving = wanted[row] * (given / total if total > 0.0 else 0.0)
        f.personnel[row] += arriving
        sent += arriving
    state["actors.pool"][actor] -= sent
    state["actors.replaced"][actor] += sent
