"""Banks, terrain, roads, crossings and the division of ground, on a made-up map."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.geo import layers
from abm.geo.banks import LEFT, RIGHT, cell_banks, connected, river_on, step_mask
from abm.geo.control import Claims, Way, allocation
from abm.geo.grid import Box, grid_over
from abm.geo.roads import (
    Land,
    connectors,
    crossing_cells,
    own_cells,
    road_cells,
    roads,
)
from abm.geo.shapes import beside, dense

BOX = Box(lon_min=38.5, lon_max=39.5, lat_min=34.5, lat_max=35.5)
GRID = grid_over(BOX, epsg=32637, cell_km=5.0)
NOBODY = 3


def feature(kind, coordinates, **properties):
    return {
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def square(west, south, east, north, **properties):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return feature("Polygon", [ring], **properties)


# Flows from the north edge to the south-east corner: its right bank is the west.
RIVER = feature(
    "LineString",
    [[39.0, 35.5], [38.9, 35.2], [39.15, 35.0], [39.0, 34.8], [39.3, 34.5]],
    name="Styx",
)


def land(river="Styx"):
    found = river_on(GRID, [RIVER], river)
    bank = cell_banks(GRID, found)
    return Land(GRID, found, bank, ~GRID.padding)


def cell(lon, lat):
    return GRID.cell(lon, lat)


def test_right_of_a_river_that_flows_south_is_west():
    bank = land().bank

    assert bank[cell(38.6, 35.0)] == RIGHT
    assert bank[cell(39.4, 35.0)] == LEFT


def test_a_river_drawn_upstream_has_its_banks_swapped():
    line = RIVER["geometry"]["coordinates"][::-1]
    upstream = river_on(GRID, [feature("LineString", line, name="Styx")], "Styx")

    inner = ~GRID.padding
    np.testing.assert_array_equal(
        cell_banks(GRID, upstream)[inner], 1 - land().bank[inner]
    )


def test_a_river_that_leaves_the_map_divides_it_all_the_same():
    line = [[39.0, 37.0], *RIVER["geometry"]["coordinates"], [39.3, 33.0]]
    longer = river_on(GRID, [feature("LineString", line, name="Styx")], "Styx")

    same = cell_banks(GRID, longer) == land().bank
    assert same[~GRID.padding].mean() > 0.97


def test_without_a_river_there_is_one_bank():
    assert not land(river="").bank.any()


def test_an_unknown_river_is_named():
    with pytest.raises(ValueError, match="no line named 'Lethe'"):
        river_on(GRID, [RIVER], "Lethe")


def test_no_step_leads_from_one_bank_to_the_other():
    here = land()
    part = connected(GRID, step_mask(GRID, here.enterable, here.bank))

    right = np.unique(part[here.enterable & (here.bank == RIGHT)])
    left = np.unique(part[here.enterable & (here.bank == LEFT)])
    assert len(right) == len(left) == 1
    assert right[0] != left[0]


def test_steps_are_open_both_ways_or_not_at_all():
    mask = step_mask(GRID, land().enterable, land().bank)
    back = (1, 0, 3, 2, 7, 6, 5, 4)  # N-S, W-E, NW-SE, NE-SW
    for k, opposite in enumerate(back):
        start = np.flatnonzero((mask >> k) & 1)
        end = start + GRID.offsets[k]
        assert np.all((mask[end] >> opposite) & 1)


def test_the_first_terrain_that_covers_a_cell_wins_and_the_last_is_everywhere():
    found = layers.terrain(
        GRID,
        [
            square(38.5, 34.9, 39.0, 35.1, cls="hill", move_cost=2.0, cover=0.5),
            square(38.5, 34.5, 39.5, 35.1, cls="water", move_cost=999, cover=0.0),
            square(0, 0, 1, 1, cls="steppe", move_cost=1.0, cover=0.1),
        ],
    )

    assert found.names == ("hill", "steppe")
    at_hill, at_lake, beyond = cell(38.7, 35.0), cell(39.3, 35.0), cell(39.3, 35.4)
    assert not found.water[at_hill]
    assert found.water[at_lake]
    assert not found.water[beyond]
    assert found.names[found.kind[at_hill]] == "hill"
    # a road through the lake runs on what lies around it
    assert found.names[found.kind[at_lake]] == "steppe"
    assert found.move_cost[at_hill] == 2.0
    assert found.cover[beyond] == np.float32(0.1)


def test_a_cell_belongs_to_the_country_of_its_centre():
    names, country = layers.countries(
        GRID, [square(38.0, 34.0, 39.0, 36.0, name="Westland")]
    )

    assert names == ("Westland", layers.NO_COUNTRY)
    assert names[country[cell(38.7, 35.0)]] == "Westland"
    assert names[country[cell(39.3, 35.0)]] == layers.NO_COUNTRY


def test_elevation_is_linear_between_points():
    # 2 x 3 points a degree apart; metres = 100 * column + 10 * row from the north
    text = (
        "ncols 3\nnrows 2\nxllcenter 38\nyllcenter 34.5\ncellsize 1\nnodata_value -9\n"
        "0 100 200\n10 110 210\n"
    )
    metres = layers.elevation(GRID, layers.heights(text))

    lon, lat = GRID.lonlat(cell(39.2, 35.1))
    expected = 100 * (float(lon) - 38) + 10 * (35.5 - float(lat))
    assert metres[cell(39.2, 35.1)] == pytest.approx(expected, rel=1e-4)


def test_an_elevation_file_with_too_few_values_is_refused():
    text = (
        "ncols 2\nnrows 2\nxllcenter 38\nyllcenter 34\ncellsize 1\nnodata_value -9\n1 2"
    )
    with pytest.raises(ValueError, match=r"2 x 2 values are wanted \(got 2\)"):
        layers.heights(text)


BESIDE_RIVER = [[38.97, 35.45], [38.87, 35.2], [39.1, 35.0], [38.95, 34.8]]


def test_a_road_along_the_river_stays_on_its_own_bank_without_a_gap():
    here = land()
    pieces = road_cells(here, np.array(BESIDE_RIVER))

    assert len(pieces) == 1
    assert np.all(here.bank[pieces[0]] == RIGHT)
    rows, columns = np.divmod(pieces[0], GRID.width)
    apart = np.maximum(np.abs(np.diff(rows)), np.abs(np.diff(columns)))
    assert np.all(apart == 1)


def test_the_best_road_of_a_cell_counts():
    line = [[38.6, 35.0], [38.8, 35.0]]
    found = roads(
        land(),
        [
            feature("LineString", line, cls="primary"),
            feature("LineString", line, cls="track"),
        ],
    )

    assert found[cell(38.7, 35.0)] == 3
    assert found[cell(38.7, 35.3)] == 0


def test_a_point_by_the_river_gets_a_cell_of_its_own_bank():
    here = land()
    share = np.linspace(0.02, 0.98, 200)
    line = here.river.line
    x = np.interp(share, np.linspace(0, 1, len(line)), line[:, 0])
    y = np.interp(share, np.linspace(0, 1, len(line)), line[:, 1])
    for shift in (-0.3, 0.3):
        bank = here.river.bank(x + shift, y)
        found = own_cells(here, x + shift, y, bank=bank, usable=here.enterable)
        np.testing.assert_array_equal(here.bank[found], bank)


def test_a_crossing_joins_neighbours_on_both_banks_near_it():
    here = land()
    x, y = GRID.xy_km([39.0], [35.1])
    right, left = crossing_cells(here, x, y, usable=here.enterable)

    assert here.bank[right[0]] == RIGHT
    assert here.bank[left[0]] == LEFT
    assert left[0] - right[0] in GRID.offsets
    middle = (np.array(GRID.center_km(right)) + np.array(GRID.center_km(left))) / 2
    assert np.hypot(*(middle - np.array([x, y]))) < 5.0


def test_a_crossing_is_linked_to_the_nearest_road_of_its_bank_but_not_beyond_reach():
    here = land()
    road = roads(
        here, [feature("LineString", [[38.7, 35.4], [38.7, 34.6]], cls="secondary")]
    )
    end = cell(38.9, 35.0)  # four cells east of the road
    linked = connectors(here, road, [end], usable=here.enterable, reach=25.0)
    alone = connectors(here, road, [end], usable=here.enterable, reach=10.0)

    assert linked[end] == 2
    assert alone[end] == 0
    added = (linked > 0) & (road == 0)
    part = connected(GRID, step_mask(GRID, linked > 0))
    assert 2 <= added.sum() <= 4
    assert part[end] == part[cell(38.7, 35.0)]


@given(st.integers(2, 6), st.floats(0.1, 3.0))
def test_a_dense_line_passes_its_own_points_in_small_steps(n, spacing):
    points = np.column_stack([np.arange(n) ** 1.5, np.arange(n) % 2])
    found = dense(points, spacing)

    assert np.hypot(*np.diff(found, axis=0).T).max() <= spacing + 1e-9
    for point in points:
        assert np.hypot(*(found - point).T).min() < 1e-9


def test_cells_beside_a_line_lie_within_reach_of_it():
    found = beside(GRID, np.array([[38.6, 35.0], [39.4, 35.0]]), 5.0)
    _, line_y = GRID.xy_km(39.0, 35.0)
    _, y = GRID.center_km(found)

    assert len(found) > 20
    assert np.all(np.abs(y - line_y) < 6.0)


def _way(effort=None):
    here = land()
    mask = step_mask(GRID, here.enterable, here.bank)
    return here, Way(GRID, mask, np.ones(GRID.n_cells) if effort is None else effort)


def _claims(*rows):
    holder, cells, reach, rank = zip(*rows, strict=True)
    return Claims(
        np.array(holder, np.int8),
        np.array(cells, np.int32),
        np.array(reach, np.float64),
        np.array(rank, np.float64),
    )


EVERYWHERE = np.ones((NOBODY + 1, GRID.n_cells), dtype=bool)


def test_ground_goes_to_the_nearest_place_that_reaches_it():
    _, way = _way()
    west, east = cell(38.55, 35.0), cell(38.85, 35.0)
    found = allocation(
        way,
        _claims((0, west, 40.0, 0), (1, east, 12.0, 9)),
        allowed=EVERYWHERE,
        nobody=NOBODY,
    )

    assert found[west] == 0
    assert found[east] == 1
    # a row of cells between them: nearer to the west, then beyond the east's reach,
    # which the west's covers
    assert found[west + 1] == 0
    assert found[east - 1] == 1
    assert found[cell(38.85, 35.18)] == 0


def test_nobody_holds_ground_beyond_every_reach_or_across_the_river():
    here, way = _way()
    found = allocation(
        way,
        _claims((0, cell(38.85, 35.0), 20.0, 0)),
        allowed=EVERYWHERE,
        nobody=NOBODY,
    )

    assert found[cell(38.85, 35.4)] == NOBODY
    assert np.all(found[here.bank == LEFT] == NOBODY)


def test_a_road_carries_a_claim_farther():
    open_ground = np.ones(GRID.n_cells)
    road = open_ground.copy()
    start = cell(38.55, 35.0)
    road[start : start + 6] = 0.5
    claims = _claims((0, start, 14.0, 0))
    held = [
        int((allocation(way, claims, allowed=EVERYWHERE, nobody=NOBODY) == 0).sum())
        for way in (_way(open_ground)[1], _way(road)[1])
    ]

    assert held[1] > held[0]


def test_two_places_in_one_cell_leave_it_to_the_one_of_higher_rank():
    _, way = _way()
    shared = cell(38.7, 35.0)
    for first, second in ((5.0, 2.0), (2.0, 5.0)):
        found = allocation(
            way,
            _claims((0, shared, 10.0, first), (1, shared, 10.0, second)),
            allowed=EVERYWHERE,
            nobody=NOBODY,
        )
        assert found[shared] == (0 if first > second else 1)


def test_a_holder_gets_no_cell_where_it_may_not_be():
    _, way = _way()
    allowed = EVERYWHERE.copy()
    allowed[0] = GRID.center_km(np.arange(GRID.n_cells))[1] < 40.0
    found = allocation(
        way, _claims((0, cell(38.7, 35.2), 60.0, 0)), allowed=allowed, nobody=NOBODY
    )

    assert np.any(found == 0)
    assert not np.any((found == 0) & ~allowed[0])
