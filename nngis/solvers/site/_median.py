"""The p-median as savings: the question, the search, and the prices."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from nngis.arrays import Bools, Floats, Offsets
from nngis.solvers.program import EPS
from nngis.solvers.site._choice import FORBIDDEN, Choice
from nngis.solvers.site._effort import Effort
from nngis.solvers.site._found import BETWEEN_LOOKS, Found
from nngis.solvers.site._numba_median import (
    MedianArrays,
    best_two,
    climb_savings,
    open_greedily,
    price_demands,
    sort_savings,
    worth_of_sites,
)
from nngis.solvers.site.answer import relative_gap
from nngis.solvers.site.site_links import Ints, SiteLinks

STEPS = 100
MOST_STEPS = 3000
LONGEST = 0.3
SHORTEST = 1e-3
KICKS, MOST_KICKS = 60, 2000
"""Kicks in a row that lead nowhere before they end, and how many there are at most."""
CLOSED = (0.1, 0.5)
"""Share of the sites that every second kick closes, and leaves to the climb to open again."""
LIKELY = 0.2
"""Share of the gap below the bound at which the optimum is looked for first."""
EXCHANGES = 20
LEAST_CLIMBED, CLIMBED = 5, 400_000_000
"""Exchanges of one climb at most: so many, and as many as go through so many links together. Where
each takes long, prices choose better and sooner."""
LEAST = 1e-10


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
    start, item = links.start, links.demand_at
    if not counts.all():
        start = np.searchsorted(np.flatnonzero(counts), start)
        item, saving = item[counts], saving[counts]
    ranked = sparse.csr_matrix(
        (saving, item, start), shape=(len(links.site_ids), len(links.demand_ids))
    ).tocsc()
    rank_site, rank_saving = ranked.indices, ranked.data
    sort_savings(ranked.indptr, rank_site, rank_saving)
    arrays = MedianArrays(
        start.astype(np.int64),
        item,
        saving,
        ranked.indptr.astype(np.int64),
        rank_site,
        rank_saving,
        choice.packing.limits,
    )
    return MedianProblem(arrays, choice, float((weight * beyond_m).sum()))


def climb_from(problem: MedianProblem, found: Found, is_open: Bools, effort: Effort) -> Found:
    """Exchange sites from a choice on while there is time; keep the result if it is the best."""
    chosen, choice = is_open.copy(), problem.choice
    free, budget, least = choice.free, choice.packing.budget, LEAST * problem.total
    most = problem.at_once(EXCHANGES)
    while open_greedily(problem.arrays, chosen, free, budget, most) == most:
        if effort.is_over:
            break
    worth = float(best_two(problem.arrays, chosen)[1].sum())
    exchanges = CLIMBED // max(problem.arrays.item.size, 1) + LEAST_CLIMBED
    for _ in range(0, exchanges, most):
        if effort.is_over:
            break
        worth, done = climb_savings(problem.arrays, chosen, free, budget, least, most)
        if done:
            break
    return found.better(chosen, worth)


def price_from(problem: MedianProblem, found: Found, effort: Effort) -> tuple[Found, Floats, float]:
    """Lower the bound by prices, and climb from the sites that the prices favour."""
    q, choice = problem.arrays, problem.choice
    _, best, second = best_two(q, found.is_open)
    now = (best + second) / 2.0
    prices = (now, np.zeros(now.size), now.copy())
    control = np.array([LONGEST, 0.0, np.inf, 0.0])
    seen: set[bytes] = set()
    steps = problem.at_once(STEPS)
    for done in range(steps, MOST_STEPS + 1, steps):
        share = price_demands(
            q, (choice.given, choice.free, problem.left), prices, control, found.worth, steps
        )
        found = found.bounded(safe_savings(problem, prices[2], control[3])[0])
        favoured = share > 0.5  # noqa: PLR2004
        is_turn = done % STEPS < steps  # a climb takes as long as many steps
        if is_turn and favoured.tobytes() not in seen and choice.packing.allows(favoured):
            seen.add(favoured.tobytes())
            found = climb_from(problem, found, favoured, effort)
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


def kick_from(
    problem: MedianProblem, found: Found, price: Floats, rate: float, effort: Effort
) -> Found:
    """Change a few sites of the best choice at random and climb again, among the likely links."""
    rng = np.random.default_rng(0)
    kernel = _likely(problem, found, price, rate)
    free = kernel.choice.free
    idle = 0
    for kick in range(MOST_KICKS):
        out = np.flatnonzero(found.is_open & free)
        into = np.flatnonzero(~found.is_open & free)
        size = min(1 + kick % 4, out.size, into.size)
        wide = int(rng.uniform(*CLOSED) * out.size) if kick % 2 else 0
        if not size or effort.is_over or idle == KICKS or problem.gap(found) <= effort.gap:
            break
        changed = found.is_open.copy()
        changed[rng.choice(out, max(size, wide), replace=False)] = False
        if not wide:
            changed[rng.choice(into, size, replace=False)] = True
        idle += 1
        if not problem.choice.packing.allows(changed):
            continue
        chosen = climb_from(kernel, replace(found, worth=-np.inf), changed, effort).is_open
        worth = float(best_two(problem.arrays, chosen)[1].sum())
        if worth > found.worth:
            idle = 0
            found = found.better(chosen, worth)
            effort.report(found.worth, found.bound)
    return found


def _likely(problem: MedianProblem, found: Found, price: Floats, rate: float) -> MedianProblem:
    """Leave out sites and links that no choice uses whose worth is near the bound.

    If the optimum lay only a share of the gap below the bound, prices would rule them out. The best
    choice known stays whole.
    """
    bound, reduced = safe_savings(problem, price, rate)
    room = LIKELY * (bound - found.worth)
    q, choice = problem.arrays, problem.choice
    stays = found.is_open | choice.given | (choice.free & (reduced >= -room))
    floor = price - room

    def kept(start: Offsets, near: Bools) -> Offsets:
        return np.searchsorted(np.flatnonzero(near), start).astype(np.int64)

    by_site = np.repeat(stays, np.diff(q.start)) & (q.saving >= floor[q.item])
    by_demand = stays[q.rank_site] & (q.rank_saving >= np.repeat(floor, np.diff(q.rank_start)))
    arrays = MedianArrays(
        kept(q.start, by_site),
        q.item[by_site],
        q.saving[by_site],
        kept(q.rank_start, by_demand),
        q.rank_site[by_demand],
        q.rank_saving[by_demand],
        q.limits,
    )
    role = np.where(choice.free & ~stays, FORBIDDEN, choice.role)
    return MedianProblem(arrays, replace(choice, role=role), problem.total)


def served_by(links: SiteLinks, is_open: Bools) -> Bools:
    """Tell which demands a selection reaches, from the links themselves."""
    served = np.zeros(len(links.demand_ids), bool)
    served[links.demand_at[links.is_of(is_open)]] = True
    return served


def served_distance(links: SiteLinks, is_open: Bools, beyond_m: float) -> Floats:
    """Return each demand's distance to its nearest open site, from the links themselves."""
    use: Ints = np.flatnonzero(links.is_of(is_open))
    nearest = np.full(len(links.demand_ids), beyond_m)
    np.minimum.at(nearest, links.demand_at[use], links.distance_m[use])
    return nearest
