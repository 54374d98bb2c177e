"""Roads from OSM files, with every trap that extracts hold."""

import builtins

import numpy as np
import pytest

from nngis.catalog.osm_graph import read_osm_graph
from nngis.crs import lonlat_to_work
from nngis.errors import LayerError

pytest.importorskip("osmium")

STEP = 0.001


@pytest.fixture
def osm(tmp_path):
    """Write an OSM file: places of nodes in steps of 0.001 degrees, ways as (nodes, tags)."""

    def write(nodes, *ways):
        text = ["<?xml version='1.0' encoding='UTF-8'?>", '<osm version="0.6">']
        for ref, (x, y) in nodes.items():
            lon, lat = 108.3 + x * STEP, 22.8 + y * STEP
            text.append(f'<node id="{ref}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"/>')
        for number, (refs, tags) in enumerate(ways, start=100):
            text.append(f'<way id="{number}" version="1">')
            text += [f'<nd ref="{ref}"/>' for ref in refs]
            text += [f'<tag k="{key}" v="{value}"/>' for key, value in tags.items()]
            text.append("</way>")
        path = tmp_path / "roads.osm"
        path.write_text("\n".join([*text, "</osm>"]), encoding="utf-8")
        return read_osm_graph(path, crs="EPSG:4545")

    return write


STREET = {"highway": "residential"}


def degrees_between(graph):
    """Ends of every edge in steps of 0.001 degrees, from the first to the last."""
    x, y = lonlat_to_work(108.3 + STEP * np.arange(10), np.full(10, 22.8), graph.crs)
    del y
    column = np.abs(graph.x[:, None] - x).argmin(axis=1)
    return [
        (int(column[a]), int(column[b]))
        for a, b in zip(graph.edge_from, graph.edge_to, strict=True)
    ]


def test_ways_meet_at_the_nodes_they_share(osm):
    graph, report = osm(
        {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1)},
        ([1, 2, 3], STREET),
        ([2, 4], STREET),
    )
    assert (graph.n_nodes, graph.n_edges, report.components) == (4, 3, 1)
    assert degrees_between(graph)[:2] == [(0, 1), (1, 2)]
    assert graph.row.tolist() == [0, 0, 1]


def test_nodes_that_only_bend_a_way_are_no_nodes_of_the_graph(osm):
    graph, _ = osm({1: (0, 0), 2: (1, 1), 3: (2, 0)}, ([1, 2, 3], STREET))
    assert (graph.n_nodes, graph.n_edges) == (2, 1)
    assert len(graph.geometry[0].coords) == 3
    assert graph.edge_length_m[0] == pytest.approx(graph.geometry[0].length, rel=1e-4)


def test_a_bridge_does_not_meet_the_road_under_it(osm):
    graph, report = osm(
        {1: (0, 0), 2: (2, 0), 3: (1, -1), 4: (1, 1)},
        ([1, 2], STREET),
        ([3, 4], {**STREET, "bridge": "yes", "layer": "1"}),
    )
    assert (graph.n_edges, report.components) == (2, 2)


def test_a_roundabout_is_driven_in_one_direction(osm):
    graph, _ = osm(
        {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (-1, 0), 6: (2, 1)},
        ([1, 2, 3, 4, 1], {"highway": "primary", "junction": "roundabout"}),
        ([5, 1], STREET),
        ([3, 6], STREET),
    )
    ring = graph.row == 0
    assert ring.sum() == 2
    assert (graph.forward_arc[ring] >= 0).all()
    assert (graph.backward_arc[ring] == -1).all()


def test_a_closed_way_alone_is_a_loop(osm):
    graph, _ = osm({1: (0, 0), 2: (1, 0), 3: (1, 1)}, ([1, 2, 3, 1], STREET))
    assert (graph.n_nodes, graph.n_edges) == (1, 1)


def test_a_way_against_its_drawing_is_open_backwards_only(osm):
    graph, _ = osm({1: (0, 0), 2: (1, 0)}, ([1, 2], {**STREET, "oneway": "-1"}))
    assert (graph.forward_arc[0], graph.backward_arc[0]) == (-1, 0)


def test_a_way_is_broken_where_a_node_is_missing(osm):
    graph, report = osm(
        {1: (0, 0), 2: (1, 0), 4: (3, 0), 5: (4, 0), 7: (6, 0)},
        ([1, 2, 3, 4, 5, 6, 7], STREET),
        ([9, 1], STREET),
    )
    assert degrees_between(graph) == [(0, 1), (3, 4)]
    assert (report.nodes_missing, report.components) == (3, 2)


def test_a_node_said_twice_counts_once(osm):
    graph, report = osm({1: (0, 0), 2: (1, 0), 3: (2, 0)}, ([1, 2, 2, 3], STREET))
    assert (graph.n_edges, report.zero_length_dropped) == (1, 0)


def test_closed_ways_are_left_out_and_counted(osm):
    graph, report = osm(
        {1: (0, 0), 2: (1, 0), 3: (2, 0)},
        ([1, 2], STREET),
        ([2, 3], {**STREET, "access": "no"}),
        ([1, 3], {"highway": "footway"}),
    )
    assert graph.n_edges == 1
    assert (report.rows_in, report.ways_closed) == (2, 1)


def test_a_node_shared_only_with_a_closed_way_splits_nothing(osm):
    graph, _ = osm(
        {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1)},
        ([1, 2, 3], STREET),
        ([2, 4], {**STREET, "access": "private"}),
    )
    assert graph.n_edges == 1


def test_speeds_come_from_limits_in_km_and_miles(osm):
    graph, report = osm(
        {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (3, 0)},
        ([1, 2], {**STREET, "maxspeed": "36"}),
        ([2, 3], {**STREET, "maxspeed": "30 mph", "maxspeed:backward": "20"}),
        ([3, 4], {**STREET, "maxspeed": "signals"}),
    )
    speed = 3.6 * graph.length_m / graph.time_s
    assert speed[graph.forward_arc] == pytest.approx([36, 48.28032, 25])
    assert speed[graph.backward_arc] == pytest.approx([36, 20, 25])
    assert report.speeds_unread == 1


def test_a_way_that_crosses_itself_at_a_node_is_split_there(osm):
    graph, _ = osm(
        {1: (0, 0), 2: (1, 0), 3: (2, 1), 4: (1, 2), 5: (1, -1)}, ([1, 2, 3, 4, 2, 5], STREET)
    )
    assert (graph.n_nodes, graph.n_edges) == (3, 3)


def test_a_file_without_roads_is_refused(osm):
    with pytest.raises(LayerError, match="no road"):
        osm({1: (0, 0), 2: (1, 0)}, ([1, 2], {"highway": "footway"}))


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "roads.osm"
    path.write_text('<osm version="0.6"><node id="1"', encoding="utf-8")
    with pytest.raises(LayerError, match="may be damaged"):
        read_osm_graph(path, crs="EPSG:4545")


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "roads.txt"
    path.write_text("roads", encoding="utf-8")
    with pytest.raises(LayerError, match="cannot be read"):
        read_osm_graph(path, crs="EPSG:4545")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(LayerError, match="no such file"):
        read_osm_graph(tmp_path / "roads.osm", crs="EPSG:4545")


def test_without_pyosmium_the_error_says_what_to_install(tmp_path, monkeypatch):
    plain = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "osmium":
            raise ImportError(name)
        return plain(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(LayerError, match=r"nngis\[osm\]"):
        read_osm_graph(tmp_path / "roads.osm", crs="EPSG:4545")


def test_the_packed_form_gives_the_same_graph(tmp_path, osm):
    import osmium  # noqa: PLC0415

    graph, _ = osm(
        {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1)}, ([1, 2, 3], STREET), ([2, 4], STREET)
    )
    packed = tmp_path / "roads.osm.pbf"
    with osmium.SimpleWriter(str(packed)) as writer:
        for thing in osmium.FileProcessor(str(tmp_path / "roads.osm")):
            writer.add(thing)
    again, _ = read_osm_graph(packed, crs="EPSG:4545")
    assert np.array_equal(again.x, graph.x)
    assert np.array_equal(again.indices, graph.indices)
    assert np.array_equal(again.time_s, graph.time_s)
