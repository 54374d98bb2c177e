"""Road layers as people send them: every column that a graph needs, and no row lost."""

from pathlib import Path

import geopandas as gpd
import networkx as nx
import osmnx as ox
import pytest
from shapely import LineString, Point

from nngis.errors import LedgerError
from nngis.ledger.read import read_ledger
from nngis.network.graph import graph_from_roads
from nngis.roles import role

CRS = "EPSG:4545"
X, Y = 520_000, 2_524_000


@pytest.fixture
def read(tmp_path):
    """Write a layer of roads and read it for its role."""

    def write(suffix=".gpkg", n=4, **columns):
        lines = [LineString([(X + 500 * k, Y), (X + 500 * k + 400, Y)]) for k in range(n)]
        path = tmp_path / f"roads{suffix}"
        gpd.GeoDataFrame(columns, geometry=lines, crs=CRS).to_file(path)
        return read_ledger(path, role("roads"))

    return write


def test_the_columns_of_a_graph_keep_their_names(read):
    layer = read(
        oneway=["yes", "no", "-1", None],
        layer=[0, 1, None, "-1"],
        bridge=["yes", "viaduct", "no", None],
        speed_km_h=[50, None, 30, 20],
        maxspeed=["50 mph", None, "signals", "40"],
        highway=["primary", "['steps', 'path']", None, "footway"],
    )
    frame = layer.frame
    assert [None if v is None else float(v) for v in frame["oneway"].astype(object).where(
        frame["oneway"].notna(), None)] == [1, 0, -1, None]  # fmt: skip
    assert frame["layer"].tolist() == ["0", "1", None, "-1"]
    assert frame["bridge"].astype(object).where(frame["bridge"].notna(), None).tolist() == [
        True, True, False, None,
    ]  # fmt: skip
    assert frame["speed_km_h"].iloc[[0, 2, 3]].tolist() == [50, 30, 20]
    assert frame["maxspeed"].tolist() == ["50 mph", None, "signals", "40"]
    assert len(layer.rejects) == 0
    assert not any("原表" in name for name in frame.columns)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp"])
def test_a_layer_of_geometry_alone_is_a_road_layer(read, tmp_path, suffix):
    if suffix == ".shp":
        assert len(read(suffix, nothing=[None] * 4).frame) == 4
    else:
        assert len(read(suffix).frame) == 4


@pytest.mark.parametrize(
    "ids", ["abcd", ["road_id", "id", "d", "total road"], ["e1", "e", "oad", "_id"]]
)
def test_ids_are_rows_though_they_end_like_their_header(read, ids):
    layer = read(road_id=list(ids))
    assert layer.frame.index.tolist() == list(ids)


def test_a_sign_that_is_not_understood_costs_no_row_but_a_note(read):
    layer = read(oneway=["yes", "sometimes", "no", "no"], speed_km_h=["50", "fast", "0", "60"])
    assert len(layer.frame) == 4
    said = " ".join(note.en for note in layer.notes)
    assert "sometimes" in said
    assert "fast" in said


def test_a_repeated_header_is_still_no_row(tmp_path):
    header = "boiler_id,额定蒸发量(t/h),经度,纬度"
    text = f"{header}\na,4,108.3,22.8\n{header}\nd,6,108.4,22.8\n"
    path = tmp_path / "b.csv"
    path.write_text(text, encoding="utf-8")
    assert read_ledger(path, role("boilers"), datum="wgs84").frame.index.tolist() == ["a", "d"]


def test_a_point_without_a_filled_cell_is_a_row_too(tmp_path):
    path = tmp_path / "demand.gpkg"
    frame = gpd.GeoDataFrame(
        {"name": [None, "x"]}, geometry=[Point(X, Y), Point(X, Y + 9)], crs=CRS
    )
    frame.to_file(path)
    assert len(read_ledger(path, role("demand")).frame) == 2


def test_the_small_road_layers_beside_the_checkout_lose_no_row():
    folder = Path(__file__).parents[3] / "shared" / "cases" / "roads"
    if not folder.is_dir():
        pytest.skip("no ../shared/cases")
    rows = {
        path.stem: len(read_ledger(path, role("roads")).frame) for path in folder.glob("*.gpkg")
    }
    assert rows["geometry_only"] == 12
    assert rows["ids_a_b_c_d"] == 4


def town():
    """Make a ring of four streets in degrees, one of them one-way, and a bridge across it."""
    ring = nx.MultiDiGraph(crs="EPSG:4326", simplified=True)
    for node, (x, y) in enumerate([(0, 0), (1, 0), (1, 1), (0, 1)]):
        ring.add_node(node, x=108.3 + 0.01 * x, y=22.8 + 0.01 * y, street_count=2)
    for k, (u, v) in enumerate([(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)]):
        said = {
            "osmid": k,
            "length": 1100.0 + k,
            "oneway": k == 0,
            "reversed": False,
            "highway": ["primary", "secondary"] if k == 1 else "primary",
            "maxspeed": "50 mph",
        }
        ring.add_edge(u, v, **said)
        if k:
            ring.add_edge(v, u, **{**said, "reversed": True})
    return ring


@pytest.mark.parametrize("how", ["graphml", "gephi", "networkx", "directed", "undirected"])
def test_files_of_osmnx_are_the_graph_that_they_hold(tmp_path, how):
    path = tmp_path / ("town.gpkg" if "directed" in how else "town.graphml")
    if how == "networkx":
        plain = town()
        plain.edges[1, 2, 0]["highway"] = plain.edges[2, 1, 0]["highway"] = "primary"
        nx.write_graphml(plain, path)
    elif path.suffix == ".graphml":
        ox.save_graphml(town(), path, gephi=how == "gephi")
    else:
        ox.save_graph_geopackage(town(), path, directed=how == "directed")
    layer = read_ledger(path, role("roads"))
    graph, report = graph_from_roads(layer.frame.to_crs("EPSG:4545"), tolerance_m=1)
    assert len(layer.rejects) == 0
    assert (graph.n_nodes, graph.n_edges, graph.n_arcs) == (4, 5, 9)
    assert report.crossings_split == 0
    assert sorted(graph.edge_length_m) == [1100, 1101, 1102, 1103, 1104]
    assert graph.time_s[0] == pytest.approx(graph.length_m[0] / (50 * 1.609344 / 3.6))
    one_way = graph.edge_length_m == 1100
    assert graph.n_arcs - 2 * (graph.n_edges - one_way.sum()) == 1


def test_the_one_way_street_of_a_file_runs_as_in_the_graph(tmp_path):
    for directed in (True, False):
        ox.save_graph_geopackage(town(), tmp_path / "town.gpkg", directed=directed)
        frame = read_ledger(tmp_path / "town.gpkg", role("roads")).frame.to_crs("EPSG:4545")
        graph, _ = graph_from_roads(frame, tolerance_m=1)
        arc = int((graph.length_m == 1100).nonzero()[0][0])
        tail = int(graph.indptr.searchsorted(arc, "right")) - 1
        # From node 0 in the west to node 1 in the east.
        assert graph.x[tail] < graph.x[graph.indices[arc]]
        assert graph.y[tail] == pytest.approx(graph.y[graph.indices[arc]], abs=30)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<graphml", "damaged or incomplete"),
        ("<other/>", "GraphML"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><graphml>&b;</graphml>", "entities"),
    ],
)
def test_a_damaged_or_harmful_graphml_is_refused(tmp_path, text, words):
    path = tmp_path / "town.graphml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LedgerError, match=words):
        read_ledger(path, role("roads"))


def test_a_graphml_without_places_is_refused(tmp_path):
    bare = nx.MultiDiGraph()
    bare.add_edge(1, 2)
    nx.write_graphml(bare, tmp_path / "bare.graphml")
    with pytest.raises(LedgerError, match="2 of 2 nodes have no coordinates"):
        read_ledger(tmp_path / "bare.graphml", role("roads"))
