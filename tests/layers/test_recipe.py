"""The recipe: what of it needs no network gives the shipped files again."""

import doctest
import importlib
import shutil

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

MODULES = ("box", "built_up", "ledger_sheet", "osm_lines", "osm_points", "roofs", "write")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_recipe_are_true(name):
    outcome = doctest.testmod(importlib.import_module(f"recipe.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize("name", ["heat_sources", "treatment_plants", "population"])
def test_typed_in_facts_give_the_shipped_table_byte_for_byte(name, layers, tmp_path):
    facts = importlib.import_module("recipe.facts")
    getattr(facts, name)(tmp_path)
    assert (tmp_path / f"{name}.csv").read_bytes() == (layers / f"{name}.csv").read_bytes()


def test_the_built_up_area_follows_from_the_shipped_layers(layers, tmp_path):
    for name in ("places.csv", "roads.geojson", "towns.csv"):
        shutil.copy(layers / name, tmp_path / name)
    built_up = importlib.import_module("recipe.built_up")
    built_up.built_up(tmp_path)
    first = (tmp_path / "built_up.geojson").read_bytes()
    built_up.built_up(tmp_path)
    assert (tmp_path / "built_up.geojson").read_bytes() == first
    fresh = pyogrio.read_dataframe(tmp_path / "built_up.geojson").set_index("area_id")
    shipped = pyogrio.read_dataframe(layers / "built_up.geojson").set_index("area_id")
    assert fresh.index.tolist() == shipped.index.tolist()
    # Another GEOS may place a vertex of a buffer differently; the area tells.
    apart = shapely.symmetric_difference(
        fresh.to_crs("EPSG:4545").geometry.to_numpy(),
        shipped.to_crs("EPSG:4545").geometry.to_numpy(),
    )
    assert shapely.area(apart).max() < 1e4


def test_every_recipe_is_a_layer_with_a_file_and_back(layers, catalog):
    source = (layers / "build" / "build.py").read_text(encoding="utf-8")
    for name, entry in catalog.items():
        assert (f'    "{name}": ' in source) == ("file" in entry), name


def test_dense_points_make_a_part_and_scattered_ones_none():
    built_up = importlib.import_module("recipe.built_up")
    x, y = np.meshgrid(np.arange(0, 3000, 250.0), np.arange(0, 3000, 250.0))
    town = np.column_stack([x.ravel(), y.ravel()])
    lone = np.array([[20_000.0, 0.0]])
    density, west, south = built_up.density_per_km2(np.vstack([town, lone]), np.empty((0, 2)))
    parts = built_up.dense_parts(density, np.array([[-9e9, -9e9]]), (west, south))
    assert len(parts) == 1
    assert parts[0].contains(shapely.Point(1500, 1500))
    assert not parts[0].intersects(shapely.Point(20_000, 0))


def test_a_township_takes_no_extent_that_lies_in_another_county():
    match = importlib.import_module("recipe.townships").match
    county = gpd.GeoDataFrame(index=["450102"], geometry=[shapely.box(108, 22, 109, 23)])
    streets = [
        {"code": "1", "name": "甲镇", "areaCode": "450102"},
        {"code": "2", "name": "乙镇", "areaCode": "450102"},
        {"code": "3", "name": "丙镇", "areaCode": "450102"},
    ]
    extents = {"甲镇": "[108.2, 22.6, 108.4, 22.4]", "乙镇": "[113.2, 22.6, 113.4, 22.4]"}
    near, far, unknown = match(streets, extents, county)
    assert (near["lon"], near["lat"]) == ("108.3000000", "22.5000000")
    assert "lon" not in far
    assert "lon" not in unknown


def test_nodes_at_one_place_make_one_segment_the_shortest():
    segments = importlib.import_module("recipe.osm_lines").segments
    nodes = [[22.8, 108.3], [22.9, 108.4], [22.9, 108.4]]
    graph = [{"1": 15.2, "2": 15.1}, {"0": 15.2, "2": 0.0}, {"0": 15.1, "1": 0.0}]
    ((properties, _, _),) = segments(nodes, graph, "road_id")
    assert properties == {"road_id": "000000-000001", "length_km": 15.1}


def test_a_download_that_is_not_the_pinned_one_is_refused(tmp_path):
    packages = importlib.import_module("recipe.packages")
    (tmp_path / packages.SIZHI.archive).write_bytes(b"something else")
    with pytest.raises(ValueError, match="sha256"):
        packages.fetch(packages.SIZHI, tmp_path)


def test_a_stamp_changes_its_own_entry_only():
    stamp = importlib.import_module("recipe.write").stamp
    text = '[layers.a]\nsha256 = ""\nrows = 0\n\n[layers.b]\nsha256 = "x"\nrows = 7\n'
    done = stamp(text, "a", b"data", 3)
    assert "rows = 3" in done
    assert done.endswith('[layers.b]\nsha256 = "x"\nrows = 7\n')
    with pytest.raises(ValueError, match="no entry"):
        stamp(text, "c", b"data", 3)
    with pytest.raises(ValueError, match="one line"):
        stamp("[layers.a]\nrows = 0\n", "a", b"data", 3)
