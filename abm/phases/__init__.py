"""The tick: phases in the order they run.

Each phase reads and writes the World and returns what happened. Phases never import
one another.
"""

from collections.abc import Callable

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

Phase = Callable[..., list[Event]]

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
