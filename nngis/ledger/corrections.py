"""Corrections: cells of a ledger that somebody mended by hand; the file itself is not touched."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from io import BytesIO

from xlsxwriter.workbook import Workbook

from nngis.ledger.part import Correction, Part
from nngis.ledger.table import Cell

MENDED_COLOUR = "#FFF2B3"


def corrected(parts: Sequence[Part], corrections: Iterable[Correction]) -> list[Part]:
    """Put mended cells in the place of those of a file.

    Parameters
    ----------
    parts : sequence of Part
        What the file holds.
    corrections : iterable of Correction
        The mended cells; of two for one cell the later holds. One that is in no sheet is left.

    Returns
    -------
    list of Part
        The parts, to be read as if the file held them.
    """
    kept = list(corrections)
    return [_corrected(part, [c for c in kept if c.sheet == part.table.sheet]) for part in parts]


def _corrected(part: Part, corrections: Sequence[Correction]) -> Part:
    if not corrections:
        return part  # the rows of a long table lie packed
    table = part.table
    rows = list(table.rows)
    changed = set()
    for one in corrections:
        at = one.row - table.first_row
        if not (0 <= at < len(rows) and 0 <= one.column < len(rows[at])):
            continue
        cells = list(rows[at])
        cells[one.column] = one.text
        rows[at] = cells
        changed.add((at, one.column))
    if not changed:
        return part
    # What was typed is no formula, whatever the cell held.
    return replace(part, table=replace(table, rows=rows, formulas=table.formulas - changed))


def workbook_of(parts: Sequence[Part], corrections: Sequence[Correction]) -> bytes:
    """Write a mended ledger as a workbook: the cells as they are, the mended ones coloured.

    Parameters
    ----------
    parts : sequence of Part
        What the file holds, mended.
    corrections : sequence of Correction
        Which cells were.

    Returns
    -------
    bytes
        An xlsx; no text in it is a formula or a link.
    """
    out = BytesIO()
    asked = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, asked) as book:
        mended = book.add_format({"bg_color": MENDED_COLOUR})
        for number, part in enumerate(parts, start=1):
            table = part.table
            sheet = book.add_worksheet(f"{number}")
            marked = {(c.row, c.column) for c in corrections if c.sheet == table.sheet}
            for at, row in enumerate(table.rows):
                for column, cell in enumerate(row):
                    look = mended if (at + table.first_row, column) in marked else None
                    _write(sheet, (at, column), cell, look)
    return out.getvalue()


def _write(sheet: object, at: tuple[int, int], cell: Cell, look: object) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == cell:  # noqa: PLR0124
        sheet.write_number(*at, cell, look)  # type: ignore[attr-defined]
        return
    sheet.write_string(*at, str(cell), look)  # type: ignore[attr-defined]
