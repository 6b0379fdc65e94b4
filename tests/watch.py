"""A watch over a run: what must be true at every tick, collected as sentences."""

from itertools import pairwise

import numpy as np

from abm import kernels
from abm.phases import PHASES
from abm.world import CROSSING_CLOSED


def run_watched(model, ticks, monkeypatch):
    """Step a model and return every breach of a rule, in words."""
    found = []
    edges = crossing_edges(model.theatre)
    marching = kernels.march

    def march(cell, progress, route, *rest):
        before, ways = cell.copy(), route.copy()
        passed = marching(cell, progress, route, *rest)
        found.extend(bad_steps(model, before, ways, cell, edges))
        return passed

    monkeypatch.setattr(kernels, "march", march)
    control = PHASES["control"]

    def watched(world, theatre, streams, *, actors=()):
        holder, controller = world.cells.holder.copy(), world.sites.controller.copy()
        events = control(world, theatre, streams, actors=actors)
        found.extend(bad_flips(model, "cell", holder, world.cells.holder))
        found.extend(bad_flips(model, "site", controller, world.sites.controller))
        return events

    monkeypatch.setitem(PHASES, "control", watched)
    for _ in range(ticks):
        clash = model.world.dyads.clash_days > 0.0
        model.step()
        found += bad_fire(model, clash) + bad_balance(model) + _bad_bounds(model)
        if not model.running:
            break
    return found


def crossing_edges(theatre):
    """Return {(cell, other cell): crossings that join them}."""
    edges = {}
    for k in np.flatnonzero(theatre.crossing_is_barrier):
        one, two = int(theatre.crossing_right[k]), int(theatre.crossing_left[k])
        edges.setdefault((one, two), []).append(k)
        edges.setdefault((two, one), []).append(k)
    return edges


def bad_steps(model, before, ways, after, edges):
    """Return the steps of a march that nobody may take."""
    theatre, world, found = model.theatre, model.world, []
    width = theatre.grid.width
    steps = {-width: 0, width: 1, -1: 2, 1: 3, -width - 1: 4, -width + 1: 5}
    steps |= {width - 1: 6, width + 1: 7}
    for row in np.flatnonzero(before != after):
        way = ways[row].tolist()
        path = [int(before[row]), *way[: way.index(after[row]) + 1]]
        actor = int(world.formations.actor[row])
        who = f"tick {world.tick}: formation {row} of {theatre.actors[actor].id}"
        for u, v in pairwise(path):
            k = steps.get(v - u)
            if k is None or not theatre.mask[u] >> k & 1:
                over = edges.get((u, v), [])
                if all(world.crossings.state[x] == CROSSING_CLOSED for x in over):
                    found.append(f"{who} crosses the river from {u} to {v}")
                if over and all(world.crossings.line[x, actor] for x in over):
                    found.append(f"{who} crosses an agreed line from {u} to {v}")
            if not theatre.may_enter[actor, theatre.country[v]] or not theatre.open[v]:
                found.append(
                    f"{who} enters {theatre.country_names[theatre.country[v]]}"
                )
            holder = world.cells.holder[v]
            if not (theatre.through | theatre.contests)[actor, holder]:
                found.append(f"{who} enters ground of {theatre.holder_names[holder]}")
    return found


def bad_flips(model, what, before, after):
    """Return what passed between parties not at war."""
    theatre = model.theatre
    return [
        f"tick {model.world.tick}: {what} {row} passes from "
        f"{theatre.holder_names[before[row]]} to {theatre.holder_names[after[row]]}"
        for row in np.flatnonzero(before != after)
        if not theatre.war[after[row], before[row]] and before[row] != theatre.nobody
    ]


def bad_fire(model, clash):
    """Return who was hit by a party that may not fire on it."""
    theatre, journal = model.theatre, model.world.journal
    n = theatre.n_actors
    allowed = theatre.war[:n, :n] | clash
    for incident in journal.incidents:
        allowed[incident.actor, incident.other] = True
        allowed[incident.other, incident.actor] = True
    pairs = {(int(i), int(j)) for i, j in np.argwhere(journal.kills > 0.0)}
    pairs |= {(hit, by) for _, hit, by, persons in journal.kill_cells if persons > 0.0}
    names = [actor.id for actor in theatre.actors]
    return [
        f"tick {model.world.tick}: {names[j]} fires on {names[i]}"
        for i, j in sorted(pairs)
        if not allowed[i, j]
    ]


def bad_balance(model):
    """Return the actors whose personnel do not add up."""
    theatre, world = model.theatre, model.world
    actors, formations = world.actors, world.formations
    present = np.bincount(formations.actor, formations.personnel, theatre.n_actors)
    gone = actors.killed_wounded + actors.captured + actors.deserted
    lacking = actors.start_persons + actors.replaced - present - gone
    return [
        f"tick {world.tick}: {theatre.actors[a].id} lacks {lacking[a]:.3g} persons"
        for a in np.flatnonzero(np.abs(lacking) > 1e-6)
    ]


SHARES = ("cohesion", "supply", "inflow", "entrenchment")


def _bad_bounds(model):
    """Return columns outside their bounds."""
    world, found = model.world, []
    shares = {name: getattr(world.formations, name) for name in SHARES}
    shares |= {"tension": world.dyads.tension, "support": world.actors.support}
    shares |= {"satisfaction": world.actors.satisfaction}
    for name, column in shares.items():
        if not ((column >= 0.0) & (column <= 1.0)).all():
            found.append(f"tick {world.tick}: {name} outside 0 to 1")
    amounts = {
        "personnel": world.formations.personnel,
        "progress_km": world.formations.progress_km,
        "belief": world.belief,
        "pool": world.actors.pool,
        "stock": world.sites.stock,
        "ready": world.air.ready,
    }
    for name, column in amounts.items():
        if not (np.isfinite(column) & (column >= -1e-9)).all():
            found.append(f"tick {world.tick}: {name} below 0 or not finite")
    return found
