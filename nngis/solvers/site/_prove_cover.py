"""The proof of the best cover: cuts round by round, a smaller question, branches."""

import numpy as np

from nngis.arrays import Floats
from nngis.solvers.highs import Relaxation
from nngis.solvers.program import Program, fixed_by_price, safe_bound
from nngis.solvers.site._branch import branch
from nngis.solvers.site._cover import CoverProblem, cover_program, drop_dominated, settle
from nngis.solvers.site._cuts import FEW, MANY, odd_cuts
from nngis.solvers.site._effort import Effort
from nngis.solvers.site._found import Found, is_settled, lift, round_point, search
from nngis.solvers.site._recombine import Pool, recombine

PATIENCE = 4
LEAST_PROGRESS = 0.05
SHRINKAGE = 0.8
INSIDE_ROWS = 1000
"""From so many rows on the relaxation stays inside its best face: 0.5 s and 1.6 s in place of 3.5 s
and 10 s for 72,000 and 179,000 links."""
ROUNDING = 1e-12
TURNS = 16
"""Turns of the recombination on what the cuts leave."""
GUESSES = (0.3, 0.1)
"""Shares of the gap that the optimum is guessed to lie below the bound, taken in turn."""


def prove(problem: CoverProblem, found: Found, effort: Effort, pool: Pool) -> Found:
    """Close the gap by cuts, and what they leave open by whole numbers."""
    m = problem.size
    nothing = np.zeros(m, bool)
    if not problem.packing.allows(nothing):  # no better choice keeps the limits
        return found.bounded(found.worth)
    if not m:
        return lift(problem, found, nothing).bounded(problem.constant * (1.0 + ROUNDING))
    program = cover_program(problem)
    relaxation = Relaxation(program, is_inside=program.rows.shape[0] >= INSIDE_ROWS)
    found, program = _cut(problem, program, relaxation, found, effort)
    found = found.doubting(relaxation.doubts)
    if found.gap <= effort.gap or effort.is_over:
        return found
    # What the cuts fixed makes a smaller question, where the same search sees more.
    smaller = settle(problem, program.low[:m] > 0.0, program.high[:m] < 1.0)
    if not is_settled(smaller):
        found = recombine(smaller, found, pool, effort, turns=TURNS, seed=smaller.size)
    if smaller.size < SHRINKAGE * m:
        return prove(drop_dominated(smaller), found, effort, pool)
    relaxation.is_inside = False
    return found if found.gap <= effort.gap else branch(problem, program, relaxation, found, effort)


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
        bounds.append(bound)
        found = round_point(problem, found.bounded(bound), relaxed.x[:m], effort, seed=len(bounds))
        stalls = found.gap <= effort.gap or _stalls(bounds, found.worth)
        cuts = (
            None if stalls else odd_cuts(problem, relaxed.x, MANY if relaxation.is_inside else FEW)
        )
        if found.gap > effort.gap:
            share = GUESSES[len(bounds) % len(GUESSES)]
            found = _guess(problem, program, found, (bound, reduced, share), effort)
        effort.report(found.worth, found.bound)
        one, zero = fixed_by_price(program, reduced, bound, found.next_worth)
        if one.any() or zero.any():
            program = program.fixed(one, zero)
            relaxation.set_bounds(program.low, program.high)
        if cuts is None:
            break
        program = program.with_rows(*cuts)
        relaxation.add_rows(*cuts)
    return found, program


def _guess(
    problem: CoverProblem,
    program: Program,
    found: Found,
    priced: tuple[float, Floats, float],
    effort: Effort,
) -> Found:
    """Search among the sites that stay free if the optimum is guessed to be near the bound."""
    m = problem.size
    bound, reduced, share = priced
    one, zero = fixed_by_price(program, reduced, bound, bound - share * (bound - found.worth))
    one, zero = one | (program.low > 0.0), zero | (program.high < 1.0)
    kernel = settle(problem, one[:m], zero[:m])
    return found if is_settled(kernel) else search(kernel, found, effort, seed=kernel.size)


def _stalls(bounds: list[float], worth: float) -> bool:
    """Whether the last rounds of cuts closed next to nothing of the gap."""
    if len(bounds) <= PATIENCE:
        return False
    return bounds[-1 - PATIENCE] - bounds[-1] < LEAST_PROGRESS * (bounds[-1] - worth)
