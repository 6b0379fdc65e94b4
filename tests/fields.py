"""The path search kernel on a small random ground."""

import numpy as np
import reference
from hypothesis import strategies as st
from strategies import grounds

from abm import kernels

SEEDS = st.integers(0, 2**31)
KM = 5.0
some_grounds = grounds().filter(lambda ground: ground.open_cells.size > 0)


def searched(ground, sources, *, cost=None, need=None, cap=reference.UNREACHED - 1):
    """Run the path search kernel; return (dist, parent)."""
    n = ground.n
    dist, parent = np.empty(n, np.int32), np.empty(n, np.int32)
    wanted = np.zeros(n, dtype=bool)
    wanted[sorted(need or ())] = True
    cells, offsets = (
        np.array(part, dtype=np.int32) for part in zip(*sources, strict=False)
    )
    done = kernels.search(
        dist,
        parent,
        ground.cost if cost is None else cost,
        ground.mask,
        ground.width,
        *ground.crossing_arrays(),
        cells,
        offsets,
        wanted,
        np.int32(-1 if need is None else len(need)),
        np.int32(cap),
        np.empty(kernels.BUCKETS, np.int32),
        np.empty(8 * n + 8, np.int32),
        np.empty(8 * n + 8, np.int32),
    )
    assert done
    return dist, parent


def some_field(ground, rng):
    """Return (dist, parent) from a few random sources of a ground."""
    count = min(ground.open_cells.size, int(rng.integers(1, 4)))
    sources = rng.choice(ground.open_cells, count, replace=False)
    return searched(ground, [(int(cell), 0) for cell in sources])
