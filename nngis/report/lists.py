"""Rows of a result as a table of the report: few columns, digits that suit each column."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nngis import fields
from nngis.report.blocks import Block, Paragraph, Table
from nngis.result.result import Result, Sheet
from nngis.result.sheets import sheet_frame, shown_values
from nngis.text import Lang, Text, counted

MOST_ROWS, FIRST_ROWS = 36, 12  # a longer list shows its first rows; the rest is in the workbook
MOST_COLUMNS = 7
PLACES = ((100.0, 0), (10.0, 1), (1.0, 2))  # decimals of columns with numbers as large as this
MOST_PLACES = 3


def list_blocks(result: Result, sheet: Sheet, lang: Lang, *, key: str = "") -> list[Block]:
    """Write a sheet's rows as a table, or a sentence where it has none."""
    frame = sheet_frame(result, sheet, lang)
    title = sheet.title.say(lang)
    if frame.empty:
        return [Paragraph(Text(f"{title}：没有记录。", f"{title}: no rows.").say(lang), "note")]
    shown, blank = _not_blank(frame.iloc[:, :MOST_COLUMNS])
    shown = shown if len(shown) <= MOST_ROWS else shown.iloc[:FIRST_ROWS]
    glossary = [fields.get(str(name)) for name in shown]
    numeric = tuple(_is_numeric(shown[one.name]) for one in glossary)
    _, *rows = rows_of(shown, lang)
    headings = tuple(sheet.field(one.name).heading(lang) for one in glossary)
    adds = (
        sheet.adds
        and sheet.where is None
        and len(shown) + blank == len(frame)
        and any(one.sum for one in glossary)
    )
    if adds:
        rows.append(_sums(frame, glossary, lang))
    found: list[Block] = [Table(title, headings, tuple(rows), numeric, total=adds, key=key)]
    if blank:
        left_out = Text(
            f"另有 {blank} 行数值全为 0 或未知，未列出。",
            f"Left out: {counted(blank, 'row')} with all numbers 0 or unknown.",
        )
        found.append(Paragraph(left_out.say(lang), "note"))
    if len(shown) + blank < len(frame):
        rest = Text(
            f"共 {len(frame):,} 行，此处列出前 {len(shown)} 行；"
            f"其余见 {result.plan}/tables.xlsx 的“{title}”。",
            f"{counted(len(frame), 'row')}, of which {len(shown)} are listed; the rest is in "
            f"{result.plan}/tables.xlsx, sheet {title}.",
        )
        found.append(Paragraph(rest.say(lang), "note"))
    return found


def rows_of(frame: pd.DataFrame, lang: Lang) -> list[tuple[str, ...]]:
    """Write a table as texts.

    Parameters
    ----------
    frame : DataFrame
        Columns named by field.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    list of tuple of str
        Its headings, then its rows; empty texts for what is missing.
    """
    glossary = [fields.get(str(name)) for name in frame]
    columns = [column_texts(shown_values(frame[one.name], one, lang), one) for one in glossary]
    return [tuple(one.heading(lang) for one in glossary), *zip(*columns, strict=True)]


def _not_blank(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Leave out the rows that hold no number but 0, and count them."""
    numbers = frame.select_dtypes("number")
    if numbers.shape[1] < 2:  # noqa: PLR2004 - a list of names with one figure shows them all
        return frame, 0
    said = numbers.fillna(0).ne(0).any(axis=1)
    return (frame[said], int((~said).sum())) if said.any() else (frame, 0)


def _is_numeric(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _sums(frame: pd.DataFrame, glossary: Sequence[fields.Field], lang: Lang) -> tuple[str, ...]:
    sums = [
        column_texts([float(frame[one.name].sum())], one)[0] if one.sum else "" for one in glossary
    ]
    return (Text("合计", "Total").say(lang), *sums[1:])


def column_texts(values: Sequence[object], field: fields.Field) -> list[str]:
    """Write the values of a column with as many decimals as its largest asks for.

    Parameters
    ----------
    values : sequence of object
        As `shown_values` returns them.
    field : Field
        The column's definition.

    Returns
    -------
    list of str
        Texts; empty for what is missing.
    """
    numbers = [float(one) for one in values if isinstance(one, int | float | np.number)]
    places = decimals(numbers)
    return [
        ""
        if one is None
        else str(one)
        if not isinstance(one, int | float | np.number)
        else f"{int(one)}"
        if field.type == "year"
        else f"{float(one):,.{places}f}"
        for one in values
    ]


def decimals(numbers: Sequence[float]) -> int:
    """Choose the decimals of a column: some three digits of its largest, and none in vain.

    Examples
    --------
    >>> decimals([36789.3, 2.0]), decimals([0.5, 0.25]), decimals([3.0, 12.0])
    (0, 2, 0)
    """
    held = np.array(numbers, dtype=float)
    size = np.abs(held).max(initial=0.0)
    most = next((places for limit, places in PLACES if size >= limit), MOST_PLACES)
    whole = (p for p in range(most) if np.allclose(held, held.round(p), rtol=0, atol=5e-4))
    return next(whole, most)
