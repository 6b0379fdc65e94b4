"""Small made-up inputs for the tests of the air."""

import numpy as np

from abm.air.places import Groups


def some_groups(actor, *, engaged, attacking, aim, persons):
    n = len(actor)
    return Groups(
        actor=np.array(actor),
        cell=np.arange(n),
        x=np.zeros(n),
        y=np.zeros(n),
        persons=np.array(persons, dtype=float),
        engaged=np.array(engaged, dtype=float),
        attacking=np.array(attacking, dtype=float),
        aim=np.array(aim, dtype=float),
        exposed=np.ones(n),
        rows=np.arange(n),
        member=np.arange(n),
        share=np.ones(n),
    )
