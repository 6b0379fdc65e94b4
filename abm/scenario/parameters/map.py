"""Parameters of the map at the start: who holds what, where formations stand."""

from dataclasses import dataclass

from abm.units import Km, Persons, Share


@dataclass(frozen=True)
class MapParameters:
    """Parameters of the map at the start.

    Attributes:
        connector: longest link from a crossing to the nearest road of its bank.
        reach_least: how far an empty place holds the ground around it.
        reach: how far a strong one does.
        reach_force: how far a mobile row of the order of battle does around its own
            position.
        reach_behind: how far any place holds ground that no place of another party
            can defend.
        reach_scattered: how far an actor who lives off the land holds ground that
            nobody else has reached.
        reach_passive: how far a passive holder's place reaches, whatever its size.
        reach_contested: how far a place that is fought over does.
        rival_share: greatest reach relative to the distance to the nearest place of
            a rival.
        strong: persons under arms that make a place a strong one.
        people_share: what an inhabitant adds to that, in persons under arms.
        city: inhabitants from which a place draws its full share of formations.
        road_share: effort of a km along a road relative to one across open steppe,
            when ground is divided between places.
        part: wanted size of a formation.
        smallest: least size of a formation, where its row is not smaller itself.
        largest: greatest size of a formation.
        near: distance from a row's named places within which its parts may stand at
            other places of its own side.
        named: weight of a place named by a row relative to another one near it.
        garrison_least: garrison of the smallest inhabited place of an actor who
            lives off the land.
        garrison_most: garrison of a town of its.
        garrison_town: inhabitants from which the greatest garrison is kept.
        garrison_share: most of a row that may be tied down in such garrisons.
    """

    connector: Km
    reach_least: Km
    reach: Km
    reach_force: Km
    reach_behind: Km
    reach_scattered: Km
    reach_passive: Km
    reach_contested: Km
    rival_share: Share
    strong: Persons
    people_share: Share
    city: Persons
    road_share: Share
    part: Persons
    smallest: Persons
    largest: Persons
    near: Km
    named: Share
    garrison_least: Persons
    garrison_most: Persons
    garrison_town: Persons
    garrison_share: Share
