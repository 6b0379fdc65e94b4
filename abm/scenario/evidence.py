"""Evidence of every number that stands in a scenario's own files.

``evidence.toml`` says for a pattern of paths (``actors.*.pool``) which unit and
plausible range its numbers have and how we know them; the row's own citation or
source is put in front. The pattern with the fewest stars applies.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, ValidationError

from abm.scenario.parameters import Evidence
from abm.scenario.paths import values
from abm.scenario.problems import explained
from abm.scenario.reader import Reader
from abm.scenario.scenario import Scenario
from abm.scenario.schema import Citation, Strict, Text

FILE = "evidence.toml"


class EvidenceRow(Strict):
    """What is known about the values at a pattern of paths.

    Attributes:
        path: pattern; ``*`` stands for one part.
        unit: of numbers; leave out for words and switches.
        range: plausible low and high.
        factor: range as multiples of the value, instead of ``range``.
        columns: range from the row's own columns low and high, instead.
        limit: no end of the range lies above this.
    """

    path: Text
    unit: str | None = None
    range: tuple[float, float] | None = None
    factor: tuple[float, float] | None = None
    columns: bool = False
    limit: float | None = None
    basis: Literal["measured", "estimated", "assumed"]
    source: Text


class EvidenceFile(Strict):
    """``evidence.toml``."""

    evidence: tuple[EvidenceRow, ...] = Field(default=())


Patterns = list[tuple[list[str], EvidenceRow]]


def _row_for(path: str, patterns: Patterns) -> EvidenceRow | None:
    """Return the row whose pattern fits a path with the fewest ``*``."""
    parts = path.split(".")
    fitting = [
        row
        for wanted, row in patterns
        if len(wanted) == len(parts)
        and all(word in ("*", part) for word, part in zip(wanted, parts, strict=True))
    ]
    return min(fitting, key=lambda row: row.path.count("*"), default=None)


def evidence_for(
    scenario: Scenario, file: EvidenceFile, reader: Reader
) -> dict[str, Evidence]:
    """Return the evidence of every number by path; report numbers without.

    Args:
        scenario: with the evidence of its parameters only.
        file: its ``evidence.toml``.
        reader: takes the problems.
    """
    found = dict(scenario.evidence)
    used: set[str] = set()
    patterns = [(row.path.split("."), row) for row in file.evidence]
    for path, value in values(scenario).items():
        if path in found:
            continue
        row = _row_for(path, patterns)
        if row is None:
            reader.report(FILE, path, "no evidence fits this path; add a row")
            continue
        used.add(row.path)
        if isinstance(value, bool | str):
            entry = None
        else:
            entry = _entry(scenario, path, row, value=value, reader=reader)
        if entry is not None:
            found[path] = entry
        scenario.reasons[path] = (row.basis, _source(scenario, path, row))
    for row in file.evidence:
        if row.path not in used and reader.sound:
            reader.report(FILE, row.path, "no path of the scenario fits; take it out")
    return found


def _entry(
    scenario: Scenario, path: str, row: EvidenceRow, *, value: float, reader: Reader
) -> Evidence | None:
    if row.range is None and row.factor is None and not row.columns:
        what = "a number without a plausible range; give range, factor or columns"
        reader.report(FILE, row.path, what)
        return None
    low, high = row.range or (value, value)
    if row.factor is not None:
        low, high = sorted(value * part for part in row.factor)
    if row.columns:
        record = _record(scenario, path)
        low, high = getattr(record, "low", value), getattr(record, "high", value)
        if not low <= value <= high:
            return None  # reported for the row itself
    if row.limit is not None:
        low, high = min(low, row.limit), min(high, row.limit)
    try:
        return Evidence(
            value=value,
            unit=row.unit or "1",
            range=(low, high),
            basis=row.basis,
            source=_source(scenario, path, row),
        )
    except ValidationError as error:
        reader.problems += explained(
            error, file=FILE, where=path, fields=EvidenceRow.model_fields
        )
        return None


def _record(scenario: Scenario, path: str) -> Strict | None:
    table, name, *_ = path.split(".")
    rows: Mapping[str, tuple[Strict, ...]] = {
        "forces": scenario.forces,
        "air": scenario.air,
        "crossings": scenario.crossings,
        "sites": scenario.sites,
        "rules": scenario.rules,
    }
    matching = [r for r in rows.get(table, ()) if getattr(r, "id", "") == name]
    return matching[0] if matching else None


def _citation(scenario: Scenario, path: str) -> Citation | str:
    parts = path.split(".")
    match parts:
        case ["actors", actor, "objectives", objective, _]:
            specs = scenario.actor(actor).objectives
            return next(spec.source for spec in specs if spec.id == objective)
        case ["actors", actor, "patrons", patron, _]:
            return scenario.relations.sources[f"patronage {actor} {patron}"]
        case ["relations", a, b, name]:
            kind = "stance" if name == "stance" else "pair"
            return scenario.relations.sources.get(f"{kind} {a} {b}", "")
        case _:
            return getattr(_record(scenario, path), "source", "")


def _source(scenario: Scenario, path: str, row: EvidenceRow) -> str:
    own = _citation(scenario, path)
    if isinstance(own, Citation):
        own = f'{own.document} {own.sentence}: "{own.quote}"'
    return f"{own}. {row.source}" if own else row.source


def reason(scenario: Scenario, path: str) -> tuple[str, str]:
    """Return basis and source of the value at a path."""
    if path in scenario.reasons:
        return scenario.reasons[path]
    evidence = scenario.evidence[path]
    return evidence.basis, evidence.source
