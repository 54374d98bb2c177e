"""Compiled search for good covers: open, close and exchange sites without starting again.

The objective is a sum over classes of demand; the c-th open site that covers a class adds
``value[class, c - 1]``, never more than the one before. One column is plain maximal covering, two
are backup cover. The last column is always zero.
"""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, inner
from nngis.solvers.site._numba_limits import (
    Filled,
    Limits,
    empty,
    fill,
    may_open,
    may_replace,
)

WELL_MIXED = np.uint64(0x9E3779B97F4A7C15)
UNIT = 1.0 / 9007199254740992.0


class CoverArrays(NamedTuple):
    """A covering question as plain arrays; see `nngis.solvers.site._cover.CoverProblem`."""

    start: Array
    item: Array
    back_start: Array
    back_item: Array
    value: Array
    linear: Array
    limits: Limits


class CoverState(NamedTuple):
    """Which sites are open, and what each change of one site would bring."""

    is_open: Array
    times: Array
    owner: Array
    gain: Array
    loss: Array
    filled: Filled


@compiled
def fresh_state(q: CoverArrays, is_open: Array) -> CoverState:
    """Return the state in which the given sites are open."""
    m = q.start.size - 1
    n = q.back_start.size - 1
    s = CoverState(
        np.zeros(m, np.bool_),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        q.linear.copy(),
        np.zeros(m),
        empty(q.limits),
    )
    for j in range(m):
        for a in range(q.start[j], q.start[j + 1]):
            s.gain[j] += q.value[q.item[a], 0]
    for j in range(m):
        if is_open[j]:
            turn_on(q, s, j)
    return s


@inner
def turn_on(q: CoverArrays, s: CoverState, j: int) -> None:
    """Open a site and update what every neighbour is worth."""
    last = q.value.shape[1] - 1
    s.is_open[j] = True
    fill(q.limits, s.filled, j, 1)
    lost = q.linear[j]
    for a in range(q.start[j], q.start[j + 1]):
        i = q.item[a]
        c = s.times[i]
        s.times[i] = c + 1
        s.owner[i] += j
        if c > last:
            continue
        less_gain = q.value[i, c] - q.value[i, c + 1] if c < last else 0.0
        less_loss = q.value[i, c - 1] - q.value[i, c] if c > 0 else 0.0
        lost += q.value[i, c]
        if less_gain > 0.0 or less_loss > 0.0:
            for b in range(q.back_start[i], q.back_start[i + 1]):
                k = q.back_item[b]
                s.gain[k] -= less_gain
                if k != j and s.is_open[k]:
                    s.loss[k] -= less_loss
    s.loss[j] = lost


@compiled
def turn_off(q: CoverArrays, s: CoverState, j: int) -> None:
    """Close a site and update what every neighbour is worth."""
    last = q.value.shape[1] - 1
    s.is_open[j] = False
    s.loss[j] = 0.0
    fill(q.limits, s.filled, j, -1)
    for a in range(q.start[j], q.start[j + 1]):
        i = q.item[a]
        c = s.times[i] - 1
        s.times[i] = c
        s.owner[i] -= j
        if c > last:
            continue
        more_gain = q.value[i, c] - q.value[i, c + 1] if c < last else 0.0
        more_loss = q.value[i, c - 1] - q.value[i, c] if c > 0 else 0.0
        if more_gain > 0.0 or more_loss > 0.0:
            for b in range(q.back_start[i], q.back_start[i + 1]):
                k = q.back_item[b]
                s.gain[k] += more_gain
                if s.is_open[k]:
                    s.loss[k] += more_loss


@inner
def kept_by_exchange(q: CoverArrays, s: CoverState, j: int, kept: Array) -> None:
    """Add to `kept` what each open site's closing would not lose if site j were open."""
    last = q.value.shape[1] - 1
    for a in range(q.start[j], q.start[j + 1]):
        i = q.item[a]
        c = s.times[i]
        if c == 0 or c > last:
            continue
        spared = q.value[i, c - 1] - q.value[i, c]
        if c == 1:
            kept[s.owner[i]] += spared
        elif spared > 0.0:
            for b in range(q.back_start[i], q.back_start[i + 1]):
                if s.is_open[q.back_item[b]]:
                    kept[q.back_item[b]] += spared


@compiled
def fill_up(q: CoverArrays, s: CoverState, budget: float, least: float) -> None:
    """Open sites, the most gain per cost first, until none gains more than `least` or may open."""
    m = q.start.size - 1
    while True:
        best, at = 0.0, -1
        for j in range(m):
            if s.is_open[j] or s.gain[j] <= least:
                continue
            rate = s.gain[j] / max(q.limits.cost[j], 1e-12)
            if rate > best and may_open(q.limits, s.filled, j, budget):
                best, at = rate, j
        if at < 0:
            return
        turn_on(q, s, at)


@compiled
def open_in_order(q: CoverArrays, s: CoverState, order: Array, budget: float) -> None:
    """Open sites one after the other as long as each is allowed and gains something."""
    for j in order:
        if not s.is_open[j] and s.gain[j] > 0.0 and may_open(q.limits, s.filled, j, budget):
            turn_on(q, s, j)


@compiled
def climb(q: CoverArrays, s: CoverState, budget: float, least: float, most: int) -> bool:
    """Add and exchange sites, the best change first, at most `most` times.

    Returns whether no exchange is left that gains more than `least`.
    """
    m = q.start.size - 1
    kept = np.zeros(m)
    for _ in range(most):
        fill_up(q, s, budget, least)
        opened = np.flatnonzero(s.is_open)
        best, best_j, best_k = least, -1, -1
        for j in range(m):
            # Closing another site costs at least what the exchange spares: the gain bounds all.
            if s.is_open[j] or s.gain[j] <= best:
                continue
            kept_by_exchange(q, s, j, kept)
            for k in opened:
                change = s.gain[j] - s.loss[k] + kept[k]
                kept[k] = 0.0
                if change > best and may_replace(q.limits, s.filled, int(k), j, budget):
                    best, best_j, best_k = change, j, int(k)
        if best_j < 0:
            return True
        turn_off(q, s, best_k)
        turn_on(q, s, best_j)
    return False


@inner
def next_random(seed: Array) -> float:
    """Return the next number in [0, 1) of the splitmix64 sequence that `seed` holds."""
    seed[0] += WELL_MIXED
    z = seed[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * UNIT


@compiled
def runners_up(
    q: CoverArrays, s: CoverState, may_enter: Array, budget: float
) -> tuple[Array, Array]:
    """Find, for each open site, the closed site that would replace it best."""
    m = q.start.size - 1
    runner = np.full(m, -1)
    change = np.full(m, -np.inf)
    kept = np.zeros(m)
    opened = np.flatnonzero(s.is_open)
    for j in range(m):
        if s.is_open[j] or not may_enter[j]:
            continue
        kept_by_exchange(q, s, j, kept)
        for k in opened:
            gained = s.gain[j] - s.loss[k] + kept[k]
            kept[k] = 0.0
            if gained > change[k] and may_replace(q.limits, s.filled, int(k), j, budget):
                change[k] = gained
                runner[k] = j
    return runner, change
