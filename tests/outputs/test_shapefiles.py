"""Shapefiles of a result come back as they were, in GBK, and the key says what is what."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from shapely import GeometryCollection, LineString, MultiPolygon, Point, box

from nngis.outputs.shapefiles import short_names, write_shapefiles
from nngis.result.imprint import imprint
from nngis.result.result import Analysis, Result
from tests.outputs.test_networks import result

LONG = "关" * 126 + "停整合"  # 258 bytes: two signs too many


def of_tables(**tables: pd.DataFrame) -> Result:
    return replace(result(), analysis=Analysis(tables))


@pytest.fixture
def boilers() -> gpd.GeoDataFrame:
    own = {
        "name_zh": ["国能南宁发电厂", None, "a,\"b'"],
        "capacity_t_h": [10.5, np.nan, 1 / 3],
        "year": pd.array([2025, None, 2027], dtype="Int64"),
        "in_built_up": pd.array([True, None, False], dtype="boolean"),
        "reason_zh": [LONG, "短", ""],
        "备注一二三四五": ["é𠮷", "甲", None],
    }
    index = pd.Index(["YS-1", "YS-2", "YS-3"], name="boiler_id")
    places = [Point(500_000.25, 2_500_000.5), None, Point(1, 2)]
    return gpd.GeoDataFrame(own, index=index, geometry=places, crs="EPSG:4545")


def key(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "shp" / "fields.csv", keep_default_na=False)


def test_a_table_comes_back_equal(tmp_path: Path, boilers: gpd.GeoDataFrame) -> None:
    files = write_shapefiles(tmp_path, of_tables(boilers=boilers), "zh")
    assert {f"shp/boilers.{kind}" for kind in ("shp", "shx", "dbf", "prj", "cpg")} < set(files)
    assert (tmp_path / "shp" / "boilers.cpg").read_text() == "GBK"
    back = pyogrio.read_dataframe(tmp_path / "shp" / "boilers.shp")
    names = key(tmp_path).set_index("列")["字段"]
    assert back.crs.to_epsg(min_confidence=20) == 4545
    assert back[names["boiler_id"]].tolist() == ["YS-1", "YS-2", "YS-3"]
    assert back[names["name_zh"]].fillna("-").tolist() == ["国能南宁发电厂", "-", "a,\"b'"]
    assert back[names["capacity_t_h"]].tolist() == pytest.approx(
        [10.5, np.nan, 1 / 3], rel=1e-14, nan_ok=True
    )
    assert back[names["year"]].tolist() == pytest.approx([2025, np.nan, 2027], nan_ok=True)
    assert back[names["in_built_up"]].tolist() == pytest.approx([1, np.nan, 0], nan_ok=True)
    places = back.geometry
    assert places.iloc[0].equals(boilers.geometry.iloc[0])
    assert places.iloc[1] is None


def test_the_key_says_titles_and_what_was_cut(tmp_path: Path, boilers: gpd.GeoDataFrame) -> None:
    write_shapefiles(tmp_path, of_tables(boilers=boilers), "zh")
    said = key(tmp_path).set_index("列")
    assert said.loc["capacity_t_h", ["含义", "单位"]].tolist() == ["额定蒸发量", "t/h"]
    cut, lost = said.columns[-3:-1]
    assert "254" in cut
    assert said[cut].astype(int).to_dict() == {
        **dict.fromkeys(said.index, 0), "reason_zh": 1,
    }  # fmt: skip
    assert said[lost].astype(int)["备注一二三四五"] == 1
    back = pyogrio.read_dataframe(tmp_path / "shp" / "boilers.shp")
    assert back[said.loc["reason_zh", "字段"]].iloc[0] == LONG[:127]
    assert back[said.loc["备注一二三四五", "字段"]].tolist()[:2] == ["é?", "甲"]
    (tmp_path / "en").mkdir()
    write_shapefiles(tmp_path / "en", of_tables(boilers=boilers), "en")
    assert "Rated capacity" in set(key(tmp_path / "en")["Title"])


def test_field_names_have_ten_bytes_and_differ() -> None:
    columns = [
        *("branch_10k_cny_t_h", "branch_10k_cny", "branch_yuan_t_co2"),
        *("额定蒸发量一", "额定蒸发量二"),
        *(f"a_very_long_name_{k}" for k in range(120)),
    ]  # fmt: skip
    names = short_names(columns)
    assert len({name.lower() for name in names}) == len(columns)
    assert max(len(name.encode("gbk")) for name in names) <= 10


def test_kinds_of_geometry_are_parted(tmp_path: Path) -> None:
    area = MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)])
    mixed = gpd.GeoDataFrame(
        {"n": [1, 2, 3, 4]},
        geometry=[Point(0, 0), LineString([(0, 0), (1, 1)]), area, box(0, 0, 1, 1)],
        crs="EPSG:4545",
    )
    write_shapefiles(tmp_path, of_tables(mixed=mixed, list=pd.DataFrame({"a": [1]})), "zh")
    counts = {
        path.stem: pyogrio.read_info(path)["features"] for path in (tmp_path / "shp").glob("*.shp")
    }
    assert counts == {"mixed_point": 1, "mixed_linestring": 1, "mixed_polygon": 2}
    back = pyogrio.read_dataframe(tmp_path / "shp" / "mixed_polygon.shp")
    assert back.geometry.area.tolist() == [2.0, 1.0]


def test_the_same_result_leaves_the_same_bytes(tmp_path: Path, boilers: gpd.GeoDataFrame) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        files = write_shapefiles(tmp_path / name, of_tables(boilers=boilers), "zh")
        made.append([(tmp_path / name / file).read_bytes() for file in files])
    assert made[0] == made[1]


def test_a_result_without_places_leaves_nothing(tmp_path: Path) -> None:
    assert write_shapefiles(tmp_path, of_tables(list=pd.DataFrame({"a": [1]})), "zh") == []
    assert list(tmp_path.iterdir()) == []


LOOK = """
import json, os, sys
from qgis.core import QgsApplication, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
layer = QgsVectorLayer(sys.argv[1], "a", "ogr")
print(json.dumps({
    "valid": layer.isValid(), "crs": layer.crs().authid(),
    "fields": [one.name() for one in layer.fields()],
    "rows": [[None if str(v) == "NULL" else v for v in one.attributes()]
             for one in layer.getFeatures()],
}))
sys.stdout.flush()
os._exit(0)
"""


@pytest.mark.parametrize("without_cpg", [False, True])
def test_qgis_reads_it_back(
    tmp_path: Path,
    boilers: gpd.GeoDataFrame,
    qgis_python: str,
    qgis_environment: dict[str, str],
    without_cpg: bool,
) -> None:
    write_shapefiles(tmp_path, of_tables(boilers=boilers), "zh")
    path = tmp_path / "shp" / "boilers.shp"
    if without_cpg:  # the head of the table says GBK too
        path.with_suffix(".cpg").unlink()
    made = subprocess.run(
        [qgis_python, "-c", LOOK, path], capture_output=True, check=True, timeout=600,
        env=qgis_environment,
    )  # fmt: skip
    found = json.loads(made.stdout.decode().splitlines()[-1])
    assert found["valid"]
    assert found["crs"] == "EPSG:4545"
    names = key(tmp_path)["字段"].tolist()
    assert found["fields"] == names
    column = [row[names.index("name_zh")] for row in found["rows"]]
    assert column == ["国能南宁发电厂", None, "a,\"b'"]
    assert found["rows"][0][names.index("reason_zh")] == LONG[:127]


def test_every_shapefile_has_a_description_and_the_key_the_same_line(
    tmp_path: Path, boilers: gpd.GeoDataFrame
) -> None:
    files = write_shapefiles(tmp_path, of_tables(boilers=boilers), "zh")
    about = imprint([of_tables(boilers=boilers)], "zh")
    assert "shp/boilers.shp.xml" in files
    said = (tmp_path / "shp" / "boilers.shp.xml").read_text(encoding="utf-8")
    assert f"<abstract>{about}</abstract>" in said
    assert set(key(tmp_path)["版本、数据"]) == {about}


def test_of_a_mixed_collection_the_parts_of_the_highest_dimension_are_kept(tmp_path: Path) -> None:
    line = LineString([(0, 0), (1, 1)])
    inner = GeometryCollection([box(4, 0, 5, 1), Point(9, 9)])
    shapes = [GeometryCollection([line, box(0, 0, 2, 1), inner]), GeometryCollection(), None]
    mixed = gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=shapes, crs="EPSG:4547")
    write_shapefiles(tmp_path, of_tables(mixed=mixed), "zh")
    back = pyogrio.read_dataframe(tmp_path / "shp" / "mixed.shp")
    assert back.geometry.iloc[0].equals(MultiPolygon([box(0, 0, 2, 1), box(4, 0, 5, 1)]))
    assert back.geometry.iloc[1:].isna().all()
