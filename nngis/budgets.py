"""How much of a file is read: rows, vertices, cells, pairs, bytes, seconds; how to raise it.

A file that would take all the memory or hours of a machine is refused by the budget that it goes
over. ``NNGIS_BUDGET="rows=5000000 bytes=1e9"`` in the environment raises one, for those who know
their file and their machine.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import thread_time
from typing import Any, Protocol

from nngis.errors import NngisError, ScenarioError
from nngis.text import Text

VARIABLE = "NNGIS_BUDGET"
UNITS = {
    "rows": Text("行", "rows"),
    "vertices": Text("个顶点", "vertices"),
    "crossings": Text("处自相交", "crossings with itself"),
    "cells": Text("个格（像元、单元格）", "cells"),
    "pairs": Text("对相近的对象", "pairs of things near each other"),
    "bytes": Text("字节", "bytes"),
    "seconds": Text("秒计算", "seconds of computing"),
}
ROWS = 600_000  # of a ledger; some 1.6 kB of memory each while they are read
ROWS_OF_TEXT = 1_200_000  # of a csv, whose cells are coded while they come: 0.9 kB each
CELLS_OF_LEDGER = 8_000_000
CELLS_OF_TEXT = 20_000_000
ROWS_PACKED = 5_000_000  # of a table whose columns are read as they lie
VERTICES = 20_000_000
CROSSINGS = 20_000
CELLS = 50_000_000  # of a raster, 8 bytes each; a city of 200 by 200 km at 30 m has 44 million
PAIRS = 25_000_000  # of a plan's objects near each other; some 110 bytes each as links
PAIRS_ASKED = 5_000_000  # of one question's demand and facilities, for which a solver needs more
SECONDS = 120  # of computing, for one ledger; a million rows of csv take some 12
_AT_A_TIME = 5_000


class _Sliced(Protocol):
    """A sequence, or an array, of anything."""

    def __len__(self) -> int: ...
    def __getitem__(self, at: slice, /) -> Any: ...  # noqa: ANN401 -- a piece of it


@dataclass(frozen=True)
class _Clock:
    """When the reading of a file that is under way is to end."""

    until_s: float
    limit_s: int
    where: str
    error: type[NngisError]


_CLOCK: ContextVar[_Clock | None] = ContextVar("reading", default=None)


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


@contextmanager
def time_budget(where: str, error: type[NngisError]) -> Iterator[None]:
    """Bound the computing of what reads a file; within another such block that one's bound holds.

    Seconds are those that this thread computes, so that a busy machine refuses no good file.
    What is native code is not interrupted: its size is bounded by the other budgets, and the
    clock is looked at between its calls.

    Parameters
    ----------
    where : str
        The file.
    error : type of NngisError
        What `check_time` raises.

    Yields
    ------
    None
        The block reads.
    """
    if _CLOCK.get() is not None:
        yield
        return
    limit = budget("seconds", SECONDS)
    token = _CLOCK.set(_Clock(thread_time() + limit, limit, where, error))
    try:
        yield
    finally:
        _CLOCK.reset(token)


def check_time() -> None:
    """Refuse to go on reading a file whose seconds are used up.

    Raises
    ------
    NngisError
        Of the class that `time_budget` was given; never outside its block.
    """
    clock = _CLOCK.get()
    if clock is not None and thread_time() > clock.until_s:
        more = max(2 * clock.limit_s, SECONDS)
        raise clock.error(
            f"读取已用去 {clock.limit_s} 秒计算时间的上限（seconds）；请分成几份或只留需要的部分；"
            f'若愿意等，可设环境变量 {VARIABLE}="seconds={more}" 后重试。',
            f"Reading it has used up the budget of {clock.limit_s} seconds of computing: split it "
            f'or keep what is needed; to wait longer set {VARIABLE}="seconds={more}" and run '
            "again.",
            where=clock.where,
        )


def timely(items: _Sliced) -> Iterator[Any]:
    """Give items one by one, and look at the clock between some.

    Parameters
    ----------
    items : sequence
        Any, an array too.

    Yields
    ------
    object
        Each of them.

    Raises
    ------
    NngisError
        As for `check_time`.

    Examples
    --------
    >>> list(timely("ab"))
    ['a', 'b']
    """
    for start in range(0, len(items), _AT_A_TIME):
        check_time()
        yield from items[start : start + _AT_A_TIME]
