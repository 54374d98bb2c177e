"""Angles in words: every form that people write, and what must not be read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.crs import parse_angle
from nngis.crs.angles import UnreadableAngleError, degrees_of, scan_angles
from nngis.errors import LedgerError

DMS = 108 + 56 / 60 + 22 / 3600
DMS_HALF = 108 + 56 / 60 + 22.5 / 3600
DM = 108 + 56 / 60


@pytest.mark.parametrize(
    ("text", "degrees", "axis", "sexagesimal"),
    [
        ("108.94", 108.94, None, False),
        (" 108.94 ", 108.94, None, False),
        ("+108.94", 108.94, None, False),
        ("-73.5", -73.5, None, False),
        ("１０８．９４", 108.94, None, False),
        ("－７３．５", -73.5, None, False),
        ("1.0894E+02", 108.94, None, False),
        ("108.94°", 108.94, None, False),
        ("108.94 度", 108.94, None, False),
        ("108,94", 108.94, None, False),
        ("108,9406", 108.9406, None, False),
        ("2,521,234.5", 2521234.5, None, False),
        ("36,535,128", 36535128.0, None, False),
        ("108°56'22\"", DMS, None, True),
        ("108°56′22″", DMS, None, True),
        ("108°56’22”", DMS, None, True),
        ("108º56´22''", DMS, None, True),
        ("108˚56`22＂", DMS, None, True),
        ("108°56′22.5″", DMS_HALF, None, True),
        ("108°56′22,5″", DMS_HALF, None, True),
        ("108° 56' 22.5\"", DMS_HALF, None, True),
        ("108°56'22", DMS, None, True),
        ("108°56'", DM, None, True),
        ("108°56", DM, None, True),
        ("108°56.375'", DMS_HALF, None, True),
        ("108度56分22秒", DMS, None, True),
        ("１０８度５６分２２秒", DMS, None, True),
        ("东经108度56分", DM, "lon", True),
        ("东经：108°56′22″", DMS, "lon", True),
        ("北纬22°47'", 22 + 47 / 60, "lat", True),
        ("E108.94", 108.94, "lon", False),
        ("108.94E", 108.94, "lon", False),
        ("108.94 e", 108.94, "lon", False),
        ("Ｅ１０８．９４", 108.94, "lon", False),
        ("N22°47′", 22 + 47 / 60, "lat", True),
        ("22.79N", 22.79, "lat", False),
        ("西经73.5", -73.5, "lon", False),
        ("W73°30'", -73.5, "lon", True),
        ("33.9S", -33.9, "lat", False),
        ("南纬33度54分", -33.9, "lat", True),
        ("-33°54'", -33.9, None, True),
        ("-0°30'", -0.5, None, True),
        ("经度：108.94", 108.94, "lon", False),
        ("lng=108.94", 108.94, "lon", False),
        ("经度：东经108.94", 108.94, "lon", False),
        ("108 56 22", DMS, None, True),
        ("108 56.375", DMS_HALF, None, True),
        ("108-56-22", DMS, None, True),
        ("108:56:22", DMS, None, True),
        ("108d56m22s", DMS, None, True),
        ("108D56M22.5S", DMS_HALF, None, True),
        ("108°59'60\"", 109.0, None, True),  # a table's rounding
        ("108.5 0", 108.5, None, True),
    ],
)
def test_an_angle_is_read(text, degrees, axis, sexagesimal):
    found = parse_angle(text)
    assert found.degrees == pytest.approx(degrees, abs=1e-12)
    assert (found.axis, found.sexagesimal) == (axis, sexagesimal)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "东经",
        "E",
        "108,366",  # 108.366 or 108 366
        "520,123",
        "108.94,22.79",
        "108.94 22.79",
        "108°61'",
        "108°56'61\"",
        "108.5°30'",
        "108°56.5'20\"",
        "108°-56'",
        "56'22\"",
        '108°22"',
        "108 56 22'",
        '22"',
        "108°56'22\"33",
        "108°°56",
        "-108.94W",
        "E-108.94",
        "22.79N E108.94",
        "E108.94N",
        "纬度108.9E",
        "经度108.94纬度",
        "108.94米",
        "108 56 22 30",
        "1 2 3 4",
        "108.94-22.79",
        "nan",
        "inf",
        "=1+1",
        "POINT (108.9 22.8)",
    ],
)
def test_what_is_no_angle_is_refused_in_both_languages(text):
    with pytest.raises(LedgerError) as caught:
        parse_angle(text)
    assert text in caught.value.say("zh")
    assert "108.94" in caught.value.say("en")


LON, LAT = 108.94, 22.79
DMS_LAT = 22 + 47 / 60 + 20 / 3600


@pytest.mark.parametrize(
    ("text", "values", "axes"),
    [
        ("108.94,22.79", (LON, LAT), (None, None)),
        ("108.94, 22.79", (LON, LAT), (None, None)),
        ("108.94，22.79", (LON, LAT), (None, None)),
        ("108.94、22.79", (LON, LAT), (None, None)),
        ("108.94;22.79", (LON, LAT), (None, None)),
        ("108.94/22.79", (LON, LAT), (None, None)),
        ("108.94|22.79", (LON, LAT), (None, None)),
        ("108.94 22.79", (LON, LAT), (None, None)),
        ("108.94\t22.79", (LON, LAT), (None, None)),
        ("108.94\n22.79", (LON, LAT), (None, None)),
        ("（108.94，22.79）", (LON, LAT), (None, None)),
        ("(108.94 22.79)", (LON, LAT), (None, None)),
        ("[108.94, 22.79]", (LON, LAT), (None, None)),
        ("１０８．９４，２２．７９", (LON, LAT), (None, None)),
        ("108,94 22,79", (LON, LAT), (None, None)),
        ("108,940; 22,790", (LON, LAT), (None, None)),
        ("22.79N 108.94E", (LAT, LON), ("lat", "lon")),
        ("22.79N108.94E", (LAT, LON), ("lat", "lon")),
        ("N22.79,E108.94", (LAT, LON), ("lat", "lon")),
        ("N22.79E108.94", (LAT, LON), ("lat", "lon")),
        ("经度:108.94 纬度:22.79", (LON, LAT), ("lon", "lat")),
        ("经度108.94E，纬度22.79N", (LON, LAT), ("lon", "lat")),
        ("lat 22.79, lon 108.94", (LAT, LON), ("lat", "lon")),
        ('{"lng":108.94,"lat":22.79}', (LON, LAT), ("lon", "lat")),
        ("22.79N,108.94", (LAT, LON), ("lat", None)),
        ("POINT (108.94 22.79)", (LON, LAT), (None, None)),
        ("point(108.94 22.79)", (LON, LAT), (None, None)),
        ("SRID=4326;POINT(108.94 22.79)", (LON, LAT), (None, None)),
        ("POINT Z (108.94 22.79 85)", (LON, LAT), (None, None)),
        ("108.94,22.79,85", (LON, LAT), (None, None)),  # KML
        ("151.2,-33.9", (151.2, -33.9), (None, None)),
        ("151.2 -33.9", (151.2, -33.9), (None, None)),
        ("108°56'22\",22°47'20\"", (DMS, DMS_LAT), (None, None)),
        ("108°56'22\" 22°47'20\"", (DMS, DMS_LAT), (None, None)),
        ("22°47'20\"N 108°56'22\"E", (DMS_LAT, DMS), ("lat", "lon")),
        ("22°47'20\"N / 108°56'22\"E", (DMS_LAT, DMS), ("lat", "lon")),
        ("东经108度56分22秒，北纬22度47分20秒", (DMS, DMS_LAT), ("lon", "lat")),
        ("东经108°56′22″北纬22°47′20″", (DMS, DMS_LAT), ("lon", "lat")),
        ("108 56 22 22 47 20", (DMS, DMS_LAT), (None, None)),
        ("108 56 22, 22 47 20", (DMS, DMS_LAT), (None, None)),
        ("108-56-22, 22-47-20", (DMS, DMS_LAT), (None, None)),
        ("108:56:22 22:47:20", (DMS, DMS_LAT), (None, None)),
        ("108 56.5 22 47.5", (108 + 56.5 / 60, 22 + 47.5 / 60), (None, None)),
        ("X=2521234.5 Y=535128.2", (2521234.5, 535128.2), (None, None)),
        ("36535128.2, 2521234.5", (36535128.2, 2521234.5), (None, None)),
    ],
)
def test_a_pair_is_read(text, values, axes):
    one, two = scan_angles(text, 2)
    assert (one.degrees, two.degrees) == pytest.approx(values, abs=1e-12)
    assert (one.axis, two.axis) == axes


@pytest.mark.parametrize(
    "text",
    [
        "108.94",
        "108.94,",
        "108,94,22,79",
        "108.94-22.79",  # a dash or a sign
        "108.94 22.79 85",
        "108 56 22 22 47",
        "22.79 108.94E",
        "SRID=3857;POINT(12123456 2600000)",
        "POINT EMPTY",
        "LINESTRING (108.9 22.8, 109 23)",
        "南宁市青秀区民族大道",
        "108.94,22.79,85,1",
        "N22.79,E108.94,5",
    ],
)
def test_what_is_no_pair_is_refused(text):
    with pytest.raises(UnreadableAngleError):
        scan_angles(text, 2)


@given(st.text(max_size=24) | st.text("0123456789.,-+°'\"EWNS度分秒东经北纬 ", max_size=24))
def test_any_text_is_read_or_refused(text):
    for count in (1, 2):
        try:
            found = scan_angles(text, count)
        except UnreadableAngleError:
            continue
        assert len(found) == count
        assert all(np.isfinite(angle.degrees) for angle in found)


@given(
    st.integers(0, 179),
    st.integers(0, 59),
    st.integers(0, 5999).map(lambda hundredths: hundredths / 100),
    st.sampled_from(
        [
            "{}°{}'{}\"",
            "{}度{}分{}秒",
            "{}°{}′{}″",
            "{} {} {}",
            "{}-{}-{}",
            "{}:{}:{}",
            "E{}°{}'{}\"",
        ]
    ),
)
def test_what_is_written_in_degrees_minutes_seconds_is_read_back(d, m, s, form):
    assert parse_angle(form.format(d, m, s)).degrees == pytest.approx(d + m / 60 + s / 3600)


def test_parts_add_up_as_arrays_too():
    degrees, valid = degrees_of(
        np.array([108.0, -33.0, -0.0, 10.5, 10.0]),
        np.array([30.0, 54.0, 30.0, 30.0, 60.0]),
        np.zeros(5),
    )
    assert degrees[:3].tolist() == [108.5, -33.9, -0.5]
    assert valid.tolist() == [True, True, True, False, False]
