"""Compiled annealing of covers: close a site, look at all that could stand in for it, open one.

Kept up to date is what each closed site would gain. With k closed, its own classes alone tell which
sites gain how much more, and one site is opened by chance, x with a probability in proportion to
``exp(gain[x] / heat)``: the heat bath of S. Geman and D. Geman, "Stochastic relaxation, Gibbs
distributions, and the Bayesian restoration of images", IEEE Trans. Pattern Analysis and Machine
Intelligence 6 (1984). Mostly that is k again, and then nothing has to be brought up to date.
"""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, compiled_unlocked, copy_into, inner
from nngis.solvers.site._numba_cover import CoverArrays, next_random
from nngis.solvers.site._numba_limits import Filled, empty, fill, may_open

FAR_SHARE, FAR_SITES = 0.1, 300.0
"""Share of exchanges that look at all sites, and how many such looks an exchange costs at most."""
LISTED = 4_000_000
"""Room for lists of sites."""
COLDER = 20.0
"""A gain so many heats below the best is never drawn."""


class Swaps(NamedTuple):
    """Open sites; how often and by what sum of sites each class is covered; what sites would gain.

    The gain of an open site is -inf. The rest is room for exchanges: what each site gains on top
    when one is closed (0 between exchanges); lists of the sites that share classes with a site,
    where each begins (-1: not listed yet) and ends, how much of the room they take, and marks
    (false in between); sites to draw from, and their gains.
    """

    is_open: Array
    times: Array
    owner: Array
    gain: Array
    back: Array
    near: Array
    listed: Array
    used: Array
    seen: Array
    site: Array
    score: Array
    filled: Filled


@compiled
def swaps_of(q: CoverArrays, is_open: Array) -> Swaps:
    """Return the state in which the given sites are open."""
    m, n = q.start.size - 1, q.back_start.size - 1
    s = Swaps(
        np.zeros(m, np.bool_),
        np.zeros(n, np.int32),
        np.zeros(n, np.int64),
        q.linear.copy(),
        np.zeros(m),
        np.empty(max(min(m * m, LISTED), m), np.int32),
        np.full((m, 2), -1),
        np.zeros(1, np.int64),
        np.zeros(m, np.bool_),
        np.empty(m + 1, np.int32),
        np.empty(m + 1),
        empty(q.limits),
    )
    for j in range(m):
        for a in range(q.start[j], q.start[j + 1]):
            s.gain[j] += q.value[q.item[a], 0]
    for k in np.flatnonzero(is_open):
        open_site(q, s, int(k))
    return s


@inner
def open_site(q: CoverArrays, s: Swaps, j: int) -> None:
    """Open a site."""
    last = q.value.shape[1] - 1
    s.is_open[j] = True
    fill(q.limits, s.filled, j, 1)
    for a in range(q.start[j], q.start[j + 1]):
        i = np.uint32(q.item[a])
        c = s.times[i]
        s.times[i] = c + 1
        s.owner[i] += j
        if c >= last:
            continue
        less = q.value[i, c] - q.value[i, c + 1]
        if less > 0.0:
            for b in range(q.back_start[i], q.back_start[i + 1]):
                s.gain[np.uint32(q.back_item[b])] -= less
    s.gain[j] = -np.inf


@compiled
def near_of(q: CoverArrays, s: Swaps, k: int) -> Array:
    """List the sites that share a class with site k, or look the list up."""
    if s.listed[k, 0] < 0:
        m = s.gain.size
        if s.near.size - s.used[0] < m:
            s.listed[:] = -1
            s.used[0] = 0
        end = s.used[0]
        for a in range(q.start[k], q.start[k + 1]):
            i = q.item[a]
            for b in range(q.back_start[i], q.back_start[i + 1]):
                j = q.back_item[b]
                if not s.seen[j]:
                    s.seen[j] = True
                    s.near[end] = j
                    end += 1
        s.listed[k, 0], s.listed[k, 1] = s.used[0], end
        for b in range(s.used[0], end):
            s.seen[s.near[b]] = False
        s.used[0] = end
    return s.near[s.listed[k, 0] : s.listed[k, 1]]


@inner
def weigh(q: CoverArrays, s: Swaps, k: int) -> float:
    """Return what closing an open site loses, and write what it gives back to those near it."""
    last = q.value.shape[1] - 1
    lost = q.linear[k]
    for a in range(q.start[k], q.start[k + 1]):
        i = np.uint32(q.item[a])
        c = s.times[i]
        if c > last:
            continue
        lost += q.value[i, c - 1]
        more = q.value[i, c - 1] - q.value[i, c]
        if more > 0.0:
            for b in range(q.back_start[i], q.back_start[i + 1]):
                s.back[np.uint32(q.back_item[b])] += more
    return float(lost)


@inner
def _forget(s: Swaps, near: Array) -> None:
    """Leave a site open that was weighed."""
    for j in near:
        s.back[np.uint32(j)] = 0.0


@inner
def _close_weighed(q: CoverArrays, s: Swaps, k: int, lost: float, near: Array) -> None:
    """Close a site that was weighed just now."""
    s.is_open[k] = False
    fill(q.limits, s.filled, k, -1)
    for b in near:
        j = np.uint32(b)
        s.gain[j] += s.back[j]
        s.back[j] = 0.0
    s.gain[k] = lost
    for a in range(q.start[k], q.start[k + 1]):
        i = np.uint32(q.item[a])
        s.times[i] -= 1
        s.owner[i] -= k


@compiled
def loss_of(q: CoverArrays, s: Swaps, k: int) -> float:
    """Return what closing an open site loses."""
    last = q.value.shape[1] - 1
    lost = q.linear[k]
    for a in range(q.start[k], q.start[k + 1]):
        i = np.uint32(q.item[a])
        c = s.times[i]
        lost += q.value[i, c - 1] if c <= last else 0.0
    return float(lost)


@compiled
def replace(q: CoverArrays, s: Swaps, out: Array, into: Array) -> float:
    """Close some sites and open others; return the change."""
    change = 0.0
    for k in out:
        lost = weigh(q, s, k)
        _close_weighed(q, s, k, lost, near_of(q, s, k))
        change -= lost
    for j in into:
        change += s.gain[j]
        open_site(q, s, j)
    return change


@compiled
def exchange(
    q: CoverArrays, s: Swaps, k: int, budget: float, heat: float, seed: Array
) -> tuple[int, float]:
    """Close site k and open one, mostly near; return which, and the change."""
    lost, near, m = weigh(q, s, k), near_of(q, s, k), s.gain.size
    fill(q.limits, s.filled, k, -1)
    s.site[0], s.score[0] = k, lost
    found, best = 1, lost
    is_far = next_random(seed) * m < min(FAR_SHARE * m, FAR_SITES)
    for b in range(m if is_far else near.size):
        x = np.uint32(b if is_far else near[b])
        gain = s.gain[x] + s.back[x]
        if gain > best - COLDER * heat and may_open(q.limits, s.filled, int(x), budget):
            s.site[found], s.score[found] = x, gain
            best = max(best, gain)
            found += 1
    fill(q.limits, s.filled, k, 1)
    at = _drawn(s, found, best, heat, seed)
    j, change = int(s.site[at]), s.score[at] - lost
    if j == k:
        _forget(s, near)
    else:
        _close_weighed(q, s, k, lost, near)
        open_site(q, s, j)
    return j, change


@inner
def _drawn(s: Swaps, found: int, best: float, heat: float, seed: Array) -> int:
    """Draw one of the sites listed."""
    total = 0.0
    for c in range(found):
        below = (best - s.score[c]) / heat
        total += np.exp(-below) if below < COLDER else 0.0
    left, at = next_random(seed) * total, 0
    for c in range(found):
        below = (best - s.score[c]) / heat
        if below < COLDER:
            at = c
            left -= np.exp(-below)
            if left <= 0.0:
                break
    return at


@compiled_unlocked
def anneal(
    q: CoverArrays, is_open: Array, budget: float, schedule: tuple[int, float, float], seed: int
) -> Array:
    """Exchange sites at random, losses ever less often, and keep the best choice seen."""
    moves, hot, cold = schedule
    s = swaps_of(q, is_open)
    best_open = s.is_open.copy()
    opened = np.flatnonzero(s.is_open)
    if opened.size == 0 or moves == 0:
        return best_open
    rng = np.array([seed], np.uint64)
    now, best = 0.0, 0.0
    heat, cooling = hot, (cold / hot) ** (1.0 / moves)
    for _ in range(moves):
        heat *= cooling
        at = int(next_random(rng) * opened.size)
        opened[at], change = exchange(q, s, int(opened[at]), budget, heat, rng)
        now += change
        if now > best:
            best = now
            copy_into(best_open, s.is_open)
    return best_open
