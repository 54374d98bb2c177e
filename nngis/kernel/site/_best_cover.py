"""The best cover and its proof: search, prices, cuts, and at last whole numbers."""

from dataclasses import dataclass, replace

import numpy as np

from nngis.kernel.site._cover import CoverProblem, cover_program, drop_dominated, settle
from nngis.kernel.site._cuts import odd_cuts
from nngis.kernel.site._effort import Effort
from nngis.kernel.site._highs import Relaxation, solve_whole
from nngis.kernel.site._numba_cover import (
    anneal,
    climb,
    fresh_state,
    open_in_order,
)
from nngis.kernel.site._numba_dual import price_classes
from nngis.kernel.site._program import Program, fixed_by_price, safe_bound
from nngis.kernel.site.answer import relative_gap
from nngis.kernel.site.site_links import Flags, Floats

TRIALS_PER_SITE = 500
MOST_TRIALS = 1_000_000
MOST_WORK = 100_000_000
HOT = 0.05
COLD = 0.003
PRICE_STEPS = 500
# A first relaxation of 45,000 links took one second, one of 360,000 half a minute.
LINKS_IN_A_SECOND = 45_000
GROWTH = 1.6
PATIENCE = 4
LEAST_PROGRESS = 0.05
SHRINKAGE = 0.8


@dataclass(frozen=True, eq=False)
class Found:
    """The best choice so far, and what no choice exceeds.

    Parameters
    ----------
    is_open : (m,) bool array
        The choice, over all sites of the question.
    worth : float
        Its objective.
    bound : float
        No choice is worth more.
    """

    is_open: Flags
    worth: float
    bound: float

    @property
    def gap(self) -> float:
        """Share of the objective that could be missing."""
        return relative_gap(self.worth, self.bound)

    def bounded(self, bound: float) -> "Found":
        """Return the same with a bound on all choices that are better than this one."""
        return replace(self, bound=min(self.bound, max(bound, self.worth)))

    def better(self, is_open: Flags, worth: float) -> "Found":
        """Return the better of two choices."""
        if worth <= self.worth:
            return self
        return replace(self, is_open=is_open, worth=worth, bound=max(self.bound, worth))


def best_cover(
    question: CoverProblem,
    given: Flags,
    barred: Flags,
    effort: Effort,
    *,
    start: Flags | None = None,
) -> Found:
    """Choose the sites that cover most within the limits.

    Parameters
    ----------
    question : CoverProblem
        All sites.
    given, barred : (m,) bool array
        Sites that are open, and that are not, whatever is chosen.
    effort : Effort
        When to stop.
    start : (m,) bool array, optional
        A choice to begin with.

    Returns
    -------
    Found
        The choice and its bound.
    """
    problem = drop_dominated(settle(question, given, barred))
    nothing = given.copy()
    top = problem.constant + float(problem.linear.sum() + problem.value.sum())
    found = Found(nothing, question.worth(nothing), top * (1.0 + 1e-12))
    if start is not None:
        found = found.better(start, question.worth(start))
    if not problem.size:
        return found.bounded(found.worth)
    found = _search(problem, found, seed=1, trials=_trials(problem))
    program = cover_program(problem)
    width = np.maximum(np.diff(problem.covered_by.indptr), 1)
    found, price = _price(problem, program, found, problem.value[:, 0] / width)
    again = 2
    while found.gap > effort.gap and _seconds(problem) > effort.left_s > 0:
        found, price = _price(problem, program, found, price)
        if found.gap > effort.gap:
            found = _search(problem, found, seed=again, trials=_trials(problem))
        again += 1
    if found.gap > effort.gap and not effort.is_over:
        problem = _narrow(problem, program, found, price)
        found = _prove(problem, found, effort)
    return found


def _trials(problem: CoverProblem) -> int:
    wide = MOST_WORK * problem.size / max(problem.covers.nnz, 1)
    return int(min(TRIALS_PER_SITE * problem.size, MOST_TRIALS, wide))


def _seconds(problem: CoverProblem) -> float:
    """Guess how long the first relaxation takes [s]."""
    return float((problem.covers.nnz / LINKS_IN_A_SECOND) ** GROWTH)


def _least(problem: CoverProblem) -> float:
    """Change of the objective that is no rounding error."""
    return 1e-9 * max(float(problem.linear.sum() + problem.value.sum()), 1e-300)


def _lift(problem: CoverProblem, found: Found, is_open: Flags) -> Found:
    """Take a choice within the small question if it is better for the whole one."""
    worth = problem.worth(is_open)
    if worth <= found.worth:
        return found
    whole = np.zeros(found.is_open.size, bool)
    whole[problem.opened] = True
    whole[problem.site[is_open]] = True
    return found.better(whole, worth)


def _drop(problem: CoverProblem, found: Found) -> Flags:
    """Return the best choice within the small question, or none where it does not fit there."""
    inside = found.is_open[problem.site]
    return inside if problem.packing.allows(inside) else np.zeros(problem.size, bool)


def _search(problem: CoverProblem, found: Found, *, seed: int, trials: int) -> Found:
    """Climb, then anneal from there, then climb."""
    arrays, budget = problem.arrays, problem.packing.budget
    state = fresh_state(arrays, _drop(problem, found))
    climb(arrays, state, budget, _least(problem))
    found = _lift(problem, found, state.is_open)
    size = max(int(state.is_open.sum()), 1)
    heat = max(problem.worth(state.is_open) - problem.constant, _least(problem)) / size
    best = anneal(arrays, state.is_open, budget, (trials, HOT * heat, COLD * heat), seed)
    state = fresh_state(arrays, best)
    climb(arrays, state, budget, _least(problem))
    return _lift(problem, found, state.is_open)


def _price(
    problem: CoverProblem, program: Program, found: Found, price: Floats
) -> tuple[Found, Floats]:
    """Lower the bound by prices on the classes; return the best prices of all rows."""
    price = price[: problem.value.shape[0]].copy()
    _, rate = price_classes(
        problem.arrays, problem.packing.budget, found.worth - problem.constant, price, PRICE_STEPS
    )
    price = np.r_[price, rate, np.zeros(problem.packing.cap.size)]
    return found.bounded(safe_bound(program, price)[0]), price


def _narrow(problem: CoverProblem, program: Program, found: Found, price: Floats) -> CoverProblem:
    """Settle the sites whose price tells that every better choice has them, or has not."""
    bound, reduced = safe_bound(program, price)
    one, zero = fixed_by_price(program, reduced, bound, found.worth)
    m = problem.size
    if not (one[:m] | zero[:m]).any():
        return problem
    return drop_dominated(settle(problem, one[:m], zero[:m]))


def _prove(problem: CoverProblem, found: Found, effort: Effort) -> Found:
    """Close the gap by cuts, and what they leave open by whole numbers."""
    m = problem.size
    nothing = np.zeros(m, bool)
    if not problem.packing.allows(nothing):  # no better choice keeps the limits
        return found.bounded(found.worth)
    if not m:
        return _lift(problem, found, nothing).bounded(problem.constant)
    found, program = _cut(problem, found, effort)
    if found.gap <= effort.gap or effort.is_over:
        return found
    # What the cuts fixed makes a smaller question, where the same search sees more.
    smaller = settle(problem, program.low[:m] > 0.0, program.high[:m] < 1.0)
    if smaller.packing.allows(np.zeros(smaller.size, bool)):
        found = _search(smaller, found, seed=1, trials=_trials(smaller))
    if smaller.size < SHRINKAGE * m:
        return _prove(drop_dominated(smaller), found, effort)
    return found if found.gap <= effort.gap else _finish(problem, program, found, effort)


def _cut(problem: CoverProblem, found: Found, effort: Effort) -> tuple[Found, Program]:
    """Cut off fractional points and fix sites, round by round, until that stalls."""
    program = cover_program(problem)
    relaxation = Relaxation(program)
    m = problem.size
    bounds: list[float] = []
    while not effort.is_over:
        relaxed = relaxation.solve(effort.left_s)
        if relaxed is None:
            return found.bounded(found.worth) if relaxation.is_empty else found, program
        bound, reduced = safe_bound(program, relaxed.price)
        found = _round(problem, found.bounded(bound), relaxed.x[:m])
        one, zero = fixed_by_price(program, reduced, bound, found.worth)
        if one.any() or zero.any():
            program = replace(
                program,
                low=np.where(one, 1.0, program.low),
                high=np.where(zero, 0.0, program.high),
            )
            relaxation.set_bounds(program.low, program.high)
        bounds.append(bound)
        stalls = found.gap <= effort.gap or _stalls(bounds, found.worth)
        cuts = None if stalls else odd_cuts(problem, relaxed.x)
        if cuts is None:
            break
        program = program.with_rows(*cuts)
        relaxation.add_rows(*cuts)
    return found, program


def _stalls(bounds: list[float], worth: float) -> bool:
    """Whether the last rounds of cuts closed next to nothing of the gap."""
    if len(bounds) <= PATIENCE:
        return False
    return bounds[-1 - PATIENCE] - bounds[-1] < LEAST_PROGRESS * (bounds[-1] - worth)


def _round(problem: CoverProblem, found: Found, point: Floats) -> Found:
    """Open the sites that a fractional point opens most, then climb."""
    arrays, budget = problem.arrays, problem.packing.budget
    state = fresh_state(arrays, np.zeros(problem.size, bool))
    open_in_order(arrays, state, np.argsort(-point, kind="stable"), budget)
    climb(arrays, state, budget, _least(problem))
    return _lift(problem, found, state.is_open)


def _finish(problem: CoverProblem, program: Program, found: Found, effort: Effort) -> Found:
    """Let HiGHS branch on what the cuts left open."""
    inside = _drop(problem, found)
    of, level = np.nonzero(problem.value > 0)
    won = (problem.covered_by @ inside.astype(np.int64))[of] > level
    known = np.r_[inside, won].astype(np.float64)
    fits = bool(((known >= program.low) & (known <= program.high)).all())
    whole = solve_whole(
        program, start=known if fits else None, gap=effort.gap, seconds=effort.left_s
    )
    if whole.x is not None:
        is_open = whole.x[: problem.size] > 0.5  # noqa: PLR2004
        if problem.packing.allows(is_open):
            found = _lift(problem, found, is_open)
    return found.bounded(whole.bound)
