"""The GeoPackage of a result holds every table, text as text, and what its columns mean."""

import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import Point

from nngis.outputs.save import write_geopackage
from nngis.text import Lang


def test_tables_with_and_without_geometry_come_back(tmp_path: Path) -> None:
    drawn = gpd.GeoDataFrame(
        {"name_zh": ["甲", None]},
        index=pd.Index(["a", "b"], name="pipe_id"),
        geometry=[Point(0, 0), None],
        crs="EPSG:4545",
    )
    checks = pd.DataFrame(
        {"pipe_id": ["a", "a"], "result": ["pass", "=1+1"], "value": [0.5, None]},
    )
    empty = pd.DataFrame({"pipe_id": pd.Series(dtype=object)})
    path = tmp_path / "layers.gpkg"
    write_geopackage(path, {"checks": checks, "pipes": drawn, "none": empty})
    assert [name for name, _ in pyogrio.list_layers(path)] == ["pipes", "checks"]
    back = pyogrio.read_dataframe(path, layer="checks", read_geometry=False)
    assert back["result"].tolist() == ["pass", "=1+1"]
    assert back["value"].isna().tolist() == [False, True]
    pipes = pyogrio.read_dataframe(path, layer="pipes")
    assert pipes["pipe_id"].tolist() == ["a", "b"]
    assert pipes.crs == "EPSG:4545"


HEADINGS: dict[Lang, str] = {"zh": "额定蒸发量（t/h）", "en": "Rated capacity (t/h)"}


@pytest.mark.parametrize("lang", HEADINGS)
def test_columns_carry_their_titles_in_the_language_of_the_run(tmp_path: Path, lang: Lang) -> None:
    own = {"capacity_t_h": [10.0], "备注栏": ["甲"]}
    drawn = gpd.GeoDataFrame(own, geometry=[Point(0, 0)], crs="EPSG:4545")
    for name in ("a.gpkg", "b.gpkg"):
        write_geopackage(tmp_path / name, {"boilers": drawn, "list": pd.DataFrame(own)}, lang=lang)
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as base:
        rows = base.execute(
            "SELECT table_name, column_name, name, title FROM gpkg_data_columns"
        ).fetchall()
        known = base.execute("SELECT extension_name, scope FROM gpkg_extensions").fetchall()
    heading = HEADINGS[lang]
    assert rows == [(t, "capacity_t_h", heading, heading) for t in ("boilers", "list")]
    assert ("gpkg_schema", "read-write") in known
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_columns_of_one_title_have_names_that_differ(tmp_path: Path) -> None:
    path = tmp_path / "layers.gpkg"
    write_geopackage(path, {"list": pd.DataFrame({"year": [2025], "year_id": [1]})})
    with closing(sqlite3.connect(path)) as base:
        rows = base.execute("SELECT name, title FROM gpkg_data_columns ORDER BY rowid").fetchall()
    assert rows == [("年份", "年份"), ("年份 [year_id]", "年份")]
