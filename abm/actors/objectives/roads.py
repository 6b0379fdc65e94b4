"""Objectives about roads: open them, cut them, send cargo along them."""

from dataclasses import dataclass

import numpy as np

from abm import kernels
from abm.actors import ways
from abm.actors.objectives.detours import detours
from abm.actors.objectives.memory import daily, fixed
from abm.actors.objectives.places import LEAST_COST
from abm.actors.objectives.targets import forces_of, site_rows
from abm.actors.situation import Situation
from abm.scenario.schema import ObjectiveSpec
from abm.theatre import Objective, Theatre
from abm.units import BoolArray, FloatArray, Int32Array, IntArray

UNREACHED = float(kernels.UNREACHED)


def other(situation: Situation, objective: Objective) -> Objective:
    """Return the objective another actor has that this one is about."""
    theatre, spec = situation.theatre, objective.spec
    return theatre.once(("other", objective.row), lambda: _other(theatre, spec))


def _other(theatre: Theatre, spec: ObjectiveSpec) -> Objective:
    (actor,) = spec.targets("actor")
    (name,) = spec.targets("objective")
    for row in theatre.objectives:
        if theatre.actors[row.actor].id == actor and row.spec.id == name:
            return row
    raise ValueError(f"objective {spec.id}: actor {actor!r} has no objective {name!r}")


@dataclass
class OpenRoute:
    """A road from gate to site is open and used."""

    objective: Objective

    @fixed
    def ends(self, situation: Situation) -> tuple[IntArray, IntArray]:
        """Return the cells the road starts from and those it leads to."""
        theatre = situation.theatre
        start = theatre.site_cell[site_rows(self.objective, theatre, "from")]
        end = theatre.site_cell[site_rows(self.objective, theatre, "to")]
        return start.astype(np.int64), end.astype(np.int64)

    def left(self, situation: Situation) -> float:
        """Return the hostile cost of the cheapest completion."""
        start, _ = self.ends(situation)
        to_end = self.way(situation, "end")
        return float(to_end[start].min(initial=UNREACHED))

    def way(self, situation: Situation, which: str) -> Int32Array:
        """Return the cost by lorry from every cell to the road's start or ``end``."""
        start, end = self.ends(situation)
        return ways.way_to(
            situation,
            self.objective.actor,
            end if which == "end" else start,
            about=(self.objective.row, which),
            by_lorry=True,
        )

    def reference(self, situation: Situation) -> float:
        """Return that cost at the start."""
        return min(self.left(situation), UNREACHED / 2)

    @daily
    def satisfaction(self, situation: Situation) -> float:
        """Return half the way opened plus half the flow."""
        start = max(situation.world.actors.reference[self.objective.row], LEAST_COST)
        opened = float(min(max(1.0 - self.left(situation) / start, 0.0), 1.0))
        flow = float(situation.world.deliveries.flow.max(initial=0.0))
        return 0.5 * opened + 0.5 * flow

    @daily
    def gains(self, situation: Situation) -> FloatArray:
        """Return the part of the way that holding each point opens.

        Whoever takes a point comes from the nearer end; what is left is then the way
        from the point to the farther end.
        """
        start, _ = self.ends(situation)
        reference = situation.world.actors.reference[self.objective.row]
        reference = max(float(reference), LEAST_COST)
        to_end, to_start = self.way(situation, "end"), self.way(situation, "start")
        now = min(float(to_end[start].min(initial=UNREACHED)), reference)
        points = situation.points
        left = np.maximum(to_end[points], to_start[points])
        opened: FloatArray = 0.5 * (now - left) / reference
        return np.minimum(np.maximum(opened, 0.0), 0.5)


@dataclass
class Deny:
    """The opponent's road stays shut: 1 minus its satisfaction."""

    objective: Objective

    def reference(self, _situation: Situation) -> float:
        """Need none."""
        return 0.0

    @daily
    def satisfaction(self, situation: Situation) -> float:
        """Return 1 minus the opponent's satisfaction."""
        route = OpenRoute(other(situation, self.objective))
        return 1.0 - route.satisfaction(situation)

    @daily
    def gains(self, situation: Situation) -> FloatArray:
        """Return what the detour round each point adds to the opponent's way."""
        return _on_route(situation, other(situation, self.objective))


def _on_route(situation: Situation, rival: Objective) -> FloatArray:
    """Return half of what the detour round each point adds to a rival's road."""

    def make() -> FloatArray:
        return _beside_route(situation, rival)

    return situation.once("on_route", rival.row, make)


def _beside_route(situation: Situation, rival: Objective) -> FloatArray:
    route = OpenRoute(rival)
    start, _ = route.ends(situation)
    to_end, to_start = route.way(situation, "end"), route.way(situation, "start")
    cost = ways.road_cost(situation, rival.actor)
    best, past = detours(
        situation, to_start, to_end, cost=cost, best=float(to_end[start].min())
    )
    return 0.5 * (1.0 - best / past)


@dataclass
class CutOff:
    """The opponent cannot get to the site, or only by a detour.

    Attributes:
        objective: names the opponent and the places.
        by_road: it is about the road between two places, not about forces and a site.
    """

    objective: Objective
    by_road: bool = False

    def rival(self, situation: Situation) -> int:
        """Return the index of the actor to be cut off."""
        (name,) = self.objective.spec.targets("actor")
        return situation.theatre.holder_index[name]

    @fixed
    def goal(self, situation: Situation) -> IntArray:
        """Return the cells of the site it shall not reach."""
        key = "to" if self.by_road else "site"
        rows = site_rows(self.objective, situation.theatre, key)
        return situation.theatre.site_cell[rows].astype(np.int64)

    @daily
    def start(self, situation: Situation) -> IntArray:
        """Return where the opponent comes from: the road, the forces named, or all."""
        theatre, formations = situation.theatre, situation.world.formations
        if self.by_road:
            rows = site_rows(self.objective, theatre, "from")
            return theatre.site_cell[rows].astype(np.int64)
        named = self.objective.spec.targets("forces")
        mine = (formations.actor == self.rival(situation)) & situation.alive
        if named:
            mine &= forces_of(self.objective, theatre, "forces")[formations.parent]
        return np.unique(formations.cell[mine]).astype(np.int64)

    def reference(self, _situation: Situation) -> float:
        """Need none."""
        return 0.0

    @daily
    def satisfaction(self, situation: Situation) -> float:
        """Return 1 − free cost / cost with the closed cells, 1 when unreachable."""
        rival, start = self.rival(situation), self.start(situation)
        if not start.size:
            return 1.0
        goal = self.goal(situation)
        free = ways.passage(situation, rival, goal)[start].min()
        closed = self._passage(situation, goal, "goal")[start].min()
        if closed >= UNREACHED:
            return 1.0
        return float(min(max(1.0 - free / max(closed, LEAST_COST), 0.0), 1.0))

    @daily
    def gains(self, situation: Situation) -> FloatArray:
        """Return what the detour round each point adds to the opponent's way."""
        rival, start = self.rival(situation), self.start(situation)
        if not start.size:
            return np.zeros(situation.points.size)
        goal, side = self.goal(situation), self.objective.actor
        to_goal = self._passage(situation, goal, "goal")
        to_start = self._passage(situation, start, "start")
        cost = ways.passage_cost(situation, rival, goal, blocker=side)
        best, past = detours(
            situation, to_start, to_goal, cost=cost, best=float(to_goal[start].min())
        )
        free = float(ways.passage(situation, rival, goal)[start].min())
        gain: FloatArray = free / best - free / past
        return gain * self._where(situation)

    @fixed
    def _where(self, situation: Situation) -> BoolArray:
        """Return the points where it is sought: in the area named, if one is."""
        names, theatre = self.objective.spec.targets("area"), situation.theatre
        inside = [theatre.areas[name][situation.points] for name in names]
        anywhere = np.ones(situation.points.size, dtype=bool)
        return np.any(inside, axis=0) if inside else anywhere

    def _passage(self, situation: Situation, cells: IntArray, which: str) -> Int32Array:
        """Return the rival's cost of travel to ``cells`` round the side's ground."""
        rival, side = self.rival(situation), self.objective.actor
        about = (self.objective.row, which)
        return ways.passage(situation, rival, cells, about=about, blocker=side)


def cut_road(objective: Objective) -> CutOff:
    """Return the measure: a road from one place to another cannot be used."""
    return CutOff(objective, by_road=True)


@dataclass
class Deliver:
    """Tonnes planned for the recipient arrive."""

    objective: Objective

    def _recipient(self, situation: Situation) -> int:
        (name,) = self.objective.spec.targets("recipient")
        return situation.theatre.holder_index[name]

    def reference(self, _situation: Situation) -> float:
        """Need none."""
        return 0.0

    @daily
    def satisfaction(self, situation: Situation) -> float:
        """Return tonnes arrived / planned so far, 1 when none were planned."""
        who, tonnes = self._recipient(situation), situation.world.deliveries
        planned = tonnes.planned[who]
        if planned <= 0.0:
            return 1.0
        return float(
            min(1.0, (tonnes.delivered[who] + tonnes.airlifted[who]) / planned)
        )

    @daily
    def gains(self, situation: Situation) -> FloatArray:
        """Return what opening the sender's road would add, if it has that objective."""
        for row in situation.theatre.objectives:
            if row.actor == self.objective.actor and row.spec.type == "open_route":
                lacking = 1.0 - self.satisfaction(situation)
                return OpenRoute(row).gains(situation) * lacking
        return np.zeros(situation.points.size)


@dataclass
class PreventTransfer:
    """The opponent's cargo of heavy weapons stays out."""

    objective: Objective

    def reference(self, _situation: Situation) -> float:
        """Need none."""
        return 0.0

    @daily
    def satisfaction(self, situation: Situation) -> float:
        """Return 1 minus the share of the planned cargo that arrived."""
        cargo = Deliver(other(situation, self.objective))
        if situation.world.deliveries.planned.sum() <= 0.0:
            return 1.0
        return 1.0 - cargo.satisfaction(situation)

    @daily
    def gains(self, situation: Situation) -> FloatArray:
        """Return what the detour round each point adds to the sender's road."""
        sender = other(situation, self.objective).actor
        for row in situation.theatre.objectives:
            if row.actor == sender and row.spec.type == "open_route":
                return _on_route(situation, row)
        return np.zeros(situation.points.size)
