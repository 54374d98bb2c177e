"""Graphs from networkx graphs such as osmnx makes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from nngis.errors import LayerError
from nngis.network._numba_links import nearest_source
from nngis.network.graph import graph_from_networkx

nx = pytest.importorskip("networkx")

X, Y = 500_000, 2_500_000


def streets(kind=nx.MultiDiGraph):
    """Three crossroads without streets yet."""
    network = kind(crs="EPSG:4545")
    for name, x in (("a", 0), (("b", 2), 100), (3, 200)):
        network.add_node(name, x=X + x, y=Y)
    return network


def test_arcs_that_run_opposite_ways_become_one_edge():
    network = streets()
    network.add_edge("a", ("b", 2), length=100.0, travel_time=10)
    network.add_edge(("b", 2), "a", length=100.0, travel_time=20)
    network.add_edge(("b", 2), 3, length=100.0, travel_time=7)
    graph, report = graph_from_networkx(network)
    assert (report.rows_in, graph.n_edges, graph.n_arcs) == (3, 2, 3)
    assert graph.time_s[[graph.forward_arc[0], graph.backward_arc[0]]].tolist() == [10, 20]
    assert (graph.forward_arc[1] >= 0, graph.backward_arc[1]) == (True, -1)
    assert graph.row.tolist() == [0, 2]


def test_arcs_on_different_courses_stay_two_one_way_edges():
    network = streets()
    bow = LineString([(X, Y), (X + 50, Y + 50), (X + 100, Y)])
    network.add_edge("a", ("b", 2), length=141.4, geometry=bow)
    network.add_edge(("b", 2), "a", length=141.4, geometry=bow.reverse())
    network.add_edge(("b", 2), "a", length=141.4)
    graph, _ = graph_from_networkx(network)
    assert graph.n_edges == 2
    assert (graph.backward_arc >= 0).tolist() == [True, False]
    assert [len(line.coords) for line in graph.geometry] == [3, 2]


def test_an_undirected_graph_is_open_both_ways_however_its_geometry_runs():
    network = streets(nx.Graph)
    network.add_edge(
        "a", 3, length=200.0, speed_kph=72, geometry=LineString([(X + 200, Y), (X, Y)])
    )
    graph, _ = graph_from_networkx(network)
    assert (graph.n_edges, graph.n_arcs) == (1, 2)
    assert graph.geometry[0].coords[0] == (X, Y)
    assert graph.time_s == pytest.approx([10, 10])


def test_times_are_taken_only_if_every_edge_has_one():
    network = streets()
    network.add_edge("a", 3, length=200.0, speed_kph=72)
    network.add_edge("a", ("b", 2), length=100.0)
    assert graph_from_networkx(network).graph.time_s is None


def test_what_is_missing_is_told_at_once():
    network = streets()
    network.add_node("lost")
    network.add_edge("a", "lost")
    network.add_edge("a", 3, length=200.0)
    del network.graph["crs"]
    with pytest.raises(LayerError) as caught:
        graph_from_networkx(network)
    told = caught.value.say("en").splitlines()
    assert [line.split(":")[0] for line in told] == ["crs", "x, y", "length"]
    assert "1 of 4 nodes have no coordinates" in told[1]
    assert "1 of 2 edges have no length" in told[2]


def test_a_graph_in_degrees_is_refused():
    network = streets()
    network.graph["crs"] = "EPSG:4326"
    network.add_edge("a", 3, length=200.0)
    with pytest.raises(LayerError, match="no plane in metres"):
        graph_from_networkx(network)


def test_a_graph_without_edges_is_a_graph():
    graph, report = graph_from_networkx(streets())
    assert (graph.n_nodes, graph.n_edges, report.components) == (3, 0, 3)
    assert graph_from_networkx(nx.Graph(), crs="EPSG:4545").graph.n_nodes == 0


arc = st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 9))


@settings(deadline=None, max_examples=60)
@given(st.lists(arc, max_size=20), st.integers(0, 6))
def test_shortest_ways_are_those_of_networkx(arcs, source):
    network = nx.MultiDiGraph(crs="EPSG:4545")
    for node in range(7):
        network.add_node(node, x=X + 10 * node, y=Y)
    for tail, head, length in arcs:
        network.add_edge(tail, head, length=float(length))
    graph, _ = graph_from_networkx(network)
    out = graph.out_arcs
    weight = np.stack([graph.length_m[out.arc]] * 2, axis=1)
    seeds = (
        np.array([[source, source]], np.int32),
        np.array([[0.0, np.inf]]),
        np.array([[0.0, np.inf]]),
    )
    costs, _ = nearest_source((out.indptr, out.indices, weight), seeds, np.inf)
    expected = nx.single_source_dijkstra_path_length(network, source, weight="length")
    assert {at: cost for at, cost in enumerate(costs[:, 0]) if np.isfinite(cost)} == expected
