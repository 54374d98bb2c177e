"""Compiled loops of the p-median: exchanges of sites, and prices of demands.

Both work with savings: what a demand saves when a site serves it, against the distance charged
where no open site reaches it. A saving is never negative, so links that save nothing can go.
"""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, copy_into, inner
from nngis.solvers.site._numba_limits import Limits, fill, fill_of, may_open, may_replace

PROGRESS = 1e-4
PATIENCE = 15
SHRINK = 0.7
MEMORY = 0.8
SHORT = 16
"""So many savings are sorted by insertion."""


class MedianArrays(NamedTuple):
    """Savings by site, the same by demand with the largest first, and the limits."""

    start: Array
    item: Array
    saving: Array
    rank_start: Array
    rank_site: Array
    rank_saving: Array
    limits: Limits


@inner
def _insert(site: Array, saving: Array, low: int, high: int) -> None:
    """Sort a short run: each entry moves before those that save less."""
    for at in range(low + 1, high):
        one, most, to = site[at], saving[at], at
        while to > low and saving[to - 1] < most:
            site[to], saving[to] = site[to - 1], saving[to - 1]
            to -= 1
        site[to], saving[to] = one, most


@inner
def _merge(
    site: Array, saving: Array, run: tuple[int, int, int], spare: tuple[Array, Array]
) -> None:
    """Merge two sorted runs that follow each other; of equal savings the first run's go first."""
    low, middle, high = run
    left = middle - low
    copy_into(spare[0], site[low:middle])
    copy_into(spare[1], saving[low:middle])
    a, b = 0, middle
    for to in range(low, high):
        if a == left:
            return  # the rest stands where it belongs
        if b == high or spare[1][a] >= saving[b]:
            site[to], saving[to] = spare[0][a], spare[1][a]
            a += 1
        else:
            site[to], saving[to] = site[b], saving[b]
            b += 1


@compiled
def sort_savings(start: Array, site: Array, saving: Array) -> None:
    """Put the savings of each demand in order, the largest first, of equal ones the first site."""
    # A sort of our own: numba's and the copies it needs take 4 s to compile.
    widest = 0
    for i in range(start.size - 1):
        widest = max(widest, start[i + 1] - start[i])
    spare = np.empty(widest, np.int32), np.empty(widest)
    for i in range(start.size - 1):
        first, end = start[i], start[i + 1]
        for low in range(first, end, SHORT):
            _insert(site, saving, low, min(low + SHORT, end))
        width = SHORT
        while width < end - first:
            for low in range(first, end - width, 2 * width):
                run = low, low + width, min(low + 2 * width, end)
                _merge(site, saving, run, spare)
            width *= 2


@compiled
def best_two(q: MedianArrays, is_open: Array) -> tuple[Array, Array, Array]:
    """Find for each demand its best open site, and its best and second-best saving."""
    n = q.rank_start.size - 1
    first = np.full(n, -1)
    best = np.zeros(n)
    second = np.zeros(n)
    for j in np.flatnonzero(is_open):
        for a in range(q.start[j], q.start[j + 1]):
            i = q.item[a]
            if q.saving[a] > best[i]:
                second[i], best[i], first[i] = best[i], q.saving[a], j
            elif q.saving[a] > second[i]:
                second[i] = q.saving[a]
    return first, best, second


@compiled
def losses(now: tuple[Array, Array, Array], m: int) -> Array:
    """Add up for each open site what is lost without it."""
    first, best, second = now
    lost = np.zeros(m)
    for i in range(first.size):
        if first[i] >= 0:
            lost[first[i]] += best[i] - second[i]
    return lost


@compiled
def open_greedily(q: MedianArrays, is_open: Array, free: Array, budget: float, most: int) -> int:
    """Open the site that saves most per cost, `most` times or until none fits or saves.

    Returns how many are opened.
    """
    filled = fill_of(q.limits, is_open)
    _, best, _ = best_two(q, is_open)
    for opened in range(most):
        top, chosen = 0.0, -1
        for j in range(is_open.size):
            if is_open[j] or not free[j] or not may_open(q.limits, filled, j, budget):
                continue
            gain = 0.0
            for a in range(q.start[j], q.start[j + 1]):
                gain += max(0.0, q.saving[a] - best[q.item[a]])
            if gain / max(q.limits.cost[j], 1e-12) > top:
                top, chosen = gain / max(q.limits.cost[j], 1e-12), j
        if chosen < 0:
            return opened
        is_open[chosen] = True
        fill(q.limits, filled, chosen, 1)
        for a in range(q.start[chosen], q.start[chosen + 1]):
            best[q.item[a]] = max(best[q.item[a]], q.saving[a])
    return most


@inner
def _offers(
    q: MedianArrays,
    is_open: Array,
    places: tuple[Array, int],
    now: tuple[Array, Array, Array],
) -> tuple[Array, Array]:
    """Return what each closed site adds, and what it would keep of each open one.

    Only savings above a demand's second-best matter, so a pass over its links ends there.
    """
    first, best, second = now
    place, n_open = places
    adds = np.zeros(is_open.size)
    keeps = np.zeros((is_open.size, n_open))
    for i in range(first.size):
        for a in range(q.rank_start[i], q.rank_start[i + 1]):
            saving = q.rank_saving[a]
            if saving <= second[i]:
                break
            j = q.rank_site[a]
            if is_open[j]:
                continue
            adds[j] += max(0.0, saving - best[i])
            if first[i] >= 0:
                keeps[j, place[first[i]]] += min(saving, best[i]) - second[i]
    return adds, keeps


@compiled
def best_replacements(
    q: MedianArrays, is_open: Array, free: Array, budget: float
) -> tuple[Array, Array]:
    """Find, for each open site, the closed site that would replace it best."""
    # M. Resende and R. Werneck, "A fast swap-based local search procedure for location problems",
    # Annals of Operations Research 150 (2007).
    m = is_open.size
    runner = np.full(m, -1)
    change = np.full(m, -np.inf)
    opened = np.flatnonzero(is_open)
    if opened.size == 0:
        return runner, change
    place = np.full(m, -1)
    for at in range(opened.size):
        place[opened[at]] = at
    filled = fill_of(q.limits, is_open)
    now = best_two(q, is_open)
    lost = losses(now, m)
    adds, keeps = _offers(q, is_open, (place, opened.size), now)
    for j in range(m):
        if is_open[j] or not free[j]:
            continue
        for k in opened:
            profit = adds[j] + keeps[j, place[k]] - lost[k]
            if profit > change[k] and may_replace(q.limits, filled, int(k), j, budget):
                change[k] = profit
                runner[k] = j
    return runner, change


@compiled
def climb_savings(
    q: MedianArrays, is_open: Array, free: Array, budget: float, least: float, most: int
) -> tuple[float, bool]:
    """Add and exchange sites while that saves more than `least`, `most` of both at a time.

    Returns what the open sites save, and whether no exchange is left.
    """
    done = 0
    while done < most:
        done += open_greedily(q, is_open, free, budget, most - done)
        if done >= most:
            break
        done += 1
        runner, change = best_replacements(q, is_open, free, budget)
        change[~free] = -np.inf  # what is given stays
        k = int(np.argmax(change))
        if change[k] <= least:
            return float(best_two(q, is_open)[1].sum()), True
        is_open[k] = False
        is_open[runner[k]] = True
    return float(best_two(q, is_open)[1].sum()), False


@compiled
def worth_of_sites(q: MedianArrays, price: Array) -> Array:
    """Give each site what it saves above the prices of the demands."""
    worth = np.zeros(q.start.size - 1)
    for i in range(price.size):
        for a in range(q.rank_start[i], q.rank_start[i + 1]):
            over = q.rank_saving[a] - price[i]
            if over <= 0.0:
                break
            worth[q.rank_site[a]] += over
    return worth


@inner
def _shares(
    q: MedianArrays, given: Array, free: Array, budget: float, worth: Array
) -> tuple[Array, float, float]:
    """Open the sites worth most per cost; return how far each is open, their worth, the rate."""
    share = given.astype(np.float64)
    total = np.sum(worth * share)
    left, rate = budget, 0.0
    for j in np.argsort(-worth / np.maximum(q.limits.cost, 1e-12)):
        if worth[j] <= 0.0:
            break
        if not free[j]:
            continue
        cost = q.limits.cost[j]
        share[j] = 1.0 if cost <= left else left / cost
        total += share[j] * worth[j]
        left -= share[j] * cost
        if share[j] < 1.0:
            rate = worth[j] / cost
            break
    return share, total, rate


@inner
def _dearest(q: MedianArrays, i: int) -> float:
    """Return the largest saving of a demand: a higher price than that sells nothing."""
    a = q.rank_start[i]
    return float(q.rank_saving[a]) if a < q.rank_start[i + 1] else 0.0


@compiled
def price_demands(
    q: MedianArrays,
    sites: tuple[Array, Array, float],
    prices: tuple[Array, Array, Array],
    control: Array,
    least: float,
    steps: int,
) -> Array:
    """Lower the Lagrangian bound on the savings by subgradient steps on prices of the demands."""
    given, free, budget = sites
    now, way, best = prices
    share = given.astype(np.float64)
    for _ in range(steps):
        share, worth, rate = _shares(q, given, free, budget, worth_of_sites(q, now))
        bound = worth + np.sum(now)
        memory = MEMORY if np.isfinite(control[2]) else 0.0
        control[1] += 1.0
        if bound < control[2]:
            if bound < control[2] - PROGRESS * (control[2] - least):
                control[1] = 0.0
            control[2], control[3] = bound, rate
            copy_into(best, now)
        if control[1] > PATIENCE:
            control[0] *= SHRINK
            control[1] = 0.0
            copy_into(now, best)
        norm = 0.0
        for i in range(now.size):
            slope = 1.0
            for a in range(q.rank_start[i], q.rank_start[i + 1]):
                if q.rank_saving[a] <= now[i]:
                    break
                slope -= share[q.rank_site[a]]
            way[i] = memory * way[i] + (1.0 - memory) * slope
            top = _dearest(q, i)
            stuck = (now[i] <= 0.0 and way[i] > 0.0) or (now[i] >= top and way[i] < 0.0)
            norm += 0.0 if stuck else way[i] * way[i]
        if norm == 0.0 or control[2] <= least:
            break
        move = control[0] * (bound - least) / norm
        for i in range(now.size):
            now[i] = min(max(now[i] - move * way[i], 0.0), _dearest(q, i))
    return share
