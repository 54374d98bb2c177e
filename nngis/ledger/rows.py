"""Tell the rows below a header apart: data, totals and notes, blank."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from nngis import fields
from nngis.arrays import Bools, Objects
from nngis.ledger.coded import Coded, code_cells
from nngis.ledger.divisions import NOWHERE, Divisions
from nngis.ledger.headers import Sheet
from nngis.ledger.packed import PackedRows
from nngis.ledger.sections import Sections, find_sections
from nngis.ledger.table import LONGEST, Cell, brief, tidy
from nngis.roles import Role

_TOTAL = re.compile(r".{0,8}(合计|总计|小计|共计)[:：]?|(grand |sub)?(total|sum)s?[:：]?")
_NOTE = re.compile(
    r"(注|备注|附注|说明|填表说明|填表人|填报人|填报单位|填表单位|制表|制表人|制表单位|审核|审核人|复核|复核人|"
    r"联系人|联系电话|负责人|单位负责人|填报日期|填表日期|日期|数据来源|note|notes|source)\s*\d*[:：.、].*",
    re.DOTALL,
)
_STRETCH = 10_000  # rows
_LONGEST_TOTAL = 30  # characters, spaces among them
_NOTE_MARKS = frozenset(":：.．、")
_TOTAL_WITHIN = 2  # filled cells: 合计 stands in the first or second
_NOTE_CELLS = 6  # filled cells: 填表人： 某 审核人： 某 日期： 某
# Fields that a cell merged over several rows speaks for; a merged number may be their sum.
_SHARED_KINDS = ("text", "category", "boolean", "year")


@dataclass(frozen=True)
class Rows:
    """The rows of a sheet.

    Parameters
    ----------
    numbers : (n,) int array
        Row numbers of the data rows in the file.
    columns : tuple of Coded
        Cells of the data rows, a column each.
    formulas : tuple of bool array
        Which of those cells hold a formula, a column each; empty where none does.
    headings : (m,) int array
        Row numbers of the headings between the data rows.
    lonely : (n,) bool array
        Data rows that hold but one word.
    county_above : (n,) object array
        County that the heading above a data row names, or None.
    header, totals, blank : int
        Other rows: title and header; totals, notes and headings; blank ones.
    in_file : int
        All rows of the sheet.
    """

    numbers: npt.NDArray[np.int64]
    columns: tuple[Coded, ...]
    formulas: tuple[Bools, ...]
    headings: npt.NDArray[np.int64]
    lonely: Bools
    county_above: Objects
    header: int
    totals: int
    blank: int
    in_file: int

    def __len__(self) -> int:
        """Count the data rows."""
        return len(self.numbers)


def split_rows(
    sheet: Sheet,
    role: Role,
    drawn: Collection[int] = (),
    divisions: Callable[[], Divisions] = lambda: NOWHERE,
) -> Rows:
    """Tell the rows of a sheet apart."""
    table, header = sheet.table, sheet.header
    first = header.rows[-1] + 1
    coded = _coded(table.rows, first, len(header.names))
    width, count = len(coded), len(table.rows) - first
    filled = np.zeros(count, np.int64)
    aside = np.zeros(count, np.bool_)
    noted = aside.copy()
    # Names that stand apart from the data are not repeated among them.
    repeated = np.full(count, bool(header.columns) and bool(table.first_row))
    for at, column in enumerate(coded):
        early = column.filled & (filled < _TOTAL_WITHIN)
        if early.any():
            aside |= column.tells(_is_total, early)
            noted |= column.tells(_is_note, early & (filled == 0))
        if at in header.columns.values():
            repeated &= column.tells(partial(_is_name, names=_names(sheet, at)), repeated)
        filled += column.filled
    here = np.arange(count) + first + table.first_row
    blank = (filled == 0) & ~np.isin(here, list(drawn))
    aside = (aside | repeated | (noted & (filled <= _NOTE_CELLS))) & ~blank
    sections = _sections(coded, sheet, first, ~blank & ~aside, divisions)
    aside |= sections.headings
    kept = np.flatnonzero(~blank & ~aside)
    numbers = kept + first + table.first_row
    _fill_down(coded, sheet, role, first)
    return Rows(
        numbers=numbers,
        columns=tuple(column.take(kept) for column in coded),
        formulas=_formulas(sheet, kept + first, width),
        headings=np.flatnonzero(sections.headings) + first + table.first_row,
        lonely=sections.lonely[kept],
        county_above=sections.county[kept],
        header=first if table.first_row else 0,
        totals=int(aside.sum()),
        blank=int(blank.sum()),
        in_file=len(table.rows) - (0 if table.first_row else 1),
    )


def _sections(
    columns: Sequence[Coded],
    sheet: Sheet,
    first: int,
    data: Bools,
    divisions: Callable[[], Divisions],
) -> Sections:
    """Find the headings between rows; the rows of a file that carries its names apart have none."""
    wide = np.isin(np.arange(len(data)) + first, list(sheet.table.wide))
    known = set(sheet.header.columns.values()) if sheet.table.first_row else set()
    return find_sections(columns, sheet.header.names, data, (wide, known), divisions)


def _coded(rows: Sequence[Sequence[Cell]], first: int, width: int) -> list[Coded]:
    """Code the columns from a row on, `width` of them at least."""
    if isinstance(rows, PackedRows):
        return rows.below(first, width)
    return [code_cells(column) for column in _by_column(rows[first:], width)]


def _by_column(rows: Sequence[Sequence[Cell]], width: int) -> list[list[Cell]]:
    """Turn rows into columns, short rows filled up; a stretch at a time, which memory likes."""
    columns: list[list[Cell]] = [[] for _ in range(width)]
    for start in range(0, len(rows), _STRETCH):
        stretch = rows[start : start + _STRETCH]
        for at, cells in enumerate(zip_longest(*stretch)):
            if at == len(columns):
                columns.append([None] * start)
            columns[at].extend(cells)
        for column in columns:
            column.extend([None] * (start + len(stretch) - len(column)))
    return columns


def _is_total(cell: Cell) -> bool:
    # Two quick looks first, for this is asked of every name of a ledger.
    if not isinstance(cell, str) or len(cell) > _LONGEST_TOTAL:
        return False
    if "计" not in cell and not (cell.isascii() and cell[:1] in "TtSsGg"):
        return False
    return bool(_TOTAL.fullmatch("".join(brief(cell).lower().split())))


def _is_note(cell: Cell) -> bool:
    if not isinstance(cell, str) or not _NOTE_MARKS & set(cell):
        return False
    return bool(_NOTE.match(tidy(cell)[:LONGEST].lower()))


def _names(sheet: Sheet, at: int) -> frozenset[str]:
    """Give what the header writes over a column, in one row or in two."""
    rows = [sheet.table.rows[row] for row in sheet.header.rows]
    return frozenset("".join(str(row[at]).split()) for row in rows if at < len(row))


def _is_name(cell: Cell, *, names: frozenset[str]) -> bool:
    return "".join(str(cell).split()) in names


def _fill_down(coded: list[Coded], sheet: Sheet, role: Role, first: int) -> None:
    """Write what a merged cell says into every row it covers."""
    shared = {
        at
        for name, at in sheet.header.columns.items()
        if name != role.key
        and (fields.get(name).type in _SHARED_KINDS or name in ("lon", "lat", "lonlat"))
    }
    changed: dict[int, list[Cell]] = {}
    for merge in sheet.table.merges:
        if merge.column in shared and merge.first_row >= first:
            at = merge.column
            column = changed.setdefault(at, coded[at].cells().tolist())
            top, bottom = merge.first_row - first, min(merge.last_row - first, len(column) - 1)
            column[top : bottom + 1] = [column[top]] * (bottom + 1 - top)
    for at, cells in changed.items():
        coded[at] = code_cells(cells)


def _formulas(sheet: Sheet, positions: npt.NDArray[np.intp], width: int) -> tuple[Bools, ...]:
    if not sheet.table.formulas:
        return ()
    by_column: dict[int, list[int]] = {}
    for row, column in sheet.table.formulas:
        by_column.setdefault(column, []).append(row)
    return tuple(np.isin(positions, by_column.get(at, [])) for at in range(width))
