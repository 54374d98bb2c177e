"""Compiled Lagrangian bound of a covering question: prices on being covered."""

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled
from nngis.solvers.site._numba_cover import CoverArrays

LONG = 0.5
PROGRESS = 1e-4
PATIENCE = 15
SHRINK = 0.7
MEMORY = 0.9


@compiled
def _win(q: CoverArrays, price: Array, slope: Array) -> float:
    """Win each class as often as its worth exceeds its price; return what that earns."""
    total = 0.0
    for i in range(price.size):
        slope[i] = 0.0
        for c in range(q.value.shape[1]):
            if q.value[i, c] > price[i]:
                total += q.value[i, c] - price[i]
                slope[i] += 1.0
    return total


@compiled
def _open(q: CoverArrays, budget: float, price: Array, slope: Array) -> tuple[float, float]:
    """Open the sites that earn most per cost; return what they earn, and the last one's rate."""
    earned = q.linear.copy()
    for j in range(earned.size):
        for a in range(q.start[j], q.start[j + 1]):
            earned[j] += price[q.item[a]]
    order = np.argsort(-earned / np.maximum(q.limits.cost, 1e-12))
    left, total = budget, 0.0
    for j in order:
        if earned[j] <= 0.0:
            break
        share = 1.0 if q.limits.cost[j] <= left else left / q.limits.cost[j]
        total += share * earned[j]
        left -= share * q.limits.cost[j]
        for a in range(q.start[j], q.start[j + 1]):
            slope[q.item[a]] -= share
        if share < 1.0:
            return total, earned[j] / q.limits.cost[j]
    return total, 0.0


@compiled
def _move(q: CoverArrays, price: Array, way: Array, length: float) -> bool:
    """Move prices along a way, within their bounds; return whether any could move."""
    norm = 0.0
    for i in range(price.size):
        stuck = (price[i] <= 0.0 and way[i] < 0.0) or (price[i] >= q.value[i, 0] and way[i] > 0.0)
        norm += 0.0 if stuck else way[i] * way[i]
    if norm == 0.0:
        return False
    for i in range(price.size):
        price[i] = min(max(price[i] + length / norm * way[i], 0.0), q.value[i, 0])
    return True


@compiled
def price_classes(
    q: CoverArrays, budget: float, least: float, price: Array, steps: int
) -> tuple[float, float]:
    """Lower the Lagrangian bound by subgradient steps on the prices of the classes.

    A class may be won without a site that covers it, at a price; each site earns the prices of
    the classes it covers; the sites that earn most within the budget are open. Groups are left
    out here: without them the bound holds too.
    """
    # R. D. Galvao and C. ReVelle, "A Lagrangean heuristic for the maximal covering location
    # problem", Eur. J. Oper. Res. 88 (1996).
    now = price.copy()
    slope = np.empty(price.size)
    way = np.zeros(price.size)
    best, best_rate = np.inf, 0.0
    length, idle = LONG, 0
    for step in range(steps):
        worth = _win(q, now, slope)
        earned, rate = _open(q, budget, now, slope)
        worth += earned
        idle = 0 if worth < best - PROGRESS * abs(best - least) else idle + 1
        if worth < best:
            best, best_rate = worth, rate
            price[:] = now
        if idle > PATIENCE:
            length *= SHRINK
            idle = 0
        way = MEMORY * way + (1.0 - MEMORY) * slope if step else slope.copy()
        if best <= least or not _move(q, now, way, length * (worth - least)):
            break
    return best, best_rate
