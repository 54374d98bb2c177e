"""Of a formula the saved value is taken and said; without one the cell is empty, said too."""

import re
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from nngis.ledger.part import Options
from nngis.ledger.read import Reading, survey_ledger
from nngis.roles import role

HEADER = ["锅炉编号", "额定蒸发量(t/h)", "燃料", "经度", "纬度", "备注", "自加列"]
ROW = ["G1", 10, "煤", 108.9, 22.7, "好", 1]


def book(path: Path, column: int, saved: str | None) -> Path:
    """Write one boiler with a formula in a column, and the value that Excel saved with it."""
    made = openpyxl.Workbook()
    made.active.append(HEADER)
    made.active.append([*ROW[:column], "=1+9", *ROW[column + 1 :]])
    made.save(path)
    if saved is not None:
        rewritten = path.with_suffix(".tmp")
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(rewritten, "w") as new:
            for entry in old.infolist():
                data = old.read(entry)
                if entry.filename.endswith("sheet1.xml"):
                    kind = b"" if saved.replace(".", "").isdigit() else b' t="str"'
                    data = re.sub(
                        rb'(<c r="\w+")[^>]*><f>1\+9</f><v\s*/?>(?:</v>)?</c>',
                        rb"\1" + kind + b"><f>1+9</f><v>" + saved.encode() + b"</v></c>",
                        data,
                    )
                new.writestr(entry, data)
        rewritten.replace(path)
    return path


def read(path: Path) -> Reading:
    return survey_ledger(path, role("boilers"), Options("wgs84"))


@pytest.mark.parametrize(
    ("column", "saved", "field", "value"),
    [(0, "甲-1", None, "甲-1"), (1, "12.5", "capacity_t_h", 12.5), (2, "煤", "fuel", "coal")],
)
def test_the_saved_value_of_a_field_is_taken_and_said(
    tmp_path: Path, column: int, saved: str, field: str | None, value: object
) -> None:
    reading = read(book(tmp_path / "a.xlsx", column, saved))
    row = reading.layer.frame.iloc[0]
    assert (row.name if field is None else row[field]) == value
    assert reading.doubts["row"].tolist() == [2]
    assert "saved value" in reading.doubts["reason_en"].iloc[0]


def test_the_saved_longitude_places_the_row(tmp_path: Path) -> None:
    reading = read(book(tmp_path / "a.xlsx", 3, "108.95"))
    assert reading.layer.frame.geometry.iloc[0].x == pytest.approx(108.95)
    assert reading.doubts["column"].tolist() == ["经度"]


@pytest.mark.parametrize("column", [1, 2, 5])
def test_a_formula_without_a_saved_value_is_missing_and_said(tmp_path: Path, column: int) -> None:
    reading = read(book(tmp_path / "a.xlsx", column, None))
    name = {1: "capacity_t_h", 2: "fuel", 5: "remark"}[column]
    assert pd.isna(reading.layer.frame[name].iloc[0])
    assert "without a saved value" in reading.doubts["reason_en"].iloc[0]


@pytest.mark.parametrize("saved", [None, "7"])
def test_a_formula_in_a_column_of_their_own_is_nobodys_matter(
    tmp_path: Path, saved: str | None
) -> None:
    reading = read(book(tmp_path / "a.xlsx", 6, saved))
    assert len(reading.layer.frame) == 1
    assert reading.doubts.empty


def test_an_error_that_a_formula_gave_is_missing(tmp_path: Path) -> None:
    assert pd.isna(read(book(tmp_path / "a.xlsx", 2, "#DIV/0!")).layer.frame["fuel"].iloc[0])
