"""Parameters of the supply phase."""

from dataclasses import dataclass

from abm.units import Days, Km, Persons, Share, TonnesPerPersonDay


@dataclass(frozen=True)
class SupplyParameters:
    """Parameters of the supply phase.

    Attributes:
        road_decay: road distance over which supply halves.
        open_decay: off-road distance over which supply halves.
        contested: cost of supply over held ground where the enemy alone has
            influence, in km of safe ground; less by its holder's part.
        stock_days: days a formation lives on what it carries.
                depot_days: days of unbroken supply after which a held town becomes a
            forward depot.
        depot_people: inhabitants from which a place can serve as a depot.
                depot_share: share of the distance to its base that a forward depot
            leaves to be covered.
                own_means: share of a proxy's supply and replacements that does not
            depend on its patrons' support.
        assault_use: added use of supply while assaulting.
        attack_supply: least supply to attack.
        pocket_need: need of a besieged person a day.
        pocket_stock: days of need that a besieged site has in store at the start.
                inhabitants_fed: persons that an actor who lives off the land can supply
            per inhabitant it holds.
                replacement_rate: share of its losses a formation can replace a day, out
            of contact and supplied.
        recruits: recruits per inhabitant and month of an actor who lives off the land.
    """

    road_decay: Km
    open_decay: Km
    contested: Share
    stock_days: Days
    depot_days: Days
    depot_people: Persons
    depot_share: Share
    own_means: Share
    assault_use: Share
    attack_supply: Share
    pocket_need: TonnesPerPersonDay
    pocket_stock: Days
    inhabitants_fed: Share
    replacement_rate: Share
    recruits: Share
