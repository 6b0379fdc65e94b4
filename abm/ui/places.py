"""Paths and addresses that come from the page: checked before anything is opened."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote

SEED_LIMIT = 2**53
"""Seeds below it are told apart by a browser too; those of sweeps are."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,119}")
MAX_DAY = 5000
MAX_CHANGED = 999


class PlaceError(ValueError):
    """A path or an address that the page may not have."""


@dataclass(frozen=True)
class Link:
    """What the address of the page asks for.

    Attributes:
        what: a scenario's name or a run's folder name, empty for the default.
        seed: of a new run.
        day: to start on.
        theme: ``light`` or ``dark``.
        panel: panel to open.
        cell_km: side of a cell, ``None`` for the scenario's own.
        play: start playing at once.
        saved: ``what`` is a saved run.
        days: length of a new run, ``None`` for the scenario's own.
        sweep: name of a sweep, empty for none; ``row`` is the number of a run in it.
        row: see ``sweep``.
        changed: values and changes that the run had and the address has no room for.
    """

    what: str = ""
    seed: int = 1
    day: float = 0.0
    theme: str = "light"
    panel: str = "now"
    cell_km: float | None = None
    play: bool = True
    saved: bool = False
    days: int | None = None
    changed: int = 0
    sweep: str = ""
    row: int = 0

    def query(self) -> str:
        """Return it as the query of an address."""
        cell = f"&cell={self.cell_km:g}" if self.cell_km else ""
        kind = "run" if self.saved else "scenario"
        days = f"&days={self.days}" if self.days is not None else ""
        changed = f"&changed={self.changed}" if self.changed else ""
        if self.sweep:
            start = f"?sweep={quote(self.sweep)}&row={self.row}&day={self.day:g}"
            return f"{start}{changed}"
        start = f"?{kind}={self.what}&seed={self.seed}&day={self.day:g}"
        return f"{start}{cell}{days}{changed}"


def link_of(query: str) -> Link:
    """Return what a query asks for; anything odd is left at its default."""
    asked = {
        name: values[-1] for name, values in parse_qs(query.removeprefix("?")).items()
    }
    day, cell = (_number(asked.get(name, "")) for name in ("day", "cell"))
    seed, days = (_whole(asked.get(name, "")) for name in ("seed", "days"))
    sweep = asked.get("sweep", "")
    what = asked.get("run") or asked.get("scenario") or ""
    return Link(
        what=what if NAME.fullmatch(what) else "",
        seed=seed if seed is not None and seed < SEED_LIMIT else 1,
        day=day if day is not None and 0 <= day <= MAX_DAY else 0.0,
        theme="dark" if asked.get("theme") == "dark" else "light",
        panel=asked.get("panel", "now") if asked.get("panel", "").isalpha() else "now",
        cell_km=cell if cell is not None and 1 <= cell <= 100 else None,
        play=asked.get("play", "1") != "0",
        days=days if days is not None and 1 <= days <= MAX_DAY else None,
        sweep=sweep if all(map(NAME.fullmatch, sweep.split("/"))) else "",
        row=_whole(asked.get("row", "")) or 0,
        changed=min(_whole(asked.get("changed", "")) or 0, MAX_CHANGED),
    )


def _number(text: str) -> float | None:
    if not re.fullmatch(r"\d{1,10}(\.\d{1,4})?", text):
        return None
    return float(text)


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,16}", text) else None


def inside(root: Path, name: str) -> Path:
    """Return the path of ``name`` in ``root``.

    Raises:
        PlaceError: it would lie outside, or does not exist.
    """
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise PlaceError(f"{name}: outside the data folder")
    if not path.exists():
        raise PlaceError(f"{name}: no such file in the data folder")
    return path


def runs_in(root: Path) -> list[Path]:
    """Return the saved runs below ``root/runs``, the newest first."""
    manifests = (root / "runs").glob("*/manifest.json")
    ordered = sorted(manifests, key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.parent for path in ordered]
