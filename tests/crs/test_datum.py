"""GCJ-02 and BD-09: published values, round trips over all China, words."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from nngis.crs import (
    bd09_from_gcj02,
    bd09_from_wgs84,
    datum_from_word,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    to_wgs84,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)
from nngis.crs.extent import GCJ02
from nngis.errors import LedgerError

GEOD = Geod(ellps="WGS84")
MILLIMETRE = 1e-3

# WGS84 lon, lat -> GCJ-02 lon, lat.
PUBLISHED_GCJ02 = [
    # googollee/eviltransform, python/test.py: Shanghai, Shenzhen, Beijing.
    (121.5272106, 31.1774276, 121.531541859215, 31.17530398364597),
    (113.912316, 22.543847, 113.9171764808363, 22.540796131694766),
    (116.377817, 39.911954, 116.38404722455657, 39.91334545536069),
    # wandergis/coordtransform, test/app.js.
    (116.404, 39.915, 116.41024449916938, 39.91640428150164),
]
# GCJ-02 -> BD-09: wandergis/coordtransform, test/app.js.
PUBLISHED_BD09 = [(116.404, 39.915, 116.41036949371029, 39.92133699351021)]
# Nanning city hall and the Liujing plant, by the published formula, to six decimals.
NANNING = [
    (108.366, 22.816, 108.370071, 22.813313),
    (108.939533, 22.789086, 108.943435, 22.786080),
]

china = st.tuples(
    st.floats(GCJ02.west + 0.02, GCJ02.east - 0.02), st.floats(GCJ02.south + 0.02, GCJ02.north)
)


def apart_m(a, b):
    lon_a, lat_a, lon_b, lat_b = (np.atleast_1d(v).astype(float) for v in (*a, *b))
    return GEOD.inv(lon_a, lat_a, lon_b, lat_b)[2]


def grid():
    lon, lat = np.meshgrid(np.arange(73.0, 135.01, 0.5), np.arange(3.0, 54.01, 0.5))
    return lon.ravel(), lat.ravel()


@pytest.mark.parametrize(("lon", "lat", "there_lon", "there_lat"), PUBLISHED_GCJ02)
def test_gcj02_is_as_published(lon, lat, there_lon, there_lat):
    assert apart_m(gcj02_from_wgs84(lon, lat), (there_lon, there_lat))[0] < 1e-5


@pytest.mark.parametrize(("lon", "lat", "there_lon", "there_lat"), PUBLISHED_BD09)
def test_bd09_is_as_published(lon, lat, there_lon, there_lat):
    assert apart_m(bd09_from_gcj02(lon, lat), (there_lon, there_lat))[0] < 1e-5


@pytest.mark.parametrize(("lon", "lat", "there_lon", "there_lat"), NANNING)
def test_gcj02_in_nanning_is_the_known_value(lon, lat, there_lon, there_lat):
    found = gcj02_from_wgs84(lon, lat)
    assert (round(float(found[0]), 6), round(float(found[1]), 6)) == (there_lon, there_lat)


def test_gcj02_lies_half_a_kilometre_off_in_nanning_and_bd09_one():
    assert 500 < apart_m(gcj02_from_wgs84(108.366, 22.816), (108.366, 22.816))[0] < 545
    assert 1100 < apart_m(bd09_from_wgs84(108.366, 22.816), (108.366, 22.816))[0] < 1165


@pytest.mark.parametrize("library", ["eviltransform", "coordTransform.coordTransform"])
def test_forward_agrees_with_another_library_over_china(library):
    other = pytest.importorskip(library)
    lon, lat = grid()
    if library == "eviltransform":  # its axis is 6378137 m: up to 12 mm away
        there = np.array([other.wgs2gcj(y, x)[::-1] for x, y in zip(lon, lat, strict=True)]).T
        limit_m = 0.012
    else:
        there = np.array([other.wgs84_to_gcj02(x, y) for x, y in zip(lon, lat, strict=True)]).T
        limit_m = 1e-6
    shifted = there[0] != lon  # the other's box is tighter
    assert shifted.sum() > 11_000
    mine = np.array(gcj02_from_wgs84(lon, lat))
    assert apart_m(mine[:, shifted], there[:, shifted]).max() < limit_m


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (gcj02_from_wgs84, wgs84_from_gcj02),
        (bd09_from_gcj02, gcj02_from_bd09),
        (bd09_from_wgs84, wgs84_from_bd09),
    ],
)
def test_the_way_back_meets_the_origin_over_all_china(there, back):
    lon, lat = grid()
    assert apart_m(back(*there(lon, lat)), (lon, lat)).max() < MILLIMETRE


@settings(max_examples=300)
@given(china)
def test_the_way_back_meets_any_origin(point):
    assert apart_m(wgs84_from_gcj02(*gcj02_from_wgs84(*point)), point)[0] < MILLIMETRE
    assert apart_m(wgs84_from_bd09(*bd09_from_wgs84(*point)), point)[0] < MILLIMETRE


@settings(max_examples=200)
@given(st.floats(GCJ02.west, GCJ02.west + 0.03), st.floats(GCJ02.south, GCJ02.north))
def test_every_origin_just_inside_the_box_is_found_again(lon, lat):
    assert apart_m(wgs84_from_gcj02(*gcj02_from_wgs84(lon, lat)), (lon, lat))[0] < MILLIMETRE


def test_the_very_edge_of_the_box_comes_back_to_itself():
    along = np.linspace(0.0, 1.0, 400)
    lon, lat = GCJ02.west + along * (GCJ02.east - GCJ02.west), 0 * along
    edges = [(lon, lat + GCJ02.south), (lon, lat + GCJ02.north)]
    lat = GCJ02.south + along * (GCJ02.north - GCJ02.south)
    edges += [(0 * along + GCJ02.west, lat), (0 * along + GCJ02.east, lat)]
    for edge in edges:
        shifted = gcj02_from_wgs84(*edge)
        back = wgs84_from_gcj02(*shifted)
        assert apart_m(back, edge).max() < MILLIMETRE
        assert apart_m(gcj02_from_wgs84(*back), shifted).max() < MILLIMETRE


@settings(max_examples=300)
@given(
    st.sampled_from([(GCJ02.west, 30.0), (GCJ02.east, 30.0), (100.0, GCJ02.south)]),
    st.floats(-0.03, 0.03),
    st.floats(-0.03, 0.03),
)
def test_a_shifted_point_at_the_border_goes_back_to_what_shifts_there(edge, east, north):
    """Whatever origin is given, the forward shift takes it to the point, if any origin does."""
    shifted = gcj02_from_wgs84(edge[0] + east, edge[1] + north)
    assert apart_m(gcj02_from_wgs84(*wgs84_from_gcj02(*shifted)), shifted)[0] < MILLIMETRE


def test_outside_china_nothing_shifts():
    lon, lat = np.array([-0.12, 151.2, 72.0, 137.84, 0.0]), np.array([51.5, -33.9, 30, 30, 90])
    for shift in (gcj02_from_wgs84, wgs84_from_gcj02):
        assert np.array_equal(shift(lon, lat), (lon, lat))


@pytest.mark.parametrize("datum", ["wgs84", "cgcs2000", "gcj02", "bd09"])
def test_what_is_missing_stays_missing_and_arguments_stay_as_they_were(datum):
    lon, lat = np.array([108.4, np.nan, 108.4, np.inf]), np.array([22.8, 22.8, np.nan, 22.8])
    before = lon.copy(), lat.copy()
    there = to_wgs84(lon, lat, datum)
    assert np.isfinite(there[0]).tolist() == np.isfinite(there[1]).tolist() == [1, 0, 0, 0]
    assert np.array_equal(lon, before[0], equal_nan=True)
    assert np.array_equal(lat, before[1], equal_nan=True)
    there[0][:] = 0.0
    assert lon[0] == 108.4


def test_wgs84_and_cgcs2000_are_one():
    for datum in ("wgs84", "cgcs2000"):
        assert [float(v) for v in to_wgs84(108.4, 22.8, datum)] == [108.4, 22.8]


@pytest.mark.parametrize("datum", ["xian80", "beijing54"])
def test_a_datum_whose_shift_is_secret_is_refused_in_both_languages(datum):
    with pytest.raises(LedgerError) as caught:
        to_wgs84([108.4], [22.8], datum)
    assert "测绘部门" in caught.value.say("zh")
    assert "survey office" in caught.value.say("en")


@pytest.mark.parametrize(
    ("word", "datum"),
    [
        ("GCJ-02", "gcj02"),
        ("gcj02", "gcj02"),
        ("ＧＣＪ－０２", "gcj02"),
        ("火星坐标", "gcj02"),
        ("高德经度", "gcj02"),
        ("腾讯地图", "gcj02"),
        ("Amap", "gcj02"),
        ("百度", "bd09"),
        ("BD-09", "bd09"),
        ("bd09ll", "bd09"),
        ("WGS84", "wgs84"),
        ("WGS 1984", "wgs84"),
        ("WGS-84坐标", "wgs84"),
        ("GPS", "wgs84"),
        ("EPSG:4326", "wgs84"),
        ("CGCS2000", "cgcs2000"),
        ("国家2000", "cgcs2000"),
        ("2000国家大地坐标系", "cgcs2000"),
        ("天地图", "cgcs2000"),
        ("EPSG:4490", "cgcs2000"),
        ("西安80坐标系", "xian80"),
        ("1980西安坐标系", "xian80"),
        ("北京54", "beijing54"),
        ("1954年北京坐标系", "beijing54"),
        ("经度", None),
        ("", None),
        (None, None),
        ("高德转百度", None),
        ("2000", None),
    ],
)
def test_a_datum_is_known_by_its_words(word, datum):
    assert datum_from_word(word) == datum


def test_importing_the_room_brings_in_no_data_frames():
    code = (
        "import sys, nngis.crs\n"
        "print([name for name in ('pandas', 'geopandas', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
