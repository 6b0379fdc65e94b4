"""Rules of the air: who flies where, what it does, who sees it, who shoots at it.

Pure functions on arrays; only ``abm.phases.fly`` writes what they return.
"""
