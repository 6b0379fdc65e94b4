"""Areas, border segments and protected zones of a theatre, as cells."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from abm.geo.banks import BANKS
from abm.geo.shapes import beside, covered
from abm.scenario import Scenario
from abm.scenario.schema import AreaSpec, BorderSpec
from abm.theatre.land import Geometry
from abm.theatre.values import Zone
from abm.units import BoolArray, Int32Array


def columns(
    scenario: Scenario, where: Geometry, known: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the theatre's areas, segments and zones.

    Args:
        scenario: the scenario.
        where: its land.
        known: the theatre's columns of holders and sites.
    """
    row = known["site_row"]
    return {
        "areas": {name: _area(where, spec) for name, spec in scenario.areas.items()},
        "segments": {
            name: _segment(where, spec) for name, spec in scenario.borders.items()
        },
        "segment_sites": {
            name: tuple(row[site] for site in spec.sites if site in row)
            for name, spec in scenario.borders.items()
        },
        "zones": _zones(scenario, where, known),
    }


def _area(where: Geometry, spec: AreaSpec) -> BoolArray:
    """Return the open cells whose centre lies in an area, on its bank if it has one."""
    inside = np.zeros(where.grid.n_cells, dtype=bool)
    for ring in spec.rings:
        inside |= covered(where.grid, shapely.Polygon(ring))
    if spec.bank is not None:
        inside &= where.land.bank == BANKS[spec.bank]
    return inside & where.open


def _segment(where: Geometry, spec: BorderSpec) -> Int32Array:
    """Return the open cells within a cell of a line, on its country's side."""
    near = np.zeros(where.grid.n_cells, dtype=bool)
    for line in spec.lines:
        near[beside(where.grid, np.asarray(line), where.grid.cell_km)] = True
    near &= where.open
    if spec.country is not None:
        wanted = [name == spec.country for name in where.country_names]
        near &= np.array(wanted)[where.country]
    return np.flatnonzero(near).astype(np.int32)


def _zones(
    scenario: Scenario, where: Geometry, known: Mapping[str, Any]
) -> tuple[Zone, ...]:
    """Return the protected zones."""
    x, y = where.grid.center_km(np.arange(where.grid.n_cells))
    index, found = known["holder_index"], []
    for spec in scenario.zones:
        site = known["site_row"][spec.site]
        at_x, at_y = float(where.sites.x_km[site]), float(where.sites.y_km[site])
        found.append(
            Zone(
                id=spec.id,
                name=spec.name,
                cells=np.hypot(x - at_x, y - at_y) <= spec.radius_km,
                site=site,
                x_km=at_x,
                y_km=at_y,
                radius_km=spec.radius_km,
                protector=index[spec.protector],
                kept_out=tuple(index[name] for name in spec.kept_out),
            )
        )
    return tuple(found)
