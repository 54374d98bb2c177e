"""Compiled search for good covers that heats one neighbourhood of open sites after the other.

Annealing all sites at once spends its trials thinly; here a few open sites that lie close together
are exchanged at falling temperatures while the others stand, and what comes out is kept if it is
better, or hardly worse. The sequence depends on the seed alone.
"""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled
from nngis.solvers.site._numba_cover import (
    UNIT,
    CoverArrays,
    CoverState,
    fresh_state,
    kept_of,
    next_random,
    turn_off,
    turn_on,
)
from nngis.solvers.site._numba_limits import may_replace

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
"""Classes of a site that are looked through for its neighbours."""
LOCAL = 0.9
"""Share of exchanges with a site that covers a class of the one that is closed."""


class Work(NamedTuple):
    """Arrays that a search uses again and again."""

    mark: Array
    seen: Array
    score: Array
    part: Array
    before: Array


@compiled
def _neighbourhood(q: CoverArrays, s: CoverState, k: int, size: int, work: Work) -> int:
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


@compiled
def _heat(
    q: CoverArrays,
    s: CoverState,
    budget: float,
    work: Work,
    schedule: tuple[int, int, float],
    seed: Array,
) -> float:
    """Exchange the sites of a neighbourhood at falling temperatures; return the change."""
    count, stamp, hot = schedule
    changed, heat = 0.0, hot
    trials = TRIALS * count
    cooling = COLD ** (1.0 / trials)
    for trial in range(trials):
        heat *= cooling
        at = int(next_random(seed) * count)
        k = work.part[at]
        width = q.start[k + 1] - q.start[k]
        if width > 0 and next_random(seed) < LOCAL:
            i = q.item[q.start[k] + int(next_random(seed) * width)]
            row = q.back_start[i + 1] - q.back_start[i]
            j = int(q.back_item[q.back_start[i] + int(next_random(seed) * row)])
        else:
            j = int(next_random(seed) * (q.start.size - 1))
        floor = heat * np.log(max(next_random(seed), UNIT))
        if s.is_open[j] or s.gain[j] <= floor or not may_replace(q.limits, s.filled, k, j, budget):
            continue
        change = s.gain[j] - s.loss[k] + kept_of(q, s, k, j, work.mark, stamp + trial)
        if change > floor:
            turn_off(q, s, k)
            turn_on(q, s, j)
            work.part[at] = j
            changed += change
    return changed


@compiled
def _undo(q: CoverArrays, s: CoverState, work: Work, count: int) -> None:
    """Open the sites that a neighbourhood had before."""
    for i in range(count):
        if work.part[i] != work.before[i]:
            turn_off(q, s, work.part[i])
    for i in range(count):
        if not s.is_open[work.before[i]]:
            turn_on(q, s, work.before[i])


@compiled
def wander(q: CoverArrays, is_open: Array, budget: float, rounds: int, seed: int) -> Array:
    """Heat neighbourhoods of a choice one after the other; return the best choice met."""
    m = q.start.size - 1
    s = fresh_state(q, is_open)
    best_open = s.is_open.copy()
    opened = np.flatnonzero(s.is_open)
    if opened.size == 0:
        return best_open
    rng = np.array([seed], np.uint64)
    work = Work(
        np.full(q.back_start.size - 1, -1),
        np.zeros(m, np.bool_),
        np.zeros(m, np.int64),
        np.zeros(m, np.int64),
        np.zeros(m, np.int64),
    )
    now, best, stamp = 0.0, 0.0, 0
    for _ in range(rounds):
        k = opened[int(next_random(rng) * opened.size)]
        size = LEAST_SITES + int(next_random(rng) * MORE_SITES)
        count = _neighbourhood(q, s, k, size, work)
        lost = 0.0
        for i in range(count):
            work.before[i] = work.part[i]
            lost += s.loss[work.part[i]] / count
        hot = HOT * SPREAD ** next_random(rng) * lost
        change = _heat(q, s, budget, work, (count, stamp, hot), rng)
        stamp += TRIALS * count
        if change < LENIENT * lost * np.log(max(next_random(rng), UNIT)):
            _undo(q, s, work, count)
            continue
        now += change
        opened = np.flatnonzero(s.is_open)
        if now > best:
            best = now
            best_open[:] = s.is_open
    return best_open
