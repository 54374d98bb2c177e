"""Cells of a workbook: looks, widths and formats, lists row by row; text is never a formula."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from rich.cells import cell_len
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from nngis import fields
from nngis.text import Lang, Text, writable

MOST_ROWS = 50_000  # of one list: with more, office programs take minutes or give up
MAX_CELL = 32_767  # Excel's limit of characters in a cell
NARROWEST, WIDEST = 8, 44  # column widths, in characters of Latin text
FILLED = 0.9  # share of a line that words fill before the next one no longer fits
LINE_PT = 15.0  # height of a line of text
MOST_PLACES = 3  # decimals shown at most
PLACES = ((1000.0, 0), (100.0, 1), (10.0, 2))  # and of columns with numbers as large as this
ROUGHLY = 5e-4  # numbers nearer than this are the same to a reader
NUMBERS = (int, float, np.integer, np.floating)
A4 = 9  # Excel's number of the paper
MARGINS_INCH = {"left": 0.4, "right": 0.4, "top": 1.0, "bottom": 1.0}
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {},
    "text": {"text_wrap": True, "align": "left", "indent": 1},
    "header": {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": "#1F4E79",
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
    },
    "total": {"bold": True, "bg_color": "#E4EEF0"},
    "synthetic": {"bg_color": "#E7D5F2"},
}
EVERY_LOOK = {"border": 1, "border_color": "#BFC5CA", "valign": "top"}


@dataclass(frozen=True)
class Looks:
    """The looks of the cells of a workbook: header, total, text or plain, each made once."""

    book: Workbook
    made: dict[tuple[str, str], Format] = field(default_factory=dict)

    def of(self, kind: str, number_format: str = "General") -> Format:
        """Return one of the looks."""
        key = (kind, number_format)
        if key not in self.made:
            asked = {**EVERY_LOOK, **LOOKS[kind], "num_format": number_format}
            self.made[key] = self.book.add_format(asked)
        return self.made[key]


@dataclass(frozen=True)
class Column:
    """One column of a list: its heading, its cells, and the sum of the rows beyond the list."""

    heading: str
    cells: list[object]
    number_format: str = "General"
    adds_up: bool = False
    rest: float | None = None

    @property
    def width(self) -> int:
        """Width that shows the longest text, within reason, every number, and no unit broken."""
        held = max(_width(self.heading, self.cells), _digits(self.cells, self.number_format) + 2)
        name, bracket, unit = self.heading.partition("（")
        if not bracket:
            fits = (at for at in range(held, WIDEST) if not _breaks_unit(self.heading, at))
            return next(fits, held)
        on_two_lines = max(_text_width(name), _text_width(bracket + unit)) + 3
        # Wider than that, part of the unit would stand on the first line.
        return on_two_lines if held <= on_two_lines else max(held, _text_width(self.heading) + 4)


def write_list(
    page: Worksheet,
    looks: Looks,
    columns: Sequence[Column],
    lang: Lang,
    note: str = "",
    *,
    links: Sequence[str] = (),
) -> None:
    """Write columns as a list with header, filter and sums; a note has a row of its own.

    `links` are places in the book to which the cells of the first column lead.
    """
    rows = len(columns[0].cells) if columns else 0
    widths = [column.width for column in columns]
    page.freeze_panes(1, 2)
    page.repeat_rows(0)
    page.autofilter(0, 0, rows, max(len(columns) - 1, 0))
    for at, width in enumerate(widths):
        page.set_column(at, at, width)
    headings = [column.heading for column in columns]
    write_row(page, 0, headings, [looks.of("header")] * len(columns), [w - 2 for w in widths])
    lines = np.ones(rows, dtype=int)
    for column, width in zip(columns, widths, strict=True):
        lines = np.maximum(lines, [_lines_of(cell, width) for cell in column.cells])
    text = looks.of("text")
    plain = [looks.of("plain", column.number_format) for column in columns]
    cells = zip(*(column.cells for column in columns), strict=True)
    for at, (row, height) in enumerate(zip(cells, (LINE_PT * lines).tolist(), strict=True), 1):
        page.set_row(at, height)
        for column_at, value in enumerate(row):
            look = text if isinstance(value, str) else plain[column_at]
            if links and column_at == 0:
                page.write_url(at, 0, links[at - 1], look, str(value))
            else:
                write_cell(page, at, column_at, value, look)
    if rows:
        _write_sums(page, looks, columns, lang, note)


def write_row(
    page: Worksheet,
    at: int,
    values: Sequence[object],
    looks: Sequence[Format],
    widths: Sequence[int],
) -> None:
    """Write a row, as high as its longest text."""
    lines = (_lines_of(value, width) for value, width in zip(values, widths, strict=False))
    page.set_row(at, LINE_PT * max(lines, default=1))
    for column, (value, look) in enumerate(zip(values, looks, strict=True)):
        write_cell(page, at, column, value, look)


def write_cell(page: Worksheet, row: int, column: int, value: object, look: Format) -> None:
    """Write one cell; text stays text: ``=cmd()`` is a name, not a formula."""
    if isinstance(value, str) and value:
        text = writable(value)[:MAX_CELL]
        if text.startswith("<r>") and text.endswith(
            "</r>"
        ):  # the writer's own marks: it copies them
            page.write_rich_string(row, column, text[:1], text[1:2], text[2:], look)
        else:
            page.write_string(row, column, text, look)
    elif value is None or isinstance(value, str):
        page.write_blank(row, column, None, look)
    elif isinstance(value, bool | np.bool_):
        page.write_boolean(row, column, bool(value), look)
    elif isinstance(value, NUMBERS) and math.isfinite(value):
        page.write_number(row, column, value, look)
    else:
        page.write_string(row, column, str(value), look)


def set_up_print(page: Worksheet) -> None:
    """Set A4 landscape, as many pages long as needed and one wide."""
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_margins(**MARGINS_INCH)


def number_format(column: pd.Series, definition: fields.Field) -> str:
    """Choose one format for a whole column: thousands parted, about four digits, none in vain."""
    if definition.type == "year" or not pd.api.types.is_numeric_dtype(column):
        return "General"
    numbers = column.dropna().to_numpy(dtype=float)
    size = np.abs(numbers).max(initial=0.0)
    most = next((places for limit, places in PLACES if size >= limit), MOST_PLACES)
    for places in range(most):
        if np.allclose(numbers, numbers.round(places), rtol=0, atol=ROUGHLY):
            return _with_places(places)
    return _with_places(most)


def _with_places(places: int) -> str:
    return "#,##0." + "0" * places if places else "#,##0"


def _write_sums(
    page: Worksheet, looks: Looks, columns: Sequence[Column], lang: Lang, note: str
) -> None:
    """Write what is not in the list, and sums as formulas, so that a changed cell changes them."""
    last = len(columns[0].cells) + bool(note)
    first_free = next((at for at, column in enumerate(columns) if not column.adds_up), None)
    for at, column in enumerate(columns if note else ()):
        value = note if at == first_free else column.rest
        write_cell(page, last, at, value, looks.of("total", column.number_format))
    if not any(column.adds_up for column in columns):
        return
    for at, column in enumerate(columns):
        look = looks.of("total", column.number_format)
        letter = xl_col_to_name(at)
        if column.adds_up:
            total = sum(float(cell) for cell in column.cells if isinstance(cell, NUMBERS))
            formula = f"=SUM({letter}2:{letter}{last + 1})"
            page.write_formula(last + 1, at, formula, look, total + (column.rest or 0.0))
        else:
            name = Text("合计", "Total").say(lang) if at == 0 else None
            write_cell(page, last + 1, at, name, look)


@lru_cache(maxsize=100_000)
def _text_width(text: str) -> int:
    return cell_len(text)


def _lines_of(value: object, width: int) -> int:
    """Return how many lines a cell takes; Chinese counts double."""
    if not isinstance(value, str) or not value:
        return 1
    return -(-_text_width(value) // max(1, int((width - 2) * FILLED)))


def _width(heading: str, cells: Sequence[object]) -> int:
    longest = max((_text_width(c) for c in cells if isinstance(c, str)), default=0)
    return min(max(NARROWEST, longest + 2, _text_width(heading) // 2 + 3), WIDEST)


def _breaks_unit(heading: str, width: int) -> bool:
    """Say whether a unit after a slash may go on to the next line, whatever the letters' width."""
    name, bracket, unit = heading.rpartition(" (")
    if not bracket or "/" not in unit:
        return False
    first = len(unit.partition("/")[0]) + 2  # with bracket and slash
    for room in {int((width - 2) * share) for share in (0.8, FILLED, 1.0)}:
        left = room
        for word in name.split():
            left = left - len(word) - 1 if len(word) <= left else room - len(word) - 1
        if first <= left < len(unit) + 1:
            return True
    return False


def _digits(numbers: Sequence[object], written: str) -> int:
    """Return the length of the longest number of a column as its format writes it."""
    places = len(written.partition(".")[2])
    plain = [float(one) for one in numbers if isinstance(one, NUMBERS)]
    longest = max((*map(abs, plain), abs(sum(plain))), default=0.0)
    return len(f"-{longest:,.{places}f}") if plain else 0
