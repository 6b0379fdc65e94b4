"""March, fight and control with idiomatic Mesa objects, on the engine's own map.

Cells, formations and missions are agents; every rule is a loop of the agent's own over
the neighbours it holds. Nothing is slow on purpose: neighbours, zones and weights are
looked up once, a mission searches one field a day for all its formations (heapq, until
the last of them is reached), and only cells that somebody influences are asked.
"""

import heapq
import math

import mesa
import numpy as np

from abm.theatre.ground import MOTORISED, around, disc
from abm.world import ACTIVE, GONE, MISSION_ACTIVE


class Cell(mesa.Agent):
    """A cell of the map."""

    def __init__(self, model, row, theatre, holder):
        super().__init__(model)
        self.row = row
        self.cost = int(theatre.ground.move_cost[MOTORISED][row])
        self.pace = float(theatre.ground.allowance[0, row])
        self.bank = int(theatre.bank[row])
        self.populated = bool(theatre.population[row] > 0.0)
        self.holder = holder
        self.neighbours, self.zone, self.near = [], [], []
        self.formations = []
        self.influence = {}
        self.challenger, self.days = None, 0.0

    def add(self, actor, power):
        """Take a formation's influence in."""
        self.influence[actor] = self.influence.get(actor, 0.0) + power

    def step(self):
        """Pass to the strongest enemy that has had the upper hand for long enough."""
        model = self.model
        total = {}
        for actor, power in self.influence.items():
            side = model.side[actor]
            total[side] = total.get(side, 0.0) + power
        own = total.get(model.side[self.holder], 0.0)
        enemies = [a for a in self.influence if model.war[a][self.holder]]
        if self.populated:
            here = {one.actor for one in self.formations}
            enemies = [a for a in enemies if a in here]
        best = max(enemies, key=lambda a: total[model.side[a]], default=None)
        self.influence = {}
        strong = best is not None and total[model.side[best]] >= max(
            model.least, model.advantage * own
        )
        if not strong:
            self.challenger, self.days = None, 0.0
            return
        self.days = model.tick_days + (self.days if self.challenger == best else 0.0)
        self.challenger = best
        if self.days >= model.patience:
            self.holder, self.challenger, self.days = best, None, 0.0


class Mission(mesa.Agent):
    """A goal, and the way there of those sent."""

    def __init__(self, model, goal):
        super().__init__(model)
        self.goal, self.members, self.ahead = goal, [], {}

    def find_ways(self):
        """Search from the goal until every member's cell is reached."""
        left = {one.cell for one in self.members if one.alive}
        actor = self.members[0].actor
        best, queue, count = {self.goal: 0}, [(0, 0, self.goal)], 1
        self.ahead, done = {}, set()
        while queue and left:
            cost, _, cell = heapq.heappop(queue)
            if cell in done:
                continue
            done.add(cell)
            left.discard(cell)
            for other, factor in cell.neighbours:
                if other in done or not self.model.enterable[actor][other.holder]:
                    continue
                there = cost + (cell.cost + other.cost) * factor
                if there < best.get(other, math.inf):
                    best[other] = there
                    self.ahead[other] = cell
                    heapq.heappush(queue, (there, count, other))
                    count += 1


class Formation(mesa.Agent):
    """Persons who march and fight."""

    def __init__(self, model, actor, cell, *, persons, value, pace):
        super().__init__(model)
        self.actor, self.cell, self.persons, self.value = actor, cell, persons, value
        self.pace, self.progress, self.mission = pace, 0.0, None
        self.loss, self.enemies = 0.0, []
        cell.formations.append(self)

    @property
    def alive(self):
        """Whether anyone is left."""
        return self.persons > 0.0

    def look(self):
        """Find the enemies within reach."""
        hostile, bank = self.model.war[self.actor], self.cell.bank
        self.enemies = [
            one
            for cell in self.cell.zone
            for one in cell.formations
            if hostile[one.actor] and one.alive and one.cell.bank == bank
        ]

    def move(self):
        """Go on towards the goal for one tick; halt before an enemy."""
        left = self.model.tick_days
        while left > 0.0 and self.mission and self.alive:
            self.look()
            ahead = self.mission.ahead.get(self.cell)
            if self.enemies or ahead is None:
                return
            length = self.model.km
            if abs(ahead.row - self.cell.row) not in (1, self.model.width):
                length *= math.sqrt(2.0)
            speed = self.pace * (self.cell.pace + ahead.pace) / 2.0
            wanted = (length - self.progress) / speed
            if wanted > left:
                self.progress += left * speed
                return
            left -= wanted
            self.progress = 0.0
            self.cell.formations.remove(self)
            self.cell = ahead
            ahead.formations.append(self)

    def fire(self):
        """Spread fire over the enemies within reach by their numbers."""
        self.look()
        facing = sum(one.persons for one in self.enemies)
        for one in self.enemies:
            intensity = 1.0 if self.mission or one.mission else self.model.contact
            power = intensity * self.persons * self.value * one.persons / facing
            one.loss += power

    def suffer(self):
        """Lose those hit."""
        if self.loss > 0.0 and self.alive:
            rate = self.model.attrition * self.loss / self.persons
            self.persons *= math.exp(-rate * self.model.tick_days)
        self.loss = 0.0

    def control(self):
        """Bring influence to bear on the cells around."""
        if self.alive:
            power = self.persons * self.value
            for cell, weight in self.cell.near:
                cell.add(self.actor, power * weight)


class MesaModel(mesa.Model):
    """The engine's world and map as objects; ``step`` marches, fights and holds."""

    def __init__(self, world, theatre):
        super().__init__(rng=1)
        p = theatre.parameters
        self.war, self.side = theatre.war.tolist(), theatre.bloc.tolist()
        self.enterable = (theatre.through | theatre.contests).tolist()
        self.least, self.advantage = p.control.least, p.control.advantage
        self.patience, self.tick_days = p.control.patience, theatre.days_per_tick
        self.contact, self.attrition = p.fight.contact, p.fight.attrition
        self.km, self.width = theatre.grid.cell_km, theatre.grid.width
        holder = world.cells.holder.tolist()
        self.cells = [
            Cell(self, row, theatre, holder[row]) for row in range(len(holder))
        ]
        self._join(theatre)
        self._people(world, theatre)
        self.tick = 0

    def _join(self, theatre):
        steps = (-self.width, self.width, -1, 1)
        steps += (-self.width - 1, -self.width + 1, self.width - 1, self.width + 1)
        zone = disc(theatre.parameters.fight.reach, self.km)
        rows = np.arange(len(self.cells))
        zones = around(rows, zone, theatre.grid).tolist()
        near, start = theatre.ground.near_cell, theatre.ground.near_start
        weight = theatre.ground.near_weight
        for cell in self.cells:
            bits = int(theatre.mask[cell.row])
            cell.neighbours = [
                (self.cells[cell.row + step], 5 if k < 4 else 7)
                for k, step in enumerate(steps)
                if bits >> k & 1 and self.cells[cell.row + step].cost
            ]
            cell.zone = [self.cells[row] for row in dict.fromkeys(zones[cell.row])]
            part = slice(start[cell.row], start[cell.row + 1])
            pairs = zip(near[part].tolist(), weight[part].tolist(), strict=True)
            cell.near = [(self.cells[row], share) for row, share in pairs]

    def _people(self, world, theatre):
        f, missions, move = world.formations, world.missions, theatre.parameters.move
        orders = {
            int(row): Mission(self, self.cells[missions.cell[row]])
            for row in np.flatnonzero(missions.status == MISSION_ACTIVE)
            if row < missions.count[0]
        }
        for row in np.flatnonzero((f.status != GONE) & (f.personnel > 0.0)).tolist():
            one = Formation(
                self,
                int(f.actor[row]),
                self.cells[f.cell[row]],
                persons=float(f.personnel[row]),
                value=float(f.quality[row] * f.cohesion[row]),
                pace=move.pace_foot if f.mobility[row] else move.pace_motorised,
            )
            order = orders.get(int(f.mission[row]))
            if order is not None and f.status[row] == ACTIVE:
                one.mission = order
                order.members.append(one)
        self.missions = [one for one in orders.values() if one.members]

    def step(self):
        """Run one tick; ways are found once a day."""
        formations = self.agents_by_type[Formation]
        if self.tick % round(1 / self.tick_days) == 0:
            for mission in self.missions:
                mission.find_ways()
        formations.do("move")
        formations.do("fire")
        formations.do("suffer")
        formations.do("control")
        for cell in self.cells:
            if cell.influence:
                cell.step()
        self.tick += 1
