"""Cells of a road layer, each by itself: what it says, or nothing."""

import numpy as np
import pytest

from nngis.ledger.road_cells import ROAD_CELLS


@pytest.mark.parametrize(
    ("field", "cells", "said"),
    [
        ("edge_length_m", [0, "0", 12.5, "12.5", -1, "-0.1", "长", None], [0.0, 0.0, 12.5, 12.5]),
        ("edge_time_s", [0, 3, "x"], [0.0, 3.0]),
        ("edge_back_time_s", [-3, 0], [None, 0.0]),
        ("bridge", ["yes", "no", "", None], [True, False]),
        ("layer", ["1", -1, 0, "上"], ["1", "-1", "0"]),
    ],
)
def test_a_cell_says_a_number_from_nought_on_or_nothing(field, cells, said):
    found = ROAD_CELLS[field](np.array(cells, dtype=object))
    assert list(found) == said + [None] * (len(cells) - len(said))
