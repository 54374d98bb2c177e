"""Graphs from arrays: arcs, edges, parts, and what is refused."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import LayerError
from nngis.network.graph import components, graph_from_arrays, main_part

CRS = "EPSG:4545"


def arcs_of(graph):
    """Every arc as (tail, head, length), sorted."""
    tail = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
    return sorted(zip(tail.tolist(), graph.indices.tolist(), graph.length_m.tolist(), strict=True))


def test_a_two_way_edge_has_two_arcs_and_a_one_way_edge_one():
    graph, _ = graph_from_arrays(
        [0, 1, 2], [0, 0, 0], [0, 1, 2], [1, 2, 0], [5, 7, 9], crs=CRS, oneway=[0, 1, -1]
    )
    assert arcs_of(graph) == [(0, 1, 5.0), (0, 2, 9.0), (1, 0, 5.0), (1, 2, 7.0)]
    assert graph.forward_arc.tolist()[2] == -1
    assert graph.backward_arc.tolist()[1] == -1
    assert graph.edge_length_m.tolist() == [5, 7, 9]


def test_arcs_and_edges_name_each_other():
    graph, _ = graph_from_arrays(
        [0, 1, 2], [0, 0, 0], [0, 1, 2], [1, 2, 0], [5, 7, 9], crs=CRS, oneway=[0, 1, -1]
    )
    for edge in range(graph.n_edges):
        for arc, head in (
            (graph.forward_arc[edge], graph.edge_to[edge]),
            (graph.backward_arc[edge], graph.edge_from[edge]),
        ):
            if arc >= 0:
                assert graph.edge_id[arc] == edge
                assert graph.indices[arc] == head


def test_times_differ_by_direction():
    graph, _ = graph_from_arrays(
        [0, 1], [0, 0], [0], [1], [5], crs=CRS, time_s=[10], back_time_s=[20]
    )
    assert graph.time_s[graph.forward_arc[0]] == 10
    assert graph.time_s[graph.backward_arc[0]] == 20


def test_repetitions_are_dropped_and_counted_also_when_drawn_backwards():
    graph, report = graph_from_arrays(
        [0, 3], [0, 4], [0, 0, 1, 0], [1, 1, 0, 1], [5, 5, 5, 6], crs=CRS
    )
    assert graph.n_edges == 2
    assert report.repeated_dropped == 2
    assert graph.row.tolist() == [0, 3]


def test_two_one_way_edges_against_each_other_are_no_repetition():
    graph, report = graph_from_arrays(
        [0, 3], [0, 4], [0, 1], [1, 0], [5, 5], crs=CRS, oneway=[1, 1]
    )
    assert (graph.n_edges, report.repeated_dropped) == (2, 0)


def test_edges_of_one_length_on_different_courses_are_no_repetition():
    up = shapely.LineString([(0, 0), (5, 5), (10, 0)])
    down = shapely.LineString([(0, 0), (5, -5), (10, 0)])
    lines = np.array([up, down, up.reverse()])
    tail, head = [0, 0, 1], [1, 1, 0]
    graph, report = graph_from_arrays(
        [0, 10], [0, 0], tail, head, [up.length] * 3, crs=CRS, geometry=lines
    )
    assert (graph.n_edges, report.repeated_dropped) == (2, 1)


def test_edges_without_length_join_two_nodes_but_not_one_with_itself():
    graph, report = graph_from_arrays([0, 0], [0, 0], [0, 1], [1, 1], [0, 0], crs=CRS)
    assert (graph.n_edges, report.zero_length_dropped, report.components) == (1, 1, 1)


def test_all_faults_are_told_at_once_with_what_is_sound():
    with pytest.raises(LayerError) as caught:
        graph_from_arrays(
            [0, 1, np.nan],
            [0, 0, 0],
            [0, 0, 0, 1],
            [1, 9, 2, 0],
            [-1, 5, np.nan, 3],
            crs=CRS,
            oneway=[0, 0, 0, 2],
        )
    told = caught.value.say("en").splitlines()
    assert [line.split(":")[0] for line in told] == [
        "edge_from, edge_to",
        "x, y",
        "length_m",
        "oneway",
    ]
    assert "2 of 4 edges have a negative or missing length (positions 0, 2)" in told[2]
    assert "the other 2 can be used" in told[2]
    assert caught.value.say("zh").count("可用") == 4


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490"])
def test_degrees_are_refused(crs):
    with pytest.raises(LayerError, match="no plane in metres"):
        graph_from_arrays([108, 109], [22, 23], [0], [1], [5], crs=crs)


def test_arrays_of_different_size_are_refused():
    with pytest.raises(LayerError, match=r"oneway has 2 values where 1 are needed"):
        graph_from_arrays([0, 1], [0, 0], [0], [1], [5], crs=CRS, oneway=[0, 0])


def test_a_geometry_drawn_against_its_edge_is_refused():
    line = shapely.LineString([(10, 0), (0, 0)])
    with pytest.raises(LayerError, match="does not run from the first node to the second"):
        graph_from_arrays([0, 10], [0, 0], [0], [1], [10], crs=CRS, geometry=np.array([line]))


def test_a_geometry_that_is_no_line_is_refused():
    with pytest.raises(LayerError, match="of which 0 will do"):
        graph_from_arrays(
            [0, 10], [0, 0], [0], [1], [10], crs=CRS, geometry=np.array([shapely.Point(0, 0)])
        )


def test_parts_are_listed_the_longest_first():
    graph, report = graph_from_arrays([0, 9, 50, 70, 99], [0] * 5, [0, 2], [1, 3], [9, 20], crs=CRS)
    parts = components(graph)
    assert parts["length_m"].tolist() == [20, 9, 0]
    assert parts["nodes"].tolist() == [2, 2, 1]
    assert (report.components, report.main_part_share) == (3, 20 / 29)


def test_one_way_streets_do_not_tear_a_graph_apart():
    _, report = graph_from_arrays(
        [0, 1, 2], [0] * 3, [0, 2], [1, 1], [1, 1], crs=CRS, oneway=[1, 1]
    )
    assert report.components == 1


def test_a_graph_without_edges_is_a_graph():
    graph, report = graph_from_arrays([], [], [], [], [], crs=CRS)
    assert (graph.n_nodes, graph.n_edges, graph.n_arcs, report.components) == (0, 0, 0, 0)
    assert report.main_part_share == 1.0


def test_times_are_missed_where_there_are_none():
    graph, _ = graph_from_arrays([0, 1], [0, 0], [0], [1], [5], crs=CRS)
    with pytest.raises(LayerError, match="no driving times"):
        graph.weight("time_s")


def test_straight_edges_have_lines_too():
    graph, _ = graph_from_arrays([0, 3], [0, 4], [0], [1], [5], crs=CRS)
    assert gpd.GeoSeries(graph.geometry).to_wkt().tolist() == ["LINESTRING (0 0, 3 4)"]


def test_the_report_speaks_both_languages():
    _, report = graph_from_arrays([0, 3, 9], [0, 4, 9], [0, 0], [1, 1], [5, 5], crs=CRS)
    told = report.sentences()
    assert [text.en for text in told] == [
        "2 rows gave 1 road piece and 3 nodes.",
        "The roads lie in 2 parts that no road joins; the longest holds 100.0 % of their length.",
        "Dropped 1 repetition of another road piece.",
    ]
    assert all("路" in text.zh for text in told)


def test_the_main_part_keeps_directions_times_and_courses():
    lines = [shapely.LineString([(a, 0), (a, 5), (b, 0)]) for a, b in ((0, 9), (50, 70), (70, 90))]
    graph, _ = graph_from_arrays(
        [0, 9, 50, 70, 90],
        [0] * 5,
        [0, 2, 3],
        [1, 3, 4],
        [9, 20, 20],
        crs=CRS,
        oneway=[0, 0, -1],
        time_s=[1, 2, 3],
        back_time_s=[4, 5, 6],
        geometry=np.array(lines),
    )
    part = main_part(graph)
    assert arcs_of(part) == [(0, 1, 20.0), (1, 0, 20.0), (2, 1, 20.0)]
    assert part.time_s[[part.forward_arc[0], *part.backward_arc]].tolist() == [2, 5, 6]
    assert shapely.equals(part.geometry, lines[1:]).all()
    assert part.row.tolist() == [1, 2]
    assert components(part)["nodes"].tolist() == [3]


edge_lists = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 9), st.sampled_from([-1, 0, 1])),
    max_size=12,
    unique_by=lambda edge: edge[:3],
)


@settings(deadline=None)
@given(edge_lists)
def test_arcs_are_what_the_edges_say(edges):
    tail, head, length, oneway = np.array(edges, int).reshape(-1, 4).T
    graph, report = graph_from_arrays(
        np.arange(6), np.zeros(6), tail, head, length, crs=CRS, oneway=oneway
    )
    kept = [edges[at] for at in graph.row]
    expected = [(a, b, float(m)) for a, b, m, way in kept if way >= 0]
    expected += [(b, a, float(m)) for a, b, m, way in kept if way <= 0]
    assert arcs_of(graph) == sorted(expected)
    assert len(edges) == graph.n_edges + report.repeated_dropped
    turned = graph.in_arcs
    entering = np.repeat(np.arange(6), np.diff(turned.indptr))
    assert np.array_equal(graph.indices[turned.arc], entering)
    back = sorted(zip(turned.indices, entering, graph.length_m[turned.arc], strict=True))
    assert back == arcs_of(graph)
