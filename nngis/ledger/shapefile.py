"""Read shapefiles, loose or zipped: names cut to ten bytes, GBK with and without .cpg."""

import shutil
import struct
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NoReturn

from nngis.errors import LedgerError
from nngis.ledger.archives import open_zip, unpacked
from nngis.ledger.byte_texts import decoded, encoding_of
from nngis.ledger.overflow import overflowed_cells
from nngis.ledger.part import Part
from nngis.ledger.table import Cell, RawTable
from nngis.ledger.vector import read_layers

NAME_BYTES = 10
_SIDECARS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
_SHP_HEADER, _DBF_HEADER = 100, 32
_LANGUAGE_AT, _ANSI, _HEADER_ENDS = 29, b"\x57", 0x0D


def read_shapefile(path: Path) -> list[Part]:
    """Read a shapefile."""
    return [_read(path, path)]


def read_zipped(path: Path) -> list[Part]:
    """Read the shapefiles, or the File Geodatabase, of a zip archive."""
    with open_zip(path) as archive, TemporaryDirectory(prefix="nngis-") as folder:
        parts: list[Part] = []
        stems: dict[str, Path] = {}
        base = Path(folder) / "archive.gdb"
        for entry in archive.infolist():
            inner = PurePosixPath(entry.filename.replace("\\", "/"))
            suffix = inner.suffix.lower()
            if any(part.lower().endswith(".gdb") for part in inner.parts[:-1]):
                base.mkdir(exist_ok=True)
                target = base / _plain(inner.name)
            elif suffix in _SIDECARS:
                stem = str(inner.with_suffix("")).lower()
                # Our own names: never a path that the archive gives.
                target = stems.setdefault(stem, Path(folder) / f"{len(stems)}").with_suffix(suffix)
            else:
                continue
            if entry.is_dir():
                continue
            with target.open("wb") as stream:
                stream.writelines(unpacked(entry, path))
        for stem, target in stems.items():
            shp = target.with_suffix(".shp")
            if shp.is_file():
                part = _read(shp, path)
                sheet = PurePosixPath(stem).name if len(stems) > 1 else ""
                table = part.table
                table = RawTable(
                    path.name, sheet, table.rows, first_row=0,
                    names_cut=table.names_cut, encoding=table.encoding,
                )  # fmt: skip
                parts.append(replace(part, table=table))
        if base.is_dir():
            parts += read_layers(base, path)
    if not parts:
        raise LedgerError(
            "压缩包里没有 shapefile 或 File Geodatabase；请直接给出文件，或解压后给出文件夹。",
            "The archive holds no shapefile or File Geodatabase; give the file itself, or unpack "
            "it and give the folder.",
            where=str(path),
        )
    return parts


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in name)


def _read(path: Path, said: Path) -> Part:
    _check_whole(path, said)
    dbf = _beside(path, ".dbf")
    with TemporaryDirectory(prefix="nngis-") as folder:
        # A copy whose column names are plain and whose bytes GDAL takes one by one: cut names and
        # stated encodings that do not hold are then no matter for it.
        names = _plain_copy(dbf, Path(folder) / "plain.dbf") if dbf else []
        for suffix in (".shp", ".shx", ".prj"):
            one = _beside(path, suffix)
            if one is not None:
                # Windows lets only administrators make links.
                shutil.copyfile(one, Path(folder) / f"plain{suffix}")
        part = read_layers(Path(folder) / "plain.shp", said)[0]
    rows = part.table.rows[1:]
    cpg = _beside(path, ".cpg")
    encoding = encoding_of(cpg.read_text("ascii", "ignore") if cpg else "", names, rows)
    header: list[Cell] = [name.decode(encoding, "ignore") for name in names]
    read = [header, *(decoded(row, encoding) for row in rows)]
    for row, column, stars in overflowed_cells(dbf) if dbf else ():
        read[row + 1][column] = stars
    table = RawTable(said.name, "", read, first_row=0, names_cut=NAME_BYTES, encoding=encoding)
    return replace(part, table=table)


def _beside(path: Path, suffix: str) -> Path | None:
    found = (path.with_suffix(s) for s in (suffix, suffix.upper()))
    return next((one for one in found if one.is_file()), None)


def _plain_copy(dbf: Path, target: Path) -> list[bytes]:
    """Copy a table with its columns named C0, C1 ...; return their names as they lie there."""
    shutil.copyfile(dbf, target)
    names: list[bytes] = []
    with target.open("r+b") as stream:
        stream.seek(_LANGUAGE_AT)
        stream.write(_ANSI)
        at = _DBF_HEADER
        while True:
            stream.seek(at)
            column = stream.read(_DBF_HEADER)
            if len(column) < _DBF_HEADER or column[0] == _HEADER_ENDS:
                return names
            stream.seek(at)
            stream.write(f"C{len(names)}".encode().ljust(11, b"\0"))
            names.append(column[:11].split(b"\0")[0].strip())
            at += _DBF_HEADER


def _check_whole(path: Path, said: Path) -> None:
    """Compare the sizes that the headers state with those of the files; GDAL reads what is left."""
    for suffix in (".shp", ".shx", ".dbf"):
        one = _beside(path, suffix)
        if one is None:
            raise LedgerError(
                f"shapefile 缺少 {suffix} 文件；请把同名的 .shp、.shx、.dbf、.prj 一起给出。",
                f"The shapefile lacks its {suffix}; give .shp, .shx, .dbf and .prj together.",
                where=str(said),
            )
        size = one.stat().st_size
        with one.open("rb") as stream:
            head = stream.read(_SHP_HEADER)
        if suffix == ".dbf":
            if len(head) < _DBF_HEADER:
                _torn(said)
            records, header, width = struct.unpack_from("<IHH", head, 4)
            whole = header + records * width
        else:
            if len(head) < _SHP_HEADER:
                _torn(said)
            whole = 2 * struct.unpack_from(">I", head, 24)[0]
        if size < whole:
            _torn(said)


def _torn(path: Path) -> NoReturn:
    raise LedgerError(
        "shapefile 不完整（文件比其文件头所说的短）；请重新导出或重新传送。",
        "The shapefile is incomplete (shorter than its header says); export or send it again.",
        where=str(path),
    )
