"""Layers of a question: any vector file, its ids to the last digit, its datum by name."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from nngis.crs import gcj02_from_wgs84
from nngis.errors import LayerError
from nngis.inputs.features import read_features, weights_of
from nngis.inputs.store import LayerStore, open_store

POINTS = [shapely.Point(108.9, 22.7), shapely.Point(108.95, 22.75)]


@pytest.fixture(scope="module")
def store() -> LayerStore:
    return open_store(Path(__file__).parents[2] / "layers")


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "fgb", "parquet"])
def test_long_ids_keep_their_digits_beside_an_empty_one(
    tmp_path: Path, store: LayerStore, kind: str
) -> None:
    ids = pd.array([450100000000000001, None], dtype="Int64")
    frame = gpd.GeoDataFrame({"code": ids, "weight": [1.5, 2.0]}, geometry=POINTS, crs=4326)
    path = tmp_path / f"a.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    layer = read_features(str(path), "demand", store)
    # FlatGeobuf orders its features by place.
    assert layer.frame["weight"].sort_values().tolist() == [1.5, 2.0]
    assert layer.frame.index[layer.frame["weight"] == 1.5] == ["450100000000000001"]


def test_a_file_that_calls_its_crs_gcj02_is_moved(tmp_path: Path, store: LayerStore) -> None:
    lon, lat = gcj02_from_wgs84([108.9, 108.95], [22.7, 22.75])
    frame = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=gpd.points_from_xy(lon, lat), crs=4326)
    path = tmp_path / "a.geojson"
    text = frame.to_json().replace("{", '{"crs": {"properties": {"name": "GCJ-02"}},', 1)
    path.write_text(text, encoding="utf-8")
    layer = read_features(str(path), "facilities", store)
    assert layer.frame.geometry.iloc[0].distance(POINTS[0]) < 1e-8
    assert any("gcj02" in note.en for note in layer.notes)


def test_a_shapefile_in_gbk_keeps_its_words(tmp_path: Path, store: LayerStore) -> None:
    frame = gpd.GeoDataFrame({"编号": ["南一"], "人口": [3]}, geometry=POINTS[:1], crs=4326)
    frame.to_file(tmp_path / "a.shp", encoding="gbk")
    (tmp_path / "a.cpg").unlink(missing_ok=True)
    layer = read_features(str(tmp_path / "a.shp"), "demand", store)
    assert list(layer.frame.index) == ["南一"]
    assert layer.frame["人口"].tolist() == [3]


def test_lines_without_any_column_are_roads(tmp_path: Path, store: LayerStore) -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.LineString(POINTS)], crs=4326)
    frame.to_file(tmp_path / "a.gpkg")
    assert len(read_features(str(tmp_path / "a.gpkg"), "roads", store).frame) == 1


def test_a_file_without_crs_is_asked_about(tmp_path: Path, store: LayerStore) -> None:
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=POINTS[:1], crs=4326)
    frame.to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(LayerError, match="--datum"):
        read_features(str(tmp_path / "a.shp"), "demand", store)
    layer = read_features(str(tmp_path / "a.shp"), "demand", store, datum="wgs84")
    assert layer.frame.geometry.iloc[0].distance(POINTS[0]) < 1e-9


@pytest.mark.parametrize("part", ["demand", "facilities", "candidates", "existing"])
@pytest.mark.parametrize("name", ["id", "编号", "code", "osm_id", "fid", "own"])
def test_rows_of_a_table_go_by_their_own_ids(
    tmp_path: Path, store: LayerStore, part: str, name: str
) -> None:
    header = f"{part}_id" if name == "own" else name
    table = pd.DataFrame({header: ["k1", "02"], "lon": [108.9, 108.95], "lat": [22.7, 22.75]})
    table.to_csv(tmp_path / "a.csv", index=False)
    frame = read_features(str(tmp_path / "a.csv"), part, store, datum="wgs84").frame
    assert frame.index.tolist() == ["k1", "02"]
    assert frame.index.name == f"{part}_id"


@pytest.mark.parametrize(
    "name", ["people", "population", "人口", "weight", "vehicles_count", "households_count", "甲"]
)
def test_a_table_has_its_weights_under_the_names_it_gives_them(
    tmp_path: Path, store: LayerStore, name: str
) -> None:
    table = pd.DataFrame({"lon": [108.9, 108.95], "lat": [22.7, 22.75], name: [120, 30]})
    table.to_csv(tmp_path / "a.csv", index=False)
    layer = read_features(str(tmp_path / "a.csv"), "demand", store, datum="wgs84")
    usual = name in ("people", "population", "人口", "weight")
    assert weights_of(layer, None if usual else name).tolist() == [120.0, 30.0]


def test_an_answer_of_a_place_search_is_a_table_of_points(
    tmp_path: Path, store: LayerStore
) -> None:
    lon, lat = gcj02_from_wgs84([108.9], [22.7])
    place = {"id": "B1", "name": "甲", "location": f"{lon[0]:.6f},{lat[0]:.6f}"}
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"status": "1", "pois": [place]}), encoding="utf-8")
    frame = read_features(str(path), "facilities", store).frame
    assert frame.index.tolist() == ["B1"]
    assert frame.geometry.iloc[0].distance(POINTS[0]) < 3e-6
