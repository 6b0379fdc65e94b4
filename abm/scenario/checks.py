"""Check the parts of a scenario against each other: names, places, sums, order."""

from collections import Counter
from collections.abc import Collection, Iterable
from math import fsum, isclose

from abm.scenario.check_layers import check_held
from abm.scenario.check_objectives import check_objectives
from abm.scenario.check_places import check_places
from abm.scenario.contested import NOBODY
from abm.scenario.names import cycle, known_name, layer_names, on_map
from abm.scenario.problems import shown
from abm.scenario.reader import Reader
from abm.scenario.relations import BLOC, EVERYONE, RelationsFile
from abm.scenario.rules import Rule
from abm.scenario.scenario import Scenario
from abm.scenario.schema import (
    Citation,
    MapSpec,
    Strict,
)

MOST_PARTIES = 100
"""Most actors and holders together: their rows are small whole numbers."""
RELATIONS, RULES, HEAD = "relations.toml", "rules.toml", "scenario.toml"


def check(scenario: Scenario, relations: RelationsFile | None, reader: Reader) -> None:
    """Report everything in a scenario that does not fit together.

    Args:
        scenario: made of the parts that could be read.
        relations: its relations file, ``None`` where that could not be read.
        reader: takes the problems; knows the ids of parts that could not be read.
    """
    _check_head(scenario, reader)
    _check_actors(scenario, reader)
    check_objectives(scenario, reader)
    if relations is not None:
        _check_stances(scenario, relations, reader)
        _check_pairs(relations, reader)
        _check_patronage(relations, reader)
        _check_proxies(scenario, relations, reader)
    _check_rules(scenario, reader)
    _check_ids(scenario, reader)
    _check_aliases(scenario, reader)
    check_places(scenario, reader)
    check_held(scenario, _parties(scenario, reader) | {NOBODY}, reader)
    for file, where, source in _citations(scenario, relations):
        check_citation(scenario, reader, source, file=file, where=f"{where}.source")


def check_citation(
    scenario: Scenario, reader: Reader, source: Citation, *, file: str, where: str
) -> None:
    """Report a citation whose document, sentence or quoted words do not exist."""
    documents = scenario.documents
    place, known = f"{where}.document", reader.known("documents")
    if not known_name(reader, source.document, known, file=file, where=place):
        return
    if source.document not in documents:
        return
    sentences = documents[source.document].sentences
    place = f"{where}.sentence"
    if not known_name(reader, source.sentence, sentences, file=file, where=place):
        return
    if source.quote not in sentences[source.sentence]:
        what = f"not in sentence {source.sentence} (got {shown(source.quote)})"
        reader.report(file, f"{where}.quote", f"{what}; quote it letter by letter")


def _citations(
    scenario: Scenario, relations: RelationsFile | None
) -> Iterable[tuple[str, str, Citation]]:
    for actor in scenario.actors:
        for number, objective in enumerate(actor.objectives):
            place = f"objective[{number}]"
            yield f"actors/{actor.id}.toml", place, objective.source
    for name in RelationsFile.model_fields if relations else ():
        for number, row in enumerate(getattr(relations, name)):
            yield RELATIONS, f"{name}[{number}]", row.source
    rules: dict[str, tuple[Rule, ...]] = {
        "rung": scenario.rungs,
        "response": scenario.responses,
        "zone": scenario.zones,
    }
    for name, found in rules.items():
        for number, rule in enumerate(found):
            yield RULES, f"{name}[{number}]", rule.source


def _check_head(scenario: Scenario, reader: Reader) -> None:
    spec = scenario.map
    _check_projection(spec, reader)
    parties = len(scenario.actors) + len(scenario.holders)
    if parties > MOST_PARTIES:
        what = f"{parties} actors and holders, more than {MOST_PARTIES}"
        reader.report("actors/", "", f"{what}; take some out")
    if spec.lon_min >= spec.lon_max or spec.lat_min >= spec.lat_max:
        reader.report(HEAD, "map", "the east or north edge is not beyond the other")
    rivers = layer_names(scenario, "rivers")
    where = "map.river_barrier"
    known_name(reader, spec.river_barrier, rivers, file=HEAD, where=where)
    countries = layer_names(scenario, "countries")
    for country in spec.open_countries:
        where = "map.open_countries"
        known_name(reader, country, countries, file=HEAD, where=where)
    taken = {actor.id for actor in scenario.actors} | {NOBODY, EVERYONE}
    for number, holder in enumerate(scenario.holders):
        if holder in taken or holder in scenario.holders[:number]:
            what = f"duplicate id (got {shown(holder)}); actors and holders differ"
            reader.report(HEAD, "holders", what)
    for actor in scenario.actors:
        if actor.id in (NOBODY, EVERYONE):
            what = f"the id means something else (got {shown(actor.id)})"
            reader.report(f"actors/{actor.id}.toml", "", f"{what}; rename the file")


def _check_projection(spec: MapSpec, reader: Reader) -> None:
    """Report a projection that is none in metres, or made for another region."""
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError, ProjError

    hint = "name one in metres, such as the UTM zone of the map"
    try:
        found = CRS.from_epsg(spec.epsg)
        Transformer.from_crs(4326, found)
    except (CRSError, ProjError):
        what = f"no such reference system (got {spec.epsg})"
        reader.report(HEAD, "map.epsg", f"{what}; {hint}")
        return
    units = {axis.unit_name for axis in found.axis_info}
    if not found.is_projected or units != {"metre"}:
        what = f"not projected in metres (got {spec.epsg}, {found.name})"
        reader.report(HEAD, "map.epsg", f"{what}; {hint}")
        return
    area = found.area_of_use
    if area is None or area.west > area.east:
        return
    beside = spec.lon_max < area.west or spec.lon_min > area.east
    if beside or spec.lat_max < area.south or spec.lat_min > area.north:
        what = f"made for another region (got {spec.epsg}, {found.name})"
        reader.report(HEAD, "map.epsg", f"{what}; {hint}")


def _check_actors(scenario: Scenario, reader: Reader) -> None:
    open_countries = scenario.map.open_countries
    for actor in scenario.actors:
        file = f"actors/{actor.id}.toml"
        total = fsum(objective.weight for objective in actor.objectives)
        if not isclose(total, 1.0, abs_tol=1e-9):
            reader.report(file, "objective", f"weights sum to {total:.4g}, not 1")
        for country in actor.countries:
            known_name(reader, country, open_countries, file=file, where="countries")
        if actor.kind != "proxy" and actor.autonomy != 1:
            what = f"below 1 for one that is no proxy (got {actor.autonomy})"
            reader.report(file, "autonomy", f"{what}; write 1.0")


def _check_proxies(
    scenario: Scenario, relations: RelationsFile, reader: Reader
) -> None:
    known = reader.known("actors")
    if not all(row.client in known for row in relations.patronage):
        return
    for actor in scenario.actors:
        if actor.kind == "proxy" and not actor.patrons:
            what = "a proxy without a patron; add [[patronage]] to relations.toml"
            reader.report(f"actors/{actor.id}.toml", "kind", what)


def _parties(scenario: Scenario, reader: Reader) -> set[str]:
    return {*reader.known("actors"), *scenario.holders}


def _check_stances(
    scenario: Scenario, relations: RelationsFile, reader: Reader
) -> None:
    known = _parties(scenario, reader) | {EVERYONE}
    known |= {f"{BLOC}{actor.bloc}" for actor in scenario.actors}
    all_read = len(scenario.actors) == len(reader.known("actors"))
    for number, row in enumerate(relations.stance):
        for party in row.between:
            where = f"stance[{number}].between"
            if all_read or not party.startswith(BLOC):
                known_name(reader, party, known, file=RELATIONS, where=where)


def _check_pairs(relations: RelationsFile, reader: Reader) -> None:
    known, rungs = reader.known("actors"), reader.known("rungs")
    seen: set[frozenset[str]] = set()
    for number, row in enumerate(relations.pair):
        where = f"pair[{number}]"
        _check_between(reader, row.between, known, where=where)
        if row.rung is not None:
            where_rung = f"{where}.rung"
            known_name(reader, row.rung, rungs, file=RELATIONS, where=where_rung)
        if frozenset(row.between) in seen:
            pair = " and ".join(row.between)
            reader.report(RELATIONS, where, f"second row of {pair}; keep one")
        seen.add(frozenset(row.between))
    for number, event in enumerate(relations.incident):
        _check_between(reader, event.between, known, where=f"incident[{number}]")
    for number, line in enumerate(relations.ground_line):
        _check_between(reader, line.between, known, where=f"ground_line[{number}]")


def _check_between(
    reader: Reader, between: tuple[str, str], known: Collection[str], *, where: str
) -> None:
    for party in between:
        place = f"{where}.between"
        known_name(reader, party, known, file=RELATIONS, where=place)
    if between[0] == between[1]:
        what = f"an actor and itself (got {shown(between[0])}); name two actors"
        reader.report(RELATIONS, f"{where}.between", what)


def _check_patronage(relations: RelationsFile, reader: Reader) -> None:
    known = reader.known("actors")
    patrons: dict[str, set[str]] = {}
    for number, row in enumerate(relations.patronage):
        where = f"patronage[{number}]"
        known_name(reader, row.client, known, file=RELATIONS, where=f"{where}.client")
        known_name(reader, row.patron, known, file=RELATIONS, where=f"{where}.patron")
        if row.patron in patrons.get(row.client, set()):
            what = f"second row of {row.client} and {row.patron}; keep one"
            reader.report(RELATIONS, where, what)
        patrons.setdefault(row.client, set()).add(row.patron)
    for client in patrons:
        rows = [row for row in relations.patronage if row.client == client]
        total = fsum(row.dependence for row in rows)
        if total > 1 + 1e-9:
            what = f"dependence of {client} sums to {total:.4g}, more than 1"
            reader.report(RELATIONS, "patronage", what)
    circle = cycle(patrons)
    if circle:
        path = " -> ".join(circle)
        what = f"patrons in a circle (got {path}); take one row out"
        reader.report(RELATIONS, "patronage", what)


def _check_rules(scenario: Scenario, reader: Reader) -> None:
    thresholds = [rung.threshold for rung in scenario.rungs]
    if thresholds and thresholds[0] != 0:
        what = f"the lowest rung starts at 0 (got {thresholds[0]}); write 0.0"
        reader.report(RULES, "rung[0].threshold", what)
    for number in range(1, len(thresholds)):
        if thresholds[number] <= thresholds[number - 1]:
            what = f"not above the rung before (got {thresholds[number]})"
            reader.report(RULES, f"rung[{number}].threshold", what)
    rungs, areas = reader.known("rungs"), reader.known("areas")
    for number, response in enumerate(scenario.responses):
        where = f"response[{number}]"
        known_name(reader, response.rung, rungs, file=RULES, where=f"{where}.rung")
        if response.area is not None:
            place = f"{where}.area"
            known_name(reader, response.area, areas, file=RULES, where=place)
    actors, sites = reader.known("actors"), on_map(scenario, reader)
    for number, zone in enumerate(scenario.zones):
        where = f"zone[{number}]"
        known_name(reader, zone.site, sites, file=RULES, where=f"{where}.site")
        place = f"{where}.protector"
        known_name(reader, zone.protector, actors, file=RULES, where=place)
        for actor in zone.kept_out:
            place = f"{where}.kept_out"
            known_name(reader, actor, actors, file=RULES, where=place)


def _check_ids(scenario: Scenario, reader: Reader) -> None:
    tables: dict[str, Iterable[Strict]] = {
        "sites.csv": scenario.sites,
        "forces.csv": scenario.forces,
        "air.csv": scenario.air,
        "crossings.csv": scenario.crossings,
        "rules.toml": scenario.rules,
    }
    for file, rows in tables.items():
        count = Counter(getattr(row, "id") for row in rows)  # noqa: B009
        for name, times in count.items():
            if times > 1:
                reader.report(file, name, f"duplicate id ({times} times)")


def _check_aliases(scenario: Scenario, reader: Reader) -> None:
    known = _parties(scenario, reader)
    for alias, names in scenario.aliases.items():
        for name in names:
            known_name(reader, name, known, file="aliases.toml", where=alias)
