"""The best cover and its proof: search, prices, cuts, and at last whole numbers."""

from itertools import count

import numpy as np

from nngis.arrays import Bools, Floats
from nngis.solvers.program import Program, fixed_by_price, safe_bound
from nngis.solvers.site._cover import CoverProblem, cover_program, drop_dominated, settle
from nngis.solvers.site._effort import Effort
from nngis.solvers.site._found import Found, is_settled, search, top_of, unit_of
from nngis.solvers.site._numba_dual import price_classes
from nngis.solvers.site._prove_cover import SHRINKAGE, prove
from nngis.solvers.site._recombine import Pool, recombine

QUICK_STEPS = 300
LONG = 0.5
"""First step of the prices, as a share of the one that would close the gap."""
LEAST_STEPS, STEP_LINKS = 1, 200_000_000
"""Steps between two looks at the clock: so many at least, and links that they may go through."""
PRICE_STEPS = 1000
# A first relaxation of 45,000 links took one second, one of 360,000 half a minute.
LINKS_IN_A_SECOND = 45_000
GROWTH = 1.6
TURNS, LONGER = 16, 6
"""Turns of the first recombination, and how many times the one before each further one takes."""
FIRST_S, PATIENCE = 2.0, 5.0
"""How long a relaxation may take to follow the first search [s], and how much longer after each
further one."""
AT_ONCE_S = 0.3
"""Where a relaxation takes no longer [s], a climb goes before it: what the relaxation opens most
leads higher than a search that takes as long."""
OUT_OF_REACH_S = 300.0
"""Where a relaxation takes so long [s], the prices alone must bound."""
ROUNDING = 1e-12


def best_cover(
    question: CoverProblem,
    given: Bools,
    barred: Bools,
    effort: Effort,
    *,
    start: Bools | None = None,
) -> Found:
    """Choose the sites that cover most within the limits."""
    problem = drop_dominated(settle(question, given, barred))
    nothing = given.copy()
    top = problem.constant + float(problem.linear.sum() + problem.value.sum())
    unit = unit_of(question.value, question.linear, np.array([question.constant]))
    found = Found(nothing, question.worth(nothing), top * (1.0 + ROUNDING), unit=unit)
    if start is not None:
        found = found.better(start, question.worth(start))
    price: Floats | None = None
    pool = Pool()
    # What is done, and in which order, does not hang on the time allowed: more of it can only go
    # farther on the same way.
    for turn in count(1):
        if is_settled(problem):
            return prove(problem, found, effort, pool)
        if turn == 1 and _seconds(problem) < AT_ONCE_S:
            found, _ = top_of(problem, found, effort)
        elif turn == 1:
            found = search(problem, found, effort, seed=turn)
        else:
            turns = TURNS * LONGER ** (turn - 2)
            found = recombine(problem, found, pool, effort, turns=turns, seed=turn)
        effort.report(found.worth, found.bound)
        if effort.is_over:
            break
        quick = turn == 1 and _seconds(problem) < OUT_OF_REACH_S
        steps = QUICK_STEPS if quick else PRICE_STEPS
        found, price = _price(problem, cover_program(problem), found, price, steps, effort)
        effort.report(found.worth, found.bound)
        if found.gap <= effort.gap or effort.is_over:
            break
        smaller = _narrow(problem, cover_program(problem), found, price)
        if _seconds(smaller) < FIRST_S * PATIENCE ** (turn - 1):
            return prove(smaller, found, effort, pool)
        if smaller.size < SHRINKAGE * problem.size:
            problem, price = smaller, None  # the prices were those of other classes
    return found


def _seconds(problem: CoverProblem) -> float:
    """Guess how long the first relaxation takes [s]."""
    return float((problem.covers.nnz / LINKS_IN_A_SECOND) ** GROWTH)


def _price(
    problem: CoverProblem,
    program: Program,
    found: Found,
    known: Floats | None,
    steps: int,
    effort: Effort,
) -> tuple[Found, Floats]:
    """Lower the bound by prices on the classes; return the best prices of all rows."""
    if known is None:
        price = problem.value[:, 0] / np.maximum(np.diff(problem.covered_by.indptr), 1)
    else:
        price = known[: problem.value.shape[0]].copy()
    prices = price, np.zeros(price.size), price.copy()
    control = np.array([LONG, 0.0, np.inf, 0.0])
    piece = LEAST_STEPS + STEP_LINKS // max(problem.covers.nnz, 1)
    least = found.worth - problem.constant
    for done in range(0, steps, piece):
        most = min(piece, steps - done)
        ended = price_classes(problem.arrays, problem.packing.budget, least, prices, control, most)
        if ended or effort.is_over:
            break
    price = np.r_[prices[2], control[3], np.zeros(problem.packing.cap.size)]
    return found.bounded(safe_bound(program, price)[0]), price


def _narrow(problem: CoverProblem, program: Program, found: Found, price: Floats) -> CoverProblem:
    """Settle the sites whose price tells that every better choice has them, or has not."""
    bound, reduced = safe_bound(program, price)
    one, zero = fixed_by_price(program, reduced, bound, found.next_worth)
    m = problem.size
    if not (one[:m] | zero[:m]).any():
        return problem
    return drop_dominated(settle(problem, one[:m], zero[:m]))
