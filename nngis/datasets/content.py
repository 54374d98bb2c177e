"""Look into a file before its driver does: is it of the format of its name, does it point away."""

import mmap
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from nngis.datasets.geopackage import look_into_geopackage
from nngis.errors import LedgerError

_HEAD = 4096
_ESCAPED_ASCII = re.compile(rb"\\u00([0-7][0-9a-fA-F])")
_CRS = re.compile(rb'"crs"\s*:\s*(?!null)')
_LINK = re.compile(rb'"(?:href|url)"|"type"\s*:\s*"(?:link|url)"', re.IGNORECASE)
_PIECE = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}]', re.DOTALL)
_MAPINFO = {".tab": (b"!table",), ".mif": (b"version", b"charset")}
_TIFF = {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}
_SHP = struct.pack(">i", 9994)
_JSON_OPENS = b"{"
_BEFORE_JSON = b" \t\r\n\x1e"  # a record of a sequence (RFC 8142) begins with a mark of its own
_GPX = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*<(?:\w+:)?gpx\b", re.DOTALL)
_KML = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*<(?:\w+:)?kml\b", re.DOTALL)


def look_into(path: Path, said: Path) -> None:
    """Refuse a file that is not of the format its extension names, or that points elsewhere."""
    if path.as_posix().startswith("/vsi") or not is_there(path):
        raise LedgerError(
            "文件不存在；请检查路径（只读本机文件）。",
            "There is no such file; check the path (files of this machine alone are read).",
            where=str(said),
        )
    suffix = path.suffix.lower()
    look = _LOOKS.get(suffix)
    if look is None:
        _other_kind(said, suffix)
    look(path, said)


def is_there(path: Path) -> bool:
    """Tell whether there is such a file or folder, whatever the path is.

    Parameters
    ----------
    path : Path
        Any text that somebody wrote.

    Returns
    -------
    bool
        False too where no file can have such a name.
    """
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _starts(*marks: bytes) -> Callable[[Path, Path], None]:
    def look(path: Path, said: Path) -> None:
        if not _head(path).startswith(marks):
            _other_kind(said, path.suffix)

    return look


def _head(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as stream:
        return stream.read(_HEAD)


def _look_into_json(path: Path, said: Path) -> None:
    head = _head(path).removeprefix(b"\xef\xbb\xbf").lstrip(_BEFORE_JSON)
    if not head.startswith(_JSON_OPENS):
        _other_kind(said, path.suffix)
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        plain: bytes | mmap.mmap = data
        if data.find(b"\\u00") >= 0:
            plain = _ESCAPED_ASCII.sub(lambda found: bytes([int(found[1], 16)]), data)
        for found in _CRS.finditer(plain):
            if _LINK.search(plain, found.end(), _end_of_object(plain, found.end())):
                _points_away(said, '"crs"')


def _end_of_object(text: bytes | mmap.mmap, start: int) -> int:
    """Find where the value that begins at a place ends."""
    depth = 0
    for found in _PIECE.finditer(text, start):
        depth += {b"{": 1, b"}": -1}.get(found[0], 0)
        if depth <= 0:
            return found.end()
    return len(text)


def _look_into_fgb(path: Path, said: Path) -> None:
    head = _head(path)
    if head[:3] != b"fgb" or head[4:7] != b"fgb":
        _other_kind(said, path.suffix)


def _look_into_gpkg(path: Path, said: Path) -> None:
    _starts(b"SQLite format 3\0")(path, said)
    found = look_into_geopackage(path, said)
    if found is not None:
        _points_away(said, found)


def _look_into_gdb(path: Path, said: Path) -> None:
    if not path.is_dir() or not any(path.glob("a*.gdbtable")):
        _other_kind(said, path.suffix)


def _look_into_kml(path: Path, said: Path) -> None:
    if not _KML.match(_head(path).removeprefix(b"\xef\xbb\xbf")):
        _other_kind(said, path.suffix)


def _look_into_gpx(path: Path, said: Path) -> None:
    if not _GPX.match(_head(path).removeprefix(b"\xef\xbb\xbf")):
        _other_kind(said, path.suffix)


def _look_into_mapinfo(path: Path, said: Path) -> None:
    first = _head(path).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not first.startswith(_MAPINFO[path.suffix.lower()]):
        _other_kind(said, path.suffix)


def _look_into_dxf(path: Path, said: Path) -> None:
    first = _head(path).removeprefix(b"\xef\xbb\xbf").split(maxsplit=1)[:1]
    if first not in ([b"0"], [b"999"]):
        _other_kind(said, path.suffix)


_LOOKS: dict[str, Callable[[Path, Path], None]] = {
    ".gpkg": _look_into_gpkg,
    ".geojson": _look_into_json,
    ".json": _look_into_json,
    ".fgb": _look_into_fgb,
    ".gdb": _look_into_gdb,
    ".geojsonl": _look_into_json,
    ".geojsons": _look_into_json,
    ".gpx": _look_into_gpx,
    ".tab": _look_into_mapinfo,
    ".mif": _look_into_mapinfo,
    ".kml": _look_into_kml,
    ".dxf": _look_into_dxf,
    ".shp": _starts(_SHP),
    ".parquet": _starts(b"PAR1"),
    ".geoparquet": _starts(b"PAR1"),
    ".tif": _starts(*_TIFF),
    ".tiff": _starts(*_TIFF),
}


def _other_kind(path: Path, suffix: str) -> NoReturn:
    raise LedgerError(
        f"内容不是 {suffix or '（无扩展名）'} 文件，不予打开；可能已损坏或改过扩展名，请重新导出。",
        f"The content is not that of a {suffix or '(none)'} file, and it is not opened; it may be "
        "damaged or renamed: export it again.",
        where=str(path),
    )


def _points_away(path: Path, what: str) -> NoReturn:
    raise LedgerError(
        f"文件内容引用了其他文件或网址（{what[:80]}），不予打开；请把数据本身导出为文件。",
        f"The file refers to other files or addresses ({what[:80]}) and is not opened; export the "
        "data themselves.",
        where=str(path),
    )
