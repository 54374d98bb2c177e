"""Compiled look at the farthest demand: how far it is without a site, or with another one."""

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, inner
from nngis.solvers.site._numba_limits import Filled, Limits, may_replace

Links = tuple[Array, Array, Array]


@inner
def nearest_two(links: Links, is_open: Array, n: int) -> tuple[Array, Array, Array]:
    """Find each demand's nearest open site, and the lengths to the nearest and the second."""
    start, item, length = links
    first = np.full(n, -1)
    near = np.full(n, np.inf)
    second = np.full(n, np.inf)
    for j in np.flatnonzero(is_open):
        for a in range(start[j], start[j + 1]):
            i = item[a]
            if length[a] < near[i]:
                second[i], near[i], first[i] = near[i], length[a], j
            elif length[a] < second[i]:
                second[i] = length[a]
    return first, near, second


@compiled
def farthest_without(
    links: Links, is_open: Array, free: Array, reached: Array, rules: tuple[Limits, Filled, float]
) -> tuple[Array, Array, Array]:
    """Close each open site in turn, and open each closed one in its place."""
    start, item, length = links
    limits, filled, budget = rules
    m, n = is_open.size, reached.size
    first, near, second = nearest_two(links, is_open, n)
    without, replaced = np.zeros(m), np.full(m, np.inf)
    runner = np.full(m, -1)
    own = np.full(n, np.inf)
    for k in np.flatnonzero(is_open):
        base = np.where(reached, np.where(first == k, second, near), 0.0)
        order = np.argsort(-base, kind="mergesort")
        without[k] = base[order[0]]
        for j in range(m):
            if is_open[j] or not free[j] or not may_replace(limits, filled, int(k), j, budget):
                continue
            for a in range(start[j], start[j + 1]):
                own[item[a]] = length[a]
            worst = 0.0
            for i in order:
                if base[i] <= worst:
                    break
                worst = max(worst, min(base[i], own[i]))
            for a in range(start[j], start[j + 1]):
                own[item[a]] = np.inf
            if runner[k] < 0 or worst < replaced[k]:
                replaced[k], runner[k] = worst, j
    return without, runner, replaced
