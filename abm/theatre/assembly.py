"""Build a theatre from a scenario; the result is kept per process."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np

from abm.scenario import Scenario, ScenarioError
from abm.scenario.check_places import wrong_size
from abm.theatre import ground, order, parties, regions, sites
from abm.theatre.holding import holder0
from abm.theatre.land import Geometry, geometry_of
from abm.theatre.table import Theatre
from abm.theatre.values import Objective
from abm.units import HOURS_PER_DAY, Km

_KEPT = 4
"""Theatres, and parts of them that others share, kept per process."""

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")

_theatres: dict[tuple[str, str, Km], Theatre] = {}
_lands: dict[tuple[object, ...], Geometry] = {}
_places: dict[tuple[object, ...], dict[str, Any]] = {}
_regions: dict[tuple[object, ...], dict[str, Any]] = {}


def build(
    scenario: Scenario, cell_km: Km | None = None, *, start: Scenario | None = None
) -> Theatre:
    """Return the theatre of a scenario; the same one for the same inputs.

    The land, who stands where on it, and areas are kept apart from the rest, so that
    scenarios that differ only in parameters and weights share them: the points of a
    design, mostly.

    Args:
        scenario: a loaded scenario.
        cell_km: side of a cell; None for the scenario's own.
        start: the scenario a run began with, where ``scenario`` has changes made since:
            who stood where and held what at the start is that one's.

    Raises:
        ScenarioError: a formation starts in hostile ground or where its actor may
            not be; cells are too small or too large.
    """
    side = float(scenario.map.cell_km if cell_km is None else cell_km)
    wrong = wrong_size(scenario.map, side) if side > 0 else ""
    if wrong:
        raise ScenarioError([f"cell_km: {wrong}"])
    first = start or scenario
    key = (scenario.key, first.key, side)
    # asked for with each theatre, so that it lasts as long as those that share it
    land = _land(scenario, side)

    def made() -> Theatre:
        begun = None if first.key == scenario.key else build(first, side)
        return _built(scenario, land, begun)

    return _kept(_theatres, key, made)


def _kept(store: dict[Key, Found], key: Key, make: Callable[[], Found]) -> Found:
    """Return what is kept under a key, made if it is not; the longest unused goes."""
    found = store.pop(key, None)
    if found is None:
        found = make()
        while len(store) >= _KEPT:
            store.pop(next(iter(store)))
    store[key] = found
    return found


def _land(scenario: Scenario, side: Km) -> Geometry:
    """Return the land, kept for all scenarios that have the same."""
    key = (
        scenario.hash,
        side,
        scenario.parameters.map.connector,
        tuple(site.controller for site in scenario.sites),
        tuple(actor.countries for actor in scenario.actors),
    )
    return _kept(_lands, key, lambda: geometry_of(scenario, side))


def _ordered(scenario: Scenario, side: Km) -> tuple[object, ...]:
    """Return the key of what stands where at the start.

    Weights and the parameters of phases place nobody; those of the map do.
    """
    phases = {*scenario.parameters.phases()} - {"map"}
    placing = (
        (path, value)
        for path, value in scenario.overrides.items()
        if path.split(".")[0] not in phases and not path.endswith(".weight")
    )
    return (scenario.hash, side, *placing)


def _built(scenario: Scenario, where: Geometry, begun: Theatre | None) -> Theatre:
    """Return the theatre; ``begun`` is that of the run's start, if it is another."""
    who = parties.columns(scenario, where.country_names)
    places = sites.columns(scenario, where, who["holder_index"])
    known = {**who, **places}
    key = _ordered(scenario, where.grid.cell_km)
    if begun is None:
        stood = _kept(_places, key, lambda: _standing(scenario, where, known))
    else:
        stood = {name: getattr(begun, name) for name in (*order.COLUMNS, "holder0")}
    n_actors = len(scenario.actors)
    found = Theatre(
        scenario=scenario,
        parameters=scenario.parameters,
        grid=where.grid,
        days_per_tick=scenario.calendar.tick_hours / HOURS_PER_DAY,
        actors=scenario.actors,
        n_actors=n_actors,
        n_holders=len(who["holder_names"]),
        nobody=len(who["holder_names"]) - 1,
        ground=_ground(scenario, where),
        **who,
        **_cells(where, places),
        **places,
        **stood,
        **sites.air(
            scenario,
            where.grid,
            index=who["holder_index"],
            row=places["site_row"],
        ),
        **_objectives(scenario, who["holder_index"]),
        **_kept(_regions, key, lambda: regions.columns(scenario, where, known)),
    )
    if begun is None:
        order.check(found)
    return found


def _standing(
    scenario: Scenario, where: Geometry, known: dict[str, Any]
) -> dict[str, Any]:
    """Return the order of battle on the ground, and who holds which cell."""
    parts = order.columns(scenario, where, known)
    return {**parts, "holder0": holder0(scenario, where, {**known, **parts})}


def _cells(where: Geometry, places: dict[str, Any]) -> dict[str, Any]:
    """Return the theatre's columns of cells and crossings."""
    population = np.bincount(
        places["site_cell"], places["site_population"], where.grid.n_cells
    )
    return {
        "country": where.country,
        "country_names": where.country_names,
        "open": where.open,
        "bank": where.land.bank,
        "terrain": where.terrain.kind,
        "terrain_names": where.terrain.names,
        "cover": where.terrain.cover,
        "elevation": where.elevation,
        "road": where.road,
        "population": population.astype(np.float32),
        "mask": where.mask,
        "crossing_right": where.crossing_right,
        "crossing_left": where.crossing_left,
        "crossing_is_barrier": where.crossing_right >= 0,
        "crossing_x_km": where.crossing_x_km,
        "crossing_y_km": where.crossing_y_km,
    }


def _objectives(scenario: Scenario, index: dict[str, int]) -> dict[str, Any]:
    """Return the theatre's columns of objectives, all actors' in one list."""
    pairs = [(index[a.id], spec) for a in scenario.actors for spec in a.objectives]
    return {
        "objectives": tuple(
            Objective(actor, row, spec) for row, (actor, spec) in enumerate(pairs)
        ),
        "objective_actor": np.array([actor for actor, _ in pairs], dtype=np.int16),
        "weights0": np.array([spec.weight for _, spec in pairs], dtype=np.float64),
    }


def _ground(scenario: Scenario, where: Geometry) -> ground.Ground:
    """Return path costs and neighbourhoods."""
    ends = np.concatenate([where.crossing_right, where.crossing_left])
    return ground.build(
        where.grid,
        passable=where.open,
        road=where.road,
        terrain=where.terrain.move_cost,
        mask=where.mask,
        crossing_cells=ends[ends >= 0],
        move=scenario.parameters.move,
        supply=scenario.parameters.supply,
        control=scenario.parameters.control,
    )
