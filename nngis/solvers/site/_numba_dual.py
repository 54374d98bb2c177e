"""Compiled Lagrangian bound of a covering question: prices on being covered."""

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, copy_into, inner
from nngis.solvers.site._numba_cover import CoverArrays

PROGRESS = 1e-4
PATIENCE = 15
SHRINK = 0.7
MEMORY = 0.9


@inner
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


@inner
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


@inner
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
    q: CoverArrays,
    budget: float,
    least: float,
    prices: tuple[Array, Array, Array],
    control: Array,
    steps: int,
) -> bool:
    """Lower the Lagrangian bound by subgradient steps on the prices of the classes.

    A class may be won without a site that covers it, at a price; each site earns the prices of
    the classes it covers; the sites that earn most within the budget are open. Groups are left
    out here: without them the bound holds too. `prices` are those now, the way they move and the
    best ones, `control` the step, how long nothing came of it, the best bound and its rate: all
    are changed, so that the steps can go on later. Returns whether they have come to an end.
    """
    # R. D. Galvao and C. ReVelle, "A Lagrangean heuristic for the maximal covering location
    # problem", Eur. J. Oper. Res. 88 (1996).
    now, way, best = prices
    slope = np.empty(now.size)
    for _ in range(steps):
        memory = MEMORY if np.isfinite(control[2]) else 0.0
        worth = _win(q, now, slope)
        earned, rate = _open(q, budget, now, slope)
        worth += earned
        control[1] = (
            0.0 if worth < control[2] - PROGRESS * abs(control[2] - least) else control[1] + 1
        )
        if worth < control[2]:
            control[2], control[3] = worth, rate
            copy_into(best, now)
        if control[1] > PATIENCE:
            control[0] *= SHRINK
            control[1] = 0.0
        for i in range(now.size):
            way[i] = memory * way[i] + (1.0 - memory) * slope[i]
        if control[2] <= least or not _move(q, now, way, control[0] * (worth - least)):
            return True
    return False
