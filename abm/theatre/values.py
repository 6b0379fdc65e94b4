"""Small values of a theatre: objectives and protected zones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from abm.scenario.schema import ObjectiveSpec
from abm.units import BoolArray, IntArray, Km

T = TypeVar("T", bound=np.dtype[Any])


@dataclass(frozen=True)
class Objective:
    """One objective of one actor.

    Attributes:
        actor: index of the actor.
        row: position among all actors' objectives.
        spec: what the scenario says of it.
    """

    actor: int
    row: int
    spec: ObjectiveSpec


@dataclass(frozen=True)
class Zone:
    """A protected circle around a site.

    Attributes:
        id: of the rule.
        name: in words.
        cells: cells whose centre lies inside, shape (n_cells,).
        site: row of the site at its centre.
        x_km: km east of the grid's left edge, of the centre.
        y_km: km south of the grid's top edge, of the centre.
        radius_km: km.
        protector: index of the actor that enforces it.
        kept_out: indices of the actors it is enforced against.
    """

    id: str
    name: str
    cells: BoolArray
    site: int
    x_km: Km
    y_km: Km
    radius_km: Km
    protector: int
    kept_out: tuple[int, ...]


def read_only(array: np.ndarray[Any, T]) -> np.ndarray[Any, T]:
    """Return a view that can't be written to.

    A kernel is compiled anew for arrays that can be and arrays that can't.
    """
    view = array.view()
    view.flags.writeable = False
    return view


def lock(value: object) -> None:
    """Make an array, or every array in a mapping or tuple of zones, read-only."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, Mapping):
        for item in value.values():
            lock(item)
    elif isinstance(value, tuple):
        for item in value:
            if isinstance(item, Zone):
                lock(item.cells)


def alike(*columns: NDArray[Any]) -> IntArray:
    """Return a number for each row of columns, the same for equal rows, from 0 on."""
    whole = np.column_stack(columns)
    return np.asarray(np.unique(whole, axis=0, return_inverse=True)[1].ravel())
