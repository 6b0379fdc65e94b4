"""The shipped scenarios say what their documents say, and nothing later."""

import csv
import json
import re
import shutil
from collections import Counter
from datetime import UTC, date, datetime
from math import fsum
from pathlib import Path

import pytest

from abm.scenario import TARGETS, load_scenario, paths, shipped
from abm.scenario.contested import distance_km
from abm.scenario.objectives import ACTOR_KEYS, SITE_KEYS
from abm.scenario.paths import values

ROOT = Path(__file__).parents[1]
REAL = ROOT / "abm/scenarios/deir_ezzor_2017"
START = date(2017, 6, 18)
MONTHS = [
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
]


@pytest.fixture(scope="module")
def real():
    return load_scenario("deir_ezzor_2017")


@pytest.fixture(scope="module")
def small():
    return load_scenario("two_valleys")


@pytest.fixture(scope="module", params=shipped())
def scenario(request):
    return load_scenario(request.param)


def test_two_scenarios_of_different_shape_are_shipped():
    assert shipped() == ("deir_ezzor_2017", "two_valleys")


# Every shipped scenario


def test_weights_of_every_actor_sum_to_one(scenario):
    for actor in scenario.actors:
        total = fsum(objective.weight for objective in actor.objectives)
        assert total == pytest.approx(1.0, abs=1e-9)


def test_every_quote_stands_in_its_sentence(scenario):
    for actor in scenario.actors:
        for objective in actor.objectives:
            source = objective.source
            sentence = scenario.documents[source.document].sentences[source.sentence]
            assert source.quote in sentence


def test_every_value_that_may_be_changed_has_a_source_and_every_number_a_range(
    scenario,
):
    settings = paths(scenario)

    assert len({setting.path for setting in settings}) == len(settings) > 400
    for setting in settings:
        assert setting.source, setting.path
        assert setting.basis in ("measured", "estimated", "assumed")
        if isinstance(setting.value, bool | str):
            assert setting.low is None
        else:
            assert setting.low <= setting.value <= setting.high, setting.path
            assert setting.unit, setting.path


def test_stances_cover_all_ordered_pairs_of_actors_and_holders(scenario):
    parties = [*(actor.id for actor in scenario.actors), *scenario.holders]

    wanted = {(a, b) for a in parties for b in parties if a != b}
    assert set(scenario.relations.stance) == wanted


def test_channels_tension_and_rungs_are_the_same_both_ways(scenario):
    relations = scenario.relations
    for column in (
        relations.air_channel,
        relations.ground_channel,
        relations.tension,
        relations.rung,
    ):
        assert all(column[a, b] == column[b, a] for a, b in column)


def test_rung_of_every_pair_is_the_one_its_tension_has_passed(scenario):
    thresholds = [rung.threshold for rung in scenario.rungs]
    for pair, tension in scenario.relations.tension.items():
        passed = sum(threshold <= tension for threshold in thresholds) - 1
        assert scenario.relations.rung[pair] == passed, pair


def test_every_actor_has_its_own_label_and_colour(scenario):
    assert len({actor.short for actor in scenario.actors}) == len(scenario.actors)
    assert len({actor.colour for actor in scenario.actors}) == len(scenario.actors)


def test_loading_twice_gives_the_same_scenario(scenario):
    again = load_scenario(scenario.folder)

    assert again.hash == scenario.hash
    assert again.key == scenario.key
    assert values(again) == values(scenario)


def test_a_changed_byte_changes_the_hash(tmp_path):
    folder = shutil.copytree(ROOT / "abm/scenarios/two_valleys", tmp_path / "copy")
    before = load_scenario(folder).hash
    (folder / "README.md").write_text("changed")

    assert before == load_scenario("two_valleys").hash
    assert load_scenario(folder).hash != before


# The fictional one


def test_the_small_scenario_has_every_type_of_objective(small):
    found = {o.type for actor in small.actors for o in actor.objectives}

    assert found == set(TARGETS)


def test_the_small_scenario_is_small_and_shares_nothing_with_the_real_one(small, real):
    assert len(small.actors) == 4
    assert len(small.crossings) == 2
    assert len(small.air) == 4
    assert len(small.zones) == 1
    assert not {a.id for a in small.actors} & {a.id for a in real.actors}
    assert not {s.name for s in small.sites} & {s.name for s in real.sites}


# The real one, against the model's section 3

OBJECTIVES = {
    "syria": {
        ("relieve", "S3"),
        ("control_border", "S3"),
        ("foothold", "S3"),
        ("control_site", "S1"),
        ("advance", "S7"),
        ("cut_off", "S8"),
        ("defeat", "H004"),
    },
    "iran": {("open_route", "S4"), ("deliver", "S4")},
    "us": {
        ("control_border", "S5"),
        ("weaken", "S5"),
        ("deny_route", "S5"),
        ("prevent_transfer", "S5"),
        ("support", "S6"),
        ("protect", "S10"),
        ("protect", "S6"),
        ("defeat", "H027"),
    },
    "tanf": {("control_site", "S6"), ("advance", "S6")},
    "sdf": {
        ("cut_off", "S8"),
        ("advance", "S8"),
        ("control_site", "S1"),
        ("control_site", "H019"),
        ("defeat", "H019"),
    },
    "syrian_militias": {("cut_road", "S6"), ("support", "S4")},
    "iraqi_militias": {("cut_road", "S6"), ("support", "S4")},
    "russia": {
        ("support", "S7"),
        ("track", "S11"),
        ("limit_losses", "S7"),
        ("avoid_escalation", "S11"),
        ("defeat", "H004"),
    },
    "hezbollah": {("deliver", "S4"), ("support", "S4")},
    "isis": {("hold", "S3"), ("besiege", "S3"), ("survive", "S3")},
    "iraq": {("defeat", "H027"), ("control_border", "H012")},
}


def test_objectives_are_those_of_the_text(real):
    found = {
        actor.id: {(o.type, o.source.sentence) for o in actor.objectives}
        for actor in real.actors
    }

    assert found == OBJECTIVES


def test_objectives_from_the_second_document_are_assumed_and_named_so(real):
    for actor in real.actors:
        for objective in actor.objectives:
            if objective.source.document == "history_before_start":
                assert objective.basis == "assumed"
                assert objective.type in ("defeat", "control_site", "control_border")


def test_what_is_said_right_now_weighs_most(real):
    for name in ("syria", "sdf"):
        objectives = real.actor(name).objectives
        heaviest = max(objectives, key=lambda objective: objective.weight)
        assert heaviest.source.sentence == "S8"
        assert heaviest.type == "cut_off"


def test_the_kinds_of_actors_are_those_of_the_model(real):
    kinds = {actor.id: actor.kind for actor in real.actors}

    assert Counter(kinds.values()) == {"state": 5, "proxy": 5, "independent": 1}
    assert kinds["isis"] == "independent"
    assert {n for n, kind in kinds.items() if kind == "state"} == {
        "syria",
        "iran",
        "us",
        "russia",
        "iraq",
    }


def test_proxies_have_the_patrons_of_the_text(real):
    patrons = {a.id: {p.actor for p in a.patrons} for a in real.actors if a.patrons}

    assert patrons == {
        "sdf": {"us"},
        "tanf": {"us"},
        "syrian_militias": {"syria", "iran"},
        "iraqi_militias": {"iran", "iraq"},
        "hezbollah": {"iran", "syria"},
        "syria": {"russia"},
    }


def test_stances_are_those_of_the_model(real):
    bloc = {actor.id: actor.bloc for actor in real.actors}
    for (a, b), stance in real.relations.stance.items():
        pair = {bloc.get(a, "passive"), bloc.get(b, "passive")}
        if "passive" in pair:
            assert stance == "neutral"
        elif "isis" in (a, b) or ("tanf" in (a, b) and "loyalist" in pair):
            assert stance == "war"
        elif pair == {"loyalist", "coalition"}:
            assert stance == "deconflicted"
        elif "iraq" in pair:
            assert stance == "partner"
        else:
            assert (stance, len(pair)) == ("allied", 1)


def test_only_the_two_channels_of_the_text_are_open(real):
    relations = real.relations
    air = {
        frozenset(pair) for pair, is_open in relations.air_channel.items() if is_open
    }
    ground = {
        frozenset(pair) for pair, is_open in relations.ground_channel.items() if is_open
    }

    assert air == {frozenset({"us", "russia"})}
    assert ground == {frozenset({"sdf", "syria"})}


def test_the_incidents_before_the_start_are_ja_din_and_the_shoot_down(real):
    found = [(i.kind, i.source.sentence) for i in real.relations.incidents]

    assert found == [("skirmish", "H028"), ("shootdown", "H029")]
    tension = real.relations.tension
    assert max(tension, key=tension.__getitem__) in (("us", "syria"), ("syria", "us"))


def test_the_calendar_is_the_models(real):
    assert real.calendar.start == datetime(2017, 6, 18, 18, tzinfo=UTC)
    assert real.calendar.at(1) == datetime(2017, 6, 19, 0, tzinfo=UTC)
    assert real.calendar.at(664) == datetime(2017, 12, 1, 18, tzinfo=UTC)


def test_the_order_of_battle_is_loaded_without_its_totals(real):
    actor = {force.id: force.actor for force in real.forces}

    assert not {"O23", "O36", "O48"} & set(actor)
    assert len(actor) == 51
    assert {actor[f] for f in ("O06", "O12", "O13")} == {"syrian_militias"}
    assert {actor[f] for f in ("O20", "O25")} == {"iraqi_militias"}
    assert {actor[f] for f in ("O17", "O18", "O19", "O21")} == {"iran"}


def test_quality_of_a_force_follows_from_its_type(real):
    by_type = {}
    for force in real.forces:
        by_type.setdefault(force.type, set()).add(force.quality)

    assert by_type.pop("support") == {1.0, 1.3}  # advisers; special forces
    assert all(len(qualities) == 1 for qualities in by_type.values())
    (assault,), (infantry,), (militia,) = (
        by_type[name] for name in ("assault", "infantry", "militia")
    )
    assert assault > infantry > militia


def test_every_force_stands_near_where_the_order_of_battle_puts_it(real):
    for force in real.forces:
        away = [
            distance_km((force.lon, force.lat), (site.lon, site.lat))
            for site in map(real.site, force.places)
        ]
        assert min(away) < 110, force.id


def test_the_su_22_of_18_june_is_gone(real):
    assets = {asset.id: asset for asset in real.air}

    assert assets["A01"].count == 15


def test_syrian_jets_fly_as_often_as_was_reported(real):
    """20 to 30 sorties a day: 15*.5 + 10*.5 + 4*.5 + 10*.1 + 10*.5 + 12*.4 = 25.3."""
    jets = [f"A0{number}" for number in range(1, 7)]
    flown = sum(a.count * a.sorties_per_day for a in real.air if a.id in jets)

    assert flown == pytest.approx(25.3)


def test_contested_sites_belong_to_the_nearest_formation(real):
    found = {s.id: s.controller for s in real.sites if s.contested and s.on_map}

    assert found == {"P016": "syria", "P035": "syria", "P126": "iraqi_militias"}


def test_both_pockets_of_the_besieged_city_are_held_by_the_garrison(real):
    assert {real.site(s).controller for s in ("P001", "P003", "P004")} == {"syria"}
    assert real.site("P002").controller == "isis"
    garrison = [f for f in real.forces if f.id in ("O01", "O02", "O03", "O04")]
    assert sum(force.personnel for force in garrison) == 4700


def test_three_gates_stand_where_the_iraqi_roads_leave_the_map(real):
    gates = [real.site(name) for name in ("G01", "G02", "G03")]

    assert all(gate.gate and gate.lon > 42.6 for gate in gates)
    assert real.site("P137").gate


def test_the_protected_zone_is_the_one_around_al_tanf(real):
    (zone,) = real.zones
    loyalists = {actor.id for actor in real.actors if actor.bloc == "loyalist"}

    assert (zone.site, zone.radius_km, zone.protector) == ("P051", 55.0, "us")
    assert set(zone.kept_out) == loyalists


# Nothing later than the start

DATED = re.compile(
    r"\b(?P<day>\d{1,2})(?:-\d{1,2})? (?P<month>" + "|".join(MONTHS) + r")"
    r"(?: (?P<year>\d{4}))?"
)
NUMERIC = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
MONTH_YEAR = re.compile(
    r"\b(" + "|".join(f"{m}|{m[:3]}|{m[:4]}" for m in MONTHS) + r") (20\d\d)\b"
)
YEAR = re.compile(r"\b(20\d\d)\b")
SENTENCES_AFTER_THE_START = ("S11", "S12")


def texts():
    for path in sorted(REAL.rglob("*.*")):
        name = path.relative_to(REAL).as_posix()
        if path.suffix == ".geojson":
            text = json.dumps(
                [
                    {k: v for k, v in part.items() if k != "geometry"}
                    for part in json.loads(path.read_text())["features"]
                ]
            )
        elif path.suffix in (".toml", ".csv", ".md"):
            text = path.read_text(encoding="utf-8")
        else:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if name == "documents.toml" and line.startswith(SENTENCES_AFTER_THE_START):
                continue
            yield f"{name}:{number}", line


def later(line):
    """Return the dates after the start that a line of text names."""
    for found in NUMERIC.finditer(line):
        if date(*map(int, found.groups())) > START:
            yield found.group()
    for found in DATED.finditer(line):
        year = int(found["year"] or START.year)
        month = MONTHS.index(found["month"]) + 1
        if date(year, month, int(found["day"])) > START:
            yield found.group()
    for found in MONTH_YEAR.finditer(line):
        month = [m[:3] for m in MONTHS].index(found[1][:3]) + 1
        if (int(found[2]), month) > (START.year, START.month):
            yield found.group()


def test_no_date_after_the_start_stands_in_the_scenario():
    found = {place: list(later(line)) for place, line in texts()}

    assert {place: dates for place, dates in found.items() if dates} == {}


def test_no_year_after_the_start_stands_in_values_or_notes():
    """Years of publications of methods may be later; they name author and title."""
    cited = re.compile(r"\([^()]*20\d\d[^()]*\)|[A-Z][\w&. ]+ (\()?20\d\d")
    found = [
        (place, line[:160])
        for place, line in texts()
        for year in YEAR.findall(line)
        if int(year) > START.year and not cited.search(line)
    ]

    assert found == []


def test_the_search_for_later_dates_finds_them():
    assert list(later("taken on 21 June")) == ["21 June"]
    assert list(later("fell 5 September 2017")) == [
        "5 September 2017",
        "September 2017",
    ]
    assert list(later("on 2017-07-01")) == ["2017-07-01"]
    assert list(later("Press July 2017 (unit)")) == ["July 2017"]
    assert list(later("bombed again on 6 October 2016, taken 12 May 2017")) == []


def test_the_only_ground_line_is_the_one_before_the_start(real):
    assert [line.id for line in real.relations.ground_lines] == ["ja_din_line"]
    names = [f["properties"]["name"] for f in real.layers["deconfliction"].features]
    assert len(names) == 2
    assert not any("tracking" in name for name in names)


# Aliases cover every actor string of every data file


def column(path, *names):
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield from (row[name] for name in names if row.get(name))


def test_every_actor_string_of_the_committed_histories_is_known(real):
    histories = [
        REAL / "history_before_start.csv",
        ROOT / "experiments/data/history_calibration.csv",
    ]
    found = {
        text for path in histories for text in column(path, "actor", "target") if text
    }
    found |= set(column(REAL / "crossings.csv", "controller"))

    assert found - set(real.aliases) == set()


STRINGS = (
    "SAA Iran-backed Hezbollah Iraq Russia US/Coalition SDF ISIS SyAAF SyADF Iran US "
    "UK France Australia Coalition-Tanf opposition contested Coalition Lebanon "
    "Syria_gov Iraq_gov IS one_sided other"
)


def test_every_actor_string_of_the_order_of_battle_places_and_deaths_is_known(real):
    wanted = {*STRINGS.split(), "Tanf proxies"}

    assert wanted - set(real.aliases) == set()


def test_aliases_name_actors_and_holders_only(real):
    known = {actor.id for actor in real.actors} | set(real.holders)

    assert {name for names in real.aliases.values() for name in names} <= known
    assert real.aliases["SAA and allies"][0] == "syria"
    assert real.aliases["Coalition-Tanf"] == ("tanf",)


def test_target_keys_are_sites_actors_areas_segments_or_objectives():
    other = {"area", "segment", "objective", "forces", "by"}
    for targets in TARGETS.values():
        assert targets.required | targets.optional <= SITE_KEYS | ACTOR_KEYS | other
        assert targets.meaning
