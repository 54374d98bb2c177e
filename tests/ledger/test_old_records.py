"""Records of an .xls file, byte by byte: whole ones count, torn ones say nothing."""

import struct

import pytest

from nngis.ledger.old_records import OldFormats, look_at_record
from nngis.ledger.sheet_look import SheetLook

FORMULA, STYLE, FORMAT = 0x0006, 0x00E0, 0x041E


@pytest.mark.parametrize(
    ("body", "styles"),
    [
        (struct.pack("<HH", 7, 14), [14]),  # font and format, and nothing behind
        (struct.pack("<HHH", 7, 14, 3), [14]),
        (struct.pack("<HB", 7, 14), []),
        (b"", []),
    ],
)
def test_a_style_names_the_format_that_stands_behind_its_font(body, styles) -> None:
    formats = OldFormats()
    look_at_record(STYLE, body, SheetLook(), formats)
    assert formats.styles == styles


@pytest.mark.parametrize(
    ("body", "cells"),
    [(struct.pack("<HH", 3, 2), {(3, 2)}), (struct.pack("<HB", 3, 2), set())],
)
def test_a_formula_stands_where_its_row_and_column_say(body, cells) -> None:
    look = SheetLook()
    look_at_record(FORMULA, body, look, OldFormats())
    assert look.formulas == cells


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (struct.pack("<HHB", 164, 4, 0) + b"0.0%", "0.0%"),
        (struct.pack("<HHB", 164, 4, 1) + "0.0%".encode("utf-16-le"), "0.0%"),
        (struct.pack("<HHB", 164, 0, 0), ""),  # number, length and flags are all of it
        (struct.pack("<HH", 164, 4), None),
    ],
)
def test_a_format_is_read_in_narrow_and_in_wide_letters(body, code) -> None:
    formats = OldFormats()
    look_at_record(FORMAT, body, SheetLook(), formats)
    assert formats.codes.get(164) == code
