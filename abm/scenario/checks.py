"""Check the parts of a scenario against each other."""

from abm.scenario.reader import Reader
from abm.scenario.relations import RelationsFile
from abm.scenario.scenario import Scenario


def check(scenario: Scenario, relations: RelationsFile, reader: Reader) -> None:
    """Report everything in a scenario that does not fit together."""
