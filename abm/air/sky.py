"""The sky of one tick: packages on their way, and where each works.

A read-only view of the World; the fly phase writes what follows from it.
"""

from dataclasses import dataclass, fields

import numpy as np

from abm.air import tasking
from abm.air.places import reaches
from abm.air.roles import PATROL, capabilities
from abm.air.sorties import flown, packages
from abm.air.tasking import Targets
from abm.theatre import Theatre
from abm.units import BoolArray, FloatArray, IntArray
from abm.world import World


@dataclass(frozen=True)
class Packages:
    """Parts of an asset's sorties flown to one target; shape (n_packages,).

    Attributes:
        asset: row in ``world.air``.
        part: number within the asset, for its draws.
        operator: actor index.
        task: index into ``TASKS``.
        cell: where it works.
        row: row of what it works on: group, site or mission.
        x: km east.
        y: km south.
        sorties: flown.
        effort: sorties of full load.
    """

    asset: IntArray
    part: IntArray
    operator: IntArray
    task: IntArray
    cell: IntArray
    row: IntArray
    x: FloatArray
    y: FloatArray
    sorties: FloatArray
    effort: FloatArray

    def only(self, kept: BoolArray | IntArray) -> "Packages":
        """Return some of the packages."""
        return Packages(*(getattr(self, part.name)[kept] for part in fields(self)))


def dispatched(
    world: World,
    theatre: Theatre,
    where: Targets,
    *,
    draws: tuple[FloatArray, FloatArray, FloatArray],
) -> Packages:
    """Return the packages that fly this tick.

    Args:
        world: read only.
        theatre: what never changes.
        where: targets.
        draws: uniform numbers for sorties (n_air,), for the choice of target and for
            the change to patrol (n_air, PACKAGES).
    """
    p, air = theatre.parameters.fly, world.air
    can = capabilities(theatre.air_role)
    operator = theatre.air_operator.astype(np.int64)
    joined = 1.0 + p.reserve * world.actors.reserve_share[operator]
    usable = can.suits.any(axis=1) & based(world, theatre)
    sorties = flown(
        np.where(usable, air.ready * joined, 0.0),
        theatre.air_sorties_per_day * world.actors.support[operator],
        draw=draws[0],
        days=theatre.days_per_tick,
    )
    flying = np.flatnonzero(sorties > 0.0)
    row, part, share = packages(sorties[flying])
    asset = flying[row]
    possible = can.suits[flying][:, where.task] & reaches(
        theatre.air_base_x_km[flying],
        theatre.air_base_y_km[flying],
        theatre.air_radius_km[flying],
        to=(where.x, where.y),
    )
    weight = tasking.options(
        where, operator=operator[flying], possible=possible, precision=p.precision
    )[row]
    moved = draws[2][asset, part] < world.actors.patrol_share[operator[asset]]
    patrol = weight * (where.task == PATROL)
    moved &= patrol.any(axis=1)
    weight[moved] = patrol[moved]
    target = tasking.chosen(weight, draws[1][asset, part])
    sent = target >= 0
    asset, part, target, share = asset[sent], part[sent], target[sent], share[sent]
    return Packages(
        asset=asset,
        part=part,
        operator=operator[asset],
        task=where.task[target],
        cell=where.cell[target],
        row=where.row[target],
        x=where.x[target],
        y=where.y[target],
        sorties=share,
        effort=share * loads(theatre)[can.load[asset]],
    )


def loads(theatre: Theatre) -> FloatArray:
    """Return the weapon load of each class, relative to a full sortie's."""
    p = theatre.parameters.fly
    return np.array([0.0, p.small_load, p.light_load, 1.0, p.heavy_load])


def based(world: World, theatre: Theatre) -> BoolArray:
    """Return the assets that may fly: not grounded, and their base is not lost."""
    site = theatre.air_base_site
    holder = world.sites.controller[site]
    lost = (site >= 0) & theatre.war[theatre.air_operator, holder]
    return np.asarray(~world.air.grounded & ~lost, dtype=bool)
