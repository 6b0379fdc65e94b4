"""mesa.batch_run with given seeds, which Mesa 3.3 and 3.5 take in different places."""

import inspect

import mesa

from abm.model import ConflictModel


def batch(parameters, seeds, **options):
    """Return the rows of a batch of runs; ``rng`` of a row is its seed."""
    options.setdefault("display_progress", False)
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        return mesa.batch_run(ConflictModel, parameters, rng=seeds, **options)
    return mesa.batch_run(ConflictModel, {**parameters, "rng": seeds}, **options)
