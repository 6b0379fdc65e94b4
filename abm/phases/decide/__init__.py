"""Decide: once a day actors end missions, leave garrisons, give missions and routes."""

from abm.phases.decide.day import Decider as Decider
from abm.phases.decide.day import measure as measure
from abm.phases.decide.day import run as run
