"""Parameters of the convoy phase: shipments by road and air."""

from dataclasses import dataclass

from abm.units import Days, Km, KmPerDay, PerDay, PersonsPerTonne, Share, TonnesPerDay


@dataclass(frozen=True)
class ConvoyParameters:
    """Parameters of the convoy phase: shipments by road and air.

    Attributes:
        planned: tonnes a day the sender wants to move.
        interval: days between convoys to one recipient.
        speed: distance a convoy covers in a day.
        heavy: share of heavy weapons in a load.
        consent: share of convoys that partners let pass.
        enemy_reach: distance from an enemy within which a road counts as shut.
        primary: share of planned tonnes that a main road carries; a motorway carries
            all.
        secondary: share of planned tonnes that a secondary road carries.
        track: share of planned tonnes that a track carries.
        desert: share of planned tonnes that open desert carries.
        ambush_reach: distance from an enemy at war within which a moving convoy can be
            ambushed.
        ambush_rate: hazard of its loss there.
        strike_rate: hazard that a moving convoy within reach is struck from the air by
            an actor who wants it stopped, in calm times.
        patience: days a convoy waits before a shut road until it turns back.
        air_bridge: tonnes a day flown in whatever the road.
        persons_per_tonne: replacements that a delivered tonne lets the sender and its
            clients raise.
        flow_memory: half-life of the tonnes that count as present flow.
    """

    planned: TonnesPerDay
    interval: Days
    speed: KmPerDay
    heavy: Share
    consent: Share
    enemy_reach: Km
    primary: Share
    secondary: Share
    track: Share
    desert: Share
    ambush_reach: Km
    ambush_rate: PerDay
    strike_rate: PerDay
    patience: Days
    air_bridge: TonnesPerDay
    persons_per_tonne: PersonsPerTonne
    flow_memory: Days
