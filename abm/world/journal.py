"""Journal: what one tick leaves for the recorder."""

from dataclasses import dataclass, field, fields

import numpy as np

from abm.events import Decision, Event, Incident, Track
from abm.units import FloatArray


@dataclass(slots=True)
class Journal:
    """What one tick leaves for the recorder. Not state: cleared at each tick's start.

    Attributes:
        events: in order.
        incidents: between parties not at war.
        decisions: missions given.
        tracks: air tasks flown.
        hazards: (dyad a, dyad b, cell, probability per tick x severity) of every
            possible incident, realised or not.
        kills: killed and wounded by (actor hit, actor firing), shape
            (n_actors, n_actors).
        kill_cells: (cell, actor hit, actor firing, persons) rows.
        taskings: why each of ``tracks`` went where it did, a row each, in arrays of
            shape (n_tracks, len(abm.air.terms.COLUMNS)); none where nobody asked.
        asked: somebody records, so that ``taskings`` are wanted.
    """

    events: list[Event] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)
    hazards: list[tuple[int, int, int, float]] = field(default_factory=list)
    kills: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    kill_cells: list[tuple[int, int, int, float]] = field(default_factory=list)
    taskings: list[FloatArray] = field(default_factory=list)
    asked: bool = False

    def clear(self) -> None:
        """Forget the last tick."""
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, list):
                value.clear()
            elif part.name != "asked":
                value[:] = 0.0
