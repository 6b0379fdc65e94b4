"""Whom and where the claims and the patterns name, in the ids of the scenario."""

from dataclasses import dataclass

from abm.theatre import Theatre


@dataclass(frozen=True)
class Parties:
    """Whom and where the claims and the patterns name.

    Attributes:
        city: site that everyone wants.
        other: the place it is compared with.
        north: the northern city, which the SDF are to take.
        loyalist: bloc of the relievers.
        coalition: bloc it meets.
        isis: who loses ground and strikes back.
        tanf: the southern proxies.
        sdf: the northern proxies.
        iran: who wants the road.
        road: its objective.
        recipient: who is to be supplied by it.
        pair: the two actors whose aircraft met before the start.
    """

    city: str = "P001"
    other: str = "P051"
    north: str = "P009"
    loyalist: str = "loyalist"
    coalition: str = "coalition"
    isis: str = "isis"
    tanf: str = "tanf"
    sdf: str = "sdf"
    iran: str = "iran"
    road: str = "open_route"
    recipient: str = "syria"
    pair: tuple[str, str] = ("syria", "us")


PARTIES = Parties()
"""Those of ``deir_ezzor_2017``."""


def road_row(theatre: Theatre, parties: Parties) -> int | None:
    """Return the row of the wanted road among the objectives, if there is one."""
    for row, objective in enumerate(theatre.objectives):
        owner = theatre.actors[objective.actor].id
        if (owner, objective.spec.id) == (parties.iran, parties.road):
            return row
    return None
