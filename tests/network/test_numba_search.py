"""The ring of buckets: as wide as the mean arc, and long enough for the longest."""

import numpy as np
import pytest

from nngis.network._numba_search import DIST, choose_buckets

NO_LEGS = np.empty(0)


def arcs(*lengths: float) -> np.ndarray:
    weight = np.zeros((len(lengths), 2))
    weight[:, DIST] = lengths
    return weight


@pytest.mark.parametrize(
    ("lengths", "legs", "width", "ahead"),
    [
        # The mean of 1, 1, 1 and 97 is 25; over the arc of 97 a node waits 3.88 widths ahead.
        ((1.0, 1.0, 1.0, 97.0), NO_LEGS, 25.0, 4),
        ((97.0, 1.0, 1.0, 1.0), NO_LEGS, 25.0, 4),
        # A leg of 260 is ten widths and a half; one beyond the limit is never walked.
        ((25.0, 25.0), np.array([260.0, 5_000.0, np.inf]), 25.0, 11),
        ((0.0, 0.0), NO_LEGS, 1.0, 0),  # all in one place
    ],
)
def test_no_node_waits_a_whole_lap_ahead(lengths, legs, width, ahead) -> None:
    found, count = choose_buckets(arcs(*lengths), legs, 1_000.0)
    assert found == width
    if ahead:
        # Two laps share no bucket as long as none lies more than n - 2 buckets ahead.
        assert count - 2 >= ahead
        assert count <= ahead + 3  # and none is made for nothing
    else:
        assert count == 1
