"""Modules that are loaded when something of them is first asked for.

The standard library's ``LazyLoader`` does not serve: Mesa looks at its callers with
``inspect.stack`` as it is imported, which asks every module for its file, and that
loads them all.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import Any

BEHIND_MESA = ("pandas", "networkx", "mesa.experimental", "mesa.discrete_space")
"""What ``import mesa`` brings along and no tick needs: half of its second."""
APART = ("mesa.experimental", "mesa.discrete_space")
"""Packages whose parts do without the whole: Mesa 3.5's model takes parts of them."""
HINTS = {"pandas": ("DataFrame",)}
"""Names that types of arguments are given by as Mesa 3.5 is imported."""
BEHIND_SCIPY = ("numpy.f2py", "numpy.ma", "numpy.testing", "numpy.core")
"""What ``import scipy.special`` takes up by name alone, from all of NumPy."""
KNOWN = ("__class__", "__dict__", "__file__", "__name__", "__spec__")
"""What a module that has not been loaded can be asked for all the same."""


class _Waiting(ModuleType):
    """A module that has been found, but not loaded yet."""

    def __getattribute__(self, name: str) -> Any:
        """Return an attribute; load the module first unless it does without."""
        found = object.__getattribute__(self, "__dict__")
        load = None if name in KNOWN else found.get("__later__")
        if load is None or (name == "__path__" and found["__name__"] in APART):
            return object.__getattribute__(self, name)
        if name in found.get("__hints__", ()):
            return object
        load(self)
        return object.__getattribute__(self, name)


class _Later(Loader):
    """Loads a module when it is first asked for something."""

    def __init__(self, loader: Loader) -> None:
        self._loader, self._lock, self._begun = loader, RLock(), False

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Return the module that the usual loader makes."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Leave the module to wait."""
        module.__dict__["__later__"] = self._load
        module.__dict__["__hints__"] = HINTS.get(module.__name__, ())
        module.__class__ = _Waiting

    def _load(self, module: ModuleType) -> None:
        """Load the module, once; other threads wait until it is whole."""
        with self._lock:
            if self._begun:
                return
            self._begun = True
            known = sys.modules.setdefault(module.__name__, module)
            if known is module:
                self._loader.exec_module(module)
            else:  # it was taken off the list, and somebody else has loaded it
                module.__dict__.update(vars(known))
            del module.__dict__["__later__"]
            module.__dict__.pop("__hints__", None)
            module.__class__ = ModuleType


class _Finder(MetaPathFinder):
    """Finds some modules as usual, but lets them wait."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def find_spec(self, name: str, path: Any, _: Any = None) -> ModuleSpec | None:
        """Return the spec of a module that can wait, None of all others."""
        spec = PathFinder.find_spec(name, path) if name in self._names else None
        if spec is None or spec.loader is None:
            return None
        spec.loader = _Later(spec.loader)
        return spec


@contextmanager
def later(*names: str) -> Iterator[None]:
    """Let imports in the block put off the loading of the modules named.

    A module that is loaded already stays as it is, and one that isn't there fails to
    import as usual. In the block a name of ``HINTS`` is but a stand-in for the type.
    """
    finder = _Finder(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in names:
            if type(sys.modules.get(name)) is _Waiting:
                sys.modules[name].__dict__.pop("__hints__", None)


def unlist(*names: str) -> None:
    """Take modules that still wait off Python's list of what has been imported.

    Some look there for what they need not care about, and would load it by looking.
    Who has the module already can still use it.
    """
    for name in names:
        if type(sys.modules.get(name)) is _Waiting:
            del sys.modules[name]


class _Absent(MetaPathFinder):
    """Says of one module that it isn't there."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, name: str, *_: Any) -> None:
        """Find nothing, and let nobody else look for the one."""
        if name == self._name:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@contextmanager
def absent(name: str) -> Iterator[None]:
    """Let a module seem not to be installed in the block; it stays as it was after."""
    finder, kept = _Absent(name), sys.modules.pop(name, None)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        if kept is not None:
            sys.modules[name] = kept
