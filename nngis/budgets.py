"""How much of a file is read: rows, vertices, crossings, cells, bytes; and how to raise it.

A file that would take all the memory or hours of a machine is refused by the budget that it goes
over. ``NNGIS_BUDGET="rows=5000000 bytes=1e9"`` in the environment raises one, for those who know
their file and their machine.
"""

import os

from nngis.errors import NngisError, ScenarioError
from nngis.text import Text

VARIABLE = "NNGIS_BUDGET"
UNITS = {
    "rows": Text("行", "rows"),
    "vertices": Text("个顶点", "vertices"),
    "crossings": Text("处自相交", "crossings with itself"),
    "cells": Text("个像元", "cells"),
    "bytes": Text("字节", "bytes"),
}
ROWS = 600_000  # of a ledger; some 1.6 kB of memory each while they are read
ROWS_PACKED = 5_000_000  # of a table whose columns are read as they lie
VERTICES = 20_000_000
CROSSINGS = 20_000
CELLS = 60_000_000  # 8 bytes each


def budget(name: str, default: int) -> int:
    """Give a budget: what the environment says, or the default.

    Parameters
    ----------
    name : str
        A key of `UNITS`.
    default : int
        What a reader allows by itself.

    Returns
    -------
    int
        The limit.

    Raises
    ------
    ScenarioError
        If the variable does not say budgets.

    Examples
    --------
    >>> budget("rows", 5)
    5
    """
    words = os.environ.get(VARIABLE, "").replace(",", " ").split()
    found = {}
    for word in words:
        key, _, value = word.partition("=")
        try:
            found[key] = int(float(value))
        except (ValueError, OverflowError):
            found[key] = -1
        if key not in UNITS or found[key] < 0:
            raise ScenarioError(
                f"{VARIABLE} 应写成 名称=数，名称为 {'、'.join(UNITS)}。",
                f"{VARIABLE} is written NAME=NUMBER, with the names {', '.join(UNITS)}.",
                where=word[:80],
            )
    return found.get(name, default)


def over_budget(name: str, found: int, limit: int, where: str, error: type[NngisError]) -> None:
    """Refuse what goes over a budget.

    Parameters
    ----------
    name : str
        A key of `UNITS`.
    found : int
        How much there is.
    limit : int
        What `budget` gave.
    where : str
        The file.
    error : type of NngisError
        What to raise.

    Raises
    ------
    NngisError
        Of the class asked for, if `found` is more than the limit.
    """
    if found > limit:
        unit = UNITS[name]
        raise error(
            f"有 {found:,} {unit.zh}，超过上限 {limit:,}；请分成几份或只留需要的部分；若机器够大，"
            f'可设环境变量 {VARIABLE}="{name}={found}" 后重试。',
            f"It has {found:,} {unit.en}, more than the budget of {limit:,}: split it or keep what "
            f'is needed; on a large machine set {VARIABLE}="{name}={found}" and run again.',
            where=where,
        )
