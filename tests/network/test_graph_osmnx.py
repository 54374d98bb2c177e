"""A graph with every trap, held against networkx and osmnx: lengths, counts, shortest ways."""

import itertools

import geopandas as gpd
import networkx as nx
import osmnx as ox
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from nngis.network.graph import (
    graph_from_networkx,
    graph_from_roads,
    roads_from_networkx,
    simplify_roads,
    street_statistics,
)
from nngis.network.road_links import network

CRS = "EPSG:4545"
X, Y = 500_000, 2_500_000
PLACES = {
    10: (0, 0), 20: (100, 0), 30: (200, 0), 40: (200, 100), 50: (0, 100), 60: (300, 0),
    70: (5000, 0), 80: (5100, 0), 90: (100, 150),
}  # fmt: skip


def traps():
    """Make a small town with a loop, parallel streets, one-way streets, two parts and bad data."""
    town = nx.MultiDiGraph(crs=CRS)
    for node, (x, y) in PLACES.items():
        town.add_node(node, x=X + x, y=Y + y)

    def street(u, v, length, *, both=True, course=None, **said):
        line = None
        if course:
            line = LineString([(X + x, Y + y) for x, y in course])
        for ends, one in (((u, v), line), ((v, u), None if line is None else line.reverse())):
            data = {"length": float(length), "oneway": not both, "reversed": False, **said}
            if one is not None:
                data["geometry"] = one
            town.add_edge(*ends, **data)
            if not both:
                return

    street(10, 20, 100.0, highway="primary", osmid=1)
    # Two streets side by side between one pair of nodes, one with a bend.
    street(20, 30, 100.0, osmid=2)
    street(20, 30, 141.421356, course=[(100, 0), (150, 50), (200, 0)], osmid=3)
    # One-way along its drawing, and one that OSM drew the other way (oneway=-1, reversed).
    street(30, 40, 100.0, both=False, osmid=4)
    street(40, 50, 200.0, both=False, osmid=5, reversed=True)
    street(50, 10, 100.0, both=False, osmid=[6, 7], highway=["residential", "tertiary"])
    # A dead end whose length contradicts its course, and a loop open both ways.
    street(30, 60, 250.0, osmid=8)
    street(90, 90, 160.0, course=[(100, 150), (140, 150), (140, 190), (100, 190), (100, 150)],
           osmid=9)  # fmt: skip
    street(50, 90, 111.803399, osmid=10)
    # Another part of the town.
    street(70, 80, 100.0, osmid=11)
    return town


def as_text(town):
    """Turn every attribute into the text that GraphML holds."""
    text = nx.MultiDiGraph(crs=str(town.graph["crs"]))
    for node, data in town.nodes(data=True):
        text.add_node(str(node), **{key: str(value) for key, value in data.items()})
    for u, v, data in town.edges(data=True):
        text.add_edge(str(u), str(v), **{key: str(value) for key, value in data.items()})
    return text


def through_gpkg(town, tmp_path, *, directed):
    """Write as osmnx writes a GeoPackage, and read the edges."""
    path = tmp_path / "town.gpkg"
    ox.save_graph_geopackage(town, path, directed=directed)
    return gpd.read_file(path, layer="edges")


WAYS = {
    "graph": lambda town, _: graph_from_networkx(town),
    "text": lambda town, _: graph_from_networkx(as_text(town)),
    "layer": lambda town, _: graph_from_roads(roads_from_networkx(town)[0], tolerance_m=1),
    "directed gpkg": lambda town, path: graph_from_roads(
        through_gpkg(town, path, directed=True), tolerance_m=1
    ),
    "undirected gpkg": lambda town, path: graph_from_roads(
        through_gpkg(town, path, directed=False), tolerance_m=1
    ),
    "there and back": lambda town, _: graph_from_networkx(
        graph_from_networkx(town).graph.to_osmnx()
    ),
}


@pytest.fixture(params=list(WAYS))
def built(request, tmp_path):
    return WAYS[request.param](traps(), tmp_path)


def spots(graph):
    """Points on every place of the town."""
    at = gpd.points_from_xy(*zip(*[(X + x, Y + y) for x, y in PLACES.values()], strict=True))
    return gpd.GeoDataFrame(geometry=at, index=[str(node) for node in PLACES], crs=graph.crs)


def ways_m(graph):
    """Distances between all places, by our own search."""
    found = network(graph, spots(graph), spots(graph), limit_m=1e5, max_snap_m=1).links
    return found.set_index(["demand_id", "facility_id"])["distance_m"]


def expected_m(town):
    lengths = dict(nx.all_pairs_dijkstra_path_length(town, weight="length"))
    return pd.Series(
        {(str(u), str(v)): lengths[u][v] for u in lengths for v in lengths[u]}, dtype=float
    )


def test_shortest_ways_are_those_of_networkx(built):
    found, expected = ways_m(built.graph), expected_m(traps())
    assert set(found.index) == set(expected.index)
    assert found.loc[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), abs=0.01)


def test_streets_arcs_and_parts_are_counted_as_by_hand(built):
    graph, report = built
    # 7 streets both ways and 3 one-way; ten in all.
    assert (graph.n_edges, graph.n_arcs) == (10, 17)
    assert (graph.n_nodes, report.components) == (9, 2)


def test_lengths_are_those_that_the_edges_state(built):
    total = 100 + 100 + 141.421356 + 100 + 200 + 100 + 250 + 160 + 111.803399 + 100
    assert built.graph.edge_length_m.sum() == pytest.approx(total, abs=1e-3)


def test_a_length_that_its_course_contradicts_is_counted():
    assert graph_from_networkx(traps()).report.lengths_doubted == 2
    roads, _ = roads_from_networkx(traps())
    assert graph_from_roads(roads, tolerance_m=1).report.lengths_doubted == 1


def test_a_point_on_a_loop_or_two_way_street_can_be_left_both_ways(built):
    graph = built.graph
    loop = graph.edge_from == graph.edge_to
    assert loop.sum() == 1
    assert graph.forward_arc[loop][0] >= 0
    assert graph.backward_arc[loop][0] >= 0


def test_osmnx_draws_its_statistics_from_the_graph_that_comes_back(built):
    ours, theirs = ox.basic_stats(built.graph.to_osmnx()), nx.MultiDiGraph(traps())
    counts = ox.stats.count_streets_per_node(built.graph.to_osmnx())
    assert sorted(counts.values()) == sorted([2, 3, 1, 1, 1, 4, 2, 3, 3])
    assert ours["m"] == theirs.number_of_edges()
    assert ours["street_segment_count"] == 10
    assert ours["edge_length_total"] == pytest.approx(
        sum(data["length"] for _, _, data in theirs.edges(data=True)), abs=1e-3
    )


def test_shortest_ways_stay_the_same_on_the_way_back(built):
    back = built.graph.to_osmnx()
    lengths = dict(nx.all_pairs_dijkstra_path_length(back, weight="length"))
    pairs = sorted(length for found in lengths.values() for length in found.values())
    assert pairs == pytest.approx(sorted(expected_m(traps())), abs=0.01)


def test_statistics_are_those_that_hands_count(built):
    figures = {one.name: one.value for one in street_statistics(built.graph, area_m2=1e6)}
    assert figures["junctions_count"] == 4
    assert figures["dead_ends_count"] == 3
    assert figures["streets_count"] == 10
    assert figures["street_length_km"] == pytest.approx(1.363225, abs=1e-5)
    assert figures["oneway_share"] == pytest.approx(400 / 1363.225, abs=1e-5)
    assert figures["parts_count"] == 2
    assert figures["junctions_per_km2"] == 4


def test_a_loop_alone_has_no_circuity():
    town = nx.MultiDiGraph(crs=CRS)
    town.add_node(1, x=X, y=Y)
    ring = LineString([(X, Y), (X + 9, Y), (X + 9, Y + 9), (X, Y)])
    town.add_edge(1, 1, length=30.0, geometry=ring)
    figures = {one.name: one.value for one in street_statistics(graph_from_networkx(town).graph)}
    assert figures["circuity"] is None


def test_footways_of_a_graph_are_left_out():
    town = traps()
    town.add_edge(10, 60, length=300.0, highway="footway")
    town.add_edge(60, 10, length=300.0, highway="['steps', 'footway']")
    graph, report = graph_from_networkx(town)
    assert (graph.n_edges, report.ways_closed) == (10, 2)
    assert roads_from_networkx(town)[1] == ("10-60-0", "60-10-0")


def test_a_graph_without_lengths_is_measured_on_the_ground():
    town = traps()
    for _, _, data in town.edges(data=True):
        del data["length"]
    graph, _ = graph_from_networkx(town)
    assert graph.edge_length_m[0] == pytest.approx(100, rel=1e-4)


def test_a_course_that_ends_off_its_node_is_led_there():
    town = nx.MultiDiGraph(crs=CRS)
    town.add_node(1, x=X, y=Y)
    town.add_node(2, x=X + 100, y=Y)
    town.add_edge(1, 2, length=100.0, geometry=LineString([(X + 20, Y), (X + 60, Y)]))
    graph, _ = graph_from_networkx(town)
    assert shapely.get_coordinates(graph.geometry[0])[:, 0].tolist() == [X, X + 20, X + 60, X + 100]


def test_an_undirected_graph_is_one_way_where_it_says_so():
    town = ox.convert.to_undirected(traps())
    graph, _ = graph_from_networkx(town)
    assert ways_m(graph).loc[("50", "10")] == pytest.approx(100)
    assert ways_m(graph).loc[("10", "50")] == pytest.approx(500, abs=0.01)


def test_a_graph_in_degrees_becomes_a_layer_in_degrees():
    town = ox.project_graph(traps(), to_latlong=True)
    roads, _ = roads_from_networkx(town)
    assert roads.crs.is_geographic
    graph, _ = graph_from_roads(roads.to_crs(CRS), tolerance_m=1)
    found, expected = ways_m(graph), expected_m(traps())
    assert found.loc[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), abs=0.01)


def test_osmnx_plots_the_graph_that_comes_back():
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    figure, axes = ox.plot_graph(graph_from_networkx(traps()).graph.to_osmnx(), show=False)
    assert len(axes.collections) > 0
    mpl.pyplot.close(figure)


def test_simplifying_joins_pieces_and_keeps_ways_courses_and_times():
    lines = [[(0, 0), (60, 0)], [(60, 0), (60, 40)], [(60, 40), (60, 100)], [(60, 40), (0, 40)]]
    roads = gpd.GeoDataFrame(
        {"oneway": [1, 1, 0, 0], "speed_km_h": [36, 18, 36, None]},
        geometry=[LineString([(X + x, Y + y) for x, y in line]) for line in lines],
        crs=CRS,
    )
    simple, notes = simplify_roads(roads)
    assert len(simple) == 3
    assert "5 nodes and 4 road pieces became 4 and 3" in notes[0].en
    bent = simple[simple["length"].round() == 100]
    assert len(bent.geometry.iloc[0].coords) == 3
    assert bent["oneway"].tolist() == [1]
    assert bent["travel_time"].iloc[0] == pytest.approx(6 + 8, rel=1e-3)
    last = simple[simple["length"].round() == 60]
    assert last["travel_time"].round(1).isna().sum() + (last["travel_time"] > 5).sum() == 2


def test_one_large_junction_becomes_one_node():
    # Two carriageways 10 m apart cross two others: four nodes are one junction.
    lines = []
    for k in (0, 10):
        lines += [[(-200, k), (200, k)], [(k, -200), (k, 200)]]
    roads = gpd.GeoDataFrame(
        geometry=[LineString([(X + x, Y + y) for x, y in line]) for line in lines], crs=CRS
    )
    graph, _ = graph_from_roads(roads, tolerance_m=1)
    merged, _ = simplify_roads(roads, merge_junctions_m=8)
    after, _ = graph_from_roads(merged, tolerance_m=1)
    count = {
        one.name: one.value
        for g in (graph, after)
        for one in street_statistics(g)
        if one.name == "junctions_count"
    }
    assert count["junctions_count"] == 1
    assert after.n_edges < graph.n_edges


arc = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 9), st.booleans())


@settings(deadline=None, max_examples=40)
@given(st.lists(arc, min_size=1, max_size=14))
def test_any_graph_keeps_its_shortest_ways_as_a_layer_and_on_the_way_back(arcs):
    town = nx.MultiDiGraph(crs=CRS)
    for node in range(6):
        town.add_node(node, x=X + 100 * node, y=Y + 50 * (node % 2))
    for tail, head, length, both in arcs:
        bend = (X + 50 * (tail + head) + 7 * length, Y + 300 + 11 * length)
        ends = [(town.nodes[n]["x"], town.nodes[n]["y"]) for n in (tail, head)]
        line = LineString([ends[0], bend, (bend[0] + 1, bend[1] + 2), ends[1]])
        town.add_edge(tail, head, length=100.0 * length, geometry=line)
        if both:
            town.add_edge(head, tail, length=100.0 * length, geometry=line.reverse())
    roads, _ = roads_from_networkx(town)
    graph, _ = graph_from_roads(roads, tolerance_m=1)
    back = graph.to_osmnx()
    ours = dict(nx.all_pairs_dijkstra_path_length(back, weight="length"))
    theirs = dict(nx.all_pairs_dijkstra_path_length(town, weight="length"))
    where = {(back.nodes[n]["x"], back.nodes[n]["y"]): n for n in back}
    number = {n: where.get((data["x"], data["y"])) for n, data in town.nodes(data=True)}
    for u, v in itertools.permutations([n for n in town if number[n] is not None], 2):
        assert ours[number[u]].get(number[v]) == pytest.approx(theirs[u].get(v))
