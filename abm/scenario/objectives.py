"""Types of objective and the targets each of them needs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Targets:
    """Keys an objective's target must and may have, and its meaning in one line."""

    required: frozenset[str]
    optional: frozenset[str]
    meaning: str


def _needs(required: str, meaning: str, optional: str = "") -> Targets:
    return Targets(frozenset(required.split()), frozenset(optional.split()), meaning)


TARGETS = {
    "relieve": _needs("sites", "a friendly supply path reaches the besieged sites"),
    "control_site": _needs("sites", "the sites are its own side's"),
    "hold": _needs("", "keep what it holds", "sites"),
    "advance": _needs("area", "sites and roads of the area are its own side's"),
    "control_border": _needs("segment", "cells and crossings of the border are held"),
    "foothold": _needs("area", "ground across the river is held within supply"),
    "open_route": _needs("from to", "a road from gate to site is open and used"),
    "deliver": _needs("recipient", "tonnes planned for the recipient arrive", "to"),
    "deny_route": _needs("actor objective", "the opponent's road stays shut"),
    "prevent_transfer": _needs("actor objective", "the opponent's cargo stays out"),
    "weaken": _needs("actor", "the opponent loses strength and held value"),
    "defeat": _needs("actor", "the opponent's sites and strength are gone"),
    "cut_off": _needs(
        "actor site", "the opponent cannot get to the site", "area forces by"
    ),
    "cut_road": _needs("actor from to", "the opponent cannot use the road"),
    "protect": _needs("actor", "the protected loses few people"),
    "support": _needs("actor objective", "the supported actor gets what it wants"),
    "track": _needs("actor area", "the other's sorties in the area are tracked"),
    "limit_losses": _needs("", "own losses stay below what is tolerated"),
    "avoid_escalation": _needs("actor", "tension with the other stays low"),
    "besiege": _needs("sites", "the sites stay cut off"),
    "survive": _needs("", "strength and sites remain"),
}
"""Objective types by name, as in MODEL section 3."""

SITE_KEYS = frozenset({"site", "sites", "from", "to"})
"""Target keys whose values are site ids."""
ACTOR_KEYS = frozenset({"actor", "recipient"})
"""Target keys whose values are actor ids."""
