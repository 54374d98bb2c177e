"""Templates: what a role asks for, and a whole row back."""

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from nngis.errors import OutputError
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.ledger.template import choices_of, template_fields, write_template
from nngis.roles import role, roles

ISSUED = (
    "boilers heat_sources built_up parks sewers sewer_projects treatment_plants demand roofs "
    "substations charging_stations charging_candidates places car_parks petrol_stations "
    "counties_table"
).split()


def test_every_role_asked_for_is_there() -> None:
    assert set(ISSUED) <= set(roles())


@pytest.mark.parametrize("name", roles())
def test_a_template_comes_back_whole(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, role(name))
    reading = survey_ledger(path, role(name), Options())
    assert (reading.counts.read, reading.counts.accepted) == (1, 1)
    frame = reading.layer.frame
    assert frame.index.tolist() == ["示例-1"]
    filled = [field.name for field in template_fields(role(name))]
    for required in role(name).required:
        assert frame.iloc[0].notna()[required], required
    assert not [
        c for c in frame if c not in filled and c not in ("geometry", "fuel_raw", "county_stated")
    ]
    notes = " ".join(note.zh for note in reading.layer.notes)
    assert "示例" in notes
    assert "不认识" not in notes


@pytest.mark.parametrize("name", roles())
def test_every_choice_of_a_template_is_understood(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, role(name))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    fields = template_fields(role(name))
    example = [cell.value for cell in sheet[2]]
    for at, field in enumerate(fields):
        for number, choice in enumerate(choices_of(field, role(name))):
            row = sheet.max_row + 1
            for column, value in enumerate(example):
                sheet.cell(row, column + 1, value)
            sheet.cell(row, 1, f"{field.name}{number}")
            sheet.cell(row, at + 1, choice)
    book.save(path)
    reading = survey_ledger(path, role(name), Options())
    assert reading.layer.rejects.empty
    for field in fields:
        for number in range(len(choices_of(field, role(name)))):
            if field.name in reading.layer.frame:
                assert not pd.isna(reading.layer.frame.loc[f"{field.name}{number}", field.name])
    assert not [note for note in reading.layer.notes if "不认识" in note.zh]


def test_a_template_has_drop_down_lists_units_and_a_sheet_that_explains_every_field(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, role("boilers"))
    book = openpyxl.load_workbook(path)
    sheet = book["锅炉台账"]
    headers = [cell.value for cell in sheet[1]]
    assert "额定蒸发量（t/h）" in headers
    assert "经度（°）" in headers
    lists = {
        next(iter(v.sqref.ranges)).min_col
        for v in sheet.data_validations.dataValidation
        if v.type == "list"
    }
    for name in ("燃料", "状态", "坐标系", "是否在建成区"):
        assert headers.index(name) + 1 in lists
    explained = {row[0] for row in book["填表说明"].iter_rows(values_only=True)}
    assert {field.name for field in template_fields(role("boilers"))} <= explained
    states = choices_of(
        next(f for f in template_fields(role("boilers")) if f.name == "status"), role("boilers")
    )
    assert "在用" in states
    assert "在运" not in states


def test_headers_stand_out_on_both_sheets_and_the_example_does_not(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, role("boilers"))
    book = openpyxl.load_workbook(path)
    for sheet in (book["锅炉台账"], book["填表说明"]):
        assert all(cell.font.bold and cell.font.color.rgb == "00FFFFFF" for cell in sheet[1])
        assert not any(cell.font.bold for row in sheet.iter_rows(min_row=2) for cell in row)
    fields = template_fields(role("boilers"))
    heads = book["锅炉台账"][1]
    colours = {
        needed: {
            head.fill.start_color.rgb
            for head, field in zip(heads, fields, strict=True)
            if (field.name in role("boilers").required) == needed
        }
        for needed in (True, False)
    }
    assert len(colours[True]) == len(colours[False]) == 1
    assert colours[True] != colours[False]
    assert all(cell.font.italic for cell in book["锅炉台账"][2])
    assert book["锅炉台账"].freeze_panes == "C2"


def test_a_cell_may_stay_blank_and_is_held_to_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, role("boilers"))
    sheet = openpyxl.load_workbook(path)["锅炉台账"]
    rules = sheet.data_validations.dataValidation
    assert {rule.type for rule in rules} == {"list", "decimal"}
    for rule in rules:
        assert rule.allow_blank
        assert rule.showErrorMessage
        (cells,) = rule.sqref.ranges
        assert (cells.min_row, cells.min_col) == (2, cells.max_col)


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, role("boilers"))
    with pytest.raises(OutputError, match="--force"):
        write_template(path, role("boilers"))
    write_template(path, role("parks"), force=True)
    assert openpyxl.load_workbook(path).sheetnames[0] == "工业园区"
    for wrong in (tmp_path / "a.csv", tmp_path / "none" / "a.xlsx"):
        with pytest.raises(OutputError):
            write_template(wrong, role("boilers"))
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_template_is_the_same_bytes_each_time_and_replaces_the_old_one_whole(tmp_path):
    first, again = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_template(first, role("boilers"))
    again.write_bytes(b"old")
    write_template(again, role("boilers"), force=True)
    assert first.read_bytes() == again.read_bytes()
    assert b"2000-01-01T00:00:00Z" in zipfile.ZipFile(first).read("docProps/core.xml")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]
