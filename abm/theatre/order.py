"""The order of battle as columns of the Formations table, and what it must not be."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from abm.scenario import Scenario
from abm.scenario.parameters.map import MapParameters
from abm.scenario.problems import ScenarioError
from abm.scenario.tables import ForceSpec
from abm.theatre.forces import MOBILITIES, Ground, Part, parts
from abm.theatre.land import Geometry
from abm.theatre.table import Theatre
from abm.units import NOBODY, Int8Array, Int32Array

MOST_PARTS = 5000
"""Most formations at the start."""
COLUMNS = ("force_ids", "formation_ids", "formations0")
"""The theatre's columns that ``columns`` makes."""


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
    _check_number(rows, scenario.parameters.map)
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
        "formation_ids": tuple(f"{rows[p.force].id}-{p.number:02d}" for p in found),
        "formations0": _table(found, rows, actor, cell),
    }


def _check_number(rows: Sequence[ForceSpec], rules: MapParameters) -> None:
    """Refuse an order of battle of more formations than a run can hold.

    Raises:
        ScenarioError: naming the largest row.
    """
    parts = [
        min(
            row.personnel / min(rules.part, rules.largest),
            row.personnel / rules.smallest,
        )
        for row in rows
    ]
    if sum(parts) > MOST_PARTS:
        row = rows[int(np.argmax(parts))]
        what = f"some {sum(parts):.0f} formations in all, more than {MOST_PARTS}"
        what = f"{what} (got {row.personnel:g} persons here)"
        hint = "take fewer persons, or a larger map.part and map.smallest"
        raise ScenarioError([f"forces.csv: {row.id}.personnel: {what}; {hint}"])


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


def check(theatre: Theatre) -> None:
    """Refuse formations in ground or at a site of an enemy, or where they may not be.

    Raises:
        ScenarioError: naming every such formation.
    """
    table = theatre.formations0
    problems = []
    for row, name in enumerate(theatre.formation_ids):
        actor, site = int(table["actor"][row]), int(table["site"][row])
        held = (theatre.holder0, theatre.site_controller0)
        wrong = unfit(theatre, actor, site, held=held)
        if wrong:
            who = theatre.holder_names[actor]
            force = name.rsplit("-", 1)[0]
            problems.append(f"forces.csv: {force}.places: {who} starts {wrong}")
    if problems:
        raise ScenarioError(problems)


def unfit(
    theatre: Theatre,
    actor: int,
    site: int,
    *,
    held: tuple[Int8Array, Int8Array] | None,
) -> str:
    """Return why an actor's formation can't be put at a site; empty where it can.

    At a site of its own side, or of a partner, it is at home even where an enemy holds
    the rest of the cell.

    Args:
        theatre: the theatre.
        actor: index of the actor.
        site: row of the site.
        held: holder of every cell, shape (n_cells,), and controller of every site,
            shape (n_sites,); None where they are not known, for the country alone.
    """
    cell, place = theatre.site_cell[site], theatre.site_ids[site]
    if not theatre.may_enter[actor, theatre.country[cell]]:
        return (
            f"at {place} in a country it may not enter; "
            "add the country to the actor or name another place"
        )
    if held is None:
        return ""
    holder, owner = int(held[0][cell]), int(held[1][site])
    home = theatre.allied[actor, owner] or theatre.partner[actor, owner]
    if theatre.war[actor, owner] or (theatre.war[actor, holder] and not home):
        return (
            f"in hostile ground (got {place}, held by "
            f"{theatre.holder_names[owner]}); name a place of its own side"
        )
    return ""
