"""Compiled annealing of covers: close a site, look at some that could stand in for it, open one.

Kept up to date is only how often each class is covered and what one more cover of it is worth, so
that a site is opened or closed by going through its own classes. With k closed, k itself and each
site looked at gain a sum over their classes, and one of them is opened by chance, x with a
probability in proportion to ``exp(gain[x] / heat)``: the heat bath of S. Geman and D. Geman,
"Stochastic relaxation, Gibbs distributions, and the Bayesian restoration of images", IEEE Trans.
Pattern Analysis and Machine Intelligence 6 (1984).
"""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, compiled_unlocked, copy_into, inner
from nngis.solvers.site._numba_cover import CoverArrays, next_random
from nngis.solvers.site._numba_limits import Filled, empty, fill, may_open

LOOKS = 16
"""Sites that are looked at for each one closed."""
LOCAL = 0.9
"""Share of looks at sites that cover a class of the one that is closed."""
FAR = 30.0
"""A gain so many heats below the best is never drawn."""


class Swaps(NamedTuple):
    """Open sites; how often and by what sum of sites each class is covered; one more's worth."""

    is_open: Array
    times: Array
    owner: Array
    more: Array
    filled: Filled


@compiled
def swaps_of(q: CoverArrays, is_open: Array) -> Swaps:
    """Return the state in which the given sites are open."""
    s = Swaps(
        np.zeros(q.start.size - 1, np.bool_),
        np.zeros(q.back_start.size - 1, np.int32),
        np.zeros(q.back_start.size - 1, np.int64),
        q.value[:, 0].copy(),
        empty(q.limits),
    )
    for j in np.flatnonzero(is_open):
        turn(q, s, int(j), 1)
    return s


@compiled
def turn(q: CoverArrays, s: Swaps, j: int, step: int) -> None:
    """Open (1) or close (-1) a site."""
    last = q.value.shape[1] - 1
    s.is_open[j] = step > 0
    fill(q.limits, s.filled, j, step)
    for a in range(q.start[j], q.start[j + 1]):
        i = np.uint32(q.item[a])
        c = s.times[i] + step
        s.times[i] = c
        s.owner[i] += step * j
        s.more[i] = q.value[i, np.uint32(c)] if c < last else 0.0


@compiled
def gain_of(q: CoverArrays, s: Swaps, j: int) -> float:
    """Return what a closed site would add."""
    # Four sums side by side: one would wait for itself at each class.
    one, two, three, four = q.linear[j], 0.0, 0.0, 0.0
    a, end = q.start[j], q.start[j + 1]
    while a + 3 < end:
        one += s.more[np.uint32(q.item[a])]
        two += s.more[np.uint32(q.item[a + 1])]
        three += s.more[np.uint32(q.item[a + 2])]
        four += s.more[np.uint32(q.item[a + 3])]
        a += 4
    while a < end:
        one += s.more[np.uint32(q.item[a])]
        a += 1
    return float(one + two + three + four)


@inner
def draw(q: CoverArrays, k: int, seed: Array) -> int:
    """Draw a site, mostly one that shares a class with site k."""
    width = q.start[k + 1] - q.start[k]
    if width > 0 and next_random(seed) < LOCAL:
        i = q.item[q.start[k] + int(next_random(seed) * width)]
        row = q.back_start[i + 1] - q.back_start[i]
        return int(q.back_item[q.back_start[i] + int(next_random(seed) * row)])
    return int(next_random(seed) * (q.start.size - 1))


@compiled
def exchange(
    q: CoverArrays,
    s: Swaps,
    k: int,
    budget: float,
    heat: float,
    look: tuple[Array, Array],
    seed: Array,
) -> tuple[int, float]:
    """Close site k and open one of those looked at; return which, and the change."""
    site, gain = look
    turn(q, s, k, -1)
    site[0], gain[0] = k, gain_of(q, s, k)
    count, best = 1, gain[0]
    for _ in range(LOOKS):
        j = draw(q, k, seed)
        if s.is_open[j] or j == k or not may_open(q.limits, s.filled, j, budget):
            continue
        site[count], gain[count] = j, gain_of(q, s, j)
        best = max(best, gain[count])
        count += 1
    total = 0.0
    for c in range(count):
        below = (best - gain[c]) / heat
        total += np.exp(-below) if below < FAR else 0.0
    left, at = next_random(seed) * total, 0
    for c in range(count):
        below = (best - gain[c]) / heat
        if below < FAR:
            at = c
            left -= np.exp(-below)
            if left <= 0.0:
                break
    turn(q, s, site[at], 1)
    return int(site[at]), gain[at] - gain[0]


@compiled_unlocked
def anneal(
    q: CoverArrays, is_open: Array, budget: float, schedule: tuple[int, float, float], seed: int
) -> Array:
    """Exchange sites at random, losses ever less often, and keep the best choice seen."""
    looks, hot, cold = schedule
    moves = looks // LOOKS
    s = swaps_of(q, is_open)
    best_open = s.is_open.copy()
    opened = np.flatnonzero(s.is_open)
    if opened.size == 0 or moves == 0:
        return best_open
    rng = np.array([seed], np.uint64)
    look = np.empty(LOOKS + 1, np.int64), np.empty(LOOKS + 1)
    now, best = 0.0, 0.0
    heat, cooling = hot, (cold / hot) ** (1.0 / moves)
    for _ in range(moves):
        heat *= cooling
        at = int(next_random(rng) * opened.size)
        opened[at], change = exchange(q, s, int(opened[at]), budget, heat, look, rng)
        now += change
        if now > best:
            best = now
            copy_into(best_open, s.is_open)
    return best_open
