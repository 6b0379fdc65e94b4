"""The land of a theatre: what the map files alone decide, whatever the parameters."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from abm.geo import layers, roads
from abm.geo.banks import cell_banks, river_on, step_mask
from abm.geo.grid import Box, Grid, grid_over
from abm.geo.shapes import geometry, inside
from abm.scenario import Scenario
from abm.units import (
    BoolArray,
    Float32Array,
    FloatArray,
    Int8Array,
    Int32Array,
    IntArray,
    Km,
    UInt8Array,
)


@dataclass(frozen=True)
class Places:
    """Points snapped to cells; arrays have shape (n_points,).

    Attributes:
        x_km, y_km: exact position, km from the grid's top-left corner.
        bank: of the exact position.
        cell: the cell given, on its bank and in its country.
        moved: km from the cell's centre where the cell is not the one that holds the
            position, else 0.
    """

    x_km: FloatArray
    y_km: FloatArray
    bank: Int8Array
    cell: Int32Array
    moved: FloatArray


@dataclass(frozen=True)
class Geometry:
    """Land, water, roads and crossings; cell arrays have shape (n_cells,).

    Attributes:
        land: grid, river, banks and what is enterable at all.
        country: index into ``country_names``.
        country_names: the last is no country.
        terrain: classes, effort and cover.
        elevation: m above the sea.
        road: class of the best road.
        open: enterable and dry, or with a road or a site.
        mask: directions open from each cell, as bits.
        crossing_right, crossing_left: cells joined, -1 for none, (n_crossings,).
        crossing_x_km, crossing_y_km: exact position.
        sites: sites on the map, in the scenario's order.
    """

    land: roads.Land
    country: Int8Array
    country_names: tuple[str, ...]
    terrain: layers.Terrain
    elevation: Float32Array
    road: Int8Array
    open: BoolArray
    mask: UInt8Array
    crossing_right: Int32Array
    crossing_left: Int32Array
    crossing_x_km: FloatArray
    crossing_y_km: FloatArray
    sites: Places

    @property
    def grid(self) -> Grid:
        """The grid."""
        return self.land.grid


def features(scenario: Scenario, name: str) -> tuple[dict[str, Any], ...]:
    """Return the features of a map layer, none where the scenario has no such layer."""
    layer = scenario.layers.get(name)
    return cast(tuple[dict[str, Any], ...], layer.features) if layer else ()


def geometry_of(scenario: Scenario, cell_km: Km) -> Geometry:
    """Return the land of a scenario on a grid of a given cell size."""
    spec = scenario.map
    box = Box(spec.lon_min, spec.lon_max, spec.lat_min, spec.lat_max)
    grid = grid_over(box, epsg=spec.epsg, cell_km=cell_km)
    river = river_on(grid, features(scenario, "rivers"), spec.river_barrier)
    names, country = layers.countries(grid, features(scenario, "countries"))
    enterable = layers.enterable(
        grid, box, country=country, names=names, wanted=set(spec.open_countries)
    )
    land = roads.Land(grid, river, cell_banks(grid, river), enterable)
    sites = _sites(scenario, land, country, names)
    terrain = layers.terrain(grid, features(scenario, "terrain"))
    return _assembled(scenario, land, (names, country), terrain, sites)


def _assembled(
    scenario: Scenario,
    land: roads.Land,
    countries: tuple[tuple[str, ...], Int8Array],
    terrain: layers.Terrain,
    sites: Places,
) -> Geometry:
    grid = land.grid
    road = roads.roads(land, features(scenario, "roads"))
    dry = ~terrain.water | (road > 0)
    dry[sites.cell] = True
    is_open = land.enterable & dry
    known = scenario.crossings
    x, y = grid.xy_km([one.lon for one in known], [one.lat for one in known])
    right, left = roads.crossing_cells(land, x, y, usable=is_open)
    barrier = scenario.map.river_barrier
    other = np.array([one.river != barrier for one in known], bool)
    right[other] = left[other] = -1
    ends = np.concatenate([right, left])
    return Geometry(
        land=land,
        country=countries[1],
        country_names=countries[0],
        terrain=terrain,
        elevation=_elevation(scenario, grid),
        road=roads.connectors(
            land,
            road,
            ends[ends >= 0].tolist(),
            usable=is_open,
            reach=scenario.parameters.map.connector,
        ),
        open=is_open,
        mask=step_mask(grid, is_open, land.bank),
        crossing_right=right,
        crossing_left=left,
        crossing_x_km=x,
        crossing_y_km=y,
        sites=sites,
    )


def _elevation(scenario: Scenario, grid: Grid) -> Float32Array:
    """Return elevations; zero where the scenario has no elevation file."""
    found = [layer for layer in scenario.layers.values() if layer.path.suffix == ".asc"]
    if not found:
        return np.zeros(grid.n_cells, dtype=np.float32)
    text = found[0].path.read_text(encoding="utf-8")
    return layers.elevation(grid, layers.heights(text))


def _sites(
    scenario: Scenario, land: roads.Land, country: Int8Array, names: tuple[str, ...]
) -> Places:
    """Return the sites on the map, each in a cell of its bank and its country."""
    found = [site for site in scenario.sites if site.on_map]
    lon = np.array([site.lon for site in found])
    lat = np.array([site.lat for site in found])
    x, y = land.grid.xy_km(lon, lat)
    bank = land.river.bank(x, y)
    stands = _countries_at(scenario, lon, lat)
    may = {actor.id: set(actor.countries) for actor in scenario.actors}
    cell = np.full(len(found), -1, dtype=np.int64)
    wanted = [
        _wanted(stands[row], may.get(site.controller), names)
        for row, site in enumerate(found)
    ]
    for group in set(wanted):
        rows = np.array([row for row in range(len(found)) if wanted[row] == group])
        usable = land.enterable & np.isin(country, group)
        cell[rows] = roads.own_cells(
            land, x[rows], y[rows], bank=bank[rows], usable=usable
        )
    lost = np.flatnonzero(cell < 0)
    cell[lost] = roads.own_cells(
        land, x[lost], y[lost], bank=bank[lost], usable=land.enterable
    )
    return _snapped(land.grid, x, y, bank=bank, cell=cell)


def _wanted(
    stands: str, may: set[str] | None, names: tuple[str, ...]
) -> tuple[int, ...]:
    """Return the countries whose cells a site may have.

    Its own; or, for a border post across the line, those its controller may enter.
    """
    if stands in names and (may is None or stands in may or not may):
        return (names.index(stands),)
    return tuple(names.index(name) for name in sorted(may or ()) if name in names)


def _countries_at(scenario: Scenario, lon: FloatArray, lat: FloatArray) -> list[str]:
    """Return the country in which each point lies, ``""`` for none."""
    found = [""] * len(lon)
    for feature in features(scenario, "countries"):
        for row in np.flatnonzero(inside(geometry(feature), lon, lat)):
            found[row] = feature["properties"]["name"]
    return found


def _snapped(
    grid: Grid, x: FloatArray, y: FloatArray, *, bank: Int8Array, cell: IntArray
) -> Places:
    """Return points with their cells; the cell that holds a point where none fits."""
    holds = grid.cells_at_km(x, y)
    cell = np.where(cell >= 0, cell, holds)
    at_x, at_y = grid.center_km(cell)
    away = np.hypot(at_x - x, at_y - y)
    return Places(
        x_km=x,
        y_km=y,
        bank=bank,
        cell=cell.astype(np.int32),
        moved=np.where(cell == holds, 0.0, away),
    )
