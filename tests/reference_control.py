"""The control phase in plain Python; see ``reference_ticks``."""

import math

import reference
from reference import single
from reference_ticks import ACTIVE, GONE, Formations, place_of


def control(state, land):
    """Let sites, then cells change hands."""
    f = Formations(state)
    power = [
        f.personnel[r] * f.quality[r] * f.cohesion[r] if f.status[r] == ACTIVE else 0.0
        for r in range(len(f))
    ]
    places = [place_of(state, land, f, r) for r in range(len(f))]
    for site in range(len(land.site_cell)):
        _site(state, land, f, site, power, places)
    _cells(state, land, f, power)


def _site(state, land, f, site, power, places):
    cell, least = land.site_cell[site], land.rules["least"]
    here = [0.0] * land.n_actors
    for row, value in enumerate(power):
        near = math.dist(places[row], land.site_xy[site]) <= land.capture_reach
        if value > 0.0 and near and land.site_bank[site] == land.bank[f.cell[row]]:
            here[f.actor[row]] += value
    controller, holder = state["sites.controller"][site], state["cells.holder"][cell]
    defence = sum(v for a, v in enumerate(here) if land.allied[controller][a])
    attack = [v if land.war[controller][a] else 0.0 for a, v in enumerate(here)]
    overrun = land.war[controller][holder] and holder < land.n_actors
    overrun = overrun and defence < least and land.population[cell] <= 0.0
    captor = holder if overrun else -1
    if max(attack) >= least:
        captor = attack.index(max(attack))
    state["sites.contested"][site] = sum(attack) >= least and defence >= least
    alone = captor >= 0 and defence < least
    lasted = state["sites.capture_days"][site]
    lasted = lasted if captor == state["sites.captor"][site] else 0.0
    state["sites.capture_days"][site] = single(lasted + land.days) if alone else 0.0
    state["sites.captor"][site] = captor if alone else -1
    if alone and state["sites.capture_days"][site] >= land.capture:
        _capture(state, land, site, captor)


def _capture(state, land, site, captor):
    state["sites.controller"][site] = captor
    state["sites.changes"][site] += 1
    for name, value in (("capture_days", 0.0), ("captor", -1), ("besieger", -1)):
        state[f"sites.{name}"][site] = value
    state["sites.path_days"][site] = 0.0
    state["sites.depot_km"][site] = math.inf
    cell = land.site_cell[site]
    if land.contests[captor][state["cells.holder"][cell]]:
        state["cells.holder"][cell] = captor
        state["cells.days_held"][cell] = state["cells.cleared"][cell] = 0.0


def _cells(state, land, f, power):
    placed = list(zip(f.cell, f.actor, power, strict=True))
    n = len(land.bank)
    strength = reference.influence(land.n_actors, n, placed, land.near)
    present = {
        (f.actor[r], f.cell[r])
        for r, value in enumerate(power)
        if f.status[r] != GONE and value >= land.rules["least"]
    }
    side, least = land.rules["side"], land.rules["least"]
    reached = reference.reached(
        max(side) + 1, n, placed, land.near, side=side, least=least
    )
    names = "holder", "contested", "exposed", "days_held", "cleared", "challenger"
    names += ("challenge_days",)
    for cell in range(n):
        now = {name: state[f"cells.{name}"][cell] for name in names}
        now |= {
            "strength": [row[cell] for row in strength],
            "reached": reached[side[now["holder"]]][cell],
            "present": [(a, cell) in present for a in range(land.n_actors)],
            "may_hold": [row[cell] for row in land.may_hold],
            "populated": land.population[cell] > 0.0,
            "open": land.open[cell],
        }
        after, _ = reference.contest(now, land.rules)
        for name in names:
            state[f"cells.{name}"][cell] = after[name]
