"""Numbers that scoring reads, with their evidence: ``data/scoring.toml``."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from experiments.problems import StudyError

DATA = Path(__file__).parents[1] / "data"
"""Folder of the tables of facts."""

FILE = DATA / "scoring.toml"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the file says.

    Attributes:
        wounded_ratio: wounded per person killed.
        east_of: sites east of this longitude are scored, degrees.
        check_every: days between two checks of site control.
        window: length of a window in which incidents are counted, days.
        floor: weight of the even guess in a probability whose logarithm is taken.
        off_road: km of road that a km off the road counts for.
    """

    wounded_ratio: float
    east_of: float
    check_every: float
    window: float
    floor: float
    off_road: float


@cache
def numbers(file: Path = FILE) -> Numbers:
    """Return the numbers.

    Raises:
        StudyError: one is missing, unknown, or outside its own range.
    """
    found = tomllib.loads(file.read_text("utf-8"))
    known = [part.name for part in fields(Numbers)]
    problems = [f"{file.name}: {name}: missing" for name in known if name not in found]
    for name, entry in found.items():
        if name not in known:
            problems.append(f"{file.name}: {name}: unknown; known: {', '.join(known)}")
            continue
        low, high = entry["range"]
        if not low <= entry["value"] <= high:
            problems.append(
                f"{file.name}: {name}.value: outside its range {low} to {high} "
                f"(got {entry['value']})"
            )
    if problems:
        raise StudyError(problems)
    return Numbers(**{name: float(found[name]["value"]) for name in known})
