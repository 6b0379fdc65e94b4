"""Parameters of the escalate phase: tension, incidents, ladder, talks, zones."""

from dataclasses import dataclass

from abm.units import Count, Days, Km, PerContactDay, PerDay, Persons, Share


@dataclass(frozen=True)
class EscalateParameters:
    """Parameters of the escalate phase: tension, incidents, ladder, talks, zones.

    Attributes:
        half_life: time in which tension falls by half.
        gain: by how much full tension raises hazards.
        severity_skirmish: tension a ground skirmish adds to a calm pair.
        severity_strike: tension a strike perceived as on a client adds.
        severity_shootdown: tension a shoot-down adds.
        severity_lock: tension a lock-on adds.
        severity_entry: tension a warned entry into a protected zone adds.
        severity_zone_strike: tension a strike in a protected zone adds.
        severity_convoy: tension a struck convoy adds.
        severity_clash: tension the outbreak of an open clash adds.
        skirmish_rate: hazard of a skirmish per contact and day, in calm times, channel
            open.
        skirmish_loss: persons each side loses in a skirmish.
        contact_reach: distance within which formations are in contact.
        shut_ground: factor on the hazard of skirmishes where the channel that serves
            the pair is shut.
        line_effect: factor on the hazard of skirmishes where a ground line is agreed.
        margin: how far below its threshold a rung is left.
        patience: days below that before a rung is left.
        reposition: share of strike sorties flown as patrol after an incident.
        reposition_half_life: time in which that share falls by half.
        talks_rate: hazard that talks restore a channel, at no tension.
        line_rate: hazard that talks draw a ground line, at no tension.
        clash_reach: distance within which formations of a pair in open clash fight.
        clash_days: longest open clash.
        apart_days: days both hold apart after it.
        apart_reach: distance at which they hold apart.
        zone_rate: hazard that the protector of a zone takes its next step against an
            intruder.
        zone_strike: persons a strike in a zone puts out of action in every formation it
            finds.
        zone_shock: cohesion that a formation struck in a zone loses.
        zone_column: formations that one who thinks of entering a zone expects to be
            found there.
        zone_memory: quiet days after which the sequence starts anew.
    """

    half_life: Days
    gain: Share
    severity_skirmish: Share
    severity_strike: Share
    severity_shootdown: Share
    severity_lock: Share
    severity_entry: Share
    severity_zone_strike: Share
    severity_convoy: Share
    severity_clash: Share
    skirmish_rate: PerContactDay
    skirmish_loss: Persons
    contact_reach: Km
    shut_ground: Share
    line_effect: Share
    margin: Share
    patience: Days
    reposition: Share
    reposition_half_life: Days
    talks_rate: PerDay
    line_rate: PerDay
    clash_reach: Km
    clash_days: Days
    apart_days: Days
    apart_reach: Km
    zone_rate: PerDay
    zone_strike: Persons
    zone_shock: Share
    zone_column: Count
    zone_memory: Days
