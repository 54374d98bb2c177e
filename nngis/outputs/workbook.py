"""tables.xlsx: the lists an office works with, one sheet a table, every cell data."""

from datetime import datetime
from pathlib import Path

import pandas as pd
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from nngis import fields
from nngis.decide.indicators import BASES, STATUS_TITLES, Indicator, number
from nngis.outputs.cells import (
    MOST_ROWS,
    Column,
    Looks,
    number_format,
    set_up_print,
    write_list,
    write_row,
)
from nngis.parameters import origin_words
from nngis.result.result import Result, Sheet
from nngis.result.sheets import sheet_frame, shown_values
from nngis.text import Lang, Text

FIXED = datetime(2000, 1, 1)  # noqa: DTZ001 - the writer takes dates without a zone
EDGE_INCH = 0.5  # from the paper's edge to headers and footers
ABOUT = Text("说明", "About")
ABOUT_WIDTHS = (34, 28, 80)


def write_workbook(path: Path, result: Result, lang: Lang) -> None:
    """Write the workbook of a result; of a list of too many rows it has the first."""
    # Row by row to a file, so that a long list is never in memory as cells.
    with Workbook(str(path), {"constant_memory": True}) as book:
        about = {"title": result.title.say(lang), "author": "nngis", "created": FIXED}
        book.set_properties(about)
        looks = Looks(book)
        for sheet in result.sheets:
            page = book.add_worksheet(sheet.title.say(lang))
            _write_sheet(page, looks, sheet, result, lang)
        _write_about(book.add_worksheet(ABOUT.say(lang)), looks, result, lang)


def _write_sheet(page: Worksheet, looks: Looks, sheet: Sheet, result: Result, lang: Lang) -> None:
    set_up_print(page)
    evidence = fields.get("evidence").value_title(result.evidence, lang)
    named = f"{fields.get('evidence').title.say(lang)}: {evidence}"
    page.set_header(f"&C&14{sheet.title.say(lang)}", {"margin": EDGE_INCH})
    page.set_footer(f"&L{named}&R&P / &N", {"margin": EDGE_INCH})
    frame = sheet_frame(result, sheet, lang)
    listed, rest = frame.iloc[:MOST_ROWS], frame.iloc[MOST_ROWS:]
    columns = []
    for name in frame:
        definition = fields.get(str(name))
        columns.append(
            Column(
                definition.heading(lang),
                shown_values(listed[name], definition, lang),
                number_format(frame[name], definition),
                definition.sum,
                _sum(rest[name], definition, lang) if definition.sum and len(rest) else None,
            )
        )
    note = rest_words(len(rest), sheet.table).say(lang) if len(rest) else ""
    write_list(page, looks, columns, lang, note)


def rest_words(rows: int, table: str) -> Text:
    """Say where the rows are that a workbook leaves out."""
    return Text(
        f"其余 {rows:,} 行不在此表，合计已计入；全部见 layers.gpkg 和 {table}.parquet",
        f"{rows:,} more rows, counted in the totals; all are in layers.gpkg and {table}.parquet",
    )


def _sum(column: pd.Series, definition: fields.Field, lang: Lang) -> float:
    shown = shown_values(column, definition, lang)
    return float(sum(float(str(one)) for one in shown if one is not None))


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


def _write_about(page: Worksheet, looks: Looks, result: Result, lang: Lang) -> None:
    for at, width in enumerate(ABOUT_WIDTHS):
        page.set_column(at, at, width)
    set_up_print(page)
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
    text, marked = looks.of("text"), looks.of("synthetic")
    for at, row in enumerate(rows):
        if row:
            styles = [text] * len(row)
            if result.evidence == "synthetic" and row[-1] == evidence:
                styles[-1] = marked
            write_row(page, at, row, styles, ABOUT_WIDTHS)
