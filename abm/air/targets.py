"""Everywhere aircraft could be sent this tick, and its worth to each operator.

A read-only view of the World.
"""

from dataclasses import dataclass

import numpy as np

from abm import kernels
from abm.air import intercepts, tasking
from abm.air.places import HALF, Groups, groups, presence
from abm.air.roles import AIRDROP, INTERDICTION, PATROL, RECONNAISSANCE, SUPPORT
from abm.air.standing import Standing
from abm.air.tasking import Targets
from abm.theatre import Theatre
from abm.units import FloatArray
from abm.world import GONE, MISSION_ACTIVE, MISSIONS, World

ATTACK, RAID = MISSIONS.index("attack"), MISSIONS.index("raid")


@dataclass(frozen=True)
class Interests:
    """What operators care for today, (n_actors, n_actors) each.

    Attributes:
        side: share of another's aims an operator makes its own.
        enmity: weight of beating an actor.
        care: weight of protecting or supporting an actor.
        heat: tension with those who guard an actor.
        caution: what full tension takes off a strike near them: of the aversion to
            escalation and of objectives to avoid it, shape (n_actors,).
    """

    side: FloatArray
    enmity: FloatArray
    care: FloatArray
    heat: FloatArray
    caution: FloatArray


def interests(world: World, theatre: Theatre, standing: Standing) -> Interests:
    """Return what operators care for, by today's weights and support."""
    p, weights = theatre.parameters.fly, world.actors.weights
    side, enmity, care, avoiding = theatre.once(
        ("interests", weights.tobytes()), lambda: _wishes(theatre, standing, weights)
    )
    backed = np.where(standing.dependence.T > 0.0, world.actors.support, 1.0)
    return Interests(
        side=side * backed,
        enmity=enmity,
        care=care * backed,
        heat=intercepts.heat(
            world.dyads.tension,
            guard=standing.circle,
            deconflicted=standing.deconflicted,
        ),
        caution=p.caution * standing.aversion + avoiding,
    )


def _wishes(
    theatre: Theatre, standing: Standing, weights: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return side, enmity, care and shunning by the weights, whatever the support."""
    p, n = theatre.parameters.fly, theatre.n_actors
    side = tasking.sides(
        standing.allied,
        standing.partner,
        ally=p.ally_regard,
        associate=p.partner_regard,
    )
    enmity = tasking.interests(standing.hostile, weights, n)
    care = tasking.interests(standing.caring, weights, n)
    avoiding = tasking.interests(standing.avoiding, weights, n).sum(axis=1)
    return side, enmity, care, np.asarray(avoiding)


def ground(world: World, theatre: Theatre, *, x: FloatArray, y: FloatArray) -> Groups:
    """Return the formations as aircraft see them, given where they are in km."""
    formations, missions = world.formations, world.missions
    aim, exposed = np.empty((2, len(x)))
    attacking = np.empty(len(x), dtype=bool)
    kernels.seen(
        attacking,
        aim,
        exposed,
        formations.mission,
        missions.kind,
        missions.objective,
        world.actors.weights,
        formations.contact,
        formations.assaulting,
        formations.entrenchment,
        (ATTACK, RAID),
        theatre.parameters.fly.shelter,
    )
    return groups(
        formations.actor,
        formations.cell,
        formations.personnel,
        alive=formations.status != GONE,
        x=x,
        y=y,
        engaged=formations.contact,
        attacking=attacking,
        aim=aim,
        exposed=exposed,
    )


def targets(
    world: World, theatre: Theatre, seen: Groups, *, standing: Standing, wish: Interests
) -> Targets:
    """Return everywhere aircraft could be sent, with its worth to each operator."""
    return tasking.merged(
        [
            *_over_groups(world, theatre, seen, standing=standing, wish=wish),
            _at_sites(world, theatre, seen, standing=standing, wish=wish),
            _pockets(world, theatre, wish=wish),
            _missions(world, theatre, wish=wish),
        ]
    )


def _over_groups(
    world: World, theatre: Theatre, seen: Groups, *, standing: Standing, wish: Interests
) -> list[Targets]:
    """Return fights to support and clients to patrol over."""
    p, n = theatre.parameters.fly, theatre.n_actors
    cared = np.asarray(wish.care.sum(axis=0) > 0.0)[seen.actor]
    rows = ((seen.engaged > 0.0) | cared).nonzero()[0]
    part = seen.at(rows)
    close = presence(part.x, part.y, seen, reach=p.support_reach, n_actors=n)
    support = tasking.support_worth(
        part,
        close,
        side=wish.side,
        enmity=wish.enmity,
        care=wish.care,
        war=standing.war,
        defence=p.defence_regard,
        anyway=p.any_fight,
        crowd=p.crowd,
    )
    support = tasking.cautioned(support, close, heat=wish.heat, caution=wish.caution)
    patrol = tasking.patrol_worth(
        part,
        presence(part.x, part.y, seen, reach=p.watch_reach, n_actors=n),
        care=wish.care,
        tension=world.dyads.tension,
        deconflicted=standing.deconflicted,
        regard=p.patrol_regard,
    )
    return [
        Targets(np.full(len(rows), task), part.cell, part.x, part.y, rows, worth)
        for task, worth in ((SUPPORT, support), (PATROL, patrol))
    ]


def _of_sites(theatre: Theatre, task: int, worth: FloatArray) -> Targets:
    rows = np.arange(len(theatre.site_ids))
    return Targets(
        np.full(len(rows), task),
        theatre.site_cell.astype(np.int64),
        theatre.site_x_km,
        theatre.site_y_km,
        rows,
        worth,
    )


def _at_sites(
    world: World, theatre: Theatre, seen: Groups, *, standing: Standing, wish: Interests
) -> Targets:
    """Return enemy-held sites behind the front."""
    p = theatre.parameters.fly
    worth = tasking.interdiction_worth(
        world.sites.controller,
        theatre.site_value,
        enmity=wish.enmity,
        war=standing.war,
        behind=~world.sites.contested,
        regard=p.interdiction_regard,
    )
    rows = (worth.sum(axis=0) > 0.0).nonzero()[0]
    x, y = theatre.site_x_km[rows], theatre.site_y_km[rows]
    n = theatre.n_actors
    close = presence(x, y, seen, reach=p.support_reach, n_actors=n)
    worth[:, rows] = tasking.cautioned(
        worth[:, rows], close, heat=wish.heat, caution=wish.caution
    )
    return _of_sites(theatre, INTERDICTION, worth)


def _pockets(world: World, theatre: Theatre, *, wish: Interests) -> Targets:
    """Return own side's cut-off sites with people in them."""
    people = besieged(world, theatre)
    cut = ~world.sites.supplied & (world.sites.controller < theatre.n_actors)
    holder = np.where(cut, world.sites.controller, 0)
    need = people / (people + theatre.parameters.fly.crowd)
    return _of_sites(theatre, AIRDROP, wish.side[:, holder] * need)


def besieged(world: World, theatre: Theatre) -> FloatArray:
    """Return the persons in each cut-off site, 0 elsewhere, shape (n_sites,)."""
    formations, n = world.formations, len(theatre.site_ids)
    inside = (formations.site >= 0) & (formations.status != GONE)
    garrison = np.bincount(
        formations.site[inside], formations.personnel[inside], minlength=n
    )
    cut = ~world.sites.supplied & (world.sites.controller < theatre.n_actors)
    return np.where(cut, garrison, 0.0)


def _missions(world: World, theatre: Theatre, *, wish: Interests) -> Targets:
    """Return the targets of ground missions in force, to be looked at."""
    missions = world.missions
    count = int(missions.count[0])
    running = (missions.status[:count] == MISSION_ACTIVE) & (
        missions.kind[:count] == ATTACK
    )
    rows = (running & (missions.cell[:count] >= 0)).nonzero()[0]
    objective = missions.objective[rows]
    weight = np.where(objective >= 0, world.actors.weights[objective], 0.0)
    regard = theatre.parameters.fly.reconnaissance_regard
    worth = wish.side[:, missions.actor[rows]] * weight * regard
    cell = missions.cell[rows].astype(np.int64)
    row, column = np.divmod(cell, theatre.grid.width)
    km = theatre.grid.cell_km
    return Targets(
        np.full(len(rows), RECONNAISSANCE),
        cell,
        (column + HALF) * km,
        (row + HALF) * km,
        rows,
        worth,
    )
