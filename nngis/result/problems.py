"""Problems: the rows behind each warning, as a table of every result."""

from collections.abc import Mapping, Sequence

import pandas as pd

from nngis.result.result import Sheet
from nngis.text import Text, Warned

SHEET = Sheet(
    Text("问题清单", "Problems"),
    "problems",
    ("problem_id", "reason", "problem_sheet", "problem_row", "name_zh"),
)
COLUMNS = ("reason_zh", "reason_en", "problem_sheet", "problem_table", "problem_row", "name_zh")


def problems_table(
    warnings: Sequence[Text], tables: Mapping[str, pd.DataFrame], sheets: Sequence[Sheet]
) -> pd.DataFrame:
    """List the rows that warnings are about.

    Parameters
    ----------
    warnings : sequence of Text
        Those that are `Warned` name a table and rows of it.
    tables : mapping of str to DataFrame
        The result's tables, for the names of the rows.
    sheets : sequence of Sheet
        The sheets, for the title under which a reader finds the table.

    Returns
    -------
    DataFrame
        Indexed by `problem_id`, a row a warning and row: `COLUMNS`.

    Examples
    --------
    >>> told = [Warned("1 台", "1 boiler", table="boilers", ids=["b"]), Text("其他", "other")]
    >>> names = {"boilers": pd.DataFrame({"name_zh": ["甲厂"]}, index=["b"])}
    >>> found = problems_table(told, names, [Sheet(Text("锅炉", "Boilers"), "boilers")])
    >>> found[["reason_en", "problem_sheet", "problem_row", "name_zh"]].values.tolist()
    [['1 boiler', '锅炉', 'b', '甲厂']]
    """
    titles = {one.table: one.title.zh for one in reversed(sheets)}
    rows = []
    for one in warnings:
        if not isinstance(one, Warned):
            continue
        table = tables.get(one.table, pd.DataFrame())
        named = table["name_zh"] if "name_zh" in table else pd.Series(dtype=object)
        names = named[~named.index.duplicated()]
        names.index = names.index.astype(str)
        rows += [
            (one.zh, one.en, titles.get(one.table, one.table), one.table, id_, names.get(id_))
            for id_ in one.ids
        ]
    index = pd.Index([f"Q{at:04d}" for at in range(1, len(rows) + 1)], name="problem_id")
    return pd.DataFrame(rows, columns=list(COLUMNS), index=index, dtype=object)
