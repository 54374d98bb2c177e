"""Columns that are made of what OpenStreetMap says: lengths over all vertices, ids, order."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.fetch.osm_frames import _coded, _length_km, _sorted

# On the WGS84 ellipsoid a degree of the equator has 111.3195 km, one of the meridian there 110.574.
EQUATOR_KM, MERIDIAN_KM = 111.3195, 110.5743


def test_a_line_is_as_long_as_all_its_parts_and_no_longer() -> None:
    lines = gpd.GeoSeries(
        {
            "bent": LineString([(0, 0), (0.01, 0), (0.01, 0.01), (0.01, 0.02)]),
            "far": LineString([(100, 0), (100.03, 0)]),
            "up": LineString([(50, 0), (50, 0.01)]),
        },
        crs=4326,
    )
    found = _length_km(lines)
    assert found["bent"] == pytest.approx(0.01 * EQUATOR_KM + 0.02 * MERIDIAN_KM, abs=2e-4)
    assert found["far"] == pytest.approx(0.03 * EQUATOR_KM, abs=2e-4)
    assert found["up"] == pytest.approx(0.01 * MERIDIAN_KM, abs=2e-4)


def rows(**columns: list[object]) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(columns, geometry=[Point(0, 0)] * count, crs=4326)


def test_a_code_is_an_id_where_it_stands_once() -> None:
    frame = rows(
        adcode=["r1", "r2", "r3", "r4"],
        stated_code=["450102", "450181000", "450181", None],
    )
    assert _coded(frame, "adcode")["adcode"].tolist() == ["450102", "r2", "r3", "r4"]


def test_objects_are_sorted_by_kind_and_number_and_not_by_letters() -> None:
    frame = rows(road_id=["w10", "w9-2", "n5", "w9", "w9-10"])
    assert _sorted(frame, "road_id")["road_id"].tolist() == ["n5", "w9", "w9-2", "w9-10", "w10"]
    assert pd.Series(_sorted(frame, "road_id").index).is_unique
