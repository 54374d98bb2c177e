"""Columns of coordinates: which row is which, what is swapped, missing, projected."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from nngis.crs import (
    NOTES,
    READ,
    lonlat_to_work,
    parse_coordinates,
    parse_dms_columns,
    says_nothing,
)
from nngis.crs.extent import CHINA
from nngis.errors import LayerError

WORK = CRS.from_epsg(4545)
LON, LAT = 108.37, 22.82
EAST, NORTH = (float(v) for v in lonlat_to_work(LON, LAT, WORK))
ZONE_37 = [float(v) for v in lonlat_to_work(LON, LAT, CRS.from_epsg(4546))]
WIDE = [float(v) for v in lonlat_to_work(LON, LAT, CRS.from_epsg(4497))]  # 6 degree zone 19
MERCATOR = [float(v) for v in lonlat_to_work(LON, LAT, CRS.from_epsg(3857))]


def one(first, second=None, **options):
    """Parse one row: lon, lat, EPSG, note."""
    found = parse_coordinates([first], None if second is None else [second], **options)
    return float(found.lon[0]), float(found.lat[0]), int(found.crs_epsg[0]), str(found.note[0])


@pytest.mark.parametrize(
    ("first", "second", "note"),
    [
        (LON, LAT, "ok"),
        (str(LON), str(LAT), "ok"),
        ("108.37E", "22.82N", "ok"),
        ("108°22'12\"", "22°49'12\"", "dms"),
        ("东经108度22分12秒", LAT, "dms"),
        (LAT, LON, "swapped"),
        ("22.82", "108.37", "swapped"),
        ("22°49'12\"", "108°22'12\"", "swapped"),
        ("22.82N", "108.37E", "swapped"),
        ("108.37,22.82", "", "ok"),
        (None, "22.82 108.37", "swapped"),
        ("北纬22.82，东经108.37", None, "ok"),
        ("22.82,108.37", None, "swapped"),
    ],
)
def test_degrees_are_read_in_one_column_or_two(first, second, note):
    lon, lat, epsg, found = one(first, second)
    assert (lon, lat) == pytest.approx((LON, LAT), abs=1e-9)
    assert (epsg, found) == (0, note)


@pytest.mark.parametrize(
    ("first", "second", "note"),
    [
        ("", "", "missing"),
        (None, None, "missing"),
        (np.nan, 22.8, "missing"),
        (pd.NA, pd.NaT, "missing"),
        ("/", "/", "missing"),
        ("无", "无", "missing"),
        ("－", "—", "missing"),
        (108.37, "待补", "missing"),
        ("#N/A", 22.8, "missing"),
        ("abc", "", "unreadable"),
        ("abc", 22.8, "unreadable"),
        ("E108.37", "E22.8", "unreadable"),
        ("108,366", 22.8, "unreadable"),
        (0, 0, "zero"),
        ("0.000", "0", "zero"),
        ("0°0'0\"", "0°0'0\"", "zero"),
        (200.0, 22.8, "out_of_range"),
        (108.37, 95.0, "out_of_range"),
        (108.37, 2_521_234.0, "out_of_range"),
        (99_999.0, 99_999.0, "out_of_range"),
        (np.inf, 22.8, "out_of_range"),
        (108_2212, 22_4912, "zone_unknown"),  # packed degrees, minutes, seconds
    ],
)
def test_what_has_no_place_gets_none_and_a_reason(first, second, note):
    lon, lat, epsg, found = one(first, second, work_crs=WORK)
    assert np.isnan(lon)
    assert np.isnan(lat)
    assert (epsg, found) == (0, note)


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("", "missing"),
        ("/", "missing"),
        ("-,-", "missing"),
        (None, "missing"),
        ("无，无", "missing"),
        (108.37, "unreadable"),
        ("108.37,", "unreadable"),
        ("民族大道", "unreadable"),
    ],
)
def test_one_column_says_what_is_missing_and_what_cannot_be_read(cell, note):
    assert one(cell)[3] == note


@pytest.mark.parametrize(
    ("first", "second", "epsg", "note"),
    [
        (NORTH, EAST, 4545, "zone_assumed"),
        (EAST, NORTH, 4545, "zone_assumed"),
        (f"{NORTH:,.4f}", f"{EAST:,.4f}", 4545, "zone_assumed"),
        (NORTH, 36e6 + EAST, 4524, "projected"),
        (36e6 + EAST, NORTH, 4524, "projected"),
        (ZONE_37[1], 37e6 + ZONE_37[0], 4525, "projected"),
        (WIDE[1], WIDE[0], 4497, "projected"),
        (f"X={NORTH} Y={36e6 + EAST}", None, 4524, "projected"),
    ],
)
def test_projected_numbers_find_their_zone_and_order(first, second, epsg, note):
    lon, lat, found_epsg, found = one(first, second, work_crs=WORK)
    assert (lon, lat) == pytest.approx((LON, LAT), abs=1e-8)
    assert (found_epsg, found) == (epsg, note)


@pytest.mark.parametrize(
    "pair",
    [
        (ZONE_37[1], ZONE_37[0]),  # of the next zone: the work CRS would put it 3 degrees west
        (WIDE[1], WIDE[0] - 19e6),
        (MERCATOR[0], MERCATOR[1]),
        (13_522_000.0, 3_660_000.0),  # Web Mercator of Shanghai, or zone 13 in Kashmir
    ],
)
def test_numbers_of_another_zone_are_not_taken_for_the_work_crs(pair):
    assert one(*pair, work_crs=WORK)[3] == "zone_unknown"


def test_without_any_crs_a_prefix_is_enough_and_nothing_else_is():
    assert one(NORTH, 36e6 + EAST)[3] == "projected"
    assert one(NORTH, EAST)[3] == "zone_unknown"


@pytest.mark.parametrize(
    ("epsg", "first", "second", "read_in"),
    [
        (4545, NORTH, EAST, 4545),
        (4545, EAST, NORTH, 4545),
        (4545, NORTH, 36e6 + EAST, 4524),
        (4524, NORTH, 36e6 + EAST, 4524),
        (4524, NORTH, EAST, 4545),
        (4546, ZONE_37[1], ZONE_37[0], 4546),
        (4525, ZONE_37[1], ZONE_37[0], 4546),
        (4508, WIDE[1], WIDE[0] - 19e6, 4508),
        (4497, WIDE[1], WIDE[0] - 19e6, 4508),
        (3857, *MERCATOR, 3857),
        (3857, *MERCATOR[::-1], 3857),
        (4490, LON, LAT, 4490),
        (4326, LAT, LON, 4326),
    ],
)
def test_the_word_of_the_ledgers_owner_decides(epsg, first, second, read_in):
    lon, lat, found_epsg, note = one(first, second, projected=CRS.from_epsg(epsg), work_crs=WORK)
    assert (lon, lat) == pytest.approx((LON, LAT), abs=1e-8)
    assert found_epsg == read_in
    assert note in READ


def test_the_owners_crs_holds_abroad_too():
    utm = CRS.from_epsg(32756)
    east, north = lonlat_to_work([151.2, 151.3], [-33.9, -33.8], utm)
    found = parse_coordinates(north, east, projected=utm)
    assert np.allclose(found.lon, [151.2, 151.3])
    assert found.note.tolist() == ["projected"] * 2
    assumed = parse_coordinates(east, north, work_crs=utm)
    assert np.allclose(assumed.lat, [-33.9, -33.8])
    assert assumed.note.tolist() == ["zone_assumed"] * 2


def test_a_crs_without_a_code_is_read_and_marked():
    own = CRS.from_proj4("+proj=tmerc +lon_0=108.33 +x_0=200000 +ellps=GRS80")
    east, north = (float(v) for v in lonlat_to_work(LON, LAT, own))
    lon, lat, epsg, note = one(north, east, projected=own)
    assert (lon, lat) == pytest.approx((LON, LAT), abs=1e-8)
    assert (epsg, note) == (-1, "projected")


def test_numbers_that_do_not_fit_the_owners_crs_are_not_placed():
    assert one(EAST, NORTH, projected=CRS.from_epsg(27700))[3] == "out_of_range"


def test_a_geographic_crs_says_nothing_about_metres():
    options = {"projected": CRS.from_epsg(4490), "work_crs": WORK}
    found = parse_coordinates([LON, NORTH, NORTH], [LAT, 36e6 + EAST, EAST], **options)
    assert found.crs_epsg.tolist() == [4490, 4524, 4545]
    assert found.note.tolist() == ["ok", "projected", "zone_assumed"]


def test_a_zone_prefix_does_not_overrule_an_owners_crs_of_another_kind():
    assert one(NORTH, 36e6 + EAST, projected=CRS.from_epsg(32648))[3] == "out_of_range"


def test_an_easting_may_be_small_where_the_crs_is_told():
    east, north = (float(v) for v in lonlat_to_work(104.0, LAT, WORK))
    assert east < 100_000.0
    assert one(north, east, projected=WORK)[:2] == pytest.approx((104.0, LAT))
    assert one(north, east, work_crs=WORK)[3] == "out_of_range"


def test_when_both_orders_fit_the_one_that_was_told_is_taken():
    lon, _, _, note = one(2.0e6, 6.0e6, projected=CRS.from_epsg(3857))
    assert note == "projected"
    assert lon == pytest.approx(180.0 * 2.0e6 / 20037508.342789244)


@pytest.mark.parametrize("epsg", [2360, 4610])
def test_an_old_datum_is_refused_for_metres_and_for_degrees(epsg):
    with pytest.raises(LayerError, match="no public shift"):
        one(LON, LAT, projected=CRS.from_epsg(epsg))


@pytest.mark.parametrize(
    ("lon", "lat", "first", "second", "note"),
    [
        (151.2, -33.9, 151.2, -33.9, "ok"),
        (151.2, -33.9, -33.9, 151.2, "swapped"),  # no latitude is 151
        (51.5, -0.1, 51.5, -0.1, "ok"),  # London swapped, or a place in the Indian Ocean
        (-0.1, 51.5, "51.5N", "0.1W", "swapped"),
        (39.47, 75.99, "39.47E", "75.99N", "ok"),  # words before magnitude
    ],
)
def test_abroad_a_pair_is_swapped_only_where_it_must_be(lon, lat, first, second, note):
    found = one(first, second)
    assert found[:2] == pytest.approx((lon, lat))
    assert found[3] == note


@given(st.floats(CHINA.west, CHINA.east), st.floats(CHINA.south, CHINA.north))
def test_anywhere_in_china_a_swapped_pair_shows(lon, lat):
    assert one(lon, lat) == (lon, lat, 0, "ok")
    assert one(lat, lon) == (lon, lat, 0, "swapped")


def test_each_row_is_decided_by_itself():
    found = parse_coordinates(
        [LON, LAT, "", "108°22'12\"", 36e6 + EAST, "x"], [LAT, LON, LAT, LAT, NORTH, LAT]
    )
    assert found.note.tolist() == ["ok", "swapped", "missing", "dms", "projected", "unreadable"]
    assert found.read.tolist() == [True, True, False, True, True, False]
    assert np.allclose(found.lon[found.read], LON)
    assert np.allclose(found.lat[found.read], LAT)
    assert not found.columns_swapped


def test_columns_swapped_throughout_are_said_once():
    found = parse_coordinates([LAT, LAT, None], [LON, LON, None])
    assert found.columns_swapped
    swapped, missing = found.summary()
    assert "整列互换（2 行）" in swapped.zh
    assert "swapped throughout (2 rows)" in swapped.en
    assert missing.zh.startswith("1 行")


def test_pairs_with_latitude_first_are_no_swapped_columns():
    found = parse_coordinates(["22.82,108.37", "22.9 108.4"])
    assert found.note.tolist() == ["swapped"] * 2
    assert not found.columns_swapped
    assert found.summary()[0].zh.startswith("2 行")


def test_some_swapped_rows_are_counted():
    (swapped,) = parse_coordinates([LON, LAT], [LAT, LON]).summary()
    assert swapped.zh == f"1 行：{NOTES['swapped'].zh}"
    assert swapped.en == f"1 row: {NOTES['swapped'].en}"


def test_plain_degrees_need_no_word():
    assert parse_coordinates([LON], [LAT]).summary() == ()


def test_numbers_texts_and_series_read_alike():
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(107, 110, 50), rng.uniform(22, 24, 50)
    texts = [repr(v) for v in lon.tolist()], [repr(v) for v in lat.tolist()]
    series = pd.Series(lon, index=range(100, 150)), pd.Series(lat, index=range(100, 150))
    mixed = [*texts[0][:25], *lon[25:]], [*lat[:25], *texts[1][25:]]
    pairs = [f"{x},{y}" for x, y in zip(*texts, strict=True)]
    for columns in ((lon, lat), texts, series, mixed, (pairs,)):
        found = parse_coordinates(*columns)
        assert np.array_equal(found.lon, lon)
        assert np.array_equal(found.lat, lat)
    odd = parse_coordinates([*lon, "/"], [*lat, "/"])
    assert np.array_equal(odd.lon[:-1], lon)


def test_an_empty_ledger_has_no_rows():
    assert parse_coordinates([], []).lon.shape == (0,)
    assert not parse_coordinates([], []).columns_swapped


def test_columns_of_the_caller_stay_as_they_were():
    first, second = np.array([LAT, np.nan]), np.array([LON, LAT])
    parse_coordinates(first, second).lon[:] = 0.0
    assert np.array_equal(first, [LAT, np.nan], equal_nan=True)
    assert np.array_equal(second, [LON, LAT])


def test_every_note_speaks_both_languages():
    for text in NOTES.values():
        assert text.zh.endswith("。")
        assert text.en.endswith(".")
    assert set(READ) < set(NOTES)


@pytest.mark.parametrize(
    ("lon", "lat", "degrees", "note"),
    [
        ((108, 22, 12), (22, 49, 12), (LON, LAT), "dms"),
        (("108度", "22分", "12秒"), ("22°", "49′", "12″"), (LON, LAT), "dms"),
        ((22, 49, 12), (108, 22, 12), (LON, LAT), "swapped"),
        ((108, 22.2, None), (22, 49.2, ""), (LON, LAT), "dms"),
        ((108.37, "", ""), (22.82, None, None), (LON, LAT), "dms"),
        (("东经108", 22, 12), (22, 49, 12), (LON, LAT), "dms"),
        ((-73, 30, 0), (40, 42, 0), (-73.5, 40.7), "dms"),
        ((108, 61, 0), (22, 49, 12), None, "unreadable"),
        ((108.5, 30, 0), (22, 49, 12), None, "unreadable"),
        ((108, "x", 0), (22, 49, 12), None, "unreadable"),
        ((108, "", 12), (22, 49, 12), None, "missing"),
        (("", 22, 12), (22, 49, 12), None, "missing"),
        (("", "", ""), ("", "", ""), None, "missing"),
        ((0, 0, 0), (0, 0, 0), None, "zero"),
    ],
)
def test_three_columns_make_an_angle(lon, lat, degrees, note):
    found = parse_dms_columns(*(tuple([part] for part in parts) for parts in (lon, lat)))
    assert found.note.tolist() == [note]
    assert found.read.tolist() == [degrees is not None]
    if degrees:
        assert (found.lon[0], found.lat[0]) == pytest.approx(degrees, abs=1e-12)


def test_a_table_may_have_no_seconds_at_all():
    found = parse_dms_columns(([108, 108], [30, 15], None), ([22, 22], [45, 30], None))
    assert found.lon.tolist() == [108.5, 108.25]
    assert found.lat.tolist() == [22.75, 22.5]


@pytest.mark.parametrize(
    "cell", ["", "  ", "/", "无", "　", "－", "n/a", "NULL", "暂无", None, np.nan]
)
def test_these_cells_say_nothing(cell):
    assert says_nothing(cell)


@pytest.mark.parametrize("cell", [0, 0.0, "0", "108.9", "无锡", False])
def test_these_cells_say_something(cell):
    assert not says_nothing(cell)
