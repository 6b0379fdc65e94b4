"""The theatre: scenarios on a grid, checked against what the files say."""

import shutil
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from abm import world
from abm.geo.banks import LEFT, RIGHT, connected, step_mask
from abm.geo.roads import road_cells
from abm.geo.shapes import lines
from abm.scenario import ScenarioError, load_scenario
from abm.scenario.paths import paths
from abm.theatre import assembly, build, order
from abm.theatre.land import features, geometry_of
from abm.theatre.sites import CROSSING_STATES

REAL = "deir_ezzor_2017"
SMALL = "two_valleys"
CASES = [(REAL, 5.0), (REAL, 10.0), (SMALL, None)]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def theatre(request):
    name, cell_km = request.param
    return build(load_scenario(name), cell_km)


@pytest.fixture(scope="module")
def real():
    return build(load_scenario(REAL))


def holder_at(theatre, lon, lat):
    return theatre.holder_names[theatre.holder0[theatre.grid.cell(lon, lat)]]


def test_without_crossings_no_cell_of_one_bank_is_reached_from_the_other(theatre):
    part = connected(theatre.grid, theatre.mask)
    right = part[theatre.open & (theatre.bank == RIGHT)]
    left = part[theatre.open & (theatre.bank == LEFT)]

    assert len(right) > 0
    assert len(left) > 0
    assert not np.intersect1d(right, left).size


def test_crossings_join_open_neighbours_on_both_banks(theatre):
    barrier = theatre.crossing_is_barrier
    right, left = theatre.crossing_right[barrier], theatre.crossing_left[barrier]

    assert np.all(theatre.bank[right] == RIGHT)
    assert np.all(theatre.bank[left] == LEFT)
    assert np.all(theatre.open[right] & theatre.open[left])
    assert np.all(np.isin(left - right, theatre.grid.offsets))
    assert np.all(theatre.crossing_right[~barrier] == -1)


def test_the_states_of_crossings_are_those_of_the_world():
    assert CROSSING_STATES == {
        "usable": world.CROSSING_ROAD,
        "usable_dam_road": world.CROSSING_ROAD,
        "usable_boats": world.CROSSING_BOATS,
    }


def test_nothing_steps_into_padding_or_closed_cells(theatre):
    assert not theatre.open[theatre.grid.padding].any()
    assert not theatre.mask[~theatre.open].any()


def test_every_site_stands_on_open_ground_of_its_own_bank(theatre):
    cell = theatre.site_cell

    np.testing.assert_array_equal(theatre.bank[cell], theatre.site_bank)
    assert theatre.open[cell].all()
    assert (theatre.mask[cell] > 0).all()


def test_a_site_is_moved_to_a_near_cell_at_most_and_reported(theatre):
    x, y = theatre.grid.center_km(theatre.site_cell)
    away = np.hypot(x - theatre.site_x_km, y - theatre.site_y_km)
    half = theatre.grid.cell_km / 2
    outside = np.maximum(abs(x - theatre.site_x_km), abs(y - theatre.site_y_km)) > half

    reported = {name for name, _ in theatre.moved}
    assert reported == {theatre.site_ids[row] for row in np.flatnonzero(outside)}
    assert away.max() < 2 * theatre.grid.cell_km


def test_actors_hold_only_cells_of_countries_they_may_enter(theatre):
    for actor in range(theatre.n_actors):
        held = theatre.holder0 == actor
        assert theatre.may_enter[actor][theatre.country[held]].all()
        assert theatre.open[held].all()


def test_nobody_holds_ground_in_a_zone_it_is_kept_out_of(theatre):
    assert theatre.zones
    for zone in theatre.zones:
        assert not np.isin(theatre.holder0[zone.cells], zone.kept_out).any()


def test_every_row_keeps_its_persons(theatre):
    scenario, table = theatre.scenario, theatre.formations0
    persons = {force.id: force.personnel for force in scenario.forces}
    found = np.bincount(table["parent"], table["personnel"], len(theatre.force_ids))

    assert [persons[name] for name in theatre.force_ids] == found.tolist()
    assert set(theatre.force_ids) == {f.id for f in scenario.forces if f.additive}


def test_formations_have_the_size_the_rules_ask_for(theatre):
    rules, table = theatre.parameters.map, theatre.formations0
    row_size = np.bincount(table["parent"], table["personnel"])[table["parent"]]
    size = table["personnel"]

    assert np.all(size <= rules.largest)
    assert np.all((size >= rules.smallest) | (row_size < 2 * rules.smallest))


def test_formations_are_numbered_within_their_row(theatre):
    first = theatre.formation_ids[0]

    assert first == f"{theatre.force_ids[0]}-01"
    assert len(set(theatre.formation_ids)) == theatre.n_parts


def test_no_formation_starts_at_a_place_of_an_enemy(theatre):
    table = theatre.formations0
    owner = theatre.site_controller0[table["site"]]

    assert not theatre.war[table["actor"], owner].any()
    np.testing.assert_array_equal(table["cell"], theatre.site_cell[table["site"]])


def test_every_place_of_those_who_live_off_the_land_has_a_garrison(theatre):
    rules, table = theatre.parameters.map, theatre.formations0
    lives = np.array([actor.draws_on_population for actor in theatre.actors] + [False])
    owner = np.minimum(theatre.site_controller0, theatre.n_actors)
    wanted = lives[owner] & (theatre.site_population > 0) & ~theatre.site_gate
    garrison = np.zeros(len(wanted))
    np.maximum.at(
        garrison,
        table["home"][table["home"] >= 0],
        table["personnel"][table["home"] >= 0],
    )

    assert wanted.any()
    assert np.all(garrison[wanted] > 0)
    if theatre.scenario.name == REAL:
        assert np.all(garrison[wanted] >= rules.garrison_least)


def test_each_bank_has_one_network_of_roads_for_each_road(theatre):
    grid = theatre.grid
    part = connected(
        grid, step_mask(grid, (theatre.road > 0) & theatre.open, theatre.bank)
    )
    land = geometry_of(theatre.scenario, grid.cell_km).land
    for road in features(theatre.scenario, "roads"):
        for line in lines(road):
            for piece in road_cells(land, line):
                on_land = piece[theatre.open[piece]]
                assert len(np.unique(part[on_land])) == 1, road["properties"]["name"]


def test_stances_say_what_the_scenario_says(theatre):
    index = theatre.holder_index
    for (one, other), stance in theatre.scenario.relations.stance.items():
        pair = index[one], index[other]
        for name in ("war", "allied", "partner", "deconflicted"):
            assert getattr(theatre, name)[pair] == (stance == name)
    assert theatre.friend[
        np.arange(theatre.n_actors), np.arange(theatre.n_actors)
    ].all()
    assert not theatre.war[theatre.nobody].any()


def test_objectives_of_all_actors_are_in_one_list(theatre):
    weights = np.bincount(theatre.objective_actor, theatre.weights0, theatre.n_actors)

    np.testing.assert_allclose(weights, 1.0)
    assert [o.row for o in theatre.objectives] == list(range(len(theatre.objectives)))


def test_border_segments_and_areas_have_open_cells(theatre):
    for name, cells in theatre.segments.items():
        assert len(cells) > 0, name
        assert theatre.open[cells].all()
    for name, inside in theatre.areas.items():
        assert inside.any(), name
        assert not (inside & ~theatre.open).any()


def test_arrays_cannot_be_changed(theatre):
    with pytest.raises(ValueError, match="read-only"):
        theatre.holder0[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        theatre.formations0["personnel"][0] = 1
    with pytest.raises(ValueError, match="read-only"):
        next(iter(theatre.segments.values()))[0] = 1


def test_a_theatre_is_built_once_and_its_land_shared_by_overrides():
    scenario = load_scenario(SMALL)
    changed = scenario.with_overrides({"map.part": 300})
    first, again, other = build(scenario), build(scenario), build(changed)

    assert first is again
    assert other is not first
    assert other.mask is first.mask
    assert other.n_parts > first.n_parts


def test_land_lasts_as_long_as_the_theatres_that_share_it():
    scenario = load_scenario(SMALL)
    build(scenario.with_overrides({"map.part": 300}))
    for cell_km in (4.0, 6.0, 8.0):
        build(scenario, cell_km)
    first = build(scenario)
    build(scenario, 12.0)
    other = build(scenario.with_overrides({"map.part": 200}))

    assert build(scenario) is first
    assert other.mask is first.mask


def other(setting):
    """Return another value that a path may have."""
    if isinstance(setting.value, bool):
        return not setting.value
    if isinstance(setting.value, str):
        words = {"stance": "neutral", "status": "usable", "controller": "nobody"}
        return words.get(setting.path.split(".")[-1], setting.value.split()[-1])
    if setting.high is not None and setting.value != setting.high:
        return setting.high
    return setting.low if setting.low is not None else 1 - setting.value


def of_each_kind(settings):
    """Return one setting of each field of each table; of the map's, all."""
    kinds = {}
    for setting in settings:
        parts = setting.path.split(".")
        kinds[(parts[0], parts[-1] if parts[0] != "fight" else "")] = setting
    return list(kinds.values())


def built(scenario, cell_km):
    """Return a theatre's columns, or why there is none."""
    try:
        theatre = build(scenario, cell_km)
    except ScenarioError as error:
        return {"error": str(error)}
    columns = {part.name: getattr(theatre, part.name) for part in fields(theatre)}
    del columns["scenario"]
    return columns


def same(one, two):
    """Return whether two columns, or what holds columns, are equal."""
    if isinstance(one, np.ndarray):
        return one.dtype == two.dtype and np.array_equal(one, two)
    if isinstance(one, Mapping):
        return one.keys() == two.keys() and all(same(one[k], two[k]) for k in one)
    if isinstance(one, tuple):
        return len(one) == len(two) and all(map(same, one, two))
    if is_dataclass(one):
        return all(
            same(getattr(one, part.name), getattr(two, part.name))
            for part in fields(one)
        )
    return one == two


@pytest.mark.parametrize(("name", "cell_km"), [(SMALL, None), (REAL, 10.0)])
def test_a_theatre_that_shares_what_others_have_is_as_if_built_alone(
    name, cell_km, monkeypatch
):
    scenario = load_scenario(name)
    wanted = of_each_kind(paths(scenario))
    assert len({setting.path.split(".")[0] for setting in wanted}) > 10
    for setting in wanted:
        try:
            one = scenario.with_overrides({setting.path: other(setting)})
        except ScenarioError:
            continue
        build(scenario, cell_km)
        shared = built(one, cell_km)
        with monkeypatch.context() as alone:
            for kept in ("_theatres", "_places", "_regions"):
                alone.setattr(assembly, kept, {})
            fresh = built(one, cell_km)
        assert same(shared, fresh), setting.path


def test_a_change_of_the_rules_of_control_changes_the_map():
    scenario = load_scenario(SMALL)
    wide = build(scenario)
    narrow = build(
        scenario.with_overrides(
            {"map.reach": 10, "map.reach_behind": 10, "map.reach_scattered": 10}
        )
    )

    assert (narrow.holder0 == narrow.nobody).sum() > (wide.holder0 == wide.nobody).sum()


def test_a_formation_in_hostile_ground_is_an_error_that_names_it(tmp_path):
    scenario = load_scenario(SMALL)
    folder = tmp_path / SMALL
    shutil.copytree(scenario.folder, folder)
    force = scenario.forces[0]
    enemy = next(
        site.id
        for site in scenario.sites
        if scenario.relations.stance.get((force.actor, site.controller)) == "war"
    )
    table = Path(folder / "forces.csv")
    rows = table.read_text(encoding="utf-8").splitlines()
    places = " ".join(force.places)
    rows[1] = rows[1].replace(f",{places},", f",{enemy},")
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")

    with pytest.raises(ScenarioError, match=f"{force.id}.places: {enemy} .*hostile"):
        build(load_scenario(folder))


def test_a_formation_in_a_cell_of_an_enemy_is_refused_unless_its_site_is_friendly(real):
    isis, us = real.holder_index["isis"], real.holder_index["us"]
    overrun = replace(real, holder0=np.full_like(real.holder0, isis))
    order.check(overrun)

    # American posts stand on ground of the SDF, their ally: make it a stranger's
    allied = real.allied.copy()
    allied[us] = False
    with pytest.raises(ScenarioError, match=r"O30.places: us starts in hostile ground"):
        order.check(replace(overrun, allied=allied))


def test_a_formation_in_a_closed_country_is_refused(real):
    nowhere = np.full_like(real.country, len(real.country_names) - 1)

    with pytest.raises(ScenarioError, match="in a country it may not enter"):
        order.check(replace(real, country=nowhere))


@pytest.mark.parametrize(
    ("lon", "lat", "holder"),
    [
        (36.72, 34.73, "syria"),  # Homs
        (38.28, 34.56, "syria"),  # Palmyra
        (39.70, 33.86, "syria"),  # the foothold at the border north-east of Tanf
        (39.20, 34.15, "syria"),  # the corridor to it, north of Zakf
        (38.62, 33.51, "tanf"),
        (39.21, 33.81, "tanf"),  # Zakf, cut off
        (38.88, 34.88, "isis"),  # Sukhna
        (39.40, 35.20, "isis"),  # steppe south of Jabal Bishri
        (40.45, 35.02, "isis"),  # Mayadin
        (37.46, 35.04, "isis"),  # Uqayribat
        (39.05, 35.88, "isis"),  # south bank of Raqqa
        (38.86, 36.38, "sdf"),  # Ayn Issa
        (38.55, 35.84, "sdf"),  # Tabqa, on the right bank
        (40.75, 36.50, "sdf"),  # Hasakah
        (40.29, 33.04, "iraq"),  # Rutba
        (41.09, 34.37, "isis"),  # Qaim
        (40.00, 33.73, "isis"),  # Akashat
        (36.65, 35.80, "opposition"),  # Idlib
        (35.80, 33.95, "nobody"),  # Lebanon
    ],
)
def test_the_map_of_18_june_2017_is_recognised(real, lon, lat, holder):
    assert holder_at(real, lon, lat) == holder


def test_the_border_foothold_hangs_together_with_palmyra(real):
    side = real.friend[real.holder_index["syria"]][real.holder0] & real.open
    part = connected(real.grid, step_mask(real.grid, side, real.bank))

    assert part[real.grid.cell(39.69, 33.86)] == part[real.grid.cell(38.28, 34.56)]


def test_the_garrison_of_deir_ez_zor_is_a_pocket(real):
    side = real.friend[real.holder_index["syria"]][real.holder0] & real.open
    part = connected(real.grid, step_mask(real.grid, side, real.bank))
    pocket = part == part[real.site_cell[real.site_row["P001"]]]

    assert not pocket[real.site_cell[real.site_row["P033"]]]
    assert 4 <= pocket.sum() <= 40


def test_coarse_and_fine_cells_agree_on_who_holds_what(real):
    coarse = build(load_scenario(REAL), 10.0)
    cells = np.flatnonzero(real.open)
    there = coarse.grid.cells(*real.grid.lonlat(cells))
    both = coarse.open[there]
    same = real.holder0[cells][both] == coarse.holder0[there][both]

    assert both.mean() > 0.9
    assert same.mean() > 0.9


@pytest.mark.parametrize("word", ["east bank", "west bank", "north-bank", "south bank"])
def test_banks_agree_with_the_notes_of_the_gazetteer(real, word):
    # the Euphrates runs south-east: its right bank is the west and the south
    wanted = RIGHT if word in ("west bank", "south bank") else LEFT
    for site in real.scenario.sites:
        if word in site.note and site.id in real.site_row and site.id != "P009":
            row = real.site_row[site.id]
            assert real.site_bank[row] == wanted, site.name


def test_a_row_has_a_part_at_each_place_it_names(theatre):
    rules, table = theatre.parameters.map, theatre.formations0
    forces = {force.id: force for force in theatre.scenario.forces}
    seen = 0
    for row, name in enumerate(theatre.force_ids):
        own = table["parent"] == row
        rest = own & (table["home"] < 0)
        named = {theatre.site_row[place] for place in forces[name].places}
        if table["personnel"][rest].sum() >= len(named) * rules.smallest and named:
            assert named <= set(table["site"][own].tolist())
            seen += len(named)
    assert seen
