"""Which place names fit on a map, and where: by importance, none over another."""

import numpy as np

from abm.theatre import Theatre
from abm.units import FloatArray

LETTER = 0.0072
"""Width of a letter, as a share of the map's width."""
LINE = 0.026
"""Height of a line of text, likewise."""
GAP = 0.006
"""From the dot to the first letter, likewise."""
LEAST = 3
"""Places of this importance and better are labelled."""

Box = tuple[float, float, float, float]


def placed(
    theatre: Theatre, x: FloatArray, y: FloatArray
) -> list[tuple[int, float, float]]:
    """Return (site row, left edge, middle height) of every label that fits, in cells.

    Args:
        theatre: names and importance of the sites.
        x: columns of the sites, shape (n_sites,).
        y: rows of the sites, likewise.
    """
    width = float(theatre.grid.width)
    order = np.lexsort((-theatre.site_population, theatre.site_importance))
    boxes: list[Box] = []
    found: list[tuple[int, float, float]] = []
    for row in (int(each) for each in order):
        if theatre.site_importance[row] > LEAST:
            continue
        name = theatre.site_names[row].split(" (")[0]
        if any(name == theatre.site_names[done[0]].split(" (")[0] for done in found):
            continue
        long, high = LETTER * width * len(name), LINE * width
        for left in (x[row] + GAP * width, x[row] - GAP * width - long):
            box = (left, y[row] - high / 2, left + long, y[row] + high / 2)
            if _inside(box, theatre) and not any(_touch(box, each) for each in boxes):
                boxes.append(box)
                found.append((row, left, float(y[row])))
                break
    return found


def _inside(box: Box, theatre: Theatre) -> bool:
    height, width = theatre.grid.shape
    return box[0] >= 1 and box[1] >= 1 and box[2] <= width - 1 and box[3] <= height - 1


def _touch(one: Box, other: Box) -> bool:
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]
