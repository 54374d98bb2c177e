"""What a cell shows is what it says: units, scales and zeros of number formats, raised digits."""

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from nngis.ledger.number_formats import read_format, shown
from nngis.ledger.numbers import read_number, read_quantity
from nngis.ledger.part import Options
from nngis.ledger.read import Reading, survey_ledger
from nngis.roles import role

HEADER = ["锅炉编号", "额定蒸发量", "燃料", "经度", "纬度"]


def read(path: Path, cell: object, form: str = "General") -> Reading:
    made = openpyxl.Workbook()
    made.active.append(HEADER)
    made.active.append(["G1", cell, "煤", 108.9, 22.7])
    made.active.append(["G2", 5, "煤", 108.9, 22.8])
    made.active["B2"].number_format = form
    made.save(path)
    return survey_ledger(path, role("boilers"), Options("wgs84"))


# A format and what 14 stored says in t/h: 0.7 MW are 1 t/h.
FORMATS = {
    '0.0"MW"': 20.0, 'General"MW"': 20.0, '#,##0.00" MW"': 20.0, "0\\M\\W": 20.0,
    '[红色]0.0"兆瓦"': 20.0, '0.0"t/h"': 14.0, '0"蒸吨";-0"蒸吨"': 14.0, '0.0_ "吨/小时"': 14.0,
    "0.00_ ": 14.0, "General": 14.0, "#,##0": 14.0, '0."MW"': 20.0,
    '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ': 14.0, '0"kW"': 0.02,
}  # fmt: skip


@pytest.mark.parametrize(("form", "t_h"), FORMATS.items())
def test_a_unit_in_the_number_format_is_the_unit(tmp_path: Path, form: str, t_h: float) -> None:
    frame = read(tmp_path / "a.xlsx", 14, form).layer.frame
    assert frame["capacity_t_h"].tolist() == [t_h, 5.0]


def test_a_unit_that_hangs_on_the_number_is_refused_not_guessed(tmp_path: Path) -> None:
    reading = read(tmp_path / "a.xlsx", 14, '[>=10]0"MW";0"kW"')
    assert reading.layer.rejects["row"].tolist() == [2]


@given(
    value=st.floats(0.001, 1e6), places=st.integers(0, 3), unit=st.sampled_from(["MW", "t/h", "吨"])
)
def test_what_is_shown_reads_back_as_the_number_and_its_unit(
    value: float, places: int, unit: str
) -> None:
    form = read_format(f'0.{"0" * places}"{unit}"')
    assert form is not None
    number = read_number(shown(value, form))
    assert number is not None
    assert number.value == pytest.approx(value, abs=1e-8)
    assert number.unit == unit.lower()


def test_per_cent_thousands_ten_thousands_and_zeros_are_shown() -> None:
    cases = {"0%": "5%", "0.0,": "5e-05", "0000": "0.05"}
    assert {code: shown(0.05, form) for code in cases if (form := read_format(code))} == cases
    ten_thousands = read_format('0!.0,"万"')
    assert ten_thousands is not None
    assert shown(12_000, ten_thousands) == "1.2万"
    zeros = read_format("000000")
    assert zeros is not None
    assert shown(12, zeros) == "000012"


def test_an_id_shown_with_zeros_has_them(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(HEADER)
    made.active.append([12, 10, "煤", 108.9, 22.7])
    made.active["A2"].number_format = "000000"
    made.save(tmp_path / "a.xlsx")
    layer = survey_ledger(tmp_path / "a.xlsx", role("boilers"), Options("wgs84")).layer
    assert list(layer.frame.index) == ["000012"]


@pytest.mark.parametrize("height", ["superscript", "subscript"])
def test_a_raised_digit_is_no_digit_of_the_number(tmp_path: Path, height: str) -> None:
    raised = CellRichText("10", TextBlock(InlineFont(vertAlign=height), "2"))
    reading = read(tmp_path / "a.xlsx", raised)
    assert reading.layer.rejects["row"].tolist() == [2]
    assert list(reading.layer.frame.index) == ["G2"]


@settings(max_examples=50)
@given(st.integers(1, 999), st.sampled_from("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃①②③⑩"))
def test_a_number_with_a_raised_or_ringed_digit_is_not_read(number: int, mark: str) -> None:
    assert read_number(f"{number}{mark}") is None
    assert read_number(f"{number}{mark} t/h") is None


@pytest.mark.parametrize(
    ("cell", "value"), [("500m³/d", 500.0), ("500 m³", 500.0), ("12km²", 12.0)]
)
def test_raised_digits_of_units_are_of_the_unit(cell: str, value: float) -> None:
    number = read_number(cell)
    assert number is not None
    assert number.value == value


@pytest.mark.parametrize(
    ("cell", "t_h"),
    [
        ("25.2GJ/h", 10.0),  # 0.7 MW are 2.52 GJ/h
        *(("4000kg/h", 4.0), ("20吨蒸汽", 20.0), ("35吨每小时", 35.0), ("14MW（20t/h）", 20.0)),
        *(("20t/h（14MW）", 20.0), ("14MW（35t/h）", None), ("10t/h（2台）", None)),
    ],
)
def test_steam_is_read_in_the_units_of_ledgers(cell: str, t_h: float | None) -> None:
    found = read_quantity(cell, "t/h")
    assert found == (None if t_h is None else pytest.approx(t_h))
