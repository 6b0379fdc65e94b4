"""Formations seen from the air: gathered by owner and cell.

A group is what an aircraft can be sent to. Nothing here knows aircraft or tasks.
"""

from dataclasses import dataclass, replace

import numpy as np

from abm import kernels
from abm.units import AnyIntArray, BoolArray, FloatArray, IntArray, Km

HALF = 0.5
"""Of a cell: from its edge to its centre."""


@dataclass(frozen=True)
class Groups:
    """Formations of one actor in one cell; shape (n_groups,) unless said otherwise.

    Attributes:
        actor: owner.
        cell: cell they stand in.
        x: km east of the grid's left edge, mean by persons.
        y: km south of the grid's top edge, mean by persons.
        persons: present.
        engaged: share of the persons in contact with an enemy.
        attacking: share of the persons who attack.
        aim: mean worth of what the persons fight for, in units of satisfaction.
        exposed: share of the persons not sheltered by entrenchment.
        rows: formations gathered, shape (n_rows,).
        member: group of each of these rows, shape (n_rows,).
        share: part of its group's persons in each of these rows, shape (n_rows,).
    """

    actor: IntArray
    cell: IntArray
    x: FloatArray
    y: FloatArray
    persons: FloatArray
    engaged: FloatArray
    attacking: FloatArray
    aim: FloatArray
    exposed: FloatArray
    rows: IntArray
    member: IntArray
    share: FloatArray

    def at(self, rows: IntArray) -> "Groups":
        """Return some of the groups; ``rows``, ``member``, ``share`` stay whole."""
        return replace(self, **{name: getattr(self, name)[rows] for name in COLUMNS})


COLUMNS = (
    "actor",
    "cell",
    "x",
    "y",
    "persons",
    "engaged",
    "attacking",
    "aim",
    "exposed",
)
"""Columns of ``Groups`` with one entry a group."""


def groups(
    actor: AnyIntArray,
    cell: AnyIntArray,
    personnel: FloatArray,
    *,
    alive: BoolArray,
    x: FloatArray,
    y: FloatArray,
    engaged: BoolArray,
    attacking: BoolArray,
    aim: FloatArray,
    exposed: FloatArray,
) -> Groups:
    """Return the groups of living formations; all arguments (n_formations,)."""
    n = len(actor)
    rows, key, member, owner, place = np.empty((5, n), dtype=np.int64)
    found = kernels.living(rows, key, actor, cell, personnel, alive)
    rows, key, member = rows[:found], key[:found], member[:found]
    persons, share = np.empty((2, n))
    means = np.empty((len(MEANS), n))
    filled = (owner, place, means, persons, member, share)
    given = (rows, key, key.argsort(kind="stable"), actor, cell, personnel)
    count = kernels.gathered(*filled, *given, x, y, engaged, attacking, aim, exposed)
    return Groups(
        actor=owner[:count],
        cell=place[:count],
        persons=persons[:count],
        rows=rows,
        member=member,
        share=share[:found],
        **dict(zip(MEANS, means[:, :count], strict=True)),
    )


MEANS = ("x", "y", "engaged", "attacking", "aim", "exposed")
"""Columns of ``Groups`` that are means by persons."""


def squared_distances(
    x: FloatArray, y: FloatArray, *, other_x: FloatArray, other_y: FloatArray
) -> FloatArray:
    """Return squared distances, km², shape (n_points, n_others)."""
    east = np.subtract.outer(x, other_x)
    south = np.subtract.outer(y, other_y)
    east *= east
    south *= south
    east += south
    return np.asarray(east, dtype=np.float64)


def presence(
    x: FloatArray, y: FloatArray, seen: Groups, *, reach: Km, n_actors: int
) -> BoolArray:
    """Return which actors have people near each point, shape (n_points, n_actors).

    Args:
        x: km east of the grid's left edge, of each point.
        y: km south of its top edge.
        seen: who is where.
        reach: km.
        n_actors: number of actors.
    """
    found = np.empty((len(x), n_actors), dtype=bool)
    kernels.present(found, x, y, seen.x, seen.y, seen.actor, reach)
    return found


def reaches(
    x: FloatArray,
    y: FloatArray,
    radius: FloatArray,
    *,
    to: tuple[FloatArray, FloatArray],
) -> BoolArray:
    """Return whether each base reaches each point, shape (n_bases, n_points).

    Args:
        x: of the bases, km east, shape (n_bases,).
        y: of the bases, km south, shape (n_bases,).
        radius: km, shape (n_bases,).
        to: km east and km south of the points, shape (n_points,) each.
    """
    distance2 = squared_distances(x, y, other_x=to[0], other_y=to[1])
    return np.asarray(distance2 <= np.square(radius)[:, None], dtype=bool)
