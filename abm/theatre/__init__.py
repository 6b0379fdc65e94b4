"""The theatre: a scenario on a grid, as read-only arrays that never change in a run."""

from abm.theatre.assembly import build as build
from abm.theatre.table import Theatre as Theatre
from abm.theatre.values import Objective as Objective
from abm.theatre.values import Zone as Zone
