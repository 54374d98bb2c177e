"""HiGHS behind two verbs: solve a relaxation again and again, and solve in whole numbers once."""

import math
from dataclasses import dataclass
from typing import Any, cast

import highspy
import numpy as np
from scipy import sparse

from nngis.errors import NngisError
from nngis.solvers.site._program import Program
from nngis.solvers.site.site_links import Floats

# From this size on the interior method beats the simplex method on a cold start.
INTERIOR_ROWS = 4000
# HiGHS solves the relaxations it prunes by to 1e-7: its bound is trusted no further.
TOLERANCE = 1e-7
DONE = (
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kObjectiveBound,
)


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The optimum of a relaxation.

    Parameters
    ----------
    x : (c,) float array
        Values of the columns.
    price : (r,) float array
        Prices of the rows, positive where an upper side binds.
    """

    x: Floats
    price: Floats


@dataclass(frozen=True, eq=False)
class Whole:
    """What is known of a programme in whole numbers.

    Parameters
    ----------
    x : (c,) float array, optional
        The best point found.
    bound : float
        Upper bound on the objective; -inf if there is no feasible point.
    """

    x: Floats | None
    bound: float


class Relaxation:
    """A programme without whole numbers that HiGHS keeps warm while rows and bounds change."""

    is_empty: bool

    def __init__(self, program: Program) -> None:
        self._columns = program.gain.size
        self._high = _load(program)
        self._fresh = program.rows.shape[0] >= INTERIOR_ROWS
        self.is_empty = False

    def add_rows(self, rows: sparse.csr_matrix, row_high: Floats) -> None:
        """Add rows that have an upper bound only."""
        count = rows.shape[0]
        self._high.addRows(
            count,
            np.full(count, -highspy.kHighsInf),
            row_high,
            rows.nnz,
            rows.indptr[:-1].astype(np.int32),
            rows.indices.astype(np.int32),
            rows.data,
        )

    def set_bounds(self, low: Floats, high: Floats) -> None:
        """Give all columns new bounds."""
        every = np.arange(self._columns, dtype=np.int32)
        self._high.changeColsBounds(self._columns, every, low, high)

    def solve(self, seconds: float) -> Relaxed | None:
        """Solve, or return None where the time was too short.

        A large programme is solved by the interior method at first, and by the simplex method
        from its last basis afterwards.
        """
        self._high.setOptionValue("solver", "ipx" if self._fresh else "simplex")
        self._high.setOptionValue("time_limit", self._high.getRunTime() + max(seconds, 0.01))
        self._high.run()
        status = self._high.getModelStatus()
        self.is_empty = status == highspy.HighsModelStatus.kInfeasible
        if status not in DONE:
            return None
        self._fresh = False
        solution = self._high.getSolution()
        return Relaxed(np.array(solution.col_value), -np.array(solution.row_dual))


def solve_whole(
    program: Program, *, start: Floats | None, gap: float, seconds: float, floor: float = -math.inf
) -> Whole:
    """Solve a programme in whole numbers.

    Parameters
    ----------
    program : Program
        The programme.
    start : (c,) float array, optional
        A feasible point to begin with.
    gap : float
        Relative gap to stop at.
    seconds : float
        Time allowed [s].
    floor : float
        Objective that a point must beat to be of use; the bound is not below it then.

    Returns
    -------
    Whole
        The best point and the bound that HiGHS proved, moved up by its own tolerance.

    Raises
    ------
    NngisError
        If HiGHS fails.
    """
    high = _load(program, whole=True)
    high.setOptionValue("mip_rel_gap", gap)
    high.setOptionValue("time_limit", max(seconds, 0.01))
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start
        known.value_valid = True
        high.setSolution(known)
    high.run()
    status = high.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Whole(None, max(-math.inf, floor))
    if status in (
        highspy.HighsModelStatus.kSolveError,
        highspy.HighsModelStatus.kModelError,
        highspy.HighsModelStatus.kUnbounded,
    ):
        raise NngisError(
            f"求解器 HiGHS 未能求解（{high.modelStatusToString(status)}）；请检查数值的量级。",
            f"The solver HiGHS failed ({high.modelStatusToString(status)}); check the size of "
            "the numbers.",
            where="HiGHS",
        )
    info = high.getInfo()
    bound = -info.mip_dual_bound
    slack = TOLERANCE * max(1.0, abs(bound)) if math.isfinite(bound) else 0.0
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    x = np.array(high.getSolution().col_value) if found else None
    return Whole(x, max(bound + slack, floor))


def _load(program: Program, *, whole: bool = False) -> Any:  # noqa: ANN401 - HiGHS has no types
    """Pass a programme to HiGHS as one sparse matrix; HiGHS minimises."""
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = program.rows.shape
    model.col_cost_ = -program.gain
    model.offset_ = -program.offset
    model.col_lower_, model.col_upper_ = program.low, program.high
    model.row_lower_ = np.maximum(program.row_low, -highspy.kHighsInf)
    model.row_upper_ = np.minimum(program.row_high, highspy.kHighsInf)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = program.rows.indptr
    model.a_matrix_.index_ = program.rows.indices
    model.a_matrix_.value_ = program.rows.data
    if whole:
        kinds = np.array([highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger])
        model.integrality_ = list(kinds[program.whole.astype(int)])
    high = cast("Any", highspy.Highs)()
    high.setOptionValue("output_flag", False)
    high.setOptionValue("parallel", "off")
    high.passModel(model)
    return high
