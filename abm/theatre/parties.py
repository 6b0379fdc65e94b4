"""Who is in a theatre: holders, blocs, stances, and pairs at the start."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from abm.scenario import Scenario
from abm.units import BoolArray

NOBODY_NAME = "nobody"
STANCES = ("war", "allied", "partner", "deconflicted")
"""Stances that are columns of the theatre; every other pair is neutral."""
_PASSIVE_COLOUR = "#b7ada0"
_NOBODY_COLOUR = "#e9e4d8"


def columns(scenario: Scenario, country_names: tuple[str, ...]) -> dict[str, Any]:
    """Return the theatre's columns of holders: actors, passive holders, nobody."""
    actors = scenario.actors
    names = (*(a.id for a in actors), *scenario.holders, NOBODY_NAME)
    index = {name: row for row, name in enumerate(names)}
    blocs = [*(a.bloc for a in actors), *scenario.holders, NOBODY_NAME]
    bloc_names = tuple(dict.fromkeys(blocs))
    passive = (_PASSIVE_COLOUR,) * len(scenario.holders)
    stance = {kind: _pairs(scenario, index, kind) for kind in STANCES}
    enter = np.array(
        [[name in actor.countries for name in country_names] for actor in actors]
    )
    friend = stance["allied"][: len(actors)]
    return {
        "holder_names": names,
        "holder_index": index,
        "bloc": np.array([bloc_names.index(bloc) for bloc in blocs], dtype=np.int8),
        "bloc_names": bloc_names,
        "colours": (*(a.colour for a in actors), *passive, _NOBODY_COLOUR),
        **stance,
        "friend": friend.copy(),
        "may_enter": enter,
        "side_may_enter": friend[:, : len(actors)] @ enter,
        **_dyads(scenario),
    }


def _pairs(scenario: Scenario, index: Mapping[str, int], kind: str) -> BoolArray:
    """Return the ordered pairs of one stance; everyone is allied to itself."""
    found = np.eye(len(index), dtype=bool) & (kind == "allied")
    for (one, other), stance in scenario.relations.stance.items():
        if stance == kind and one != other:
            found[index[one], index[other]] = True
    return found


def _dyads(scenario: Scenario) -> dict[str, Any]:
    """Return channels, tension and rung of pairs of actors at the start."""
    n = len(scenario.actors)
    row = {actor.id: position for position, actor in enumerate(scenario.actors)}
    relations = scenario.relations
    found: dict[str, np.ndarray[Any, Any]] = {
        "tension0": np.zeros((n, n)),
        "rung0": np.zeros((n, n), dtype=np.int8),
        "air_channel0": np.zeros((n, n), dtype=bool),
        "ground_channel0": np.zeros((n, n), dtype=bool),
    }
    values = (
        relations.tension,
        relations.rung,
        relations.air_channel,
        relations.ground_channel,
    )
    for column, pairs in zip(found.values(), values, strict=True):
        for (one, other), value in pairs.items():
            column[row[one], row[other]] = value
    return found
