"""What happened in a tick, as data and in words; and why actors decided so."""

from dataclasses import dataclass, field
from typing import NamedTuple

from abm.units import NOBODY


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        phase: phase that produced it, such as ``"fight"``.
        kind: what it is, in one word from ``KINDS`` of ``record/tables.py``.
        actor: index of the actor who did it or to whom it happened, or NOBODY.
        other: index of the other party, or NOBODY.
        cell: grid cell, or NOBODY when it has no place.
        site: row of the site, or NOBODY.
        amount: size in the unit of the kind (persons, tonnes, aircraft).
        text: one sentence fragment in plain words, actor's name left out.
    """

    phase: str
    kind: str
    actor: int = NOBODY
    other: int = NOBODY
    cell: int = NOBODY
    site: int = NOBODY
    amount: float = 0.0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """An encounter between parties that are not at war with each other.

    Attributes:
        kind: ``skirmish``, ``strike_on_proxy``, ``shootdown``, ``lock_on``,
            ``zone_entry`` or ``convoy_struck``.
        actor: index of the party that acted.
        other: index of the party that suffered it.
        cell: where.
        severity: tension added to a calm dyad, in [0, 1].
        rung: rung of the ladder when it happened.
        hazard: probability per tick that it would happen, before the draw.
    """

    kind: str
    actor: int
    other: int
    cell: int
    severity: float
    rung: int = 0
    hazard: float = 0.0

    def told(self, phase: str, text: str) -> Event:
        """Return the incident as an event of a phase, with its severity as amount."""
        return Event(
            phase,
            self.kind,
            actor=self.actor,
            other=self.other,
            cell=self.cell,
            amount=self.severity,
            text=text,
        )


@dataclass(slots=True)
class Decision:
    """One mission chosen, with everything needed to compute the choice again.

    Attributes:
        actor: index of the deciding actor.
        mission: row of the mission in ``world.missions``.
        kind: kind of mission chosen.
        site: row of the target site, or NOBODY.
        cell: target cell.
        crossing: row of the crossing to bridge, or NOBODY.
        formations: rows of the group.
        terms: the utility's terms by name; their sum is ``utility``.
        inputs: the numbers the terms are computed from (weights, gains, belief,
            strengths, travel days, draws).
        utility: sum of the terms, before the draw.
        draw: Gumbel draw added to it, already divided by rationality.
        runner_up: description of the best alternative, ``""`` when there was none.
        runner_up_utility: its utility before its draw.
        runner_up_terms: its terms.
        belief_target: enemy strength believed at the target, persons-equivalent.
        truth_target: the true figure.
        rule: the rule that bound the choice, ``""`` when none did.
        objective: row of the objective that spoke most for it, or NOBODY.
    """

    actor: int
    mission: int
    kind: str
    site: int
    cell: int
    formations: tuple[int, ...]
    terms: dict[str, float]
    inputs: dict[str, float]
    utility: float
    draw: float
    runner_up: str = ""
    runner_up_utility: float = 0.0
    runner_up_terms: dict[str, float] = field(default_factory=dict)
    belief_target: float = 0.0
    truth_target: float = 0.0
    rule: str = ""
    objective: int = NOBODY
    crossing: int = NOBODY


class Track(NamedTuple):
    """One air task flown in a tick.

    Attributes:
        asset: row in ``world.air``.
        actor: index of the operator.
        task: index into ``abm.world.TASKS``.
        cell: where it worked.
        sorties: how many.
        tracked_by: actor index that tracked it, or NOBODY.
        intercepted_by: actor index that intercepted it, or NOBODY.
    """

    asset: int
    actor: int
    task: int
    cell: int
    sorties: float
    tracked_by: int = NOBODY
    intercepted_by: int = NOBODY
