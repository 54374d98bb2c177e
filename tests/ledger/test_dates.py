"""Dates of csv files and spreadsheets, in the ways that programs write them."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.ledger.dates import is_ambiguous, is_year_as_day, read_date, read_year
from nngis.ledger.part import Options
from nngis.ledger.read import Reading, survey_ledger
from nngis.roles import role

days = st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31))
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def written(day: dt.date) -> list[object]:
    """List the ways in which a day is written that leave no doubt."""
    month = MONTHS[day.month - 1]
    serial = (day - dt.date(1899, 12, 30)).days
    iso = day.isoformat()
    return [
        *(day, dt.datetime.fromisoformat(iso), serial, float(serial), str(serial), f"{serial}.0"),
        *(iso, f"{iso}T00:00:00Z", f"{iso}T08:00:00+08:00", f"{iso} 00:00:00.000"),
        *(f"{day.year}/{day.month}/{day.day} 0:00", f"{day.year}年{day.month}月{day.day}日"),
        *(f"{day.year}.{day.month:02d}.{day.day:02d}", f"{day:%Y%m%d}"),
        *(f"{day.day:02d}-{month}-{day:%y}", f"{day.day} {month} {day.year}"),
    ]


@given(days)
def test_a_day_is_read_however_it_is_written(day: dt.date) -> None:
    assert {cell: read_date(cell) for cell in written(day)} == dict.fromkeys(
        written(day), day.isoformat()
    )


@given(days)
def test_month_first_is_read_and_day_first_where_the_column_shows_it(day: dt.date) -> None:
    american, european = f"{day.month}/{day.day}/{day.year}", f"{day.day}/{day.month}/{day.year}"
    assert read_date(american) == day.isoformat()
    assert read_date(european, day_first=True) == day.isoformat()
    assert is_ambiguous(european) == (day.day <= 12)


@given(st.integers(1950, 2100))
def test_a_year_that_became_a_day_is_the_year(year: int) -> None:
    day = dt.date(1899, 12, 30) + dt.timedelta(days=year)
    assert read_date(day) == str(year)
    assert read_date(f"{day.year}/{day.month}/{day.day}") == str(year)
    assert is_year_as_day(day)
    assert read_year(f"{year}.0") == year


@pytest.mark.parametrize(
    "cell", ["2026-13-45", "2015-02-30", "31/31/2015", "1850-01-01", "去年", "12345678"]
)
def test_what_is_no_date_is_none(cell: str) -> None:
    assert read_date(cell) is None


def read(path: Path, *cells: str) -> Reading:
    lines = ["锅炉编号,蒸吨,经度,纬度,投运日期"]
    lines += [f"G{at},10,108.9,22.{at + 10},{cell}" for at, cell in enumerate(cells)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return survey_ledger(path, role("boilers"), Options("wgs84"))


def test_what_is_no_date_is_said_with_its_row(tmp_path: Path) -> None:
    reading = read(tmp_path / "a.csv", "2015-06-03", "2026-13-45", "5/6/2015")
    assert reading.layer.frame["commissioned"].tolist() == [
        "2015-06-03",
        "2026-13-45",
        "2015-05-06",
    ]
    assert reading.doubts["row"].tolist() == [3, 4]


def test_one_clear_row_tells_the_order_of_its_column(tmp_path: Path) -> None:
    reading = read(tmp_path / "a.csv", "13/6/2015", "5/6/2015")
    assert reading.layer.frame["commissioned"].tolist() == ["2015-06-13", "2015-06-05"]
