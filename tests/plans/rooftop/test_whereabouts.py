"""Where a roof lies: its township by outline or extent, and its climate cell."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from nngis.errors import LayerError
from nngis.plans.rooftop.whereabouts import cell_of, township_of, with_position

CRS = "EPSG:4545"
X, Y = 500_000.0, 2_500_000.0


def at(east, north=0.0):
    return Point(X + east, Y + north)


@pytest.fixture
def spots():
    places = {"in_a": at(500), "in_b": at(1_500), "nowhere": at(9_000)}
    return gpd.GeoSeries(places, crs=CRS)


@pytest.fixture
def townships():
    shapes = [box(X, Y - 500, X + 1_000, Y + 500), box(X + 1_000, Y - 500, X + 2_000, Y + 500)]
    return gpd.GeoDataFrame({"name_zh": ["甲镇", "乙镇"]}, geometry=shapes, crs=CRS)


def test_a_spot_lies_in_the_township_whose_outline_holds_it(spots, townships):
    found = township_of(spots, townships)
    assert found.dropna().to_dict() == {"in_a": "甲镇", "in_b": "乙镇"}
    assert found.name == "township"


def test_without_townships_or_their_names_no_spot_has_one(spots, townships):
    for given in (None, townships.iloc[:0], townships.drop(columns="name_zh")):
        assert township_of(spots, given).isna().all()


def test_of_two_extents_that_hold_a_spot_the_smaller_names_it(spots):
    here = {"west": 107.9, "south": 22.5, "east": 108.1, "north": 22.7}
    middle = {"west": 107.999, "south": 22.59, "east": 108.009, "north": 22.61}
    rows = {"大镇": here, "小镇": middle, "不明": dict.fromkeys(here)}
    table = pd.DataFrame.from_dict(rows, orient="index").astype(float).rename_axis("name_zh")
    extents = gpd.GeoDataFrame(table.reset_index(), geometry=[None] * 3, crs=CRS)
    # 2,500 km north of the equator on the central meridian 108 E is some 22.6 N.
    assert township_of(spots, extents).to_dict() == {
        "in_a": "小镇", "in_b": "大镇", "nowhere": "大镇",
    }  # fmt: skip


def test_the_nearest_cell_with_a_place_counts_up_to_its_reach(spots):
    cells = gpd.GeoDataFrame(
        index=["far", "near", "none"], geometry=[at(4_000), at(1_000), None], crs=CRS
    )
    found = cell_of(spots, cells, farthest_m=5_000.0)
    assert found.to_dict() == {"in_a": "near", "in_b": "near", "nowhere": "far"}
    with pytest.raises(LayerError, match="nowhere"):
        cell_of(spots, cells, farthest_m=4_999.0)
    with pytest.raises(LayerError, match="no cells"):
        cell_of(spots, cells.loc[["none"]], farthest_m=5_000.0)


def test_cells_state_their_place_or_take_that_of_their_points():
    cells = gpd.GeoDataFrame(index=["c"], geometry=[at(0)], crs=CRS)
    placed = with_position(cells)
    assert placed["lon"].tolist() == pytest.approx([108.0])
    assert placed["lat"].tolist() == pytest.approx([22.6], abs=0.02)
    stated = cells.assign(lon=[1.0], lat=[2.0])
    assert with_position(stated)[["lon", "lat"]].to_numpy().tolist() == [[1.0, 2.0]]
    half = cells.assign(lon=[1.0], lat=[np.nan])
    assert with_position(half)["lon"].tolist() == pytest.approx([108.0])
