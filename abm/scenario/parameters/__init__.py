"""Parameters: plain floats in code, evidence in data files.

How to add a parameter:

1. Add a field with its unit type (``abm.units``) to the frozen dataclass of its phase,
   ``abm/scenario/parameters/<phase>.py``, and say in the docstring what it means.
   A new phase also gets a line in ``KINDS`` below.
2. Add an entry of the same name to ``parameters/<phase>.toml`` of every shipped
   scenario: ``value``, ``unit`` (the one of the type), ``range`` (plausible low and
   high), ``basis`` (measured, estimated, assumed) and ``source`` (for ``assumed``:
   why). ``unit = "1"`` is a pure number.

The loader refuses a missing or unknown name, another unit than the code declares, a
value outside its own range, NaN and infinity. Fields are floats; the override path of
a parameter is ``<phase>.<name>``.
"""

import json
from collections.abc import Mapping
from dataclasses import fields
from math import isfinite
from typing import Any, Literal, get_type_hints

from pydantic import Field, ValidationError, model_validator

from abm.scenario.parameters.control import ControlParameters
from abm.scenario.parameters.convoy import ConvoyParameters
from abm.scenario.parameters.decide import DecideParameters
from abm.scenario.parameters.escalate import EscalateParameters
from abm.scenario.parameters.fight import FightParameters
from abm.scenario.parameters.fly import FlyParameters
from abm.scenario.parameters.map import MapParameters
from abm.scenario.parameters.move import MoveParameters
from abm.scenario.parameters.perceive import PerceiveParameters
from abm.scenario.parameters.supply import SupplyParameters
from abm.scenario.problems import explained, nearest, shown
from abm.scenario.schema import Strict, Text

KINDS: dict[str, type[Any]] = {
    "control": ControlParameters,
    "convoy": ConvoyParameters,
    "decide": DecideParameters,
    "escalate": EscalateParameters,
    "fight": FightParameters,
    "fly": FlyParameters,
    "map": MapParameters,
    "move": MoveParameters,
    "perceive": PerceiveParameters,
    "supply": SupplyParameters,
}
"""The dataclass of each phase that has parameters, by the name of its file."""
DIVISORS = frozenset(
    {
        "control.fade",
        "convoy.flow_memory",
        "decide.denial",
        "decide.hostile_weight",
        "decide.success_ratio",
        "decide.support_lag",
        "escalate.half_life",
        "escalate.reposition_half_life",
        "fight.reference_strength",
        "fight.town",
        "fly.crowd",
        "fly.cut_half",
        "fly.support_half",
        "fly.tracked_memory",
        "map.city",
        "map.garrison_town",
        "map.largest",
        "map.named",
        "map.part",
        "map.smallest",
        "map.strong",
        "move.advance",
        "move.foot_penalty",
        "move.open_ground",
        "move.pace_foot",
        "move.pace_motorised",
        "move.primary",
        "move.secondary",
        "move.track",
        "perceive.memory",
        "supply.open_decay",
        "supply.road_decay",
        "supply.stock_days",
    }
)
"""Parameters that something is divided by: above zero."""
TINY = 1e-9
"""Smallest value of them."""
REACHES = frozenset(
    {
        "convoy.enemy_reach",
        "decide.tension_reach",
        "decide.threat",
        "decide.zone",
        "move.bridging_clear",
        "perceive.recon_sight",
        "perceive.sight",
    }
)
"""Distances within which every cell is looked at."""
LONGEST = 2000.0
"""Longest of them, km."""


class Evidence(Strict):
    """A number and why we believe it.

    Attributes:
        value: used unless an experiment varies it.
        unit: must equal the unit the code declares.
        range: plausible low and high; experiments sample inside it.
        basis: measured in data, estimated from a study, or assumed by us.
        source: citation, or for ``assumed`` the reasoning.
    """

    value: float
    unit: str = Field(min_length=1, max_length=30)
    range: tuple[float, float]
    basis: Literal["measured", "estimated", "assumed"]
    source: Text

    @model_validator(mode="after")
    def _value_in_range(self) -> "Evidence":
        low, high = self.range
        if not low <= self.value <= high:
            raise ValueError(
                f"value outside its range {[low, high]} (got {self.value}); "
                "widen the range or change the value"
            )
        return self


class Parameters:
    """Parameters of all phases, one attribute a phase; never changes.

    Plain attributes, since rules read them all the time.
    """

    def __init__(self, phases: Mapping[str, Any]) -> None:
        self.__dict__.update(phases)

    def __getattr__(self, name: str) -> Any:
        """Refuse: only names that were not found come here."""
        raise AttributeError(f"no parameters of a phase {name!r}")

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: parameters change by ``Scenario.with_overrides`` only."""
        raise AttributeError("parameters are frozen; use Scenario.with_overrides")

    def __reduce__(self) -> tuple[type["Parameters"], tuple[dict[str, Any]]]:
        """Let a scenario be sent to another process."""
        return Parameters, (self.phases(),)

    def phases(self) -> dict[str, Any]:
        """Return the dataclass of each phase by name."""
        return dict(self.__dict__)


def units(kind: type[Any]) -> dict[str, str]:
    """Return the unit of each parameter that a dataclass declares."""
    hints = get_type_hints(kind, include_extras=True)
    return {part.name: str(hints[part.name].__metadata__[0]) for part in fields(kind)}


def evidence_of(
    raw: Mapping[str, Any], kind: type[Any], *, file: str
) -> tuple[dict[str, Evidence], list[str]]:
    """Return the evidence of one phase's parameters, and what is wrong with it.

    Args:
        raw: the parsed file.
        kind: dataclass that declares names and units.
        file: its name, for messages.
    """
    declared = units(kind)
    problems = [
        f"{file}: {name}: unknown parameter{nearest(name, declared)}"
        for name in raw.keys() - declared.keys()
    ]
    problems += [f"{file}: {name}: missing" for name in declared.keys() - raw.keys()]
    found: dict[str, Evidence] = {}
    for name in declared.keys() & raw.keys():
        try:
            text = json.dumps(raw[name], default=str)
            entry = Evidence.model_validate_json(text, strict=True)
        except ValidationError as error:
            problems += explained(
                error, file=file, where=name, fields=Evidence.model_fields
            )
            continue
        try:
            path = f"{file.rpartition('/')[2].removesuffix('.toml')}.{name}"
            checked_value(entry.value, path=path, evidence=entry)
        except ValueError as error:
            problems.append(f"{file}: {error}")
        if entry.unit != declared[name]:
            problems.append(
                f"{file}: {name}.unit: another unit than the code's "
                f"(got {shown(entry.unit)}); write {declared[name]!r}"
            )
        found[name] = entry
    return found, sorted(problems)


def checked_value(value: object, *, path: str, evidence: Evidence) -> float:
    """Return a new value of a parameter.

    Raises:
        ValueError: it is no finite number, negative where none is plausible, zero
            where something is divided by it, or a reach beyond any map.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{path}: not a number (got {shown(value)})")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        raise ValueError(f"{path}: not finite (got {shown(value)})")
    if number < 0 <= evidence.range[0]:
        raise ValueError(f"{path}: negative (got {value}); unit {evidence.unit}")
    if path in DIVISORS and number < TINY:
        raise ValueError(f"{path}: not above 0 (got {value}); {_plausible(evidence)}")
    if path in REACHES and number > LONGEST:
        raise ValueError(
            f"{path}: more than {LONGEST:g} km (got {value}); {_plausible(evidence)}"
        )
    return number


def _plausible(evidence: Evidence) -> str:
    low, high = evidence.range
    return f"plausible: {low:g} to {high:g} {evidence.unit}"
