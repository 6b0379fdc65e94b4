"""What a result depends on besides its inputs: the code and the libraries."""

import hashlib
import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("numpy", "numba", "mesa", "scipy")
"""Libraries named in every row."""

DECISIVE = ("code", "numpy", "numba")
"""Versions that must agree for a run to come out the same to the byte."""

NOT_THE_ENGINE = ("ui", "cli", "__main__.py", "explain", "scenarios")
"""Parts of ``abm`` that no result depends on; scenarios have a hash of their own."""


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions behind a run.

    Attributes:
        code: SHA-256 of the engine's source, first 16 digits.
        python: of the interpreter.
        libraries: name and version of each library, in order.
    """

    code: str
    python: str
    libraries: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, str]:
        """Return the versions by name."""
        return {"code": self.code, "python": self.python, **dict(self.libraries)}

    def decisive(self) -> dict[str, str]:
        """Return those that must agree for equal digests."""
        known = self.as_dict()
        return {name: known[name] for name in DECISIVE}


@cache
def versions() -> Versions:
    """Return the versions at work in this process."""
    return Versions(code_hash(), platform.python_version(), _libraries())


@cache
def code_hash() -> str:
    """Return the hash of the engine's source files, names included."""
    import abm

    root = Path(abm.__file__).parent
    total = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        inside = file.relative_to(root)
        if inside.parts[0] in NOT_THE_ENGINE:
            continue
        total.update(f"{inside.as_posix()}\n".encode())
        total.update(file.read_bytes())
    return total.hexdigest()[:16]


def _libraries() -> tuple[tuple[str, str], ...]:
    """Return name and version of the libraries that are installed."""
    found = []
    for name in LIBRARIES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, "none"))
    return tuple(found)
