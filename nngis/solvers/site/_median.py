"""The p-median as savings: the question, the search, the prices, and its form as a cover."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from nngis.arrays import Bools, Floats
from nngis.solvers.program import EPS
from nngis.solvers.site._best_cover import best_cover
from nngis.solvers.site._choice import Choice
from nngis.solvers.site._cover import CoverProblem, make_cover
from nngis.solvers.site._effort import Effort
from nngis.solvers.site._found import BETWEEN_LOOKS, Found
from nngis.solvers.site._numba_median import (
    MedianArrays,
    best_two,
    climb_savings,
    price_demands,
    worth_of_sites,
)
from nngis.solvers.site.answer import relative_gap
from nngis.solvers.site.site_links import Ints, SiteLinks

STEPS = 100
MOST_STEPS = 3000
LONGEST = 0.3
SHORTEST = 1e-3
KICKS = 60
EXCHANGES = 20
LEAST = 1e-10
# A cover with more links than this takes longer than it is worth.
MOST_LINKS = 4_000_000


@dataclass(frozen=True, eq=False)
class MedianProblem:
    """Choose sites within limits so that the demands save most.

    Parameters
    ----------
    arrays : MedianArrays
        Savings by site and by demand.
    choice : Choice
        The rules.
    total : float
        What all demands are charged without any site; the objective is this less the savings.
    """

    arrays: MedianArrays
    choice: Choice
    total: float

    @property
    def left(self) -> float:
        """What the sites that may be opened may cost."""
        return self.choice.packing.after(self.choice.given).budget

    def at_once(self, most: int) -> int:
        """How many passes over the links may be made between two looks at the clock."""
        return int(min(max(BETWEEN_LOOKS // max(self.arrays.item.size, 1), 1), most))

    def gap(self, found: Found) -> float:
        """Return the gap of the distance, which is not that of the savings."""
        return relative_gap(found.worth - self.total, found.bound - self.total)


def make_median(links: SiteLinks, weight: Floats, beyond_m: float, choice: Choice) -> MedianProblem:
    """Turn distances into savings."""
    saving = weight[links.demand_at] * (beyond_m - links.distance_m)
    counts = saving > 0
    n = len(links.demand_ids)
    item, site, saving = links.demand_at[counts], links.site_at[counts], saving[counts]
    order = np.lexsort((site, -saving, item))
    arrays = MedianArrays(
        np.r_[0, np.cumsum(counts)][links.start].astype(np.int64),
        item,
        saving,
        np.r_[0, np.cumsum(np.bincount(item, minlength=n))].astype(np.int64),
        site[order],
        saving[order],
        choice.packing.limits,
    )
    return MedianProblem(arrays, choice, float((weight * beyond_m).sum()))


def best_median(problem: MedianProblem, effort: Effort) -> Found:
    """Choose the sites that save most within the limits."""
    given = problem.choice.given
    found = Found(given, float(best_two(problem.arrays, given)[1].sum()), np.inf)
    found = _climb(problem, found, given, effort)
    effort.report(found.worth, found.bound)
    found, price, rate = _price(problem, found, effort)
    if problem.gap(found) > effort.gap and not effort.is_over:
        found = _kick(problem, found, effort)
    if problem.gap(found) > effort.gap and not effort.is_over:
        found = _prove(problem, found, price, rate, effort)
    return found


def _climb(problem: MedianProblem, found: Found, is_open: Bools, effort: Effort) -> Found:
    """Exchange sites from a choice on while there is time; keep the result if it is the best."""
    chosen, choice = is_open.copy(), problem.choice
    free, budget, least = choice.free, choice.packing.budget, LEAST * problem.total
    most = problem.at_once(EXCHANGES)
    while True:
        worth, done = climb_savings(problem.arrays, chosen, free, budget, least, most)
        if done or effort.is_over:
            break
    return found.better(chosen, worth)


def _price(problem: MedianProblem, found: Found, effort: Effort) -> tuple[Found, Floats, float]:
    """Lower the bound by prices, and climb from the sites that the prices favour."""
    q, choice = problem.arrays, problem.choice
    _, best, second = best_two(q, found.is_open)
    now = (best + second) / 2.0
    prices = (now, np.zeros(now.size), now.copy())
    control = np.array([LONGEST, 0.0, np.inf, 0.0])
    seen: set[bytes] = set()
    steps = problem.at_once(STEPS)
    for _ in range(MOST_STEPS // steps):
        share = price_demands(
            q, (choice.given, choice.free, problem.left), prices, control, found.worth, steps
        )
        found = found.bounded(safe_savings(problem, prices[2], control[3])[0])
        favoured = share > 0.5  # noqa: PLR2004
        if favoured.tobytes() not in seen and choice.packing.allows(favoured):
            seen.add(favoured.tobytes())
            found = _climb(problem, found, favoured, effort)
        effort.report(found.worth, found.bound)
        if problem.gap(found) <= effort.gap or control[0] < SHORTEST or effort.is_over:
            break
    return found, prices[2], float(control[3])


def safe_savings(problem: MedianProblem, price: Floats, rate: float) -> tuple[float, Floats]:
    """Bound the savings of every choice by any prices, rounding included."""
    choice = problem.choice
    worth = worth_of_sites(problem.arrays, price)
    reduced = worth - np.where(choice.free, rate * choice.packing.cost, 0.0)
    terms = [
        price.sum(),
        reduced[choice.given].sum(),
        np.maximum(reduced[choice.free], 0.0).sum(),
        rate * problem.left,
    ]
    # Sums of terms that are not negative err by their number of half units in the last place; the
    # savings themselves are differences from the total.
    size = float(price.sum() + worth.sum() + rate * problem.left)
    error = EPS * ((price.size + worth.size + 8) * size + 8.0 * problem.total)
    return float(sum(terms)) + error, reduced


def _kick(problem: MedianProblem, found: Found, effort: Effort) -> Found:
    """Change a few sites of the best choice at random and climb again."""
    rng = np.random.default_rng(0)
    free = problem.choice.free
    for kick in range(KICKS):
        out = np.flatnonzero(found.is_open & free)
        into = np.flatnonzero(~found.is_open & free)
        size = min(1 + kick % 4, out.size, into.size)
        if not size or effort.is_over or problem.gap(found) <= effort.gap:
            break
        changed = found.is_open.copy()
        changed[rng.choice(out, size, replace=False)] = False
        changed[rng.choice(into, size, replace=False)] = True
        if problem.choice.packing.allows(changed):
            found = _climb(problem, found, changed, effort)
            effort.report(found.worth, found.bound)
    return found


def _prove(
    problem: MedianProblem, found: Found, price: Floats, rate: float, effort: Effort
) -> Found:
    """Close the gap in the form of a cover, where that is small enough."""
    bound, reduced = safe_savings(problem, price, rate)
    room = bound - found.worth
    barred = ~problem.choice.given & ~(problem.choice.free & (reduced >= -room))
    cover = _as_cover(problem, price - room, barred)
    if cover is None:
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


def served_by(links: SiteLinks, is_open: Bools) -> Bools:
    """Tell which demands a selection reaches, from the links themselves."""
    served = np.zeros(len(links.demand_ids), bool)
    served[links.demand_at[is_open[links.site_at]]] = True
    return served


def served_distance(links: SiteLinks, is_open: Bools, beyond_m: float) -> Floats:
    """Return each demand's distance to its nearest open site, from the links themselves."""
    use: Ints = np.flatnonzero(is_open[links.site_at])
    nearest = np.full(len(links.demand_ids), beyond_m)
    np.minimum.at(nearest, links.demand_at[use], links.distance_m[use])
    return nearest
