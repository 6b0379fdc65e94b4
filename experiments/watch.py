"""A watch over a run: what must be true at every tick, collected as sentences.

Personnel, tonnes, cells and sites are conserved; nobody crosses the river but at a
crossing, enters a closed country, takes ground from or fires on a party it may not.
It looks and never changes the run: the digest is that of an unwatched one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from abm import kernels
from abm.events import Event
from abm.model import ConflictModel
from abm.phases import PHASES
from abm.theatre import Theatre
from abm.units import BoolArray, Float32Array, FloatArray, Int8Array, Int32Array
from abm.world import CROSSING_CLOSED, World
from experiments.books import ROUNDING, Books

Edges = dict[tuple[int, int], list[int]]

SHARES = ("cohesion", "supply", "inflow", "entrenchment")


@dataclass(frozen=True)
class March:
    """The arrays of a march before it, kept to compare with those after it.

    Attributes:
        cell: of each formation, shape (n_formations,).
        route: cells still to pass, shape (n_formations, n_steps).
        progress_km: towards the next cell.
    """

    cell: Int32Array
    route: Int32Array
    progress_km: FloatArray


class Onlooker(Protocol):
    """Something that wants to see each march and each change of control."""

    def marched(self, model: ConflictModel, before: March) -> None:
        """See a march that has just been made."""

    def passed(self, model: ConflictModel, holder: Int8Array) -> None:
        """See the holders of all cells before control changed, and the model after."""


def watched_run(
    model: ConflictModel,
    *,
    ticks: int | None = None,
    onlookers: Sequence[Onlooker] = (),
    after: Callable[[ConflictModel], None] | None = None,
) -> list[str]:
    """Step a model and return every breach of a rule, in words.

    Args:
        model: at its start or later.
        ticks: at most so many; to its horizon if not given.
        onlookers: shown each march and each change of control.
        after: called after each tick.
    """
    found: list[str] = []
    books = Books(model)
    with _watching(model, found, (_Bookkeeper(books), *onlookers)):
        left = model.horizon if ticks is None else ticks
        while left > 0 and model.running:
            clash = model.world.dyads.clash_days > 0.0
            model.step()
            found += bad_fire(model, clash) + bad_balance(model) + bad_bounds(model)
            found += books.breaches(model)
            if after is not None:
                after(model)
            left -= 1
    return found


class _Bookkeeper:
    """Shows the books each march."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def marched(self, model: ConflictModel, before: March) -> None:
        """Note where everyone stands."""
        del before
        self._books.marched(model.world.formations.cell)

    def passed(self, model: ConflictModel, holder: Int8Array) -> None:
        """Control moves nobody."""


@contextmanager
def _watching(
    model: ConflictModel, found: list[str], onlookers: Sequence[Onlooker]
) -> Iterator[None]:
    """Look over the shoulder of the march and of the phase of control."""
    marching, control = kernels.march, PHASES["control"]
    edges = crossing_edges(model.theatre)

    def march(cell: Int32Array, progress: FloatArray, *rest: Any) -> Any:
        before = March(cell.copy(), rest[0].copy(), progress.copy())
        passed = marching(cell, progress, *rest)
        found.extend(bad_steps(model, before, cell, edges=edges))
        for onlooker in onlookers:
            onlooker.marched(model, before)
        return passed

    def controlled(
        world: World, theatre: Theatre, streams: Any, *, actors: Any = ()
    ) -> list[Event]:
        holder, controller = world.cells.holder.copy(), world.sites.controller.copy()
        events = control(world, theatre, streams, actors=actors)
        found.extend(bad_flips(model, holder, world.cells.holder, what="cell"))
        after = world.sites.controller
        found.extend(bad_flips(model, controller, after, what="site"))
        for onlooker in onlookers:
            onlooker.passed(model, holder)
        return events

    patched: Any = kernels  # the one seam between route and step
    patched.march, PHASES["control"] = march, controlled
    try:
        yield
    finally:
        patched.march, PHASES["control"] = marching, control


def crossing_edges(theatre: Theatre) -> Edges:
    """Return {(cell, other cell): crossings that join them}."""
    edges: Edges = {}
    for k in np.flatnonzero(theatre.crossing_is_barrier).tolist():
        one, two = int(theatre.crossing_right[k]), int(theatre.crossing_left[k])
        edges.setdefault((one, two), []).append(k)
        edges.setdefault((two, one), []).append(k)
    return edges


def bad_steps(
    model: ConflictModel, before: March, after: Int32Array, *, edges: Edges
) -> list[str]:
    """Return the steps of a march that nobody may take.

    Args:
        model: at the march.
        before: where everyone stood and was bound for.
        after: cell of each formation after it, shape (n_formations,).
        edges: what ``crossing_edges`` returns.
    """
    found = []
    for row in np.flatnonzero(before.cell != after).tolist():
        path = passed_cells(before, row, int(after[row]))
        for u, v in pairwise(path):
            found += _bad_step(model, row, (u, v), edges=edges)
    return found


def passed_cells(before: March, row: int, last: int) -> list[int]:
    """Return the cells of a march from where a formation stood to where it ended."""
    way = before.route[row].tolist()
    return [int(before.cell[row]), *way[: way.index(last) + 1]]


def _bad_step(
    model: ConflictModel, row: int, step: tuple[int, int], *, edges: Edges
) -> list[str]:
    """Return what is wrong with one formation's step between two cells."""
    theatre, world, (u, v) = model.theatre, model.world, step
    actor, found = int(world.formations.actor[row]), []
    who = f"tick {world.tick}: formation {row} of {theatre.actors[actor].id}"
    k = _direction(theatre.grid.width, v - u)
    if k is None or not theatre.mask[u] >> k & 1:
        over = edges.get((u, v), [])
        if all(world.crossings.state[x] == CROSSING_CLOSED for x in over):
            found.append(f"{who} crosses the river from {u} to {v}")
        if over and all(world.crossings.line[x, actor] for x in over):
            found.append(f"{who} crosses an agreed line from {u} to {v}")
    if not theatre.may_enter[actor, theatre.country[v]] or not theatre.open[v]:
        found.append(f"{who} enters {theatre.country_names[theatre.country[v]]}")
    holder = world.cells.holder[v]
    if not (theatre.through | theatre.contests)[actor, holder]:
        found.append(f"{who} enters ground of {theatre.holder_names[holder]}")
    return found


def _direction(width: int, step: int) -> int | None:
    """Return the bit of a step in ``theatre.mask``; None for no step at all."""
    steps = (-width, width, -1, 1, -width - 1, -width + 1, width - 1, width + 1)
    return steps.index(step) if step in steps else None


def bad_flips(
    model: ConflictModel, before: Int8Array, after: Int8Array, *, what: str
) -> list[str]:
    """Return what passed between parties not at war; ``what`` names a row."""
    theatre = model.theatre
    return [
        f"tick {model.world.tick}: {what} {row} passes from "
        f"{theatre.holder_names[before[row]]} to {theatre.holder_names[after[row]]}"
        for row in np.flatnonzero(before != after).tolist()
        if not theatre.war[after[row], before[row]] and before[row] != theatre.nobody
    ]


def bad_fire(model: ConflictModel, clash: BoolArray) -> list[str]:
    """Return who was hit by a party that may not fire on it.

    Args:
        model: after a tick.
        clash: pairs in open clash before it, shape (n_actors, n_actors).
    """
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


def bad_balance(model: ConflictModel) -> list[str]:
    """Return the actors whose personnel do not add up."""
    theatre, world = model.theatre, model.world
    actors, formations = world.actors, world.formations
    present = np.bincount(formations.actor, formations.personnel, theatre.n_actors)
    gone = actors.killed_wounded + actors.captured + actors.deserted
    lacking = actors.start_persons + actors.replaced - present - gone
    return [
        f"tick {world.tick}: {theatre.actors[a].id} lacks {lacking[a]:.3g} persons"
        for a in np.flatnonzero(np.abs(lacking) > ROUNDING).tolist()
    ]


def bad_bounds(model: ConflictModel) -> list[str]:
    """Return columns outside their bounds."""
    world, found = model.world, []
    shares: dict[str, FloatArray] = {
        name: getattr(world.formations, name) for name in SHARES
    }
    shares |= {"tension": world.dyads.tension, "support": world.actors.support}
    shares |= {"satisfaction": world.actors.satisfaction}
    for name, column in shares.items():
        if not ((column >= 0.0) & (column <= 1.0)).all():
            found.append(f"tick {world.tick}: {name} outside 0 to 1")
    amounts: dict[str, FloatArray | Float32Array] = {
        "personnel": world.formations.personnel,
        "progress_km": world.formations.progress_km,
        "belief": world.belief,
        "pool": world.actors.pool,
        "stock": world.sites.stock,
        "ready": world.air.ready,
    }
    for name, amount in amounts.items():
        if not (np.isfinite(amount) & (amount >= -ROUNDING)).all():
            found.append(f"tick {world.tick}: {name} below 0 or not finite")
    return found
