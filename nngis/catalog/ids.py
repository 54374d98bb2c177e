"""The ids of a layer's rows, as they are seen."""

import pandas as pd

from nngis.errors import LayerError
from nngis.text import as_id, counted


def read_ids(column: pd.Series, where: str) -> pd.Series:
    """Give ids as they are seen: those that look the same are one. Every row needs one."""
    ids = column.astype("str").map(as_id, na_action="ignore")
    empty = (ids.isna() | ids.eq("")).to_numpy()
    if empty.any():
        first = int(empty.argmax()) + 1
        raise LayerError(
            f"{empty.sum()} 行没有编号（{column.name}），第一处在第 {first} 行；"
            "请补齐，或换用另一列。",
            f"{counted(int(empty.sum()), 'row', 'have')} no id ({column.name}), the first is row "
            f"{first}; fill it in, or name another column.",
            where=where,
        )
    return ids
