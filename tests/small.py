"""The small scenario for tests of rules: its theatre, its start, a few tools."""

from functools import lru_cache

import numpy as np

from abm import theatre as theatres
from abm.opening import opening
from abm.phases import decide, perceive
from abm.rng import streams
from abm.scenario import load_scenario
from abm.world import GONE, MISSION_ACTIVE, MISSIONS

CROWN, LEAGUE, HILLS, RAIDERS, MONKS, NOBODY_HOLDS = range(6)


PINNED = {
    "perceive.memory": 10.0,
    "perceive.sight": 15.0,
    "perceive.recon_sight": 20.0,
    "perceive.prior_garrison": 120.0,
    "move.pace_motorised": 110.0,
    "move.pace_foot": 25.0,
    "move.primary": 0.9,
    "move.open_ground": 0.3,
    "move.advance": 7.0,
    "move.consolidation": 3.0,
    "move.boats": 0.1,
    "move.bridging_days": 12.0,
    "move.retreat": 60.0,
    "supply.road_decay": 260.0,
    "supply.open_decay": 50.0,
    "supply.stock_days": 5.0,
    "supply.own_means": 0.6,
    "supply.assault_use": 0.5,
    "supply.attack_supply": 0.5,
    "supply.pocket_need": 0.003,
    "supply.pocket_stock": 120.0,
    "supply.replacement_rate": 0.02,
    "supply.recruits": 0.002,
    "fight.attrition": 0.03,
    "fight.contact": 0.04,
    "fight.reach": 4.0,
    "fight.reference_strength": 250.0,
    "fight.built_up_effect": 0.8,
    "fight.entrenchment_effect": 0.5,
    "fight.digging": 0.15,
    "fight.cohesion_loss": 2.2,
    "fight.town_cohesion": 0.75,
    "fight.overrun": 0.0,
    "fight.cohesion_recovery": 0.06,
    "fight.isolation": 0.01,
    "fight.broken": 0.3,
    "fight.usable": 0.6,
    "fight.captured_share": 0.4,
    "fight.surprise": 0.6,
    "fight.town": 5000.0,
    "control.least": 40.0,
    "control.advantage": 2.0,
    "control.patience": 0.5,
    "control.capture": 1.0,
    "control.capture_reach": 3.0,
    "control.path_days": 2.0,
}
"""Values that sums by hand rest on, whatever the scenario is tuned to."""


@lru_cache(maxsize=1)
def scenario():
    """Return the small scenario with the values that sums by hand rest on."""
    return load_scenario("two_valleys").with_overrides(PINNED)


def start(**changes):
    """Return (world, theatre) at tick 0; ``fight__noise=0`` sets a parameter."""
    named = {name.replace("__", "."): value for name, value in changes.items()}
    source = scenario().with_overrides(named) if named else scenario()
    theatre = theatres.build(source)
    return opening(theatre), theatre


def draws(phase, tick=0, seed=1):
    """Return a phase's streams of random numbers."""
    return streams(seed, phase, tick)


def keep_only(world, *rows):
    """Take every formation off the map but those in ``rows``."""
    others = np.setdiff1d(np.arange(len(world.formations.actor)), rows)
    world.formations.personnel[others] = 0.0
    world.formations.status[others] = GONE


def at(theatre, row, column):
    """Return a cell."""
    return row * theatre.grid.width + column


def place(world, theatre, row, cell):
    """Put a formation in the middle of a cell."""
    formations = world.formations
    formations.cell[row] = cell
    formations.site[row] = formations.home[row] = -1
    formations.progress_km[row] = formations.entrenchment[row] = 0.0


def send(world, rows, kind, *, cell, site=-1, route=(), crossing=-1):
    """Give formations a mission and a route; return the mission's row."""
    missions, formations = world.missions, world.formations
    row = int(missions.count[0])
    missions.count[0] += 1
    missions.actor[row] = formations.actor[rows[0]]
    missions.kind[row] = MISSIONS.index(kind)
    missions.cell[row], missions.site[row] = cell, site
    missions.crossing[row], missions.status[row] = crossing, MISSION_ACTIVE
    for one in rows:
        formations.mission[one] = row
        formations.route[one] = -1
        formations.route[one, : len(route)] = route
        formations.site[one] = formations.home[one] = -1
    return row


class Spy:
    """An actor that decides nothing and keeps what its staff told it."""

    def __init__(self, index=CROWN):
        self.index = index
        self.situation = None

    def decide(self, situation, **given):
        self.situation = situation
        return []


def briefed(world, theatre):
    """Return the day's situation after actors have perceived and measured."""
    spy = Spy()
    perceive.run(world, theatre, draws("perceive", world.tick))
    decide.run(world, theatre, draws("decide", world.tick), actors=[spy])
    return spy.situation
