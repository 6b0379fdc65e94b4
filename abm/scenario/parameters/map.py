"""Parameters of the map at the start: who holds what, where formations stand."""

from dataclasses import dataclass

from abm.units import Km, Persons, Share


@dataclass(frozen=True)
class MapParameters:
    """Parameters of the map at the start.

    Attributes:
        connector: longest link from a crossing to the nearest road of its bank.
        reach: how far an unmanned place without inhabitants holds the ground
            around it.
        reach_people: how much farther a city does.
        reach_force: how much farther a strongly garrisoned place does.
        reach_scattered: added reach of an actor who lives off the land: few roads,
            no lines, no rival within it.
        reach_passive: reach of a passive holder's place, whatever its size.
        city: inhabitants from which a place counts as a city.
        strong: persons from which a place counts as strongly garrisoned.
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
    reach: Km
    reach_people: Km
    reach_force: Km
    reach_scattered: Km
    reach_passive: Km
    city: Persons
    strong: Persons
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
