"""World: everything that changes during a run, as arrays.

Only phases write here. Row ``i`` of every array in a table is the same thing; rows
are never deleted or reused within a run. ``journal`` is what one tick leaves for the
recorder; it is not state.
"""

import hashlib
import io
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from abm.events import Decision, Event, Incident, Track
from abm.units import (
    BoolArray,
    Float32Array,
    FloatArray,
    Int8Array,
    Int16Array,
    Int32Array,
)

ACTIVE, BROKEN, GONE = 0, 1, 2
"""Status of a formation: fights; withdraws; surrendered, dissolved or destroyed."""

TASKS = ("ground", "support", "interdiction", "patrol", "reconnaissance", "airdrop")
"""What an air asset can be told to do; ``ground`` is to stay on the ground."""

MISSIONS = ("hold", "attack", "screen", "raid", "bridge", "withdraw", "reserve")
"""Kinds of mission a group of formations can have."""

MISSION_ACTIVE, MISSION_DONE, MISSION_ENDED = 0, 1, 2
"""Status of a mission: in force; reached its aim; given up."""

CROSSING_CLOSED, CROSSING_BOATS, CROSSING_ROAD, CROSSING_PONTOON = 0, 1, 2, 3
"""State of a crossing: no way over; boats on foot; bridge or dam road; pontoon."""

CONVOY_MOVING, CONVOY_DELIVERED, CONVOY_LOST, CONVOY_RETURNED = 0, 1, 2, 3


@dataclass(slots=True)
class Cells:
    """Map cells; shape (n_cells,).

    Attributes:
        holder: actor index, ``theatre.nobody`` or a passive holder's index.
        contested: enemies both have influence here.
        days_held: since the holder last changed.
        challenger: actor that has the upper hand, or NOBODY.
        challenge_days: for how long it has had it.
    """

    holder: Int8Array
    contested: BoolArray
    days_held: Float32Array
    challenger: Int8Array
    challenge_days: Float32Array


@dataclass(slots=True)
class Formations:
    """Ground formations; shape (n_formations,), ``route`` (n_formations, n_steps).

    The first ``theatre.n_parts`` rows are parts of the order of battle; the other
    ``n_sites`` rows are the detachments left in each site, empty at the start.

    Attributes:
        parent: row of the order of battle it is a part of, or NOBODY.
        actor: owner.
        cell: cell it stands in.
        progress_km: km covered towards the next cell of its route.
        route: cells still to pass today, the first being the next one; -1 past the end.
        site: site it garrisons (its position is then the site's), or NOBODY.
        personnel: persons present.
        quality: fighting value of a person, 1 for a trained regular.
        cohesion: will and order, in [0, 1].
        supply: share of a full stock, in [0, 1].
        inflow: supply arriving, as a share of full need, in [0, 1].
        entrenchment: in [0, 1].
        mobility: 0 motorised, 1 on foot, 2 static.
        status: ACTIVE, BROKEN or GONE.
        mission: row in ``Missions``, or NOBODY.
        home: site it garrisons by order and may not leave, or NOBODY.
        assaulting: whether it assaulted this tick.
        contact: whether an enemy was within reach this tick.
        air_support: added share of fighting value this tick.
        lost_day: persons lost in the last day (decaying mean), persons.
    """

    parent: Int16Array
    actor: Int8Array
    cell: Int32Array
    progress_km: FloatArray
    route: Int32Array
    site: Int16Array
    personnel: FloatArray
    quality: FloatArray
    cohesion: FloatArray
    supply: FloatArray
    inflow: FloatArray
    entrenchment: FloatArray
    mobility: Int8Array
    status: Int8Array
    mission: Int32Array
    home: Int16Array
    assaulting: BoolArray
    contact: BoolArray
    air_support: FloatArray
    lost_day: FloatArray


@dataclass(slots=True)
class Missions:
    """Missions ever given; shape (capacity,), filled up to ``count[0]``.

    Attributes:
        count: missions given so far, shape (1,).
        actor: who gave it.
        kind: index into MISSIONS.
        site: target site, or NOBODY.
        cell: target cell.
        crossing: crossing to bridge, or NOBODY.
        objective: objective that spoke most for it, or NOBODY.
        start_tick: when it was given.
        end_tick: when it ended, or NOBODY.
        draw: standard Gumbel number drawn for it, kept for the commitment.
        utility: at the last look, before the draw.
        success: believed probability of success at the last look.
        status: MISSION_ACTIVE, MISSION_DONE or MISSION_ENDED.
    """

    count: Int32Array
    actor: Int8Array
    kind: Int8Array
    site: Int16Array
    cell: Int32Array
    crossing: Int16Array
    objective: Int16Array
    start_tick: Int32Array
    end_tick: Int32Array
    draw: FloatArray
    utility: FloatArray
    success: FloatArray
    status: Int8Array


@dataclass(slots=True)
class Actors:
    """Actors; shape (n_actors,).

    Attributes:
        pool: persons who can still be sent as replacements.
        replaced: persons sent so far.
        killed_wounded: persons lost to fire so far.
        captured: persons lost by surrender so far.
        deserted: persons lost by dissolution or isolation so far.
        support: what its patrons give it, in [0, 1]; 1 for those without patrons.
        compliance: of its last decisions with its patrons' wishes, in [0, 1].
        patrol_share: added share of strike sorties flown as patrol (S12), in [0, 1].
        reserve_share: share of the reserve of aircraft that has joined, in [0, 1].
        weights: current weight of each objective (``theatre.objectives`` rows); an
            intervention may change them, shape (n_objectives,).
        satisfaction: of each objective today, shape (n_objectives,).
        reference: what the objective's measure was at the start (hostile cost left,
            strength, value), shape (n_objectives,).
        tracked: share of its recent sorties in watched airspace that were tracked.
        start_persons: persons at the start.
    """

    pool: FloatArray
    replaced: FloatArray
    killed_wounded: FloatArray
    captured: FloatArray
    deserted: FloatArray
    support: FloatArray
    compliance: FloatArray
    patrol_share: FloatArray
    reserve_share: FloatArray
    weights: FloatArray
    satisfaction: FloatArray
    reference: FloatArray
    tracked: FloatArray
    start_persons: FloatArray


@dataclass(slots=True)
class Sites:
    """Sites; shape (n_sites,).

    Attributes:
        controller: actor index or passive holder.
        contested: enemies of the controller are in it.
        besieger: actor that cuts it off, or NOBODY.
        supplied: a supply path of its controller reaches it.
        path_days: days running with such a path.
        stock: stored supplies of a pocket, tonnes.
        depot_km: road distance to a base that supply from here still counts, for a
            forward depot; infinite for a place that is none.
        capture_days: days the captor has been alone in it.
        captor: actor capturing it, or NOBODY.
        changes: times its controller changed.
    """

    controller: Int8Array
    contested: BoolArray
    besieger: Int8Array
    supplied: BoolArray
    path_days: Float32Array
    stock: FloatArray
    depot_km: FloatArray
    capture_days: Float32Array
    captor: Int8Array
    changes: Int16Array


@dataclass(slots=True)
class Air:
    """Air, air-defence and missile assets; shape (n_air,).

    Attributes:
        ready: aircraft (or launchers) that can fly.
        lost: lost so far.
        task: index into TASKS this tick.
        cell: where it works this tick, or NOBODY.
        sorties: flown this tick.
        grounded: by order (an intervention) or for want of a base.
        flown: sorties so far.
    """

    ready: FloatArray
    lost: FloatArray
    task: Int8Array
    cell: Int32Array
    sorties: FloatArray
    grounded: BoolArray
    flown: FloatArray


@dataclass(slots=True)
class Convoys:
    """Convoys ever sent; shape (capacity,), filled up to ``count[0]``.

    Attributes:
        count: sent so far, shape (1,).
        actor: sender.
        recipient: actor it is for.
        cell: where it is.
        tonnes: load.
        heavy: share of heavy weapons in it, in [0, 1].
        status: CONVOY_MOVING, CONVOY_DELIVERED, CONVOY_LOST or CONVOY_RETURNED.
        start_tick: when it left.
        end_tick: when it arrived or was lost, or NOBODY.
        target: cell it is bound for.
        progress_km: towards the next cell.
        route: cells from where it left to its target, -1 past the end, shape
            (capacity, n_steps).
        step: cells of its route behind it.
        waited: days it has stood before a shut road.
    """

    count: Int32Array
    actor: Int8Array
    recipient: Int8Array
    cell: Int32Array
    tonnes: FloatArray
    heavy: FloatArray
    status: Int8Array
    start_tick: Int32Array
    end_tick: Int32Array
    target: Int32Array
    progress_km: FloatArray
    route: Int32Array
    step: Int32Array
    waited: FloatArray


@dataclass(slots=True)
class Deliveries:
    """Tonnes per actor that receives; shape (n_actors,).

    Attributes:
        planned: that should have arrived so far.
        delivered: that did arrive by road.
        airlifted: that did arrive by air.
        heavy: delivered heavy weapons, tonnes.
        flow: share of the wanted road flow over the last days, in [0, 1].
    """

    planned: FloatArray
    delivered: FloatArray
    airlifted: FloatArray
    heavy: FloatArray
    flow: FloatArray


@dataclass(slots=True)
class Dyads:
    """Pairs of actors; shape (n_actors, n_actors), symmetric but for ``injured``.

    Attributes:
        tension: in [0, 1].
        rung: of the ladder, 0 is calm.
        rung_days: since the rung was entered.
        below_days: days the tension has been below the rung's exit threshold.
        air_channel: an air deconfliction channel is open.
        ground_channel: a ground deconfliction channel is open.
        ground_line: a ground line has been agreed by talks.
        clash_days: days of open clash left.
        apart_days: days both still hold apart after a clash.
        incidents: so far, initial ones excluded.
        injured: the first actor, or its client, was hit by the second one last.
    """

    tension: FloatArray
    rung: Int8Array
    rung_days: FloatArray
    below_days: FloatArray
    air_channel: BoolArray
    ground_channel: BoolArray
    ground_line: BoolArray
    clash_days: FloatArray
    apart_days: FloatArray
    incidents: Int32Array
    injured: BoolArray


@dataclass(slots=True)
class Crossings:
    """River crossings; shape (n_crossings,).

    Attributes:
        state: one of the CROSSING constants.
        work_days: engineers' days of bridging done.
        builder: actor bridging or having bridged it, or NOBODY.
        line: side that keeps to its bank by an agreed ground line: crossings closed
            to both parties of the line, shape (n_crossings, n_actors).
    """

    state: Int8Array
    work_days: FloatArray
    builder: Int8Array
    line: BoolArray


@dataclass(slots=True)
class Zones:
    """Protected zones; shape (n_zones, n_actors).

    Attributes:
        warned: steps of the sequence warning, show of force, strike taken so far.
        quiet_days: since the last entry.
        expected_loss: persons an intruder expects to lose by entering; enters its
            believed threat.
    """

    warned: Int8Array
    quiet_days: FloatArray
    expected_loss: FloatArray


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
    """

    events: list[Event] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)
    hazards: list[tuple[int, int, int, float]] = field(default_factory=list)
    kills: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    kill_cells: list[tuple[int, int, int, float]] = field(default_factory=list)

    def clear(self) -> None:
        """Forget the last tick."""
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, list):
                value.clear()
            else:
                value[:] = 0.0


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

    def snapshot(self) -> bytes:
        """Return the whole state as bytes (an uncompressed ``.npz``, never pickle)."""
        buffer = io.BytesIO()
        np.savez(
            buffer,
            **self.columns(),
            tick=np.array(self.tick),
            ended=np.array(self.ended),
        )
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
