"""World: everything that changes during a run, as arrays.

Only phases write here. Row ``i`` of every array in a table is the same thing; rows
are never deleted or reused within a run. ``journal`` is what one tick leaves for the
recorder; it is not state.
"""

from abm.world.codes import ACTIVE as ACTIVE
from abm.world.codes import BROKEN as BROKEN
from abm.world.codes import CONVOY_DELIVERED as CONVOY_DELIVERED
from abm.world.codes import CONVOY_LOST as CONVOY_LOST
from abm.world.codes import CONVOY_MOVING as CONVOY_MOVING
from abm.world.codes import CONVOY_RETURNED as CONVOY_RETURNED
from abm.world.codes import CROSSING_BOATS as CROSSING_BOATS
from abm.world.codes import CROSSING_CLOSED as CROSSING_CLOSED
from abm.world.codes import CROSSING_PONTOON as CROSSING_PONTOON
from abm.world.codes import CROSSING_ROAD as CROSSING_ROAD
from abm.world.codes import GONE as GONE
from abm.world.codes import MISSION_ACTIVE as MISSION_ACTIVE
from abm.world.codes import MISSION_DONE as MISSION_DONE
from abm.world.codes import MISSION_ENDED as MISSION_ENDED
from abm.world.codes import MISSIONS as MISSIONS
from abm.world.codes import TASKS as TASKS
from abm.world.ground import Cells as Cells
from abm.world.ground import Crossings as Crossings
from abm.world.ground import Formations as Formations
from abm.world.ground import Missions as Missions
from abm.world.ground import Sites as Sites
from abm.world.journal import Journal as Journal
from abm.world.parties import Actors as Actors
from abm.world.parties import Air as Air
from abm.world.parties import Convoys as Convoys
from abm.world.parties import Deliveries as Deliveries
from abm.world.parties import Dyads as Dyads
from abm.world.parties import Zones as Zones
from abm.world.state import TABLES as TABLES
from abm.world.state import World as World
