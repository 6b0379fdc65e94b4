"""The grid: projection, cells and padding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.geo.grid import Box, grid_over

BOX = Box(lon_min=38.0, lon_max=40.0, lat_min=34.0, lat_max=35.0)
UTM_37N = 32637
GRID = grid_over(BOX, epsg=UTM_37N, cell_km=5.0)


def test_a_cell_centre_lies_in_its_own_cell():
    inner = np.flatnonzero(~GRID.padding)

    np.testing.assert_array_equal(GRID.cells(*GRID.lonlat(inner)), inner)


@given(st.floats(38.0, 40.0), st.floats(34.0, 35.0))
def test_every_point_of_the_box_is_in_a_cell_near_its_centre(lon, lat):
    cell = GRID.cell(lon, lat)
    x, y = GRID.xy_km(lon, lat)
    center_x, center_y = GRID.center_km(cell)

    assert cell >= 0
    assert abs(x - center_x) <= 2.5 + 1e-9
    assert abs(y - center_y) <= 2.5 + 1e-9


@given(st.floats(38.0, 40.0), st.floats(34.0, 35.0))
def test_projecting_there_and_back_moves_no_point_by_a_metre(lon, lat):
    back_lon, back_lat = GRID.lonlat_of_km(*GRID.xy_km(lon, lat))

    assert back_lon == pytest.approx(lon, abs=1e-5)
    assert back_lat == pytest.approx(lat, abs=1e-5)


def test_points_off_the_grid_or_in_its_padding_have_no_cell():
    x, y = np.array([-1.0, 2.0, 7.0]), np.array([7.0, 7.0, -400.0])

    np.testing.assert_array_equal(GRID.cells_at_km(x, y), [-1, -1, -1])


def test_north_is_up_and_east_is_right():
    north, south = GRID.cell(39.0, 34.9), GRID.cell(39.0, 34.1)
    west, east = GRID.cell(38.1, 34.5), GRID.cell(39.9, 34.5)

    assert north // GRID.width < south // GRID.width
    assert west % GRID.width < east % GRID.width


def test_steps_lead_where_their_names_say():
    start = 3 * GRID.width + 4

    # N, S, W, E, NW, NE, SW, SE of row 3, column 4
    rows, columns = np.divmod(start + GRID.offsets, GRID.width)
    assert rows.tolist() == [2, 4, 3, 3, 2, 2, 4, 4]
    assert columns.tolist() == [4, 4, 3, 5, 3, 5, 3, 5]


def test_the_affine_transform_gives_the_corner_of_a_cell():
    a, b, c, d, e, f = GRID.transform
    column, row = 7, 3
    x, y = GRID.center_km(row * GRID.width + column)

    east, north = a * column + b * row + c, d * column + e * row + f
    assert (east - GRID.west_m) / 1000 == pytest.approx(float(x) - 2.5)
    assert (GRID.north_m - north) / 1000 == pytest.approx(float(y) - 2.5)


def test_a_coarser_grid_covers_the_same_box():
    coarse = grid_over(BOX, epsg=UTM_37N, cell_km=10.0)
    corners = [(38.0, 34.0), (38.0, 35.0), (40.0, 34.0), (40.0, 35.0)]

    assert coarse.n_cells < GRID.n_cells / 3
    assert all(coarse.cell(lon, lat) >= 0 for lon, lat in corners)


@pytest.mark.parametrize("side", [0.0, -5.0, float("nan")])
def test_a_cell_without_size_is_refused(side):
    with pytest.raises(ValueError, match="cell_km: must be above 0"):
        grid_over(BOX, epsg=UTM_37N, cell_km=side)
