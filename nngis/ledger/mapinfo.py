"""Read MapInfo tables (.tab) and interchange files (.mif), whatever charset they state."""

import re
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from nngis.budgets import budget, over_budget
from nngis.errors import LedgerError
from nngis.ledger.byte_texts import BYTES, decoded, encoding_of
from nngis.ledger.delimited import decode
from nngis.ledger.part import Part
from nngis.ledger.table import RawTable
from nngis.ledger.vector import read_layers

BESIDE = {".dat", ".map", ".id", ".ind", ".mid"}
MAX_FILE = 400_000_000  # bytes
_CHARSET = re.compile(r'(?im)^([ \t]*Charset[ \t]+)"[^"\n]*"')
_TABLE_CHARSET = re.compile(rb'(?im)^([ \t]*Type[ \t]+\w+)[ \t]+Charset[ \t]+"([^"\n]*)"')
_FIELD = re.compile(
    rb"(?im)^([ \t]+)(\S+)(?=[ \t]+(?:Char|Integer|SmallInt|LargeInt|Decimal|Float|Date|"
    rb"DateTime|Time|Logical)\b)"
)
_KIND = re.compile(rb"(?im)^[ \t]*Type[ \t]+(\w+)")
# A seamless table and a view take their rows from other tables, a linked one from a server.
_AWAY = re.compile(
    rb'(?im)^[ \t\f\v]*(?:open\s+table|create\s+view|file\s+"|select\s)|\\IsSeamless"\s*=\s*"TRUE'
)


def read_mapinfo(path: Path) -> list[Part]:
    """Read a MapInfo table or interchange file; files beside it hold its rows and shapes."""
    with TemporaryDirectory(prefix="nngis-") as folder:
        read = _read_table if path.suffix.lower() == ".tab" else _read_interchange
        return [read(path, Path(folder))]


def _read_interchange(path: Path, folder: Path) -> Part:
    """Read text beside text: a copy in UTF-8 is what GDAL gets."""
    target = folder / "plain.mif"
    text = decode(_bytes(path), path)
    text = _CHARSET.sub(r'\1"UTF-8"', text, count=1)
    target.write_text(text, encoding="utf-8", newline="")
    rows = _beside(path, ".mid")
    if rows is not None:
        text = decode(_bytes(rows), rows)
        target.with_suffix(".mid").write_text(text, encoding="utf-8", newline="")
    return read_layers(target, path)[0]


def _read_table(path: Path, folder: Path) -> Part:
    """Read a copy whose columns have plain names and whose bytes GDAL takes one by one."""
    head = _bytes(path).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    kind = _KIND.search(head)
    if _AWAY.search(head) or kind is None or kind[1].upper() not in (b"NATIVE", b"DBF"):
        raise LedgerError(
            "MapInfo 表取自别的表或数据库（视图、无缝图层、链接表），不予打开；请另存为普通的表，"
            "或导出 .mif。",
            "The MapInfo table takes its rows from other tables or a server (a view, a seamless or "
            "linked table) and is not opened; save a copy as a table of its own, or export .mif.",
            where=str(path),
        )
    needed = ".dat" if kind[1].upper() == b"NATIVE" else ".dbf"
    for suffix in (needed, *sorted(BESIDE - {".dat", ".mid"})):
        beside = _beside(path, suffix)
        if beside is not None:
            shutil.copyfile(beside, folder / f"plain{suffix}")
        elif suffix == needed:
            raise LedgerError(
                f"MapInfo 表缺少同名的 {suffix} 文件；请把 .tab、.dat、.map、.id 一起给出。",
                f"The MapInfo table lacks its {suffix}; give .tab, .dat, .map and .id together.",
                where=str(path),
            )
    names: list[bytes] = []

    def plain(field: re.Match[bytes]) -> bytes:
        names.append(field[2])
        return field[1] + f"C{len(names) - 1}".encode()

    stated = _TABLE_CHARSET.search(head)
    target = folder / "plain.tab"
    target.write_bytes(_TABLE_CHARSET.sub(rb'\1 Charset "Neutral"', _FIELD.sub(plain, head)))
    part = read_layers(target, path, encoding=BYTES)[0]
    header, *rows = part.table.rows
    encoding = encoding_of(stated[2].decode("ascii", "ignore") if stated else "", names, rows)
    own = {f"C{at}": name.decode(encoding, "ignore") for at, name in enumerate(names)}
    table = [[own.get(str(name), name) for name in header], *(decoded(r, encoding) for r in rows)]
    return replace(part, table=RawTable(path.name, "", table, first_row=0))


def _bytes(path: Path) -> bytes:
    over_budget("bytes", path.stat().st_size, budget("bytes", MAX_FILE), str(path), LedgerError)
    return path.read_bytes()


def _beside(path: Path, suffix: str) -> Path | None:
    found = (path.with_suffix(s) for s in (suffix, suffix.upper()))
    return next((one for one in found if one.is_file()), None)
