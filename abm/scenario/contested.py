"""Sites that are fought over at the start: whose they are, by the nearest formation."""

from math import cos, hypot, radians

from abm.scenario.schema import Point
from abm.scenario.tables import ForceSpec, SiteSpec

CONTESTED = "contested"
NOBODY = "nobody"
"""Controller of a site that no party holds."""
KM_PER_DEGREE = 111.2
"""Length of a degree of latitude, km."""


def distance_km(one: Point, other: Point) -> float:
    """Return the distance of two (lon, lat) points in km, good to 1 % on the map."""
    east = (other[0] - one[0]) * cos(radians((one[1] + other[1]) / 2))
    return KM_PER_DEGREE * hypot(east, other[1] - one[1])


def settled(
    sites: tuple[SiteSpec, ...], forces: tuple[ForceSpec, ...]
) -> tuple[SiteSpec, ...]:
    """Return the sites, those contested with the owner of the nearest formation.

    A force counts where its row puts it and at each of its places, so that one
    placed on the site itself is the nearest.
    """
    where = {site.id: (site.lon, site.lat) for site in sites}
    points = [
        (force.actor, place)
        for force in forces
        for place in [
            (force.lon, force.lat),
            *(where[name] for name in force.places if name in where),
        ]
    ]
    return tuple(
        site
        if site.controller != CONTESTED
        else site.model_copy(
            update={
                "contested": True,
                "controller": min(
                    points,
                    key=lambda point: distance_km(where[site.id], point[1]),
                    default=(NOBODY, where[site.id]),
                )[0],
            }
        )
        for site in sites
    )
