"""The best median and its proof: as a cover with cuts, or branch by branch with prices."""

from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

import numpy as np
from scipy import sparse

from nngis.arrays import Bools, Floats
from nngis.solvers.program import EPS
from nngis.solvers.site._best_cover import best_cover
from nngis.solvers.site._choice import FORBIDDEN, MANDATORY
from nngis.solvers.site._cover import CoverProblem, make_cover
from nngis.solvers.site._effort import Effort
from nngis.solvers.site._found import Found, unit_of
from nngis.solvers.site._median import (
    MedianProblem,
    climb_from,
    kick_from,
    price_from,
    safe_savings,
)
from nngis.solvers.site._numba_median import best_two, price_demands
from nngis.solvers.site.answer import relative_gap
from nngis.solvers.site.site_links import Ints

# A cover with more links than this takes longer than it is worth.
MOST_LINKS = 4_000_000
# With more than this, branches with prices come first: 0.7 s in place of more than 60.
MANY_LINKS = 100_000
MOST_BRANCHES = 20_000
STEPS, FIRST_STEP = 60, 0.1
"""Steps on the prices of a branch, and the length of the first."""
CLIMB_EVERY = 16
"""Branches between two climbs from the sites that prices favour."""


def best_median(problem: MedianProblem, effort: Effort) -> Found:
    """Choose the sites that save most within the limits."""
    given = problem.choice.given
    unit = unit_of(problem.arrays.saving, np.array([problem.total]))
    found = Found(given, float(best_two(problem.arrays, given)[1].sum()), np.inf, unit=unit)
    found = climb_from(problem, found, given, effort)
    effort.report(found.worth, found.bound)
    found, price, rate = price_from(problem, found, effort)
    if problem.gap(found) > effort.gap and not effort.is_over:
        found = kick_from(problem, found, price, rate, effort)
    if problem.gap(found) > effort.gap and not effort.is_over:
        found = _prove(problem, found, price, rate, effort)
    return found


def _prove(
    problem: MedianProblem, found: Found, price: Floats, rate: float, effort: Effort
) -> Found:
    """Close the gap in the form of a cover, where that is small enough."""
    bound, reduced = safe_savings(problem, price, rate)
    room = max(bound - found.next_worth, 0.0)
    barred = ~problem.choice.given & ~(problem.choice.free & (reduced >= -room))
    cover = _as_cover(problem, price - room, barred)
    if cover is None or cover.covers.nnz > MANY_LINKS:
        found = _branch(problem, found, price, effort)
        if cover is None or problem.gap(found) <= effort.gap or effort.is_over:
            return found
    # The same gap of the distance is another one of the savings.
    gap = effort.gap * (problem.total - found.worth) / max(found.worth, 1e-300)
    given = problem.choice.given
    rounding = 8.0 * EPS * problem.total

    def report(saved: float, most: float) -> bool:
        return effort.report(saved, most + rounding)

    inner = replace(effort, gap=min(gap, 0.5), progress=report)
    result = best_cover(cover, given, barred, inner, start=found.is_open)
    effort.stop(when=inner.is_over)
    worth = float(best_two(problem.arrays, result.is_open)[1].sum())
    found = found.better(result.is_open, worth)
    return found.bounded(result.bound + rounding)


def _as_cover(problem: MedianProblem, floor: Floats, barred: Bools) -> CoverProblem | None:
    """Write the question as a cover: a class for each demand and each step of its savings.

    A demand that saves s with a site that is open wins every step up to s; the step between two
    savings is won by every site that saves the larger one. Where a better choice is known to save
    at least `floor`, the steps below it are one.
    """
    q = problem.arrays
    base = best_two(q, problem.choice.given)[1]
    n = base.size
    demand = np.repeat(np.arange(n), np.diff(q.rank_start))
    use = ~barred[q.rank_site] & ~problem.choice.given[q.rank_site]
    use &= (q.rank_saving > base[demand]) & (q.rank_saving >= floor[demand])
    demand, site, saving = demand[use], q.rank_site[use], q.rank_saving[use]
    first = np.r_[0, np.cumsum(np.bincount(demand, minlength=n))]
    rank = np.arange(demand.size) - first[demand]
    if int((rank + 1).sum()) > MOST_LINKS:
        return None
    ends = np.r_[demand[1:] != demand[:-1], np.ones(min(demand.size, 1), bool)]
    following = np.where(ends, base[demand], np.r_[saving[1:], np.zeros(min(saving.size, 1))])
    step = saving - following
    real = np.flatnonzero(step > 0)
    width = rank[real] + 1
    start = np.r_[0, np.cumsum(width)]
    within = np.arange(start[-1]) - np.repeat(start[:-1], width)
    item = site[np.repeat(first[demand[real]], width) + within]
    rows = sparse.csr_matrix(
        (np.ones(item.size, np.int8), item, start), shape=(real.size, barred.size)
    )
    cover = make_cover(rows.T.tocsr(), step[real][:, None], problem.choice.packing)
    return replace(cover, constant=cover.constant + float(base.sum()))


@dataclass(order=True, frozen=True)
class _Branch:
    """What is left to look at: its bound, the sites' roles in it, and good prices."""

    key: tuple[float, int]
    role: Ints = field(compare=False)
    price: Floats = field(compare=False)


def _branch(problem: MedianProblem, found: Found, price: Floats, effort: Effort) -> Found:
    """Open or close one site after the other, the branch with the largest bound first.

    A branch is bounded by the prices of the one before it, moved a little; sites whose price
    decides them go with it. Groups of sites are left to the cover.
    """
    # N. Christofides and J. E. Beasley, "A tree search algorithm for the p-median problem", Eur.
    # J. Oper. Res. 10 (1982).
    if problem.choice.packing.cap.size:
        return found
    left = [_Branch((-found.bound, 0), problem.choice.role, price)]
    count, passed = 0, -np.inf
    while left and count < MOST_BRANCHES and not effort.is_over:
        branch = heappop(left)
        if _is_done(problem, found, -branch.key[0], effort):
            passed = -branch.key[0]
            break
        count += 2
        found, bound, halves = _look(problem, found, branch, count, effort)
        passed = passed if halves else max(passed, bound)
        for half in halves:
            heappush(left, half)
        if left:
            effort.report(found.worth, found.attainable(max(passed, found.worth, -left[0].key[0])))
    return found.bounded(max(passed, *(-one.key[0] for one in left), found.worth))


def _is_done(problem: MedianProblem, found: Found, bound: float, effort: Effort) -> bool:
    """Whether nothing under this bound is of use."""
    reached, most = found.worth - problem.total, found.attainable(bound) - problem.total
    return relative_gap(reached, most) <= effort.gap


def _look(
    problem: MedianProblem, found: Found, branch: _Branch, count: int, effort: Effort
) -> tuple[Found, float, list[_Branch]]:
    """Bound a branch and split it; return what it is worth at most, and its halves if any."""
    choice = replace(problem.choice, role=branch.role)
    part = replace(problem, choice=choice)
    prices = branch.price.copy(), np.zeros(branch.price.size), branch.price.copy()
    control = np.array([FIRST_STEP, 0.0, np.inf, 0.0])
    sites = choice.given, choice.free, part.left
    steps = problem.at_once(STEPS)
    share = price_demands(problem.arrays, sites, prices, control, found.worth, steps)
    top, reduced = safe_savings(part, prices[2], float(control[3]))
    bound = min(-branch.key[0], top)
    favoured = share > 0.5  # noqa: PLR2004 -- more than half open
    if count % CLIMB_EVERY == 0 and choice.packing.allows(favoured):
        found = climb_from(problem, found, favoured, effort)
    if _is_done(problem, found, bound, effort):
        return found, bound, []
    room = max(top - found.next_worth, 0.0)
    role = np.where(choice.free & (reduced < -room), FORBIDDEN, branch.role)
    role = np.where(choice.free & (reduced > room), MANDATORY, role)
    choice = replace(choice, role=role)
    cost, left = choice.packing.cost, replace(part, choice=choice).left
    if left < 0.0:  # no better choice keeps the limit
        return found, found.worth, []
    free = choice.free & (cost <= left)
    if cost[free].sum() <= left:
        chosen = choice.given | free
        worth = float(best_two(problem.arrays, chosen)[1].sum())
        return found.better(chosen, worth), worth, []
    role = np.where(choice.free & ~free, FORBIDDEN, role)
    at = int(np.argmax(np.where(free, reduced, -np.inf)))
    halves = []
    for step, side in enumerate((MANDATORY, FORBIDDEN)):
        half = role.copy()
        half[at] = side
        halves.append(_Branch((-bound, count + step), half, prices[2]))
    return found, bound, halves
