"""A table of the report as XML: a cell a time through the library takes seconds on long lists."""

import re
from collections.abc import Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from nngis.report.blocks import Table
from nngis.report.word_look import FINE_PT, FINE_TEXT, ROOM_MM, TABLE_PT, TABLE_TEXT
from nngis.report.word_xml import child, plain

HEAD_FILL, TOTAL_FILL = "E7EBEE", "F3F5F6"
MM_PER_DIGIT, MM_PER_SIGN = 1.8, 1.7  # at the size of tables; of a digit in a wide bold font
PADDING_MM, MARGIN_TWIPS = 2.6, 51
SHORTEST, SHORT, LONGEST = 4.0, 14.0, 60.0  # characters of a column of text
TWIPS_PER_MM = 56.7
BOLD = 1.05  # how much wider the letters of a heading are than a digit
_WORDS = re.compile("[^\\s\u2e80-\uffef]+")


def add_table(document: Any, block: Table) -> None:  # noqa: ANN401
    """Write a table."""
    page = document.sections[0]
    room = page.page_width - page.left_margin - page.right_margin
    widths = column_widths(block, room / Mm(1))
    table = document.add_table(rows=0, cols=len(block.headings), style="Table Grid")
    table.autofit = False
    margins = child(table._tbl.tblPr, "w:tblCellMar")  # noqa: SLF001 - no name for it
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)  # noqa: SLF001 - its place
    for side in ("left", "right"):
        child(margins, f"w:{side}", w=str(MARGIN_TWIPS), type="dxa")
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    style = document.styles[FINE_TEXT if block.fine else TABLE_TEXT].style_id
    rows = [block.headings, *block.rows]
    for at, row in enumerate(rows):
        last = block.total and at == len(rows) - 1
        fill = HEAD_FILL if at == 0 else TOTAL_FILL if last else None
        table._tbl.append(  # noqa: SLF001 - see above
            _row(row, widths, block.numeric, style=style, fill=fill, head=at == 0)
        )


def column_widths(block: Table, room_mm: float = ROOM_MM) -> list[float]:
    """Give numbers and short words what they need, and share the rest out by length [mm].

    Examples
    --------
    >>> table = Table("", ("Name", "t"), (("a" * 60, "36,789.3"), ("b", "1")), (False, True))
    >>> [round(width, 1) for width in column_widths(table)]
    [139.0, 17.0]
    """
    columns = list(zip(block.headings, *block.rows, strict=True))
    scale = FINE_PT / TABLE_PT if block.fine else 1.0
    needs = [
        scale * _need(column, numeric)
        for column, numeric in zip(columns, block.numeric, strict=True)
    ]
    kept = [
        numeric or max(map(_length, column[1:]), default=0.0) <= SHORT
        for column, numeric in zip(columns, block.numeric, strict=True)
    ]
    fixed = sum(n for n, keep in zip(needs, kept, strict=True) if keep)
    texts = sum(n for n, keep in zip(needs, kept, strict=True) if not keep)
    if not texts or fixed > 0.75 * room_mm:  # all shrink or grow alike
        return [room_mm * need / (fixed + texts) for need in needs]
    share = (room_mm - fixed) / texts
    return [n if keep else n * share for n, keep in zip(needs, kept, strict=True)]


def _need(column: Sequence[str], numeric: bool) -> float:  # noqa: FBT001
    heading, *cells = column
    longest = max((_length(cell) for cell in cells), default=0.0)
    # A heading breaks over lines, but not within a word; a number does not break at all.
    word = max((len(one) for one in _WORDS.findall(heading)), default=0) * BOLD
    if numeric:
        return max(longest, min(_length(heading) / 2, 6.0), word) * MM_PER_DIGIT + PADDING_MM
    held = min(max(longest, min(_length(heading), 9.0), word, SHORTEST), LONGEST)
    return held * MM_PER_SIGN + PADDING_MM


def _length(text: str) -> float:
    return sum(2 if ord(sign) > 0x2E7F else 1.0 for sign in text)  # noqa: PLR2004


def _row(
    cells: Sequence[str],
    widths: Sequence[float],
    numeric: Sequence[bool],
    *,
    style: str,
    fill: str | None,
    head: bool,
) -> Any:  # noqa: ANN401
    row = OxmlElement("w:tr")
    about = child(row, "w:trPr")
    child(about, "w:cantSplit")
    if head:
        child(about, "w:tblHeader")
    for text, width, right in zip(cells, widths, numeric, strict=True):
        cell = child(row, "w:tc")
        held = child(cell, "w:tcPr")
        child(held, "w:tcW", w=str(round(width * TWIPS_PER_MM)), type="dxa")
        if fill:
            child(held, "w:shd", val="clear", color="auto", fill=fill)
        if right and not head:
            child(held, "w:noWrap")
        child(held, "w:vAlign", val="center")
        paragraph = child(cell, "w:p")
        shape = child(paragraph, "w:pPr")
        child(shape, "w:pStyle", val=style)
        child(shape, "w:jc", val="center" if head else "right" if right else "left")
        _run(paragraph, text, bold=fill is not None)
    return row


def _run(paragraph: Any, text: str, *, bold: bool) -> None:  # noqa: ANN401
    run = child(paragraph, "w:r")
    if bold:
        child(child(run, "w:rPr"), "w:b")
    child(run, "w:t").text = plain(text)
