"""Open what was sent, whatever it is, as parts: a file, a folder of files, a database table."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nngis.budgets import CELLS_OF_LEDGER, CELLS_OF_TEXT, budget, over_budget, time_budget
from nngis.datasets.content import is_there
from nngis.errors import LedgerError, Problem, boundary
from nngis.ledger.database import is_database, read_database, without_password
from nngis.ledger.delimited import TEXTS, read_delimited
from nngis.ledger.drawing import read_drawing
from nngis.ledger.gpx import read_gpx
from nngis.ledger.graphs import read_street_graph
from nngis.ledger.kml import read_kml, read_kmz
from nngis.ledger.mapinfo import BESIDE, read_mapinfo
from nngis.ledger.part import Part
from nngis.ledger.place_json import read_json
from nngis.ledger.shapefile import read_shapefile, read_zipped
from nngis.ledger.spreadsheet import SPREADSHEETS, read_spreadsheet
from nngis.ledger.swmm import read_inp
from nngis.ledger.table import is_blank
from nngis.ledger.vector import VECTORS, read_vector
from nngis.roles import Role
from nngis.text import Text, listing

# Files that belong to another one beside them, or that programs leave behind.
_BESIDES = {
    ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qix", ".xml", ".qmd", ".fix",
    ".gpkg-wal", ".gpkg-shm", ".lock", ".tmp", *BESIDE,
}  # fmt: skip
_OSM_FILES = {".osm", ".pbf"}


def open_parts(source: str, role: Role) -> list[Part]:
    """Open what was sent.

    Parameters
    ----------
    source : str
        Path of a file or folder, or the address of a database table.
    role : Role
        What its rows should become.

    Returns
    -------
    list of Part
        Every sheet and layer that holds at least one cell.

    Raises
    ------
    LedgerError
        If there is no such file, its kind is not read, or it is damaged, protected or empty.
    """
    if is_database(source):
        return _filled(read_database(source), source)
    path = Path(source)
    if not is_there(path):
        raise LedgerError(
            "文件不存在；请检查路径。", "There is no such file; check the path.", where=source[:200]
        )
    if path.is_dir() and path.suffix.lower() != ".gdb":
        return _open_folder(path, role)
    return _open_file(path, role)


def sha256_of_source(source: str) -> str:
    """Hash what was sent.

    Parameters
    ----------
    source : str
        As for `open_parts`.

    Returns
    -------
    str
        Hexadecimal sha256 of a file; of names and contents of a folder's files in order; empty
        for a database.
    """
    if is_database(source):
        return ""
    path = Path(source)
    digest = hashlib.sha256()
    if path.is_file():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    for one in sorted(p for p in path.rglob("*") if p.is_file()):
        digest.update(one.relative_to(path).as_posix().encode())
        with one.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def name_of(source: str) -> str:
    """Say what a source is called in messages and results."""
    return without_password(source) if is_database(source) else Path(source).name


def _readers(role: Role) -> dict[str, Callable[[Path], list[Part]]]:
    readers: dict[str, Callable[[Path], list[Part]]] = {
        **dict.fromkeys(SPREADSHEETS, lambda path: list(map(Part, read_spreadsheet(path)))),
        **dict.fromkeys(TEXTS, lambda path: [Part(read_delimited(path))]),
        **dict.fromkeys(VECTORS, read_vector),
        ".json": read_json,
        ".kml": read_kml,
        ".kmz": read_kmz,
        ".shp": read_shapefile,
        ".zip": read_zipped,
        ".dxf": lambda path: read_drawing(path, role),
        ".inp": read_inp,
        ".graphml": read_street_graph,
        ".tab": read_mapinfo,
        ".mif": read_mapinfo,
        ".gpx": lambda path: read_gpx(path, role),
    }
    return readers


def _open_file(path: Path, role: Role) -> list[Part]:
    if not path.is_file() and not (path.is_dir() and path.suffix.lower() == ".gdb"):
        raise LedgerError(
            "文件不存在；请检查路径。", "There is no such file; check the path.", where=str(path)
        )
    read = _readers(role).get(path.suffix.lower())
    if read is None and path.suffix.lower() in _OSM_FILES:
        raise LedgerError(
            f"这是 OSM 原始数据；请先用 nngis layers fetch --osm {path.name} --out 目录 取成图层。",
            f"This is raw OSM; make layers of it first: nngis layers fetch --osm {path.name} --out "
            "FOLDER.",
            where=str(path),
        )
    if read is None:
        raise LedgerError(
            f"不认识的文件类型 {path.suffix or '（无扩展名）'}；请用 .xlsx、.csv、.gpkg、.shp、.kml"
            " 或 .dxf（.dwg 请先另存为 .dxf）。",
            f"Files of kind {path.suffix or '(none)'} are not read; use .xlsx, .csv, .gpkg, .shp, "
            ".kml or .dxf (save a .dwg as .dxf first).",
            where=str(path),
        )
    with (
        time_budget(str(path), LedgerError),
        boundary(
            str(path),
            "无法读取（{}）；文件可能已损坏、没有读取权限，或正被别的程序打开。请重新另存或导出。",
            "It cannot be read ({}); it may be damaged, not permitted to be read, or held open by "
            "another program: save or export it again.",
            error=LedgerError,
        ),
    ):
        return _filled(read(path), str(path))


def _filled(parts: list[Part], where: str) -> list[Part]:
    most = CELLS_OF_TEXT if Path(where).suffix.lower() in TEXTS else CELLS_OF_LEDGER
    cells = sum(
        len(part.table.rows) * max(map(len, part.table.rows[:1]), default=0) for part in parts
    )
    over_budget("cells", cells, budget("cells", most), where, LedgerError)
    filled = [
        part
        for part in parts
        if (part.geometry is not None and part.geometry.notna().any())
        or (
            any(not is_blank(c) for row in part.table.rows for c in row)
            and (part.table.first_row or len(part.table.rows) > 1)
        )
    ]
    if not filled:
        raise LedgerError(
            "文件中没有任何内容；请检查是否选错了文件。",
            "The file holds nothing; check that it is the right one.",
            where=without_password(where),
        )
    return filled


def _open_folder(folder: Path, role: Role) -> list[Part]:
    known = _readers(role)
    parts: list[Part] = []
    problems: list[Problem] = []
    unread: list[str] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        inside_gdb = any(part.lower().endswith(".gdb") for part in name.parts[:-1])
        hidden = any(part.startswith((".", "~$")) for part in name.parts)
        is_gdb = path.is_dir() and path.suffix.lower() == ".gdb"
        if hidden or inside_gdb or (path.is_dir() and not is_gdb):
            continue
        if path.suffix.lower() not in known:
            if path.suffix.lower() not in _BESIDES:
                unread.append(str(name))
            continue
        try:
            found = _open_file(path, role)
        except LedgerError as error:
            problems += error.problems
            continue
        parts += [replace(p, table=replace(p.table, file=name.as_posix())) for p in found]
    if problems:
        raise LedgerError.of(problems)
    if not parts:
        raise LedgerError(
            "文件夹里没有可以读取的文件。",
            "The folder holds no file that is read.",
            where=str(folder),
        )
    if unread:
        names = listing(unread)
        note = Text(f"未读的文件：{names.zh}。", f"Files not read: {names.en}.")
        parts[0] = replace(parts[0], notes=(*parts[0].notes, note))
    return parts
