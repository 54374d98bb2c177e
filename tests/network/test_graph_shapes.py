"""Cutting pieces out of lines, against shapely's own substring."""

import numpy as np
import shapely
import shapely.ops
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.network.graph.shapes import cut, lines_of, shapes_of

coordinate = st.integers(-50, 50)
point = st.tuples(coordinate, coordinate)
line = (
    st.lists(point, min_size=2, max_size=6)
    .map(shapely.LineString)
    .filter(lambda found: found.length > 0)
)
share = st.floats(0, 1)


@settings(deadline=None)
@given(st.lists(st.tuples(line, share, share), min_size=1, max_size=5))
def test_pieces_are_those_of_shapely(asked):
    lines = np.array([found for found, _, _ in asked])
    start, end = (np.array([ask[at] for ask in asked]) * shapely.length(lines) for at in (1, 2))
    order = np.arange(len(asked))[::-1]
    pieces = lines_of(cut(shapes_of(lines), order, start[order], end[order]))
    for at, piece in zip(order, pieces, strict=True):
        expected = shapely.ops.substring(lines[at], start[at], end[at])
        assert abs(piece.length - abs(end[at] - start[at])) < 1e-9
        assert piece.hausdorff_distance(expected) < 1e-9
        assert shapely.get_point(piece, 0).distance(lines[at].interpolate(start[at])) < 1e-9
        assert shapely.get_point(piece, -1).distance(lines[at].interpolate(end[at])) < 1e-9


def test_whole_lines_come_out_unchanged():
    bent = shapely.LineString([(0, 0), (3, 4), (3, 9)])
    shapes = shapes_of(np.array([bent, bent.reverse()]))
    assert shapes.length_m.tolist() == [10, 10]
    whole = lines_of(cut(shapes, np.array([1, 0]), np.zeros(2), np.full(2, 10.0)))
    assert [found.wkt for found in whole] == [bent.reverse().wkt, bent.wkt]


def test_lines_can_be_picked():
    lines = np.array([shapely.LineString([(at, 0), (at, 1), (at, at)]) for at in range(2, 6)])
    picked = shapes_of(lines).take(np.array([3, 1, 1]))
    assert shapely.equals(lines_of(picked), lines[[3, 1, 1]]).all()
    assert picked.along_m.tolist() == [0, 1, 5, 0, 1, 3, 0, 1, 3]


def test_no_lines_are_no_pieces():
    none = shapes_of(np.array([], object))
    assert lines_of(cut(none, np.array([], int), np.array([]), np.array([]))).size == 0
