"""Defaults: the posterior's median written into a scenario's parameter files."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from abm.scenario import Scenario
from abm.units import FloatArray
from abm.whole import write_whole
from experiments.calibration.candidates import Candidate, refuse_implausible
from experiments.ensemble import Ensemble
from experiments.problems import StudyError

NOTE = " Calibrated: median of the scenario's ensemble (docs/posterior.md); before, "
UNIDENTIFIED = 0.8
"""A marginal whose spread is this much of the prior's has learned too little.

The medians of single marginals need not go together; see docs/history.md.
"""

DIGITS = 3
"""Significant digits of a default; the posterior does not know more."""


def spread(values: FloatArray, weights: FloatArray, one: Candidate) -> float:
    """Return the standard deviation over that of the even prior on the range."""
    mean = float(weights @ values)
    deviation = np.sqrt(weights @ (values - mean) ** 2)
    return float(deviation / ((one.high - one.low) / np.sqrt(12)))


def identified(found: Ensemble, chosen: Sequence[Candidate]) -> dict[str, float]:
    """Return the medians of the parameters of which something was learned."""
    medians = found.median()
    return {
        one.path: medians[one.path]
        for one in chosen
        if spread(found.values[one.path].to_numpy(), found.weights, one) <= UNIDENTIFIED
    }


def set_defaults(values: Mapping[str, float], scenario: Scenario) -> tuple[Path, ...]:
    """Write values into ``parameters/<phase>.toml``, each with a note on its source.

    Args:
        values: by path, as ``fight.attrition``.
        scenario: whose folder it is, and whose plausible ranges bind.

    Returns:
        The files written.

    Raises:
        StudyError: a value outside its range, or a block that is not found; nothing
            is written.
    """
    rounded = {path: float(f"{value:.{DIGITS}g}") for path, value in values.items()}
    refuse_implausible(rounded, scenario, where="posterior")
    texts: dict[Path, str] = {}
    for path, value in rounded.items():
        phase, name = path.split(".")
        file = scenario.folder / "parameters" / f"{phase}.toml"
        text = texts.get(file) or file.read_text(encoding="utf-8")
        texts[file] = _with_value(text, name, value=value, where=f"{file}: {path}")
    for file, text in texts.items():
        write_whole(file, text)
    return tuple(texts)


def _with_value(text: str, name: str, *, value: float, where: str) -> str:
    """Return a file's text with one block's value and its note replaced."""
    block = re.search(rf"^\[{re.escape(name)}\]\n(?:(?!\[).*\n?)*", text, re.MULTILINE)
    old = block and re.search(r"^value = (.+)$", block[0], re.MULTILINE)
    source = block and re.search(r'^source = "(.*)"$', block[0], re.MULTILINE)
    if not (block and old and source):
        raise StudyError([f"{where}: no block with value and source in this file"])
    reason, _, before = source[1].partition(NOTE)
    note = f"{NOTE}{before or old[1] + '.'}"
    changed = block[0].replace(old[0], f"value = {value:g}")
    changed = changed.replace(source[0], f'source = "{reason}{note}"')
    return text[: block.start()] + changed + text[block.end() :]
