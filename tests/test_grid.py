import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from nngis.grid import Grid, heights_along, heights_at

PLANE = Grid(
    np.add.outer(-2.0 * np.arange(6.0), 3.0 * np.arange(8.0)), west=100.0, north=50.0, cell_m=5.0
)


def plane(x, y):
    """Height of the plane that the centres of PLANE lie on."""
    return 3.0 * ((x - 100.0) / 5.0 - 0.5) - 2.0 * ((50.0 - y) / 5.0 - 0.5)


@given(x=st.floats(102.5, 137.5), y=st.floats(22.5, 47.5))
def test_a_plane_is_read_exactly_between_the_centres_of_its_cells(x, y):
    assert heights_at(PLANE, [(x, y)])[0] == pytest.approx(plane(x, y), abs=1e-9)


def test_there_is_no_height_outside_the_grid_or_at_a_missing_place():
    points = [(99.9, 30.0), (140.1, 30.0), (120.0, 50.1), (120.0, 19.9), (np.nan, 30.0)]
    assert np.isnan(heights_at(PLANE, points)).all()


def test_the_edge_of_the_grid_has_the_height_of_the_outermost_centres():
    corners = heights_at(PLANE, [(100.0, 50.0), (140.0, 20.0)])
    assert corners.tolist() == [0.0, 3.0 * 7 - 2.0 * 5]


def test_a_cell_without_a_value_has_no_height_and_does_not_spoil_its_neighbours():
    values = np.array([[1.0, np.nan, 5.0]])
    grid = Grid(values, west=0.0, north=10.0, cell_m=10.0)
    heights = heights_at(grid, [(9.0, 5.0), (15.0, 5.0), (21.0, 5.0)])
    np.testing.assert_array_equal(heights, [1.0, np.nan, 5.0])


def test_samples_hold_both_ends_of_each_line_and_are_no_farther_apart_than_the_step():
    lines = [
        shapely.LineString([(102.5, 30), (114.5, 30)]),
        shapely.LineString([(110, 40), (111, 40)]),
    ]
    samples = heights_along(PLANE, lines, step_m=5.0)
    assert samples.line.tolist() == [0, 0, 0, 0, 1, 1]
    assert samples.along_m.tolist() == [0.0, 4.0, 8.0, 12.0, 0.0, 1.0]
    at = np.where(samples.line == 0, 102.5, 110.0) + samples.along_m
    np.testing.assert_allclose(
        samples.height, plane(at, np.where(samples.line == 0, 30.0, 40.0)), atol=1e-9
    )
