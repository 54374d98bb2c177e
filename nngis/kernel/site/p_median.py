"""p-median: p sites from which the demands' weighted distance is least."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from nngis.errors import ParameterError
from nngis.kernel.site import _numba_median as compiled
from nngis.kernel.site._choice import FORBIDDEN, Choice, read_choice
from nngis.kernel.site._effort import Effort, start_effort
from nngis.kernel.site._highs import solve_whole
from nngis.kernel.site._program import Program
from nngis.kernel.site._table import site_table
from nngis.kernel.site.answer import SiteAnswer, confirm, relative_gap, status_of
from nngis.kernel.site.rules import SiteRules
from nngis.kernel.site.site_links import Flags, Floats, SiteLinks, read_weights

ROUNDS = 4000  # of prices; each costs one pass over the links that are worth their price
PATIENCE = 40  # rounds without a better bound before the step is halved
SMALLEST_STEP = 1e-4
PASSES = 8  # of prices and new beginnings: a better selection makes better steps
WORTHWHILE = 0.05  # share of the gap that a pass must close for another to be made
MEMORY = 0.5  # share of the last direction in the next one
CLIMB_EVERY = 10  # rounds between exchanges begun from the sites the prices favour
SHAKES = 8  # sites changed at once, at most, before exchanges begin again
STALE = 1e-4  # share of the gap that a new bound must close to count as progress
VAIN = 150  # new beginnings in vain before the search is given up
LARGEST_PROGRAM = 2_000_000  # links of a programme in whole numbers that is worth trying
ROUNDING = 1e-12  # share of the bound that rounding may have cost
LEAST = 1e-10  # share of all savings below which an exchange is no gain
NO_RULES = SiteRules()


@dataclass(frozen=True, eq=False)
class _Problem:
    """Savings by site, sparse, and what may be opened."""

    start: npt.NDArray[np.int64]
    demand_at: npt.NDArray[np.int64]
    saving: Floats
    n: int
    p: int
    choice: Choice
    groups: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
    ranked: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]

    @property
    def links(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
        return self.start, self.demand_at, self.saving

    @property
    def limits(self) -> tuple[Flags, Flags]:
        return self.choice.free, self.choice.given

    def state(self, opened: Flags) -> tuple[Flags, npt.NDArray[np.int64]]:
        return opened.copy(), self.choice.packing.after(opened).cap.astype(np.int64)


@dataclass(eq=False)
class _Search:
    """The best selection and the best bound so far, in savings."""

    opened: Flags
    saved: float
    bound: float
    price: Floats
    worth: Floats


def solve_p_median(
    links: SiteLinks,
    weights: pd.Series | npt.ArrayLike,
    p: int,
    *,
    rules: SiteRules = NO_RULES,
    beyond_m: float | None = None,
    gap: float = 1e-4,
    time_limit_s: float = 60.0,
) -> SiteAnswer:
    """Choose p sites with the least weighted distance to the demands.

    Greedy choice and exchanges of sites give a selection; Lagrangian prices of the demands give
    a bound, sites to begin further exchanges from, and sites that cannot matter; a programme in
    whole numbers over what is left closes the gap where it pays.

    Parameters
    ----------
    links : SiteLinks
        Who can be served from where.
    weights : Series or (n,) array
        Weight of each demand.
    p : int
        Sites to open, those that exist not counted.
    rules : SiteRules
        Existing, mandatory and forbidden sites, and groups.
    beyond_m : float, optional
        Distance charged to a demand that no open site reaches [m]; the longest link, if absent,
        which is the least it can be. Not shorter than that.
    gap : float
        Relative gap to stop at.
    time_limit_s : float
        Time allowed [s].

    Returns
    -------
    SiteAnswer
        `objective` is the sum of weight times distance [weight m].

    Raises
    ------
    LayerError
        If weights are missing or negative.
    ParameterError
        If `beyond_m` is shorter than a link.
    InfeasibleError
        If p is larger than the candidates, or the rules contradict each other.

    References
    ----------
    R. Whitaker, "A fast algorithm for the greedy interchange", INFOR 21 (1983); G. Cornuejols,
    M. Fisher and G. Nemhauser, Management Science 23 (1977); J. Beasley, European J. of
    Operational Research 65 (1993).

    Examples
    --------
    Three places in a row, 10 m apart; the middle one serves all with 20 m:

    >>> from nngis.kernel.site.site_links import site_links_from_csr
    >>> row = site_links_from_csr([0, 3, 6, 9], [0, 1, 2] * 3,
    ...                           [0.0, 10.0, 20.0, 10.0, 0.0, 10.0, 20.0, 10.0, 0.0],
    ...                           demand_ids=["a", "b", "c"], site_ids=["x", "y", "z"])
    >>> found = solve_p_median(row, [1.0, 1.0, 1.0], 1)
    >>> found.selected, found.objective, found.status
    (('y',), 20.0, 'optimal')
    """
    effort = start_effort(gap, time_limit_s)
    weight = read_weights(weights, links)
    beyond = _read_beyond(links, beyond_m)
    problem = _make_problem(links, weight, beyond, p, rules)
    total = float((weight * beyond).sum())
    search = _search(problem, total, effort)
    open_links = search.opened[links.site_at]
    nearest = np.full(problem.n, beyond)
    np.minimum.at(nearest, links.demand_at[open_links], links.distance_m[open_links])
    objective = confirm(total - search.saved, float((weight * nearest).sum()), "p_median")
    bound = min(objective, total - search.bound)
    reached = np.zeros(problem.n, bool)
    reached[links.demand_at[(problem.choice.role != FORBIDDEN)[links.site_at]]] = True
    left = relative_gap(-objective, -bound)
    return SiteAnswer(
        problem="p_median",
        sense="min",
        selected=tuple(links.site_ids[search.opened]),
        objective=objective,
        bound=bound,
        status=status_of(left, gap, timed_out=effort.is_over),
        seconds=effort.spent_s,
        sites=_site_table(problem, search.opened, links.site_ids, objective),
        unreached=tuple(links.demand_ids[~reached]),
    )


def _read_beyond(links: SiteLinks, beyond_m: float | None) -> float:
    longest = float(links.distance_m.max(initial=0.0))
    if beyond_m is None:
        return longest
    if not longest <= beyond_m < np.inf:
        raise ParameterError(
            f"beyond_m 不得小于最长的链接 {longest:g} 米，现为 {beyond_m}。",
            f"beyond_m must not be shorter than the longest link, {longest:g} m; it is {beyond_m}.",
            where="beyond_m",
        )
    return float(beyond_m)


def _make_problem(
    links: SiteLinks, weight: Floats, beyond: float, p: int, rules: SiteRules
) -> _Problem:
    choice = read_choice(rules, links.site_ids, p)
    saving = weight[links.demand_at] * (beyond - links.distance_m)
    counts = saving > 0
    start = np.r_[0, np.cumsum(counts)][links.start]
    by_site = choice.packing.members.T.tocsr()
    n, demand_at, saving = len(links.demand_ids), links.demand_at[counts], saving[counts]
    order = np.lexsort((-saving, demand_at))
    first = np.r_[0, np.cumsum(np.bincount(demand_at, minlength=n))].astype(np.int64)
    return _Problem(
        start.astype(np.int64),
        demand_at,
        saving,
        n,
        p + int((choice.packing.cost == 0).sum()),
        choice,
        (by_site.indptr.astype(np.int64), by_site.indices.astype(np.int64)),
        (first, links.site_at[counts][order], saving[order]),
    )


def _search(problem: _Problem, total: float, effort: Effort) -> _Search:
    """Improve selection and bound until they meet, or the time is up."""
    m = problem.start.size - 1
    state = problem.state(problem.choice.given)
    compiled.fill_greedily(
        *problem.links, problem.groups, state, problem.choice.free, problem.p, problem.n
    )
    least = LEAST * total
    saved = compiled.climb(
        problem.links, problem.ranked, problem.groups, state, problem.limits, least
    )
    # Prices begin at what the second-best open site saves each demand.
    _, best, second = compiled.best_two(*problem.links, state[0], problem.n)
    price = (best + second) / 2
    search = _Search(state[0], saved, np.inf, price, np.zeros(m))
    for _ in range(PASSES):
        before = search.bound - search.saved
        _price(problem, search, total, effort, least)
        _shake(problem, search, total, effort, least)
        if not _is_open(search, total, effort.gap) or effort.is_over:
            break
        if search.bound - search.saved > (1 - WORTHWHILE) * before:
            break
    if _is_open(search, total, effort.gap) and not effort.is_over:
        _prove(problem, search, total, effort)
    return search


def _is_open(search: _Search, total: float, gap: float) -> bool:
    return search.bound - search.saved > gap * max(total - search.saved, 0.0) + ROUNDING * total


def _price(problem: _Problem, search: _Search, total: float, effort: Effort, least: float) -> None:
    """Lower the bound by subgradient steps; try the sites that the prices favour."""
    step, stale, price = 1.0, 0, search.price
    direction = np.zeros(problem.n)
    tried: set[bytes] = set()
    for round_ in range(ROUNDS):
        worth = compiled.reduced(problem.ranked, price, problem.start.size - 1)
        chosen = _favoured(problem, worth)
        bound = (float(price.sum()) + float(worth[chosen].sum())) * (1 + ROUNDING)
        stale += 1
        if bound < search.bound:
            if search.bound - bound > STALE * (search.bound - search.saved):
                stale = 0
            search.bound, search.price, search.worth = bound, price, worth
        if stale >= PATIENCE:
            step, stale, price = step / 2, 0, search.price
        if not _is_open(search, total, effort.gap) or step < SMALLEST_STEP or effort.is_over:
            return
        key = chosen.tobytes()
        if round_ % CLIMB_EVERY == 0 and key not in tried:
            tried.add(key)
            _climb_from(problem, search, chosen, least)
        slope = 1.0 - compiled.served(problem.ranked, price, chosen)
        direction = MEMORY * direction + (1 - MEMORY) * slope
        length = float(direction @ direction)
        if length == 0.0:
            return
        over = max(bound - search.saved, least)
        price = np.maximum(0.0, price - step * over / length * direction)


def _shake(problem: _Problem, search: _Search, total: float, effort: Effort, least: float) -> None:
    """Change a few sites of the best selection at random and exchange again, ever more of them.

    The numbers are drawn from a fixed seed, so the same input gives the same beginnings.
    """
    rng = np.random.default_rng(0)
    changed, vain = 1, 0
    while vain < VAIN and _is_open(search, total, effort.gap) and not effort.is_over:
        opened = search.opened.copy()
        out = np.flatnonzero(opened & problem.choice.free)
        into = np.flatnonzero(~opened & problem.choice.free)
        count = min(changed, out.size, into.size)
        if count == 0:
            return
        opened[rng.choice(out, count, replace=False)] = False
        opened[rng.choice(into, count, replace=False)] = True
        better = _climb_from(problem, search, opened, least)
        changed, vain = (1, 0) if better else (changed % SHAKES + 1, vain + 1)


def _favoured(problem: _Problem, worth: Floats) -> Flags:
    """Choose the p sites of most worth; groups are relaxed, so the bound holds with them too."""
    chosen = problem.choice.given.copy()
    free = np.flatnonzero(problem.choice.free)
    room = problem.p - int(chosen.sum())
    order = free[np.argsort(-worth[free], kind="stable")[:room]]
    chosen[order] = True
    return chosen


def _climb_from(problem: _Problem, search: _Search, chosen: Flags, least: float) -> bool:
    """Exchange sites from a selection on; keep the result, and say so, if it is the best."""
    if not problem.choice.packing.allows(chosen):
        return False
    state = problem.state(chosen)
    saved = compiled.climb(
        problem.links, problem.ranked, problem.groups, state, problem.limits, least
    )
    if saved <= search.saved + least:
        return False
    search.opened, search.saved = state[0], saved
    return True


def _prove(problem: _Problem, search: _Search, total: float, effort: Effort) -> None:
    """Leave out sites that no better selection opens, and ask HiGHS about the rest."""
    chosen = _favoured(problem, search.worth)
    free = problem.choice.free
    inside, outside = chosen & free, ~chosen & free
    weakest = search.worth[inside].min(initial=np.inf)
    strongest = search.worth[outside].max(initial=0.0)
    need = search.bound - search.saved
    kept = problem.choice.given | inside | (outside & (weakest - search.worth <= need))
    must = problem.choice.given | (inside & (search.worth - strongest > need))
    # A demand served by a link costs at least what its price exceeds the saving by.
    near = search.price[problem.demand_at] - problem.saving <= need
    near &= kept[np.repeat(np.arange(kept.size), np.diff(problem.start))]
    if int(near.sum()) > LARGEST_PROGRAM:
        return
    program, sites = _program(problem, kept, must, near)
    whole = solve_whole(
        program,
        start=None,
        gap=max(effort.gap * (total - search.saved) / max(search.saved, 1e-300), 0.0),
        seconds=effort.left_s,
        floor=search.saved,
    )
    search.bound = max(search.saved, min(search.bound, whole.bound))
    if whole.x is None:
        return
    opened = np.zeros(problem.start.size - 1, bool)
    opened[sites] = whole.x[: sites.size] > 0.5  # noqa: PLR2004 -- HiGHS rounds whole columns
    _, best, _ = compiled.best_two(*problem.links, opened, problem.n)
    if best.sum() > search.saved:
        search.opened, search.saved = opened, float(best.sum())
        search.bound = max(search.bound, search.saved)


def _program(
    problem: _Problem, kept: Flags, must: Flags, mine: Flags
) -> tuple[Program, npt.NDArray[np.intp]]:
    """Write the question over the kept sites: y opens a site, x serves a demand from it."""
    sites = np.flatnonzero(kept)
    of_site = np.repeat(np.arange(problem.start.size - 1), np.diff(problem.start))
    y_of_link = np.searchsorted(sites, of_site[mine])
    i_of_link = problem.demand_at[mine]
    gain = problem.saving[mine]
    y, x = sites.size, gain.size
    each = np.arange(x)
    one = np.ones(x)
    serve = sparse.csr_matrix((one, (i_of_link, y + each)), shape=(problem.n, y + x))
    serve = serve[np.diff(serve.indptr) > 0]
    open_ = sparse.csr_matrix(
        (np.r_[one, -one], (np.r_[each, each], np.r_[y + each, y_of_link])), shape=(x, y + x)
    )
    count = sparse.csr_matrix((np.ones(y), (np.zeros(y, int), np.arange(y))), shape=(1, y + x))
    packing = problem.choice.packing.keep(kept)
    groups = sparse.hstack([packing.members, sparse.csr_matrix((packing.cap.size, x))])
    high = np.r_[np.ones(serve.shape[0]), np.zeros(x), problem.p, packing.cap]
    rows = sparse.vstack([serve, open_, count, groups], format="csr").astype(float)
    return (
        Program(
            np.r_[np.zeros(y), gain],
            rows,
            np.full(high.size, -np.inf),
            high.astype(float),
            np.r_[must[sites].astype(float), np.zeros(x)],
            np.ones(y + x),
            np.r_[np.ones(y, bool), np.zeros(x, bool)],
        ),
        sites,
    )


def _site_table(
    problem: _Problem, opened: Flags, site_ids: pd.Index, objective: float
) -> pd.DataFrame:
    """Say what each open site is worth, and which closed one would take its place best."""
    now = compiled.best_two(*problem.links, opened, problem.n)
    _, _, rival, profit = compiled.best_exchange(
        problem.ranked, problem.groups, problem.state(opened), problem.limits, now
    )
    return site_table(
        site_ids,
        problem.choice,
        opened,
        marginal=compiled.losses(*now, opened.size),
        runner=rival,
        runner_objective=objective - profit,
    )
