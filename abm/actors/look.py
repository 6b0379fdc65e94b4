"""Look: an actor's options as it weighs them before giving one mission, and why.

It says what decides between options and writes a choice down with every number that is
needed to compute it again. Who chooses is not its business.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from abm import kernels
from abm.actors import brief, choice, scoring
from abm.actors.mobile import Force
from abm.actors.scoring import Scores, Table
from abm.actors.situation import Situation
from abm.events import Decision
from abm.units import NOBODY, BoolArray, FloatArray
from abm.world import MISSIONS

LEAST_RATIONALITY = 1e-9
"""Least rationality that a draw is divided by to read it as a utility."""


@dataclass(frozen=True)
class Look:
    """What an actor weighs for its next mission.

    Attributes:
        situation: today's view.
        actor: index.
        rows: options and distances.
        own: formations it can send.
        scored: what each option is worth with those still idle.
        idle: formations still without a mission, shape (n_force,).
        noise: standard Gumbel numbers by draw row; the last is the reserve's.
        open_row: options that today's missions leave open, shape (n_options,).
    """

    situation: Situation
    actor: int
    rows: Table
    own: Force
    scored: Scores
    idle: BoolArray
    noise: FloatArray
    open_row: BoolArray

    @property
    def gumbel(self) -> FloatArray:
        """The standard Gumbel number that speaks for each option, (n_options,)."""
        return self._weighed[1]

    @property
    def value(self) -> FloatArray:
        """What decides between options, −inf where not open, shape (n_options,).

        Utility, plus the margin of a mission in force, times rationality, plus the
        Gumbel number.
        """
        return self._weighed[0]

    @cached_property
    def _weighed(self) -> tuple[FloatArray, FloatArray]:
        decide, menu = self.situation.theatre.parameters.decide, self.rows.options
        value, gumbel = np.empty((2, len(menu)))
        kernels.weighed(
            value,
            gumbel,
            self.scored.utility,
            self.scored.valid,
            self.open_row,
            brief.kept_draws(self.situation, self.actor, menu),
            self.noise,
            menu.draw_row,
            decide.rationality,
            decide.margin,
        )
        return value, gumbel

    @cached_property
    def patrons(self) -> FloatArray:
        """What each option is worth to the patrons, at the same costs, (n_options,)."""
        wish = self.rows.options.gains @ self.situation.wishes[self.actor]
        gain = (wish - self.rows.benefit) * self.scored.chance
        worth: FloatArray = self.scored.utility + gain
        return worth


def decision(look: Look, option: int) -> Decision:
    """Return the decision for an option with everything needed to compute it again."""
    menu, scored, actor = look.rows.options, look.scored, look.actor
    facts = _inputs(look, option)
    terms = choice.utility_terms(facts)
    facts |= _drawn(look, option)
    size = int(scored.size[option])
    group = scoring.members(look.rows, option, free=look.idle, size=size)
    made = Decision(
        actor=actor,
        mission=NOBODY,
        kind=MISSIONS[menu.kind[option]],
        site=int(menu.site[option]),
        cell=int(menu.cell[option]),
        formations=tuple(int(row) for row in look.own.rows[group]),
        terms=terms,
        inputs=facts,
        utility=math.fsum(terms.values()),
        draw=facts["draw"],
        belief_target=float(menu.enemy[option]),
        truth_target=brief.truth(look.situation, actor, menu, option=option),
        rule=_binding(look, option),
        crossing=int(menu.crossing[option]),
        objective=brief.main_objective(look.situation, actor, menu.gains[option]),
    )
    others = np.where(menu.cell == menu.cell[option], -np.inf, look.value)
    if np.isfinite(others).any():
        second = int(others.argmax())
        made.runner_up = brief.described(look.situation, menu, second)
        made.runner_up_utility = float(scored.utility[second])
        made.runner_up_terms = choice.utility_terms(_inputs(look, second))
    return made


def _inputs(look: Look, option: int) -> dict[str, float]:
    return scoring.inputs(
        look.situation, look.actor, look.rows, scored=look.scored, option=option
    )


def _drawn(look: Look, option: int) -> dict[str, float]:
    """Return an option's draw, also as a utility, and what its patrons think of it."""
    decide = look.situation.theatre.parameters.decide
    rationality = max(float(decide.rationality), LEAST_RATIONALITY)
    still_open = look.scored.valid & look.open_row
    value, gumbel, patrons = look.value, look.gumbel, look.patrons
    return {
        "draw": float(value[option] / rationality - look.scored.utility[option]),
        "gumbel": float(gumbel[option]),
        "patron_utility": float(patrons[option]),
        "patron_best": float(patrons[still_open].max()),
        "reserve_draw": float(look.noise[-1]) / rationality,
    }


def _binding(look: Look, option: int) -> str:
    """Return the rule that limited the choice, "" when none did."""
    decide = look.situation.theatre.parameters.decide
    if look.scored.size[option] >= round(decide.largest_group):
        return "largest_group"
    if look.scored.ratio[option] < decide.wanted_ratio:
        return "no more formations within reach"
    return ""
