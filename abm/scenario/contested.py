"""Sites that are fought over at the start: whose they are, by the nearest formation."""

from math import cos, hypot, radians

from abm.scenario.tables import ForceSpec, SiteSpec

CONTESTED = "contested"
NOBODY = "nobody"
"""Controller of a site that no party holds."""
KM_PER_DEGREE = 111.2
"""Length of a degree of latitude, km."""


def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the distance of two near points in km (good to 1 % within the map)."""
    east = (other_lon - lon) * cos(radians((lat + other_lat) / 2))
    return KM_PER_DEGREE * hypot(east, other_lat - lat)


def settled(
    sites: tuple[SiteSpec, ...], forces: tuple[ForceSpec, ...]
) -> tuple[SiteSpec, ...]:
    """Return the sites, those contested with the owner of the nearest formation.

    A force counts where its row puts it and at each of its places, so that one
    placed on the site itself is the nearest.
    """
    where = {site.id: (site.lon, site.lat) for site in sites}
    points = [
        (force.actor, lon, lat)
        for force in forces
        for lon, lat in [
            (force.lon, force.lat),
            *(where[place] for place in force.places if place in where),
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
                    key=lambda p: distance_km(site.lon, site.lat, p[1], p[2]),
                    default=(NOBODY, 0.0, 0.0),
                )[0],
            }
        )
        for site in sites
    )
