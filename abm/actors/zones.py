"""Protected zones: the sequence of warning, show of force and strike.

Pure rules; the escalation phase writes. A zone's protector never follows an intruder
outside it.
"""

import numpy as np

from abm.units import (
    AnyIntArray,
    BoolArray,
    Days,
    FloatArray,
    Int8Array,
    Persons,
    Share,
)

QUIET, WARNED, SHOWN, STRUCK = 0, 1, 2, 3
"""Steps taken so far: none, warning, show of force, strike."""


def inside(
    cells: BoolArray,
    *,
    kept_out: BoolArray,
    cell: AnyIntArray,
    actor: AnyIntArray,
    personnel: FloatArray,
) -> FloatArray:
    """Return persons of every actor it is closed to inside a zone, (n_actors,).

    Args:
        cells: the zone, shape (n_cells,).
        kept_out: actors it is closed to, shape (n_actors,).
        cell: of each formation, shape (n_formations,).
        actor: owner, same shape.
        personnel: persons, same shape.
    """
    there = np.where(cells[cell], personnel, 0.0)
    total = np.bincount(actor, there, minlength=len(kept_out))
    return np.asarray(np.where(kept_out, total, 0.0), dtype=np.float64)


def steps(
    warned: Int8Array, *, intruding: BoolArray, draw: FloatArray, chance: Share
) -> Int8Array:
    """Return the step taken against each intruder this tick, QUIET for none.

    Args:
        warned: steps taken so far, shape (n_zones, n_actors).
        intruding: the actor is inside, same shape.
        draw: uniform numbers, same shape.
        chance: that the protector takes its next step in this tick.
    """
    acts = intruding & (draw < chance)
    step = np.minimum(warned + 1, STRUCK)
    return np.asarray(np.where(acts, step, QUIET), dtype=np.int8)


def after(warned: Int8Array, step: Int8Array) -> Int8Array:
    """Return the steps counted after this tick's: a strike counts as a warning."""
    taken = np.maximum(warned, step)
    return np.asarray(np.where(step == STRUCK, WARNED, taken), dtype=np.int8)


def forgotten(warned: Int8Array, *, quiet_days: FloatArray, memory: Days) -> Int8Array:
    """Return the steps still counted: none after ``memory`` quiet days."""
    return np.asarray(np.where(quiet_days >= memory, QUIET, warned), dtype=np.int8)


def expected_loss(
    warned: Int8Array, *, kept_out: BoolArray, strike: FloatArray, chance: Share
) -> FloatArray:
    """Return what each intruder expects to lose in a day inside a zone, persons.

    The steps still to come before a strike are counted with their chance each. People
    of a column that a strike breaks are out of action like those it kills.

    Args:
        warned: steps taken so far, shape (n_actors,).
        kept_out: the zone is closed to the actor, same shape.
        strike: persons a strike puts out of action, shape (n_actors,).
        chance: that the protector takes its next step within a day, 0 where it can't.
    """
    to_come = np.maximum(STRUCK - 1 - warned, 0)
    loss = strike * chance * chance**to_come
    return np.asarray(np.where(kept_out, loss, 0.0))


def strike_losses(
    personnel: FloatArray, *, hit: BoolArray, strike: Persons
) -> FloatArray:
    """Return persons lost by each formation struck, at most all of it.

    Args:
        personnel: persons, shape (n_formations,).
        hit: the formation is in the zone and of the intruder, same shape.
        strike: persons put out of action in each.
    """
    return np.asarray(np.where(hit, np.minimum(personnel, strike), 0.0))
