"""The proof of the best cover: cuts round by round, a smaller question, branches."""

import numpy as np

from nngis.solvers.highs import Relaxation
from nngis.solvers.program import Program, fixed_by_price, safe_bound
from nngis.solvers.site._branch import branch
from nngis.solvers.site._cover import CoverProblem, cover_program, drop_dominated, settle
from nngis.solvers.site._cuts import odd_cuts
from nngis.solvers.site._effort import Effort
from nngis.solvers.site._found import Found, is_settled, lift, round_point, search

PATIENCE = 4
LEAST_PROGRESS = 0.05
SHRINKAGE = 0.8
ROUNDING = 1e-12


def prove(problem: CoverProblem, found: Found, effort: Effort) -> Found:
    """Close the gap by cuts, and what they leave open by whole numbers."""
    m = problem.size
    nothing = np.zeros(m, bool)
    if not problem.packing.allows(nothing):  # no better choice keeps the limits
        return found.bounded(found.worth)
    if not m:
        return lift(problem, found, nothing).bounded(problem.constant * (1.0 + ROUNDING))
    program = cover_program(problem)
    relaxation = Relaxation(program)
    found, program = _cut(problem, program, relaxation, found, effort)
    found = found.doubting(relaxation.doubts)
    if found.gap <= effort.gap or effort.is_over:
        return found
    # What the cuts fixed makes a smaller question, where the same search sees more.
    smaller = settle(problem, program.low[:m] > 0.0, program.high[:m] < 1.0)
    if not is_settled(smaller):
        found = search(smaller, found, seed=smaller.size)
    if smaller.size < SHRINKAGE * m:
        return prove(drop_dominated(smaller), found, effort)
    return found if found.gap <= effort.gap else branch(problem, program, found, effort)


def _cut(
    problem: CoverProblem, program: Program, relaxation: Relaxation, found: Found, effort: Effort
) -> tuple[Found, Program]:
    """Cut off fractional points and fix sites, round by round, until that stalls."""
    m = problem.size
    bounds: list[float] = []
    while not effort.is_over:
        relaxed = relaxation.solve(effort.left_s)
        if relaxed is None:
            return found.bounded(found.worth) if relaxation.is_empty else found, program
        bound, reduced = safe_bound(program, relaxed.price)
        found = round_point(problem, found.bounded(bound), relaxed.x[:m], seed=len(bounds) + 1)
        one, zero = fixed_by_price(program, reduced, bound, found.worth)
        if one.any() or zero.any():
            program = program.fixed(one, zero)
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
