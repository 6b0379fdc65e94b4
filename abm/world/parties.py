"""Tables of the parties: actors, aircraft, convoys, deliveries, pairs, zones."""

from dataclasses import dataclass

from abm.units import BoolArray, FloatArray, Int8Array, Int32Array


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
