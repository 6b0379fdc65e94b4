"""The tick: phases in the order they run.

Each phase reads and writes the World and returns what happened. Phases never import
one another.
"""

from collections.abc import Callable

from abm.actors.situation import Situation
from abm.events import Event
from abm.phases import (
    clash,
    control,
    convoy,
    decide,
    escalate,
    fight,
    fly,
    guard,
    move,
    perceive,
    supply,
)
from abm.theatre import Theatre
from abm.world import World

Phase = Callable[..., list[Event]]


def prepare(world: World, theatre: Theatre) -> None:
    """Work out, before the first tick, who is cut off and how each objective stands.

    Without it the garrison would count as relieved when strategy is first decided.
    """
    supply.survey(world, theatre)
    decide.measure(Situation(world, theatre))


PHASES: dict[str, Phase] = {
    "perceive": perceive.run,
    "decide": decide.run,
    "move": move.run,
    "fly": fly.run,
    "fight": fight.run,
    "supply": supply.run,
    "convoy": convoy.run,
    "control": control.run,
    "guard": guard.run,
    "clash": clash.run,
    "escalate": escalate.run,
}
