"""What a plan shows of the ledgers: a column that no ledger had is there, and empty."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import pandas as pd

from nngis import fields
from nngis.result.result import Result

_DTYPES = {"number": "float64", "integer": "Int64", "year": "Int64", "boolean": "boolean"}


def with_shown_columns(result: Result, optional: Collection[str]) -> Result:
    """Add the columns that maps and sheets show and that no ledger had.

    Parameters
    ----------
    result : Result
        A result as its plan made it.
    optional : collection of str
        Columns that ledgers may leave out; a column of any other name is not added.

    Returns
    -------
    Result
        The same with empty columns; what is missing stays missing.
    """
    asked: dict[str, set[str]] = {}
    for layer in result.view.layers:
        names = (layer.colour_by, layer.name, *layer.popup)
        asked.setdefault(layer.table, set()).update(name for name in names if name)
    for sheet in (*result.sheets, *result.brief):
        asked.setdefault(sheet.table, set()).update(sheet.columns)
    tables = {
        name: _completed(table, asked.get(name, set()) & set(optional))
        for name, table in result.analysis.tables.items()
    }
    return replace(result, analysis=replace(result.analysis, tables=tables))


def _completed(table: pd.DataFrame, names: Collection[str]) -> pd.DataFrame:
    present = {*table.columns, table.index.name}
    empty: Mapping[str, pd.Series] = {
        name: pd.Series(index=table.index, dtype=_DTYPES.get(fields.get(name).type, "object"))
        for name in sorted(names)
        if name not in present and f"{name}_zh" not in present
    }
    return table.assign(**empty) if empty else table
