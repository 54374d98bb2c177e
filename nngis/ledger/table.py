"""Open a spreadsheet or a csv file as rows of cells, nothing dropped, row numbers kept."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from nngis.errors import LedgerError

Cell = object
SPREADSHEETS = {".xlsx", ".xlsm", ".xls", ".ods"}
TEXTS = {".csv", ".tsv", ".txt"}


@dataclass(frozen=True)
class RawTable:
    """One sheet as it lies in the file.

    Parameters
    ----------
    file : str
        Name of the file.
    sheet : str
        Name of the sheet; empty for a csv file.
    rows : sequence of sequence
        Cells of every row; row number one is ``rows[0]``.
    """

    file: str
    sheet: str
    rows: Sequence[Sequence[Cell]]


def read_sheets(path: Path) -> list[RawTable]:
    """Read every sheet of a spreadsheet, or the one table of a csv file.

    Parameters
    ----------
    path : Path
        An .xlsx, .xls, .ods, .csv or .tsv file.

    Returns
    -------
    list of RawTable
        Sheets that hold at least one cell.

    Raises
    ------
    LedgerError
        If the file is missing, of another kind, damaged, protected, or empty.
    """
    if not path.is_file():
        raise LedgerError(
            "文件不存在；请检查路径。", "There is no such file; check the path.", where=str(path)
        )
    kind = path.suffix.lower()
    if kind in SPREADSHEETS:
        tables = _read_spreadsheet(path)
    elif kind in TEXTS:
        tables = [RawTable(path.name, "", _read_text(path))]
    else:
        raise LedgerError(
            f"不认识的文件类型 {path.suffix or '（无扩展名）'}；请用 .xlsx 或 .csv。",
            f"Files of kind {path.suffix or '(none)'} are not read; use .xlsx or .csv.",
            where=str(path),
        )
    tables = [table for table in tables if any(not is_blank(c) for r in table.rows for c in r)]
    if not tables:
        raise LedgerError(
            "文件中没有任何内容；请检查是否选错了文件。",
            "The file holds nothing; check that it is the right one.",
            where=str(path),
        )
    return tables


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell holds nothing.

    Parameters
    ----------
    cell : object
        A cell's value.

    Returns
    -------
    bool
        True for None and for text of spaces alone (full-width ones too).

    Examples
    --------
    >>> is_blank("　 "), is_blank(0)
    (True, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _read_spreadsheet(path: Path) -> list[RawTable]:
    try:
        book = CalamineWorkbook.from_path(path)
        return [
            RawTable(path.name, name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        ]
    except CalamineError as error:
        raise LedgerError(
            f"无法作为电子表格打开（{error}）；文件可能已损坏或设有密码，"
            "请在 Excel 中另存为 .xlsx。",
            f"Cannot be opened as a spreadsheet ({error}); it may be damaged or protected: "
            "save it again as .xlsx.",
            where=str(path),
        ) from None


def _read_text(path: Path) -> list[list[Cell]]:
    data = path.read_bytes()
    if b"\0" in data:
        raise LedgerError(
            "文件含有空字节，不是文本表格；请在 Excel 中另存为 .csv。",
            "The file holds NUL bytes and is no text table; save it again as .csv.",
            where=str(path),
        )
    text = _decode(data, path)
    first_line = text.partition("\n")[0]
    delimiter = max("\t;,，", key=first_line.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise LedgerError(
            f"不是规范的 csv 文件（{error}）；请在 Excel 中另存为 .csv。",
            f"Not a well-formed csv file ({error}); save it again as .csv.",
            where=str(path),
        ) from None


def _decode(data: bytes, path: Path) -> str:
    # GB18030 holds GBK and GB2312; UTF-8 is tried first because it refuses what it is not.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LedgerError(
        "文字编码既不是 UTF-8 也不是 GBK；请另存为 UTF-8 编码的 .csv。",
        "The text is neither UTF-8 nor GBK; save it as .csv in UTF-8.",
        where=str(path),
    )
