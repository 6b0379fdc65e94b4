"""Shipments: what an actor who wants a road open sends along it, and by which way.

Read-only; the convoy phase writes. A shipment is a pair of objectives of one actor:
to open a road from a gate, and to deliver to a recipient at a place.
"""

from dataclasses import dataclass, replace

import numpy as np

from abm.actors import convoys
from abm.actors.paths import bridges, search
from abm.kernels import UNREACHED
from abm.theatre import Theatre
from abm.theatre.ground import MOTORISED
from abm.units import BoolArray, FloatArray, Int32Array, IntArray
from abm.world import GONE, World


@dataclass(frozen=True)
class Shipment:
    """What is to be moved.

    Attributes:
        sender: actor that sends.
        recipient: actor it is for.
        objective: row of the objective to deliver.
        gates: cells where it may enter, shape (n_gates,).
        target: cell it is bound for.
    """

    sender: int
    recipient: int
    objective: int
    gates: IntArray
    target: int


_kept: dict[tuple[str, float], tuple[Shipment, ...]] = {}
KEPT = 8
"""Theatres whose shipments are remembered in a process."""


def shipments(theatre: Theatre) -> tuple[Shipment, ...]:
    """Return the shipments of all actors, worked out once per process."""
    key = theatre.scenario.key, theatre.grid.cell_km
    found = _kept.get(key)
    if found is None:
        found = tuple(_shipments(theatre))
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = found
    return found


def _shipments(theatre: Theatre) -> list[Shipment]:
    index = {actor.id: row for row, actor in enumerate(theatre.actors)}
    roads = {
        objective.actor: objective
        for objective in theatre.objectives
        if objective.spec.type == "open_route"
    }
    found = []
    for objective in theatre.objectives:
        road = roads.get(objective.actor)
        if objective.spec.type != "deliver" or road is None:
            continue
        to = objective.spec.targets("to") or road.spec.targets("to")
        gates = [theatre.site_row[name] for name in road.spec.targets("from")]
        (recipient,) = objective.spec.targets("recipient")
        found.append(
            Shipment(
                objective.actor,
                index[recipient],
                objective.row,
                theatre.site_cell[gates].astype(np.int64),
                int(theatre.site_cell[theatre.site_row[to[0]]]),
            )
        )
    return found


def shares(sent: tuple[Shipment, ...], weights: FloatArray) -> FloatArray:
    """Return the share of its sender's tonnes that each shipment gets."""
    weight = np.array([weights[one.objective] for one in sent])
    sender = np.array([one.sender for one in sent], dtype=np.int64)
    total = np.bincount(sender, weight)[sender] if len(sent) else weight
    share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0.0)
    return np.asarray(share, dtype=np.float64)


def threatened(
    world: World, theatre: Theatre, *, sender: int, reach: float
) -> BoolArray:
    """Return the cells within ``reach`` km of a sender's enemies, shape (n_cells,)."""
    formations = world.formations
    hostile = theatre.war[sender][formations.actor]
    alive = (formations.status != GONE) & (formations.personnel > 0.0)
    return convoys.dilated(
        formations.cell[hostile & alive].astype(np.int64),
        width=theatre.grid.width,
        n_cells=theatre.grid.n_cells,
        reach=reach,
        cell_km=theatre.grid.cell_km,
    )


def free_holders(theatre: Theatre, *, sender: int, consent: bool) -> BoolArray:
    """Return the holders whose ground the sender's convoys may use, (n_holders,)."""
    return convoys.consenting(
        theatre.allied, theatre.partner, sender=sender, consent=consent
    )


def road(
    world: World, theatre: Theatre, shipment: Shipment, *, consent: bool
) -> Int32Array:
    """Return the cells from a gate to the target by the best open way, or none.

    Lorries use no boats.
    """
    sender = shipment.sender
    reach = theatre.parameters.convoy.enemy_reach
    usable = convoys.passable(
        world.cells.holder,
        free=free_holders(theatre, sender=sender, consent=consent),
        open_cell=theatre.open,
        threatened=threatened(world, theatre, sender=sender, reach=reach),
    )
    cost = np.where(usable, theatre.ground.move_cost[MOTORISED], 0).astype(np.int32)
    gates = shipment.gates[cost[shipment.gates] > 0]
    if len(gates) == 0 or cost[shipment.target] == 0:
        return np.zeros(0, dtype=np.int32)
    over = bridges(world, theatre, sender)
    over = replace(over, extra=np.where(over.extra > 0, -1, over.extra))
    need = np.zeros(theatre.grid.n_cells, dtype=bool)
    need[shipment.target] = True
    found = search(theatre, cost, over, sources=gates, need=need)
    if found.dist[shipment.target] >= UNREACHED:
        return np.zeros(0, dtype=np.int32)
    cells = [shipment.target]
    while found.parent[cells[-1]] >= 0:
        cells.append(int(found.parent[cells[-1]]))
    return np.array(cells[::-1], dtype=np.int32)


def capacities(theatre: Theatre) -> FloatArray:
    """Return the share of planned tonnes each road class carries, none to motorway."""
    p = theatre.parameters.convoy
    return np.array([p.desert, p.track, p.secondary, p.primary, 1.0])
