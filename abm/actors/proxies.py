"""Proxies: how far they serve their patrons, and what that earns them.

Source:
    Principal–agent view of proxy war: Salehyan (2010), The Delegation of War to Rebel
    Organizations; Berman & Lake (2019), Proxy Wars.
"""

import numpy as np

from abm.units import AnyIntArray, Days, FloatArray


def effective_weights(
    weights: FloatArray,
    *,
    owner: AnyIntArray,
    autonomy: FloatArray,
    dependence: FloatArray,
) -> FloatArray:
    """Return how much each objective counts in each actor's choices.

    (1 − autonomy) of the patrons' weights, mixed by dependence, plus autonomy of its
    own. Utilities are linear in the weights, so mixing weights mixes utilities.

    Args:
        weights: of each objective to its owner, shape (n_objectives,).
        owner: actor index of each objective, shape (n_objectives,).
        autonomy: of each actor, 1 for those without patrons, shape (n_actors,).
        dependence: ``dependence[i, p]`` of actor i on patron p, in [0, 1],
            shape (n_actors, n_actors).

    Returns:
        Shape (n_actors, n_objectives); rows sum to 1 where owners' weights do.
    """
    n = len(autonomy)
    own = np.where(owner[None, :] == np.arange(n)[:, None], weights[None, :], 0.0)
    total = dependence.sum(axis=1, keepdims=True)
    share = np.divide(dependence, total, out=np.zeros_like(dependence), where=total > 0)
    free = np.where(total[:, 0] > 0, autonomy, 1.0)[:, None]
    mixed: FloatArray = free * own + (1.0 - free) * (share @ own)
    return mixed


def patrons_weights(
    weights: FloatArray, *, owner: AnyIntArray, dependence: FloatArray
) -> FloatArray:
    """Return the patrons' part alone: what each actor would do at autonomy 0."""
    return effective_weights(
        weights,
        owner=owner,
        autonomy=np.zeros(len(dependence)),
        dependence=dependence,
    )


def compliance(chosen: FloatArray, best: FloatArray) -> FloatArray:
    """Return what patrons got of the best they could have got, in [0, 1].

    Args:
        chosen: patrons' utility of the missions chosen, shape (n_actors,).
        best: patrons' utility of the best missions open to it, shape (n_actors,).
    """
    ratio = np.divide(chosen, best, out=np.ones_like(chosen), where=best > 0)
    return np.clip(ratio, 0.0, 1.0)


def support_next(
    support: FloatArray, complied: FloatArray, *, days: Days, lag: Days
) -> FloatArray:
    """Return support after ``days``: it follows compliance with a lag.

    Args:
        support: what patrons give, in [0, 1], shape (n_actors,).
        complied: compliance, same shape.
        days: time passed.
        lag: time constant.
    """
    following: FloatArray = support + (complied - support) * min(1.0, days / lag)
    return following
