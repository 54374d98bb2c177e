"""Compiled loops of the p-median: exchanges of sites, and Lagrangian multipliers of demands.

Both work with savings: what a demand saves when a site serves it, against the distance charged
where no open site reaches it. A saving is never negative, so links that save nothing can go.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from nngis.kernel._numba_jit import compiled

Array = npt.NDArray[Any]
Pair = tuple[Array, Array]
Triple = tuple[Array, Array, Array]


@compiled
def best_two(start: Array, demand_at: Array, saving: Array, is_open: Array, n: int) -> Triple:
    """Find for each demand its best open site, and its best and second-best saving."""
    first = np.full(n, -1)
    best = np.zeros(n)
    second = np.zeros(n)
    for j in range(start.size - 1):
        if not is_open[j]:
            continue
        for k in range(start[j], start[j + 1]):
            i = demand_at[k]
            if saving[k] > best[i]:
                second[i], best[i], first[i] = best[i], saving[k], j
            elif saving[k] > second[i]:
                second[i] = saving[k]
    return first, best, second


@compiled
def losses(first: Array, best: Array, second: Array, m: int) -> Array:
    """Add up for each open site what is lost without it."""
    lost = np.zeros(m)
    for i in range(first.size):
        if first[i] >= 0:
            lost[first[i]] += best[i] - second[i]
    return lost


@compiled
def _fits(groups: Pair, room: Array, j: int, out: int) -> bool:
    """Whether every group of site j has room once site `out` is closed (-1: none is)."""
    group_start, group_of = groups
    for a in range(group_start[j], group_start[j + 1]):
        if room[group_of[a]] > 0:
            continue
        freed = False
        if out >= 0:
            for b in range(group_start[out], group_start[out + 1]):
                freed = freed or group_of[b] == group_of[a]
        if not freed:
            return False
    return True


@compiled
def _move(groups: Pair, room: Array, is_open: Array, j: int, step: int) -> None:
    """Open (1) or close (-1) a site."""
    group_start, group_of = groups
    is_open[j] = step > 0
    for a in range(group_start[j], group_start[j + 1]):
        room[group_of[a]] -= step


@compiled
def fill_greedily(
    start: Array,
    demand_at: Array,
    saving: Array,
    groups: Pair,
    state: Pair,
    may: Array,
    p: int,
    n: int,
) -> None:
    """Open the site that saves most, again and again, until p are open or none fits."""
    is_open, room = state
    _, best, _ = best_two(start, demand_at, saving, is_open, n)
    count = int(is_open.sum())
    while count < p:
        most, chosen = -1.0, -1
        for j in range(start.size - 1):
            if is_open[j] or not may[j] or not _fits(groups, room, j, -1):
                continue
            gain = 0.0
            for k in range(start[j], start[j + 1]):
                gain += max(0.0, saving[k] - best[demand_at[k]])
            if gain > most:
                most, chosen = gain, j
        if chosen < 0:
            return
        _move(groups, room, is_open, chosen, 1)
        for k in range(start[chosen], start[chosen + 1]):
            best[demand_at[k]] = max(best[demand_at[k]], saving[k])
        count += 1


@compiled
def _offers(ranked: Triple, is_open: Array, place: Array, now: Triple) -> tuple[Array, Array]:
    """Return what each closed site adds, and what it would keep of each open one.

    Only savings above a demand's second-best matter, so a pass over its links ends there.
    """
    start, site_at, saving = ranked
    first, best, second = now
    adds = np.zeros(is_open.size)
    keeps = np.zeros((is_open.size, place.max() + 1))
    for i in range(first.size):
        for k in range(start[i], start[i + 1]):
            if saving[k] <= second[i]:
                break
            j = site_at[k]
            if is_open[j]:
                continue
            adds[j] += max(0.0, saving[k] - best[i])
            if first[i] >= 0:
                keeps[j, place[first[i]]] += min(saving[k], best[i]) - second[i]
    return adds, keeps


@compiled
def best_exchange(
    ranked: Triple, groups: Pair, state: Pair, limits: Pair, now: Triple
) -> tuple[int, float, Array, Array]:
    """Find the exchange of one open for one closed site that saves most (Resende, Werneck 2007).

    Returns the site to close, the profit, and for each open site the best closed one to take its
    place with the profit of that exchange.
    """
    is_open, room = state
    may, fixed = limits
    m = is_open.size
    place = np.full(m, -1)
    opened: Array = np.flatnonzero(is_open)
    place[opened] = np.arange(opened.size)
    rival = np.full(m, -1)
    rival_profit = np.full(m, -np.inf)
    chosen, most = -1, 0.0
    if opened.size == 0:
        return chosen, most, rival, rival_profit
    lost = losses(*now, m)
    adds, keeps = _offers(ranked, is_open, place, now)
    for j in range(m):
        if is_open[j] or not may[j]:
            continue
        for out in opened:
            profit = adds[j] + keeps[j, place[out]] - lost[out]
            if profit > rival_profit[out] and _fits(groups, room, j, out):
                rival_profit[out], rival[out] = profit, j
    for out in opened:
        if not fixed[out] and rival_profit[out] > most:
            most, chosen = rival_profit[out], out
    return chosen, most, rival, rival_profit


@compiled
def climb(
    links: Triple, ranked: Triple, groups: Pair, state: Pair, limits: Pair, least: float
) -> float:
    """Exchange sites while that saves more than `least`; return what the open ones save.

    `links` holds the links of each site, `ranked` those of each demand, the largest saving first.
    """
    is_open, room = state
    start, demand_at, saving = links
    n = ranked[0].size - 1
    while True:
        now = best_two(start, demand_at, saving, is_open, n)
        out, profit, rival, _ = best_exchange(ranked, groups, state, limits, now)
        if out < 0 or profit <= least:
            return float(now[1].sum())
        into = rival[out]
        _move(groups, room, is_open, out, -1)
        _move(groups, room, is_open, into, 1)


@compiled
def reduced(ranked: Triple, price: Array, m: int) -> Array:
    """Give each site its worth at the demands' prices: what it saves above them.

    `ranked` holds the links of each demand, the largest saving first, so that a pass ends at the
    first saving below the price.
    """
    start, site_at, saving = ranked
    worth = np.zeros(m)
    for i in range(price.size):
        for k in range(start[i], start[i + 1]):
            over = saving[k] - price[i]
            if over <= 0.0:
                break
            worth[site_at[k]] += over
    return worth


@compiled
def served(ranked: Triple, price: Array, chosen: Array) -> Array:
    """Count by how many of the chosen sites each demand would be served at these prices."""
    start, site_at, saving = ranked
    times = np.zeros(price.size)
    for i in range(price.size):
        for k in range(start[i], start[i + 1]):
            if saving[k] <= price[i]:
                break
            if chosen[site_at[k]]:
                times[i] += 1.0
    return times
