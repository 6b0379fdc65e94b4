"""Supply: what reaches formations and sites, pockets' stores, replacements."""

import numpy as np

from abm import kernels
from abm.actors.hauls import hauls, supply_costs, supply_paths
from abm.actors.paths import Field, fade
from abm.actors.situation import Situation
from abm.events import Event
from abm.rng import Streams
from abm.theatre import Theatre, near
from abm.units import NOBODY, AnyIntArray, BoolArray, FloatArray, Int32Array, IntArray
from abm.world import ACTIVE, World

COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


def run(
    world: World, theatre: Theatre, streams: Streams, *, actors: object = ()
) -> list[Event]:
    """Use supplies each tick; work out what arrives once a day."""
    del streams, actors
    events: list[Event] = []
    if theatre.decides(world.tick):
        situation = Situation(world, theatre)
        days = 1.0 if world.tick else theatre.days_per_tick
        events = _arrive(situation, days)
        _live_on_stores(situation, days)
        _replace(situation, days)
    formations, supply = world.formations, theatre.parameters.supply
    firing = formations.assaulting & formations.contact
    use = formations.supply * (1.0 + supply.assault_use * firing)
    rate = theatre.days_per_tick / supply.stock_days
    level = formations.supply + (formations.inflow - use) * rate
    formations.supply[:] = np.minimum(np.maximum(level, 0.0), 1.0)
    return events


def survey(world: World, theatre: Theatre) -> None:
    """Find out who is cut off before the first tick, and fill the pockets' stores."""
    situation = Situation(world, theatre)
    _arrive(situation, 0.0)
    _fill_stores(situation)


def _arrive(situation: Situation, days: float) -> list[Event]:
    """Work out the inflow of every formation and which sites a supply path reaches."""
    world, theatre = situation.world, situation.theatre
    formations, sites = world.formations, world.sites
    events: list[Event] = []
    formations.inflow[:] = 0.0
    supplied = np.zeros(len(theatre.site_ids), dtype=bool)
    for first, members in _groups(theatre):
        bases = situation.bases(first)
        cost = supply_costs(situation, first)
        found = supply_paths(situation, first, cost)
        rows = (members[formations.actor] & situation.alive).nonzero()[0]
        formations.inflow[rows] = _inflow(situation, found, bases, rows)
        mine = members[sites.controller]
        reached = fade(theatre, found.dist[theatre.site_cell])
        on = mine & (reached >= theatre.parameters.control.path_supply)
        supplied |= on
        held = mine.nonzero()[0]
        _bring_up(situation, first, cost, held, on)
        events += _relieved(situation, found, held, on, days)
    passive = sites.controller >= theatre.n_actors
    sites.supplied[:] = supplied | passive
    sites.path_days[:] = np.where(sites.supplied, sites.path_days + days, 0.0)
    _name_besiegers(situation)
    return events


def _groups(theatre: Theatre) -> tuple[tuple[int, BoolArray], ...]:
    """Return each supply group: its first actor, and which holders belong to it."""

    def make() -> tuple[tuple[int, BoolArray], ...]:
        found = []
        for rank in np.unique(theatre.supply_group):
            group = (theatre.supply_group == rank).nonzero()[0]
            members = np.zeros(theatre.n_holders, dtype=bool)
            members[group] = True
            found.append((int(group[0]), members))
        return tuple(found)

    return theatre.once("supply_groups", make)


def _inflow(
    situation: Situation, found: Field, bases: IntArray, rows: IntArray
) -> FloatArray:
    """Return min(1, capacity / demand) · 2^(−cost / λ) of formations, times support.

    Capacity and demand are summed over connected ground: its bases share the load.
    """
    world, theatre = situation.world, situation.theatre
    formations = world.formations
    if not rows.size:
        return np.zeros(0)
    cells = formations.cell[rows]
    root = np.empty(len(rows), dtype=np.int32)
    kernels.roots(root, cells, found.parent, found.dist)
    piece = _with_islands(
        situation.pieces(int(formations.actor[rows[0]])), theatre.site_cell[bases]
    )
    pool = np.where(root >= 0, piece[root], NOBODY)
    n, of_base = int(piece.max(initial=0)) + 1, piece[theatre.site_cell[bases]]
    on, fed = of_base >= 0, pool >= 0
    capacity = np.bincount(of_base[on], situation.capacity[bases][on], n)
    demand = np.bincount(pool[fed], formations.personnel[rows][fed], n)
    share = np.minimum(1.0, capacity / np.maximum(demand, 1.0))
    support = backing(world, theatre)[formations.actor[rows]]
    left = fade(theatre, found.dist[cells])
    return np.where(fed, share[pool] * left * support, 0.0)


def _with_islands(piece: Int32Array, cells: AnyIntArray) -> Int32Array:
    """Return pieces of ground; a base inside a cell of others is one by itself."""
    alone = cells[piece[cells] < 0]
    if not alone.size:
        return piece
    found = piece.copy()
    found[alone] = piece.max(initial=-1) + 1 + np.arange(alone.size)
    return found


def _bring_up(
    situation: Situation, actor: int, cost: Int32Array, mine: IntArray, on: BoolArray
) -> None:
    """Make depots of towns long in supply, as far from a base as today's road is.

    Those that have lost it, or are joined to no base, are given up.
    """
    world, theatre = situation.world, situation.theatre
    sites, supply = world.sites, theatre.parameters.supply
    town = theatre.site_population[mine] >= supply.depot_people
    ready = on[mine] & town & (sites.path_days[mine] >= supply.depot_days)
    sites.depot_km[mine] = np.inf
    if not ready.any():
        return
    depots = mine[ready]
    dist = hauls(situation, actor, cost).dist[theatre.site_cell[depots]]
    km = supply.depot_share * dist * theatre.ground.step_km
    sites.depot_km[depots] = np.where(dist < kernels.UNREACHED, km, np.inf)


def backing(world: World, theatre: Theatre) -> FloatArray:
    """Return the share of its needs an actor gets: its own means plus its patrons'."""
    own = theatre.parameters.supply.own_means
    backed = own + (1.0 - own) * world.actors.support
    return np.where(theatre.clients, backed, 1.0)


def _relieved(
    situation: Situation, found: Field, mine: IntArray, on: BoolArray, days: float
) -> list[Event]:
    """Report sites whose siege has just been broken, with the side it came from."""
    world, theatre = situation.world, situation.theatre
    sites = world.sites
    needed = theatre.parameters.control.path_days
    events = []
    for site in mine[on[mine]]:
        lasted = sites.path_days[site] + days
        fresh = sites.besieger[site] != NOBODY and sites.path_days[site] < needed
        if not (fresh and lasted >= needed):
            continue
        cell, actor, side = _last_link(situation, found, int(site))
        events.append(
            Event(
                "supply",
                "siege_broken",
                actor,
                int(sites.besieger[site]),
                cell,
                int(site),
                text=f"breaks the siege of {theatre.site_names[site]} from the {side}",
            )
        )
        sites.besieger[site] = NOBODY
    return events


def _last_link(situation: Situation, found: Field, site: int) -> tuple[int, int, str]:
    """Return the cell of a supply path that was won last, its holder and bearing."""
    world, theatre = situation.world, situation.theatre
    start = cell = int(theatre.site_cell[site])
    last = cell
    while cell >= 0:
        if world.cells.days_held[cell] < world.cells.days_held[last] or last == start:
            last = cell
        cell = int(found.parent[cell])
    width = theatre.grid.width
    south = last // width - start // width
    east = last % width - start % width
    bearing = np.degrees(np.arctan2(east, -south)) % 360.0
    side = COMPASS[round(bearing / 45.0) % len(COMPASS)]
    holder = int(world.cells.holder[last])
    return last, holder if holder < theatre.n_actors else NOBODY, side


def _name_besiegers(situation: Situation) -> None:
    """Name, for each site cut off from supply, the enemy with most ground around."""
    world, theatre = situation.world, situation.theatre
    sites = world.sites
    cut = (~sites.supplied).nonzero()[0]
    zones = near.near_points(theatre)[cut]
    for site, cells in zip(cut, zones, strict=True):
        controller = int(sites.controller[site])
        holders = world.cells.holder[cells]
        hostile = holders[theatre.war[controller][holders]]
        hostile = hostile[hostile < theatre.n_actors]
        if hostile.size:
            sites.besieger[site] = np.bincount(hostile).argmax()
    patience = theatre.parameters.control.path_days
    free = sites.supplied & (sites.path_days >= patience)
    sites.besieger[free] = NOBODY


def _pockets(situation: Situation) -> tuple[IntArray, IntArray]:
    """Return formations without supply path and the pocket site each lives on."""
    world, theatre = situation.world, situation.theatre
    formations, sites = world.formations, world.sites
    hungry = (situation.alive & (formations.inflow <= 0.0)).nonzero()[0]
    pockets = (~sites.supplied).nonzero()[0]
    if not hungry.size or not pockets.size:
        return hungry[:0], pockets[:0]
    cell = formations.cell[hungry]
    x, y = theatre.grid.center_km(cell)
    away = np.hypot(
        x[:, None] - theatre.site_x_km[pockets], y[:, None] - theatre.site_y_km[pockets]
    )
    mine = theatre.friend[formations.actor[hungry]][:, sites.controller[pockets]]
    same_bank = theatre.bank[cell][:, None] == theatre.site_bank[pockets]
    near = away <= theatre.parameters.decide.zone
    away = np.where(mine & same_bank & near, away, np.inf)
    best = away.argmin(axis=1)
    found = np.isfinite(away[np.arange(len(hungry)), best])
    return hungry[found], pockets[best[found]]


def _fill_stores(situation: Situation) -> None:
    """Give every pocket at the start its store, in days of need."""
    world, supply = situation.world, situation.theatre.parameters.supply
    rows, pocket = _pockets(situation)
    need = world.formations.personnel[rows] * supply.pocket_need * supply.pocket_stock
    np.add.at(world.sites.stock, pocket, need)


def _live_on_stores(situation: Situation, days: float) -> None:
    """Feed formations without a supply path from their pocket's store."""
    world, supply = situation.world, situation.theatre.parameters.supply
    formations, sites = world.formations, world.sites
    rows, pocket = _pockets(situation)
    need = formations.personnel[rows] * supply.pocket_need * days
    total = np.bincount(pocket, need, len(sites.stock))
    given = np.minimum(sites.stock, total)
    share = np.divide(given, total, out=np.zeros_like(given), where=total > 0.0)
    formations.inflow[rows] = share[pocket]
    sites.stock -= given


def _replace(situation: Situation, days: float) -> None:
    """Refill worn formations from their actor's pool; recruit from people held."""
    world, theatre = situation.world, situation.theatre
    formations, actors = world.formations, world.actors
    supply = theatre.parameters.supply
    n = theatre.n_parts
    start = theatre.formations0["personnel"]
    rested = (formations.status[:n] == ACTIVE) & ~formations.contact[:n]
    rested &= formations.supply[:n] >= supply.attack_supply
    lacking = np.where(rested, np.maximum(start - formations.personnel[:n], 0.0), 0.0)
    wanted = np.minimum(lacking, start * supply.replacement_rate * days)
    owner = formations.actor[:n]
    total = np.bincount(owner, wanted, theatre.n_actors)
    rate = np.array([one.replacements_per_day for one in theatre.actors]) * days
    people = np.bincount(
        np.minimum(world.sites.controller, theatre.n_actors),
        theatre.site_population,
        theatre.n_actors + 1,
    )[: theatre.n_actors]
    recruits = np.where(theatre.irregular, people * supply.recruits / 30.0 * days, 0.0)
    actors.pool += recruits
    given = np.minimum(np.minimum(total, actors.pool), rate + recruits)
    lost = actors.killed_wounded + actors.captured + actors.deserted
    given = np.minimum(given, np.maximum(lost - actors.replaced, 0.0))
    given *= backing(world, theatre)
    share = np.divide(given, total, out=np.zeros_like(given), where=total > 0.0)
    arriving = wanted * share[owner]
    formations.personnel[:n] += arriving
    sent = np.bincount(owner, arriving, theatre.n_actors)
    actors.pool -= sent
    actors.replaced += sent
