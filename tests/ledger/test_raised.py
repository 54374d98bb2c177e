"""Raised and lowered digits of a workbook's texts, in the file's own XML."""

import zipfile
from pathlib import Path

import pytest

from nngis.ledger.raised import raised_texts

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RUN = '<r><rPr><vertAlign val="{}"/></rPr><t>{}</t></r>'
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def found(tmp_path: Path):
    def read(shared: str = "", cells: str = "", head: str = "") -> tuple[dict, dict]:
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w") as book:
            book.writestr("xl/sharedStrings.xml", f"{head}<sst {NS}>{shared}</sst>")
            book.writestr(SHEET, f"{head}<worksheet {NS}>{cells}</worksheet>")
        return raised_texts(path, SHEET)

    return read


def test_raised_and_lowered_digits_are_told_from_plain_ones(found):
    shared, cells = found(
        f"<si><r><t>10</t></r>{RUN.format('superscript', 2)}</si>"
        f"<si><r><t>CO</t></r>{RUN.format('subscript', 2)}</si>"
        "<si><r><t>10</t></r><r><t>2</t></r></si><si><t>102</t></si>",
        f'<c r="B7"><is><r><t>m</t></r>{RUN.format("superscript", 3)}</is></c>',
    )
    assert shared == {"102": "10²", "CO2": "CO₂"}
    assert cells == {"B7": "m³"}


def test_a_part_with_a_document_type_or_a_tear_is_left_to_the_workbooks_parser(found):
    raised = f"<si><r><t>10</t></r>{RUN.format('superscript', 2)}</si>"
    assert found(raised)[0]
    assert found(raised, head="<!DOCTYPE sst>") == ({}, {})
    assert found("<si>") == ({}, {})
