"""Mesa agents: actors decide; formations, aircraft, convoys and sites are handles.

A handle holds an index into the World and no state of its own. An actor perceives,
lists its options, chooses and remembers why; ``choose`` is the seam where a person's
seat or a learned policy can sit.
"""

from typing import Any

import mesa
import numpy as np

from abm.actors import brief, choice, options, scoring
from abm.actors.scoring import Force, Scores, Table
from abm.actors.situation import Situation
from abm.events import Decision
from abm.units import NOBODY, BoolArray, FloatArray
from abm.world import MISSIONS


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
        own = scoring.force(situation, self.index)
        idle = free[own.rows]
        self.memory = []
        if not idle.any():
            return []
        rows = self.list_options(situation, own)
        limit = round(situation.theatre.parameters.decide.most_missions)
        noise = choice.gumbel(draws)
        open_row = np.ones(len(rows.options), dtype=bool)
        kept = situation.theatre.parameters.decide.reserve * len(idle)
        while idle.sum() > kept and len(self.memory) < limit:
            scored = scoring.scores(situation, self.index, rows, own, idle)
            option = self.choose(situation, rows, scored, noise, open_row)
            if option is None:
                break
            decision = self._remember(
                situation, rows, scored, own, idle, noise, open_row, option
            )
            self.memory.append(decision)
            idle &= ~np.isin(own.rows, decision.formations)
            open_row &= rows.options.cell != rows.options.cell[option]
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
            distance=brief.distances(situation, menu, own.rows),
        )

    def choose(
        self,
        situation: Situation,
        rows: Table,
        scored: Scores,
        noise: FloatArray,
        open_row: BoolArray,
    ) -> int | None:
        """Return the option taken, or None to keep the rest in reserve.

        Quantal response: utility times rationality plus a Gumbel number, the largest
        wins; staying in reserve is an option of utility 0.
        """
        value = self._value(situation, rows, scored, noise)
        value = np.where(scored.valid & open_row, value, -np.inf)
        if not value.size:
            return None
        best = int(value.argmax())
        return best if value[best] > noise[-1] else None

    def _value(
        self,
        situation: Situation,
        rows: Table,
        scored: Scores,
        noise: FloatArray,
    ) -> FloatArray:
        rationality = situation.theatre.parameters.decide.rationality
        kept = brief.kept_draws(situation, self.index, rows.options)
        number = np.where(np.isnan(kept), noise[rows.options.draw_row], kept)
        bonus = np.where(
            np.isnan(kept), 0.0, situation.theatre.parameters.decide.margin
        )
        value: FloatArray = rationality * (scored.utility + bonus) + number
        return value

    def _number(
        self, situation: Situation, rows: Table, noise: FloatArray, option: int
    ) -> float:
        """Return the standard Gumbel number that speaks for an option."""
        kept = brief.kept_draws(situation, self.index, rows.options)[option]
        fresh = noise[rows.options.draw_row[option]]
        return float(fresh if np.isnan(kept) else kept)

    def _patrons(
        self, situation: Situation, rows: Table, scored: Scores
    ) -> FloatArray:
        """Return what each option is worth to the patrons, at the same costs."""
        wish = rows.options.gains @ situation.wishes[self.index]
        worth: FloatArray = scored.utility + (wish - rows.benefit) * scored.chance
        return worth

    def _remember(
        self,
        situation: Situation,
        rows: Table,
        scored: Scores,
        own: Force,
        idle: BoolArray,
        noise: FloatArray,
        open_row: BoolArray,
        option: int,
    ) -> Decision:
        """Return the decision with everything needed to compute it again."""
        menu, theatre = rows.options, situation.theatre
        facts = scoring.inputs(situation, self.index, rows, scored, option)
        terms = choice.utility_terms(facts)
        group = scoring.members(rows, idle, option, int(scored.size[option]))
        value = self._value(situation, rows, scored, noise)
        value = np.where(scored.valid & open_row, value, -np.inf)
        rationality = max(theatre.parameters.decide.rationality, 1e-9)
        draw = value[option] / rationality - scored.utility[option]
        facts["draw"] = float(draw)
        facts["gumbel"] = self._number(situation, rows, noise, option)
        patron = self._patrons(situation, rows, scored)
        facts["patron_utility"] = float(patron[option])
        facts["patron_best"] = float(patron[scored.valid & open_row].max())
        facts["reserve_draw"] = float(noise[-1]) / rationality
        decision = Decision(
            actor=self.index,
            mission=NOBODY,
            kind=MISSIONS[menu.kind[option]],
            site=int(menu.site[option]),
            cell=int(menu.cell[option]),
            formations=tuple(int(row) for row in own.rows[group]),
            terms=terms,
            inputs=facts,
            utility=float(sum(terms.values())),
            draw=float(draw),
            belief_target=float(menu.enemy[option]),
            truth_target=brief.truth(situation, self.index, menu, option),
            rule=self._binding(situation, scored, option),
            crossing=int(menu.crossing[option]),
            objective=brief.main_objective(situation, self.index, menu, option),
        )
        value[option] = -np.inf
        value[menu.cell == menu.cell[option]] = -np.inf
        if np.isfinite(value).any():
            second = int(value.argmax())
            decision.runner_up = brief.described(situation, menu, second)
            decision.runner_up_utility = float(scored.utility[second])
            decision.runner_up_terms = choice.utility_terms(
                scoring.inputs(situation, self.index, rows, scored, second)
            )
        return decision

    def _binding(self, situation: Situation, scored: Scores, option: int) -> str:
        """Return the rule that limited the choice, "" when none did."""
        decide = situation.theatre.parameters.decide
        if scored.size[option] >= round(decide.largest_group):
            return "largest_group"
        if scored.ratio[option] < decide.wanted_ratio:
            return "no more formations within reach"
        return ""


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
