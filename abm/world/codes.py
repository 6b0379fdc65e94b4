"""What the numbers in the World's columns of states, tasks and kinds stand for."""

ACTIVE, BROKEN, GONE = 0, 1, 2
"""Status of a formation: fights; withdraws; surrendered, dissolved or destroyed."""

TASKS = ("ground", "support", "interdiction", "patrol", "reconnaissance", "airdrop")
"""What an air asset can be told to do; ``ground`` is to stay on the ground."""

MISSIONS = (
    "hold",
    "attack",
    "screen",
    "raid",
    "bridge",
    "withdraw",
    "reserve",
    "clear",
)
"""Kinds of mission a group of formations can have."""

MISSION_ACTIVE, MISSION_DONE, MISSION_ENDED = 0, 1, 2
"""Status of a mission: in force; reached its aim; given up."""

CROSSING_CLOSED, CROSSING_BOATS, CROSSING_ROAD, CROSSING_PONTOON = 0, 1, 2, 3
"""State of a crossing: no way over; boats on foot; bridge or dam road; pontoon."""

CONVOY_MOVING, CONVOY_DELIVERED, CONVOY_LOST, CONVOY_RETURNED = 0, 1, 2, 3
