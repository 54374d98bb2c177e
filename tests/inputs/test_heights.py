"""Pits, voids and spikes of a terrain are found; hills and valleys are not."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.grid import Grid
from nngis.inputs.heights import LARGEST_CELLS, fill_outliers, find_outliers, note_outliers
from nngis.text import counted

ROWS, COLUMNS = 64, 80


def hills(steepness: float, phase: float) -> np.ndarray:
    """Rolling ground: at most 2 * pi * steepness / 40 metres a cell."""
    y, x = np.mgrid[:ROWS, :COLUMNS]
    return 80.0 + steepness * np.sin(2 * np.pi * x / 40 + phase) * np.cos(2 * np.pi * y / 50)


ground = st.builds(hills, st.floats(0, 30), st.floats(0, 6))


@settings(max_examples=60, deadline=None)
@given(
    heights=ground,
    row=st.integers(2, ROWS - 10),
    column=st.integers(2, COLUMNS - 10),
    size=st.integers(1, 6),
    wrong=st.sampled_from([-500.0, -9999.0, 0.0, 2_000.0]),
)
def test_a_patch_that_breaks_off_is_found_and_nothing_else(
    heights: np.ndarray, row: int, column: int, size: int, wrong: float
) -> None:
    patch = (slice(row, row + size), slice(column, column + size))
    made = heights.copy()
    made[patch] = wrong or -60.0
    found = find_outliers(made)
    assert found[patch].all()
    assert found.sum() == size * size


@settings(max_examples=60, deadline=None)
@given(ground)
def test_rolling_ground_has_none(heights: np.ndarray) -> None:
    assert not find_outliers(heights).any()


def test_what_is_not_known_is_no_outlier() -> None:
    heights = hills(10.0, 0.0)
    heights[:, 40:] = np.nan
    assert not find_outliers(heights).any()


def test_a_pit_is_said_with_its_place() -> None:
    heights = np.full((40, 40), 70.0)
    heights[10, 20] = -50.0
    (note,) = note_outliers(Grid(heights, 1000.0, 2000.0, 10.0))
    assert "1 cell of" in note.en
    assert "(1205, 1895) -50.0 m" in note.en


@settings(max_examples=60, deadline=None)
@given(
    slope=st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
    row=st.integers(4, ROWS - 12),
    column=st.integers(4, COLUMNS - 12),
    size=st.integers(1, 6),
    wrong=st.sampled_from([-500.0, -9999.0, 0.0, 2_000.0]),
)
def test_a_patch_on_a_plane_is_filled_by_the_plane(
    slope: tuple[float, float], row: int, column: int, size: int, wrong: float
) -> None:
    y, x = np.mgrid[:ROWS, :COLUMNS]
    plane = 200.0 + slope[0] * x + slope[1] * y
    made = plane.copy()
    made[row : row + size, column : column + size] = wrong
    made[0, 0] = np.nan
    filled, notes = fill_outliers(Grid(made, 1_000.0, 2_000.0, 10.0))
    np.testing.assert_allclose(filled.values[1:], plane[1:], atol=1e-6)
    assert np.isnan(filled.values[0, 0])
    assert made[row, column] == wrong  # what was given stays as it is
    assert f"{counted(size * size, 'cell')} of the terrain in 1 patch" in notes[0].en


def test_a_large_void_of_one_height_is_filled_whole() -> None:
    ground = np.full((96, 96), 70.0)
    ground[20:60, 30:66] = 0.0
    filled, _ = fill_outliers(Grid(ground, 0.0, 960.0, 10.0))
    np.testing.assert_allclose(filled.values, 70.0)


def test_a_large_patch_of_many_heights_is_left_and_said() -> None:
    y, x = np.mgrid[:120, :120]
    ground = np.full((120, 120), 500.0)
    ground[40:61, 40:62] = 300.0 + (x + 2 * y)[40:61, 40:62] * 0.001
    found = find_outliers(ground).sum()
    filled, notes = fill_outliers(Grid(ground, 0.0, 1_200.0, 10.0))
    assert found > LARGEST_CELLS
    np.testing.assert_array_equal(filled.values, ground)
    assert [f"{found} cells" in note.en for note in notes] == [True]
    assert "left as they are" in notes[0].en


def test_ground_without_outliers_is_said_to_need_no_filling() -> None:
    ground = hills(10.0, 0.0)
    filled, notes = fill_outliers(Grid(ground, 0.0, 640.0, 10.0))
    np.testing.assert_array_equal(filled.values, ground)
    assert "0 cells of the terrain in 0 patches" in notes[0].en
