"""Tables of the ground: cells, formations, missions, sites and crossings."""

from dataclasses import dataclass

from abm.units import (
    BoolArray,
    Float32Array,
    FloatArray,
    Int8Array,
    Int16Array,
    Int32Array,
    UInt8Array,
)


@dataclass(slots=True)
class Cells:
    """Map cells; shape (n_cells,).

    Attributes:
        holder: actor index, ``theatre.nobody`` or a passive holder's index.
        contested: enemies both have influence here.
        exposed: the enemy's part of the influence of both, in quarters, 0 to 4.
        days_held: since the holder last changed.
        cleared: days since the holder's people first came near after that, or 0.
        challenger: actor that has the upper hand, or NOBODY.
        challenge_days: for how long it has had it.
    """

    holder: Int8Array
    contested: BoolArray
    exposed: UInt8Array
    days_held: Float32Array
    cleared: Float32Array
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
