"""Compiled bookkeeping of what limits the open sites: a sum of costs, and groups."""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, inner


class Limits(NamedTuple):
    """Cost of each site, groups of each site (sparse rows), and how many of each may be open."""

    cost: Array
    of_start: Array
    of_item: Array
    cap: Array


class Filled(NamedTuple):
    """What the open sites cost together, and how many of each group are open."""

    spent: Array
    used: Array


@inner
def empty(limits: Limits) -> Filled:
    """Return the state in which no site is open."""
    return Filled(np.zeros(1), np.zeros(limits.cap.size, np.int64))


@inner
def fill(limits: Limits, filled: Filled, j: int, step: int) -> None:
    """Count site j as opened (1) or closed (-1)."""
    filled.spent[0] += step * limits.cost[j]
    for a in range(limits.of_start[j], limits.of_start[j + 1]):
        filled.used[limits.of_item[a]] += step


@compiled
def fill_of(limits: Limits, is_open: Array) -> Filled:
    """Return what some open sites fill of the limits."""
    filled = empty(limits)
    for j in np.flatnonzero(is_open):
        fill(limits, filled, int(j), 1)
    return filled


@inner
def may_open(limits: Limits, filled: Filled, j: int, budget: float) -> bool:
    """Whether a closed site may be opened beside those that are open."""
    if filled.spent[0] + limits.cost[j] > budget:
        return False
    for a in range(limits.of_start[j], limits.of_start[j + 1]):
        if filled.used[limits.of_item[a]] >= limits.cap[limits.of_item[a]]:
            return False
    return True


@inner
def may_replace(limits: Limits, filled: Filled, k: int, j: int, budget: float) -> bool:
    """Whether a closed site j may be opened if the open site k is closed."""
    if filled.spent[0] - limits.cost[k] + limits.cost[j] > budget:
        return False
    for a in range(limits.of_start[j], limits.of_start[j + 1]):
        group = limits.of_item[a]
        if filled.used[group] >= limits.cap[group]:
            shared = False
            for b in range(limits.of_start[k], limits.of_start[k + 1]):
                shared = shared or limits.of_item[b] == group
            if not shared:
                return False
    return True
