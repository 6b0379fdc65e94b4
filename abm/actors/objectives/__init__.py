"""Objectives: one small class per type, from the text's words to a number.

Each says how far it is satisfied today (``satisfaction``, in [0, 1]) and what holding
a place would add to that (``gains``). A third number, ``reference``, is what its
measure was at the start; it is computed once, at tick 0.
"""

from abm.actors.objectives.measure import Measured as Measured
from abm.actors.objectives.types import TYPES as TYPES
from abm.actors.objectives.types import measured as measured
