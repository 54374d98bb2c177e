"""Pits, voids and spikes of a terrain are found; hills and valleys are not."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.grid import Grid
from nngis.inputs.heights import find_outliers, note_outliers

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
    assert "1 cells" in note.en
    assert "(1205, 1895) -50.0 m" in note.en
