"""Stations in another datum are found by the roads; and nothing is moved where nothing tells."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.crs import bd09_from_wgs84, gcj02_from_wgs84, lonlat_to_work, work_to_lonlat
from nngis.inputs.station_datum import mend_datum

CRS = "EPSG:4545"
X, Y = 530_000.0, 2_520_000.0
ROADS = Path(__file__).parents[2] / "layers" / "roads.geojson"


def stations(rows):
    at = [Point(X + e, Y + n) for e, n in rows.values()]
    return gpd.GeoDataFrame(geometry=at, index=list(rows), crs=CRS)


def moved(found):
    return found.index[found["datum_found"].notna()].tolist()


@pytest.fixture(scope="module")
def roads():
    return gpd.read_file(ROADS).to_crs(CRS)


@pytest.fixture(scope="module")
def at_roads(roads):
    """Sixty stations 20 m beside the roads of the shipped layer."""
    rng = np.random.default_rng(5)
    lines = roads.geometry.iloc[rng.integers(0, len(roads), 60)]
    points = lines.interpolate(rng.uniform(0, 1, 60), normalized=True)
    turn = rng.uniform(0, 2 * np.pi, 60)
    xy = np.column_stack([points.x + 20 * np.cos(turn), points.y + 20 * np.sin(turn)])
    index = [f"s{n}" for n in range(60)]
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T, crs=CRS), index=index)


def shifted(frame, shift):
    lon, lat = work_to_lonlat(frame.geometry.x, frame.geometry.y, frame.crs)
    x, y = lonlat_to_work(*shift(lon, lat), frame.crs)
    return frame.set_geometry(gpd.points_from_xy(x, y, crs=frame.crs))


@pytest.mark.parametrize(
    ("shift", "name", "far_m"),
    [(gcj02_from_wgs84, "gcj02", 520), (bd09_from_wgs84, "bd09", 1_140)],
)
def test_stations_in_another_datum_are_found_by_the_roads_and_moved_back(
    roads, at_roads, shift, name, far_m
):
    away = shifted(at_roads, shift)
    off = away.geometry.distance(at_roads.geometry, align=False)
    assert off.mean() == pytest.approx(far_m, abs=40)
    found = mend_datum(away, roads)
    assert found.geometry.distance(at_roads.geometry, align=False).max() < 0.01
    assert found["datum_found"].eq(name).all()
    assert found["moved_m"].mean() == pytest.approx(far_m, abs=40)


def test_stations_where_they_should_be_are_left_there(roads, at_roads):
    found = mend_datum(at_roads, roads)
    assert moved(found) == []
    assert found.geometry.geom_equals(at_roads.geometry).all()


def test_one_operators_other_datum_moves_only_its_own_stations(roads, at_roads):
    mixed = at_roads.assign(operator=["one"] * 30 + ["other"] * 30)
    away = pd.concat([mixed.iloc[:30], shifted(mixed.iloc[30:], gcj02_from_wgs84)])
    found = mend_datum(away, roads)
    assert moved(found) == mixed.index[30:].tolist()
    assert found.geometry.distance(at_roads.geometry, align=False).max() < 0.01


def test_where_roads_are_everywhere_nothing_is_moved(at_roads):
    west, south, east, north = 0, 0, 6_000, 6_000
    grid = [LineString([(X + x, Y + south), (X + x, Y + north)]) for x in range(west, east, 100)]
    grid += [LineString([(X + west, Y + y), (X + east, Y + y)]) for y in range(south, north, 100)]
    streets = gpd.GeoDataFrame(geometry=grid, crs=CRS)
    rng = np.random.default_rng(1)
    anywhere = {f"s{n}": tuple(rng.uniform(500, 5_500, 2)) for n in range(50)}
    found = mend_datum(shifted(stations(anywhere), gcj02_from_wgs84), streets)
    assert moved(found) == []


def test_few_stations_or_roads_far_away_tell_nothing(roads, at_roads):
    away = shifted(at_roads, gcj02_from_wgs84)
    assert moved(mend_datum(away.iloc[:4], roads)) == []
    far = roads.assign(geometry=roads.geometry.translate(2e6, 0))
    assert moved(mend_datum(away, far)) == []
    assert mend_datum(away.iloc[:0], roads).empty


def test_a_row_without_a_place_stays_without_one(roads, at_roads):
    away = shifted(at_roads, gcj02_from_wgs84)
    away.loc["s3", "geometry"] = None
    found = mend_datum(away, roads)
    assert "s3" not in moved(found)
    assert len(moved(found)) == 59
    assert found.geometry["s3"] is None
