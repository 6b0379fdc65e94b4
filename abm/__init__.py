"""Flashpoint: an agent-based model of competing actors, derived from a text.

The names below are loaded on first use, so that ``import abm`` stays cheap.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abm.model import ConflictModel as ConflictModel
    from abm.record.replay import read_run as read_run
    from abm.scenario import load_scenario as load_scenario

__version__ = "0.1.0"
__all__ = ["ConflictModel", "__version__", "load_scenario", "read_run"]

_HOMES = {
    "ConflictModel": "abm.model",
    "load_scenario": "abm.scenario",
    "read_run": "abm.record.replay",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'abm' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
