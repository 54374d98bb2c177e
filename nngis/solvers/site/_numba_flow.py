"""Compiled loads of sites with capacities: demand moves along chains of sites to where room is.

Demand may be split among sites. A choice of sites then serves a largest flow from demands to
sites, and opening or closing one site changes it by augmenting chains only.
"""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, copy_into, inner
from nngis.solvers.site._numba_limits import (
    Filled,
    Limits,
    empty,
    fill,
    fill_of,
    may_open,
    may_replace,
)

NEAR_SERVED = 1e-9
TRIES = 8


class FlowArrays(NamedTuple):
    """Classes of each site, sites of each class and the link that joins them, and the limits."""

    start: Array
    item: Array
    back_start: Array
    back_item: Array
    back_link: Array
    weight: Array
    capacity: Array
    limits: Limits


class FlowState(NamedTuple):
    """Which sites are open, what flows on each link, what is unserved, and what room is left."""

    is_open: Array
    flow: Array
    unserved: Array
    room: Array
    filled: Filled


@compiled
def fresh_flow(q: FlowArrays, is_open: Array) -> FlowState:
    """Serve as much as the given sites can, and return the loads."""
    s = FlowState(
        np.zeros(is_open.size, np.bool_),
        np.zeros(q.item.size),
        q.weight.copy(),
        q.capacity.copy(),
        empty(q.limits),
    )
    for j in range(is_open.size):
        if is_open[j]:
            admit(q, s, j)
    return s


@compiled
def copy_flow(s: FlowState) -> FlowState:
    """Return a copy that can be changed by itself."""
    return FlowState(
        s.is_open.copy(),
        s.flow.copy(),
        s.unserved.copy(),
        s.room.copy(),
        Filled(s.filled.spent.copy(), s.filled.used.copy()),
    )


@compiled
def served(q: FlowArrays, s: FlowState) -> float:
    """Return the weight that is served."""
    return float(np.sum(q.weight) - np.sum(s.unserved))


@inner
def admit(q: FlowArrays, s: FlowState, j: int) -> None:
    """Open a site and serve all it can add."""
    s.is_open[j] = True
    fill(q.limits, s.filled, j, 1)
    augment(q, s, j)


@compiled
def dismiss(q: FlowArrays, s: FlowState, k: int) -> None:
    """Close a site and let the others take over what they can."""
    s.is_open[k] = False
    fill(q.limits, s.filled, k, -1)
    for a in range(q.start[k], q.start[k + 1]):
        s.unserved[q.item[a]] += s.flow[a]
        s.room[k] += s.flow[a]
        s.flow[a] = 0.0
    s.room[k] = q.capacity[k]
    for j in np.flatnonzero(s.is_open):
        augment(q, s, int(j))


@inner
def augment(q: FlowArrays, s: FlowState, j: int) -> None:
    """Fill the room of an open site along shortest chains until none is left."""
    m = s.is_open.size
    came_by = np.full(m, -1)  # the link by which a chain leaves for this site's demand
    gave_up = np.full(m, -1)  # the link on which this site would hand demand over
    before = np.full(m, -1)
    queue = np.empty(m, np.int64)
    least = NEAR_SERVED * max(np.max(q.weight), 1e-300) if q.weight.size else 0.0
    while s.room[j] > least:
        link, at = _chain(q, s, j, least, (came_by, gave_up, before, queue))
        if link < 0:
            return
        amount = min(s.room[j], s.unserved[q.item[link]])
        v = at
        while v != j:
            amount = min(amount, s.flow[gave_up[v]])
            v = before[v]
        s.unserved[q.item[link]] -= amount
        s.flow[link] += amount
        v = at
        while v != j:
            s.flow[gave_up[v]] -= amount
            s.flow[came_by[v]] += amount
            v = before[v]
        s.room[j] -= amount


@inner
def _chain(
    q: FlowArrays, s: FlowState, j: int, least: float, marks: tuple[Array, Array, Array, Array]
) -> tuple[int, int]:
    """Find the shortest chain from a site with room to an unserved class; its last link and site.

    The first site takes over a class from a second, which takes over one from a third, and so on
    until the last can serve something new.
    """
    came_by, gave_up, before, queue = marks
    before[:] = -1
    before[j] = j
    queue[0] = j
    head, tail = 0, 1
    while head < tail:
        v = queue[head]
        head += 1
        for a in range(q.start[v], q.start[v + 1]):
            i = q.item[a]
            if s.unserved[i] > least:
                return a, v
            for b in range(q.back_start[i], q.back_start[i + 1]):
                k = q.back_item[b]
                if before[k] < 0 and s.flow[q.back_link[b]] > least:
                    before[k] = v
                    came_by[k] = a
                    gave_up[k] = q.back_link[b]
                    queue[tail] = k
                    tail += 1
    return -1, -1


@inner
def hoped(q: FlowArrays, s: FlowState, j: int) -> float:
    """Return what a closed site would serve if the others kept what they have."""
    total = 0.0
    for a in range(q.start[j], q.start[j + 1]):
        total += s.unserved[q.item[a]]
    return min(total, float(q.capacity[j]))


@inner
def fill_loads(q: FlowArrays, s: FlowState, may_enter: Array, budget: float) -> None:
    """Open sites, the most new service per cost first, as long as any is allowed."""
    while True:
        best, at = 0.0, -1
        for j in range(s.is_open.size):
            if s.is_open[j] or not may_enter[j]:
                continue
            rate = hoped(q, s, j) / max(q.limits.cost[j], 1e-12)
            if rate > best and may_open(q.limits, s.filled, j, budget):
                best, at = rate, j
        if at < 0:
            return
        admit(q, s, at)


@compiled
def open_by_merit(q: FlowArrays, is_open: Array, free: Array, merit: Array, budget: float) -> Array:
    """Open the sites of most merit beside those that are open, as far as the limits allow."""
    chosen = is_open.copy()
    filled = fill_of(q.limits, is_open)
    for j in np.argsort(-merit, kind="mergesort"):
        if free[j] and merit[j] > 0.0 and may_open(q.limits, filled, int(j), budget):
            chosen[j] = True
            fill(q.limits, filled, int(j), 1)
    return chosen


@compiled
def climb_loads(q: FlowArrays, s: FlowState, free: Array, budget: float, least: float) -> FlowState:
    """Exchange sites as long as that serves more; the most promising few are tried for each."""
    fill_loads(q, s, free, budget)
    better = True
    while better:
        better = False
        for k in np.flatnonzero(s.is_open & free):
            if not s.is_open[k]:
                continue
            now = served(q, s)
            j, reached, trial = best_replacement(q, s, int(k), free, budget, TRIES)
            if j >= 0 and reached > now + least:
                s = trial
                better = True
        fill_loads(q, s, free, budget)
    return s


@compiled
def best_replacement(
    q: FlowArrays, s: FlowState, k: int, free: Array, budget: float, tries: int
) -> tuple[int, float, FlowState]:
    """Find the closed site that would replace an open one best."""
    without = copy_flow(s)
    dismiss(q, without, k)
    base = served(q, without)
    hope = np.full(s.is_open.size, -1.0)
    for j in range(s.is_open.size):
        closed = free[j] and j != k and not s.is_open[j]
        if closed and may_replace(q.limits, s.filled, k, j, budget):
            hope[j] = hoped(q, without, j)
    best, best_j, best_state = -1.0, -1, without
    tried = 0
    for j in np.argsort(-hope, kind="mergesort"):
        if hope[j] < 0.0 or tried >= tries:
            break
        most = 0.0
        for a in range(q.start[j], q.start[j + 1]):
            most += q.weight[q.item[a]]
        # By exchange with others it may serve more than hoped, but never more than this.
        if base + min(most, q.capacity[j]) <= best:
            continue
        tried += 1
        trial = copy_flow(without)
        admit(q, trial, int(j))
        reached = served(q, trial)
        if reached > best:
            best, best_j, best_state = reached, int(j), trial
    return best_j, best, best_state


@compiled
def price_loads(
    q: FlowArrays,
    given: Array,
    free: Array,
    budget: float,
    least: float,
    price: Array,
    steps: int,
) -> float:
    """Lower the Lagrangian bound by subgradient steps on the prices of the classes.

    A class pays its price for each unit served; each site earns what is left of every unit it
    serves, the dearest up to its capacity; the sites that earn most within the budget are open.
    """
    m, n = free.size, price.size
    now = price.copy()
    earned = np.zeros(m)
    slope = np.empty(n)
    way = np.zeros(n)
    best, length, idle = np.inf, 1.0, 0
    for step in range(steps):
        for j in range(m):
            earned[j] = _load(q, now, j, 0.0, slope) if free[j] else 0.0
        copy_into(slope, q.weight)
        worth = np.sum(now * q.weight)
        for k in np.flatnonzero(given):
            worth += _load(q, now, int(k), 1.0, slope)
        left = budget
        for k in np.argsort(-earned / np.maximum(q.limits.cost, 1e-12)):
            if earned[k] <= 0.0 or left <= 0.0:
                break
            share = 1.0 if q.limits.cost[k] <= left else left / q.limits.cost[k]
            worth += share * earned[k]
            left -= share * q.limits.cost[k]
            _load(q, now, int(k), share, slope)
        idle = 0 if worth < best - 1e-4 * abs(best - least) else idle + 1
        if worth < best:
            best = worth
            copy_into(price, now)
        if idle > 15:  # noqa: PLR2004
            length *= 0.7
            idle = 0
        way = 0.8 * way + 0.2 * slope if step else slope.copy()
        norm = np.sum(way * way)
        if best <= least or norm == 0.0:
            break
        # A positive slope says that more was for sale than was served: the price falls.
        now = np.minimum(np.maximum(now - length * (worth - least) / norm * way, 0.0), 1.0)
    return best


@inner
def _load(q: FlowArrays, price: Array, j: int, share: float, slope: Array) -> float:
    """Fill a site with the classes of least price; take `share` of that off the slope."""
    room, total = q.capacity[j], 0.0
    items = q.item[q.start[j] : q.start[j + 1]]
    for i in items[np.argsort(price[items])]:
        if room <= 0.0 or price[i] >= 1.0:
            break
        amount = min(room, q.weight[i])
        total += (1.0 - price[i]) * amount
        room -= amount
        slope[i] -= share * amount
    return total
