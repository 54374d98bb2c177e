"""Sheets: the rows and columns of a table that an office reads, values as a reader wants them."""

from collections.abc import Callable, Mapping

import geopandas as gpd
import pandas as pd

from nngis import fields
from nngis.law import clause_words
from nngis.result.result import Result, Sheet
from nngis.source_words import source_words
from nngis.text import Lang, Text
from nngis.unit_words import unit_words

SAID: Mapping[str, Callable[[str], Text]] = {
    "indicator_unit": unit_words,
    "code_unit": unit_words,
    "clause": clause_words,
    "source": source_words,
}
"""Columns whose values have words in each language, by name."""
IN_BOTH = ("reason", "missing")
"""What a table holds once a language, as ``reason_zh`` and ``reason_en``."""


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
    said = {name: frame[f"{name}_{lang}"] for name in IN_BOTH if f"{name}_{lang}" in frame}
    if "name_zh" in frame:
        said["name_zh"] = names_in(frame, lang)
    columns = sheet.columns or tuple(c for c in frame if str(c).rpartition("_")[0] not in IN_BOTH)
    return frame.assign(**said)[list(columns)]


def names_in(frame: pd.DataFrame, lang: Lang) -> pd.Series:
    """Return the names of a table's objects in one language, in the other where it has none.

    Parameters
    ----------
    frame : DataFrame
        With ``name_zh`` and perhaps ``name_en``.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    Series
        The names, on the same index.
    """
    chinese = frame["name_zh"]
    if lang == "zh" or "name_en" not in frame:
        return chinese
    return frame["name_en"].where(frame["name_en"].notna(), chinese)


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
        Titles for coded values, yes and no for booleans, shares in per cent; None for what is
        missing.
    """
    if field.type == "boolean":
        words = {True: Text("是", "yes"), False: Text("否", "no")}
        return [None if pd.isna(v) else words[bool(v)].say(lang) for v in column]
    if field.name in SAID:
        return [None if pd.isna(v) else SAID[field.name](str(v)).say(lang) for v in column]
    if field.values:
        titles = {v: field.value_title(v, lang) for v in column.dropna().unique()}
        return [None if value is None else titles[value] for value in _plain(column)]
    if field.is_share and pd.api.types.is_numeric_dtype(column):
        return [None if pd.isna(v) else round(100.0 * float(v), 8) for v in column]
    return _plain(column)


def _plain(column: pd.Series) -> list[object]:
    """Return values as they are, None for what is missing."""
    values = zip(column.isna().tolist(), column.to_numpy(dtype=object), strict=True)
    return [None if missing else value for missing, value in values]
