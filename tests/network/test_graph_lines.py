"""Graphs from lines: cut where they meet, joined where they nearly do."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString

from nngis.crs import ground_distance_m
from nngis.errors import LayerError, ParameterError
from nngis.network.graph import components, graph_from_lines

CRS = "EPSG:4545"
X, Y = 500_000, 2_500_000


def layer(*lines, **columns):
    """Lines given by coordinates counted from (X, Y)."""
    made = [LineString([(X + x, Y + y) for x, y in line]) for line in lines]
    return gpd.GeoDataFrame(columns, geometry=made, crs=CRS)


def ends(graph):
    """Both ends of every edge, counted from (X, Y)."""
    x, y = np.round(graph.x - X, 6), np.round(graph.y - Y, 6)
    return sorted(
        sorted([(x[a], y[a]), (x[b], y[b])])
        for a, b in zip(graph.edge_from, graph.edge_to, strict=True)
    )


def test_lines_that_cross_are_cut_into_four():
    graph, report = graph_from_lines(
        layer([(0, 0), (100, 0)], [(40, -30), (40, 30)]), tolerance_m=0
    )
    assert ends(graph) == [
        [(0, 0), (40, 0)],
        [(40, -30), (40, 0)],
        [(40, 0), (40, 30)],
        [(40, 0), (100, 0)],
    ]
    assert (report.rows_in, report.crossings_split, report.components) == (2, 1, 1)
    assert graph.row.tolist() == [0, 0, 1, 1]


def test_three_lines_through_one_place_share_one_node():
    graph, report = graph_from_lines(
        layer([(-9, 0), (9, 0)], [(0, -9), (0, 9)], [(-7, -7.3), (7, 7.3)]), tolerance_m=0
    )
    assert (graph.n_nodes, graph.n_edges, report.crossings_split) == (7, 6, 1)


def test_a_line_that_ends_on_another_cuts_it():
    graph, report = graph_from_lines(layer([(0, 0), (100, 0)], [(40, 0), (40, 30)]), tolerance_m=0)
    assert (graph.n_edges, report.crossings_split, report.components) == (3, 1, 1)


def test_lines_joined_end_to_end_are_not_cut():
    graph, report = graph_from_lines(layer([(0, 0), (10, 0)], [(10, 0), (10, 9)]), tolerance_m=0)
    assert (graph.n_edges, graph.n_nodes, report.crossings_split) == (2, 3, 0)


def test_a_bridge_does_not_meet_the_street_under_it():
    roads = layer([(0, 0), (100, 0)], [(40, -30), (40, 30)], layer=[0, 1])
    graph, report = graph_from_lines(roads, tolerance_m=0, level="layer")
    assert (graph.n_edges, report.crossings_split, report.components) == (2, 0, 2)


def test_a_bridge_is_joined_with_the_ramps_at_its_ends():
    roads = layer(
        [(0, 0), (100, 0)],
        [(40, -20), (40, 20)],
        [(40, -60), (40, -20)],
        [(40, 20), (40, 60)],
        layer=[None, 1, 0, 0],
    )
    graph, report = graph_from_lines(roads, tolerance_m=1, level="layer")
    assert (graph.n_edges, report.crossings_split, report.components) == (4, 0, 2)
    assert components(graph)["edges"].tolist() == [3, 1]


def test_crossings_of_two_levels_at_one_place_stay_apart():
    cross = [[(-9, 0), (9, 0)], [(0, -9), (0, 9)]]
    slanted = [[(-9, -9), (9, 9)], [(-9, 9), (9, -9)]]
    graph, report = graph_from_lines(
        layer(*cross, *slanted, layer=[0, 0, 1, 1]), tolerance_m=0, level="layer"
    )
    assert (graph.n_edges, report.crossings_split, report.components) == (8, 2, 2)


def test_lines_that_run_together_are_one_road():
    graph, report = graph_from_lines(layer([(0, 0), (60, 0)], [(20, 0), (90, 0)]), tolerance_m=0)
    assert ends(graph) == [[(0, 0), (20, 0)], [(20, 0), (60, 0)], [(60, 0), (90, 0)]]
    assert (report.repeated_dropped, report.components) == (1, 1)


def test_a_loose_end_within_the_tolerance_is_moved_onto_the_line():
    roads = layer([(0, 0), (100, 0)], [(40, 0.8), (40, 30)])
    apart, none = graph_from_lines(roads, tolerance_m=0.5)
    assert (apart.n_edges, none.dangles_snapped, none.components) == (2, 0, 2)
    graph, report = graph_from_lines(roads, tolerance_m=1)
    assert (graph.n_edges, report.dangles_snapped, report.components) == (3, 1, 1)
    assert graph.edge_length_m.sum() == pytest.approx(130, abs=1e-6)
    assert [(40, 0), (40, 30)] in ends(graph)


def test_a_loose_end_is_moved_to_an_end_rather_than_into_a_line():
    roads = layer([(0, 0), (100, 0)], [(100, 0.6), (100.4, 30)])
    graph, report = graph_from_lines(roads, tolerance_m=1)
    assert (graph.n_nodes, graph.n_edges, report.dangles_snapped) == (3, 2, 2)
    assert [(100, 0.6), (100.4, 30)] in ends(graph)


def test_two_loose_ends_meet_each_other():
    roads = layer([(0, 0), (50, 0)], [(50.7, 0), (100, 0)])
    graph, report = graph_from_lines(roads, tolerance_m=1)
    assert (graph.n_nodes, graph.n_edges, report.components) == (3, 2, 1)
    assert report.dangles_snapped == 2


def test_a_loose_end_under_a_bridge_is_left_alone():
    roads = layer([(0, 0), (100, 0)], [(40, 0.5), (40, 30)], layer=[1, 0])
    _, report = graph_from_lines(roads, tolerance_m=1, level="layer")
    assert (report.dangles_snapped, report.components) == (0, 2)


def test_a_meeting_that_rounding_missed_joins_without_a_tolerance():
    # One third is not a float: the end lies a hair beside the slanted line.
    roads = layer([(0, 0), (100, 100 / 3)], [(50, 50 / 3), (50, 90)])
    _, report = graph_from_lines(roads, tolerance_m=0)
    assert (report.components, report.dangles_snapped) == (1, 0)


def test_a_line_that_crosses_itself_is_cut_there():
    graph, report = graph_from_lines(
        layer([(0, 0), (100, 0), (100, 50), (40, 50), (40, -50)]), tolerance_m=0
    )
    assert (graph.n_edges, graph.n_nodes, report.components) == (3, 3, 1)
    assert graph.row.tolist() == [0, 0, 0]
    assert sorted(graph.edge_length_m.round(6).tolist()) == [40, 50, 220]


def test_a_ring_is_an_edge_from_a_node_to_itself():
    graph, _ = graph_from_lines(layer([(0, 0), (9, 0), (9, 9), (0, 0)]), tolerance_m=0)
    assert (graph.n_nodes, graph.n_edges, graph.n_arcs) == (1, 1, 2)


def test_rows_of_several_lines_and_lines_without_length():
    lines = [
        MultiLineString([[(X, Y), (X + 9, Y)], [(X + 20, Y), (X + 29, Y)]]),
        LineString([(X, Y), (X, Y)]),
        LineString([(X, Y + 5), (X + 9, Y + 5)]),
    ]
    graph, report = graph_from_lines(gpd.GeoDataFrame(geometry=lines, crs=CRS), tolerance_m=0)
    assert graph.row.tolist() == [0, 0, 2]
    assert (report.rows_in, report.zero_length_dropped, report.components) == (3, 1, 3)


def test_one_way_signs_and_speeds_come_from_columns():
    roads = layer(
        [(0, 0), (100, 0)],
        [(100, 0), (100, 100)],
        [(100, 100), (0, 100)],
        way=[1, -1, None],
        speed=[36, 72, 18.0],
    )
    graph, _ = graph_from_lines(roads, tolerance_m=0, oneway="way", speed_km_h="speed")
    assert (graph.forward_arc >= 0).tolist() == [True, False, True]
    assert (graph.backward_arc >= 0).tolist() == [False, True, True]
    arcs = [graph.forward_arc[0], graph.backward_arc[1], graph.forward_arc[2]]
    assert graph.time_s[arcs] == pytest.approx([10, 5, 20])
    steady, _ = graph_from_lines(roads, tolerance_m=0, speed_km_h=36)
    assert steady.time_s == pytest.approx(steady.length_m / 10)


def test_pieces_of_a_one_way_line_keep_its_direction():
    roads = layer([(0, 0), (100, 0)], [(40, -30), (40, 30)], way=[-1, 0])
    graph, _ = graph_from_lines(roads, tolerance_m=0, oneway="way")
    one_way = graph.row == 0
    assert (graph.forward_arc[one_way] == -1).all()
    assert (graph.x[graph.edge_from[one_way]] < graph.x[graph.edge_to[one_way]]).all()


def test_lengths_are_true_on_the_ground():
    roads = layer([(150_000, 0), (150_000, 9000)])
    graph, _ = graph_from_lines(roads, tolerance_m=0)
    true_m = ground_distance_m(X + 150_000, Y, X + 150_000, Y + 9000, graph.crs)
    assert graph.edge_length_m[0] == pytest.approx(float(true_m))
    assert graph.edge_length_m[0] < 8998


def test_every_fault_of_a_layer_is_told_at_once():
    roads = gpd.GeoDataFrame(
        {"way": [0, 5, 0, 0], "speed": [30, 30, None, 0]},
        geometry=[
            LineString([(108.3, 22.8), (108.4, 22.8)]),
            LineString([(X, Y), (X + 9, Y)]),
            shapely.Point(X, Y),
            None,
        ],
        index=["a", "b", "c", "d"],
        crs=CRS,
    )
    with pytest.raises(LayerError) as caught:
        graph_from_lines(roads, tolerance_m=0, oneway="way", speed_km_h="speed")
    told = caught.value.say("en").splitlines()
    assert [line.split(":")[0] for line in told] == ["geometry", "geometry", "way", "speed_km_h"]
    assert "2 of 4 rows have no line, for example 'c'" in told[0]
    assert "1 of 4 rows have coordinates that look like degrees" in told[1]
    assert "the other 3 can be used" in told[1]


def test_degrees_in_the_wrong_order_are_noticed():
    roads = gpd.GeoDataFrame(geometry=[LineString([(22.8, 108.3), (22.8, 108.4)])], crs=CRS)
    with pytest.raises(LayerError, match="look like degrees"):
        graph_from_lines(roads, tolerance_m=0)


def test_a_layer_in_degrees_is_refused():
    roads = layer([(0, 0), (9, 9)]).to_crs("EPSG:4326")
    with pytest.raises(LayerError, match="no plane in metres"):
        graph_from_lines(roads, tolerance_m=0)


def test_columns_that_do_not_exist_are_refused_together():
    with pytest.raises(ParameterError) as caught:
        graph_from_lines(layer([(0, 0), (9, 9)]), tolerance_m=-1, oneway="a", speed_km_h="b")
    assert len(caught.value.problems) == 3


def test_an_empty_layer_is_an_empty_graph():
    graph, report = graph_from_lines(gpd.GeoDataFrame(geometry=[], crs=CRS), tolerance_m=1)
    assert (graph.n_nodes, graph.n_edges, report.rows_in) == (0, 0, 0)


def test_the_layer_is_left_as_it_was():
    roads = layer([(0, 0), (100, 0)], [(40, 0.5), (40, 30)], way=[None, 1])
    before = roads.copy()
    graph_from_lines(roads, tolerance_m=1, oneway="way")
    assert before.equals(roads)


grid_point = st.tuples(st.integers(0, 6), st.integers(0, 6))
segment = st.tuples(grid_point, grid_point).filter(lambda ends: ends[0] != ends[1])


@settings(deadline=None, max_examples=60)
@given(st.lists(segment, min_size=1, max_size=8))
def test_the_pieces_are_those_of_shapely(segments):
    """On a lattice, with overlaps, shared ends and crossings."""
    roads = layer(*[[(100 * x, 100 * y) for x, y in ends] for ends in segments])
    graph, _ = graph_from_lines(roads, tolerance_m=0)
    pieces = shapely.get_parts(shapely.union_all(roads.geometry.to_numpy()))
    assert graph.n_edges == len(pieces)
    plane_m = shapely.length(graph.geometry).sum()
    assert plane_m == pytest.approx(shapely.length(pieces).sum(), abs=1e-6)
    corners = shapely.get_coordinates(pieces)
    assert graph.n_nodes == len(np.unique(np.round(corners, 4), axis=0))


def test_the_roads_of_nanning_lie_in_five_parts(nanning_roads):
    graph, report = graph_from_lines(nanning_roads, tolerance_m=0)
    assert (report.rows_in, report.components, report.crossings_split) == (1689, 5, 11)
    assert report.main_part_share > 0.98
    assert graph.edge_length_m.sum() == pytest.approx(nanning_roads.length.sum(), rel=1e-3)
