"""Problems: the rows behind each warning, as a table of every result."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from nngis.result.result import Result, Sheet
from nngis.roles import roles
from nngis.text import Text, Warned

SHEET = Sheet(
    Text("问题清单", "Problems"),
    "problems",
    ("problem_id", "reason", "problem_sheet", "problem_row", "name_zh"),
)
COLUMNS = ("reason_zh", "reason_en", "problem_sheet", "problem_table", "problem_row", "name_zh")


def with_problems(result: Result) -> Result:
    """Give a result the table of the rows behind all that it assumes and warns of, and its sheet.

    Parameters
    ----------
    result : Result
        Any result; what it was given and what it found are both listed.

    Returns
    -------
    Result
        The same with the table ``problems``.
    """
    told, tables = result.analysis, result.analysis.tables
    said = tuple(dict.fromkeys((*told.assumptions, *result.warnings)))
    found = problems_table(said, tables, titles_of(result.sheets))
    analysis = replace(told, tables={**tables, SHEET.table: found})
    return replace(result, analysis=analysis, sheets=(*result.sheets, SHEET))


def titles_of(sheets: Sequence[Sheet]) -> dict[str, Text]:
    """Say under which title a reader finds a table.

    Parameters
    ----------
    sheets : sequence of Sheet
        The workbook's sheets.

    Returns
    -------
    dict of str to Text
        By table; a layer that is no sheet goes by the title of its role.
    """
    of_roles = {name: one.title for name, one in roles().items()}
    return of_roles | {one.table: one.title for one in reversed(sheets)}


def problems_table(
    warnings: Sequence[Text],
    tables: Mapping[str, pd.DataFrame],
    titles: Mapping[str, Text],
) -> pd.DataFrame:
    """List the rows that warnings are about.

    Parameters
    ----------
    warnings : sequence of Text
        Those that are `Warned` name a table, or a file's sheet, and rows of it.
    tables : mapping of str to DataFrame
        The result's tables, for the names of the rows.
    titles : mapping of str to Text
        The title under which a reader finds a table; a file goes by its own name.

    Returns
    -------
    DataFrame
        Indexed by `problem_id`, a row a warning and row: `COLUMNS`.

    Examples
    --------
    >>> told = [Warned("1 台", "1 boiler", table="boilers", ids=["b"]), Text("其他", "other"),
    ...         Warned("1 行", "1 row", table="a.csv", ids=[7], names=["乙厂"])]
    >>> names = {"boilers": pd.DataFrame({"name_zh": ["甲厂"]}, index=["b"])}
    >>> found = problems_table(told, names, {"boilers": Text("锅炉", "Boilers")})
    >>> found[["reason_en", "problem_sheet", "problem_row", "name_zh"]].values.tolist()
    [['1 boiler', '锅炉', 'b', '甲厂'], ['1 row', 'a.csv', '7', '乙厂']]
    """
    columns: dict[str, list[object]] = {name: [] for name in COLUMNS}
    for one in warnings:
        if not isinstance(one, Warned):
            continue
        title = titles.get(one.table, Text(one.table, one.table)).zh
        ids = one.ids
        names = one.names if len(one.names) else _names(tables.get(one.table), ids)
        for name, said in zip(COLUMNS, (one.zh, one.en, title, one.table), strict=False):
            columns[name] += [said] * len(ids)
        columns["problem_row"] += ids
        columns["name_zh"] += list(names)
    ids_ = [f"Q{at:04d}" for at in range(1, len(columns["problem_row"]) + 1)]
    return pd.DataFrame(columns, index=pd.Index(ids_, name="problem_id"), dtype=object)


def _names(table: pd.DataFrame | None, ids: Sequence[str]) -> Sequence[object]:
    if table is None or "name_zh" not in table:
        return [None] * len(ids)
    named = table["name_zh"][~table.index.duplicated()]
    names = dict(zip(named.index.astype(str), named, strict=True))
    return [names.get(id_) for id_ in ids]
