"""Memory of objectives: what is the same for a whole run, or for a whole day."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from abm.actors.situation import Situation

T = TypeVar("T")


def fixed(method: Callable[[Any, Situation], T]) -> Callable[[Any, Situation], T]:
    """Work a method out once for each theatre and objective."""

    @wraps(method)
    def known(self: Any, situation: Situation) -> T:
        key = (method.__name__, type(self), self.objective.row)
        return situation.theatre.once(key, lambda: method(self, situation))

    return known


def daily(method: Callable[[Any, Situation], T]) -> Callable[[Any, Situation], T]:
    """Work a method out once for each situation and objective."""

    @wraps(method)
    def known(self: Any, situation: Situation) -> T:
        row = (type(self), self.objective.row)
        return situation.once(method.__name__, row, lambda: method(self, situation))

    return known
