"""The records of an .xls file: its formulas, hidden rows and columns, and number formats."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from nngis.ledger.number_formats import Format, read_format
from nngis.ledger.sheet_look import SheetLook

_FORMULA, _ROW, _COLINFO, _FORMAT, _STYLE = 0x0006, 0x0208, 0x007D, 0x041E, 0x00E0
_NUMBER, _RK, _MULRK = 0x0203, 0x027E, 0x00BD
_CELLS = (_FORMULA, _NUMBER, _RK)
_NO_HEIGHT, _HIDDEN = 0x20, 0x01
_ROW_LENGTH, _COLINFO_LENGTH, _CELL_LENGTH = 14, 10, 6
_PERCENTS = {9: "0%", 10: "0.00%"}


@dataclass
class OldFormats:
    """Number formats of a workbook while its records are read: codes by number, and styles."""

    codes: dict[int, str] = field(default_factory=lambda: dict(_PERCENTS))
    styles: list[int] = field(default_factory=list)

    def of_style(self, number: int) -> Format | None:
        """Give the format of a cell's style, if it says more than the number."""
        if number >= len(self.styles):
            return None
        code = self.codes.get(self.styles[number])
        return read_format(code) if code else None


def look_at_record(kind: int, body: bytes, look: SheetLook, formats: OldFormats) -> None:
    """Take from one record what it says of its sheet."""
    if kind == _FORMULA and len(body) >= 4:  # noqa: PLR2004 -- row and column
        look.formulas.add(struct.unpack_from("<HH", body))
    if kind in _CELLS and len(body) >= _CELL_LENGTH:
        row, column, style = struct.unpack_from("<HHH", body)
        if form := formats.of_style(style):
            look.formats[row, column] = form
    elif kind in _OTHERS:
        _OTHERS[kind](body, look, formats)


def _row(body: bytes, look: SheetLook, _: OldFormats) -> None:
    if len(body) >= _ROW_LENGTH and body[12] & _NO_HEIGHT:
        look.hidden_rows.add(struct.unpack_from("<H", body)[0])


def _column(body: bytes, look: SheetLook, _: OldFormats) -> None:
    if len(body) >= _COLINFO_LENGTH and body[8] & _HIDDEN:
        first, last = struct.unpack_from("<HH", body)
        look.hidden_columns |= set(range(first, min(last, 255) + 1))


def _many(body: bytes, look: SheetLook, formats: OldFormats) -> None:
    """Read a run of numbers in one row: each a style and a number of four bytes."""
    if len(body) < _CELL_LENGTH:
        return
    row, first = struct.unpack_from("<HH", body)
    for at in range((len(body) - 6) // 6):
        if form := formats.of_style(struct.unpack_from("<H", body, 4 + 6 * at)[0]):
            look.formats[row, first + at] = form


def _code(body: bytes, _: SheetLook, formats: OldFormats) -> None:
    if len(body) < 5:  # noqa: PLR2004 -- number, length and flags
        return
    number, length, wide = struct.unpack_from("<HHB", body)
    text = body[5 : 5 + 2 * length] if wide & 1 else body[5 : 5 + length]
    formats.codes[number] = text.decode("utf-16-le" if wide & 1 else "latin-1", "replace")


def _style(body: bytes, _: SheetLook, formats: OldFormats) -> None:
    if len(body) >= 4:  # noqa: PLR2004 -- font and format
        formats.styles.append(struct.unpack_from("<HH", body)[1])


_OTHERS: dict[int, Callable[[bytes, SheetLook, OldFormats], None]] = {
    _ROW: _row,
    _COLINFO: _column,
    _MULRK: _many,
    _FORMAT: _code,
    _STYLE: _style,
}
