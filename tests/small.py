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


@lru_cache(maxsize=1)
def scenario():
    """Return the small scenario."""
    return load_scenario("two_valleys")


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
