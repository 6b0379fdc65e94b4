"""Parameters of the fight phase."""

from dataclasses import dataclass

from abm.units import Km, PerDay, Persons, PersonsPerKm, Share


@dataclass(frozen=True)
class FightParameters:
    """Parameters of the fight phase.

    Attributes:
                attrition: persons that one unit of hostile fighting value puts out of
            action a day in the open.
        contact: intensity of fire between parties that only face each other.
        reach: distance within which formations fight.
        stack: most persons per km of front who can attack.
        front: length of front on which one formation can be attacked.
                reference_strength: strength below which dug-in irregulars are hard to
            find and hit.
        noise: standard deviation of the logarithm of a fight's outcome.
        cover_effect: share of losses that full cover prevents.
        built_up_effect: share of losses that a built-up area prevents its defender.
        entrenchment_effect: share of losses that full entrenchment prevents.
        digging: entrenchment gained a day when not moving.
        cohesion_loss: cohesion lost per share of the formation lost.
        town_cohesion: share of that which a town spares its defender.
        overrun: cohesion lost a day for each time that the fire on a formation, its
            cover counted, exceeds its own, beyond the first.
        cohesion_recovery: cohesion regained a day, supplied and out of contact.
        isolation: cohesion lost a day without any supply.
        broken: cohesion below which a formation breaks.
                usable: cohesion above which a formation attacks, and a broken one is
            whole again.
                captured_share: share captured when a cut-off broken formation gives up;
            the rest desert.
                surprise: added fighting value of the first assault of irregulars by
            vehicle bombs.
        town: inhabitants from which a place protects its defenders as a town.
    """

    attrition: PerDay
    contact: Share
    reach: Km
    stack: PersonsPerKm
    front: Km
    reference_strength: Persons
    noise: Share
    cover_effect: Share
    built_up_effect: Share
    entrenchment_effect: Share
    digging: PerDay
    cohesion_loss: Share
    town_cohesion: Share
    overrun: PerDay
    cohesion_recovery: PerDay
    isolation: PerDay
    broken: Share
    usable: Share
    captured_share: Share
    surprise: Share
    town: Persons
