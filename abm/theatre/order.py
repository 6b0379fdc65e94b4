"""The order of battle as columns of the Formations table, and what it must not be."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from abm.scenario import Scenario
from abm.scenario.problems import ScenarioError
from abm.scenario.tables import ForceSpec
from abm.theatre.forces import MOBILITIES, Ground, Part, parts
from abm.theatre.land import Geometry
from abm.units import NOBODY, Int8Array, Int32Array


def columns(
    scenario: Scenario, where: Geometry, known: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the theatre's columns of the order of battle.

    Args:
        scenario: the scenario.
        where: its land.
        known: the theatre's columns of holders and sites.
    """
    rows = [f for f in scenario.forces if f.additive and f.personnel > 0]
    actor = [known["holder_index"][force.actor] for force in rows]
    controller = known["site_controller0"]
    cell = known["site_cell"]
    enter = known["may_enter"][:, where.country[cell]]
    ground = Ground(
        row=known["site_row"],
        x_km=known["site_x_km"],
        y_km=known["site_y_km"],
        bank=known["site_bank"],
        controller=controller,
        population=known["site_population"],
        on_road=where.road[cell] > 0,
        gate=known["site_gate"],
    )
    found = parts(
        rows,
        ground,
        actor=actor,
        stands=known["friend"][:, controller] & enter,
        lives_off_land=np.array([a.draws_on_population for a in scenario.actors]),
        rules=scenario.parameters.map,
    )
    return {
        "force_ids": tuple(force.id for force in rows),
        "force_names": tuple(force.name for force in rows),
        "formation_ids": tuple(f"{rows[p.force].id}-{p.number:02d}" for p in found),
        "formations0": _table(found, rows, actor, cell),
    }


def _table(
    found: Sequence[Part],
    rows: Sequence[ForceSpec],
    actor: Sequence[int],
    cell: Int32Array,
) -> dict[str, np.ndarray[Any, Any]]:
    """Return the columns of the Formations table at the start."""
    parent = np.array([part.force for part in found], dtype=np.int16)
    site = np.array([part.site for part in found], dtype=np.int16)
    home = np.array([part.home for part in found], dtype=bool)
    mobility = np.array([MOBILITIES.index(row.mobility) for row in rows], np.int8)
    return {
        "parent": parent,
        "actor": np.array(actor, dtype=np.int8)[parent],
        "cell": cell[site],
        "site": site,
        "personnel": np.array([part.personnel for part in found], np.float64),
        "quality": np.array([row.quality for row in rows], np.float64)[parent],
        "mobility": mobility[parent],
        "home": np.where(home, site, NOBODY).astype(np.int16),
    }


def check(known: Mapping[str, Any], country: Int8Array, holder: Int8Array) -> None:
    """Refuse formations in ground or at a site of an enemy, or where they may not be.

    A formation at a site of its own side, or of a partner, is at home even where an
    enemy holds the rest of the cell.

    Args:
        known: the theatre's columns of holders, sites and formations.
        country: of every cell.
        holder: of every cell at the start.

    Raises:
        ScenarioError: naming every such formation.
    """
    table, war = known["formations0"], known["war"]
    home = known["allied"] | known["partner"]
    problems = []
    for row, name in enumerate(known["formation_ids"]):
        actor, cell, site = (int(table[c][row]) for c in ("actor", "cell", "site"))
        owner = int(known["site_controller0"][site])
        who, place = known["holder_names"][actor], known["site_ids"][site]
        here = f"forces.csv: {name.rsplit('-', 1)[0]}.places: {who} starts"
        if not known["may_enter"][actor, country[cell]]:
            problems.append(
                f"{here} at {place} in a country it may not enter; "
                f"add the country to the actor or name another place"
            )
        elif war[actor, owner] or (war[actor, holder[cell]] and not home[actor, owner]):
            problems.append(
                f"{here} in hostile ground (got {place}, held by "
                f"{known['holder_names'][owner]}); name a place of its own side"
            )
    if problems:
        raise ScenarioError(problems)
