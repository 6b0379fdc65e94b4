"""Terms: why each package went where it did, as numbers for the record.

A read-only view of the World, worked out only where somebody records.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from abm import kernels
from abm.air.places import Groups, presence
from abm.air.roles import (
    AIRDROP,
    GROUND,
    INTERDICTION,
    PATROL,
    RECONNAISSANCE,
    SUPPORT,
)
from abm.air.sky import Packages
from abm.air.standing import Standing
from abm.air.targets import Interests, besieged
from abm.air.tasking import Targets
from abm.air.worth import QUANTITIES
from abm.theatre import Theatre
from abm.units import NOBODY, BoolArray, FloatArray, IntArray
from abm.world import GONE, TASKS, World

TARGET = ("task", "cell", "site", "owner", "worth")
"""What is said of a target; ``site`` and ``owner`` are NOBODY where it has none."""
CHOICE = ("chance", "below", "draw", "moved", "belief", "truth")
"""Of the choice: its probability, that of the targets before it, the number drawn,
whether only patrols were open to it, and enemies near, believed and true."""
COLUMNS = (
    *CHOICE,
    *TARGET,
    *QUANTITIES,
    *(f"runner_up.{name}" for name in (*TARGET, *QUANTITIES)),
)
"""Columns of ``taskings``; nan for a quantity that the task does not use."""


@dataclass(frozen=True)
class Scene:
    """What the choice of targets was made from."""

    world: World
    theatre: Theatre
    where: Targets
    seen: Groups
    rules: Standing
    wish: Interests


def taskings(scene: Scene, sent: Packages, draw: FloatArray) -> FloatArray:
    """Return why each package went where it did, (n_packages, len(COLUMNS)).

    The runner-up is the best other target that was open to the package; it may be
    worth more than the one drawn.

    Args:
        scene: before anything has been struck.
        sent: packages.
        draw: numbers that chose the target, shape (n_air, PACKAGES).
    """
    n = len(sent.asset)
    chance, below = np.empty((2, n))
    other, only = np.empty(n, dtype=np.int64), np.empty(n, dtype=bool)
    kernels.reckoned(
        chance,
        below,
        other,
        only,
        sent.odds,
        sent.flying,
        sent.target,
        scene.where.task == PATROL,
        sent.moved,
    )
    belief, truth = _enemies(scene, sent)
    drawn = draw[sent.asset, sent.part]
    both = np.concatenate([sent.target, other])
    said = _described(scene, np.tile(sent.operator, 2), both)
    parts = (said[:n], said[n:])
    return np.column_stack([chance, below, drawn, only, belief, truth, *parts])


def _described(scene: Scene, operator: IntArray, target: IntArray) -> FloatArray:
    """Return ``TARGET`` and ``QUANTITIES`` of targets, nan where there is none.

    Packages of one operator often share a target: each is looked at once, those of
    one task together.
    """
    where, n = scene.where, len(scene.where.task) + 1
    task = np.where(target >= 0, where.task[target], GROUND)
    actors = scene.theatre.n_actors
    key = (task * actors + operator) * n + target + 1
    pairs, which = np.unique(key, return_inverse=True)
    group, at = np.divmod(pairs, n)
    task, who = np.divmod(group, actors)
    at -= 1
    found = np.full((len(_AT), len(pairs)), np.nan)
    edges = np.searchsorted(task, np.arange(len(TASKS) + 1)).tolist()
    for each, (owned, quantities) in _TASKS.items():
        part = slice(edges[each], edges[each + 1])
        if part.start == part.stop:
            continue
        row = where.row[at[part]]
        found[0, part], found[1, part] = each, where.cell[at[part]]
        found[2, part], found[3, part] = owned(scene, row)
        found[4, part] = where.worth[who[part], at[part]]
        for name, values in quantities(scene, who[part], row).items():
            found[_AT[name], part] = values
    return np.asarray(found.T[which.ravel()])


_AT = {name: number for number, name in enumerate((*TARGET, *QUANTITIES))}
Columns = dict[str, FloatArray | float]
Owned = tuple[IntArray | int, IntArray]


def _of_group(scene: Scene, row: IntArray) -> Owned:
    return NOBODY, scene.seen.actor[row]


def _of_site(scene: Scene, row: IntArray) -> Owned:
    return row, scene.world.sites.controller[row].astype(np.int64)


def _of_mission(scene: Scene, row: IntArray) -> Owned:
    missions = scene.world.missions
    return missions.site[row].astype(np.int64), missions.actor[row].astype(np.int64)


def _support(scene: Scene, operator: IntArray, row: IntArray) -> Columns:
    p, seen, wish = scene.theatre.parameters.fly, scene.seen, scene.wish
    close = _present(scene, (seen.x[row], seen.y[row]), reach=p.support_reach)
    beaten = np.where(scene.rules.war, wish.enmity, 0.0)[operator] * close
    return {
        "side": wish.side[operator, seen.actor[row]],
        "aim": seen.aim[row],
        "beaten": beaten.sum(axis=1),
        "anyway": p.any_fight,
        "care": wish.care[operator, seen.actor[row]],
        "attacking": seen.attacking[row],
        "engaged": seen.engaged[row],
        "defence": p.defence_regard,
        "persons": seen.persons[row],
        "crowd": p.crowd,
        "caution": wish.caution[operator],
        "hottest": _most(wish.heat[operator], close),
    }


def _interdiction(scene: Scene, operator: IntArray, row: IntArray) -> Columns:
    p, theatre, wish = scene.theatre.parameters.fly, scene.theatre, scene.wish
    spot = theatre.site_x_km[row], theatre.site_y_km[row]
    close = _present(scene, spot, reach=p.support_reach)
    return {
        "enmity": wish.enmity[operator, scene.world.sites.controller[row]],
        "value": theatre.site_value[row],
        "regard": p.interdiction_regard,
        "caution": wish.caution[operator],
        "hottest": _most(wish.heat[operator], close),
    }


def _patrol(scene: Scene, operator: IntArray, row: IntArray) -> Columns:
    p, seen, rules = scene.theatre.parameters.fly, scene.seen, scene.rules
    close = _present(scene, (seen.x[row], seen.y[row]), reach=p.watch_reach)
    heat = np.where(rules.deconflicted, 1.0 + scene.world.dyads.tension, 0.0)
    return {
        "care": scene.wish.care[operator, seen.actor[row]],
        "regard": p.patrol_regard,
        "hottest": _most(heat[operator], close),
    }


def _reconnaissance(scene: Scene, operator: IntArray, row: IntArray) -> Columns:
    missions, weights = scene.world.missions, scene.world.actors.weights
    objective = missions.objective[row]
    return {
        "side": scene.wish.side[operator, missions.actor[row]],
        "weight": np.where(objective >= 0, weights[objective], 0.0),
        "regard": scene.theatre.parameters.fly.reconnaissance_regard,
    }


def _airdrop(scene: Scene, operator: IntArray, row: IntArray) -> Columns:
    return {
        "side": scene.wish.side[operator, scene.world.sites.controller[row]],
        "persons": besieged(scene.world, scene.theatre)[row],
        "crowd": scene.theatre.parameters.fly.crowd,
    }


_TASKS: dict[
    int,
    tuple[
        Callable[[Scene, IntArray], Owned],
        Callable[[Scene, IntArray, IntArray], Columns],
    ],
] = {
    SUPPORT: (_of_group, _support),
    INTERDICTION: (_of_site, _interdiction),
    PATROL: (_of_group, _patrol),
    RECONNAISSANCE: (_of_mission, _reconnaissance),
    AIRDROP: (_of_site, _airdrop),
}


def _present(
    scene: Scene, spot: tuple[FloatArray, FloatArray], *, reach: float
) -> BoolArray:
    n = scene.theatre.n_actors
    return presence(spot[0], spot[1], scene.seen, reach=reach, n_actors=n)


def _most(heat: FloatArray, close: BoolArray) -> FloatArray:
    """Return the greatest heat towards those close, shape (n_packages,)."""
    return np.asarray(np.where(close, heat, 0.0).max(axis=1))


def _enemies(scene: Scene, sent: Packages) -> tuple[FloatArray, FloatArray]:
    """Return enemies near each target, as its operator believes and in truth.

    Persons-equivalent, in the cells of which some part may lie within
    ``support_reach`` of the target.
    """
    world, grid, formations = scene.world, scene.theatre.grid, scene.world.formations
    there = (formations.status != GONE) & (formations.personnel > 0.0)
    believed, true = np.empty((2, len(sent.cell)))
    kernels.opposed(
        believed,
        true,
        sent.operator,
        sent.cell,
        world.belief,
        formations.cell,
        formations.actor,
        formations.personnel * formations.quality * formations.cohesion * there,
        scene.theatre.war,
        grid.width,
        1.0 + scene.theatre.parameters.fly.support_reach / grid.cell_km,
    )
    return believed, true
