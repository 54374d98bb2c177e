"""Sheets: the rows and columns of a table that an office reads, values as a reader wants them."""

import geopandas as gpd
import pandas as pd

from nngis import fields
from nngis.result.result import Result, Sheet
from nngis.text import Lang, Text


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
    if field.values:
        return [None if pd.isna(v) else field.value_title(v, lang) for v in column]
    if field.is_share and pd.api.types.is_numeric_dtype(column):
        return [None if pd.isna(v) else round(100.0 * float(v), 8) for v in column]
    return [None if pd.isna(v) else v for v in column]
