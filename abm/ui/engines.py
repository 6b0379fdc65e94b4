"""Where a run comes from: computed while it is watched, or read from disk.

Both give the same things, recorded frames and tables, so that the page cannot tell
them apart. Nothing here knows the browser.
"""

import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from abm.model import ConflictModel
from abm.record.chunks import TICKS_PER_CHUNK
from abm.record.recorder import Recorder
from abm.scenario import Intervention, Scenario, load_scenario
from abm.theatre import Theatre
from abm.units import UInt8Array

if TYPE_CHECKING:
    from abm.record.replay import Run

FIRST_TICKS = 8
"""Ticks after which a fresh run is shown, long before its first whole chunk."""
PACKING = 1
"""Effort of zlib on snapshots: fast."""


class Engine(Protocol):
    """A source of recorded ticks."""

    @property
    def theatre(self) -> Theatre:
        """Theatre of the run."""

    @property
    def seed(self) -> int:
        """Seed of the run."""

    @property
    def ticks(self) -> int:
        """Ticks available now."""

    @property
    def finished(self) -> bool:
        """Whether no more will come."""

    @property
    def ended(self) -> str:
        """Why the run ended before its horizon, empty when it did not."""

    @property
    def made(self) -> tuple[Mapping[str, Any], int]:
        """Values set at the start, by path, and how many changes during the run."""

    @property
    def changed(self) -> int:
        """How many of them the run's address has no room for."""

    def advance(self) -> None:
        """Make the next ticks available: to the end of a chunk, or a first few."""

    def chunks(self, first: int) -> list[bytes]:
        """Return all chunks from number ``first``, an incomplete last one included."""

    def table(self, name: str) -> pa.Table:
        """Return one recorded table so far."""

    def sorties(self, day: int) -> pa.Table:
        """Return what has been flown so far in the 24 hours that end as a day does."""

    def control(self, day: int) -> UInt8Array:
        """Return the holder of every cell on a day, shape (height, width)."""


class Recorded:
    """A run that was saved."""

    def __init__(self, run: "Run") -> None:
        self.run = run
        self.theatre = run.theatre
        self.seed = run.seed
        self.ended = str(run.manifest.get("ended") or "")

    @property
    def ticks(self) -> int:
        """All of them."""
        return self.run.ticks

    @property
    def finished(self) -> bool:
        """Always."""
        return True

    @property
    def made(self) -> tuple[Mapping[str, Any], int]:
        """Values set at the start, by path, and how many changes during the run."""
        manifest = self.run.manifest
        return manifest["overrides"], len(manifest["interventions"])

    @property
    def changed(self) -> int:
        """None: a saved run has them all in its folder."""
        return 0

    def advance(self) -> None:
        """Do nothing: everything is there."""

    def chunks(self, first: int) -> list[bytes]:
        """Return the saved chunks from number ``first``."""
        return self.run.chunks[first:]

    def table(self, name: str) -> pa.Table:
        """Return a saved table."""
        return self.run.table(name)

    def sorties(self, day: int) -> pa.Table:
        """Return what was flown in the 24 hours that end as a day does."""
        table = self.run.table("sorties")
        return table.filter(pc.equal(table["day"], day))

    def control(self, day: int) -> UInt8Array:
        """Return the holder of every cell on a day."""
        return self.run.control(day)


class Live:
    """A run computed as it is watched, with snapshots to branch from.

    Attributes:
        theatre: of the run; an intervention replaces it.
        changes: interventions of this run, those of its parents included.
        between_ticks: held while a tick is computed, and while the record is read.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int,
        cell_km: float | None = None,
        overrides: Mapping[str, Any] | None = None,
        changes: Iterable[Intervention] = (),
        days: int | None = None,
    ) -> None:
        self.seed = seed
        self.cell_km = cell_km
        self.overrides = dict(overrides or {})
        self.changes = tuple(changes)
        self.days = days
        self.model = ConflictModel(
            scenario,
            rng=seed,
            cell_km=cell_km,
            days=days,
            overrides=self.overrides,
            interventions=self.changes,
            record=True,
            collect=False,
        )
        self.base = self.model.theatre.scenario
        self.recorder: Recorder = _recorder(self.model)
        self._snapshots: list[tuple[int, bytes]] = []
        self.between_ticks = RLock()
        self._keep()

    @property
    def theatre(self) -> Theatre:
        """Of the run, as it is now."""
        return self.model.theatre

    @property
    def ticks(self) -> int:
        """Computed so far."""
        return self.recorder.ticks

    @property
    def finished(self) -> bool:
        """Whether the horizon is reached or the run has ended."""
        return not self.model.running

    @property
    def ended(self) -> str:
        """Why it ended before its horizon."""
        return self.model.world.ended

    @property
    def made(self) -> tuple[Mapping[str, Any], int]:
        """Values set at the start, by path, and how many changes during the run."""
        return self.overrides, len(self.changes)

    @property
    def changed(self) -> int:
        """How many of them the run's address has no room for: all."""
        return len(self.overrides) + len(self.changes)

    def advance(self) -> None:
        """Compute to the end of the chunk; a fresh run only its first few ticks."""
        tick = self.model.world.tick
        to = (tick // TICKS_PER_CHUNK + 1) * TICKS_PER_CHUNK - 1
        if tick == to:
            to += TICKS_PER_CHUNK
        if tick == 0:
            to = FIRST_TICKS
        while self.model.running and self.model.world.tick < to:
            with self.between_ticks:
                self.model.step()
            if self.model.world.tick % TICKS_PER_CHUNK == 0:
                self._keep()

    def _keep(self) -> None:
        state = zlib.compress(self.model.snapshot(), PACKING)
        self._snapshots.append((self.model.world.tick, state))

    def chunks(self, first: int) -> list[bytes]:
        """Return the chunks from number ``first``, also while a tick is computed."""
        with self.between_ticks:
            return self.recorder.all_chunks()[first:]

    def table(self, name: str) -> pa.Table:
        """Return one recorded table so far, also while a tick is computed."""
        with self.between_ticks:
            return self.recorder.table(name)

    def sorties(self, day: int) -> pa.Table:
        """Return what has been flown so far in a day, also while a tick is computed."""
        with self.between_ticks:
            return self.recorder.sorties(day)

    def control(self, day: int) -> UInt8Array:
        """Return the holder of every cell on a day, also while a tick is computed."""
        with self.between_ticks:
            return self.recorder.control(day)

    def whole_day(self, tick: int) -> int:
        """Return the last tick up to ``tick`` that ends a day: where branches start."""
        per_day = round(1 / self.theatre.days_per_tick)
        return min(tick, self.ticks) // per_day * per_day

    def branch(self, tick: int, changes: Iterable[Intervention]) -> "Live":
        """Return a run that is this one up to ``tick``, then takes ``changes``.

        It starts from the nearest snapshot before; the seed stays, so the two differ
        only by the changes (common random numbers).

        Raises:
            ScenarioError: a change is wrong.
        """
        tick = self.whole_day(tick)
        at, state = max(
            (kept for kept in self._snapshots if kept[0] <= tick),
            key=lambda kept: kept[0],
        )
        day = at * self.theatre.days_per_tick
        later = [each for each in self.changes if each.day >= day]
        other = object.__new__(Live)
        other.between_ticks = RLock()
        other.seed, other.cell_km = self.seed, self.cell_km
        other.overrides, other.base = self.overrides, self.base
        other.days = self.days
        added = tuple(changes)
        self.base.with_interventions(added)  # refused here if wrong
        past = [each for each in self.changes if each.day * 1.0 <= _days(self, tick)]
        other.changes = (*past, *added)
        again = [each for each in later if each in past]
        other.model = ConflictModel(
            self.base,
            rng=self.seed,
            cell_km=self.cell_km,
            days=self.days,
            interventions=[*again, *added],
            collect=False,
        )
        other.model.restore(zlib.decompress(state))
        while other.model.world.tick < tick:
            other.model.step()
        other.model.foreseen(added)  # and here if nobody may stand there by now
        other.recorder = self.recorder.until(tick)
        other.model.recorder = other.recorder
        other._snapshots = [kept for kept in self._snapshots if kept[0] <= at]
        return other


@lru_cache(maxsize=2)
def ready_made(name: str) -> Scenario:
    """Return a scenario that comes with Flashpoint, read once: it never changes."""
    return load_scenario(name)


def _days(engine: Live, tick: int) -> float:
    return tick * engine.theatre.days_per_tick


def _recorder(model: ConflictModel) -> Recorder:
    if model.recorder is None:
        raise ValueError("the model does not record; build it with record=True")
    return model.recorder
