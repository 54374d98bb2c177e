"""Files that mean harm, or are broken: refused in words, within ten seconds and 1 GB each.

The files are made here, real ones. They are read in a process of their own, which an alarm ends
after ten seconds, and whose memory is asked for at the end.
"""

import io
import json
import random
import re
import resource
import signal
import string
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from shapely import Point

from nngis.errors import LedgerError
from nngis.ledger.read import read_ledger
from nngis.roles import role

HEADER = ["锅炉编号", "使用单位", "额定蒸发量", "燃料种类", "经度", "纬度"]
ROW = ["G1", "甲厂", 10, "烟煤", 108.94, 22.79]
ALPHABET = string.ascii_uppercase
SECONDS, MEGABYTES = 10, 1000
LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
SHEET_END = "</sheetData></worksheet>"
KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
Maker = Callable[[Path], Path]


def workbook() -> bytes:
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(ROW)
    book.save(stream)
    return stream.getvalue()


def rewritten(path: Path, parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a workbook with some parts put in or replaced."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(path, "w", method) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content, compresslevel=1)
    return path


def sheet(path: Path, rows: str, **options: int) -> Path:
    content = (SHEET + rows + SHEET_END).encode()
    return rewritten(path, {"xl/worksheets/sheet1.xml": content}, **options)


def zip_bomb(folder: Path) -> Path:
    return sheet(folder / "a.xlsx", " " * 200_000_000)


def lying_bomb(folder: Path) -> Path:
    """Write a workbook whose directory says that its bomb is small."""
    path = sheet(folder / "a.xlsx", " " * 100_000_000)
    data = bytearray(path.read_bytes())
    true = (len(SHEET) + 100_000_000 + len(SHEET_END)).to_bytes(4, "little")
    at = data.find(true)
    while at >= 0:
        data[at : at + 4] = (1000).to_bytes(4, "little")
        at = data.find(true)
    path.write_bytes(data)
    return path


def many_parts(folder: Path) -> Path:
    return rewritten(folder / "a.xlsx", {f"xl/media/{i}.png": b"" for i in range(10_001)})


def entities_in_xlsx(folder: Path) -> Path:
    content = f"<?xml version='1.0'?>{LAUGHS}{SHEET}&j;{SHEET_END}".encode()
    return rewritten(folder / "a.xlsx", {"xl/worksheets/sheet1.xml": content})


def entities_in_kml(folder: Path) -> Path:
    path = folder / "a.kml"
    text = f"<?xml version='1.0'?>{LAUGHS}{KML.format('<name>&j;</name>')}"
    path.write_text(text, encoding="utf-8")
    return path


def entities_in_utf16_kml(folder: Path) -> Path:
    path = folder / "a.kml"
    text = f"<?xml version='1.0' encoding='utf-16'?>{LAUGHS}{KML.format('<name>&j;</name>')}"
    path.write_text(text, encoding="utf-16")
    return path


def outside_entity_in_kml(folder: Path) -> Path:
    path = folder / "a.kml"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        + KML.format("<Placemark><name>&e;</name></Placemark>"),
        encoding="utf-8",
    )
    return path


def wide_sheet(folder: Path) -> Path:
    cells = "".join(f'<c r="{letters(at)}1"><v>1</v></c>' for at in range(0, 1_000_000, 10))
    return sheet(folder / "a.xlsx", f'<row r="1">{cells}</row>')


def letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def wide_sheet_unnumbered(folder: Path) -> Path:
    return sheet(folder / "a.xlsx", "<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>", method=0)


def cell(name: str) -> str:
    return f'<row r="{name.lstrip(ALPHABET)}"><c r="{name}"><v>1</v></c></row>'


def far_cell(folder: Path) -> Path:
    return sheet(folder / "a.xlsx", cell("A1") + cell("XFD1048576"))


def far_cell_within(folder: Path) -> Path:
    return sheet(folder / "a.xlsx", cell("A1") + cell("AZ1048576"))


def large_cell(folder: Path) -> Path:
    text = "x" * 100_000_000
    rows = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'
    return sheet(folder / "a.xlsx", rows, method=zipfile.ZIP_STORED)


def large_cell_in_csv(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text(
        ",".join(HEADER) + "\nG1," + "厂" * 33_000_000 + ",1,煤,108,22\n", encoding="utf-8"
    )
    return path


def large_quoted_cell_in_csv(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text(
        ",".join(HEADER) + '\nG1,"' + "x\n" * 50_000_000 + '",1,煤,108,22\n', encoding="utf-8"
    )
    return path


def path_in_zip(folder: Path) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.shp", b"x")
    return path


def absolute_path_in_kmz(folder: Path) -> Path:
    path = folder / "a.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("/etc/evil.kml", KML.format(""))
    return path


def drive_in_zip(folder: Path) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("C:\\windows\\evil.shp", b"x")
    return path


def outside_links(folder: Path) -> Path:
    part = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    return rewritten(folder / "a.xlsx", {"xl/externalLinks/externalLink1.xml": part})


def macros(folder: Path) -> Path:
    return rewritten(folder / "a.xlsm", {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def macros_named_xlsx(folder: Path) -> Path:
    return rewritten(folder / "a.xlsx", {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def password_in_zip(folder: Path) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.shp", b"x")
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    return path


def nul_bytes(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_bytes((",".join(HEADER) + "\nG1,\0,10,煤,108,22\n").encode())
    return path


def truncated(suffix: str, share: float) -> Maker:
    def make(folder: Path) -> Path:
        whole = folder / f"whole{suffix}"
        frame = gpd.GeoDataFrame(
            {"boiler_id": [f"G{i}" for i in range(400)], "name_zh": "甲厂" * 20, "capacity": 10.0},
            geometry=[Point(108 + i / 1000, 22.8) for i in range(400)],
            crs=4326,
        )
        if suffix == ".xlsx":
            whole.write_bytes(workbook())
        elif suffix == ".parquet":
            frame.to_parquet(whole)
        elif suffix == ".dxf":
            whole.write_text(
                "  0\nSECTION\n  2\nENTITIES\n"
                + "  0\nPOINT\n 10\n1\n 20\n1\n" * 99
                + "  0\nENDSEC\n  0\nEOF\n"
            )
        else:
            frame.to_file(whole, driver={".kml": "KML"}.get(suffix))
        path = folder / f"a{suffix}"
        for one in folder.glob("whole.*"):
            data = one.read_bytes()
            torn = (
                int(len(data) * share)
                if one == whole or (suffix, one.suffix) == (".shp", ".dbf")
                else None
            )
            (folder / f"a{one.suffix}").write_bytes(data[:torn])
        return path

    return make


def truncated_xls(folder: Path) -> Path:
    path = folder / "a.xls"
    data = (Path(__file__).parents[1] / "data" / "ledgers" / "boiler_statistics.xls").read_bytes()
    path.write_bytes(data[: len(data) // 3])
    return path


def noise(folder: Path) -> Path:
    path = folder / "a.xlsx"
    path.write_bytes(b"PK\x03\x04" + random.Random(1).randbytes(100_000))  # noqa: S311
    return path


def shared_texts(uses: int, stated: int, length: int = 30_000) -> Maker:
    """Make a workbook whose cells show one long text, and that states how many texts it shares."""

    def make(folder: Path) -> Path:
        space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        texts = (
            f'<sst {space} count="1" uniqueCount="{stated}"><si><t>{"厂" * length}</t></si></sst>'
        )
        cell = '<c r="A{0}" t="s"><v>0</v></c>'
        rows = "".join(f'<row r="{at}">{cell.format(at)}</row>' for at in range(1, uses + 1))
        with zipfile.ZipFile(io.BytesIO(workbook())) as old:
            rels = old.read("xl/_rels/workbook.xml.rels").decode()
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        rel = f'<Relationship Id="rId99" Type="{kind}" Target="sharedStrings.xml"/>'
        if "sharedStrings" not in rels:
            rels = rels.replace("</Relationships>", rel + "</Relationships>")
        return rewritten(
            folder / "a.xlsx",
            {
                "xl/worksheets/sheet1.xml": (SHEET + rows + SHEET_END).encode(),
                "xl/sharedStrings.xml": texts.encode(),
                "xl/_rels/workbook.xml.rels": rels.encode(),
            },
        )

    return make


def in_ole(name: str, data: bytes) -> bytes:
    """Write a compound file of one stream, [MS-CFB] version 3."""
    size, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    data = data.ljust(max(len(data), 4_096), b"\0")
    used = -(-len(data) // size)
    tables = 1
    while tables * 128 < used + tables + 1:
        tables += 1
    chain = [0xFFFFFFFD] * tables + [end] + [*range(tables + 2, tables + 1 + used), end]
    chain += [free] * (tables * 128 - len(chain))
    listed = list(range(tables)) + [free] * (109 - tables)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, tables, 0, 4_096, end, 0, end, 0
    )

    def entry(title: str, kind: int, child: int, start: int, length: int) -> bytes:
        raw = title.encode("utf-16-le") + b"\0\0" if title else b""
        told = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, free, free, child)
        return told + bytes(36) + struct.pack("<IQ", start, length)

    folder = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, free, tables + 1, len(data))
    folder += entry("", 0, free, 0, 0) * 2
    body = data.ljust(used * size, b"\0")
    return (
        head
        + struct.pack("<109I", *listed)
        + struct.pack(f"<{len(chain)}I", *chain)
        + folder
        + body
    )


def shared_texts_in_xls(folder: Path) -> Path:
    """Make the one text of an .xls long and have many cells show it."""
    length, uses = 8_000, 60_000
    record = lambda kind, body: struct.pack("<HH", kind, len(body)) + body  # noqa: E731
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    book = start + record(0x0042, struct.pack("<H", 1200))
    text = record(0x00FC, struct.pack("<IIHB", uses, 1, length, 0) + b"x" * length)
    name = b"s"
    sheet_at = len(book) + 4 + 8 + len(name) + len(text) + 4
    book += record(0x0085, struct.pack("<IHBB", sheet_at, 0, len(name), 0) + name) + text
    book += record(0x000A, b"")
    cells = b"".join(record(0x00FD, struct.pack("<HHHI", at, 0, 0, 0)) for at in range(uses))
    inner = start.replace(struct.pack("<HH", 0x0600, 5), struct.pack("<HH", 0x0600, 16))
    path = folder / "a.xls"
    path.write_bytes(in_ole("Workbook", book + inner + cells + record(0x000A, b"")))
    return path


def web_page_named_xls(folder: Path) -> Path:
    path = folder / "a.xls"
    path.write_text("<html><table><tr><td>锅炉编号</td></tr></table></html>", encoding="utf-8")
    return path


CASES: dict[str, tuple[Maker, str]] = {
    "zip bomb": (zip_bomb, "过大"),
    "zip bomb that lies": (lying_bomb, "过大"),
    "zip of many parts": (many_parts, "过大"),
    "entities in xlsx": (entities_in_xlsx, "实体"),
    "entities in kml": (entities_in_kml, "实体"),
    "entities in kml in UTF-16": (entities_in_utf16_kml, "实体"),
    "entity of another file": (outside_entity_in_kml, "实体"),
    "a million columns": (wide_sheet, "过大"),
    "a million columns without numbers": (wide_sheet_unnumbered, "过大"),
    "a cell in the last corner": (far_cell, "过大"),
    "a cell far down": (far_cell_within, "过大"),
    "100 MB in a cell": (large_cell, "过大"),
    "100 MB in a cell of csv": (large_cell_in_csv, "csv"),
    "100 MB of lines in a cell of csv": (large_quoted_cell_in_csv, "csv"),
    "path in zip": (path_in_zip, "压缩包以外"),
    "absolute path in kmz": (absolute_path_in_kmz, "压缩包以外"),
    "drive in zip": (drive_in_zip, "压缩包以外"),
    "links to other workbooks": (outside_links, "断开链接"),
    "macros": (macros, "宏"),
    "macros under another name": (macros_named_xlsx, "宏"),
    "password of a zip": (password_in_zip, "密码"),
    "NUL bytes": (nul_bytes, "空字节"),
    **{
        f"torn {s}": (truncated(s, 0.6), "")
        for s in (".xlsx", ".gpkg", ".fgb", ".parquet", ".kml", ".dxf", ".shp", ".geojson")
    },
    "torn .xls": (truncated_xls, ""),
    "one text in 60,000 cells": (shared_texts(60_000, 1), "NNGIS_BUDGET"),
    "one text in the cells of an xls": (shared_texts_in_xls, "NNGIS_BUDGET"),
    "room for more texts than memory has": (shared_texts(3, 2**32, 5), "过大"),
    "noise": (noise, ""),
    "web page named xls": (web_page_named_xls, "网页"),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    files = {}
    for name, (make, _) in CASES.items():
        files[name] = str(make(tmp_path_factory.mktemp("hostile")))
    ran = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(files),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return dict(json.loads(ran.stdout))


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_or_broken_file_is_refused_in_words(answers: dict[str, str], name: str) -> None:
    assert answers[name].startswith("LedgerError"), answers[name]
    assert CASES[name][1] in answers[name]
    assert "Traceback" not in answers[name]


def test_no_refusal_takes_more_than_a_gigabyte(answers: dict[str, str]) -> None:
    assert float(answers["megabytes"]) < MEGABYTES


def test_a_protected_workbook_is_refused() -> None:
    path = Path(__file__).parents[1] / "data" / "ledgers" / "password.xlsx"
    with pytest.raises(LedgerError, match="password"):
        read_ledger(path, role("boilers"))


def most_megabytes() -> float:
    """Most memory held by this process; what getrusage tells on Linux may be its parent's."""
    status = Path("/proc/self/status")
    if status.is_file():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found.group(1)) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def answer() -> None:
    """Read every file named on stdin and print what came of it."""

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    out = {}
    for name, path in json.load(sys.stdin).items():
        signal.alarm(SECONDS)
        try:
            read_ledger(path, role("boilers"), datum="wgs84")
            out[name] = "accepted"
        except LedgerError as error:
            out[name] = f"LedgerError {error.say('zh')} | {error.say('en')}"
        except BaseException as error:  # noqa: BLE001 -- whatever it is, the test shall see it
            out[name] = f"{type(error).__name__} {error}"
        signal.alarm(0)
    out["megabytes"] = str(most_megabytes())
    print(json.dumps(out))  # noqa: T201


if __name__ == "__main__":
    answer()
