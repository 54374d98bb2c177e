"""Ledgers of every role, whose cells hold what nobody foresaw, are read or refused in words."""

import csv
from pathlib import Path

import pytest

from nngis.errors import NngisError
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.ledger.template import template_fields
from nngis.roles import role, roles

ODD = (
    "0", "-1", "1e308", "-1e308", "1e309", "inf", "nan", "9" * 30, "-" + "9" * 30, "1e18", "1e-320",
    "9223372036854775808", "2999-12-31", "1900-01-00", "100%", "1.5万亿亿", "1,2,3", "x" * 3_000,
    "\u2028", "=1+1", "true", "[]", "0.0000001", "5/3", "10~20", "≥5", "１２", "一千万", "甲县",
    "999901", "POINT EMPTY", "POLYGON ((108 22, 109 22, 109 23, 108 22))", "\x1b[2J",
    "'; DROP TABLE a; --",
)  # fmt: skip
NUMBERS = {"number": "5", "integer": "5", "year": "2020", "boolean": "是"}


def good(field, at: int) -> str:
    if field.name in ("lon", "lat"):
        return {"lon": f"{108.3 + at / 1e5:.5f}", "lat": "22.8"}[field.name]
    if field.values:
        return next(iter(field.values.values())).zh
    return NUMBERS.get(field.type, f"R{at}")


@pytest.mark.parametrize("name", roles())
def test_a_cell_that_nobody_foresaw_is_read_or_refused_in_words(name: str, tmp_path: Path) -> None:
    columns = template_fields(role(name))
    path = tmp_path / "a.csv"
    rows = [
        [odd if place == changed else good(field, at) for place, field in enumerate(columns)]
        for changed in range(len(columns))
        for at, odd in enumerate(ODD, start=changed * len(ODD))
    ]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[field.title.zh for field in columns], *rows])
    try:
        found = survey_ledger(path, role(name), Options("wgs84"))
    except NngisError:
        return
    frame, counts = found.layer.frame, found.counts
    assert len(frame) + counts.rejected + counts.blank + counts.totals == len(rows)
    whole = [one for one in frame if str(frame[one].dtype) == "Int64"]
    assert all(frame[one].dropna().abs().lt(10**15).all() for one in whole)


def test_a_whole_number_beyond_what_a_column_holds_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = "站点编号,充电枪数,经度,纬度\nS1,99999999999999999999,108.3,22.8\nS2,4,108.4,22.8\n"
    path.write_text(text, encoding="utf-8")
    found = survey_ledger(path, role("charging_stations"), Options("wgs84"))
    said = [*found.layer.rejects["reason_en"], *found.doubts["reason_en"]]
    assert any("whole number" in one for one in said)
