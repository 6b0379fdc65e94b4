"""Parameters of the control phase."""

from dataclasses import dataclass

from abm.units import Days, Km, Persons, Share


@dataclass(frozen=True)
class ControlParameters:
    """Parameters of the control phase.

    Attributes:
        fade: road-weighted distance over which influence halves.
        least: fighting value that makes control.
        advantage: times the holder's influence that a challenger needs.
        patience: days a challenger keeps the upper hand before a cell passes.
        limit: farthest a formation's influence reaches.
        capture: days a captor must be alone in a site before it is its own.
        capture_reach: distance within which a formation occupies or defends a site.
        path_days: days a supply path must last before a siege counts as broken.
        path_supply: least supply arriving that counts as a supply path.
    """

    fade: Km
    least: Persons
    advantage: Share
    patience: Days
    limit: Km
    capture: Days
    capture_reach: Km
    path_days: Days
    path_supply: Share
