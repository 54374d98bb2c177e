"""Compiled annealing of covers where sites cover much: sixteen others are looked at, not all near.

Kept up to date is only how often each class is covered and what one more cover of it is worth, so
that a site is opened or closed by going through its own classes; with k closed, k itself and each
site looked at gain a sum over theirs. The heat bath is that of `_numba_swap`, which keeps all gains
up to date: better by far where that is quick, too slow where sites cover hundreds of classes that
many others cover too.
"""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled_unlocked, copy_into, inner
from nngis.solvers.site._numba_cover import UNIT, CoverArrays, next_random
from nngis.solvers.site._numba_limits import Filled, empty, fill, may_open
from nngis.solvers.site._numba_wander import (
    COLD,
    HOT,
    LEAST_SITES,
    LENIENT,
    SPREAD,
    Work,
    neighbourhood,
    room,
)

LOOKS = 16
"""Sites that are looked at for each one closed."""
LOCAL = 0.9
"""Share of looks at sites that cover a class of the one that is closed."""
MORE_SITES, TRIALS = 9, 1000
"""How many more sites than the least a neighbourhood has at most; looks for each of them."""
FAR = 30.0
"""A gain so many heats below the best is never drawn."""


class Draws(NamedTuple):
    """Open sites; how often and by what sum of sites each class is covered; one more's worth."""

    is_open: Array
    times: Array
    owner: Array
    more: Array
    filled: Filled


@inner
def draws_of(q: CoverArrays, is_open: Array) -> Draws:
    """Return the state in which the given sites are open."""
    s = Draws(
        np.zeros(q.start.size - 1, np.bool_),
        np.zeros(q.back_start.size - 1, np.int32),
        np.zeros(q.back_start.size - 1, np.int64),
        q.value[:, 0].copy(),
        empty(q.limits),
    )
    for j in np.flatnonzero(is_open):
        turn(q, s, int(j), 1)
    return s


@inner
def turn(q: CoverArrays, s: Draws, j: int, step: int) -> None:
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


@inner
def gain_of(q: CoverArrays, s: Draws, j: int) -> float:
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


@inner
def draw_exchange(
    q: CoverArrays,
    s: Draws,
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
def anneal_drawn(
    q: CoverArrays, is_open: Array, budget: float, schedule: tuple[int, float, float], seed: int
) -> Array:
    """Exchange sites at random, losses ever less often, and keep the best choice seen."""
    looks, hot, cold = schedule
    moves = looks // LOOKS
    s = draws_of(q, is_open)
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
        opened[at], change = draw_exchange(q, s, int(opened[at]), budget, heat, look, rng)
        now += change
        if now > best:
            best = now
            copy_into(best_open, s.is_open)
    return best_open


@inner
def _undo(q: CoverArrays, s: Draws, work: Work, count: int) -> None:
    """Open the sites that a neighbourhood had before."""
    for i in range(count):
        turn(q, s, int(work.part[i]), -1)
    for i in range(count):
        turn(q, s, int(work.before[i]), 1)


@inner
def _loss_of(q: CoverArrays, s: Draws, k: int) -> float:
    """Return what an open site would lose."""
    turn(q, s, k, -1)
    lost = gain_of(q, s, k)
    turn(q, s, k, 1)
    return float(lost)


@compiled_unlocked
def wander_drawn(q: CoverArrays, is_open: Array, budget: float, rounds: int, seed: int) -> Array:
    """Heat neighbourhoods one after the other as `wander` does, with as many sites as before."""
    s = draws_of(q, is_open)
    best_open = s.is_open.copy()
    opened = np.flatnonzero(s.is_open)
    if opened.size == 0:
        return best_open
    rng = np.array([seed], np.uint64)
    work = room(q.start.size - 1, LEAST_SITES + MORE_SITES)
    look = np.empty(LOOKS + 1, np.int64), np.empty(LOOKS + 1)
    now, best = 0.0, 0.0
    for _ in range(rounds):
        k = int(opened[int(next_random(rng) * opened.size)])
        count = neighbourhood(
            q, (s.times, s.owner), k, LEAST_SITES + int(next_random(rng) * MORE_SITES), work
        )
        lost = UNIT
        for i in range(count):
            work.before[i] = work.part[i]
            lost += _loss_of(q, s, int(work.part[i])) / count
        heat, change = HOT * SPREAD ** next_random(rng) * lost, 0.0
        moves = TRIALS * count // LOOKS
        cooling = COLD ** (1.0 / moves)
        for _ in range(moves):
            heat *= cooling
            at = int(next_random(rng) * count)
            work.part[at], more = draw_exchange(q, s, int(work.part[at]), budget, heat, look, rng)
            change += more
        if change < LENIENT * lost * np.log(max(next_random(rng), UNIT)):
            _undo(q, s, work, count)
            continue
        now += change
        opened = np.flatnonzero(s.is_open)
        if now > best:
            best = now
            copy_into(best_open, s.is_open)
    return best_open
