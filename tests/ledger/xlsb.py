"""Write a binary workbook record by record, as [MS-XLSB] says; no library writes one."""

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"'
    '/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
    '+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def number(value: int, most: int) -> bytes:
    out = b""
    for _ in range(most):
        out += bytes([(value & 0x7F) | (0x80 if value > 0x7F else 0)])
        value >>= 7
        if not value:
            break
    return out


def record(kind: int, body: bytes = b"") -> bytes:
    return number(kind, 2) + number(len(body), 4) + body


def text(words: str) -> bytes:
    raw = words.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def cell(column: int, value: object, style: int, formula: bool) -> bytes:
    head = struct.pack("<I", column) + style.to_bytes(3, "little") + b"\0"
    if isinstance(value, str):
        tail = b"\0\0" + struct.pack("<I", 0) * 2 if formula else b""
        return record(8 if formula else 6, head + text(value) + tail)
    tail = b"\0\0" + struct.pack("<II", 0, 0) if formula else b""
    return record(9 if formula else 5, head + struct.pack("<d", value) + tail)


def sheet(
    rows: Sequence[Sequence[object]],
    *,
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    formulas: Sequence[tuple[int, int]] = (),
    styles: Mapping[tuple[int, int], int] | None = None,
) -> bytes:
    width = max(map(len, rows))
    out = record(129)
    out += record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    if hidden_columns:
        columns = b"".join(
            record(60, struct.pack("<IIIIH", at, at, 2048, 0, 1)) for at in hidden_columns
        )
        out += record(390) + columns + record(391)
    out += record(145)
    for at, row in enumerate(rows):
        flags = 0x10 if at in hidden_rows else 0
        out += record(0, struct.pack("<IIHBBBI", at, 0, 300, 0, flags, 0, 0))
        for column, value in enumerate(row):
            if value is not None:
                place = (at, column)
                out += cell(column, value, (styles or {}).get(place, 0), place in formulas)
    return out + record(146) + record(130)


def write(path: Path, sheets: Mapping[str, bytes], formats: Sequence[str] = ()) -> Path:
    names = list(sheets)
    bundle = b"".join(
        record(156, struct.pack("<II", 0, at + 1) + text(f"rId{at + 1}") + text(name))
        for at, name in enumerate(names)
    )
    book = record(131) + record(143) + bundle + record(144) + record(132)
    codes = b"".join(
        record(44, struct.pack("<H", 164 + at) + text(code)) for at, code in enumerate(formats)
    )
    used = [0, *(164 + at for at in range(len(formats)))]
    cells = b"".join(
        record(47, struct.pack("<HHHHH", 0xFFFF, one, 0, 0, 0) + b"\0" * 6) for one in used
    )
    styles = record(278)
    styles += record(615, struct.pack("<I", len(formats))) + codes + record(616)
    styles += record(617, struct.pack("<I", len(used))) + cells + record(618) + record(279)
    rels = "".join(
        f'<Relationship Id="rId{at + 1}" Type="{OFFICE}/worksheet" '
        f'Target="worksheets/sheet{at + 1}.bin"/>'
        for at in range(len(names))
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("[Content_Types].xml", TYPES)
        out.writestr(
            "_rels/.rels",
            f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        )
        out.writestr("xl/workbook.bin", book)
        out.writestr(
            "xl/_rels/workbook.bin.rels",
            f'{HEAD}<Relationships xmlns="{PACKAGE}">{rels}</Relationships>',
        )
        out.writestr("xl/styles.bin", styles)
        for at, name in enumerate(names):
            out.writestr(f"xl/worksheets/sheet{at + 1}.bin", sheets[name])
    return path
