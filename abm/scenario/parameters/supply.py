"""Parameters of the supply phase."""

from dataclasses import dataclass

from abm.units import Days, Km, Share, TonnesPerPersonDay


@dataclass(frozen=True)
class SupplyParameters:
    """Parameters of the supply phase.

    Attributes:
        road_decay: road distance over which supply halves.
        open_decay: off-road distance over which supply halves.
        stock_days: days a formation lives on what it carries.
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
    stock_days: Days
    assault_use: Share
    attack_supply: Share
    pocket_need: TonnesPerPersonDay
    pocket_stock: Days
    inhabitants_fed: Share
    replacement_rate: Share
    recruits: Share
