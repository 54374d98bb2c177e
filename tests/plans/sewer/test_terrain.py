"""Ground of a design: what is no height is filled from the nearest cell that has one."""

import numpy as np
import pytest

from nngis.errors import LayerError
from nngis.grid import Grid
from nngis.plans.sewer.terrain import HIGHEST_M, LOWEST_M, read_terrain


def ground(*lasts: float) -> Grid:
    values = np.full((1, 40), 100.0)
    values[0, -len(lasts) :] = lasts
    return Grid(np.repeat(values, 9, axis=0), west=0.0, north=900.0, cell_m=100.0)


BOUNDS = (50.0, 50.0, 3_950.0, 850.0)


@pytest.mark.parametrize("value", [HIGHEST_M, LOWEST_M, 9_500.0, -9_999.0, np.nan, np.inf])
def test_a_cell_at_or_beyond_the_bounds_of_heights_is_a_hole(value: float) -> None:
    terrain = read_terrain(ground(70.0, value), BOUNDS, None)
    at = [[3_950.0, 450.0], [3_850.0, 450.0]]
    assert terrain.at(at).tolist() == pytest.approx([70.0, 70.0])
    assert terrain.is_known(at).tolist() == [False, True]


def test_heights_just_within_the_bounds_are_heights() -> None:
    terrain = read_terrain(ground(HIGHEST_M - 1.0, LOWEST_M + 1.0), BOUNDS, None)
    assert terrain.at([[3_850.0, 450.0], [3_950.0, 450.0]]).tolist() == [8_999.0, -449.0]


def test_ground_without_any_height_is_refused() -> None:
    holes = Grid(np.full((9, 40), np.nan), west=0.0, north=900.0, cell_m=100.0)
    with pytest.raises(LayerError, match="no height"):
        read_terrain(holes, BOUNDS, None)
