"""Look into a binary workbook (.xlsb): its size, formulas, hidden rows and columns, formats."""

import re
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import ZipFile

from defusedxml import ElementTree

from nngis.budgets import check_time
from nngis.errors import LedgerError
from nngis.ledger.archives import unpacked
from nngis.ledger.number_formats import Format, read_format
from nngis.ledger.shared_texts import check_shared, sizes_in_records, uses_in_records
from nngis.ledger.sheet_look import SheetLook

BOOK = "xl/workbook.bin"
_TEXTS = "xl/sharedStrings.bin"
MAX_PART = 200_000_000  # bytes, unpacked
# Numbers of records, [MS-XLSB] 2.3.2.
_ROW, _COLUMNS, _SHEET, _FORMAT, _STYLE, _STYLES, _STYLES_END = 0, 60, 156, 44, 47, 617, 618
_CELLS, _FORMULAS = range(1, 12), range(8, 12)
_NO_HEIGHT, _HIDDEN = 0x10, 0x01
_PERCENTS = {9: "0%", 10: "0.00%"}
_SEVEN, _MORE = 0x7F, 0x80
_AT_A_TIME = 10_000
_STATED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def look_into_binary(archive: ZipFile, path: Path) -> dict[str, SheetLook]:
    """Find what the values of each sheet do not tell."""
    try:
        formats = _formats(archive, path)
        parts = _sheets(archive, path)
        _check_shared(archive, path, parts.values())
        return {
            name: _look(_records(_whole(archive, part, path)), formats)
            for name, part in parts.items()
        }
    except (KeyError, IndexError, ValueError, struct.error, ElementTree.ParseError):
        raise LedgerError(
            "不是完整的 Excel 二进制工作簿（.xlsb）；请在 Excel 中另存为 .xlsx。",
            "This is no whole binary workbook (.xlsb); save it as .xlsx in Excel.",
            where=str(path),
        ) from None


def _check_shared(archive: ZipFile, path: Path, parts: Iterable[str]) -> None:
    if _TEXTS in archive.namelist():
        sizes = sizes_in_records(_records(_whole(archive, _TEXTS, path)))
        for part in parts:
            check_shared(sizes, uses_in_records(_records(_whole(archive, part, path))), path)


def _whole(archive: ZipFile, name: str, path: Path) -> bytes:
    entry = archive.getinfo(name)
    if entry.file_size > MAX_PART:
        raise LedgerError(
            "工作簿过大，不予打开；请删去多余的行列，或改存为 csv。",
            "The workbook is too large and is not opened; delete what is not needed, or save it as "
            "csv.",
            where=f"{path} {name}",
        )
    return b"".join(unpacked(entry, path))


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Part bytes into records: a number of one byte or two, a length of up to four, a body."""
    at = 0
    while at < len(data):
        kind = data[at] & _SEVEN
        if data[at] & _MORE:
            at += 1
            kind |= (data[at] & _SEVEN) << 7
        at += 1
        size = 0
        for shift in range(0, 28, 7):
            byte = data[at]
            at += 1
            size |= (byte & _SEVEN) << shift
            if not byte & _MORE:
                break
        yield kind, data[at : at + size]
        at += size


def _text(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le"), end


def _sheets(archive: ZipFile, path: Path) -> dict[str, str]:
    """Say which part holds which sheet: sheet's name -> part's name."""
    raw = _whole(archive, "xl/_rels/workbook.bin.rels", path)
    if _STATED.search(raw):
        raise ValueError(BOOK)
    targets = {r.get("Id"): str(r.get("Target")) for r in ElementTree.fromstring(raw)}
    found = {}
    for kind, body in _records(_whole(archive, BOOK, path)):
        if kind == _SHEET:
            rel, at = _text(body, 8)
            name, _ = _text(body, at)
            target = targets[rel]
            found[name] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _formats(archive: ZipFile, path: Path) -> dict[int, Format]:
    """Give the formats of styles that say more than the number."""
    if "xl/styles.bin" not in archive.namelist():
        return {}
    codes, styles, of_cells = dict(_PERCENTS), [], False
    for kind, body in _records(_whole(archive, "xl/styles.bin", path)):
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _text(body, 2)[0]
        elif kind in (_STYLES, _STYLES_END):
            of_cells = kind == _STYLES
        elif kind == _STYLE and of_cells:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    read = {at: read_format(codes[code]) for at, code in enumerate(styles) if code in codes}
    return {at: form for at, form in read.items() if form is not None}


def _look(records: Iterator[tuple[int, bytes]], formats: dict[int, Format]) -> SheetLook:
    look = SheetLook()
    row = 0
    for at, (kind, body) in enumerate(records):
        if not at % _AT_A_TIME:
            check_time()
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", body)
            look.rows = max(look.rows, row + 1)
            if body[11] & _NO_HEIGHT:
                look.hidden_rows.add(row)
        elif kind in _CELLS:
            (column,) = struct.unpack_from("<I", body)
            look.columns = max(look.columns, column + 1)
            if kind in _FORMULAS:
                look.formulas.add((row, column))
            if form := formats.get(int.from_bytes(body[4:7], "little")):
                look.formats[row, column] = form
        elif kind == _COLUMNS and body[16] & _HIDDEN:
            first, last = struct.unpack_from("<II", body)
            look.hidden_columns |= set(range(first, min(last, 16_383) + 1))
    return look
