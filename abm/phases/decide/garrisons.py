"""Garrisons: who stays behind in sites that an enemy threatens."""

import numpy as np

from abm.actors.situation import Situation
from abm.phases.decide.missions import free
from abm.theatre import near
from abm.units import BoolArray
from abm.world import (
    ACTIVE,
    World,
)


def threatened(situation: Situation, actor: int) -> BoolArray:
    """Return the sites within ``threat`` km of ground an enemy of the actor holds."""
    theatre = situation.theatre

    def make() -> BoolArray:
        hostile = theatre.war[actor][situation.world.cells.holder]
        around = near.near_sites(theatre, theatre.parameters.decide.threat)
        found: BoolArray = hostile[around].any(axis=1)
        return found

    return situation.once("threat", int(theatre.supply_group[actor]), make)


def leave_garrisons(situation: Situation) -> None:
    """Keep a minimum garrison in held sites that need one; take the others back."""
    world, theatre = situation.world, situation.theatre
    formations, decide = world.formations, theatre.parameters.decide
    first = theatre.n_parts
    rows = (free(world)[:first] & (formations.home[:first] < 0)).nonzero()[0]
    here = formations.cell[rows]
    stood_in = np.zeros(theatre.grid.n_cells, dtype=bool)
    stood_in[here] = True
    for site in stood_in[theatre.site_cell].nonzero()[0]:
        actor = int(world.sites.controller[site])
        if actor >= theatre.n_actors:
            continue
        local = rows[
            (here == theatre.site_cell[site]) & (formations.actor[rows] == actor)
        ]
        if not local.size:
            continue
        post = first + site
        others = formations.personnel[post] > 0.0 and formations.actor[post] != actor
        if others:
            continue
        wanted = 0.0
        if (
            theatre.site_value[site] >= decide.garrison_value
            and threatened(situation, actor)[site]
        ):
            wanted = decide.garrison
        giver = local[formations.personnel[local].argmax()]
        change = wanted - formations.personnel[post]
        spare = formations.personnel[giver] - 2.0 * decide.garrison
        change = min(change, max(0.0, spare)) if change > 0 else change
        _move_persons(world, int(giver), int(post), change=float(change))


def _move_persons(world: World, giver: int, post: int, *, change: float) -> None:
    """Move persons from a formation to a site's detachment (back where negative)."""
    formations = world.formations
    if change == 0.0:
        return
    if formations.personnel[post] <= 0.0:
        formations.actor[post] = formations.actor[giver]
        formations.status[post] = ACTIVE
        for column in ("quality", "cohesion", "supply", "inflow"):
            getattr(formations, column)[post] = getattr(formations, column)[giver]
    formations.personnel[giver] -= change
    formations.personnel[post] += change
