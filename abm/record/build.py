"""Which function builds which table from the raw rows of a run."""

from collections.abc import Callable

import pyarrow as pa

from abm.record import daily, flown, happenings
from abm.record.log import Log
from abm.theatre import Theatre

BUILDERS: dict[str, Callable[[Log, Theatre], pa.Table]] = {
    "events": happenings.events,
    "decisions": happenings.decisions,
    "actors": daily.actors,
    "sites": daily.sites,
    "dyads": daily.dyads,
    "incidents": happenings.incidents,
    "hazards": daily.hazards,
    "convoys": happenings.convoys,
    "deliveries": daily.deliveries,
    "losses": daily.losses,
    "sorties": lambda log, theatre: flown.sorties(log.sorties, theatre),
    "crossings": daily.crossings,
    "segments": daily.segments,
    "formations": happenings.formations,
    "cells": happenings.cells,
}
