"""Parameters of the fly phase: tasking, sorties, tracks and intercepts."""

from dataclasses import dataclass

from abm.units import (
    Days,
    Km,
    PerDay,
    Persons,
    PersonsPerSortie,
    PerSortie,
    Share,
    SortiesPerDay,
    TonnesPerSortie,
)


@dataclass(frozen=True)
class FlyParameters:
    """Parameters of the fly phase: tasking, sorties, tracks and intercepts.

    Attributes:
        ally_regard: share of an ally's aims that an operator makes its own when it
            tasks aircraft.
        partner_regard: the same for a partner.
        defence_regard: need of those under attack, relative to those attacking.
        any_fight: worth of supporting a fight of one's own side whatever it is about,
            in units of satisfaction.
        caution: what full tension with a party takes off the worth of a strike near
            people it guards, for an actor with an escalation aversion of 1, in units of
            satisfaction; weights of objectives to avoid escalation add to it.
        interdiction_regard: worth of striking a held site behind the front, relative to
            a fight.
        patrol_regard: worth of a patrol over clients near a deconflicted party,
            relative to support in a fight.
        reconnaissance_regard: worth of looking at a target of a ground mission,
            relative to that mission's aim.
        precision: sharpness of the choice among tasks, per unit of satisfaction.
        support_reach: distance around the place worked within which formations are
            supported and hit.
        watch_reach: distance from a client within which a deconflicted party makes a
            patrol worthwhile.
        support_most: largest added share of fighting value that air support gives.
        support_half: sorties of full load a day at which half of that is reached.
        lethality: persons in the open put out of action by a sortie of full load with
            many in reach.
        crowd: persons in reach at which a sortie has half its effect, and a fight
            counts half.
        shelter: share of losses from the air that full entrenchment prevents.
        light_load: load of a drone's sortie, relative to a full one.
        small_load: load of a small quadcopter's flight, relative to a full one.
        heavy_load: load of a salvo of missiles, relative to a full sortie.
        cut_most: largest share of supply that interdiction cuts a day near a struck
            site.
        cut_half: sorties of full load a day at which half of that is reached.
        lift: tonnes dropped by a transport sortie.
        drop_accuracy: share of a drop that lands inside a quiet pocket.
        shy: enemy persons near a pocket that halve what arrives.
        ground_fire: chance that a sortie at work near the enemy is lost to ground fire.
        detection: chance that one sensor within its radius sees a package.
        misread: chance that a strike at no distance from a watched group is perceived
            as aimed at it, per sortie.
        misread_reach: distance at which that chance has fallen to nothing.
        patrol_reach: distance at which a patrol can answer before the striker is gone.
        roe_calm: chance that rules of engagement allow a shot on the lowest rung.
        roe_step: chance added per rung of the ladder.
        roe_powers: chance added per rung from the rung of shots on, between powers with
            an air channel of their own.
        kill_multirole: chance that a multirole aircraft's shot brings the other down.
        kill_fighter: the same for a fighter.
        kill_ground: the same for air defence on the ground.
        lock_rate: chance that a tracked sortie is locked on to, in calm times with an
            open channel.
        lock_deliberate: factor on it from the rung on which aircraft are locked on to
            by order.
        shut_air: factor on chances of incidents in the air where the channel that
            serves the pair is shut.
        reserve: aircraft kept for other theatres that can join, as a share of those
            here.
        tracked_memory: half-life of the share of sorties tracked that an actor
            remembers.
    """

    ally_regard: Share
    partner_regard: Share
    defence_regard: Share
    any_fight: Share
    caution: Share
    interdiction_regard: Share
    patrol_regard: Share
    reconnaissance_regard: Share
    precision: Share
    support_reach: Km
    watch_reach: Km
    support_most: Share
    support_half: SortiesPerDay
    lethality: PersonsPerSortie
    crowd: Persons
    shelter: Share
    light_load: Share
    small_load: Share
    heavy_load: Share
    cut_most: PerDay
    cut_half: SortiesPerDay
    lift: TonnesPerSortie
    drop_accuracy: Share
    shy: Persons
    ground_fire: PerSortie
    detection: Share
    misread: PerSortie
    misread_reach: Km
    patrol_reach: Km
    roe_calm: Share
    roe_step: Share
    roe_powers: Share
    kill_multirole: Share
    kill_fighter: Share
    kill_ground: Share
    lock_rate: PerSortie
    lock_deliberate: Share
    shut_air: Share
    reserve: Share
    tracked_memory: Days
