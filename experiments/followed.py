"""Which outcomes a study's runs will have, known before any of them is made."""

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from abm.record.frames import INCIDENT_KINDS
from abm.scenario.problems import nearest
from experiments.problems import StudyError
from experiments.rows import INCIDENTS, flattened
from experiments.run import Case, Cases, run_case, scenario_of

CHANGES = "site_changes."
"""Outcomes of sites that changed hands; of the others there is none."""


def refuse_unknown(cases: Cases) -> None:
    """Refuse a study that follows or wants outcomes which no run of it will have.

    Raises:
        StudyError: naming each, and the nearest that there is.
    """
    study, known = cases.study, outcomes_of(cases.case(0))
    wanted = {"outcome": study.outcome.partition("=")[0]}
    wanted |= {f"outcomes[{row}]": one for row, one in enumerate(study.outcomes)}
    problems = [
        f"{study.name}: {where}: no such outcome (got {name!r}){nearest(name, known)}"
        for where, name in wanted.items()
        if not any(fnmatchcase(one, name) for one in known)
    ]
    if problems:
        raise StudyError(problems)


def outcomes_of(case: Case) -> set[str]:
    """Return the names of all outcomes that a run can have; runs its first day."""
    first = run_case(replace(case, days=1, map_days=()))
    return {*flattened(first.outcomes), *_at_times(case)}


def _at_times(case: Case) -> Iterator[str]:
    """Yield names that only runs have in which something happened."""
    for kind in INCIDENT_KINDS:
        yield f"{INCIDENTS}{kind}"
    for site in scenario_of(case.scenario).sites:
        yield f"{CHANGES}{site.id}"
