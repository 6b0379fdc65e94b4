"""Encounters of a tick: who is tracked and locked on to, whose strike is answered.

Read-only; returns probabilities and the packages they belong to. The draws, and what
follows, are the fly phase's.
"""

from dataclasses import dataclass

import numpy as np

from abm import kernels
from abm.air import intercepts, tracks
from abm.air.airspace import multiplier, restrained, shut
from abm.air.places import Groups
from abm.air.roles import INTERDICTION, PATROL, SHOOTERS, SUPPORT, capabilities
from abm.air.sky import Packages, based
from abm.air.standing import Standing, Watch, answering
from abm.theatre import Theatre
from abm.theatre.near import shut_to
from abm.units import BoolArray, FloatArray, IntArray
from abm.world import World


@dataclass(frozen=True)
class Tracking:
    """Packages over one watched area; shape (n_packages,).

    Attributes:
        seen: probability that the watcher's sensors see it.
        lock: probability that it is locked on to, once seen.
        shot: probability that a lock becomes a shot that hits.
        tracked: whether what is seen is tracked as a target.
    """

    seen: FloatArray
    lock: FloatArray
    shot: float
    tracked: bool


@dataclass(frozen=True)
class Answers:
    """Strikes near somebody's people and who may answer; shape (n_strikes,).

    Attributes:
        strike: row of the package.
        group: group the strike may be taken to be aimed at.
        guard: actor that answers for it, or -1.
        taken: probability that it is taken so.
        answer: probability that the guard then shoots the aircraft down.
    """

    strike: IntArray
    group: IntArray
    guard: IntArray
    taken: FloatArray
    answer: FloatArray


def shut_air(world: World, standing: Standing) -> BoolArray:
    """Return the pairs whose air channel, or a patron's, is shut."""
    channel = world.dyads.air_channel
    if not (standing.agreed_air & ~channel).any():
        return np.zeros_like(channel)
    return shut(standing.agreed_air, channel, circle=standing.circle)


def watching(
    world: World,
    theatre: Theatre,
    over: Packages,
    *,
    guards: IntArray,
    sent: Packages,
    patrols: IntArray,
) -> tuple[FloatArray, FloatArray]:
    """Return who watches packages and how likely the best shooter there kills.

    Args:
        world: read only.
        theatre: what never changes.
        over: packages that are watched.
        guards: actors that watch.
        sent: all packages in the air.
        patrols: rows of those that watch.

    Returns:
        Patrols' sorties near each and sensors that cover it, and the probability of
        a kill once a shot is allowed; shape (n_guards, n_over) each.
    """
    fly, role = theatre.parameters.fly, capabilities(theatre.air_role)
    kills = np.array([0.0, fly.kill_multirole, fly.kill_fighter, fly.kill_ground])
    found, kill = np.empty((2, len(guards), len(over.x)))
    kernels.watchers(
        found,
        kill,
        guards,
        over.x,
        over.y,
        sent.operator[patrols],
        sent.x[patrols],
        sent.y[patrols],
        sent.sorties[patrols],
        kills[role.shooter[sent.asset[patrols]]],
        theatre.air_operator,
        theatre.air_base_x_km,
        theatre.air_base_y_km,
        theatre.air_detection_km,
        theatre.air_radius_km,
        world.air.ready,
        based(world, theatre),
        role.shooter == SHOOTERS.index("ground"),
        fly.patrol_reach,
        fly.kill_ground,
    )
    return found, kill


def sensors(
    world: World, theatre: Theatre, *, actor: int, sent: Packages
) -> FloatArray:
    """Return the actor's sensors that cover each package, shape (n_packages,)."""
    nobody, guards = np.zeros(0, dtype=np.int64), np.array([actor])
    found, _ = watching(world, theatre, sent, guards=guards, sent=sent, patrols=nobody)
    return np.asarray(found[0])


def tracking(
    world: World, theatre: Theatre, sent: Packages, *, standing: Standing, watch: Watch
) -> Tracking:
    """Return the chances that packages over a watched area are seen, and locked on."""
    fly, escalate = theatre.parameters.fly, theatre.parameters.escalate
    pair = watch.watcher, watch.watched
    dyads = world.dyads
    closed = bool(shut_air(world, standing)[pair])
    lock = standing.rule("lock_on")
    factor = fly.shut_air if closed else 1.0
    if dyads.rung[pair] >= lock.rung:
        factor *= fly.lock_deliberate
    ordered = answering(standing.rule("track"), dyads.rung, injured=dyads.injured)
    allowed = intercepts.permission(
        dyads.rung[pair],
        calm=fly.roe_calm,
        step=fly.roe_step,
        powers=fly.roe_powers,
        restrained=restrained(standing.agreed_air)[pair],
        shots=standing.rule("shoot").rung,
    )
    return Tracking(
        seen=tracks.detected(
            sensors(world, theatre, actor=watch.watcher, sent=sent),
            chance=fly.detection,
        ),
        lock=tracks.lock_chance(
            sent.sorties,
            rate=fly.lock_rate,
            gain=escalate.gain,
            tension=float(dyads.tension[pair]),
            multiplier=factor,
        ),
        shot=float(allowed) * fly.kill_ground,
        tracked=closed or bool(ordered[pair]),
    )


def watched_groups(
    theatre: Theatre, strikes: Packages, seen: Groups, *, standing: Standing
) -> BoolArray:
    """Return which groups each striker is watched over, (n_strikes, n_groups).

    Those of actors with a guard that is deconflicted with the striker; a striker at
    war with them is watched inside a zone that their guard protects.
    """
    found = standing.watched_only[strikes.operator[:, None], seen.actor]
    for zone in theatre.zones:
        inside = zone.cells[seen.cell] & standing.circle[seen.actor, zone.protector]
        if not inside.any():
            continue
        kept_out = shut_to(theatre, zone)[strikes.operator]
        hostile = standing.war[strikes.operator[:, None], seen.actor]
        found |= hostile & inside & kept_out[:, None]
    return np.asarray(found, dtype=bool)


def answers(
    world: World,
    theatre: Theatre,
    sent: Packages,
    *,
    seen: Groups,
    standing: Standing,
) -> Answers:
    """Return the strikes near watched people, and the chances of what follows."""
    fly = theatre.parameters.fly
    on_ground = (sent.task == SUPPORT) | (sent.task == INTERDICTION)
    striking = ((sent.effort > 0.0) & on_ground).nonzero()[0]
    strikes = sent.only(striking)
    watched = watched_groups(theatre, strikes, seen, standing=standing)
    group, distance = intercepts.nearest(
        (strikes.x, strikes.y), (seen.x, seen.y), watched=watched
    )
    close = (distance < fly.misread_reach).nonzero()[0]
    strikes, group, distance = strikes.only(close), group[close], distance[close]
    owner = seen.actor[group]
    times = multiplier(shut_air(world, standing), factor=fly.shut_air)
    aimed = standing.war[strikes.operator, owner]
    taken = intercepts.perceived(
        distance,
        strikes.sorties,
        chance=np.where(aimed, 1.0, fly.misread) * times[strikes.operator, owner],
        reach=fly.misread_reach,
    )
    guard, answer = _best_guard(
        world, theatre, sent, strikes, owner=owner, standing=standing
    )
    return Answers(striking[close], group, guard, taken, answer)


def _best_guard(
    world: World,
    theatre: Theatre,
    sent: Packages,
    strikes: Packages,
    *,
    owner: IntArray,
    standing: Standing,
) -> tuple[IntArray, FloatArray]:
    """Return the guard likeliest to answer each strike, -1 for none, and how likely."""
    best = np.full(len(owner), -1, dtype=np.int64)
    chance = np.zeros(len(owner))
    if len(owner) == 0:
        return best, chance
    answers_for = standing.circle[owner] & standing.deconflicted[strikes.operator]
    guards = np.asarray(answers_for.any(axis=0)).nonzero()[0]
    each = _guarding(world, theatre, sent, strikes, guards=guards, standing=standing)
    for actor, odds in zip(guards.tolist(), each, strict=True):
        likely = np.where(answers_for[:, actor], odds, 0.0)
        better = answers_for[:, actor] & ((best < 0) | (likely > chance))
        best[better] = actor
        chance[better] = likely[better]
    return best, chance


def _guarding(
    world: World,
    theatre: Theatre,
    sent: Packages,
    strikes: Packages,
    *,
    guards: IntArray,
    standing: Standing,
) -> FloatArray:
    """Return the probability that actors bring each striker down, once they would.

    Shape (n_guards, n_strikes).
    """
    fly = theatre.parameters.fly
    patrols = (sent.task == PATROL).nonzero()[0]
    seen, kill = watching(
        world, theatre, strikes, guards=guards, sent=sent, patrols=patrols
    )
    pairs = guards[:, None], strikes.operator
    return intercepts.intercept(
        tracks.detected(seen, chance=fly.detection),
        intercepts.permission(
            world.dyads.rung[pairs],
            calm=fly.roe_calm,
            step=fly.roe_step,
            powers=fly.roe_powers,
            restrained=restrained(standing.agreed_air)[pairs],
            shots=standing.rule("shoot").rung,
        ),
        kill,
    )
