"""Cells of a ledger, a column at a time, into numbers: what each says, and how it was written."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nngis.arrays import Array, Floats, Objects
from nngis.crs.angles import Angle, UnreadableAngleError, degrees_of, scan_angles

Cells = Sequence[Any] | Array

# The axis that a cell's own words name.
UNKNOWN, LON, LAT = 0, 1, 2
# How a cell was written.
PLAIN, DMS, MISSING, UNREADABLE = 0, 1, 2, 3

_AXES = {None: UNKNOWN, "lon": LON, "lat": LAT}
_BLANK = frozenset(
    (
        *("", "/", "//", "\\", "-", "--", "---", "\u2014", "\u2014\u2014", "\u2013", "?", "*", "."),
        *("N/A", "NA", "NAN", "NONE", "NULL", "NIL", "NAT", "<NA>", "#N/A", "#VALUE!", "#REF!"),
        *("无", "暂无", "没有", "无坐标", "不详", "未知", "未测", "未定", "待定", "待补", "待补充"),
        *("待查", "缺", "缺失", "空", "EMPTY", "POINT EMPTY"),
    )
)
_UNIT_MARKS = "°度′'’分″\"”秒 \t"


@dataclass(frozen=True)
class Column:
    """One column of angles or lengths.

    Parameters
    ----------
    value : (n,) float array
        Degrees or metres; NaN where there is none.
    axis : (n,) int array
        `UNKNOWN`, `LON` or `LAT`.
    form : (n,) int array
        `PLAIN`, `DMS`, `MISSING` or `UNREADABLE`.
    """

    value: Floats
    axis: npt.NDArray[np.int8]
    form: npt.NDArray[np.int8]

    def put(self, at: int, angle: Angle) -> None:
        """Set one row while the column is being read."""
        self.value[at], self.axis[at] = angle.degrees, _AXES[angle.axis]
        self.form[at] = DMS if angle.sexagesimal else PLAIN


def says_nothing(cell: object) -> bool:
    """Say whether a cell says that there is nothing: empty, ``/``, ``无``, ``-``, None, NaN.

    Examples
    --------
    >>> [says_nothing(cell) for cell in ("", " / ", "暂无", None, float("nan"), 0, "0")]
    [True, True, True, True, True, False, False]
    """
    if isinstance(cell, str):
        return unicodedata.normalize("NFKC", cell).strip().upper() in _BLANK
    if cell is None:
        return True
    return bool(np.isnan(cell)) if isinstance(cell, float) else str(cell) in ("<NA>", "NaT")


def read_column(cells: Cells) -> Column:
    """Read one angle or length from each cell."""
    value, odd = _numbers(cells)
    column = _column(value, PLAIN)
    for at, cell in odd.items():
        try:
            (angle,) = scan_angles(cell, 1)
        except UnreadableAngleError:
            column.form[at] = UNREADABLE
        else:
            column.put(at, angle)
    return column


def read_pairs(cells: Cells) -> tuple[Column, Column]:
    """Read two angles or lengths from each cell.

    Parameters
    ----------
    cells : sequence
        Texts such as ``"108.94,22.79"``, blanks.

    Returns
    -------
    first, second : Column
        One row for each cell; a cell with a lone number is half a pair and unreadable.
    """
    value, odd = _numbers(cells)
    columns = _column(value, UNREADABLE), _column(value, UNREADABLE)
    for at, cell in odd.items():
        try:
            angles = scan_angles(cell, 2)
        except UnreadableAngleError:
            blank = all(says_nothing(part) for part in cell.replace("，", ",").split(","))
            for column in columns:
                column.form[at] = MISSING if blank else UNREADABLE
        else:
            for column, angle in zip(columns, angles, strict=True):
                column.put(at, angle)
    return columns


def read_two_columns(first: Cells, second: Cells) -> tuple[Column, Column]:
    """Read one angle or length from each cell of two columns.

    Parameters
    ----------
    first, second : sequence
        Cells. Where one of the two is blank, the other may hold the pair.

    Returns
    -------
    first, second : Column
        One row for each cell.
    """
    columns = read_column(first), read_column(second)
    for cells, whole, other in ((first, *columns), (second, *columns[::-1])):
        rows = np.flatnonzero((whole.form == UNREADABLE) & (other.form == MISSING))
        if rows.size:
            pairs = read_pairs(_objects(cells)[rows])
            for column, half in zip(columns, pairs, strict=True):
                column.value[rows], column.axis[rows] = half.value, half.axis
                column.form[rows] = half.form
    return columns


def read_dms(degrees: Cells, minutes: Cells, seconds: Cells | None) -> Column:
    """Read one angle from the cells of two or three columns."""
    whole = read_column(degrees)
    parts = [
        _column(np.full(whole.value.size, np.nan), MISSING)
        if cells is None
        else read_column(
            [cell.strip(_UNIT_MARKS) if isinstance(cell, str) else cell for cell in cells]
        )
        for cells in (minutes, seconds)
    ]
    value, valid = degrees_of(whole.value, *(np.nan_to_num(part.value) for part in parts))
    gap = (parts[0].form == MISSING) & (parts[1].form != MISSING)
    form = np.select(
        [
            np.any([part.form == UNREADABLE for part in (whole, *parts)], axis=0),
            (whole.form == MISSING) | gap,
            ~valid,
        ],
        [UNREADABLE, MISSING, UNREADABLE],
        DMS,
    )
    return Column(value, whole.axis, form.astype(np.int8))


def _objects(cells: Cells) -> Objects:
    return np.fromiter(cells, dtype=object, count=len(cells))


def _column(value: Floats, form: int) -> Column:
    """Start a column of numbers; what is NaN is missing."""
    return Column(
        value=value.copy() if form == PLAIN else np.full(value.size, np.nan),
        axis=np.zeros(value.size, np.int8),
        form=np.where(np.isnan(value), MISSING, form).astype(np.int8),
    )


def _numbers(cells: Cells) -> tuple[Floats, dict[int, str]]:
    """Read the plain numbers; give the text of the other cells that are not blank."""
    objects = _objects(cells)
    try:
        return objects.astype(np.float64), {}
    except (TypeError, ValueError):
        pass
    value = np.full(objects.size, np.nan)
    odd = {}
    for at, cell in enumerate(objects):
        try:
            value[at] = cell
        except (TypeError, ValueError):
            if not says_nothing(cell):
                odd[at] = str(cell)
    return value, odd
