"""Parameters of the perceive phase."""

from dataclasses import dataclass

from abm.units import Days, Km, Persons, Share


@dataclass(frozen=True)
class PerceiveParameters:
    """Parameters of the perceive phase.

    Attributes:
        memory: half-life of an old belief.
        sight: distance at which ground formations see the enemy.
        recon_sight: radius that one reconnaissance sortie covers.
        error: standard deviation of the logarithm of an observed strength.
                prior_garrison: enemy strength expected at a hostile site of which
            nothing is known.
    """

    memory: Days
    sight: Km
    recon_sight: Km
    error: Share
    prior_garrison: Persons
