"""Recorder: takes down a run as it happens; never changes the World."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from abm.events import Event
from abm.record import log
from abm.record.chunks import TICKS_PER_CHUNK, decode, encode_chunk
from abm.record.frames import Frame, frame
from abm.record.wanted import Wanted, wanted
from abm.scenario import Scenario
from abm.theatre import Theatre
from abm.units import UInt8Array
from abm.world import World

if TYPE_CHECKING:
    import pyarrow as pa

    from abm.record.write import Facts


class Recorder:
    """Collects frames, events and daily rows of one run.

    Attributes:
        theatre: of the run; the model replaces it when a change reaches it.
        scenario: as the run began, overrides included.
        seed: of the run.
        wanted: outcomes that the scenario asks for.
        log: the raw rows so far.
        chunks: complete chunks of frames so far (see ``abm.record.chunks``).
    """

    def __init__(
        self, theatre: Theatre, *, seed: int = 0, keep_frames: bool = True
    ) -> None:
        self.theatre = theatre
        self.scenario: Scenario = theatre.scenario
        self.seed = seed
        self.wanted: Wanted = wanted(theatre.scenario)
        self.log = log.Log(self.wanted.flashpoint.window_days)
        self.chunks: list[bytes] = []
        self._pending: list[Frame] = []
        self._today = log.Today()
        self._keep_frames = keep_frames
        self._tick = 0
        self._per_day = round(1 / theatre.days_per_tick)

    @property
    def ticks(self) -> int:
        """Ticks recorded so far."""
        return self._tick

    def start(self, world: World) -> None:
        """Record the state before the first tick: day 0."""
        self._tick = world.tick
        formations = world.formations
        self.log.formations = {
            column: getattr(formations, column).copy()
            for column in (
                "parent",
                "actor",
                "personnel",
                "quality",
                "mobility",
                "home",
            )
        }
        self._keep_frame(world)
        self._close_day(world)

    def tick(self, world: World, events: Sequence[Event]) -> None:
        """Record one completed tick; ``world.tick`` has already been counted up."""
        happened, self._tick = self._tick, world.tick
        journal = world.journal
        self.log.events += [(happened, event) for event in events]
        self.log.incidents += [(happened, each) for each in journal.incidents]
        self.log.decisions += [(happened, each) for each in journal.decisions]
        self._today.hazards += journal.hazards
        self._today.kills += journal.kill_cells
        self._today.flown.append(log.flights(journal, happened))
        self._keep_frame(world)
        if world.tick % self._per_day == 0 or world.ended:
            self._close_day(world)

    def _keep_frame(self, world: World) -> None:
        if not self._keep_frames:
            return
        self._pending.append(frame(world, self.theatre))
        if len(self._pending) == TICKS_PER_CHUNK:
            self.chunks.append(encode_chunk(self._pending))
            self._pending = []

    def _close_day(self, world: World) -> None:
        day, today, theatre = self.day_of(world.tick), self._today, self.theatre
        log.copy_day(self.log, world, theatre, day=day)
        radius = self.wanted.flashpoint.radius_km
        self.log.risk.append(log.risk_by_site(today, theatre, radius))
        self.log.losses.append(log.losses_by_cell(today, day, theatre.n_actors))
        self.log.sorties.append(log.flown_in(today.flown))
        self._today = log.Today()

    def day_of(self, tick: int) -> int:
        """Return the day whose daily row holds the state after ``tick`` ticks."""
        return -(-tick // self._per_day)

    def all_chunks(self) -> list[bytes]:
        """Return every chunk, the incomplete last one included."""
        last = [encode_chunk(self._pending)] if self._pending else []
        return [*self.chunks, *last]

    def table(self, name: str) -> "pa.Table":
        """Return one table of what has been recorded so far.

        Raises:
            KeyError: there is no table of that name.
        """
        from abm.record import build  # pyarrow is of no use before somebody asks

        return build.BUILDERS[name](self.log, self.theatre)

    def sorties(self, day: int) -> "pa.Table":
        """Return what has been flown so far in the 24 hours that end as ``day`` does.

        Raises:
            IndexError: the day has not been begun.
        """
        from abm.record.flown import sorties

        closed = day < len(self.log.sorties)
        rows = self.log.sorties[day] if closed else log.flown_in(self._today.flown)
        return sorties([rows], self.theatre, first_day=day)

    def control(self, day: int) -> UInt8Array:
        """Return the holder of every cell on a day, shape (height, width).

        Raises:
            IndexError: the day has not been recorded.
        """
        holder = self.log.daily["cells.holder"][day].astype(np.uint8)
        return holder.reshape(self.theatre.grid.shape)

    def write(
        self, folder: Path, *, facts: "Facts", outcomes: Mapping[str, Any]
    ) -> Path:
        """Write the folder of the run; see ``abm.record.write.write``."""
        from abm.record.write import write

        return write(self, folder, facts=facts, outcomes=outcomes)

    def until(self, tick: int) -> "Recorder":
        """Return a recorder that knows only what this one knew after ``tick`` ticks.

        What is recorded on either of them afterwards does not reach the other.

        Raises:
            ValueError: ``tick`` does not end a day, or was not reached.
        """
        if tick % self._per_day or tick > self._tick:
            raise ValueError(
                f"can't go back to tick {tick}: it must end a day ({self._per_day} "
                f"ticks) and be at most {self._tick}"
            )
        other, rows = copy(self), self.day_of(tick) + 1
        old = self.log
        other.log = replace(
            old,
            days=old.days[:rows],
            daily={name: column[:rows] for name, column in old.daily.items()},
            events=[row for row in old.events if row[0] < tick],
            incidents=[row for row in old.incidents if row[0] < tick],
            decisions=[row for row in old.decisions if row[0] < tick],
            risk=old.risk[:rows],
            losses=old.losses[:rows],
            sorties=old.sorties[:rows],
            convoys=log.convoys_until(old.convoys, tick),
        )
        kept = tick + 1 if self._keep_frames else 0
        whole = kept // TICKS_PER_CHUNK
        other.chunks = self.chunks[:whole]
        started = (
            decode(self.chunks[whole]) if whole < len(self.chunks) else self._pending
        )
        other._pending = started[: kept % TICKS_PER_CHUNK]
        other._today = log.Today()
        other._tick = tick
        return other
