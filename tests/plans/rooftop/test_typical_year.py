"""Typical years: whatever clock a file keeps, the hours land where they belong."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import LayerError
from nngis.plans.rooftop.typical_year import station, year_of_hours
from nngis.plans.rooftop.weather import HOURLY, make_weather
from nngis.plans.rooftop.yield_parameters import YieldParameters

HOURS = 8760


def rows_from(start="2021-01-01", zone="UTC", year=HOURS):
    times = pd.date_range(start, periods=year, freq="h", tz=zone)
    count = np.arange(year, dtype=float) % 1000
    return pd.DataFrame(dict.fromkeys(HOURLY[:3], count), index=times).assign(
        air_c=20.0, wind_m_s=2.0
    )


@settings(deadline=None, max_examples=12)
@given(st.integers(-11, 12))
def test_a_clock_ahead_of_utc_moves_the_hours_back(ahead):
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "UTC"
    found = year_of_hours(rows_from(zone=zone), where="x")["ghi_w_m2"]
    expected = np.roll(np.arange(HOURS, dtype=float) % 1000, -ahead)
    np.testing.assert_array_equal(found, expected)


def test_months_of_several_years_make_one_year():
    rows = rows_from()
    years = np.where(rows.index.month < 3, 1996, 2007)  # February of a leap year
    pairs = zip(rows.index, years, strict=True)
    mixed = rows.set_index(pd.DatetimeIndex([t.replace(year=int(y)) for t, y in pairs]))
    found = year_of_hours(mixed, where="x")
    np.testing.assert_array_equal(found["ghi_w_m2"], rows["ghi_w_m2"])


def test_a_leap_day_is_left_out():
    found = year_of_hours(rows_from("2020-01-01", year=HOURS + 24), where="x")
    assert found["ghi_w_m2"][59 * 24] == (60 * 24) % 1000  # 1 March


def test_a_year_that_lacks_hours_is_refused_and_the_lack_is_counted():
    with pytest.raises(LayerError, match="lacks 3 hours"):
        year_of_hours(rows_from().iloc[:-3], where="x")


@pytest.mark.parametrize(
    ("column", "value"),
    [("ghi_w_m2", np.nan), ("ghi_w_m2", 9900.0), ("air_c", 293.0), ("dni_w_m2", -99.0)],
)
def test_what_no_weather_is_names_the_column(column, value):
    rows = rows_from()
    rows.iloc[5, rows.columns.get_loc(column)] = value
    with pytest.raises(LayerError, match=f"{column} is missing or not believed in 1 hour "):
        year_of_hours(rows, where="x")


def test_instruments_that_cool_at_night_read_zero():
    rows = rows_from()
    rows.iloc[5, 0] = -4.0
    assert year_of_hours(rows, where="x")["ghi_w_m2"][5] == 0


def test_the_hours_of_a_station_are_those_of_the_weather():
    hours = year_of_hours(rows_from(), where="x")
    hours["ghi_w_m2"] = np.where(np.arange(HOURS) % 24 == 5, 800.0, 0.0)  # 05:00 UTC, noon at 108 E
    hours["dni_w_m2"] = hours["dhi_w_m2"] = np.zeros(HOURS)
    place = station(hours, lon=108.3, lat=22.8, shift_h=0.0)
    assert place["ghi_kwh_m2_d"].item() == 0.8
    weather = make_weather(place.assign(ghi_kwh_m2_d=3.0), YieldParameters())
    assert weather.ghi_w_m2.sum() == pytest.approx(800.0 * 365)
    assert weather.sun.zenith_deg.max() < 48  # never far from noon
