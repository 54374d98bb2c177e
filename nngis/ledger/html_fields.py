"""Fields that a placemark keeps in its description: a table of HTML, or lines of 名称：值."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from nngis.budgets import check_time
from nngis.ledger.table import LONGEST, Cell, tidy

_CELLS, _BREAKS = ("td", "th"), ("br", "p", "div", "li", "tr")
_LINE = re.compile(r"\s*([^:：=]{1,30}?)\s*[:：=]\s*(.*?)\s*", re.DOTALL)
_LONGEST_NAME = 40
_PAIR = 2


def fields_in(description: Cell) -> dict[str, str]:
    """Read the fields of one description.

    Examples
    --------
    >>> fields_in("<table><tr><td>吨位<td>4<tr><td>燃料<td>煤</table>")
    {'吨位': '4', '燃料': '煤'}
    >>> fields_in("吨位：4<br/>燃料：煤"), fields_in("在 3:30 巡检，正常")
    ({'吨位': '4', '燃料': '煤'}, {})
    """
    check_time()
    text = str(description or "")
    if "<" not in text and not _LINE.match(text):
        return {}
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.end_row()
    found = _of_rows(reader.rows)
    return found or _of_lines(reader.lines())


def with_fields_of(header: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Add the fields of descriptions as columns; a column that is there goes first."""
    known = [str(name) for name in header]
    at = next((i for i, name in enumerate(known) if name.lower() == "description"), None)
    found = [] if at is None else [fields_in(row[at]) for row in rows]
    more = [name for name in dict.fromkeys(n for one in found for n in one) if name not in known]
    out: list[list[Cell]] = [[*header, *more]]
    for row, fields in zip(rows, found or [{}] * len(rows), strict=True):
        own = [
            cell if tidy(cell) else fields.get(name) for name, cell in zip(known, row, strict=True)
        ]
        out.append([*own, *(fields.get(name) for name in more)])
    return out


def _of_rows(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Take rows of a name and its value, or of two such pairs, or four."""
    found: dict[str, str] = {}
    for row in rows:
        if len(row) % _PAIR:
            continue
        for name, value in zip(row[::2], row[1::2], strict=True):
            plain = name.rstrip(":： ")
            if plain and len(plain) <= _LONGEST_NAME:
                found.setdefault(plain, value)
    return found


def _of_lines(lines: Sequence[str]) -> dict[str, str]:
    """Take lines of a name and its value, if all are such and there are two at least."""
    pairs = [_LINE.fullmatch(line) if len(line) <= LONGEST else None for line in lines]
    if len(pairs) < _PAIR or not all(pairs):
        return {}
    return {pair[1]: pair[2] for pair in pairs if pair}


class _Reader(HTMLParser):
    """Gather the cells of each row of a table, and the text by lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._row: list[str] = []
        self._cell: list[str] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 -- the parser calls it
        if tag in _CELLS:
            self._end_cell()
            self._cell = []
        elif tag == "table":
            # What stood before in a cell is a frame around the table.
            self._cell, self._row = None, []
        elif tag == "tr":
            self.end_row()
        if tag in _BREAKS:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS:
            self._end_cell()
        elif tag in ("tr", "table"):
            self.end_row()
        if tag in _BREAKS:
            self._text.append("\n")

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)
        self._text.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None:
            self._row.append(" ".join("".join(self._cell).split()))
            self._cell = None

    def end_row(self) -> None:
        """Close the row that is open."""
        self._end_cell()
        if self._row:
            self.rows.append(self._row)
            self._row = []

    def lines(self) -> list[str]:
        """Give the lines of text that hold something."""
        return [" ".join(one.split()) for one in "".join(self._text).split("\n") if one.strip()]
