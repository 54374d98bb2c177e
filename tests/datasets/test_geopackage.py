"""Whatever its columns are called and hold, a table fits into a GeoPackage."""

import sqlite3
from contextlib import closing

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from shapely import Point

from nngis.datasets import geopackage
from nngis.datasets.geopackage import fitting_columns, look_into_geopackage
from nngis.errors import LedgerError

NAMES = [
    "fid",
    "FID",
    "geom",
    "Geometry",
    "a",
    "A",
    "",
    "rowid",
    "x" * 500,
    "b\0c",
    "\ufffe",
    "select",
    "a\"'b",
]


def test_columns_of_any_name_are_written_and_read_again(tmp_path):
    frame = gpd.GeoDataFrame(
        pd.DataFrame([range(len(NAMES))] * 2, columns=NAMES),
        geometry=[Point(0, 0), Point(1, 1)],
        crs=4326,
    )
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(fitting_columns(frame), path, layer="a", driver="GPKG")
    back = pyogrio.read_dataframe(path)
    assert back.drop(columns="geometry").to_numpy().tolist() == [list(range(len(NAMES)))] * 2
    lower = [name.lower() for name in back.columns]
    assert len(set(lower)) == len(lower)


def test_values_of_any_kind_become_text_or_nothing(tmp_path):
    values = [
        "甲\ud800\ufffe",
        None,
        np.nan,
        pd.NaT,
        pd.NA,
        [1, 2],
        {"a": 1},
        b"\xff",
        3,
        np.arange(2),
    ]
    frame = fitting_columns(pd.DataFrame({"a": pd.Series(values, dtype=object)}))
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(frame, path, layer="a", driver="GPKG")
    back = pyogrio.read_dataframe(path)["a"].tolist()
    assert back[0] == "甲\ufffd\ufffd"
    assert pd.isna(pd.Series(back[1:5])).all()
    assert back[5:] == ["[1, 2]", "{'a': 1}", "b'\\xff'", "3", "[0 1]"]


def test_two_columns_of_geometry_are_told_apart(tmp_path):
    frame = gpd.GeoDataFrame(
        {"geometry_": ["x"], "GEOMETRY": ["y"]}, geometry=[Point(0, 0)], crs=4326
    )
    back = fitting_columns(frame)
    assert list(back.columns) == ["geometry_", "GEOMETRY__", "geometry"]
    assert back.geometry.iloc[0] == Point(0, 0)


COUNTING = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c{}) SELECT x FROM c"


@pytest.mark.parametrize(
    "view",
    [
        COUNTING.format(""),
        COUNTING.format("") + " WHERE x < 0",  # never a row
        "SELECT 1 FROM a, a AS b, a AS c, a AS d, a AS e, a AS f",
    ],
)
def test_a_view_that_comes_to_no_end_is_refused(tmp_path, monkeypatch, view):
    monkeypatch.setattr(geopackage, "MOST_STEPS", 1_000_000)
    path = tmp_path / "a.gpkg"
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE a AS " + COUNTING.format(" LIMIT 100"))
        base.execute("CREATE VIEW good AS SELECT x FROM a")
        base.commit()
        assert look_into_geopackage(path, path) is None
        base.execute(f"CREATE VIEW bad AS {view}")
        base.commit()
    with pytest.raises(LedgerError, match="bad"):
        look_into_geopackage(path, path)
