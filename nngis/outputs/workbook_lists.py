"""What a workbook shows, in which order: signed sheets first, names by ids, one money unit."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from nngis import fields
from nngis.law import clause_words
from nngis.result.problems import titles_of
from nngis.result.result import Result, Sheet
from nngis.result.sheets import names_in, sheet_frame, shown_values
from nngis.text import Lang, Text, counted
from nngis.units import YUAN_PER_10K

# Lists that stand once a plan whoever made it, and are read before anything else.
COMMON = ("by_year", "by_city", "by_county", "problems")


def in_order(sheets: Sequence[Sheet]) -> tuple[tuple[Sheet, ...], tuple[Sheet, ...]]:
    """Part the sheets into those that an office signs or reads first, and the rest.

    Examples
    --------
    >>> names = ("roofs", "by_county", "rejects", "by_year")
    >>> sheets = [Sheet(Text(n, n), n, front=n == "roofs") for n in names]
    >>> [[one.table for one in part] for part in in_order(sheets)]
    [['roofs', 'by_year', 'by_county'], ['rejects']]
    """
    marked = [one for one in sheets if one.front]
    common = [one for name in COMMON for one in sheets if one.table == name and not one.front]
    first = (*marked, *common)
    if [one.table for one in first] == ["problems"]:
        first = ()  # a list of problems goes before none of what it is about
    return first, tuple(one for one in sheets if one not in first)


def list_frame(result: Result, sheet: Sheet, lang: Lang) -> pd.DataFrame:
    """Return a sheet's rows, with the name of each decided object beside its id."""
    frame = sheet_frame(result, sheet, lang)
    if "problem_sheet" in frame:
        titles = titles_of(result.sheets)
        named = result.analysis.tables[sheet.table]["problem_table"]
        shown = [titles.get(one, Text(one, one)).say(lang) for one in named]
        frame = frame.assign(problem_sheet=shown)
    clauses = pd.DataFrame(result.analysis.tables.get("clauses", {"clause": []}))["clause"]
    if "rule" in frame and len(clauses):
        cited = frame["rule"].map(clauses)
        left, right = ("（", "）") if lang == "zh" else (" (", ")")
        rules = (
            frame["rule"].astype("string")
            + left
            + cited.map(lambda one: clause_words(one).say(lang), na_action="ignore").astype(
                "string"
            )
            + right
        )
        frame = frame.assign(rule=rules.where(cited.notna(), frame["rule"]))
    subject = pd.DataFrame(result.analysis.tables[result.subject])
    key = str(subject.index.name)
    if "name_zh" not in subject or key not in frame or "name_zh" in frame:
        return frame
    names = names_in(subject, lang)[~subject.index.duplicated()]
    names.index = names.index.astype(str)
    at = list(frame).index(key) + 1
    found = frame.copy()
    found.insert(at, "name_zh", frame[key].astype(str).map(names).to_numpy())
    return found


def heading(definition: fields.Field, lang: Lang) -> str:
    """Return a column's heading with the unit in which the workbook shows it."""
    return replace(definition, unit=unit_of(definition)).heading(lang)


def unit_of(definition: fields.Field) -> str | None:
    """Return the unit in which the workbook shows a column."""
    return "万元" if is_money(definition) else definition.shown_unit


def is_money(definition: fields.Field) -> bool:
    """Say whether a column is an amount in yuan, which people read in 万元; prices stay."""
    amount = definition.name.endswith("_yuan") and not definition.name.startswith("unit_price")
    return amount and definition.unit == "元"


def list_values(column: pd.Series, definition: fields.Field, lang: Lang) -> list[object]:
    """Return a column's values as an office reads them: amounts in 万元, years as numbers."""
    values = shown_values(column, definition, lang)
    if is_money(definition):
        return [None if one is None else float(str(one)) / YUAN_PER_10K for one in values]
    if definition.name.endswith("year"):
        return [int(one) if isinstance(one, str) and one.isdigit() else one for one in values]
    return values


def line_on(result: Result, sheet: Sheet, lang: Lang) -> str:
    """Say in a line what a sheet holds: its rows, and its first columns."""
    frame = sheet_frame(result, sheet, lang)
    names = [fields.get(str(name)).title.say(lang) for name in frame]
    gap = "、" if lang == "zh" else ", "
    more = len(names) > MOST_NAMED
    listed = gap.join(names[:MOST_NAMED])
    return Text(
        f"{len(frame):,} 行；{listed}{'等' if more else ''}。",
        f"{counted(len(frame), 'row')}; {listed}{' ...' if more else ''}.",
    ).say(lang)


MOST_NAMED = 7  # columns that the line on a sheet names
