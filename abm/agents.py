"""Mesa agents: actors decide; formations, aircraft, convoys and sites are handles.

A handle holds an index into the World and no state of its own. An actor perceives,
lists its options, chooses and remembers why; ``choose`` is the seam where a person's
seat or a learned policy can sit.
"""

from typing import Any

import numpy as np

from abm.actors import brief, choice, mobile, options, scoring
from abm.actors.look import Look, decision
from abm.actors.mobile import Force
from abm.actors.scoring import Table
from abm.actors.situation import Situation
from abm.events import Decision
from abm.later import BEHIND_MESA, later
from abm.units import BoolArray, FloatArray

with later(*BEHIND_MESA):
    import mesa


class Actor(mesa.Agent):
    """A decision maker: one row of ``theatre.actors``.

    Attributes:
        index: of the actor.
        memory: the decisions it took on the last day.
    """

    def __init__(self, model: mesa.Model, index: int) -> None:
        super().__init__(model)
        self.index = index
        self.memory: list[Decision] = []

    @property
    def name(self) -> str:
        """The actor's id."""
        return str(self.model.theatre.actors[self.index].id)

    @property
    def personnel(self) -> float:
        """Persons present."""
        formations = self.model.world.formations
        return float(formations.personnel[formations.actor == self.index].sum())

    def satisfaction(self) -> dict[str, float]:
        """Return how far each objective is reached, by its id, in [0, 1]."""
        found = self.model.world.actors.satisfaction
        return {
            one.spec.id: float(found[one.row])
            for one in self.model.theatre.objectives
            if one.actor == self.index
        }

    def decide(
        self, situation: Situation, *, draws: FloatArray, free: BoolArray
    ) -> list[Decision]:
        """Give today's missions to the formations that have none.

        Args:
            situation: today's view.
            draws: uniform numbers, one per possible option.
            free: formations without a mission, shape (n_formations,).
        """
        own = mobile.force(situation, self.index)
        idle = free[own.rows]
        self.memory = []
        if not np.count_nonzero(idle):
            return []
        rows = self.list_options(situation, own)
        limit = round(situation.theatre.parameters.decide.most_missions)
        noise = choice.gumbel(draws)
        open_row = np.ones(len(rows.options), dtype=bool)
        kept = situation.theatre.parameters.decide.reserve * len(idle)
        while np.count_nonzero(idle) > kept and len(self.memory) < limit:
            scored = scoring.scores(situation, self.index, rows, own=own, free=idle)
            if not np.count_nonzero(scored.valid):
                break
            look = Look(situation, self.index, rows, own, scored, idle, noise, open_row)
            option = self.choose(look)
            if option is None:
                break
            given = decision(look, option)
            self.memory.append(given)
            idle = idle.copy()
            idle[np.searchsorted(own.rows, given.formations)] = False
            open_row = open_row & (rows.options.cell != rows.options.cell[option])
        return self.memory

    def list_options(self, situation: Situation, own: Force) -> Table:
        """Return what the actor could do today, with its formations' distances."""
        menu = options.options(situation, self.index, situation.gains)
        return scoring.table(
            situation,
            self.index,
            menu,
            own=own,
            weights=situation.weights[self.index],
            roads=brief.roads(situation, menu),
        )

    def choose(self, look: Look) -> int | None:
        """Return the option taken, or None to keep the rest in reserve.

        Quantal response: utility times rationality plus a Gumbel number, the largest
        wins; staying in reserve is an option of utility 0.
        """
        if not look.value.size:
            return None
        best = int(look.value.argmax())
        return best if look.value[best] > look.noise[-1] else None


class StateActor(Actor):
    """A state: decides for itself."""


class ProxyActor(Actor):
    """A proxy: weighs its patrons' wishes with its own."""


class IndependentActor(Actor):
    """An actor without patrons that is no state."""


KINDS = {"state": StateActor, "proxy": ProxyActor, "independent": IndependentActor}


class Handle(mesa.Agent):
    """A row of a World table."""

    table = ""

    def __init__(self, model: mesa.Model, row: int) -> None:
        super().__init__(model)
        self.row = row

    def _value(self, column: str) -> Any:
        return getattr(getattr(self.model.world, self.table), column)[self.row]


class Formation(Handle):
    """The formation in one row of ``world.formations``."""

    table = "formations"

    @property
    def personnel(self) -> float:
        """Persons present."""
        return float(self._value("personnel"))

    @property
    def cell(self) -> int:
        """Grid cell it stands in."""
        return int(self._value("cell"))


class AirAsset(Handle):
    """The asset in one row of ``world.air``."""

    table = "air"

    @property
    def ready(self) -> float:
        """Aircraft or launchers that can fly."""
        return float(self._value("ready"))


class Site(Handle):
    """The site in one row of ``world.sites``."""

    table = "sites"

    @property
    def controller(self) -> int:
        """Index of the holder."""
        return int(self._value("controller"))
