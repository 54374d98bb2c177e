import geopandas as gpd
import pytest
from shapely import Point, box

from nngis.decide.counties import county_of
from nngis.errors import LayerError

HOME = gpd.GeoDataFrame(
    {"name_zh": ["甲县", "乙县"]},
    index=["x", "y"],
    geometry=[box(0, 0, 10, 10), box(10, 0, 20, 10)],
    crs="EPSG:4545",
)


def where(*points):
    return county_of(gpd.GeoSeries(list(points), crs="EPSG:4545"), HOME).tolist()


def test_a_border_belongs_to_the_first_county():
    assert where(Point(10, 5), Point(10.001, 5)) == ["甲县", "乙县"]


def test_a_point_outside_all_or_without_a_place_lies_in_none():
    assert where(Point(30, 5), None, Point()) == [None, None, None]


def test_counties_in_another_crs_are_refused():
    with pytest.raises(LayerError):
        county_of(gpd.GeoSeries([Point(0, 0)], crs="EPSG:4326"), HOME)
