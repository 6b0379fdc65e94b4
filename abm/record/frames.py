"""Frames: what the map shows, tick by tick, small enough to keep and to stream.

A ``Frame`` is the visible state after ``tick`` completed ticks. Air tasks and
incidents are those of the tick that ended there (their events carry ``tick - 1``).
Watching live, replaying and analysing read the same frames; nothing here is state.
``record/chunks.py`` turns frames into bytes and back.

Positions are in grid units: ``UNITS_PER_CELL`` to a cell, from the left and the top
edge of the grid (so ``x / UNITS_PER_CELL * cell_km`` is km east of the left edge).
Actors and holders are theatre indices; ``NONE8`` and ``NONE16`` mean "none".

"""

from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from abm.scenario.schema import IncidentKind
from abm.theatre import Theatre
from abm.units import NOBODY, FloatArray, UInt8Array
from abm.world import CONVOY_MOVING, World

UNITS_PER_CELL = 128
NONE8 = 255
NONE16 = 65535
SORTIES_SCALE = 100
"""Sorties are kept in hundredths."""
TONNES_SCALE = 10
"""Tonnes are kept in tenths."""
SEVERITY_SCALE = 255
NIBBLE = 15
INCIDENT_KINDS: tuple[str, ...] = get_args(IncidentKind)
SITE_CONTESTED, SITE_BESIEGED = 1, 2
"""Bits of ``SITE.flags``."""

Rows = NDArray[np.void]

CELL = np.dtype([("cell", "<u4"), ("holder", "u1"), ("contested", "u1")])
SITE = np.dtype([("site", "<u2"), ("controller", "u1"), ("flags", "u1")])
FORMATION = np.dtype(
    [
        ("formation", "<u2"),
        ("x", "<u2"),
        ("y", "<u2"),
        ("personnel", "<u2"),
        ("mission", "<u2"),  # row of Missions
        ("kind", "u1"),  # index into MISSIONS
        ("status", "u1"),
        ("condition", "u1"),  # supply in the high four bits, cohesion in the low
        ("contact", "u1"),
        ("actor", "u1"),  # owner: the detachment of a site changes hands with it
        ("pad", "u1"),
    ]
)
AIR = np.dtype(
    [
        ("asset", "<u2"),
        ("x", "<u2"),
        ("y", "<u2"),
        ("sorties", "<u2"),
        ("task", "u1"),
        ("actor", "u1"),
        ("tracked_by", "u1"),
        ("intercepted_by", "u1"),
    ]
)
CONVOY = np.dtype(
    [
        ("convoy", "<u2"),
        ("x", "<u2"),
        ("y", "<u2"),
        ("tonnes", "<u2"),
        ("actor", "u1"),
        ("status", "u1"),
    ]
)
INCIDENT = np.dtype(
    [
        ("x", "<u2"),
        ("y", "<u2"),
        ("kind", "u1"),  # index into INCIDENT_KINDS
        ("actor", "u1"),
        ("other", "u1"),
        ("rung", "u1"),
        ("severity", "u1"),
        ("pad", "u1"),
    ]
)
SECTIONS: dict[str, np.dtype[np.void]] = {
    "cells": CELL,
    "sites": SITE,
    "formations": FORMATION,
    "air": AIR,
    "convoys": CONVOY,
    "incidents": INCIDENT,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible state after ``tick`` ticks; arrays are not written to again.

    Attributes:
        tick: ticks completed.
        holder: theatre holder index, shape (n_cells,), uint8.
        contested: bits of ``np.packbits``, shape (ceil(n_cells / 8),), uint8.
        sites: SITE rows of all sites.
        formations: FORMATION rows of all formations.
        air: AIR rows of the tasks flown in the tick that ended here.
        convoys: CONVOY rows of those on the road or ended in that tick.
        incidents: INCIDENT rows of that tick.
    """

    tick: int
    holder: UInt8Array
    contested: UInt8Array
    sites: Rows
    formations: Rows
    air: Rows
    convoys: Rows
    incidents: Rows

    @property
    def contested_cells(self) -> NDArray[np.bool_]:
        """Whether each cell is contested, shape (n_cells,)."""
        return np.unpackbits(self.contested, count=len(self.holder)).astype(bool)


def frame(world: World, theatre: Theatre) -> Frame:
    """Return what the map shows of ``world`` now."""
    return Frame(
        tick=world.tick,
        holder=world.cells.holder.astype(np.uint8),
        contested=np.packbits(world.cells.contested),
        sites=_sites(world),
        formations=_formations(world, theatre),
        air=_air(world, theatre),
        convoys=_convoys(world, theatre),
        incidents=_incidents(world, theatre),
    )


def positions(world: World, theatre: Theatre) -> tuple[FloatArray, FloatArray]:
    """Return where each formation stands, in cells east and south of the grid's edge.

    A garrison stands at its site; others at their cell's centre, moved towards the
    next cell of the route by the km already covered.
    """
    formations, width = world.formations, theatre.grid.width
    row, column = np.divmod(formations.cell, width)
    x, y = column + 0.5, row + 0.5
    ahead = np.where(
        formations.route[:, 0] < 0, formations.cell, formations.route[:, 0]
    )
    next_row, next_column = np.divmod(ahead, width)
    dx, dy = next_column - column, next_row - row
    length = np.maximum(np.hypot(dx, dy), 1.0) * theatre.grid.cell_km
    share = np.clip(formations.progress_km / length, 0.0, 1.0)
    at_site = formations.site >= 0
    site = formations.site[at_site]
    x, y = x + dx * share, y + dy * share
    x[at_site] = theatre.site_x_km[site] / theatre.grid.cell_km
    y[at_site] = theatre.site_y_km[site] / theatre.grid.cell_km
    return x, y


def _formations(world: World, theatre: Theatre) -> Rows:
    formations = world.formations
    x, y = positions(world, theatre)
    rows = np.zeros(len(x), FORMATION)
    rows["formation"] = np.arange(len(x))
    rows["x"] = x * UNITS_PER_CELL
    rows["y"] = y * UNITS_PER_CELL
    rows["personnel"] = np.minimum(np.rint(formations.personnel), NONE16)
    rows["mission"] = formations.mission  # NOBODY wraps round to NONE16
    kinds = world.missions.kind[formations.mission]
    rows["kind"] = np.where(formations.mission >= 0, kinds, NONE8)
    rows["status"] = formations.status
    supply = np.rint(np.clip(formations.supply, 0.0, 1.0) * NIBBLE)
    cohesion = np.rint(np.clip(formations.cohesion, 0.0, 1.0) * NIBBLE)
    rows["condition"] = supply * (NIBBLE + 1) + cohesion
    rows["contact"] = formations.contact
    rows["actor"] = formations.actor
    return rows


def _sites(world: World) -> Rows:
    sites = world.sites
    rows = np.empty(len(sites.controller), SITE)
    rows["site"] = np.arange(len(rows))
    rows["controller"] = sites.controller
    rows["flags"] = sites.contested * SITE_CONTESTED + (
        (sites.besieger != NOBODY) * SITE_BESIEGED
    )
    return rows


def _xy(cell: Any, theatre: Theatre) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the centre of cells in grid units."""
    row, column = np.divmod(np.asarray(cell, dtype=np.int64), theatre.grid.width)
    half = UNITS_PER_CELL // 2
    return column * UNITS_PER_CELL + half, row * UNITS_PER_CELL + half


def _air(world: World, theatre: Theatre) -> Rows:
    tracks = world.journal.tracks
    rows = np.empty(len(tracks), AIR)
    if tracks:
        rows["asset"] = [track.asset for track in tracks]
        rows["x"], rows["y"] = _xy([track.cell for track in tracks], theatre)
        sorties = np.array([track.sorties for track in tracks]) * SORTIES_SCALE
        rows["sorties"] = np.minimum(np.rint(sorties), NONE16)
        rows["task"] = [track.task for track in tracks]
        rows["actor"] = [track.actor for track in tracks]
        rows["tracked_by"] = [track.tracked_by & NONE8 for track in tracks]
        rows["intercepted_by"] = [track.intercepted_by & NONE8 for track in tracks]
    return rows


def _convoys(world: World, theatre: Theatre) -> Rows:
    convoys = world.convoys
    count = int(convoys.count[0])
    shown = np.flatnonzero(
        (convoys.status[:count] == CONVOY_MOVING)
        | (convoys.end_tick[:count] >= world.tick - 1)
    )
    rows = np.empty(len(shown), CONVOY)
    if len(shown):
        rows["convoy"] = shown
        rows["x"], rows["y"] = _xy(convoys.cell[shown], theatre)
        tonnes = np.rint(convoys.tonnes[shown] * TONNES_SCALE)
        rows["tonnes"] = np.minimum(tonnes, NONE16)
        rows["actor"] = convoys.actor[shown]
        rows["status"] = convoys.status[shown]
    return rows


def _incidents(world: World, theatre: Theatre) -> Rows:
    incidents = world.journal.incidents
    rows = np.zeros(len(incidents), INCIDENT)
    if incidents:
        rows["x"], rows["y"] = _xy([each.cell for each in incidents], theatre)
        rows["kind"] = [INCIDENT_KINDS.index(each.kind) for each in incidents]
        rows["actor"] = [each.actor for each in incidents]
        rows["other"] = [each.other for each in incidents]
        rows["rung"] = [each.rung for each in incidents]
        rows["severity"] = [each.severity * SEVERITY_SCALE for each in incidents]
    return rows
