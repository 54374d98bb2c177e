"""A layer's rows in a CRS carry how sure they are, each its own where rows differ."""

import geopandas as gpd
import pytest
from shapely import Point

from nngis.catalog.layer import Layer
from nngis.text import Text


def layer(**columns: object) -> Layer:
    frame = gpd.GeoDataFrame(columns, geometry=[Point(108, 22), Point(109, 23)], crs=4326)
    return Layer("a", Text("甲", "A"), frame, "surveyed", None, "0", 2)


def test_rows_without_evidence_take_that_of_the_layer() -> None:
    found = layer(name_zh=["甲", "乙"]).in_crs("EPSG:4545")
    assert found["evidence"].tolist() == ["surveyed", "surveyed"]
    assert found.crs == "EPSG:4545"
    # 108 E is the central meridian of EPSG:4545, whose false easting is 500 km.
    assert found.geometry.x.iloc[0] == pytest.approx(500_000, abs=0.01)


def test_rows_that_say_their_evidence_keep_it() -> None:
    found = layer(evidence=["derived", "surveyed"]).in_crs("EPSG:4545")
    assert found["evidence"].tolist() == ["derived", "surveyed"]
