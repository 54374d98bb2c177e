"""Read the sheets of a workbook."""

from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from nngis.errors import LedgerError
from nngis.ledger.table import Merge, RawTable
from nngis.ledger.workbooks import MAX_CELLS, look_into_workbook

SPREADSHEETS = {".xlsx", ".xls", ".xlsm", ".et"}


def read_spreadsheet(path: Path) -> list[RawTable]:
    """Read every sheet of a workbook, after a look at what it holds.

    Parameters
    ----------
    path : Path
        An .xlsx or .xls file.

    Returns
    -------
    list of RawTable
        Its sheets in order.

    Raises
    ------
    LedgerError
        If it is damaged, protected, or holds what no ledger should.
    """
    formulas = look_into_workbook(path)
    try:
        # Opened by stream, for by path calamine believes the extension.
        with path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
            return [
                _read_sheet(book, name, path, formulas.get(name, formulas.get(at, frozenset())))
                for at, name in enumerate(book.sheet_names)
            ]
    except (CalamineError, OSError, ValueError) as error:
        raise LedgerError(
            f"无法作为电子表格打开（{_brief(error)}）；文件可能已损坏或设有密码，"
            "请在 Excel 中另存为 .xlsx。",
            f"Cannot be opened as a spreadsheet ({_brief(error)}); it may be damaged or "
            "protected: save it again as .xlsx.",
            where=str(path),
        ) from None


def _read_sheet(
    book: CalamineWorkbook, name: str, path: Path, formulas: frozenset[tuple[int, int]]
) -> RawTable:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise LedgerError(
            f"工作表过大（{sheet.total_height} 行 {sheet.total_width} 列）；请删去多余的行列。",
            f"The sheet is too large ({sheet.total_height} rows, {sheet.total_width} columns); "
            "delete what is not needed.",
            where=f"{path} {name}",
        )
    merges = tuple(
        Merge(top, bottom, left)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        if bottom > top and left == right
    )
    rows = sheet.to_python(skip_empty_area=False)
    return RawTable(path.name, name, rows, merges=merges, formulas=formulas)


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
