"""Check places: on the map, on friendly ground, within reach."""

from types import SimpleNamespace

from abm.scenario.contested import NOBODY, distance_km
from abm.scenario.names import known_name, layer_names, on_map
from abm.scenario.problems import nearest, shown
from abm.scenario.reader import Reader
from abm.scenario.scenario import Scenario
from abm.scenario.schema import MapSpec
from abm.scenario.tables import AirSpec, ForceSpec, SiteSpec

STANDS_WITH = ("allied", "partner")
"""Stances towards a site's controller that let a formation start there."""
MAX_CELLS = 1_000_000
"""Most cells of a grid."""
MAX_SIDE = 100
"""Largest side of a cell, km."""


def check_places(scenario: Scenario, reader: Reader) -> None:
    """Report places off the map, starts on hostile ground, assets out of reach."""
    _check_size(scenario, reader)
    known = {*reader.known("actors"), *scenario.holders, NOBODY}
    for site in scenario.sites:
        where = f"{site.id}.controller"
        known_name(reader, site.controller, known, file="sites.csv", where=where)
        if site.on_map:
            _check_on_map(scenario, reader, site, file="sites.csv", row=site.id)
    for crossing in scenario.crossings:
        file = "crossings.csv"
        _check_on_map(scenario, reader, crossing, file=file, row=crossing.id)
    for force in scenario.forces:
        _check_on_map(scenario, reader, force, file="forces.csv", row=force.id)
        _check_force(scenario, reader, force)
    for asset in scenario.air:
        _check_asset(scenario, reader, asset)
    for number, incident in enumerate(scenario.relations.incidents):
        row = f"incident[{number}]"
        _check_on_map(scenario, reader, incident, file="relations.toml", row=row)
    _check_segments(scenario, reader)


def _check_size(scenario: Scenario, reader: Reader) -> None:
    wrong = wrong_size(scenario.map, scenario.map.cell_km)
    if wrong:
        reader.report("scenario.toml", "map.cell_km", wrong)


def wrong_size(spec: MapSpec, cell_km: float) -> str:
    """Return why a map can't have cells of a size; empty where it can."""
    corner = (spec.lon_min, spec.lat_min)
    width = distance_km(corner, (spec.lon_max, spec.lat_min))
    height = distance_km(corner, (spec.lon_min, spec.lat_max))
    cells = (width / cell_km) * (height / cell_km)
    if cells > MAX_CELLS:
        what = f"{cells:.0f} cells, more than {MAX_CELLS} (got {cell_km})"
        return f"{what}; take larger cells"
    if cell_km > MAX_SIDE:
        return f"larger than {MAX_SIDE} km (got {cell_km}); take smaller cells"
    return ""


def _check_on_map(
    scenario: Scenario, reader: Reader, place: object, *, file: str, row: str
) -> None:
    lon, lat = getattr(place, "lon"), getattr(place, "lat")  # noqa: B009
    spec = scenario.map
    turned = spec.lon_min >= spec.lon_max or spec.lat_min >= spec.lat_max
    if not turned and not spec.holds(lon, lat):
        box = f"lon {spec.lon_min} to {spec.lon_max}, lat {spec.lat_min}"
        what = f"off the map (got lon {lon}, lat {lat}); the map is {box}"
        reader.report(file, row, f"{what} to {spec.lat_max}")


def _check_bounds(
    reader: Reader, row: ForceSpec | AirSpec, best: float, *, file: str
) -> None:
    if not row.low <= best <= row.high:
        what = f"not low <= best <= high (got {row.low:g}, {best:g}, {row.high:g})"
        reader.report(file, row.id, what)


def _check_force(scenario: Scenario, reader: Reader, force: ForceSpec) -> None:
    file = "forces.csv"
    actors = reader.known("actors")
    _check_bounds(reader, force, force.personnel, file=file)
    where = f"{force.id}.actor"
    if not known_name(reader, force.actor, actors, file=file, where=where):
        return
    if not force.places:
        reader.report(file, f"{force.id}.places", "empty; name at least one site")
    sites = {site.id: site for site in scenario.sites if site.on_map}
    known = on_map(scenario, reader)
    for place in force.places:
        where = f"{force.id}.places"
        known_name(reader, place, known, file=file, where=where)
        if place in sites and not _stands(scenario, force.actor, sites[place]):
            near = _nearest_own(scenario, force, sites)
            what = f"{place} is held by {sites[place].controller}, hostile ground"
            reader.report(file, where, f"{what} for {force.actor}{near}")


def _stands(scenario: Scenario, actor: str, site: SiteSpec) -> bool:
    """Return whether a formation may start at a site; contested ones are for any.

    Where a party or the relations could not be read, it is not this row's fault.
    """
    if site.controller in (actor, NOBODY) or site.contested:
        return True
    stance = scenario.relations.stance.get((actor, site.controller), "allied")
    return not scenario.relations.sources or stance in STANDS_WITH


def _nearest_own(
    scenario: Scenario, force: ForceSpec, sites: dict[str, SiteSpec]
) -> str:
    own = [site for site in sites.values() if _stands(scenario, force.actor, site)]
    if not own:
        return ""
    start = (force.lon, force.lat)
    near = min(own, key=lambda site: distance_km((site.lon, site.lat), start))
    return f"; nearest of its own: {near.id}"


def _check_asset(scenario: Scenario, reader: Reader, asset: AirSpec) -> None:
    file = "air.csv"
    actors = reader.known("actors")
    _check_bounds(reader, asset, asset.count, file=file)
    where = f"{asset.id}.operator"
    known_name(reader, asset.operator, actors, file=file, where=where)
    if asset.base_site is not None:
        sites = reader.known("sites")
        where = f"{asset.id}.base_site"
        known_name(reader, asset.base_site, sites, file=file, where=where)
    lon, lat = asset.entry or (asset.lon, asset.lat)
    if asset.entry is not None:
        entry = SimpleNamespace(lon=lon, lat=lat)
        _check_on_map(scenario, reader, entry, file=file, row=f"{asset.id}.entry")
    away = [
        distance_km((lon, lat), (site.lon, site.lat))
        for site in scenario.sites
        if site.on_map
    ]
    if away and min(away) > asset.radius_km:
        what = f"can reach no site (got {asset.radius_km:g} km)"
        hint = f"; the nearest is {min(away):.0f} km away"
        reader.report(file, f"{asset.id}.radius_km", f"{what}{hint}")


def _check_segments(scenario: Scenario, reader: Reader) -> None:
    sites = on_map(scenario, reader)
    countries = layer_names(scenario, "countries")
    for segment in scenario.borders.values():
        for site in segment.sites:
            if site not in sites:
                what = f"unknown (got {shown(site)}){nearest(site, sites)}"
                reader.report("borders.toml", f"{segment.id}.sites", what)
        if segment.country is not None:
            where = f"{segment.id}.country"
            known_name(
                reader, segment.country, countries, file="borders.toml", where=where
            )
