"""Cells: widths that fit, formats with the decimals that a column needs, text that stays text."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from xlsxwriter.workbook import Workbook

from nngis.fields import Field, get, glossary
from nngis.outputs.cells import (
    MAX_CELL,
    Column,
    Looks,
    _breaks_unit,
    number_format,
    write_list,
)
from nngis.text import Text


def listed(path: Path, *columns: Column, note: str = "") -> openpyxl.worksheet.worksheet.Worksheet:
    with Workbook(str(path), {"constant_memory": True}) as book:
        write_list(book.add_worksheet("A"), Looks(book), columns, "en", note)
    return openpyxl.load_workbook(path)["A"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 20.0], "#,##0"),
        ([1.25, None], "#,##0.00"),
        ([0.12345], "#,##0.000"),
        ([12_345.678], "#,##0"),
        (["text"], "General"),
    ],
)
def test_a_column_has_one_format_with_the_decimals_it_needs(values, expected) -> None:
    assert number_format(pd.Series(values), get("capacity_t_h")) == expected


def test_years_have_no_thousands_sign() -> None:
    year = Field("y", Text("年", "Year"), type="year")
    assert number_format(pd.Series([2024, 2025]), year) == "General"


def test_a_column_is_wide_enough_for_its_numbers_and_their_sum() -> None:
    numbers = Column("t", [1234.5, 99_000_000.25], "#,##0")
    assert numbers.width == len("-99,001,235") + 2
    assert Column("t", ["x" * 20, "汉" * 15]).width == 2 * 15 + 2  # Chinese counts double
    assert Column("t", ["x" * 2_000]).width == 44


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "<r><t>a</t></r>",
        "<r></c><c r='Z9'><f>1+1</f></c></r>",
        "<r>",
        " a ",
        "http://a.b",
        "1",
        "#N/A",
        "TRUE",
        "{=1}",
    ],
)
def test_text_comes_back_as_it_was_and_is_text(tmp_path: Path, text: str) -> None:
    page = listed(tmp_path / "a.xlsx", Column("t", [text]), Column("u", ["next"]))
    assert page.dimensions == "A1:B2"
    assert (page["A2"].value, page["A2"].data_type) == (text, "s")
    assert page["A2"].hyperlink is None
    assert page["B2"].value == "next"


def test_text_longer_than_a_cell_is_cut(tmp_path: Path) -> None:
    page = listed(tmp_path / "a.xlsx", Column("t", ["é" * 40_000]))
    assert page["A2"].value == "é" * MAX_CELL


def test_what_is_missing_is_an_empty_cell_and_what_is_infinite_is_said(tmp_path: Path) -> None:
    page = listed(tmp_path / "a.xlsx", Column("t", [None, "", 0, float("inf"), True]))
    assert [row[0].value for row in page.iter_rows(min_row=2)] == [None, None, 0, "inf", True]


def test_a_row_is_as_high_as_its_longest_text(tmp_path: Path) -> None:
    width = Column("t", ["x" * 100]).width
    line = int((width - 2) * 0.9)  # some programs draw letters wider than others
    page = listed(tmp_path / "a.xlsx", Column("t", ["x" * 3 * line, "汉" * line]))
    assert [page.row_dimensions[at].height for at in (2, 3)] == [45.0, 30.0]


def test_a_sum_is_a_formula_with_its_value_beside_it_and_counts_what_is_not_listed(
    tmp_path: Path,
) -> None:
    columns = (Column("id", ["a", "b"]), Column("t", [1.5, None], "0.0", adds_up=True, rest=4.0))
    page = listed(tmp_path / "a.xlsx", *columns, note="7 more")
    assert [cell.value for cell in page["A"]] == ["id", "a", "b", "7 more", "Total"]
    assert [cell.value for cell in page["B"]] == ["t", 1.5, None, 4.0, "=SUM(B2:B4)"]
    assert page.auto_filter.ref == "A1:B3"
    assert openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)["A"]["B5"].value == 5.5


@pytest.mark.parametrize(
    ("heading", "width", "breaks"),
    [
        ("Capacity (t/h)", 15, True),  # 11 signs hold "Capacity " and "(t"... the slash comes next
        ("Capacity (t/h)", 12, False),  # the unit has a line of its own
        ("Capacity (t/h)", 22, False),  # all stands on one line
        ("People (any)", 10, False),
        ("Name", 5, False),
    ],
)
def test_a_unit_that_would_be_broken_at_its_slash_is_found(heading, width, breaks) -> None:
    assert _breaks_unit(heading, width) is breaks


def test_no_english_heading_of_the_glossary_breaks_its_unit() -> None:
    units = [one for one in glossary().values() if "/" in (one.shown_unit or "")]
    assert len(units) > 20
    for one in units:
        column = Column(one.heading("en"), [1.0, 2.0])
        assert not _breaks_unit(column.heading, column.width), column.heading
