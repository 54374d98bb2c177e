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
from nngis.outputs.workbook_lists import (
    heading,
    in_order,
    is_money,
    line_on,
    list_frame,
    list_values,
    unit_of,
)
from nngis.parameter_values import origin_words
from nngis.result.imprint import data_dates, imprint
from nngis.result.result import Result, Sheet
from nngis.result.settings import setting_words
from nngis.source_words import source_words
from nngis.text import Lang, Text, counted
from nngis.unit_words import unit_words, with_unit
from nngis.units import YUAN_PER_10K

FIXED = datetime(2000, 1, 1)  # noqa: DTZ001 - the writer takes dates without a zone
EDGE_INCH = 0.5  # from the paper's edge to headers and footers
BLANK = "__________"  # to be filled in by hand on each printed page of a list that is signed
SIGNED = Text(
    f"编制单位（盖章）：{BLANK}  制表：{BLANK}  审核：{BLANK}  批准：{BLANK}  日期：{BLANK}",
    f"Made by: {BLANK}  Drawn up: {BLANK}  Checked: {BLANK}  Approved: {BLANK}  Date: {BLANK}",
)
ABOUT = Text("说明", "About")
ABOUT_WIDTHS = (34, 28, 80)
TARGETS = Text("目标", "Figures and targets")
CONTENTS = Text("目录", "Contents")
COLUMNS = Text("列说明", "Key to columns")
MOST_VALUES = 12  # of a column's values that its meaning names


def write_workbook(path: Path, result: Result, lang: Lang) -> list[str]:
    """Write the workbook of a result; of a list of too many rows it has the first."""
    # Row by row to a file, so that a long list is never in memory as cells.
    with Workbook(str(path), {"constant_memory": True}) as book:
        about = {"title": result.title.say(lang), "author": "nngis", "created": FIXED}
        book.set_properties(about)
        looks = Looks(book)
        first, rest = in_order(result.sheets)
        for sheet in first:
            page = book.add_worksheet(sheet.title.say(lang))
            _write_sheet(page, looks, sheet, result, lang)
        _write_targets(book.add_worksheet(TARGETS.say(lang)), looks, result, lang)
        _write_contents(book.add_worksheet(CONTENTS.say(lang)), looks, result, lang)
        for sheet in rest:
            page = book.add_worksheet(sheet.title.say(lang))
            _write_sheet(page, looks, sheet, result, lang)
        _write_columns(book.add_worksheet(COLUMNS.say(lang)), looks, result, lang)
        _write_about(book.add_worksheet(ABOUT.say(lang)), looks, result, lang)
    return [path.name]


def _write_sheet(page: Worksheet, looks: Looks, sheet: Sheet, result: Result, lang: Lang) -> None:
    set_up_print(page)
    page.set_header(f"&C&14{sheet.title.say(lang)}", {"margin": EDGE_INCH})
    signed = f"{SIGNED.say(lang)}\n" if sheet.front else ""
    page.set_footer(f"&L{signed}{imprint([result], lang)}&R&P / &N", {"margin": EDGE_INCH})
    frame = list_frame(result, sheet, lang)
    listed, rest = frame.iloc[:MOST_ROWS], frame.iloc[MOST_ROWS:]
    columns = []
    for name in frame:
        definition = sheet.field(str(name))
        columns.append(
            Column(
                heading(definition, lang),
                list_values(listed[name], definition, lang),
                number_format(_in_its_unit(frame[name], definition), definition),
                definition.sum and sheet.adds,
                _sum(rest[name], definition, lang) if definition.sum and len(rest) else None,
            )
        )
    note = rest_words(len(rest), sheet.table).say(lang) if len(rest) else ""
    write_list(page, looks, columns, lang, note)


def _in_its_unit(column: pd.Series, definition: fields.Field) -> pd.Series:
    return column / YUAN_PER_10K if is_money(definition) else column


def _write_targets(page: Worksheet, looks: Looks, result: Result, lang: Lang) -> None:
    """Write every indicator as numbers: value, target, verdict, what it is of."""
    set_up_print(page)
    shown = [one.for_readers for one in result.analysis.indicators]
    words = {"at_least": "≥", "at_most": "≤"}
    columns: tuple[tuple[Text, list[object]], ...] = (
        (Text("指标", "Indicator"), [one.title.say(lang) for one in shown]),
        (Text("数值", "Value"), [one.value for one in shown]),
        (Text("要求", "Asked"), [words.get(one.sense or "", "") for one in shown]),
        (Text("目标", "Target"), [one.target for one in shown]),
        (Text("单位", "Unit"), [unit_words(one.unit).say(lang) for one in shown]),
        (Text("结论", "Verdict"), [STATUS_TITLES[one.status].say(lang) for one in shown]),
        (Text("口径", "Basis"), [BASES[one.basis].say(lang) for one in shown]),
        (Text("说明", "Note"), [one.remark.say(lang) if one.remark else "" for one in shown]),
        (Text("依据", "Source"), [source_words(one.source).say(lang) for one in shown]),
    )
    numbers = [
        Column(title.say(lang), cells, "#,##0.###" if at in (1, 3) else "General")
        for at, (title, cells) in enumerate(columns)
    ]
    write_list(page, looks, numbers, lang)


def _write_contents(page: Worksheet, looks: Looks, result: Result, lang: Lang) -> None:
    """List every sheet with a line on it and a link to it."""
    set_up_print(page)
    first, rest = in_order(result.sheets)
    other = {
        TARGETS: Text("全部指标：数值、目标、结论、口径。", "Every indicator: value, verdict."),
        COLUMNS: Text("每一列的含义与单位。", "What each column means, and its unit."),
        ABOUT: Text("假定、提醒、参数与数据来源。", "Assumptions, warnings, parameters, sources."),
    }
    rows = [(one.title.say(lang), line_on(result, one, lang)) for one in first]
    rows += [(TARGETS.say(lang), other.pop(TARGETS).say(lang))]
    rows += [(one.title.say(lang), line_on(result, one, lang)) for one in rest]
    rows += [(title.say(lang), line.say(lang)) for title, line in other.items()]
    names = Column(Text("表", "Sheet").say(lang), [name for name, _ in rows])
    lines = Column(Text("内容", "What it holds").say(lang), [line for _, line in rows])
    links = [f"internal:'{name}'!A1" for name, _ in rows]
    write_list(page, looks, [names, lines], lang, links=links)


def _write_columns(page: Worksheet, looks: Looks, result: Result, lang: Lang) -> None:
    """Say of every column what it means, and on which sheets it stands."""
    set_up_print(page)
    where: dict[str, list[str]] = {}
    for sheet in result.sheets:
        for name in list_frame(result, sheet, lang):
            where.setdefault(str(name), []).append(sheet.title.say(lang))
    known = [fields.get(name) for name in where]
    gap = "、" if lang == "zh" else ", "
    columns = (
        (Text("列", "Column"), [one.title.say(lang) for one in known]),
        (Text("单位", "Unit"), [unit_words(unit_of(one)).say(lang) for one in known]),
        (Text("含义", "Meaning"), [_meaning(one, lang) for one in known]),
        (Text("所在的表", "Sheets"), [gap.join(where[one.name]) for one in known]),
        (Text("字段名", "Field name"), [one.name for one in known]),
    )
    write_list(page, looks, [Column(t.say(lang), list(cells)) for t, cells in columns], lang)


def _meaning(definition: fields.Field, lang: Lang) -> str:
    """Return the sentence on a column, and what its values are called."""
    gap, colon = ("、", "取值：") if lang == "zh" else (", ", "values: ")
    named = [title.say(lang) for title in definition.values.values()][:MOST_VALUES]
    values = f"{colon}{gap.join(named)}" if named else ""
    return " ".join(filter(None, (definition.note.say(lang), values)))


def rest_words(rows: int, table: str) -> Text:
    """Say where the rows are that a workbook leaves out."""
    return Text(
        f"其余 {rows:,} 行不在此表，合计已计入；全部见 layers.gpkg 和 {table}.parquet",
        f"{counted(rows, 'more row')}, counted in the totals; all are in layers.gpkg and "
        f"{table}.parquet",
    )


def _sum(column: pd.Series, definition: fields.Field, lang: Lang) -> float:
    shown = list_values(column, definition, lang)
    return float(sum(float(str(one)) for one in shown if one is not None))


def _indicator_row(one: Indicator, lang: Lang) -> tuple[object, ...]:
    """Write an indicator as the index page does: the same digits, the same words."""
    side = {"at_least": "≥ ", "at_most": "≤ "}.get(one.sense or "", "")
    said = [BASES[one.basis].say(lang)]
    if one.target is not None:
        target = Text("目标", "target").say(lang)
        said.append(f"{target} {side}{with_unit(number(one.target, lang), one.unit, lang)}")
        said.append(STATUS_TITLES[one.status].say(lang))
    if one.remark:
        said.append(one.remark.say(lang))
    gap = "；" if lang == "zh" else "; "
    value = with_unit(number(one.value, lang), one.unit, lang)
    return one.title.say(lang), value, gap.join(said)


def _write_about(page: Worksheet, looks: Looks, result: Result, lang: Lang) -> None:
    for at, width in enumerate(ABOUT_WIDTHS):
        page.set_column(at, at, width)
    set_up_print(page)
    evidence = fields.get("evidence").value_title(result.evidence, lang)
    rows: list[tuple[object, ...]] = [
        (result.title.say(lang),),
        (fields.get("evidence").title.say(lang), evidence),
        (Text("坐标参考系", "Work CRS").say(lang), result.work_crs),
        (Text("版本", "Version").say(lang), f"nngis {result.versions.get('nngis', '')}".strip()),
        (Text("数据时间", "Date of data").say(lang), data_dates(result.inputs).say(lang)),
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
            setting_words(p, lang, most=MOST_VALUES),
            f"{source_words(p.source).say(lang)} ({origin_words(p.origin, lang)})",
        )
        for p in result.parameters
    ]
    layer = (Text("数据", "Layer"), fields.get("evidence").title, fields.get("source").title)
    rows += [(), tuple(text.say(lang) for text in layer)]
    rows += [
        (
            record.title.say(lang),
            fields.get("evidence").value_title(record.evidence, lang),
            "; ".join(
                filter(None, (record.path, record.vintage, record.attribution, record.licence))
            ),
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
