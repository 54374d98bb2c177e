"""HiGHS behind two verbs: solve a relaxation again and again, and solve in whole numbers once.

The only module that imports highspy. Nothing that the engine claims is passed on unchecked: a
point is held against the programme, a bound against the points known, and of a relaxation only
the prices are used, which bound whatever they are. What cannot be true is dropped and doubted.
"""

import math
from dataclasses import dataclass
from typing import Any, cast

import highspy
import numpy as np
from scipy import sparse

from nngis.arrays import Bools, Floats
from nngis.solvers.program import Program, holds_nothing, whole_point
from nngis.text import Text

# From this size on the interior method beats the simplex method on a cold start.
INTERIOR_ROWS = 4000
# HiGHS solves the relaxations it prunes by to 1e-7: its bound is trusted no further.
TOLERANCE = 1e-7
# Whole columns may be off by 1e-6: rounding them moves the objective by a little.
AGREEMENT = 1e-5
# Threads are left as the process has them: HiGHS refuses to run, and answers zeros, where another
# number is asked for than its scheduler was started with.
SETTINGS = {"parallel": "off", "mip_abs_gap": 0.0}

REFUSED = Text(
    "HiGHS 未能求解一个子问题；未采用其结果。",
    "HiGHS did not solve a part of the question; nothing of it was used.",
)
BAD_POINT = Text(
    "HiGHS 给出的解违反约束或不是有限数，已弃用。",
    "HiGHS returned a point that breaks the question or is not finite; it was discarded.",
)
BAD_BOUND = Text(
    "HiGHS 给出的界与已知的可行解矛盾或不是有限数，已弃用。",
    "HiGHS claimed a bound that a known point contradicts or that is not finite; it was discarded.",
)
NOT_EMPTY = Text(
    "HiGHS 称无可行解，但已有可行解或无法证实，已弃用。",
    "HiGHS claimed that there is no solution, where one is known or no proof holds; it was "
    "discarded.",
)
NOT_OPTIMAL = Text(
    "HiGHS 称已求得最优解，但其解与界并不相合；仅采用可核对的部分。",
    "HiGHS called a point optimal that its own bound or a known point contradicts; only what "
    "could be checked was used.",
)


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What a relaxation says.

    Parameters
    ----------
    x : (c,) float array
        Values of the columns: a hint, within their bounds.
    price : (r,) float array
        Prices of the rows, positive where an upper side binds; for `safe_bound`.
    """

    x: Floats
    price: Floats


@dataclass(frozen=True, eq=False)
class Whole:
    """What is known of a programme in whole numbers.

    Parameters
    ----------
    x : (c,) float array, optional
        The best point found; it keeps the programme, its whole columns exactly whole.
    bound : float
        Upper bound on the objective, the engine's word as far as no known point contradicts it;
        inf if there is none, -inf if it says that there is no feasible point.
    doubts : tuple of Text
        What the engine claimed and cannot be.
    """

    x: Floats | None
    bound: float
    doubts: tuple[Text, ...] = ()

    @property
    def careful_bound(self) -> float:
        """The bound, moved up by the engine's own tolerance."""
        if not math.isfinite(self.bound):
            return self.bound
        return self.bound + TOLERANCE * _size(self.bound)


class _Engine(highspy.Highs):
    """HiGHS without a word on stdout: 1.16 greets as soon as callbacks are set up."""

    def enableCallbacks(self) -> None:  # noqa: N802 - the engine's name
        self.setOptionValue("output_flag", False)
        cast("Any", super()).enableCallbacks()


class Relaxation:
    """A programme without whole numbers that HiGHS keeps warm while rows and bounds change.

    `is_empty` says that the last question proved to have no point, `has_failed` that the engine
    gave up for another reason than time; `doubts` collects what it claimed and cannot be. While
    `is_inside` is true, the interior method solves each question and stays inside the best face:
    faster by far where the way to a corner is long, but no basis is left to go on from.
    """

    def __init__(self, program: Program, *, is_inside: bool = False) -> None:
        self.is_inside = is_inside
        self._program = program
        self._added: list[tuple[sparse.csr_matrix, Floats]] = []
        self._engine = _load(program)
        self._fresh = program.rows.shape[0] >= INTERIOR_ROWS
        self.is_empty = False
        self.has_failed = False
        self.doubts: tuple[Text, ...] = ()

    def add_rows(self, rows: sparse.csr_matrix, row_high: Floats) -> None:
        """Add rows that have an upper bound only."""
        count = rows.shape[0]
        self._added.append((rows, row_high))
        self._engine.addRows(
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
        every = np.arange(low.size, dtype=np.int32)
        self._program = self._program.within(low, high)
        self._engine.changeColsBounds(low.size, every, low, high)

    def solve(self, seconds: float) -> Relaxed | None:
        """Solve, or return None where the time was too short, or nothing of use came back.

        A large programme is solved by the interior method at first, and by the simplex method
        from its last basis afterwards.
        """
        engine = self._engine
        engine.setOptionValue("solver", "ipx" if self._fresh or self.is_inside else "simplex")
        engine.setOptionValue("run_crossover", "off" if self.is_inside else "on")
        # The clock of a relaxation runs on from one run to the next.
        engine.setOptionValue("time_limit", engine.getRunTime() + max(seconds, 0.01))
        ran = engine.run() != highspy.HighsStatus.kError
        status = engine.getModelStatus()
        self.is_empty = ran and status == highspy.HighsModelStatus.kInfeasible
        if self.is_empty:
            self.is_empty = self._is_proved_empty()
            self.has_failed = not self.is_empty
            return None
        in_time = ran and status == highspy.HighsModelStatus.kTimeLimit
        if not ran or status != highspy.HighsModelStatus.kOptimal:
            self._doubt(not in_time, REFUSED)
            return None
        self._fresh &= self.is_inside
        solution, program = engine.getSolution(), self._program
        x, price = np.array(solution.col_value), -np.array(solution.row_dual)
        rows = program.row_high.size + sum(high.size for _, high in self._added)
        right = x.shape == program.gain.shape and price.shape == (rows,)
        right = right and bool(np.isfinite(x).all() and np.isfinite(price).all())
        self._doubt(not right, BAD_POINT)
        return Relaxed(np.clip(x, program.low, program.high), price) if right else None

    def _doubt(self, failed: bool, why: Text) -> None:  # noqa: FBT001
        self.has_failed = failed
        self.doubts += (why,) if failed and why not in self.doubts else ()

    def _is_proved_empty(self) -> bool:
        """Reckon from the ray that the engine names whether really no point is left."""
        for rows, row_high in self._added:
            self._program = self._program.with_rows(rows, row_high)
        self._added = []
        _, known, ray = self._engine.getDualRay()
        proved = bool(known) and any(
            holds_nothing(self._program, sign * np.array(ray)) for sign in (-1.0, 1.0)
        )
        self._doubt(not proved, NOT_EMPTY)
        return proved


def solve_whole(
    program: Program,
    *,
    known: Floats | None,
    gap: float,
    seconds: float,
    nodes: int | None = None,
) -> Whole:
    """Solve a programme in whole numbers, if `nodes` is given in so many branches at most."""
    # The point known is not handed to the engine: HiGHS 1.16.0 forgets the constant that its
    # presolve takes off when it values a start, and prunes better points by it.
    engine = _load(program, whole=True)
    engine.setOptionValue("mip_rel_gap", gap)
    engine.setOptionValue("time_limit", max(seconds, 0.01))
    if nodes is not None:
        engine.setOptionValue("mip_max_nodes", nodes)
    known = None if known is None else whole_point(program, known)
    ran = engine.run() != highspy.HighsStatus.kError
    if ran and engine.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return Whole(None, -math.inf) if known is None else Whole(None, math.inf, (NOT_EMPTY,))
    if not ran or not engine.getInfo().valid:
        return Whole(None, math.inf, (REFUSED,))
    return _checked(program, engine, -math.inf if known is None else program.worth(known), gap)


def _checked(program: Program, engine: Any, known: float, gap: float) -> Whole:  # noqa: ANN401
    """Keep of point and bound what can be true beside a point worth `known`; else the point."""
    info, found = engine.getInfo(), -math.inf
    x: Floats | None = None
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        x = whole_point(program, np.array(engine.getSolution().col_value))
        if x is None:
            return Whole(None, math.inf, (BAD_POINT,))
        found = program.worth(x)
    known, bound = max(known, found), -info.mip_dual_bound
    least = known - TOLERANCE * _size(known) if math.isfinite(known) else -math.inf
    if bound < least or not (math.isfinite(bound) or bound == math.inf):
        return Whole(x, math.inf, (BAD_BOUND,))
    called_optimal = engine.getModelStatus() == highspy.HighsModelStatus.kOptimal
    agrees = x is None or abs(found + info.objective_function_value) <= AGREEMENT * _size(found)
    if called_optimal and x is None:
        agrees = False
    elif called_optimal:
        agrees &= max(known, bound) - found <= (gap + AGREEMENT) * _size(found)
    return Whole(x, max(bound, known), ()) if agrees else Whole(x, math.inf, (NOT_OPTIMAL,))


def _size(worth: float) -> float:
    return max(1.0, abs(worth))


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
        model.integrality_ = _kinds(program.whole)
    engine = cast("Any", _Engine)()
    engine.setOptionValue("output_flag", False)
    for option, value in SETTINGS.items():
        engine.setOptionValue(option, value)
    engine.passModel(model)
    return engine


def _kinds(whole: Bools) -> list[Any]:
    kinds = np.array([highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger])
    return list(kinds[whole.astype(int)])
