"""Read the sheets of a workbook."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from nngis.errors import LedgerError
from nngis.ledger.number_formats import shown
from nngis.ledger.raised import raised_texts
from nngis.ledger.sheet_look import SheetLook
from nngis.ledger.table import Cell, Merge, RawTable
from nngis.ledger.workbooks import MAX_CELLS, column_number, look_into_workbook
from nngis.text import counted

_ERRORS = 2  # the number of the file that errors are written to
SPREADSHEETS = {".xlsx", ".xls", ".xlsm", ".xlsb", ".et"}


def read_spreadsheet(path: Path) -> list[RawTable]:
    """Read every sheet of a workbook, after a look at what it holds."""
    looks = look_into_workbook(path)
    try:
        # Opened by stream, for by path calamine believes the extension.
        with (
            _no_panic_shown(),
            path.open("rb") as stream,
            CalamineWorkbook.from_filelike(stream) as book,
        ):
            hidden = {
                meta.name
                for meta in book.sheets_metadata
                if meta.visible != SheetVisibleEnum.Visible
            }
            return [
                replace(
                    _read_sheet(book, name, path, looks.get(name, looks.get(at, SheetLook()))),
                    is_hidden=name in hidden,
                )
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


_terminal = Lock()


@contextmanager
def _no_panic_shown() -> Iterator[None]:
    """Keep off the terminal what Rust writes there before its panic becomes our error."""
    with _terminal, Path(os.devnull).open("wb") as nothing:
        try:
            kept = os.dup(_ERRORS)
        except OSError:  # a program without a terminal has no such file
            kept = -1
        else:
            os.dup2(nothing.fileno(), _ERRORS)
        try:
            yield
        finally:
            if kept >= 0:
                os.dup2(kept, _ERRORS)
                os.close(kept)


def _read_sheet(book: CalamineWorkbook, name: str, path: Path, look: SheetLook) -> RawTable:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise LedgerError(
            f"工作表过大（{sheet.total_height} 行 {sheet.total_width} 列）；请删去多余的行列。",
            f"The sheet is too large ({counted(sheet.total_height, 'row')}, "
            f"{counted(sheet.total_width, 'column')}); delete what is not needed.",
            where=f"{path} {name}",
        )
    blocks = [
        (top, left, bottom, right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    rows: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    _show(rows, look)
    if look.raised:
        _raise(rows, *raised_texts(path, look.part))
    return RawTable(
        path.name,
        name,
        rows,
        merges=tuple(
            Merge(top, bottom, left)
            for top, left, bottom, right in blocks
            if bottom > top and left == right
        ),
        wide=frozenset(
            top for top, left, bottom, right in blocks if top == bottom and right > left
        ),
        formulas=frozenset(look.formulas),
        hidden_rows=frozenset(look.hidden_rows),
        hidden_columns=frozenset(look.hidden_columns),
    )


def _show(rows: list[list[Cell]], look: SheetLook) -> None:
    """Write numbers as their format shows them: with its unit, its scale, its zeros."""
    for (row, column), form in look.formats.items():
        if row < len(rows) and column < len(rows[row]):
            value = rows[row][column]
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                rows[row][column] = shown(value, form)


def _raise(rows: list[list[Cell]], shared: dict[str, str], cells: dict[str, str]) -> None:
    """Write raised digits as such."""
    for line in rows if shared else ():
        for at, cell in enumerate(line):
            if isinstance(cell, str) and cell in shared:
                line[at] = shared[cell]
    for name, text in cells.items():
        letters = name.rstrip("0123456789")
        row, column = int(name[len(letters) :]) - 1, column_number(letters.encode())
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
