"""Fly: aircraft are sent out, work, are seen, and sometimes shot at.

Fire falls only on parties at war with the operator; what falls near others is a
matter of perception. Tension itself is the escalate phase's.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from abm import kernels
from abm.actors.positions import places
from abm.air import sky, sorties, targets, terms
from abm.air.encounters import Encounters, encounters
from abm.air.places import Groups, squared_distances
from abm.air.roles import (
    AIRDROP,
    GROUND,
    INTERDICTION,
    LOADS,
    SUPPORT,
    capabilities,
)
from abm.air.sky import Packages
from abm.air.standing import Standing, standing
from abm.events import Event, Track
from abm.rng import Streams
from abm.theatre import Theatre
from abm.units import NOBODY, BoolArray, FloatArray, IntArray
from abm.world import World

DRAWS = (
    "sorties",
    "target",
    "patrol",
    "ground_fire",
    "seen",
    "lock",
    "shot",
    "taken",
    "answer",
)
"""What each block of uniform numbers decides; (n_air, PACKAGES) each."""
TRACE = 1e-3
"""Persons below which a loss is not worth a row in the journal."""


def run(
    world: World, theatre: Theatre, streams: Streams, *, actors: Sequence[Any] = ()
) -> list[Event]:
    """Fly one tick; the actor agents are not asked: tasking follows their weights."""
    del actors
    shape = (len(DRAWS), len(theatre.air_ids), sorties.PACKAGES)
    draw = dict(zip(DRAWS, streams().random(shape), strict=True))
    rules = standing(theatre)
    wish = targets.interests(world, theatre, rules)
    x, y, *_ = places(world, theatre)
    seen = targets.ground(world, theatre, x=x, y=y)
    where = targets.targets(world, theatre, seen, standing=rules, wish=wish)
    sent = sky.dispatched(
        world,
        theatre,
        where,
        draws=(draw["sorties"][:, 0], draw["target"], draw["patrol"]),
    )
    _note_assets(world, sent)
    if world.journal.asked:
        scene = terms.Scene(world, theatre, where, seen, rules, wish)
        world.journal.taskings.append(terms.taskings(scene, sent, draw["target"]))
    _work(world, theatre, sent, seen=seen, rules=rules)
    lost = _met_fire(world, theatre, sent, seen=seen, rules=rules, draw=draw)
    met = encounters(world, theatre, sent, seen=seen, standing=rules, draw=draw)
    _note_encounters(world, sent, met)
    return lost + met.events


def _note_assets(world: World, sent: Packages) -> None:
    """Write what every asset does; of several packages the largest speaks for it."""
    air = world.air
    air.task[:] = GROUND
    air.cell[:] = NOBODY
    air.sorties[:] = np.bincount(sent.asset, sent.sorties, minlength=len(air.sorties))
    air.flown += air.sorties
    first = sent.part == 0
    air.task[sent.asset[first]] = sent.task[first]
    air.cell[sent.asset[first]] = sent.cell[first]


def _note_encounters(world: World, sent: Packages, met: Encounters) -> None:
    """Write tracks, incidents, hazards, aircraft shot down, and the end of the run."""
    for asset in met.downed:
        _lose(world, asset)
    for actor, share in met.tracked.items():
        world.actors.tracked[actor] = share
    world.journal.incidents.extend(met.incidents)
    world.journal.hazards.extend(met.hazards)
    world.ended = world.ended or met.ended
    columns = (
        sent.asset,
        sent.operator,
        sent.task,
        sent.cell,
        sent.sorties,
        met.tracked_by,
        met.shot_by,
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    world.journal.tracks.extend(map(Track._make, rows))


def _work(
    world: World, theatre: Theatre, sent: Packages, *, seen: Groups, rules: Standing
) -> None:
    """Write support given, losses caused, supply cut and tonnes dropped."""
    p, days = theatre.parameters.fly, theatre.days_per_tick
    armed = sent.only(sent.effort > 0.0)
    support, cut_off, struck = np.empty((3, len(armed.x), len(seen.actor)))
    kernels.strikes(
        support,
        cut_off,
        struck,
        armed.x,
        armed.y,
        armed.operator,
        armed.task == SUPPORT,
        seen.x,
        seen.y,
        seen.actor,
        rules.war,
        rules.friendly,
        p.support_reach,
    )
    boost = sorties.felt(support, armed.effort / days)
    world.formations.air_support[:] = 0.0
    world.formations.air_support[seen.rows] = sorties.saturating(
        boost, most=p.support_most, half=p.support_half
    )[seen.member]
    cut = sorties.felt(cut_off, armed.effort / days)
    kept = 1.0 - days * sorties.saturating(cut, most=p.cut_most, half=p.cut_half)
    world.formations.supply[seen.rows] *= np.maximum(kept, 0.0)[seen.member]
    lost = sorties.losses(
        seen,
        struck,
        sorties=armed.effort,
        lethality=p.lethality,
        crowd=p.crowd,
    )
    _write_losses(world, seen, lost, operator=armed.operator)
    _drop(world, theatre, sent, seen=seen, rules=rules)


def _write_losses(
    world: World, seen: Groups, lost: FloatArray, *, operator: IntArray
) -> None:
    formations, n = world.formations, len(world.actors.pool)
    by_formation = lost.sum(axis=0)[seen.member] * seen.share
    formations.personnel[seen.rows] -= by_formation
    formations.lost_day[seen.rows] += by_formation
    np.maximum(formations.personnel, 0.0, out=formations.personnel)
    strike, group = np.nonzero(lost > TRACE)
    fired = np.zeros((n, n))
    kernels.booked(fired, operator, seen.actor, lost)
    world.actors.killed_wounded += fired.sum(axis=0)
    world.journal.kills += fired.T
    rows = zip(
        seen.cell[group].tolist(),
        seen.actor[group].tolist(),
        operator[strike].tolist(),
        lost[strike, group].tolist(),
        strict=True,
    )
    world.journal.kill_cells.extend(rows)


def _drop(
    world: World, theatre: Theatre, sent: Packages, *, seen: Groups, rules: Standing
) -> None:
    p = theatre.parameters.fly
    dropping = sent.task == AIRDROP
    if not dropping.any():
        return
    drops = sent.only(dropping)
    near = (
        squared_distances(drops.x, drops.y, other_x=seen.x, other_y=seen.y)
        <= p.support_reach**2
    )
    around = near & rules.war[drops.operator][:, seen.actor]
    tonnes = sorties.arriving(
        drops.sorties * p.lift,
        fire=around @ seen.persons,
        accuracy=p.drop_accuracy,
        shy=p.shy,
    )
    np.add.at(world.sites.stock, drops.row, tonnes)


def _met_fire(
    world: World,
    theatre: Theatre,
    sent: Packages,
    *,
    seen: Groups,
    rules: Standing,
    draw: dict[str, FloatArray],
) -> list[Event]:
    """Take off aircraft lost to ground fire over enemies."""
    p = theatre.parameters.fly
    crewed = capabilities(theatre.air_role).load[sent.asset] != LOADS.index("heavy")
    low = (sent.task == SUPPORT) | (sent.task == INTERDICTION) | (sent.task == AIRDROP)
    low &= crewed
    risk = sorties.at_least_one(p.ground_fire, sent.sorties)
    hit = low & (draw["ground_fire"][sent.asset, sent.part] < risk)
    events = []
    for row in hit.nonzero()[0].tolist():
        here = (_enemies_near(sent, row, seen=seen, rules=rules, p=p)).nonzero()[0]
        if len(here) and _lose(world, int(sent.asset[row])):
            enemy = int(seen.actor[here[np.argmax(seen.persons[here])]])
            events.append(
                Event(
                    "fly",
                    "aircraft_lost",
                    actor=int(sent.operator[row]),
                    other=enemy,
                    cell=int(sent.cell[row]),
                    amount=1.0,
                    text="loses an aircraft to fire from the ground",
                )
            )
    return events


def _enemies_near(
    sent: Packages, row: int, *, seen: Groups, rules: Standing, p: Any
) -> BoolArray:
    east, south = seen.x - sent.x[row], seen.y - sent.y[row]
    near = east * east + south * south <= p.support_reach**2
    return np.asarray(near & rules.war[sent.operator[row]][seen.actor], dtype=bool)


def _lose(world: World, asset: int) -> bool:
    """Take one aircraft off; False where none is left."""
    if world.air.ready[asset] < 1.0:
        return False
    world.air.ready[asset] -= 1.0
    world.air.lost[asset] += 1.0
    return True
