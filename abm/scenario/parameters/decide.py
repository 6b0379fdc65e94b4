"""Parameters of the decide phase."""

from dataclasses import dataclass

from abm.units import Count, Days, Km, Persons, Share


@dataclass(frozen=True)
class DecideParameters:
    """Parameters of the decide phase.

    Attributes:
        rationality: sharpness of choice, per unit of satisfaction; 0 is random.
        success_steepness: exponent b of the contest success function.
        success_ratio: force ratio at which an attack succeeds half the time.
        wanted_ratio: force ratio a group is filled up to.
        least_success: no attack below this chance of success.
        abort_success: an attack is given up below this chance of success.
        commitment: days a mission is kept before others may replace it.
        margin: by how much another mission must be better to replace one in force.
        zone: radius around a target in which enemies count as its defenders.
        path_weight: weight of enemies on the approach relative to those at the target.
                bypass: enemy strength beside the approach above which a farther target
            is not attacked.
        deepest: longest approach through hostile ground.
                travel_cost: satisfaction lost when the whole force travels for the
            whole horizon.
        loss_cost: satisfaction lost when the whole force is lost, at risk aversion 1.
        supply_cost: satisfaction lost when the whole force stands without supply.
                tension_cost: satisfaction lost per unit of expected tension, at
            escalation aversion 1.
                tension_reach: distance to a deconflicted party within which an
            operation raises tension.
        tension_step: tension expected from operating beside a deconflicted party.
                approach: share of a place objective's satisfaction that progress
            towards it makes up.
                hostile_weight: cost of a kilometre through hostile ground, in
            kilometres of own road.
        garrison: persons left in a held town or supply-road site that is threatened.
        garrison_value: site value from which a threatened site must be garrisoned.
                threat: distance to hostile-held ground within which a site counts as
            threatened.
        largest_group: most formations in one group.
        farthest: longest march to join a group.
        reserve: share of the formations kept free of attacks.
        raid_reach: farthest raid from held ground.
        raid_days: days after which raiders go home.
        raid_persons: most persons in a raid.
        raid_guard: guards near a road cell above which it is not raided.
        raid_gain: satisfaction of cutting all of the enemy's supply flow.
        cut_width: how far round itself a held place shuts a way to the enemy.
        denial: distance from its ground within which a rival could take a place first.
        horizon: days over which losses are set against what is tolerated.
                loss_at_parity: share of a group expected to be lost in an attack at
            equal strength.
        support_lag: days in which a patron's support follows a proxy's compliance.
        most_missions: missions an actor gives a day at most.
    """

    rationality: Share
    success_steepness: Share
    success_ratio: Share
    wanted_ratio: Share
    least_success: Share
    abort_success: Share
    commitment: Days
    margin: Share
    zone: Km
    path_weight: Share
    bypass: Persons
    deepest: Km
    travel_cost: Share
    loss_cost: Share
    supply_cost: Share
    tension_cost: Share
    tension_reach: Km
    tension_step: Share
    approach: Share
    hostile_weight: Share
    garrison: Persons
    garrison_value: Share
    threat: Km
    largest_group: Count
    farthest: Days
    reserve: Share
    raid_reach: Km
    raid_days: Days
    raid_persons: Persons
    raid_guard: Persons
    raid_gain: Share
    cut_width: Km
    denial: Km
    horizon: Days
    loss_at_parity: Share
    support_lag: Days
    most_missions: Count
