"""Read KML and KMZ: data of placemarks under their own names, which GDAL would make ASCII."""

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import unescape

from nngis.errors import LedgerError
from nngis.ledger.archives import open_zip, unpacked
from nngis.ledger.delimited import decode
from nngis.ledger.html_fields import with_fields_of
from nngis.ledger.markup import look_into_xml
from nngis.ledger.part import Part
from nngis.ledger.table import Cell, RawTable
from nngis.ledger.vector import read_layers, without_empty_columns
from nngis.text import Text, listing

# What KML says of itself rather than of its objects.
_ITS_OWN = {
    "id", "timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility",
    "draworder", "icon", "snippet",
}  # fmt: skip
_DATA = re.compile(r"(<(?:\w+:)?(?:Data|SimpleField|SimpleData)\b[^>]*?\bname=)([\"'])(.*?)\2")
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTITIES = {"&quot;": '"', "&apos;": "'"}
NOTE = Text(
    "KML 按标准为 WGS84；若由奥维等国内软件在高德、百度底图上绘制，可能是 GCJ-02 或 BD-09，"
    "请用 --datum 说明。",
    "KML is WGS84 by its standard; drawn over Amap or Baidu maps in programs such as Ovital it "
    "may be GCJ-02 or BD-09: say so with --datum.",
)


def read_kml(path: Path) -> list[Part]:
    """Read a KML file."""
    with TemporaryDirectory(prefix="nngis-") as folder:
        return _read(path, path, Path(folder))


def read_kmz(path: Path) -> list[Part]:
    """Read the KML files of a KMZ archive."""
    parts: list[Part] = []
    with open_zip(path) as archive, TemporaryDirectory(prefix="nngis-") as folder:
        for at, entry in enumerate(archive.infolist()):
            if entry.filename.lower().endswith(".kml"):
                inner = Path(folder) / f"{at}.xml"  # never a path that the archive names
                with inner.open("wb") as stream:
                    stream.writelines(unpacked(entry, path))
                parts += _read(inner, path, Path(folder))
    if not parts:
        raise LedgerError(
            "压缩包里没有 KML；请重新导出。",
            "The archive holds no KML; export it again.",
            where=str(path),
        )
    return parts


def _read(path: Path, said: Path, folder: Path) -> list[Part]:
    look_into_xml(path)
    names: dict[str, str] = {}

    def plain(match: re.Match[str]) -> str:
        own = unescape(match[3], _ENTITIES)
        return f"{match[1]}{match[2]}{names.setdefault(own, f'data{len(names)}')}{match[2]}"

    text = _DECLARED.sub("", decode(path.read_bytes(), said))
    target = folder / "plain.kml"
    target.write_text(_DATA.sub(plain, text), encoding="utf-8")
    back = {token: own for own, token in names.items()}
    return [_renamed(part, back) for part in read_layers(target, said)]


def _renamed(part: Part, back: dict[str, str]) -> Part:
    names = [str(name) for name in part.table.rows[0]]
    kept = [at for at, name in enumerate(names) if name.lower() not in _ITS_OWN]
    header: list[Cell] = [back.get(names[at], names[at]) for at in kept]
    rows = [[row[at] for at in kept] for row in part.table.rows[1:]]
    whole = with_fields_of(header, rows)
    notes = [*part.notes, NOTE]
    if len(whole[0]) > len(header):
        notes.append(_in_description([str(name) for name in whole[0][len(header) :]]))
    table = RawTable(part.table.file, part.table.sheet, whole, first_row=0)
    return without_empty_columns(replace(part, table=table, notes=tuple(notes)))


def _in_description(names: list[str]) -> Text:
    listed = listing(names)
    return Text(
        f"取自说明（description）里的表格或逐行文字的列：{listed.zh}。",
        f"Columns read out of the table or the lines of the descriptions: {listed.en}.",
    )
