"""Roads of every form become one layer."""

import geopandas as gpd
import networkx as nx
import osmnx as ox
import pytest
from shapely import LineString

import nngis
from nngis.errors import LayerError
from nngis.inputs.roads import count_streets, roads_from
from nngis.network.graph import graph_from_networkx, graph_from_roads

CRS = "EPSG:4545"
X, Y = 500_000, 2_500_000


def town():
    """Make three streets in a row, the second one-way and bent, the third a footway."""
    made = nx.MultiDiGraph(crs=CRS)
    for node, x in enumerate((0, 100, 200, 300)):
        made.add_node(node, x=X + x, y=Y)
    made.add_edge(0, 1, osmid=1, length=100.0, oneway=False)
    made.add_edge(1, 0, osmid=1, length=100.0, oneway=False)
    bent = LineString([(X + 100, Y), (X + 150, Y + 50), (X + 200, Y)])
    made.add_edge(1, 2, osmid=2, length=141.42, oneway=True, geometry=bent)
    made.add_edge(2, 3, osmid=3, length=100.0, oneway=False, highway="footway")
    return made


def held(how, tmp_path):
    """Give the town in one of the forms that people hold."""
    if how == "graph":
        return town()
    if how == "degrees":
        return ox.project_graph(town(), to_latlong=True)
    if how == "our graph":
        return graph_from_networkx(town()).graph
    path = tmp_path / ("town.graphml" if how == "graphml" else "town.gpkg")
    if how == "graphml":
        ox.save_graphml(town(), path)
    else:
        ox.save_graph_geopackage(town(), path, directed=True)
    return gpd.read_file(path, layer="edges") if how == "frame" else path


@pytest.mark.parametrize("how", ["graph", "degrees", "our graph", "graphml", "gpkg", "frame"])
def test_every_form_gives_the_same_road_graph(tmp_path, how):
    roads, _ = roads_from(held(how, tmp_path))
    graph, _ = graph_from_roads(roads.to_crs(CRS), tolerance_m=1)
    assert (graph.n_edges, graph.n_arcs) == (2, 3)
    assert sorted(graph.edge_length_m.round(2)) == [100, 141.42]


def test_edges_left_out_are_said():
    assert [note.en for note in roads_from(town())[1]] == ["Left out 1 edge that cars may not use."]


def test_simplifying_is_an_option_and_is_said(tmp_path):
    pieces = [LineString([(X + k, Y), (X + k + 50, Y)]) for k in (0, 50, 100)]
    frame = gpd.GeoDataFrame(geometry=pieces, crs=CRS)
    assert roads_from(frame)[0] is frame
    simple, notes = roads_from(frame, simplify=True)
    assert len(simple) == 1
    assert "became 2 and 1" in notes[0].en


@pytest.mark.parametrize("value", [7, None, ["roads"]])
def test_what_holds_no_roads_is_refused(value):
    with pytest.raises(LayerError, match="holds no roads"):
        roads_from(value)


def test_the_quality_of_roads_in_degrees_is_counted_and_what_was_left_out_is_said():
    lines = [[(0, 0), (100, 0)], [(100, 0), (100, 90)], [(100, 0), (100, -50)], [(0, 0), (0, 9)]]
    roads = gpd.GeoDataFrame(
        {
            "highway": ["primary", "primary", "residential", "steps"],
            "oneway": ["yes", "", "no", ""],
        },
        geometry=[LineString([(X + x, Y + y) for x, y in line]) for line in lines],
        crs=CRS,
    )
    figures, notes = count_streets(roads.to_crs("EPSG:4326"))
    found = {one.name: one.value for one in figures}
    assert (found["junctions_count"], found["dead_ends_count"], found["streets_count"]) == (1, 3, 3)
    assert found["street_length_km"] == pytest.approx(0.24, rel=1e-3)
    assert found["oneway_share"] == pytest.approx(100 / 240, rel=1e-3)
    assert any("closed to cars" in note.en for note in notes)


@pytest.mark.parametrize("how", ["graph", "degrees", "our graph", "graphml", "gpkg", "frame"])
def test_the_front_door_takes_roads_of_every_form(tmp_path, how):
    ends = [
        gpd.GeoDataFrame(geometry=gpd.points_from_xy([X + x], [Y]), index=[name], crs=CRS)
        for name, x in (("a", 0), ("b", 200))
    ]
    roads = held(how, tmp_path)
    there = nngis.reach(*ends, limit_m=5000, roads=roads).decisions
    back = nngis.reach(*reversed(ends), limit_m=5000, roads=roads).decisions
    assert there["road_m"].tolist() == pytest.approx([241.42], abs=0.05)
    # The second street is one-way: nobody comes back.
    assert back["decision"].tolist() == ["gap"]
