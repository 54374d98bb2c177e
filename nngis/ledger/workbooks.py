"""Look into a workbook before it is parsed: its size, formulas, links, macros, passwords."""

import re
import struct
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NoReturn
from zipfile import ZipFile

import olefile
from defusedxml import ElementTree

from nngis.budgets import budget, check_time, over_budget
from nngis.errors import LedgerError
from nngis.ledger.archives import open_zip, unpacked
from nngis.ledger.binary_workbook import BOOK, look_into_binary
from nngis.ledger.number_formats import Format
from nngis.ledger.old_records import OldFormats, look_at_record
from nngis.ledger.shared_texts import (
    MOST_SHARED,
    check_shared,
    sizes_in_old_records,
    sizes_in_xml,
    uses_in_xml,
)
from nngis.ledger.sheet_look import Looks, SheetLook
from nngis.ledger.styles import unit_formats

MAX_COLUMNS = 1_000
MAX_CELLS = 12_000_000  # rows x columns of all sheets; the parser keeps every one in memory
MAX_TEXT = 1_000_000  # bytes of one cell; Excel's own limit is 32,767 characters
MAX_FILE = 200_000_000  # bytes
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP_DECLARATIONS = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Cells that hold something: those that only have a style close at once and are not kept.
_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r=[\"']([A-Za-z]+)(\d+)[\"'][^>]*(?<!/)>")
_BARE_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])(?![^>]*\sr=)[^>]*(?<!/)>")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr=[\"'](\d+)[\"']")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r=[\"']([A-Za-z]+)(\d+)[\"'][^>]*>\s*<(?:\w+:)?f[\s>/]"
)
_OVERLAP = 4_096  # bytes carried over, so that a tag cut in two is seen whole
_FILEPASS, _SUPBOOK, _BOF = 0x002F, 0x01AE, 0x0809
_SST, _CONTINUE, _LABEL = 0x00FC, 0x003C, 0x00FD
_OWN_BOOK, _ADD_IN = 0x0401, 0x3A01
_HIDDEN_TAG = re.compile(
    rb"<(?:\w+:)?(row|col)\b(?=[^>]*\s(?:hidden=[\"'](?:1|true)|ht=[\"']0[\"']))([^>]*)>"
)
_ATTRIBUTE = re.compile(rb"\b(r|min|max)=[\"'](\d+)[\"']")
_MOST_COLUMNS = 16_384
_BYTES_OF_A_USE = 20
# The parser makes room for as many texts as are stated, and dies where there is no such room.
_SHARED = re.compile(rb"\suniqueCount\s*=\s*[\"']\s*(\d+)")
_RAISED = re.compile(rb"<(?:\w+:)?vertAlign\b[^>]*(?:super|sub)script")


def look_into_workbook(path: Path) -> Looks:
    """Refuse a workbook that is no honest ledger; find what its values do not tell."""
    over_budget("bytes", path.stat().st_size, budget("bytes", MAX_FILE), str(path), LedgerError)
    with path.open("rb") as stream:
        start = stream.read(len(OLE))
    if start == OLE:
        return _look_into_ole(path)
    if not start.startswith(b"PK"):
        raise LedgerError(
            "内容不是 Excel 工作簿（可能是网页或文本改了扩展名）；请在 Excel 中另存为 .xlsx。",
            "This is no Excel workbook (a web page or text with its extension changed?); save it "
            "as .xlsx in Excel.",
            where=str(path),
        )
    with open_zip(path) as archive:
        return _look_into_xlsx(archive, path)


def _look_into_xlsx(archive: ZipFile, path: Path) -> Looks:
    names = [entry.filename.lower() for entry in archive.infolist()]
    if any(name.endswith("vbaproject.bin") for name in names):
        _macros(path)
    if any("/externallinks/" in f"/{name}" for name in names):
        _links(path)
    if "encryptedpackage" in names:
        _password(path)
    if BOOK in names:
        return _look_into_xlsb(archive, path)
    sheets = _sheet_parts(archive, path)
    styled = _styled_cells(unit_formats(archive, path))
    found: Looks = {}
    cells, raised = 0, False
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        title = sheets.get(entry.filename.lower())
        is_sheet = "worksheets" in entry.filename
        look = _scan(unpacked(entry, path), path, styled if is_sheet else None)
        cells += look.rows * look.columns
        if look.columns > MAX_COLUMNS or cells > MAX_CELLS:
            _refuse(path, f"{title or entry.filename}: {look.rows:,} x {look.columns:,}")
        raised |= look.raised and not is_sheet
        if title is not None:
            look.part = entry.filename
            found[title] = look
    _check_shared(archive, path)
    for look in found.values():
        look.raised |= raised  # texts that sheets share stand in a part of their own
    return found


def _check_shared(archive: ZipFile, path: Path) -> None:
    parts = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".xml")]
    shared = [one for one in parts if one.filename.lower().endswith("sharedstrings.xml")]
    sheets = [one for one in parts if "worksheets" in one.filename]
    # A use takes some thirty bytes; texts that could not fill the budget are not counted.
    most = sum(one.file_size for one in sheets) // _BYTES_OF_A_USE
    for texts in shared:
        if min(texts.file_size, MAX_TEXT) * most > MOST_SHARED:
            sizes = sizes_in_xml(unpacked(texts, path))
            for one in sheets:
                check_shared(sizes, uses_in_xml(unpacked(one, path)), path)


def _look_into_xlsb(archive: ZipFile, path: Path) -> Looks:
    found: Looks = {}
    cells = 0
    for title, look in look_into_binary(archive, path).items():
        found[title] = look
        cells += look.rows * look.columns
        if look.columns > MAX_COLUMNS or cells > MAX_CELLS:
            _refuse(path, f"{title}: {look.rows:,} x {look.columns:,}")
    return found


def _sheet_parts(archive: ZipFile, path: Path) -> dict[str, str]:
    """Say which part holds which sheet: part's name in lower case -> sheet's name."""
    try:
        book = ElementTree.fromstring(_whole(archive, "xl/workbook.xml", path), forbid_dtd=True)
        rels = ElementTree.fromstring(
            _whole(archive, "xl/_rels/workbook.xml.rels", path), forbid_dtd=True
        )
    except (KeyError, ElementTree.ParseError, ValueError):
        raise LedgerError(
            "不是完整的 Excel 工作簿；请在 Excel 中另存为 .xlsx。",
            "This is no whole Excel workbook; save it again as .xlsx in Excel.",
            where=str(path),
        ) from None
    targets = {r.get("Id"): str(r.get("Target")) for r in rels}
    parts = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet") or sheet.tag == "sheet":
            rel = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
            target = targets.get(rel, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            parts[part.lower()] = str(sheet.get("name"))
    return parts


def _whole(archive: ZipFile, name: str, path: Path) -> bytes:
    data = b""
    for piece in unpacked(archive.getinfo(name), path):
        data += piece
        if _MARKUP_DECLARATIONS.search(data):
            _entities(path)
        if len(data) > MAX_TEXT:
            _refuse(path, name)
    return data


def _styled_cells(formats: Mapping[int, Format]) -> Callable[[bytes, SheetLook], None]:
    """Make the search for cells whose number format says more than the number."""
    if not formats:
        return lambda *_: None
    styles = "|".join(map(str, sorted(formats))).encode()
    cell = re.compile(
        rb"<(?:\w+:)?c\b(?=[^>]*\ss=[\"']("
        + styles
        + rb")[\"'])[^>]*?\sr=[\"']([A-Za-z]+)(\d+)[\"']"
    )

    def find(window: bytes, look: SheetLook) -> None:
        for style, letters, row in cell.findall(window):
            look.formats[int(row) - 1, column_number(letters)] = formats[int(style)]

    return find


def _scan(
    pieces: Iterator[bytes], path: Path, styled: Callable[[bytes, SheetLook], None] | None
) -> SheetLook:
    look = SheetLook()
    kept, text = b"", 0
    for piece in pieces:
        window = kept + piece
        runs = piece.split(b"<")
        text = text + len(runs[0]) if len(runs) == 1 else len(runs[-1])
        if max(map(len, runs)) > MAX_TEXT or text > MAX_TEXT:
            _refuse(path, "> 1 MB / cell")
        if _MARKUP_DECLARATIONS.search(window):
            _entities(path)
        for stated in _SHARED.findall(window):
            if len(stated) > len(str(MAX_CELLS)) or int(stated) > MAX_CELLS:
                _refuse(path, f"uniqueCount={stated[:20].decode()}")
        look.raised |= b"vertAlign" in window and bool(_RAISED.search(window))
        if styled is not None:
            _count(window, look)
            _find_hidden(window, look)
            styled(window, look)
        kept = window[-_OVERLAP:]
    return look


def _count(window: bytes, look: SheetLook) -> None:
    cells = _CELL.findall(window)
    if cells:
        letters = max({name for name, _ in cells}, key=lambda name: (len(name), name.upper()))
        look.columns = max(look.columns, column_number(letters) + 1)
        look.rows = max(look.rows, int(cells[-1][1]))
    bare = [len(_BARE_CELL.findall(row)) for row in re.split(rb"<(?:\w+:)?row\b", window)]
    if any(bare):
        look.columns = max(look.columns, *bare)
        look.rows = max(look.rows, len(bare), *map(int, _ROW.findall(window)))
    if b"<f" in window or b":f" in window:
        look.formulas |= {
            (int(row) - 1, column_number(name)) for name, row in _FORMULA.findall(window)
        }


def _find_hidden(window: bytes, look: SheetLook) -> None:
    for tag, attributes in _HIDDEN_TAG.findall(window):
        at = {name: int(number) for name, number in _ATTRIBUTE.findall(attributes)}
        if tag == b"row" and b"r" in at:
            look.hidden_rows.add(at[b"r"] - 1)
        elif tag == b"col" and at.keys() >= {b"min", b"max"}:
            look.hidden_columns |= set(range(at[b"min"] - 1, min(at[b"max"], _MOST_COLUMNS)))


def column_number(letters: bytes) -> int:
    """Count a column from 0 by its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def _look_into_ole(path: Path) -> Looks:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ole = olefile.OleFileIO(path)
    except (OSError, ValueError, IndexError, struct.error):
        raise LedgerError(
            "文件已损坏或不完整，打不开；请重新另存为 .xlsx。",
            "The file is damaged or incomplete and cannot be opened; save it again as .xlsx.",
            where=str(path),
        ) from None
    with ole:
        entries = {"/".join(parts).lower() for parts in ole.listdir(streams=True, storages=True)}
        if "encryptedpackage" in entries:
            _password(path)
        if any("vba" in entry.split("/")[0] for entry in entries):
            _macros(path)
        stream = next((name for name in ("workbook", "book") if name in entries), None)
        if stream is None:
            raise LedgerError(
                "不是 Excel 工作簿；请在 Excel 中另存为 .xlsx。",
                "This is no Excel workbook; save it as .xlsx in Excel.",
                where=str(path),
            )
        try:
            data = ole.openstream(stream).read()
        except OSError:
            data = b""
    return _look_into_records(data, path)


def _look_into_records(data: bytes, path: Path) -> Looks:
    found: Looks = {}
    formats = OldFormats()
    texts: list[bytes] = []
    uses: Counter[int] = Counter()
    at, sheet, before = 0, 0, 0
    while at + 4 <= len(data):
        check_time()
        kind, length = struct.unpack_from("<HH", data, at)
        body = data[at + 4 : at + 4 + length]
        if kind == _FILEPASS:
            _password(path)
        elif kind == _BOF:
            sheet += 1  # the first one is the workbook's own, the second that of sheet 0
        elif kind == _SUPBOOK and struct.unpack_from("<HH", body)[1] not in (_OWN_BOOK, _ADD_IN):
            _links(path)
        elif kind == _SST or (kind == _CONTINUE and before in (_SST, _CONTINUE) and texts):
            texts.append(body)
        elif kind == _LABEL and len(body) >= 10:  # noqa: PLR2004 -- place, style, number
            uses[struct.unpack_from("<I", body, 6)[0]] += 1
        else:
            look_at_record(kind, body, found.setdefault(sheet - 2, SheetLook()), formats)
        at, before = at + 4 + length, kind
    check_shared(sizes_in_old_records(texts), uses, path)
    return found


def _refuse(path: Path, what: str) -> NoReturn:
    raise LedgerError(
        f"工作簿过大（{what}），不像台账，不予打开；请删去多余的行列后另存，或改存为 csv。",
        f"The workbook is too large for a ledger ({what}) and is not opened; delete what is not "
        "needed and save it again, or save it as csv.",
        where=str(path),
    )


def _entities(path: Path) -> NoReturn:
    raise LedgerError(
        "文件含有 XML 实体声明，可能有害，不予打开；请在 Excel 中另存为 .xlsx。",
        "The file declares XML entities, which may do harm, and is not opened; save it again as "
        ".xlsx in Excel.",
        where=str(path),
    )


def _macros(path: Path) -> NoReturn:
    raise LedgerError(
        "工作簿含有宏，不予打开；请在 Excel 中另存为不带宏的 .xlsx。",
        "The workbook holds macros and is not opened; save it as .xlsx, which has none.",
        where=str(path),
    )


def _links(path: Path) -> NoReturn:
    raise LedgerError(
        "工作簿引用了其他工作簿，数值可能已过时，不予读取；"
        "请在 Excel 中断开链接（数据 → 编辑链接 → 断开链接）后另存。",
        "The workbook takes values from other workbooks, which may be out of date, and is not "
        "read; break the links (Data, Edit Links, Break Link) and save it again.",
        where=str(path),
    )


def _password(path: Path) -> NoReturn:
    raise LedgerError(
        "工作簿设有密码；请去掉密码后另存为 .xlsx。",
        "The workbook is protected by a password; remove it and save it again as .xlsx.",
        where=str(path),
    )
