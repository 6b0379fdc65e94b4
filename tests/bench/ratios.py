"""How much faster the engine is than plain Python and than Mesa objects.

All on one state of the default scenario at 5 km, taken in one process and one run, so
that only the ratios need to be believed.
"""

import heapq
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from abm.actors.paths import bridges, search
from abm.model import ConflictModel
from abm.phases import PHASES
from abm.rng import streams
from abm.theatre.ground import MOTORISED

sys.path.insert(0, str(Path(__file__).parents[1]))

import reference
import reference_control
import reference_supply
import reference_ticks
from test_reference_ticks import land_of, taken

from tests.bench.engine import SCENARIO
from tests.bench.mesa_objects import MesaModel

WARM_UP = 41
"""Ticks before the state that is compared: the eleventh morning, with missions on their
way; supply works once a day, in the morning."""
DAILY = ("supply",)
PLAIN = {
    "move": reference_ticks.move,
    "fight": reference_ticks.fight,
    "supply": reference_supply.supply,
    "control": reference_control.control,
}
REMEMBERED = ("searches", "lasting")
"""What a theatre keeps of states it has seen; a phase timed twice would find it."""
MARCH_FIGHT_CONTROL = ("move", "fight", "control")


def seconds(function, *, repeats):
    """Return the median CPU seconds of a call."""
    found = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        found.append(time.process_time() - start)
    return statistics.median(found)


def war(cell_km=5.0):
    """Return a model some days into the run."""
    model = ConflictModel(SCENARIO, rng=1, cell_km=cell_km, collect=False)
    for _ in range(WARM_UP):
        model.step()
    return model


def phases(model, *, repeats):
    """Return seconds a tick of each phase: engine and plain Python, same state."""
    world, theatre = model.world, model.theatre
    land, saved, found = land_of(theatre), world.snapshot(), {}
    for name, plain in PLAIN.items():
        draws = streams(1, name, world.tick)
        extra = ()
        if name == "fight":
            extra = (draws().random(len(world.formations.actor)).tolist(),)
        if name in DAILY:
            assert theatre.decides(world.tick)
            extra = (True, False)
        fast, slow = [], []
        for _ in range(repeats):
            state = taken(world)
            start = time.process_time()
            plain(state, land, *extra)
            slow.append(time.process_time() - start)
            for _ in range(5):
                world.restore(saved)
                for kept in REMEMBERED:
                    theatre.once(kept, dict).clear()
                start = time.process_time()
                PHASES[name](world, theatre, streams(1, name, world.tick))
                fast.append(time.process_time() - start)
            same(world, state)
            world.restore(saved)
        found[name] = (statistics.median(fast), statistics.median(slow))
    return found


def same(world, state):
    """Check that the reference has come to what the engine came to."""
    for column in ("personnel", "progress_km", "cohesion", "supply", "inflow"):
        ours = getattr(world.formations, column)
        np.testing.assert_allclose(ours, state[f"formations.{column}"], rtol=1e-9)
    assert world.cells.holder.tolist() == state["cells.holder"]


def paths(model, *, repeats):
    """Return seconds of a search of the whole map: engine, reference, heapq."""
    theatre = model.theatre
    over = bridges(model.world, theatre)
    cost = theatre.ground.move_cost[MOTORISED]
    goal = int(theatre.site_cell[int(np.argmax(theatre.site_value))])
    entries = list(
        zip(over.cell.tolist(), over.other.tolist(), over.extra.tolist(), strict=True)
    )
    plain = cost.tolist(), theatre.mask.tolist(), theatre.grid.width, entries
    ways = neighbour_lists(*plain)
    field = search(theatre, cost, over, sources=np.array([goal]))
    assert heapq_search(ways, goal) == field.dist.tolist()
    return {
        "engine": seconds(
            lambda: search(theatre, cost, over, sources=np.array([goal])),
            repeats=10 * repeats,
        ),
        "reference": seconds(
            lambda: reference.search(*plain, [(goal, 0)]), repeats=repeats
        ),
        "heapq": seconds(lambda: heapq_search(ways, goal), repeats=repeats),
    }


def neighbour_lists(cost, mask, width, crossings):
    """Return [(neighbour, cost of the step)] of every cell."""
    over = reference.crossings_of(crossings)
    return [
        [
            (v, (cost[u] + cost[v]) * factor)
            for v, factor in reference.neighbours(u, mask, width)
            if cost[v]
        ]
        + [
            (v, min((cost[u] + cost[v]) * 5 + extra, reference.LONGEST_STEP))
            for v, extra in over[u]
            if cost[v]
        ]
        if cost[u]
        else []
        for u in range(len(cost))
    ]


def heapq_search(ways, source):
    """Return path costs by a heap on neighbour lists, as anyone would write it."""
    dist = [reference.UNREACHED] * len(ways)
    dist[source] = 0
    queue = [(0, source)]
    while queue:
        d, u = heapq.heappop(queue)
        if d > dist[u]:
            continue
        for v, step in ways[u]:
            if d + step < dist[v]:
                dist[v] = d + step
                heapq.heappush(queue, (d + step, v))
    return dist


def against_mesa(model, *, ticks):
    """Return seconds a tick of march, fight and control, ways included: ours, Mesa's.

    Both follow the same missions from the same state; the engine's ways are those of
    its decide phase, found once a day.
    """
    from abm.phases.decide import routes

    world, theatre = model.world, model.theatre
    objects = MesaModel(world, theatre)
    start = time.process_time()
    for _ in range(ticks):
        objects.step()
    theirs = (time.process_time() - start) / ticks
    saved, spent = world.snapshot(), 0.0
    for tick in range(ticks):
        start = time.process_time()
        if tick % round(1 / theatre.days_per_tick) == 0:
            routes.route(world, theatre)
        for name in MARCH_FIGHT_CONTROL:
            PHASES[name](world, theatre, streams(1, name, world.tick))
        spent += time.process_time() - start
        world.tick += 1
    world.restore(saved)
    return {"engine": spent / ticks, "mesa": theirs, "agents": len(objects.agents)}


def whole_run(found, run):
    """Return the plain-Python seconds of what the reference covers, and the engine's.

    Its phases as often as the engine ran them (supply once a day), and as many path
    searches as the engine made elsewhere, each as long as the engine's in proportion to
    one of the whole map.
    """
    scale = found["paths"]["heapq"] / found["paths"]["engine"]
    times = {
        name: run["days"] if name in DAILY else run["ticks"] for name in found["phases"]
    }
    plain = sum(slow * times[name] for name, (_, slow) in found["phases"].items())
    ours = sum(fast * times[name] for name, (fast, _) in found["phases"].items())
    searched = run["search_s"]
    return {
        "plain_s": plain + searched * scale,
        "covered_s": ours + searched,
        "covered_share": (ours + searched) / run["run_s"],
        "ratio": (plain + searched * scale) / (ours + searched),
        "floor": (plain + searched * scale) / run["run_s"],
    }
