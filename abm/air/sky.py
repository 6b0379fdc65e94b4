"""The sky of one tick: packages on their way, and where each works.

A read-only view of the World; the fly phase writes what follows from it.
"""

from dataclasses import dataclass

import numpy as np

from abm import kernels
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
        target: row in the targets.
        moved: flies a patrol if it can.
        flying: row of its asset in ``odds``.
        odds: logit weight of every target for every asset that flies, shape
            (n_flying, n_targets).
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
    target: IntArray
    moved: BoolArray
    flying: IntArray
    odds: FloatArray

    def only(self, kept: BoolArray | IntArray) -> "Packages":
        """Return some of the packages."""
        return Packages(
            self.asset[kept],
            self.part[kept],
            self.operator[kept],
            self.task[kept],
            self.cell[kept],
            self.row[kept],
            self.x[kept],
            self.y[kept],
            self.sorties[kept],
            self.effort[kept],
            self.target[kept],
            self.moved[kept],
            self.flying[kept],
            self.odds,
        )


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
    operator = theatre.air_operator.astype(np.int64)
    sorties = _flown(world, theatre, draw=draws[0])
    flying = (sorties > 0.0).nonzero()[0]
    row, part, share = packages(sorties[flying])
    asset = flying[row]
    moved = draws[2][asset, part] < world.actors.patrol_share[operator[asset]]
    odds = _weights(theatre, where, flying)
    target = tasking.chosen(
        odds,
        draws[1][asset, part],
        row=row,
        patrol=where.task == PATROL,
        moved=moved,
    )
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
        effort=share * loads(theatre)[capabilities(theatre.air_role).load[asset]],
        target=target,
        moved=moved[sent],
        flying=row[sent],
        odds=odds,
    )


def _flown(world: World, theatre: Theatre, *, draw: FloatArray) -> FloatArray:
    """Return the sorties of every asset that has a task it can fly, and a base."""
    p, actors = theatre.parameters.fly, world.actors
    operator = theatre.air_operator
    usable = capabilities(theatre.air_role).suits.any(axis=1) & based(world, theatre)
    joined = 1.0 + p.reserve * actors.reserve_share[operator]
    return flown(
        np.where(usable, world.air.ready * joined, 0.0),
        theatre.air_sorties_per_day * actors.support[operator],
        draw=draw,
        days=theatre.days_per_tick,
    )


def _weights(theatre: Theatre, where: Targets, flying: IntArray) -> FloatArray:
    """Return the logit weight of every target for every asset that flies."""
    possible = capabilities(theatre.air_role).suits[flying][:, where.task] & reaches(
        theatre.air_base_x_km[flying],
        theatre.air_base_y_km[flying],
        theatre.air_radius_km[flying],
        to=(where.x, where.y),
    )
    return tasking.options(
        where,
        operator=theatre.air_operator[flying].astype(np.int64),
        possible=possible,
        precision=theatre.parameters.fly.precision,
    )


def loads(theatre: Theatre) -> FloatArray:
    """Return the weapon load of each class, relative to a full sortie's."""
    p = theatre.parameters.fly
    return np.array([0.0, p.small_load, p.light_load, 1.0, p.heavy_load])


def based(world: World, theatre: Theatre) -> BoolArray:
    """Return the assets that may fly: not grounded, and their base is not lost."""
    found = np.empty(len(theatre.air_ids), dtype=bool)
    kernels.based(
        found,
        world.air.grounded,
        theatre.air_base_site,
        theatre.air_operator,
        world.sites.controller,
        theatre.war,
    )
    return found
