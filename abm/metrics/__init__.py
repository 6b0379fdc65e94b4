"""Outcomes of a run, from its recorded tables, never from the World."""

from abm.metrics.data import Data as Data
from abm.metrics.data import Recorded as Recorded
from abm.metrics.outcomes import outcomes as outcomes
from abm.metrics.outcomes import schema as schema
