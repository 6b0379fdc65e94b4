"""The parameters that calibration may touch: those whose basis is ``assumed``."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from abm.scenario import Scenario, paths
from abm.scenario.problems import nearest
from abm.units import FloatArray
from experiments.problems import StudyError

ASSUMED = "assumed"
WINDOW = 0.5
"""Share of a plausible range that is looked at about the default, at most."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A parameter with its plausible range, which is its prior.

    Attributes:
        path: as in ``--set``.
        value: its default.
        low: lower end.
        high: upper end.
        unit: its unit.
    """

    path: str
    value: float
    low: float
    high: float
    unit: str

    def at(self, unit: float) -> float:
        """Return the value at a coordinate of the unit interval."""
        return self.low + (self.high - self.low) * unit

    def about(self, share: float) -> float:
        """Return the coordinate at a share of the window about the default.

        The window ends where the plausible range does.
        """
        middle = (self.value - self.low) / (self.high - self.low)
        low, high = max(0.0, middle - WINDOW / 2), min(1.0, middle + WINDOW / 2)
        return low + (high - low) * share


def candidates(scenario: Scenario) -> tuple[Candidate, ...]:
    """Return every assumed parameter that has a plausible range of some width."""
    phases = scenario.parameters.phases()
    return tuple(
        Candidate(one.path, float(one.value), float(one.low), float(one.high), one.unit)
        for one in paths(scenario)
        if one.path.split(".")[0] in phases
        and scenario.evidence[one.path].basis == ASSUMED
        and one.low is not None
        and one.high is not None
        and one.low < one.high
    )


def point(found: Sequence[Candidate], unit: FloatArray) -> dict[str, float]:
    """Return values by path at a point of the unit cube."""
    return {
        one.path: one.at(float(share)) for one, share in zip(found, unit, strict=True)
    }


def point_about(found: Sequence[Candidate], unit: FloatArray) -> dict[str, float]:
    """Return values by path at a point of the unit cube laid over the windows."""
    return {
        one.path: one.at(one.about(float(share)))
        for one, share in zip(found, unit, strict=True)
    }


def refuse_implausible(
    values: Mapping[str, float], scenario: Scenario, *, where: str
) -> None:
    """Refuse values outside the plausible ranges of the evidence.

    Raises:
        StudyError: naming every such value, or a path that the scenario lacks.
    """
    known = {one.path: one for one in paths(scenario)}
    problems = []
    for path, value in values.items():
        one = known.get(path)
        if one is None:
            problems.append(f"{where}: {path}: no such path{nearest(path, known)}")
        elif not _least(one.low) <= value <= _most(one.high):
            problems.append(
                f"{where}: {path}: outside its plausible range {one.low:g} to "
                f"{one.high:g} (got {value:g})"
            )
    if problems:
        raise StudyError(problems)


def _least(low: float | None) -> float:
    """Return the lower end of a range."""
    return -math.inf if low is None else low


def _most(high: float | None) -> float:
    """Return the upper end of a range."""
    return math.inf if high is None else high
