"""Random inputs for property tests: small grounds with a river, and forces on them."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


@dataclass
class Ground:
    """A small grid as the kernels take it; the outermost ring is closed.

    ``crossings`` are (cell, other, extra) entries sorted by cell, both ways.
    """

    height: int
    width: int
    cost: np.ndarray
    bank: np.ndarray
    mask: np.ndarray
    crossings: list

    @property
    def n(self):
        return self.height * self.width

    @property
    def open_cells(self):
        return np.flatnonzero(self.cost > 0)

    def crossing_arrays(self):
        """Return (start, cell, other, extra) as ``abm.actors.paths`` lays them out."""
        cell, other, extra = (
            np.array([row[k] for row in self.crossings], dtype=np.int32)
            for k in range(3)
        )
        start = np.full(self.n, -1, dtype=np.int32)
        for entry in reversed(range(len(cell))):
            start[cell[entry]] = entry
        return start, cell, other, extra


def same_bank_mask(is_open, bank, height, width):
    """Return the directions that stay on one bank, between open cells."""
    mask = np.zeros(height * width, dtype=np.uint8)
    for cell in np.flatnonzero(is_open):
        row, column = divmod(int(cell), width)
        for k, (south, east) in enumerate(STEPS):
            r, c = row + south, column + east
            if not (0 <= r < height and 0 <= c < width):
                continue
            other = r * width + c
            if is_open[other] and bank[cell] == bank[other]:
                mask[cell] |= np.uint8(1 << k)
    return mask


@st.composite
def grounds(draw, least=4, most=9):
    """Grids with a crooked river from north to south and some crossings of it."""
    height = draw(st.integers(least, most))
    width = draw(st.integers(least, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    dearest = draw(st.sampled_from([12, 60, 500]))
    cost = rng.integers(1, dearest + 1, (height, width))
    cost[rng.random((height, width)) < draw(st.sampled_from([0.0, 0.2]))] = 0
    cost[[0, -1], :] = 0
    cost[:, [0, -1]] = 0
    shore = width // 2 + rng.integers(-1, 2, height)
    bank = (np.arange(width) >= shore[:, None]).astype(np.int8).ravel()
    cost = cost.astype(np.int32).ravel()
    mask = same_bank_mask(cost > 0, bank, height, width)
    ground = Ground(height, width, cost, bank, mask, [])
    ground.crossings = _crossings(ground, rng, draw(st.integers(0, 3)))
    return ground


def _crossings(ground, rng, wanted):
    pairs = [
        (int(cell), int(other))
        for cell in ground.open_cells
        for other in (cell + 1, cell + ground.width, cell - ground.width)
        if ground.cost[other] and ground.bank[cell] != ground.bank[other]
    ]
    chosen = [pairs[k] for k in rng.permutation(len(pairs))[:wanted]]
    extra = [int(rng.choice([-1, 0, 37])) for _ in chosen]
    rows = [(a, b, e) for (a, b), e in zip(chosen, extra, strict=True)]
    rows += [(b, a, e) for (a, b), e in zip(chosen, extra, strict=True)]
    return sorted(rows, key=lambda row: row[0])
