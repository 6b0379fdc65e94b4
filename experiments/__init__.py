"""Headless experiments: many runs, their store, and what they say.

Names are resolved on first use, so that importing the package (as ``abm --help``
does) loads neither pandas nor the engine.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.results import read_results
    from experiments.study import load_study
    from experiments.sweeps import sweep

__all__ = ["load_study", "read_results", "sweep"]

_HOMES = {
    "load_study": "experiments.study",
    "read_results": "experiments.results",
    "sweep": "experiments.sweeps",
}


def __getattr__(name: str) -> object:
    """Return a public function, importing its module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'experiments' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
