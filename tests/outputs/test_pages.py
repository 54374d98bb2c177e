"""What lies under the maps of a run: the roads that somebody gives are those that are drawn."""

import geopandas as gpd
import networkx as nx
import osmnx as ox
import pytest

import nngis
from nngis import fields
from nngis.outputs.pages import backdrop

# A square of streets north of Liujing, a few kilometres a side, as osmnx holds it.
CORNERS = {1: (108.80, 22.90), 2: (108.84, 22.90), 3: (108.84, 22.94), 4: (108.80, 22.94)}


@pytest.fixture(scope="module")
def graphml(tmp_path_factory):
    streets = nx.MultiDiGraph(crs="EPSG:4326")
    for node, (x, y) in CORNERS.items():
        streets.add_node(node, x=x, y=y, street_count=2)
    for way, (u, v) in enumerate([(1, 2), (2, 3), (3, 4), (4, 1)]):
        about = {"osmid": way, "highway": "primary", "oneway": False, "length": 4_200.0}
        streets.add_edge(u, v, **about)
        streets.add_edge(v, u, **about)
    path = tmp_path_factory.mktemp("roads") / "streets.graphml"
    ox.save_graphml(streets, path)
    return path


@pytest.fixture(scope="module")
def saved(graphml, tmp_path_factory):
    found = nngis.run("heat", roads=graphml)
    return found, found.save(tmp_path_factory.mktemp("given") / "out")


def spans_the_square(bounds):
    assert list(bounds) == pytest.approx([108.80, 22.90, 108.84, 22.94], abs=1e-4)


def test_the_web_map_draws_the_roads_that_were_given(saved, map_data):
    road = next(
        one for one in map_data(saved[1] / "heat/map.html")["backdrop"] if one["role"] == "road"
    )
    assert road["n"] == 4


def test_the_web_map_names_townships_and_draws_no_point_for_them(saved, map_data):
    township = next(
        one for one in map_data(saved[1] / "heat/map.html")["backdrop"] if one["role"] == "township"
    )
    assert "六景镇" in {label[2] for label in township["labels"]}
    assert township["size"] == 0
    # the middle of an extent is no place: sheets, figures and QGIS do not show it
    assert "township" not in saved[0].case.backdrop()
    assert "township" not in set(gpd.list_layers(saved[1] / "backdrop.gpkg")["name"])


def test_the_qgis_project_draws_the_roads_that_were_given(saved):
    road = gpd.read_file(saved[1] / "backdrop.gpkg", layer="road").to_crs(4326)
    assert len(road) == 4
    spans_the_square(road.total_bounds)


def test_sheets_and_figures_draw_the_roads_that_were_given(saved):
    spans_the_square(saved[0].case.backdrop()["road"].total_bounds)


def test_reach_draws_the_roads_that_were_given(graphml):
    ends = [
        gpd.GeoDataFrame(geometry=gpd.points_from_xy([x], [y]), index=[str(node)], crs=4326)
        for node, (x, y) in list(CORNERS.items())[:2]
    ]
    ends[0]["name_zh"] = ["甲小区"]
    on_roads = nngis.reach(*ends, limit_m=9_000, roads=graphml)
    spans_the_square(on_roads.case.backdrop()["road"].total_bounds)
    layers = {layer.table: layer for layer in on_roads.view.layers}
    assert set(layers) == {"service_areas", "demand", "facilities"}
    assert layers["demand"].name == "name_zh"  # names before ids
    assert on_roads.decisions["name_zh"].tolist() == ["甲小区"]
    assert not {c for one in layers.values() for c in one.popup} - set(fields.glossary())


def test_without_roads_given_the_case_s_own_are_drawn():
    shipped = nngis.case()
    drawn = backdrop(shipped.store)["road"]
    assert drawn.frame is shipped.store.open("roads").frame
