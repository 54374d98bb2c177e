"""tables.xlsx: the lists an office works with, one sheet a table, every cell data."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from rich.cells import cell_len

from nngis import fields
from nngis.result.result import Result, Sheet
from nngis.text import Lang, Text

HEADER = PatternFill("solid", fgColor="1F4E79")
SYNTHETIC = PatternFill("solid", fgColor="E7D5F2")
MAX_CELL = 32_767  # Excel's limit of characters in a cell
NARROWEST, WIDEST = 8, 44  # column widths, in characters of Latin text
LINE_PT = 15.0  # height of a line of text
THIN = Side(style="thin", color="BFC5CA")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
ABOUT = Text("说明", "About")
ABOUT_WIDTHS = (34, 28, 80)


def write_workbook(path: Path, result: Result, lang: Lang) -> None:
    """Write the workbook of a result.

    Parameters
    ----------
    path : Path
        The .xlsx file.
    result : Result
        The result.
    lang : {"zh", "en"}
        Language of sheet names, titles and reasons.
    """
    book = Workbook(write_only=True)
    for sheet in result.sheets:
        frame = sheet_frame(result, sheet, lang)
        _write_sheet(book, sheet, frame, result, lang)
    _write_about(book, result, lang)
    book.save(path)


def sheet_frame(result: Result, sheet: Sheet, lang: Lang) -> pd.DataFrame:
    """Return the rows and columns that a sheet shows, values as a reader wants them.

    Parameters
    ----------
    result : Result
        The result.
    sheet : Sheet
        What to show.
    lang : {"zh", "en"}
        Language of categories and reasons.

    Returns
    -------
    DataFrame
        Columns named by field; the index is the first column.
    """
    frame = pd.DataFrame(result.analysis.tables[sheet.table])
    if isinstance(result.analysis.tables[sheet.table], gpd.GeoDataFrame):
        frame = frame.drop(columns=frame.columns[frame.dtypes == "geometry"])
    if sheet.where:
        column, wanted = sheet.where
        frame = frame[frame[column].isin(wanted)]
    if frame.index.name:
        frame = frame.reset_index()
    if "reason_zh" in frame:
        frame = frame.assign(reason=frame[f"reason_{lang}"])
    columns = sheet.columns or tuple(c for c in frame if not str(c).startswith("reason_"))
    return frame[list(columns)]


def _write_sheet(
    book: Workbook, sheet: Sheet, frame: pd.DataFrame, result: Result, lang: Lang
) -> None:
    page = book.create_sheet(sheet.title.say(lang))
    page.freeze_panes = "C2"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
    evidence = fields.get("evidence").value_title(result.evidence, lang)
    page.oddHeader.center.text = f"&14{sheet.title.say(lang)}"
    page.oddFooter.left.text = f"{fields.get('evidence').title.say(lang)}: {evidence}"
    page.oddFooter.right.text = "&P / &N"
    glossary = [fields.get(str(name)) for name in frame]
    columns = [shown_values(frame[field.name], field, lang) for field in glossary]
    widths = [_width(f.heading(lang), cells) for f, cells in zip(glossary, columns, strict=True)]
    for at, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(at)].width = width
    page.auto_filter.ref = f"A1:{get_column_letter(max(len(glossary), 1))}{len(frame) + 1}"
    headings = [field.heading(lang) for field in glossary]
    page.row_dimensions[1].height = LINE_PT * _lines(headings, widths)
    page.append([_header(page, heading) for heading in headings])
    for number, row in enumerate(zip(*columns, strict=True), start=2):
        page.row_dimensions[number].height = LINE_PT * _lines(row, widths)
        page.append([_cell(page, value) for value in row])
    if len(frame):
        page.append(_totals(page, glossary, len(frame), lang))


def _width(heading: str, cells: Sequence[object]) -> int:
    """Choose a width that shows the longest text, within reason; Chinese counts double."""
    longest = max((cell_len(c) for c in cells if isinstance(c, str)), default=0)
    return min(max(NARROWEST, longest + 2, cell_len(heading) // 2 + 3), WIDEST)


def _lines(cells: Iterable[object], widths: Sequence[int]) -> int:
    texts = zip(cells, widths, strict=True)
    return max(
        (-(-cell_len(c) // (w - 2)) for c, w in texts if isinstance(c, str) and c), default=1
    )


def shown_values(column: pd.Series, field: fields.Field, lang: Lang) -> list[object]:
    """Return the values of a column as a reader wants them.

    Parameters
    ----------
    column : Series
        The column.
    field : Field
        Its definition.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    list of object
        Titles for coded values, yes and no for booleans; None for what is missing.
    """
    if field.type == "boolean":
        words = {True: Text("是", "yes"), False: Text("否", "no")}
        return [None if pd.isna(v) else words[bool(v)].say(lang) for v in column]
    if field.values:
        return [None if pd.isna(v) else field.value_title(v, lang) for v in column]
    return [None if pd.isna(v) else v for v in column]


def _totals(page: object, glossary: Sequence[fields.Field], rows: int, lang: Lang) -> list[Cell]:
    """Make a last row whose sums are formulas, so that a changed cell changes them."""
    if not any(field.sum for field in glossary):
        return []
    values: list[str | None] = [None] * len(glossary)
    for at, field in enumerate(glossary):
        if field.sum:
            letter = get_column_letter(at + 1)
            values[at] = f"=SUM({letter}2:{letter}{rows + 1})"
    values[0] = values[0] or Text("合计", "Total").say(lang)
    return [_bold(page, value) for value in values]


def _bold(page: object, value: str | None) -> Cell:
    cell = WriteOnlyCell(page, value)
    cell.font = Font(bold=True)
    return cell


def _header(page: object, text: str) -> Cell:
    cell = WriteOnlyCell(page, text)
    cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEADER
    cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
    cell.border = GRID
    return cell


def _cell(page: object, value: object) -> Cell:
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)[:MAX_CELL]
        cell = WriteOnlyCell(page, text)
        cell.data_type = "s"  # text stays text: "=cmd()" is a name, not a formula
        cell.alignment, cell.border = Alignment(vertical="top", wrap_text=True), GRID
        return cell
    if hasattr(value, "item"):
        value = value.item()
    cell = WriteOnlyCell(page, value)
    cell.alignment, cell.border = Alignment(vertical="top"), GRID
    if isinstance(value, float):
        cell.number_format = "#,##0.##" if abs(value) < 1000 else "#,##0"  # noqa: PLR2004
    return cell


def _write_about(book: Workbook, result: Result, lang: Lang) -> None:
    page = book.create_sheet(ABOUT.say(lang))
    for letter, width in zip("ABC", ABOUT_WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    evidence = fields.get("evidence").value_title(result.evidence, lang)
    rows: list[tuple[object, ...]] = [
        (result.title.say(lang),),
        (fields.get("evidence").title.say(lang), evidence),
        (Text("坐标参考系", "Work CRS").say(lang), result.work_crs),
        (),
    ]
    for title, texts in (
        (Text("假定", "Assumed"), result.analysis.assumptions),
        (Text("提醒", "Warnings"), result.warnings),
    ):
        rows += [(title.say(lang), "", text.say(lang)) for text in texts]
    parameter = (Text("参数", "Parameter"), Text("取值", "Value"), Text("依据", "Source"))
    rows += [(), tuple(text.say(lang) for text in parameter)]
    rows += [
        (p.title.say(lang), f"{p.value} {p.unit}".strip(), f"{p.source} ({p.origin})")
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
    for number, row in enumerate(rows, start=1):
        cells = [_cell(page, value) for value in row]
        if result.evidence == "synthetic" and row and row[-1] == evidence:
            cells[-1].fill = SYNTHETIC
        if row:
            page.row_dimensions[number].height = LINE_PT * _lines(row, ABOUT_WIDTHS[: len(row)])
        page.append(cells)
