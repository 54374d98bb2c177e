"""Coded: a column of cells kept as its distinct cells, so that each is read once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Bools, Objects
from nngis.budgets import timely
from nngis.ledger.table import Cell, is_blank


@dataclass(frozen=True)
class Coded:
    """A column.

    Parameters
    ----------
    codes : (n,) int array
        Position of each row's cell in `distinct`; -1 for a blank one.
    distinct : (k,) object array
        The cells that occur, none of them blank; where nearly all differ, some twice.
    """

    codes: npt.NDArray[np.int32] | npt.NDArray[np.intp]
    distinct: Objects

    def each(self, read: Callable[[Cell], object], blank: object = None) -> Objects:
        """Read every cell, each distinct one once.

        Examples
        --------
        >>> code_cells(["a", None, "b", "a"]).each(str.upper).tolist()
        ['A', None, 'B', 'A']
        """
        values = np.empty(len(self.distinct) + 1, dtype=object)
        values[:-1] = [read(cell) for cell in timely(self.distinct)]
        values[-1] = blank
        found: Objects = values[self.codes]  # code -1 is the last one: blank
        return found

    def tells(self, test: Callable[[Cell], bool], where: Bools | None = None) -> Bools:
        """Test every cell; a blank one fails."""
        passed = np.zeros(len(self.distinct) + 1, np.bool_)
        codes = self.codes if where is None else self.codes[where]
        wanted = np.bincount(codes[codes >= 0], minlength=len(self.distinct)) > 0
        passed[:-1][wanted] = [bool(test(cell)) for cell in timely(self.distinct[wanted])]
        found: Bools = passed[self.codes]
        return found if where is None else found & where

    @property
    def filled(self) -> Bools:
        """Which rows hold something."""
        return self.codes >= 0

    def cells(self) -> Objects:
        """Give the cells back, None for blank ones."""
        return self.each(lambda cell: cell)

    def take(self, rows: npt.ArrayLike) -> "Coded":
        """Keep some rows."""
        at = np.asarray(rows)
        if at.size == len(self.codes) and at.dtype.kind == "i" and np.all(at[1:] > at[:-1]):
            return self  # all of them
        codes = self.codes[at]
        if len(codes) * 2 > len(self.distinct):
            return Coded(codes, self.distinct)
        used = np.unique(codes[codes >= 0])
        return Coded(np.where(codes < 0, -1, np.searchsorted(used, codes)), self.distinct[used])


def absent(values: Objects) -> Bools:
    """Say where values are None."""
    return np.asarray(pd.isna(values), np.bool_)


def code_cells(cells: Iterable[Cell]) -> Coded:
    """Code a column."""
    listed = list(cells)
    column = np.empty(len(listed), dtype=object)
    column[:] = listed
    try:
        codes, distinct = pd.factorize(column)
    except TypeError:  # lists and the like, which GeoJSON knows
        column[:] = [c if c.__hash__ is not None else str(c) for c in listed]
        codes, distinct = pd.factorize(column)
    blank = np.array(
        [not cell.strip() if type(cell) is str else is_blank(cell) for cell in distinct], np.bool_
    )
    if blank.any():
        renumbered = np.where(blank, -1, np.cumsum(~blank) - 1)
        codes = np.where(codes < 0, -1, renumbered[codes])
        distinct = distinct[~blank]
    return Coded(codes, np.asarray(distinct, dtype=object))
