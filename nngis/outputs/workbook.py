"""tables.xlsx: the lists an office works with, one sheet a table, every cell data."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from nngis import fields
from nngis.decide.indicators import BASES, STATUS_TITLES, Indicator, number
from nngis.files import without_times
from nngis.parameters import origin_words
from nngis.result.result import Result, Sheet
from nngis.result.sheets import sheet_frame, shown_values
from nngis.text import Lang, Text, writable

HEADER = PatternFill("solid", fgColor="1F4E79")
SYNTHETIC = PatternFill("solid", fgColor="E7D5F2")
MAX_CELL = 32_767  # Excel's limit of characters in a cell
NARROWEST, WIDEST = 8, 44  # column widths, in characters of Latin text
LINE_PT = 15.0  # height of a line of text
MOST_PLACES = 3  # decimals shown at most
PLACES = ((1000.0, 0), (100.0, 1), (10.0, 2))  # and of columns with numbers as large as this
ROUGHLY = 5e-4  # numbers nearer than this are the same to a reader
FIXED = datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl writes dates without a zone
TOTAL = PatternFill("solid", fgColor="E4EEF0")
THIN = Side(style="thin", color="BFC5CA")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
ABOUT = Text("说明", "About")
ABOUT_WIDTHS = (34, 28, 80)


@dataclass(frozen=True)
class _Inks:
    """The looks of cells on one page; setting fonts and borders cell by cell takes seconds."""

    page: Any
    known: dict[tuple[str, str], Any]

    def styled(self, value: object, kind: str, number_format: str = "General") -> Cell:
        """Make a cell in one of the looks: header, total, text or plain."""
        cell = WriteOnlyCell(self.page, value)
        key = (kind, number_format)
        if key not in self.known:
            self.known[key] = _look(WriteOnlyCell(self.page), kind, number_format)
        cell._style = self.known[key]  # noqa: SLF001 - openpyxl's own way to copy a look
        return cell


def _look(cell: Cell, kind: str, number_format: str) -> Any:  # noqa: ANN401
    cell.border, cell.number_format = GRID, number_format
    cell.alignment = Alignment(vertical="top", wrap_text=kind == "text")
    if kind == "header":
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEADER
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
    elif kind == "total":
        cell.font, cell.fill = Font(bold=True), TOTAL
    elif kind == "synthetic":
        cell.fill = SYNTHETIC
    return cell._style  # noqa: SLF001 - see above


def write_workbook(path: Path, result: Result, lang: Lang) -> None:
    """Write the workbook of a result."""
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = FIXED
    book.properties.title, book.properties.creator = result.title.say(lang), "nngis"
    known: dict[tuple[str, str], Any] = {}
    for sheet in result.sheets:
        page = book.create_sheet(sheet.title.say(lang))
        frame = sheet_frame(result, sheet, lang)
        _write_sheet(_Inks(page, known), sheet, frame, result, lang)
    _write_about(_Inks(book.create_sheet(ABOUT.say(lang)), known), result, lang)
    held = io.BytesIO()
    book.save(held)
    path.write_bytes(without_times(held.getvalue()))


def _write_sheet(
    inks: _Inks, sheet: Sheet, frame: pd.DataFrame, result: Result, lang: Lang
) -> None:
    page = inks.page
    page.freeze_panes = "C2"
    _set_up_print(page)
    page.print_title_rows = "1:1"
    evidence = fields.get("evidence").value_title(result.evidence, lang)
    page.oddHeader.center.text = f"&14{sheet.title.say(lang)}"
    page.oddFooter.left.text = f"{fields.get('evidence').title.say(lang)}: {evidence}"
    page.oddFooter.right.text = "&P / &N"
    glossary = [fields.get(str(name)) for name in frame]
    columns = [shown_values(frame[field.name], field, lang) for field in glossary]
    formats = [_number_format(frame[field.name], field) for field in glossary]
    widths = [
        max(_width(field.heading(lang), cells), _digits(cells, form) + 2)
        for field, cells, form in zip(glossary, columns, formats, strict=True)
    ]
    for at, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(at)].width = width
    page.auto_filter.ref = f"A1:{get_column_letter(max(len(glossary), 1))}{len(frame) + 1}"
    headings = [field.heading(lang) for field in glossary]
    page.row_dimensions[1].height = LINE_PT * _lines(headings, [width - 2 for width in widths])
    page.append([inks.styled(heading, "header") for heading in headings])
    for at, row in enumerate(zip(*columns, strict=True), start=2):
        page.row_dimensions[at].height = LINE_PT * _lines(row, widths)
        page.append([_cell(inks, v, form) for v, form in zip(row, formats, strict=True)])
    if len(frame):
        page.append(_totals(inks, glossary, formats, len(frame), lang))


def _set_up_print(page: Any) -> None:  # noqa: ANN401
    """Set A4 landscape, as many pages long as needed and one wide."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins.left = page.page_margins.right = 0.4


def _width(heading: str, cells: Sequence[object]) -> int:
    """Choose a width that shows the longest text, within reason; Chinese counts double."""
    longest = max((cell_len(c) for c in cells if isinstance(c, str)), default=0)
    return min(max(NARROWEST, longest + 2, cell_len(heading) // 2 + 3), WIDEST)


def _lines(cells: Iterable[object], widths: Sequence[int]) -> int:
    texts = zip(cells, widths, strict=True)
    return max(
        (-(-cell_len(c) // (w - 2)) for c, w in texts if isinstance(c, str) and c), default=1
    )


def _number_format(column: pd.Series, field: fields.Field) -> str:
    """Choose one format for a whole column: thousands parted, about four digits, none in vain."""
    if field.type == "year" or not pd.api.types.is_numeric_dtype(column):
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


def _digits(numbers: Sequence[object], number_format: str) -> int:
    """Return the length of the longest number of a column as its format writes it."""
    places = len(number_format.partition(".")[2])
    plain = [float(one) for one in numbers if isinstance(one, int | float | np.number)]
    longest = max((*map(abs, plain), abs(sum(plain))), default=0.0)
    return len(f"-{longest:,.{places}f}") if plain else 0


def _totals(
    inks: _Inks, glossary: Sequence[fields.Field], formats: Sequence[str], rows: int, lang: Lang
) -> list[Cell]:
    """Make a last row whose sums are formulas, so that a changed cell changes them."""
    if not any(field.sum for field in glossary):
        return []
    values: list[str | None] = [None] * len(glossary)
    for at, field in enumerate(glossary):
        if field.sum:
            letter = get_column_letter(at + 1)
            values[at] = f"=SUM({letter}2:{letter}{rows + 1})"
    values[0] = values[0] or Text("合计", "Total").say(lang)
    pairs = zip(values, formats, strict=True)
    return [inks.styled(value, "total", form) for value, form in pairs]


def _cell(inks: _Inks, value: object, number_format: str = "General") -> Cell:
    if isinstance(value, str):
        cell = inks.styled(writable(value)[:MAX_CELL], "text")
        cell.data_type = "s"  # text stays text: "=cmd()" is a name, not a formula
        return cell
    if hasattr(value, "item"):
        value = value.item()
    return inks.styled(value, "plain", number_format)


def _indicator_row(one: Indicator, lang: Lang) -> tuple[object, ...]:
    """Write an indicator as the index page does: the same digits, the same words."""
    side = {"at_least": "≥ ", "at_most": "≤ "}.get(one.sense or "", "")
    said = [BASES[one.basis].say(lang)]
    if one.target is not None:
        target = Text("目标", "target").say(lang)
        said.append(f"{target} {side}{number(one.target, lang)} {one.unit}".strip())
        said.append(STATUS_TITLES[one.status].say(lang))
    if one.remark:
        said.append(one.remark.say(lang))
    gap = "；" if lang == "zh" else "; "
    return one.title.say(lang), f"{number(one.value, lang)} {one.unit}".strip(), gap.join(said)


def _write_about(inks: _Inks, result: Result, lang: Lang) -> None:
    page = inks.page
    for letter, width in zip("ABC", ABOUT_WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    _set_up_print(page)
    evidence = fields.get("evidence").value_title(result.evidence, lang)
    rows: list[tuple[object, ...]] = [
        (result.title.say(lang),),
        (fields.get("evidence").title.say(lang), evidence),
        (Text("坐标参考系", "Work CRS").say(lang), result.work_crs),
        (),
    ]
    heads = (Text("指标", "Indicator"), Text("数值", "Value"), Text("口径与结论", "Basis, status"))
    rows += [tuple(text.say(lang) for text in heads)]
    rows += [_indicator_row(one.for_readers, lang) for one in result.analysis.indicators]
    rows += [()]
    for title, texts in (
        (Text("假定", "Assumed"), result.analysis.assumptions),
        (Text("提醒", "Warnings"), result.warnings),
    ):
        rows += [(title.say(lang), "", text.say(lang)) for text in texts]
    parameter = (Text("参数", "Parameter"), Text("取值", "Value"), Text("依据", "Source"))
    rows += [(), tuple(text.say(lang) for text in parameter)]
    rows += [
        (
            p.title.say(lang),
            f"{p.value} {p.unit}".strip(),
            f"{p.source} ({origin_words(p.origin, lang)})",
        )
        for p in result.parameters
    ]
    layer = (Text("数据", "Layer"), fields.get("evidence").title, fields.get("source").title)
    rows += [(), tuple(text.say(lang) for text in layer)]
    rows += [
        (
            record.title.say(lang),
            fields.get("evidence").value_title(record.evidence, lang),
            "; ".join(filter(None, (record.path, record.attribution, record.licence))),
        )
        for record in result.inputs
    ]
    for at, row in enumerate(rows, start=1):
        cells = [_cell(inks, value) for value in row]
        if result.evidence == "synthetic" and row and row[-1] == evidence:
            cells[-1] = inks.styled(evidence, "synthetic")
        if row:
            page.row_dimensions[at].height = LINE_PT * _lines(row, ABOUT_WIDTHS[: len(row)])
        page.append(cells)
