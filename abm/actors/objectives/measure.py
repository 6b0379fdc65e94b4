"""What every type of objective can do."""

from typing import Protocol

from abm.actors.situation import Situation
from abm.units import FloatArray


class Measured(Protocol):
    """A number for how far an objective is reached, and what would add to it."""

    def reference(self, situation: Situation, /) -> float:
        """Return the objective's measure at the start, 0 where it needs none."""

    def satisfaction(self, situation: Situation, /) -> float:
        """Return how far the objective is reached, in [0, 1]."""

    def gains(self, situation: Situation, /) -> FloatArray:
        """Return what holding each point adds, ``situation.points`` order."""
