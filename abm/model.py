"""Model: one run, advanced tick by tick; an ordinary Mesa model."""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from abm import theatre as theatres
from abm.agents import KINDS, Actor, AirAsset, Formation, Site
from abm.events import Event
from abm.later import BEHIND_MESA, later
from abm.opening import opening
from abm.phases import PHASES, intervene, prepare
from abm.record.recorder import Recorder
from abm.rng import streams
from abm.scenario import Scenario, load_scenario
from abm.scenario.scenario import Intervention, Value
from abm.theatre import Theatre
from abm.units import HOURS_PER_DAY, Km

with later(*BEHIND_MESA):
    import mesa

SEED_LIMIT = 2**31


class ConflictModel(mesa.Model):
    """One run of a scenario.

    Attributes:
        theatre: what never changes (an intervention replaces it).
        world: what does.
        seed_value: the run's seed; the same seed gives the same bytes.
        recorder: takes down the run, or ``None``.
        datacollector: Mesa's, with one row per tick.
        running: False once the horizon is reached or the run has ended.
    """

    def __init__(
        self,
        scenario: str | Scenario = "deir_ezzor_2017",
        *,
        rng: int | np.random.Generator | None = None,
        cell_km: Km | None = None,
        days: int | None = None,
        overrides: Mapping[str, Value] | None = None,
        interventions: Iterable[Intervention] = (),
        record: bool = False,
        collect: bool = True,
        **kwargs: Value,
    ) -> None:
        """Set a run up.

        Args:
            scenario: a loaded scenario, the name of a shipped one, or a folder.
            rng: seed; a generator gives a seed drawn from it.
            cell_km: side of a cell; None for the scenario's own.
            days: horizon; None for the scenario's own.
            overrides: values by path (``abm paths`` lists them).
            interventions: changes during the run, beside the scenario's own.
            record: keep a Recorder fed.
            collect: feed Mesa's data collector.
            **kwargs: overrides once more (the one name that Mesa's page lets
                pass without a value), for ``mesa.batch_run``: a double underscore
                stands for the dot, ``fight__attrition=0.02``.

        Raises:
            ScenarioError: the scenario, an override or an intervention is wrong.
        """
        seed = _seed(rng)
        super().__init__(rng=seed)
        source = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        named = {name.replace("__", "."): value for name, value in kwargs.items()}
        changes = {**(overrides or {}), **named}
        if changes:
            source = source.with_overrides(changes)
        self.seed_value = seed
        self.cell_km = cell_km
        self._start = source
        self.theatre = theatres.build(source, cell_km)
        self.world = opening(self.theatre)
        prepare(self.world, self.theatre)
        self.horizon = _horizon(source, days)
        self._planned = self._plan([*source.interventions, *interventions])
        self._changes = list(self._planned)
        self._chain = hashlib.sha256(source.key.encode()).digest()
        self.recorder = Recorder(self.theatre, seed=seed) if record else None
        self._people()
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)
        self._collects = collect
        if self.recorder:
            self.recorder.start(self.world)
        if collect:
            self.datacollector.collect(self)
        self.running = self.horizon > 0

    def _plan(self, changes: list[Intervention]) -> list[Intervention]:
        """Return changes by day, once each is known to be possible."""
        for change in changes:
            intervene.check(self.theatre, change)
        return sorted(changes, key=lambda change: change.day)

    def _people(self) -> None:
        """Create the agents: actors in their order, then handles on rows."""
        for index, spec in enumerate(self.theatre.actors):
            KINDS[spec.kind](self, index)
        for row in range(self.theatre.n_parts):
            Formation(self, row)
        for row in range(len(self.theatre.air_ids)):
            AirAsset(self, row)
        for row in range(len(self.theatre.site_ids)):
            Site(self, row)
        # Mesa 3.3 counts agents in a table that keeps every model alive for good.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    @property
    def actors(self) -> list[Actor]:
        """The deciding agents, in the order of ``theatre.actors``."""
        kinds = self.agents_by_type.items()
        found = [one for kind, all_ in kinds if issubclass(kind, Actor) for one in all_]
        return sorted(found, key=lambda agent: agent.index)

    @property
    def day(self) -> float:
        """Days since the start."""
        return self.world.tick * self.theatre.days_per_tick

    def step(self) -> None:
        """Run the phases of one tick in order."""
        if not self.running:
            return
        world = self.world
        world.journal.clear()
        world.journal.asked = self.recorder is not None
        events = self._intervene()
        actors = self._deciders()
        for name, phase in PHASES.items():
            draws = streams(self.seed_value, name, world.tick)
            events += phase(world, self.theatre, draws, actors=actors)
        world.tick += 1
        self._note(events)
        self.running = world.tick < self.horizon and not world.ended
        if self.recorder:
            self.recorder.tick(world, events)
        if self._collects:
            self.datacollector.collect(self)

    def _deciders(self) -> list[Actor]:
        if not self.theatre.decides(self.world.tick):
            return []
        return self.actors

    def _intervene(self) -> list[Event]:
        """Apply the changes whose day has come."""
        events = []
        while self._changes and self._changes[0].day <= self.day:
            events.append(self.apply(self._changes.pop(0)))
        return events

    def apply(self, change: Intervention) -> Event:
        """Apply one change now; return its event.

        Raises:
            ScenarioError: the change is refused; the run is as it was.
        """
        self._adopt(self.foreseen([change]))
        return intervene.apply(self.world, self.theatre, change)

    def foreseen(self, changes: Sequence[Intervention]) -> Theatre:
        """Return the theatre that changes lead to, were they made now.

        Raises:
            ScenarioError: a path or a value is wrong, or a force can't be put there.
        """
        values = {change.path: change.value for change in changes}
        theatre = self._theatre_of(self.theatre.scenario.with_overrides(values))
        for change in changes:
            intervene.check(theatre, change, self.world)
        return theatre

    def _theatre_of(self, scenario: Scenario) -> Theatre:
        return theatres.build(scenario, self.cell_km, start=self._start)

    def _adopt(self, theatre: Theatre) -> None:
        self.theatre = theatre
        if self.recorder:
            self.recorder.theatre = theatre

    def _note(self, events: list[Event]) -> None:
        """Add a tick's events to the chain of the digest."""
        text = "\n".join(repr(event) for event in events)
        self._chain = hashlib.sha256(self._chain + text.encode()).digest()

    @property
    def digest(self) -> str:
        """SHA-256 of every World column and of all events so far."""
        whole = self.world.digest().encode() + self._chain
        return hashlib.sha256(whole).hexdigest()

    def snapshot(self) -> bytes:
        """Return the state of the run as bytes; ``restore`` takes it back."""
        buffer = io.BytesIO()
        state = np.frombuffer(self.world.snapshot(), dtype=np.uint8)
        chain = np.frombuffer(self._chain, dtype=np.uint8)
        changed = np.array(json.dumps(dict(self.theatre.scenario.overrides)))
        np.savez(buffer, state=state, chain=chain, changed=changed)
        return buffer.getvalue()

    def restore(self, snapshot: bytes) -> None:
        """Go back (or on) to the state of a snapshot of the same scenario."""
        with np.load(io.BytesIO(snapshot), allow_pickle=False) as saved:
            self.world.restore(saved["state"].tobytes())
            self._chain = saved["chain"].tobytes()
            self._take_over(json.loads(str(saved["changed"])))
        self.running = self.world.tick < self.horizon and not self.world.ended

    def _take_over(self, changed: dict[str, Value]) -> None:
        """Go on with the changes made up to a snapshot; those to come are to come."""
        scenario = self.theatre.scenario
        if changed != scenario.overrides:
            origin = scenario.origin or scenario
            self._adopt(self._theatre_of(origin.with_overrides(changed)))
        last_tick = self.day - self.theatre.days_per_tick
        self._changes = [change for change in self._planned if change.day > last_tick]


def _seed(rng: int | np.random.Generator | None) -> int:
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(SEED_LIMIT))
    if rng is None:
        return int(np.random.default_rng().integers(SEED_LIMIT))
    return int(rng)


def _horizon(source: Scenario, days: int | None) -> int:
    """Return the ticks of a run of ``days``, at most the scenario's own."""
    if days is None:
        return source.calendar.horizon_ticks
    wanted = round(days * HOURS_PER_DAY / source.calendar.tick_hours)
    return min(wanted, source.calendar.horizon_ticks)


def _held_by(model: ConflictModel, bloc: int) -> int:
    theatre = model.theatre
    return int((theatre.bloc[model.world.cells.holder] == bloc)[theatre.open].sum())


REPORTERS: dict[str, Any] = {
    "day": lambda model: model.day,
    "personnel": lambda model: float(model.world.formations.personnel.sum()),
    "killed_wounded": lambda model: float(model.world.actors.killed_wounded.sum()),
    "sites_changed": lambda model: int(model.world.sites.changes.sum()),
    "tension": lambda model: float(model.world.dyads.tension.max()),
    "incidents": lambda model: int(model.world.dyads.incidents.sum() // 2),
    "convoy_tonnes": lambda model: float(model.world.deliveries.delivered.sum()),
    "cells_of_first_bloc": lambda model: _held_by(model, 0),
}
"""Mesa's model reporters; one row per tick."""
