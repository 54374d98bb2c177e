"""Points snapped to edges, against shapely's distances."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.crs import ground_distance_m
from nngis.errors import ParameterError
from nngis.network.graph import graph_from_arrays, graph_from_lines, legs, snap
from nngis.network.graph.grid import nearest_on_lines, segment_grid
from nngis.network.graph.shapes import shapes_of

CRS = "EPSG:4545"
X, Y = 500_000.0, 2_500_000.0


def street(oneway=0):
    """A street of 1 km eastwards from (X, Y)."""
    graph, _ = graph_from_arrays([X, X + 1000], [Y, Y], [0], [1], [1000], crs=CRS, oneway=[oneway])
    return graph


@st.composite
def lines_and_points(draw):
    size = draw(st.sampled_from([10, 1000]))
    coordinate = st.floats(-size, size).map(lambda value: round(value, 4))
    point = st.tuples(coordinate, coordinate)
    lines = draw(
        st.lists(
            st.lists(point, min_size=2, max_size=4)
            .map(shapely.LineString)
            .filter(lambda line: line.length > 1e-3),
            min_size=1,
            max_size=12,
        )
    )
    far = st.floats(-3000, 3000).map(lambda value: round(value, 4))
    points = draw(st.lists(st.tuples(far, far), min_size=1, max_size=8))
    return np.array(lines), np.array(points)


@settings(deadline=None)
@given(lines_and_points())
def test_the_nearest_place_is_nearest_of_all(asked):
    lines, points = asked
    shapes = shapes_of(lines)
    line, along_m, foot_x, foot_y = nearest_on_lines(segment_grid(shapes), shapes, *points.T.copy())
    distance = shapely.distance(shapely.points(points)[:, None], lines[None, :])
    gap = np.hypot(points[:, 0] - foot_x, points[:, 1] - foot_y)
    assert gap == pytest.approx(distance.min(axis=1), abs=1e-6)
    assert distance[np.arange(len(points)), line] == pytest.approx(gap, abs=1e-6)
    foot = shapely.points(foot_x, foot_y)
    assert shapely.distance(shapely.line_interpolate_point(lines[line], along_m), foot).max() < 1e-6


def test_points_stand_on_the_edge_and_not_on_its_nodes():
    places = snap(street(), [X + 400], [Y + 30], max_snap_m=50)
    assert places.share.tolist() == [0.4]
    assert places.distance_m == pytest.approx([30])
    assert (places.x[0], places.y[0]) == (X + 400, Y)


def test_the_leg_is_true_on_the_ground():
    east = 650_000.0
    graph, _ = graph_from_arrays([east, east], [Y, Y + 9000], [0], [1], [9000], crs=CRS)
    places = snap(graph, [east + 4000], [Y + 100], max_snap_m=4000)
    true_m = ground_distance_m(east, Y + 100, east + 4000, Y + 100, graph.crs)
    assert places.distance_m[0] == pytest.approx(float(true_m), abs=1e-6)
    assert places.distance_m[0] < 3999
    assert places.ok[0]


def test_what_lies_too_far_is_not_ok_but_says_how_far():
    places = snap(street(), [X, X, np.nan], [Y + 50, Y + 50.01, 0], max_snap_m=50)
    assert places.ok.tolist() == [True, False, False]
    assert places.distance_m[1] == pytest.approx(50.01)
    assert np.isnan(places.distance_m[2])
    assert places.edge.tolist() == [0, 0, -1]


def test_of_edges_equally_near_the_first_is_taken():
    graph, _ = graph_from_arrays(
        [X, X + 100, X + 100], [Y, Y, Y + 100], [0, 1, 2], [1, 2, 0], [100, 100, 142], crs=CRS
    )
    assert snap(graph, [X + 100], [Y], max_snap_m=1).edge.tolist() == [0]


def test_a_place_within_a_millimetre_of_an_end_is_the_end():
    places = snap(street(), [X + 0.0005, X + 999.9995, X + 0.002], [Y] * 3, max_snap_m=1)
    assert places.share.tolist() == [0.0, 1.0, pytest.approx(2e-6)]


def test_places_on_bent_edges_are_measured_along_the_bend():
    line = shapely.LineString([(X, Y), (X + 300, Y), (X + 300, Y + 100)])
    graph, _ = graph_from_arrays(
        [X, X + 300], [Y, Y + 100], [0], [1], [400], crs=CRS, geometry=np.array([line])
    )
    assert snap(graph, [X + 310], [Y + 50], max_snap_m=20).share.tolist() == [0.875]


def test_a_negative_access_limit_is_refused():
    with pytest.raises(ParameterError, match="max_snap_m"):
        snap(street(), [X], [Y], max_snap_m=-1)


def test_nothing_snaps_to_a_graph_without_roads():
    graph, _ = graph_from_arrays([], [], [], [], [], crs=CRS)
    places = snap(graph, [X], [Y], max_snap_m=1)
    assert not places.ok.any()
    assert np.isnan(places.distance_m).all()


@pytest.mark.parametrize(
    ("oneway", "leaving", "ends"),
    [
        (0, True, [True, True]),
        (1, True, [False, True]),
        (1, False, [True, False]),
        (-1, True, [True, False]),
        (-1, False, [False, True]),
    ],
)
def test_legs_respect_one_way_streets(oneway, leaving, ends):
    graph = street(oneway)
    found = legs(graph, snap(graph, [X + 400], [Y], max_snap_m=1), leaving=leaving)
    assert found.open.tolist() == [ends]
    cost = found.cost(graph.length_m, np.array([5.0]))
    assert cost[0][ends].tolist() == np.array([405.0, 605.0])[ends].tolist()
    assert np.isinf(cost[0][~np.array(ends)]).all()


def test_a_place_at_an_end_can_use_that_end_whatever_the_sign_says():
    graph = street(1)
    found = legs(graph, snap(graph, [X], [Y], max_snap_m=1), leaving=True)
    assert found.open.tolist() == [[True, True]]
    assert found.cost(graph.length_m, np.zeros(1)).tolist() == [[0.0, 1000.0]]


def test_many_points_on_real_roads_snap_as_shapely_says(nanning_roads):
    graph, _ = graph_from_lines(nanning_roads, tolerance_m=0)
    box = nanning_roads.total_bounds
    rng = np.random.default_rng(1)
    x, y = (rng.uniform(box[at], box[at + 2], 500) for at in (0, 1))
    places = snap(graph, x, y, max_snap_m=1e6)
    foot = shapely.points(places.x, places.y)
    _, distance = shapely.STRtree(graph.geometry).query_nearest(
        shapely.points(x, y), return_distance=True, all_matches=False
    )
    assert shapely.distance(foot, shapely.points(x, y)) == pytest.approx(distance, abs=1e-6)
