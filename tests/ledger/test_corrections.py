"""Cells mended by hand: read as if the file held them; the file stays; nothing is a formula."""

from io import BytesIO

import openpyxl

from nngis.ledger.corrections import corrected, workbook_of
from nngis.ledger.part import Correction, Options, Part
from nngis.ledger.read import survey_ledger
from nngis.ledger.table import RawTable
from nngis.roles import role

ROWS = [["锅炉编号", "额定蒸发量", "经度", "纬度"], ["G1", 8, 108.5, 22.8], ["G2", 20, 400, 22.8]]


def write(path):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(path)
    return path


def test_a_mended_cell_is_read_as_if_the_file_held_it_and_the_file_stays(tmp_path):
    path = write(tmp_path / "台账.xlsx")
    held = path.read_bytes()
    plain = Options("wgs84")
    assert len(survey_ledger(path, role("boilers"), plain).layer.rejects) == 1
    mine = (Correction("Sheet", 3, 2, "108.6"),)
    found = survey_ledger(path, role("boilers"), Options("wgs84", corrections=mine)).layer
    assert found.rejects.empty
    assert found.frame.loc["G2"].geometry.x == 108.6
    assert path.read_bytes() == held


def test_a_cell_that_is_nowhere_changes_nothing_and_the_later_of_two_holds():
    part = Part(RawTable("a.xlsx", "甲", [list(row) for row in ROWS]))
    for one in (("乙", 3, 2), ("甲", 0, 2), ("甲", 9, 2), ("甲", 3, 9), ("甲", -1, 0)):
        assert corrected([part], [Correction(*one, "1")])[0] is part
    twice = [Correction("甲", 3, 2, "108"), Correction("甲", 3, 2, "109")]
    assert corrected([part], twice)[0].table.rows[2][2] == "109"
    assert part.table.rows[2][2] == 400


def test_the_mended_workbook_holds_text_as_text_and_marks_what_was_mended():
    part = Part(RawTable("a.xlsx", "甲", [list(row) for row in ROWS]))
    mine = [Correction("甲", 3, 0, "=1+1"), Correction("甲", 3, 2, "http://a.example")]
    book = openpyxl.load_workbook(BytesIO(workbook_of(corrected([part], mine), mine)))
    sheet = book.active
    assert [cell.value for cell in sheet[2]] == ["G1", 8, 108.5, 22.8]
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")
    assert sheet["C3"].hyperlink is None
    assert sheet["A3"].fill.fgColor.rgb.endswith("FFF2B3")
    assert sheet["A2"].fill.fill_type is None
