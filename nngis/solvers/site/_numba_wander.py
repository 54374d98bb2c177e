"""Compiled search for good covers that heats one neighbourhood of open sites after the other.

Annealing all sites at once spends its trials thinly; here a few open sites that lie close together
are exchanged at falling temperatures while the others stand, and what comes out is kept if it is
better, or hardly worse. The sequence depends on the seed alone.
"""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled_unlocked, copy_into, inner
from nngis.solvers.site._numba_cover import UNIT, CoverArrays, next_random
from nngis.solvers.site._numba_swap import LOOKS, Swaps, exchange, gain_of, swaps_of, turn

LEAST_SITES, MORE_SITES = 4, 9
"""Sites of a neighbourhood: at least, and how many more at most."""
TRIALS = 1000
"""Exchanges tried for each of them."""
HOT, SPREAD, COLD = 0.02, 10.0, 0.03
"""First temperature as a share of what a site of the neighbourhood loses: drawn between the least
and so many times as much; and the last one as a share of the first."""
LENIENT = 0.02
"""Temperature at which a worse neighbourhood is kept, as the same share."""
SAMPLE = 64
"""Classes of a site, and sites of a class, that are looked through for neighbours."""


class Work(NamedTuple):
    """Arrays that a search uses again and again."""

    seen: Array
    score: Array
    part: Array
    before: Array
    look: tuple[Array, Array]


@inner
def _neighbourhood(q: CoverArrays, s: Swaps, k: int, size: int, work: Work) -> int:
    """Gather the open sites that share most closed sites with site k, itself first."""
    work.seen[:] = False
    work.score[:] = 0
    step = max((q.start[k + 1] - q.start[k]) // SAMPLE, 1)
    for a in range(q.start[k], q.start[k + 1], step):
        i = q.item[a]
        row = max((q.back_start[i + 1] - q.back_start[i]) // SAMPLE, 1)
        for b in range(q.back_start[i], q.back_start[i + 1], row):
            j = q.back_item[b]
            if work.seen[j]:
                continue
            work.seen[j] = True
            wide = max((q.start[j + 1] - q.start[j]) // SAMPLE, 1)
            for c in range(q.start[j], q.start[j + 1], wide):
                if s.times[q.item[c]] == 1:
                    work.score[s.owner[q.item[c]]] += 1
    work.part[0] = k
    work.score[k] = 0
    count = 1
    while count < size:
        at = int(np.argmax(work.score))
        if work.score[at] == 0:
            break
        work.part[count] = at
        work.score[at] = 0
        count += 1
    return count


@inner
def _heat(
    q: CoverArrays, s: Swaps, budget: float, work: Work, count: int, hot: float, seed: Array
) -> float:
    """Exchange the sites of a neighbourhood at falling temperatures; return the change."""
    changed, heat = 0.0, hot
    moves = TRIALS * count // LOOKS
    cooling = COLD ** (1.0 / moves)
    for _ in range(moves):
        heat *= cooling
        at = int(next_random(seed) * count)
        work.part[at], change = exchange(q, s, int(work.part[at]), budget, heat, work.look, seed)
        changed += change
    return changed


@inner
def _undo(q: CoverArrays, s: Swaps, work: Work, count: int) -> None:
    """Open the sites that a neighbourhood had before."""
    for i in range(count):
        turn(q, s, work.part[i], -1)
    for i in range(count):
        turn(q, s, work.before[i], 1)


@inner
def _loss_of(q: CoverArrays, s: Swaps, k: int) -> float:
    """Return what an open site would lose."""
    turn(q, s, k, -1)
    lost = gain_of(q, s, k)
    turn(q, s, k, 1)
    return float(lost)


@compiled_unlocked
def wander(q: CoverArrays, is_open: Array, budget: float, rounds: int, seed: int) -> Array:
    """Heat neighbourhoods of a choice one after the other; return the best choice met."""
    m = q.start.size - 1
    s = swaps_of(q, is_open)
    best_open = s.is_open.copy()
    opened = np.flatnonzero(s.is_open)
    if opened.size == 0:
        return best_open
    rng = np.array([seed], np.uint64)
    work = Work(
        np.zeros(m, np.bool_),
        np.zeros(m, np.int64),
        np.zeros(m, np.int64),
        np.zeros(m, np.int64),
        (np.empty(LOOKS + 1, np.int64), np.empty(LOOKS + 1)),
    )
    now, best = 0.0, 0.0
    for _ in range(rounds):
        k = opened[int(next_random(rng) * opened.size)]
        size = LEAST_SITES + int(next_random(rng) * MORE_SITES)
        count = _neighbourhood(q, s, k, size, work)
        lost = UNIT
        for i in range(count):
            work.before[i] = work.part[i]
            lost += _loss_of(q, s, int(work.part[i])) / count
        hot = HOT * SPREAD ** next_random(rng) * lost
        change = _heat(q, s, budget, work, count, hot, rng)
        if change < LENIENT * lost * np.log(max(next_random(rng), UNIT)):
            _undo(q, s, work, count)
            continue
        now += change
        opened = np.flatnonzero(s.is_open)
        if now > best:
            best = now
            copy_into(best_open, s.is_open)
    return best_open
