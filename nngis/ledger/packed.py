"""PackedRows: the rows of a long text table, kept as coded columns while they are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.ledger.coded import Coded
from nngis.ledger.table import Cell

STRETCH = 20_000  # rows coded at a time
_MOSTLY, _LOOKED_AT = 0.5, 10 * STRETCH  # distinct by rows, from which repeats are let be


@dataclass(frozen=True, eq=False)
class PackedRows(Sequence[Sequence[Cell]]):
    """Rows as columns; a row is put together when it is asked for.

    Parameters
    ----------
    columns : tuple of Coded
        As many codes in each as there are rows; what is blank is None.
    length : int
        Number of rows.
    """

    columns: tuple[Coded, ...]
    length: int

    def __len__(self) -> int:
        """Count the rows."""
        return self.length

    @overload
    def __getitem__(self, at: int) -> list[Cell]: ...
    @overload
    def __getitem__(self, at: slice) -> list[Sequence[Cell]]: ...
    def __getitem__(self, at: int | slice) -> Sequence[Cell] | Sequence[Sequence[Cell]]:
        """Put rows together."""
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(self.length))]
        if not -self.length <= at < self.length:
            raise IndexError(at)
        codes = [int(column.codes[at]) for column in self.columns]
        return [
            None if code < 0 else column.distinct[code]
            for code, column in zip(codes, self.columns, strict=True)
        ]

    def below(self, first: int, width: int) -> list[Coded]:
        """Give the columns from a row on, `width` of them at least."""
        found = [_from(column, first) for column in self.columns]
        blank = np.full(self.length - first, -1, np.int32)
        nothing = Coded(blank, np.empty(0, dtype=object))
        return found + [nothing] * (width - len(found))


def pack_rows(stretches: Iterable[Sequence[Sequence[str]]]) -> PackedRows:
    """Code rows that come some at a time; they need not be of one length."""
    columns: list[_Column] = []
    length = 0
    for rows in stretches:
        for at, cells in enumerate(zip_longest(*rows)):
            if at == len(columns):
                columns.append(_Column(length))
            columns[at].add(cells)
        length += len(rows)
        for column in columns:
            column.fill_up(length)
    return PackedRows(tuple(column.coded() for column in columns), length)


class _Column:
    """A column while it is read: distinct cells once, unless most turn out to differ."""

    def __init__(self, length: int) -> None:
        self._codes = [np.full(length, -1, np.int32)]
        self._length = length
        self._known: dict[str, int] | None = {}
        self._cells: list[str] = []

    def add(self, cells: Sequence[str | None]) -> None:
        column = np.empty(len(cells), dtype=object)
        column[:] = cells
        codes, distinct = pd.factorize(column)
        filled = [bool(cell.strip()) for cell in distinct]
        fresh = [cell for cell, full in zip(distinct, filled, strict=True) if full]
        numbers = np.full(len(distinct) + 1, -1, np.int32)  # code -1 is the last one: blank
        numbers[:-1][filled] = self._numbers(fresh)
        self._codes.append(numbers[codes])
        self._length += len(cells)

    def _numbers(self, fresh: list[str]) -> Sequence[int] | npt.NDArray[np.int32]:
        if self._known is None:
            start = len(self._cells)
            self._cells += fresh
            return np.arange(start, len(self._cells), dtype=np.int32)
        known = self._known
        numbers = [known.setdefault(cell, len(known)) for cell in fresh]
        if len(known) > max(_LOOKED_AT, _MOSTLY * self._length):
            self._cells, self._known = list(known), None
        return numbers

    def fill_up(self, length: int) -> None:
        if self._length < length:
            self._codes.append(np.full(length - self._length, -1, np.int32))
            self._length = length

    def coded(self) -> Coded:
        cells = self._cells if self._known is None else list(self._known)
        distinct = np.empty(len(cells), dtype=object)
        distinct[:] = cells
        return Coded(np.concatenate(self._codes), distinct)


def _from(column: Coded, first: int) -> Coded:
    """Leave out the first rows, and the cells that stand in them alone."""
    codes = column.codes[first:]
    used = np.zeros(len(column.distinct) + 1, np.bool_)
    used[codes] = True
    used = used[:-1]
    if used.all():
        return Coded(codes, column.distinct)
    numbers = np.append(np.cumsum(used, dtype=np.int32) - 1, np.int32(-1)).astype(np.int32)
    return Coded(numbers[codes], column.distinct[used])
