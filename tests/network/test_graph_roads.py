"""Graphs of road layers, whatever made them: columns read, levels kept, nodes believed."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from nngis.errors import LayerError
from nngis.network.graph import graph_for_pipes, graph_from_roads
from nngis.network.road_links import network

CRS = "EPSG:4545"
X, Y = 500_000, 2_500_000


def layer(*lines, **columns):
    """Lines given by coordinates counted from (X, Y)."""
    made = [LineString([(X + x, Y + y) for x, y in line]) for line in lines]
    return gpd.GeoDataFrame(columns, geometry=made, crs=CRS)


def driven_m(graph, start, end):
    """Distance by road between two places counted from (X, Y)."""
    spots = [
        gpd.GeoDataFrame(geometry=gpd.points_from_xy([X + x], [Y + y]), index=[name], crs=CRS)
        for name, (x, y) in (("a", start), ("b", end))
    ]
    links = network(graph, *spots, limit_m=1e6, max_snap_m=1).links
    return float(links["distance_m"].iloc[0]) if len(links) else np.inf


RING = ([(0, 0), (1000, 0)], [(1000, 0), (1000, 1000)], [(1000, 1000), (0, 1000)],
        [(0, 1000), (0, 0)])  # fmt: skip


@pytest.mark.parametrize("sign", [1, "yes", True, "True", "F", "是", "1.0"])
def test_a_one_way_ring_is_driven_all_the_way_round(sign):
    others = ["B"] * 4 if sign == "F" else ["no"] * 4
    away = [[(9000 + k, 0), (9000 + k, 5)] for k in range(4)]
    graph, _ = graph_from_roads(layer(*RING, *away, oneway=[sign] * 4 + others), tolerance_m=0)
    assert driven_m(graph, (1000, 0), (0, 0)) == pytest.approx(3000, rel=1e-3)
    assert driven_m(graph, (0, 0), (1000, 0)) == pytest.approx(1000, rel=1e-3)


def test_a_ring_drawn_against_its_traffic_is_driven_the_other_way():
    graph, _ = graph_from_roads(layer(*RING, oneway=["-1"] * 4), tolerance_m=0)
    assert driven_m(graph, (0, 0), (1000, 0)) == pytest.approx(3000, rel=1e-3)


def test_a_missing_speed_matters_only_where_time_is_asked():
    graph, report = graph_from_roads(layer(*RING, speed_km_h=[36, None, 36, "x"]), tolerance_m=0)
    assert report.speeds_missing == 2
    assert driven_m(graph, (0, 0), (1000, 1000)) == pytest.approx(2000, rel=1e-3)
    with pytest.raises(LayerError, match="4 of the 8 arcs"):
        graph.weight("time_s")
    steady, _ = graph_from_roads(
        layer(*RING, speed_km_h=[36, None, 36, "x"]), tolerance_m=0, speed_km_h=18
    )
    seconds = steady.weight("time_s")[steady.forward_arc]
    assert seconds == pytest.approx([100, 200, 100, 200], rel=1e-3)


def test_speeds_come_from_column_then_limit_then_class():
    roads = layer(
        *RING,
        speed_kph=[36, None, None, None],
        maxspeed=["99", "['72', '90']", None, None],
        highway=["primary", "primary", "['living_street', 'residential']", "小路"],
    )
    graph, report = graph_from_roads(roads, tolerance_m=0)
    speed = 3.6 * graph.edge_length_m / graph.time_s[graph.forward_arc]
    assert speed[:3] == pytest.approx([36, 72, 10])
    assert np.isnan(speed[3])
    assert report.speeds_missing == 1


CROSSING = ([(0, 0), (200, 0)], [(100, -50), (100, 50)])


@pytest.mark.parametrize("column", ["bridge", "tunnel"])
@pytest.mark.parametrize("word", ["yes", "T", 1, True, "viaduct"])
def test_a_bridge_or_tunnel_without_a_level_meets_nothing_that_it_crosses(column, word):
    graph, _ = graph_from_roads(layer(*CROSSING, **{column: [None, word]}), tolerance_m=1)
    assert graph.n_edges == 2
    assert np.isinf(driven_m(graph, (0, 0), (100, 50)))


def test_two_bridges_without_levels_do_not_meet_where_they_cross_but_where_one_ends():
    cross, _ = graph_from_roads(layer(*CROSSING, bridge=["yes", "yes"]), tolerance_m=0)
    assert cross.n_edges == 2
    ramp = layer(CROSSING[0], [(100, 0), (100, 50)], bridge=["yes", "yes"])
    assert driven_m(graph_from_roads(ramp, tolerance_m=0).graph, (0, 0), (100, 50)) > 0
    assert graph_from_roads(ramp, tolerance_m=0).graph.n_edges == 3


def test_a_bridge_marked_no_is_a_street():
    graph, _ = graph_from_roads(layer(*CROSSING, bridge=["no", "F"]), tolerance_m=0)
    assert graph.n_edges == 4


def test_a_bridge_joins_the_streets_at_its_ends():
    roads = layer(
        [(0, 0), (100, 0)], [(100, 0), (200, 0)], [(200, 0), (300, 0)], [(150, -50), (150, 50)],
        bridge=[None, "yes", None, None],
    )  # fmt: skip
    graph, report = graph_from_roads(roads, tolerance_m=0)
    assert driven_m(graph, (0, 0), (300, 0)) == pytest.approx(300, rel=1e-3)
    assert report.components == 2


@pytest.mark.parametrize(
    "kind", ["footway", "steps", "cycleway", "path", "pedestrian", "人行道", "['steps', 'footway']"]
)
def test_ways_for_feet_and_wheels_are_no_roads_for_cars(kind):
    for column in ("highway", "fclass"):
        roads = layer(*CROSSING, **{column: ["residential", kind]})
        graph, report = graph_from_roads(roads, tolerance_m=0)
        assert (graph.n_edges, report.ways_closed) == (1, 1)
        assert graph.row.tolist() == [0]


def test_a_class_that_nobody_knows_is_a_road():
    graph, _ = graph_from_roads(layer(*CROSSING, highway=["城市主干路", None]), tolerance_m=0)
    assert graph.n_edges == 4


def test_rows_are_positions_in_the_layer_as_given():
    roads = layer(*CROSSING, CROSSING[1], highway=["footway", "primary", None])
    roads.geometry = [*roads.geometry[:2], roads.geometry[2].parallel_offset(30)]
    graph, _ = graph_from_roads(roads, tolerance_m=0)
    assert graph.row.tolist() == [1, 2]


def test_signs_that_cannot_be_read_are_counted_and_open_both_ways():
    graph, report = graph_from_roads(layer(*CROSSING, oneway=["sometimes", None]), tolerance_m=0)
    assert graph.n_arcs == 8
    assert report.signs_unread == 1


def edges(**columns):
    """Streets that cross without meeting: their rows name their nodes."""
    return layer(
        [(0, 0), (200, 0)], [(100, -50), (100, 50)], [(200, 0), (100, 50)],
        **{"u": [1, 3, 2], "v": [2, 4, 4], **columns},
    )  # fmt: skip


def test_rows_that_name_their_nodes_meet_at_these_alone():
    graph, report = graph_from_roads(edges(), tolerance_m=10)
    assert (graph.n_nodes, graph.n_edges, report.crossings_split) == (4, 3, 0)
    assert driven_m(graph, (0, 0), (100, -50)) == pytest.approx(200 + 111.803 + 100, rel=1e-3)


def test_node_numbers_are_the_same_number_however_written():
    graph, _ = graph_from_roads(edges(u=["1", "3.0", 2.0], v=[2, "4", 4]), tolerance_m=0)
    assert graph.n_nodes == 4


def test_rows_state_their_lengths_and_a_doubtful_one_is_counted():
    graph, report = graph_from_roads(edges(length=[200, None, 500]), tolerance_m=0)
    assert graph.edge_length_m == pytest.approx([200, 100, 500], rel=1e-3)
    assert report.lengths_doubted == 1


def test_without_signs_rows_drawn_both_ways_are_arcs():
    both = pd.concat([edges(), layer([(200, 0), (0, 0)], u=[2], v=[1])], ignore_index=True)
    graph, _ = graph_from_roads(both, tolerance_m=0)
    assert driven_m(graph, (0, 0), (200, 0)) == pytest.approx(200, rel=1e-3)
    assert np.isinf(driven_m(graph, (100, 50), (200, 0)))


def test_with_signs_rows_drawn_both_ways_are_one_street():
    both = pd.concat([edges(), layer([(200, 0), (0, 0)], u=[2], v=[1])], ignore_index=True)
    graph, report = graph_from_roads(both.assign(oneway=False), tolerance_m=0)
    assert (graph.n_edges, graph.n_arcs, report.repeated_dropped) == (3, 6, 1)


def test_nodes_that_the_lines_contradict_are_not_believed():
    graph, report = graph_from_roads(edges(u=[1, 3, 1]), tolerance_m=0)
    assert report.nodes_doubted > 0
    assert report.crossings_split == 1
    assert graph.n_nodes == 5


def test_pipes_follow_footways_and_go_against_the_traffic_but_not_up_to_a_bridge():
    roads = layer(
        *CROSSING, [(0, 0), (0, 60)], highway=["primary", "primary", "footway"],
        oneway=["yes", None, None], bridge=[None, "yes", None],
    )  # fmt: skip
    graph, report = graph_for_pipes(roads, tolerance_m=0)
    assert (graph.n_edges, graph.n_arcs, report.components) == (3, 6, 2)
    assert driven_m(graph, (200, 0), (0, 60)) == pytest.approx(260, rel=1e-3)
