"""What the cells of a road layer mean, in the spellings of OSM, Geofabrik, Esri and Chinese tables.

Every reader takes a whole column, for what ``T`` means is told by the other cells of its column.
"""

import ast
import re
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from nngis.arrays import Bools, Floats

FORWARD = frozenset(
    {"yes", "y", "true", "1", "+1", "forward", "along", "ft", "是", "单行", "单向", "顺向", "正向"}
)
BACKWARD = frozenset({"-1", "reverse", "backward", "against", "tf", "逆向", "反向"})
BOTH = frozenset({"no", "n", "false", "0", "both", "b", "否", "双向", "双行", "潮汐车道"})
#: Streets whose direction changes by the hour: nobody can count on them.
CHANGING = frozenset({"reversible", "alternating"})
#: Letters that name a direction where a column also holds one of the marks; else they are answers.
DIRECTION_LETTERS = {"f": 1.0, "t": -1.0}
DIRECTION_MARKS = frozenset({"b", "ft", "tf"})
ANSWER_LETTERS = {"t": 1.0, "f": 0.0}
NOTHING = frozenset({"", "none", "nan", "null", "<na>", "-", "/", "无", "unknown", "未知", "不详"})
NO = frozenset({"no", "n", "false", "f", "0", "否", "无", "不是"})

KM_PER_MILE, KM_PER_NAUTICAL_MILE = 1.609344, 1.852
WALK_KM_H = 5.0
_FACTORS = {"mph": KM_PER_MILE, "knots": KM_PER_NAUTICAL_MILE}
_SPEED = re.compile(
    r"(\d+(?:\.\d+)?)\s*"
    r"(km/h|kmh|kph|kmph|mph|knots|公里/小时|公里/时|千米/小时|千米/时|公里|千米|码)?"
)
_LIST = re.compile(r"\s*[\[({].*[\])}]\s*", re.DOTALL)
_POINT_NOUGHT = re.compile(r"(?<=\d)\.0+$")  # of a whole number that went through floats
_LONGEST_LIST = 10_000  # characters


def words_in(cell: object) -> list[str]:
    """Split a cell into its words: a list of osmnx, the text of one, or values between ``;``.

    Examples
    --------
    >>> words_in("['primary', 'Residential']"), words_in([1.0, -1]), words_in("60;80")
    (['primary', 'residential'], ['1', '-1'], ['60', '80'])
    >>> words_in(None), words_in(float("nan")), words_in(True)
    ([], [], ['true'])
    """
    if isinstance(cell, str):
        if _LIST.fullmatch(cell) and len(cell) < _LONGEST_LIST:
            inner = _literal(cell)
            if inner is not None:
                return words_in(inner)
        parts: Iterable[object] = re.split(r"[;|；]", cell)
        words = (_POINT_NOUGHT.sub("", str(part).strip().lower()) for part in parts)
        return [word for word in words if word not in NOTHING]
    if isinstance(cell, (list, tuple, set, frozenset, np.ndarray)):
        return [word for part in cell for word in words_in(part)]
    if isinstance(cell, (float, np.floating)) and float(cell).is_integer():
        return [str(int(cell))]
    return [] if cell is None or cell is pd.NA or cell != cell else words_in(str(cell))  # noqa: PLR0124


def _literal(text: str) -> list[object] | None:
    """Read a list that was written as Python writes it; None where it is none."""
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return list(found) if isinstance(found, (list, tuple, set)) else None


def oneway_signs(cells: pd.Series, *, letters_are_directions: bool = False) -> pd.Series:
    """Read a column of one-way signs.

    ``F`` and ``T`` are the directions along and against the line (Geofabrik, HERE, Esri) where
    the column also holds ``B``, ``FT`` or ``TF``; else they are false and true.

    Parameters
    ----------
    cells : Series
        As written.
    letters_are_directions : bool
        Whether the layer is known to be of those that write directions so.

    Returns
    -------
    Series of float
        1 along the line only, -1 against it only, 0 both; inf where the direction changes by the
        hour; nan where the cell is empty, not known, or its words contradict each other.

    Examples
    --------
    >>> oneway_signs(pd.Series(["yes", "-1", False, "是", None, "reversible"])).tolist()
    [1.0, -1.0, 0.0, 1.0, nan, inf]
    >>> oneway_signs(pd.Series(["F", "T", "B"])).tolist()
    [1.0, -1.0, 0.0]
    >>> oneway_signs(pd.Series(["F", "T", "T"])).tolist()
    [0.0, 1.0, 1.0]
    """
    words = {key: words_in(key) for key in _distinct(cells)}
    said = {word for found in words.values() for word in found}
    directions = letters_are_directions or bool(said & DIRECTION_MARKS)
    signs = {
        **dict.fromkeys(FORWARD, 1.0),
        **dict.fromkeys(BACKWARD, -1.0),
        **dict.fromkeys(BOTH, 0.0),
        **dict.fromkeys(CHANGING, np.inf),
        **(DIRECTION_LETTERS if directions else ANSWER_LETTERS),
    }
    return _each(cells, lambda cell: _agreed(signs.get(word, np.nan) for word in words_in(cell)))


def filled(cells: pd.Series) -> pd.Series:
    """Find the cells that say something.

    Parameters
    ----------
    cells : Series
        As written.

    Returns
    -------
    Series of bool
        False for empty cells and for words such as ``none``.
    """
    return _each(cells, lambda cell: float(bool(words_in(cell)))).eq(1.0)


def flags(cells: pd.Series) -> Bools:
    """Read a column that marks bridges or tunnels.

    Parameters
    ----------
    cells : Series
        As written.

    Returns
    -------
    (n,) bool array
        True for anything but nothing and no: ``yes``, ``T``, ``viaduct``, ``1``.

    Examples
    --------
    >>> flags(pd.Series(["yes", "viaduct", "F", 0, None, "['no', 'yes']"])).tolist()
    [True, True, False, False, False, True]
    """
    marked = _each(cells, lambda cell: any(word not in NO for word in words_in(cell)))
    return np.asarray(marked.eq(1.0), np.bool_)


def levels(cells: pd.Series) -> Floats:
    """Read a column of levels.

    Parameters
    ----------
    cells : Series
        As written.

    Returns
    -------
    (n,) float array
        The level; of several the highest by size; nan where the cell holds no number.

    Examples
    --------
    >>> levels(pd.Series([1, "-1", "['0', '2']", None, "up"])).tolist()
    [1.0, -1.0, 2.0, nan, nan]
    """
    numbers = _each(
        cells, lambda cell: max(map(_number, words_in(cell)), key=_size, default=np.nan)
    )
    return np.asarray(numbers, np.float64)


def speeds(cells: pd.Series) -> pd.Series:
    """Read a column of speeds or speed limits.

    Parameters
    ----------
    cells : Series
        As written.

    Returns
    -------
    Series of float
        Speed [km/h]; nan as for `speed_limit_km_h`.
    """
    return _each(cells, lambda cell: speed_limit_km_h(";".join(words_in(cell))))


def speed_limit_km_h(text: str) -> float:
    """Read a speed limit.

    Examples
    --------
    >>> [round(speed_limit_km_h(text), 1) for text in ("60", "30 mph", "walk", "80;60", "none")]
    [60.0, 48.3, 5.0, 60.0, nan]
    >>> speed_limit_km_h("40公里/小时")
    40.0
    """
    read = []
    for part in re.split(r"[;,|]", text):
        word = part.strip().lower()
        number = _SPEED.fullmatch(word)
        if number:
            read.append(float(number[1]) * _FACTORS.get(number[2], 1.0))
        elif word == "walk":
            read.append(WALK_KM_H)
    return min((speed for speed in read if speed > 0), default=np.nan)


def _agreed(signs: Iterable[float]) -> float:
    """One sign that all words share; nan where they differ or there is none."""
    found = list(signs)
    return found[0] if found and all(sign == found[0] for sign in found) else np.nan


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return np.nan


def _size(number: float) -> float:
    return -1.0 if np.isnan(number) else abs(number)


def _distinct(cells: pd.Series) -> list[object]:
    """Cells that occur; those that cannot be hashed (lists) by their text."""
    return list(cells.dropna().astype(object).map(_hashable).unique())


def _each(cells: pd.Series, read: Callable[[object], float]) -> pd.Series:
    """Read each different cell once."""
    keys = cells.astype(object).map(_hashable, na_action="ignore")
    known = keys.dropna().unique()
    return keys.map({key: read(key) for key in known}).astype(float)


def _hashable(cell: object) -> object:
    return str(list(cell)) if isinstance(cell, (list, set, frozenset, np.ndarray)) else cell
