"""A linear programme over bounded columns, and a bound that rounding cannot break."""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from nngis.arrays import Bools, Floats

EPS = float(np.finfo(np.float64).eps)
POINT = 1e-6
"""Share of its size by which a point may miss a row, a bound or a whole number."""


@dataclass(frozen=True, eq=False)
class Program:
    """Maximise ``offset + gain @ x`` over ``row_low <= rows @ x <= row_high, low <= x <= high``.

    Parameters
    ----------
    gain : (c,) float array
        Objective.
    rows : (r, c) sparse float matrix
        Rows.
    row_low, row_high : (r,) float array
        Bounds of the rows; may be infinite.
    low, high : (c,) float array
        Bounds of the columns; finite.
    whole : (c,) bool array
        Columns that must be whole numbers.
    offset : float
        Constant of the objective.
    """

    gain: Floats
    rows: sparse.csr_matrix
    row_low: Floats
    row_high: Floats
    low: Floats
    high: Floats
    whole: Bools
    offset: float = 0.0

    def with_rows(self, rows: sparse.csr_matrix, row_high: Floats) -> "Program":
        """Return the programme with further rows that have an upper bound only."""
        return replace(
            self,
            rows=sparse.vstack([self.rows, rows], format="csr"),
            row_low=np.r_[self.row_low, np.full(row_high.size, -np.inf)],
            row_high=np.r_[self.row_high, row_high],
        )

    def within(self, low: Floats, high: Floats) -> "Program":
        """Return the programme with other bounds of its columns."""
        return replace(self, low=low, high=high)

    def fixed(
        self, at_one: Bools, at_zero: Bools, known: Floats | Bools | None = None
    ) -> "Program":
        """Fix columns at one or at zero, but none where that would cut off a known point."""
        if known is not None:
            at_one, at_zero = at_one & (known == 1.0), at_zero & (known == 0.0)
        return self.within(
            np.where(at_one, 1.0, self.low),
            np.where(at_zero, 0.0, self.high),
        )

    def holding(self, known: Floats) -> "Program":
        """Return the programme with the bounds of columns moved apart as far as a point needs."""
        return self.within(np.minimum(self.low, known), np.maximum(self.high, known))

    def worth(self, x: Floats) -> float:
        """Return the objective of a point."""
        return float(self.offset + self.gain @ x)


def safe_bound(program: Program, price: Floats) -> tuple[float, Floats]:
    """Bound a programme by any prices of its rows, rounding included.

    Whatever the prices are, no feasible point is worth more than the bound: they need not be
    optimal, only finite. Row prices of the sign that would use an infinite side count as 0.

    Examples
    --------
    >>> one = Program(np.array([2.0, 1.0]), sparse.csr_matrix([[1.0, 1.0]]), np.array([-np.inf]),
    ...               np.array([1.0]), np.zeros(2), np.ones(2), np.ones(2, bool))
    >>> bound, reduced = safe_bound(one, np.array([1.5]))
    >>> round(bound, 9), reduced.tolist()
    (2.0, [0.5, -0.5])
    """
    # A. Neumaier and O. Shcherbina, "Safe bounds in linear and mixed-integer linear programming",
    # Math. Programming 99 (2004).
    side = np.where(price > 0, program.row_high, program.row_low)
    price = np.where(np.isfinite(side) & np.isfinite(price), price, 0.0)
    side = np.where(price != 0, side, 0.0)
    back = program.rows.T.tocsr()
    reduced = program.gain - back @ price
    best = np.where(reduced > 0, program.high, program.low)
    terms = np.concatenate([[program.offset], price * side, reduced * best])
    # Each reduced gain errs by at most its number of terms times half a unit in the last place of
    # their sum in size; one more for the product. The sums of terms are exact.
    size = np.abs(program.gain) + abs(back) @ np.abs(price)
    widest = np.maximum(np.abs(program.high), np.abs(program.low))
    count = np.diff(back.indptr) + 3
    error = math.fsum(EPS * count * size * widest) + EPS * math.fsum(np.abs(terms))
    return math.fsum(terms) + 2.0 * error, reduced


def holds_nothing(program: Program, price: Floats) -> bool:
    """Whether prices of the rows prove that no point keeps the programme.

    No row being worth anything, every point is worth 0; so there is none if all are proved to be
    worth less.

    Examples
    --------
    >>> rows = sparse.csr_matrix([[1.0, 1.0]])
    >>> full = Program(np.zeros(2), rows, np.array([3.0]), np.array([np.inf]), np.zeros(2),
    ...                np.ones(2), np.ones(2, bool))
    >>> holds_nothing(full, np.array([-1.0])), holds_nothing(full, np.array([1.0]))
    (True, False)
    """
    if price.shape != program.row_high.shape or not np.isfinite(price).all():
        return False
    nothing = replace(program, gain=np.zeros(program.gain.size), offset=0.0)
    return safe_bound(nothing, price)[0] < 0.0


def whole_point(program: Program, x: Floats) -> Floats | None:
    """Hold a point against a programme.

    Examples
    --------
    >>> one = Program(np.array([2.0, 1.0]), sparse.csr_matrix([[1.0, 1.0]]), np.array([-np.inf]),
    ...               np.array([1.0]), np.zeros(2), np.ones(2), np.ones(2, bool))
    >>> whole_point(one, np.array([1.0 - 1e-9, 0.0]))
    array([1., 0.])
    >>> whole_point(one, np.array([0.5, 0.5])), whole_point(one, np.array([1.0, 1.0]))
    (None, None)
    """
    if x.shape != program.gain.shape or not np.isfinite(x).all():
        return None
    near = np.where(program.whole, np.round(x), x)
    exact = np.clip(near, program.low, program.high)
    if (np.abs(exact - x) > POINT * np.maximum(1.0, np.abs(x))).any():
        return None
    row = np.asarray(program.rows @ exact)
    size = np.maximum(1.0, np.asarray(abs(program.rows) @ np.abs(exact)))
    if (row > program.row_high + POINT * size).any():
        return None
    return None if (row < program.row_low - POINT * size).any() else exact


def fixed_by_price(
    program: Program, reduced: Floats, bound: float, least: float
) -> tuple[Bools, Bools]:
    """Find whole columns that keep their value in every point better than what is known."""
    room = max(bound - least, 0.0)
    free = program.whole & (program.low < program.high)
    # Rounding of the difference is far below the margin that the bound itself carries.
    return free & (reduced > room), free & (-reduced > room)
