"""Read a ledger for a role: every row becomes a row of the layer or a reject with its reason."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from nngis import fields
from nngis.catalog.layer import REJECT_COLUMNS, Layer
from nngis.catalog.load import sha256_of
from nngis.errors import LedgerError
from nngis.evidence import Evidence
from nngis.ledger import values
from nngis.ledger.columns import RowProblem, read_columns
from nngis.ledger.headers import Sheet, find_header
from nngis.ledger.position import locate
from nngis.ledger.table import Cell, RawTable, is_blank, read_sheets
from nngis.ledger.vector import VECTORS, read_vector
from nngis.roles import Role
from nngis.text import Text

TOTAL_WORDS = ("合计", "总计", "小计", "total", "sum")


def read_ledger(
    path: Path,
    role: Role,
    *,
    datum: str | None = None,
    work_crs: CRS | None = None,
    evidence: Evidence = "surveyed",
) -> Layer:
    """Read a file that somebody sent, as the layer of a role.

    Parameters
    ----------
    path : Path
        A spreadsheet, csv or vector file.
    role : Role
        What its rows should become.
    datum : str, optional
        Datum (``wgs84``, ``gcj02``, ``bd09``) or CRS (``EPSG:4545``) of the coordinates where no
        column says it; WGS84 if not given, with a note.
    work_crs : CRS, optional
        Taken, with a note, for projected coordinates that name no zone.
    evidence : str
        How sure the file is.

    Returns
    -------
    Layer
        Accepted rows in WGS84, rejected rows with their reasons, notes on what was mended.
        Accepted rows + rejected rows = `rows`; blank rows and total rows are not counted.

    Raises
    ------
    LedgerError
        If the file cannot be read, names no known columns, lacks one the role needs, has no
        coordinates, or has no row that can be used.
    """
    if path.suffix.lower() in VECTORS:
        table, geometry = read_vector(path)
        sheet = _choose_sheet([table], role, path)
    else:
        sheet, geometry = _choose_sheet(read_sheets(path), role, path), None
    _check_required(sheet, role, path, has_geometry=geometry is not None)
    first = sheet.header.rows[-1] + 1
    numbers = [
        number
        for number, row in enumerate(sheet.table.rows[first:], start=first + 1)
        if not all(is_blank(cell) for cell in row) and not _is_total(row)
    ]
    rows = pd.DataFrame(
        [_padded(sheet.table.rows[n - 1], len(sheet.header.names)) for n in numbers],
        index=pd.Index(numbers, name="row"),
        columns=range(len(sheet.header.names)),
        dtype=object,
    )
    found = read_columns(sheet, rows, role)
    placed = locate(sheet, rows, role, geometry=geometry, datum=datum, work_crs=work_crs)
    problems = found.problems + placed.problems
    frame = _with_key(found.frame, role)
    problems += _repeated(frame, role)
    bad = {number for number, *_ in problems}
    frame = gpd.GeoDataFrame(frame, geometry=placed.geometry, crs="EPSG:4326")
    rejects = _rejects(sheet, rows, problems)
    accepted = frame.loc[[n for n in frame.index if n not in bad]]
    if accepted.empty:
        raise _nothing_left(path, rejects)
    return Layer(
        id=path.name,
        title=Text(path.stem, path.stem),
        frame=accepted.set_index(role.key),
        evidence=evidence,
        path=path,
        sha256=sha256_of(path),
        rows=len(rows),
        rejects=rejects,
        notes=(*found.notes, *placed.notes),
    )


def _choose_sheet(tables: Sequence[RawTable], role: Role, path: Path) -> Sheet:
    headers = [(find_header(table, role), table) for table in tables]
    found = [(len(header.columns), Sheet(table, header)) for header, table in headers if header]
    if found:
        return max(found, key=lambda pair: pair[0])[1]
    seen = [str(c).strip() for row in tables[0].rows[:3] for c in row if not is_blank(c)][:12]
    wanted = "、".join(fields.get(name).title.zh for name in (*role.required, "lon", "lat"))
    wanted_en = ", ".join(fields.get(name).title.en for name in (*role.required, "lon", "lat"))
    raise LedgerError(
        f"没有找到{role.title.zh}的表头。需要的列：{wanted}；文件开头的内容：{'、'.join(seen)}。"
        "请把表头改成这些名称，每列一个，不要合并单元格。",
        f"No header of a {role.title.en.lower()} was found. It needs the columns {wanted_en}; "
        f"the file begins with: {', '.join(seen)}. Name the columns so, one cell each.",
        where=str(path),
    )


def _check_required(sheet: Sheet, role: Role, path: Path, *, has_geometry: bool) -> None:
    columns = sheet.header.columns
    missing = [name for name in role.required if name not in columns]
    if role.shape == "point" and not has_geometry and "lonlat" not in columns:
        missing += [name for name in ("lon", "lat") if name not in columns]
    if role.shape in ("line", "polygon") and not has_geometry:
        raise LedgerError(
            f"{role.title.zh}需要带几何的文件（GeoPackage、GeoJSON、Shapefile）。",
            f"{role.title.en} needs a file with geometry (GeoPackage, GeoJSON, shapefile).",
            where=str(path),
        )
    if not missing:
        return
    zh = "、".join(f"“{fields.get(name).title.zh}”" for name in missing)
    en = ", ".join(fields.get(name).title.en for name in missing)
    have = "、".join(name for name in sheet.header.names if name)
    raise LedgerError(
        f"缺少{zh}列；现有的列：{have}。请补上该列或改列名。",
        f"No column for: {en}; the columns are: {have}. Add the column or rename it.",
        where=f"{path} {sheet.table.sheet}".strip(),
    )


def _is_total(row: Sequence[Cell]) -> bool:
    first = next((values.tidy(cell).lower() for cell in row if not is_blank(cell)), "")
    return first.replace(" ", "").rstrip(":") in TOTAL_WORDS


def _padded(row: Sequence[Cell], width: int) -> list[Cell]:
    return [*row[:width], *[None] * (width - len(row))]


def _with_key(frame: pd.DataFrame, role: Role) -> pd.DataFrame:
    made = pd.Series([f"R{number:05d}" for number in frame.index], index=frame.index)
    key = frame[role.key].fillna(made) if role.key in frame else made
    return frame.assign(**{role.key: key.astype(str)})


def _repeated(frame: pd.DataFrame, role: Role) -> list[RowProblem]:
    first = frame[role.key].drop_duplicates()
    row_of = dict(zip(first, first.index, strict=True))
    title = fields.get(role.key).title
    return [
        (
            n,
            title.zh,
            f"{title.zh} {key} 与第 {row_of[key]} 行重复；请改编号或删去一行。",
            f"{title.en} {key} repeats that of row {row_of[key]}; change it or remove one row.",
        )
        for n, key in frame.loc[frame[role.key].duplicated(), role.key].items()
    ]


def _rejects(sheet: Sheet, rows: pd.DataFrame, problems: Sequence[RowProblem]) -> pd.DataFrame:
    by_row: dict[int, list[RowProblem]] = {}
    for problem in problems:
        by_row.setdefault(problem[0], []).append(problem)
    records = []
    for number in sorted(by_row):
        found = by_row[number]
        cells = [values.tidy(c) for c in rows.loc[number]]
        records.append(
            (
                sheet.table.file,
                sheet.table.sheet,
                number,
                "、".join(dict.fromkeys(p[1] for p in found)),
                " | ".join(cells),
                "".join(dict.fromkeys(p[2] for p in found)),
                " ".join(dict.fromkeys(p[3] for p in found)),
            )
        )
    return pd.DataFrame(records, columns=list(REJECT_COLUMNS))


def _nothing_left(path: Path, rejects: pd.DataFrame) -> LedgerError:
    if rejects.empty:
        return LedgerError(
            "表头以下没有数据行。", "There are no rows below the header.", where=str(path)
        )
    first = rejects.iloc[0]
    return LedgerError(
        f"{len(rejects)} 行全部未采用；第 {first['row']} 行：{first['reason_zh']}",
        f"None of the {len(rejects)} rows can be used; row {first['row']}: {first['reason_en']}",
        where=str(path),
    )
