"""Parameters of the move phase."""

from dataclasses import dataclass

from abm.units import Days, Km, KmPerDay, Share


@dataclass(frozen=True)
class MoveParameters:
    """Parameters of the move phase and of path costs.

    Attributes:
                pace_motorised: distance a motorised formation covers in a day on a held
            motorway.
        pace_foot: distance a formation on foot covers in a day on a held road.
        primary: pace on a primary road relative to a motorway.
        secondary: pace on a secondary road relative to a motorway.
        track: pace on a desert track relative to a motorway.
        open_ground: pace off the road on steppe relative to a motorway.
        foot_penalty: pace on foot off the road relative to foot on the road.
        advance: pace of an advance through undefended hostile ground on a road.
        consolidation: days after which newly won ground is passed at full pace,
            from when its holders first came near.
        least_supply: nobody enters a cell where the expected supply is below this.
        boats: pace of a crossing by boat relative to a bridge.
        boat_detour: path cost of a boat crossing, in km of road.
        bridging_days: days engineers need to bridge the Euphrates.
        bridging_clear: no enemy within this distance of a bridging site.
        retreat: how far a broken formation without supplies at hand falls back at most.
    """

    pace_motorised: KmPerDay
    pace_foot: KmPerDay
    primary: Share
    secondary: Share
    track: Share
    open_ground: Share
    foot_penalty: Share
    advance: KmPerDay
    consolidation: Days
    least_supply: Share
    boats: Share
    boat_detour: Km
    bridging_days: Days
    bridging_clear: Km
    retreat: Km
