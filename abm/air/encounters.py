"""What becomes of encounters once the numbers are drawn: incidents, hazards, losses.

Returns what happened; the fly phase writes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from abm.air.airspace import restrained
from abm.air.answers import Tracking, answers, tracking
from abm.air.places import Groups
from abm.air.sky import Packages
from abm.air.standing import Standing, Watch
from abm.air.standing import standing as standing_of
from abm.air.tracks import smoothed_share
from abm.events import Event, Incident
from abm.theatre import Theatre
from abm.units import NOBODY, BoolArray, FloatArray, IntArray
from abm.world import World

Draws = Mapping[str, FloatArray]


@dataclass
class Encounters:
    """Encounters of one tick.

    Attributes:
        tracked_by: actor that tracks each package as a target, or NOBODY.
        shot_by: actor that shot at it and hit, or NOBODY.
        incidents: what happened.
        hazards: what could have: pair, cell, probability times severity.
        events: the same in words.
        downed: assets that lost an aircraft to another party's fire.
        tracked: new share of its sorties tracked, by watched actor.
        ended: why the run ends, ``""`` if it does not.
    """

    tracked_by: IntArray
    shot_by: IntArray
    incidents: list[Incident] = field(default_factory=list)
    hazards: list[tuple[int, int, int, float]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    downed: list[int] = field(default_factory=list)
    tracked: dict[int, float] = field(default_factory=dict)
    ended: str = ""

    def risk(self, one: int, other: int, *, cell: int, size: float) -> None:
        """Note what could have happened between two actors in a cell."""
        if size > 0.0:
            self.hazards.append((min(one, other), max(one, other), cell, size))

    def happen(self, incident: Incident, text: str) -> None:
        """Note an incident, also in words."""
        self.incidents.append(incident)
        self.events.append(incident.told("fly", text))


def encounters(
    world: World,
    theatre: Theatre,
    sent: Packages,
    *,
    seen: Groups,
    standing: Standing,
    draw: Draws,
) -> Encounters:
    """Return what becomes of this tick's encounters.

    Args:
        world: read only.
        theatre: what never changes.
        sent: packages in the air.
        seen: formations on the ground.
        standing: relations and rules.
        draw: uniform numbers by purpose, shape (n_air, PACKAGES) each.
    """
    nobody = np.full(len(sent.asset), NOBODY)
    found = Encounters(nobody, nobody.copy())
    for row in range(len(standing.watches)):
        _watched(world, theatre, sent, standing=standing, draw=draw, row=row, to=found)
    _struck(world, theatre, sent, seen=seen, standing=standing, draw=draw, to=found)
    return found


def _watched(
    world: World,
    theatre: Theatre,
    sent: Packages,
    *,
    standing: Standing,
    draw: Draws,
    row: int,
    to: Encounters,
) -> None:
    """Track packages over a watched area, and lock on to some."""
    watch = standing.watches[row]
    over = theatre.areas[watch.area][sent.cell] & (sent.operator == watch.watched)
    rows = over.nonzero()[0]
    if len(rows) == 0:
        return
    here = sent.only(rows)
    sky = tracking(world, theatre, here, standing=standing, watch=watch)
    slot = here.asset, here.part
    known = draw["seen"][slot] < sky.seen
    if sky.tracked:
        to.tracked_by[rows[known]] = watch.watcher
    _remember(world, theatre, here, known & sky.tracked, watched=watch.watched, to=to)
    _lock(world, theatre, sent, rows, sky, known=known, draw=draw, watch=watch, to=to)


def _lock(
    world: World,
    theatre: Theatre,
    sent: Packages,
    rows: IntArray,
    sky: Tracking,
    *,
    known: BoolArray,
    draw: Draws,
    watch: Watch,
    to: Encounters,
) -> None:
    """Lock on to some of the packages that are seen; a few locks become shots."""
    severity = theatre.parameters.escalate.severity_lock
    pair = watch.watcher, watch.watched
    slot, cells = (sent.asset[rows], sent.part[rows]), sent.cell[rows].tolist()
    chance = sky.seen * sky.lock
    for cell, size in zip(cells, chance.tolist(), strict=True):
        to.risk(*pair, cell=cell, size=size * severity)
    locked = known & (draw["lock"][slot] < sky.lock)
    shot = draw["shot"][slot] < sky.shot
    rung = int(world.dyads.rung[pair])
    for k in locked.nonzero()[0].tolist():
        odds = float(chance[k])
        to.happen(
            Incident("lock_on", *pair, cells[k], severity, rung, odds),
            "locks on to an aircraft",
        )
        if shot[k]:
            odds, row = odds * sky.shot, int(rows[k])
            _shoot(world, theatre, sent, row, by=watch.watcher, hazard=odds, to=to)


def _remember(
    world: World,
    theatre: Theatre,
    here: Packages,
    tracked: BoolArray,
    *,
    watched: int,
    to: Encounters,
) -> None:
    """Note the share of an actor's sorties over the area that were tracked."""
    to.tracked[watched] = smoothed_share(
        float(world.actors.tracked[watched]),
        tracked=float(here.sorties[tracked].sum()),
        flown=float(here.sorties.sum()),
        days=theatre.days_per_tick,
        memory=theatre.parameters.fly.tracked_memory,
    )


def _struck(
    world: World,
    theatre: Theatre,
    sent: Packages,
    *,
    seen: Groups,
    standing: Standing,
    draw: Draws,
    to: Encounters,
) -> None:
    """Take some strikes near watched people for attacks, and answer some of these."""
    severity = theatre.parameters.escalate
    found = answers(world, theatre, sent, seen=seen, standing=standing)
    for k, row in enumerate(found.strike.tolist()):
        striker, hit = int(sent.operator[row]), int(seen.actor[found.group[k]])
        cell, guard = int(sent.cell[row]), int(found.guard[k])
        taken, answer = float(found.taken[k]), float(found.answer[k])
        to.risk(striker, hit, cell=cell, size=taken * severity.severity_strike)
        if guard != NOBODY:
            shot = taken * answer * severity.severity_shootdown
            to.risk(striker, guard, cell=cell, size=shot)
        slot = sent.asset[row], sent.part[row]
        if draw["taken"][slot] >= taken:
            continue
        size, rung = severity.severity_strike, int(world.dyads.rung[striker, hit])
        to.happen(
            Incident("strike_on_proxy", striker, hit, cell, size, rung, taken),
            "bombs so near that it is taken for an attack",
        )
        if guard != NOBODY and draw["answer"][slot] < answer:
            odds = taken * answer
            _shoot(world, theatre, sent, row, by=guard, hazard=odds, to=to)


def _shoot(
    world: World,
    theatre: Theatre,
    sent: Packages,
    row: int,
    *,
    by: int,
    hazard: float,
    to: Encounters,
) -> None:
    """Bring an aircraft of a package down."""
    asset, operator = int(sent.asset[row]), int(sent.operator[row])
    if world.air.ready[asset] - to.downed.count(asset) < 1.0:
        return
    to.downed.append(asset)
    to.shot_by[row] = by
    to.happen(
        Incident(
            "shootdown",
            by,
            operator,
            int(sent.cell[row]),
            theatre.parameters.escalate.severity_shootdown,
            int(world.dyads.rung[by, operator]),
            hazard,
        ),
        f"shoots down an aircraft of {theatre.air_ids[asset]}",
    )
    if restrained(standing_of(theatre).agreed_air)[by, operator]:
        names = theatre.actors[by].name, theatre.actors[operator].name
        to.ended = f"{names[0]} and {names[1]} forces shot at each other"
