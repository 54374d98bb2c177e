"""A linear programme over bounded columns, and a bound that rounding cannot break."""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from nngis.solvers.site.site_links import Flags, Floats

EPS = float(np.finfo(np.float64).eps)


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
    whole: Flags
    offset: float = 0.0

    def with_rows(self, rows: sparse.csr_matrix, row_high: Floats) -> "Program":
        """Return the programme with further rows that have an upper bound only."""
        return replace(
            self,
            rows=sparse.vstack([self.rows, rows], format="csr"),
            row_low=np.r_[self.row_low, np.full(row_high.size, -np.inf)],
            row_high=np.r_[self.row_high, row_high],
        )


def safe_bound(program: Program, price: Floats) -> tuple[float, Floats]:
    """Bound a programme by any prices of its rows, rounding included.

    Whatever the prices are, no feasible point is worth more than the bound: they need not be
    optimal, only finite. Row prices of the sign that would use an infinite side count as 0.

    Parameters
    ----------
    program : Program
        The programme.
    price : (r,) float array
        Price of each row, positive where its upper side binds.

    Returns
    -------
    bound : float
        An upper bound on the objective, rounded up by more than all rounding errors.
    reduced : (c,) float array
        What one more unit of each column brings at these prices.

    References
    ----------
    A. Neumaier and O. Shcherbina, "Safe bounds in linear and mixed-integer linear programming",
    Math. Programming 99 (2004).

    Examples
    --------
    >>> one = Program(np.array([2.0, 1.0]), sparse.csr_matrix([[1.0, 1.0]]), np.array([-np.inf]),
    ...               np.array([1.0]), np.zeros(2), np.ones(2), np.ones(2, bool))
    >>> bound, reduced = safe_bound(one, np.array([1.5]))
    >>> round(bound, 9), reduced.tolist()
    (2.0, [0.5, -0.5])
    """
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


def fixed_by_price(
    program: Program, reduced: Floats, bound: float, least: float
) -> tuple[Flags, Flags]:
    """Find whole columns that keep their value in every point better than what is known.

    Parameters
    ----------
    program : Program
        The programme; its whole columns lie between 0 and 1.
    reduced : (c,) float array
        Reduced gains of a bound.
    bound : float
        The bound they belong to.
    least : float
        Objective of the best point known.

    Returns
    -------
    at_one, at_zero : (c,) bool array
        Columns without which, or with which, nothing better than `least` is left.
    """
    room = bound - least
    free = program.whole & (program.low < program.high)
    # Rounding of the difference is far below the margin that the bound itself carries.
    return free & (reduced > room), free & (-reduced > room)
