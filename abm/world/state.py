"""The World: every table that changes during a run, its snapshot and its digest."""

import hashlib
import io
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from abm.units import Float32Array, Persons
from abm.world.ground import Cells, Crossings, Formations, Missions, Sites
from abm.world.journal import Journal
from abm.world.parties import Actors, Air, Convoys, Deliveries, Dyads, Zones

TABLES = (
    "cells",
    "formations",
    "missions",
    "actors",
    "sites",
    "air",
    "convoys",
    "deliveries",
    "dyads",
    "crossings",
    "zones",
)
"""Tables of the World in the order in which the digest reads them."""


@dataclass(slots=True)
class World:
    """State of the world at the start of a tick.

    Attributes:
        belief: enemy strength believed per actor and cell, persons-equivalent,
            shape (n_actors, n_cells), float32.
        tick: ticks completed since the start.
        ended: why the run ended before its horizon, ``""`` while it has not.
    """

    cells: Cells
    formations: Formations
    missions: Missions
    actors: Actors
    sites: Sites
    air: Air
    convoys: Convoys
    deliveries: Deliveries
    dyads: Dyads
    crossings: Crossings
    zones: Zones
    belief: Float32Array
    tick: int = 0
    ended: str = ""
    journal: Journal = field(default_factory=Journal)

    def columns(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return every array of the state by ``table.column``, in fixed order."""
        found = {
            f"{table}.{column.name}": getattr(getattr(self, table), column.name)
            for table in TABLES
            for column in fields(getattr(self, table))
        }
        found["belief"] = self.belief
        return found

    def lose(self, row: int, *, persons: Persons, by: int) -> None:
        """Take persons off a formation, all it has at most, and book them.

        Args:
            row: of the formation.
            persons: killed and wounded.
            by: actor that fired.
        """
        formations = self.formations
        lost = min(persons, float(formations.personnel[row]))
        actor = int(formations.actor[row])
        formations.personnel[row] -= lost
        self.actors.killed_wounded[actor] += lost
        self.journal.kills[actor, by] += lost
        self.journal.kill_cells.append((int(formations.cell[row]), actor, by, lost))

    def snapshot(self) -> bytes:
        """Return the whole state as bytes (an uncompressed ``.npz``, never pickle)."""
        buffer = io.BytesIO()
        saved: dict[str, Any] = self.columns()
        saved |= {"tick": np.array(self.tick), "ended": np.array(self.ended)}
        np.savez(buffer, **saved)
        return buffer.getvalue()

    def restore(self, snapshot: bytes) -> None:
        """Take over the state that ``snapshot`` returned; arrays are replaced."""
        with np.load(io.BytesIO(snapshot), allow_pickle=False) as saved:
            for name in self.columns():
                if name == "belief":
                    self.belief = saved[name]
                else:
                    table, column = name.split(".")
                    setattr(getattr(self, table), column, saved[name])
            self.tick = int(saved["tick"])
            self.ended = str(saved["ended"])
        self.journal.clear()

    def digest(self) -> str:
        """Return the SHA-256 of every column, name, type and shape included."""
        total = hashlib.sha256()
        for name, column in self.columns().items():
            total.update(f"{name} {column.dtype.str} {column.shape}\n".encode())
            total.update(np.ascontiguousarray(column).tobytes())
        total.update(f"{self.tick} {self.ended}".encode())
        return total.hexdigest()
