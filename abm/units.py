"""Unit and array types; named constants that are neither parameters nor rules.

A bare float that crosses a module boundary carries its unit in its type. The
parameter loader refuses a value whose ``unit`` differs from the one named here.
"""

from typing import Annotated, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

Days = Annotated[float, "day"]
Km = Annotated[float, "km"]
KmPerDay = Annotated[float, "km/day"]
PerDay = Annotated[float, "1/day"]
PerSortie = Annotated[float, "1/sortie"]
PersonsPerKm = Annotated[float, "person/km"]
Persons = Annotated[float, "person"]
Tonnes = Annotated[float, "t"]
TonnesPerDay = Annotated[float, "t/day"]
TonnesPerPersonDay = Annotated[float, "t/(person day)"]
Sorties = Annotated[float, "sortie"]
PersonsPerSortie = Annotated[float, "person/sortie"]
PersonsPerTonne = Annotated[float, "person/t"]
TonnesPerSortie = Annotated[float, "t/sortie"]
PerContactDay = Annotated[float, "1/(contact day)"]
SortiesPerDay = Annotated[float, "sortie/day"]
Share = Annotated[float, "1"]
Count = Annotated[float, "count"]

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
Int16Array = NDArray[np.int16]
Int8Array = NDArray[np.int8]
UInt8Array = NDArray[np.uint8]
BoolArray = NDArray[np.bool_]
AnyIntArray = NDArray[np.integer[Any]]

HOURS_PER_DAY = 24.0
NOBODY = -1
"""Index that means "no actor", "no site", "no mission" in every column."""

RoadClass = Literal["none", "track", "secondary", "primary", "motorway"]
ROAD_CLASSES: tuple[str, ...] = get_args(RoadClass)
"""From worst to best; the class of a cell's road is an index into these."""
