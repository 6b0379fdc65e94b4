"""Which task an aircraft is sent on: candidates, their worth, the choice among them.

Worth is in units of satisfaction, like the utility of a ground mission, and comes
from the operator's objective weights. Nothing here changes the world, and no target
is ever a position of a party the operator is not at war with.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from abm import kernels
from abm.air.places import Groups
from abm.units import AnyIntArray, BoolArray, FloatArray, IntArray, Share


@dataclass(frozen=True)
class Targets:
    """Where aircraft could be sent; shape (n_targets,), ``worth`` by operator.

    Attributes:
        task: index into ``TASKS``.
        cell: cell.
        x: km east.
        y: km south.
        row: row in the table the target comes from (groups, sites, missions).
        worth: units of satisfaction, 0 where the operator may not or would not go,
            shape (n_actors, n_targets).
    """

    task: IntArray
    cell: IntArray
    x: FloatArray
    y: FloatArray
    row: IntArray
    worth: FloatArray


def merged(parts: Sequence[Targets]) -> Targets:
    """Return all targets as one table, those worth nothing to anyone left out."""
    whole = Targets(
        *(
            np.concatenate([getattr(part, name) for part in parts], axis=-1)
            for name in ("task", "cell", "x", "y", "row", "worth")
        )
    )
    wanted = np.flatnonzero((whole.worth > 0.0).any(axis=0))
    return Targets(
        *(
            np.take(getattr(whole, name), wanted, axis=-1)
            for name in ("task", "cell", "x", "y", "row", "worth")
        )
    )


def support_worth(
    groups: Groups,
    present: BoolArray,
    *,
    side: FloatArray,
    enmity: FloatArray,
    care: FloatArray,
    war: BoolArray,
    defence: Share,
    anyway: Share,
    crowd: float,
) -> FloatArray:
    """Return what supporting each group's fight is worth to each operator.

    Aims count less for another's people; the wish to protect them is added. Who is at
    war with nobody there, or neither ally nor partner, stays away.

    Args:
        groups: formations by owner and cell.
        present: actors with people near each group, shape (n_groups, n_actors).
        side: share of another's aims made one's own, (n_actors, n_actors) as below.
        enmity: weight of beating an actor.
        care: weight of protecting or supporting an actor.
        war: who is at war with whom.
        defence: need of those attacked, relative to those attacking.
        anyway: worth of any fight of one's own side.
        crowd: persons at which a fight counts half.

    Returns:
        Worth, shape (n_actors, n_groups).
    """
    there = present.astype(np.float64).T
    hostile = war @ there > 0.0
    beaten = np.where(war, enmity, 0.0) @ there
    need = groups.attacking + defence * np.maximum(groups.engaged - groups.attacking, 0)
    need = need * groups.persons / (groups.persons + crowd)
    theirs = side[:, groups.actor]
    fought_for = theirs * (groups.aim + beaten + anyway) + care[:, groups.actor]
    return np.asarray(np.where(hostile & (theirs > 0.0), fought_for * need, 0.0))


def interdiction_worth(
    controller: AnyIntArray,
    value: FloatArray,
    *,
    enmity: FloatArray,
    war: BoolArray,
    behind: BoolArray,
    regard: Share,
) -> FloatArray:
    """Return what striking each held site is worth to each operator.

    Args:
        controller: actor index (others never pass), shape (n_sites,).
        value: of each site, shape (n_sites,).
        enmity: weight of beating an actor, shape (n_actors, n_actors).
        war: who is at war with whom, shape (n_actors, n_actors).
        behind: the site is held and not fought over, shape (n_sites,).
        regard: worth of a strike on supply, relative to one in a fight.

    Returns:
        Worth, shape (n_actors, n_sites).
    """
    n_actors = len(enmity)
    known = behind & (controller >= 0) & (controller < n_actors)
    held_by = np.where(known, controller, 0)
    worth = np.where(war, enmity, 0.0)[:, held_by] * value * regard
    return np.asarray(np.where(known, worth, 0.0))


def patrol_worth(
    groups: Groups,
    present: BoolArray,
    *,
    care: FloatArray,
    tension: FloatArray,
    deconflicted: BoolArray,
    regard: Share,
) -> FloatArray:
    """Return what a patrol over each group is worth to each operator.

    Worth something where the operator cares for the group's owner and another party,
    with which it is deconflicted, is near; more where tension with that party is high.

    Args:
        groups: formations by owner and cell.
        present: actors with people near each group, shape (n_groups, n_actors).
        care: weight of protecting or supporting an actor, (n_actors, n_actors).
        tension: of each pair, shape (n_actors, n_actors).
        deconflicted: stance, shape (n_actors, n_actors).
        regard: worth of a patrol, relative to support in a fight.

    Returns:
        Worth, shape (n_actors, n_groups).
    """
    heat = np.where(deconflicted, 1.0 + tension, 0.0)
    hottest = np.empty((len(care), len(groups.actor)))
    kernels.hottest(hottest, present, heat)
    return np.asarray(regard * care[:, groups.actor] * hottest)


def cautioned(
    worth: FloatArray,
    present: BoolArray,
    *,
    heat: FloatArray,
    caution: FloatArray,
) -> FloatArray:
    """Return the worth of strikes less what a mistake near others might lead to.

    Args:
        worth: of each strike to each operator, shape (n_actors, n_targets).
        present: actors with people near, shape (n_targets, n_actors).
        heat: tension an operator has with those who guard an actor, 0 where nobody
            does, shape (n_actors, n_actors).
        caution: what full tension takes off, by operator, shape (n_actors,).

    Returns:
        Worth, 0 where nothing is left, shape (n_actors, n_targets).
    """
    hottest = np.empty(worth.shape)
    kernels.hottest(hottest, present, heat)
    left = worth - caution[:, None] * hottest
    return np.asarray(np.where(worth > 0.0, np.maximum(left, 0.0), 0.0))


def interests(
    objectives: tuple[IntArray, IntArray], weights: FloatArray, n_actors: int
) -> FloatArray:
    """Return the summed weight of each actor's objectives about each other actor.

    Args:
        objectives: their actor and the actor they are about, shape (n_objectives,)
            each; those about nobody (negative) count for nothing.
        weights: shape (n_objectives,).
        n_actors: number of actors.

    Returns:
        Weights, shape (n_actors, n_actors).
    """
    owner, about = objectives
    counted = about >= 0
    key = owner[counted] * n_actors + about[counted]
    total = np.bincount(key, weights[counted], minlength=n_actors * n_actors)
    return np.asarray(total.reshape(n_actors, n_actors), dtype=np.float64)


def sides(
    allied: BoolArray, partner: BoolArray, *, ally: Share, associate: Share
) -> FloatArray:
    """Return the share of another's aims an actor makes its own, 1 for itself."""
    shared = np.where(allied, ally, np.where(partner, associate, 0.0))
    np.fill_diagonal(shared, 1.0)
    return np.asarray(shared, dtype=np.float64)


def options(
    targets: Targets, *, operator: IntArray, possible: BoolArray, precision: float
) -> FloatArray:
    """Return the logit weight of every target for every asset.

    Args:
        targets: where aircraft could be sent.
        operator: of each asset, shape (n_air,).
        possible: the asset can fly the task there, shape (n_air, n_targets).
        precision: sharpness of choice, per unit of satisfaction.

    Returns:
        Weights, 0 where impossible or worth nothing, shape (n_air, n_targets).

    Source:
        McKelvey & Palfrey (1995), Quantal Response Equilibria for Normal Form Games.
    """
    weight = np.where(targets.worth > 0.0, np.exp(precision * targets.worth), 0.0)
    return np.asarray(weight[operator] * possible)


def chosen(
    weight: FloatArray,
    draw: FloatArray,
    *,
    row: IntArray,
    patrol: BoolArray,
    moved: BoolArray,
) -> IntArray:
    """Return the target each package is sent to, -1 where it has none.

    Args:
        weight: of each target for each asset that flies, (n_flying, n_targets).
        draw: uniform numbers, shape (n_packages,).
        row: of each package's asset in ``weight``, shape (n_packages,).
        patrol: the target is one to patrol over, shape (n_targets,).
        moved: the package flies a patrol if it can, shape (n_packages,).

    Returns:
        Targets, shape (n_packages,).
    """
    found = np.empty(len(draw), dtype=np.int64)
    kernels.picked(found, weight, np.ascontiguousarray(row), patrol, moved, draw)
    return found
