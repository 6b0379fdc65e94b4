"""Sites, crossings and air assets of a theatre."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from abm.geo.grid import Grid
from abm.scenario import Scenario
from abm.theatre.land import Geometry
from abm.units import NOBODY

CROSSING_STATES = {"usable": 2, "usable_dam_road": 2, "usable_boats": 1}
"""State by status (the CROSSING constants of abm.world); closed for any other."""


def columns(
    scenario: Scenario, where: Geometry, index: Mapping[str, int]
) -> dict[str, Any]:
    """Return the theatre's columns of sites on the map, and of crossings.

    Args:
        scenario: the scenario.
        where: its land.
        index: holder's index by id.
    """
    found = [site for site in scenario.sites if site.on_map]
    places = where.sites
    moved = zip(found, places.moved.tolist(), strict=True)
    return {
        "site_ids": tuple(site.id for site in found),
        "site_row": {site.id: row for row, site in enumerate(found)},
        "site_names": tuple(site.name for site in found),
        "site_kind": tuple(site.kind for site in found),
        "site_cell": places.cell,
        "site_x_km": places.x_km,
        "site_y_km": places.y_km,
        "site_bank": places.bank,
        "site_population": np.array([float(s.population) for s in found]),
        "site_value": np.array([float(s.value) for s in found]),
        "site_controller0": np.array([index[s.controller] for s in found], np.int8),
        "site_contested0": np.array([s.contested for s in found], dtype=bool),
        "site_supply": np.array([float(s.supply_capacity) for s in found]),
        "site_gate": np.array([s.gate for s in found], dtype=bool),
        "site_importance": np.array([s.importance for s in found], dtype=np.int8),
        "moved": tuple((site.id, km) for site, km in moved if km > 0.0),
        "crossing_ids": tuple(crossing.id for crossing in scenario.crossings),
        "crossing_state0": np.array(
            [CROSSING_STATES.get(c.status, 0) for c in scenario.crossings], np.int8
        ),
    }


def air(
    scenario: Scenario, grid: Grid, *, index: Mapping[str, int], row: Mapping[str, int]
) -> dict[str, Any]:
    """Return the theatre's columns of air, air-defence and missile assets.

    Args:
        scenario: the scenario.
        grid: the grid.
        index: holder's index by id.
        row: site row by id; a base off the map has none.
    """
    found = scenario.air
    starts = [asset.entry or (asset.lon, asset.lat) for asset in found]
    x, y = grid.xy_km([lon for lon, _ in starts], [lat for _, lat in starts])
    bases = [row.get(asset.base_site or "", NOBODY) for asset in found]
    return {
        "air_ids": tuple(asset.id for asset in found),
        "air_names": tuple(asset.type for asset in found),
        "air_operator": np.array([index[a.operator] for a in found], dtype=np.int8),
        "air_role": tuple(asset.role for asset in found),
        "air_base_site": np.array(bases, dtype=np.int16),
        "air_base_x_km": x,
        "air_base_y_km": y,
        "air_radius_km": np.array([a.radius_km for a in found], np.float64),
        "air_detection_km": np.array([a.detection_km for a in found], np.float64),
        "air_sorties_per_day": np.array([a.sorties_per_day for a in found], np.float64),
        "air_count0": np.array([a.count for a in found], np.float64),
        "air_grounded0": np.array([a.grounded for a in found], dtype=bool),
    }
