"""The server that the browser tests ask: ours, with one seed on which it breaks.

Run as ``python server.py SCENARIO PORT``. An error inside the engine cannot be asked
for from a page, so one seed is reserved for it here, and nowhere else.
"""

import sys

from abm.model import ConflictModel
from abm.ui.serve import launch

BROKEN_SEED, BROKEN_TICK = 13013, 40
step = ConflictModel.step


def failing_step(model: ConflictModel) -> None:
    """Step, except where a test wants to see what an error looks like."""
    if model.seed_value == BROKEN_SEED and model.world.tick == BROKEN_TICK:
        raise ValueError("rows 3 and 4 lost their cell")
    step(model)


if __name__ == "__main__":
    ConflictModel.step = failing_step
    sys.exit(launch(sys.argv[1], port=int(sys.argv[2]), browser=False))
