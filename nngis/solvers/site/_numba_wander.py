"""Compiled search for good covers that heats one neighbourhood of open sites after the other.

Annealing all sites at once spends its exchanges thinly; here some open sites that lie close
together are exchanged at falling temperatures while the others stand, and what comes out is kept if
it is better, or hardly worse. Parts of a city differ in how many sites they have, and no exchange
of a few sites takes one from a part to another, since all sites of both parts have to move. So a
neighbourhood is also heated with one site more, or one less, and the best of these are kept until
one more and one less fit together (`_numba_shift`). The sequence depends on the seed alone.
"""

from typing import NamedTuple

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled_unlocked, copy_into, inner
from nngis.solvers.site._numba_cover import UNIT, CoverArrays, next_random
from nngis.solvers.site._numba_shift import Shifts, no_shifts, one_less, one_more, shift
from nngis.solvers.site._numba_swap import Swaps, exchange, loss_of, replace, swaps_of

LEAST_SITES = 4
"""Sites of a neighbourhood."""
LEAST_MOVES, MOST_MOVES = 60, 200
"""Exchanges tried for each of them."""
HOT, SPREAD, COLD = 0.02, 10.0, 0.03
"""First temperature as a share of what a site of the neighbourhood loses: drawn between the least
and so many times as much; and the last one as a share of the first."""
LENIENT = 0.02
"""Temperature at which a worse neighbourhood is kept, as the same share."""
SHIFTED = 0.7
"""Share of neighbourhoods that are heated with one site more or less."""
SAMPLE = 64
"""Classes of a site, and sites of a class, that are looked through for neighbours."""


class Work(NamedTuple):
    """Arrays that a search uses again and again."""

    seen: Array
    score: Array
    part: Array
    before: Array


@inner
def room(m: int, most: int) -> Work:
    """Return room for neighbourhoods of so many sites at most."""
    return Work(
        np.zeros(m, np.bool_),
        np.zeros(m, np.int64),
        np.zeros(most, np.int64),
        np.zeros(most, np.int64),
    )


@inner
def _between(least: float, most: float, seed: Array) -> int:
    """Draw a whole number, each doubling as often as the next."""
    return int(least * (most / least) ** next_random(seed))


@inner
def _score(q: CoverArrays, covered: tuple[Array, Array], k: int, work: Work) -> None:
    """Count for each open site the closed ones not yet seen that share classes with it and k."""
    times, owner = covered
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
                if times[q.item[c]] == 1:
                    work.score[owner[q.item[c]]] += 1


@inner
def neighbourhood(
    q: CoverArrays, covered: tuple[Array, Array], k: int, size: int, work: Work
) -> int:
    """Gather the open sites that share most closed sites with site k, then with those gathered.

    `covered` is how often, and by what sum of open sites, each class is covered.
    """
    work.seen[:] = False
    work.score[:] = 0
    work.part[0] = k
    count, scored = 1, 0
    while count < size:
        at = int(np.argmax(work.score))
        if work.score[at] > 0:
            work.part[count] = at
            work.score[at] = 0
            count += 1
        elif scored < count:
            _score(q, covered, int(work.part[scored]), work)
            scored += 1
            for i in range(count):
                work.score[work.part[i]] = 0
        else:
            break
    return count


@inner
def _heat(
    q: CoverArrays,
    s: Swaps,
    budget: float,
    part: Array,
    schedule: tuple[int, float],
    seed: Array,
) -> float:
    """Exchange the sites of a neighbourhood at falling temperatures; return the change."""
    moves, heat = schedule
    changed, cooling = 0.0, COLD ** (1.0 / max(moves * part.size, 1))
    for _ in range(moves * part.size):
        heat *= cooling
        at = int(next_random(seed) * part.size)
        part[at], change = exchange(q, s, int(part[at]), budget, heat, seed)
        changed += change
    return changed


@inner
def _step(
    q: CoverArrays, s: Swaps, budget: float, work: Work, shifts: Shifts, opened: Array, seed: Array
) -> float:
    """Heat the neighbourhood of a site, with as many sites, one more or one less."""
    most = work.part.size - 1
    k = int(opened[int(next_random(seed) * opened.size)])
    count = neighbourhood(q, (s.times, s.owner), k, _between(LEAST_SITES, most + 1, seed), work)
    lost = UNIT
    for i in range(count):
        work.before[i] = work.part[i]
        lost += loss_of(q, s, int(work.part[i])) / count
    schedule = _between(LEAST_MOVES, MOST_MOVES, seed), HOT * SPREAD ** next_random(seed) * lost
    leave = LENIENT * lost * np.log(max(next_random(seed), UNIT))
    before = work.before[:count]
    draw = next_random(seed) / SHIFTED
    if draw >= 1.0:
        change = _heat(q, s, budget, work.part[:count], schedule, seed)
        if change >= leave:
            return change
        replace(q, s, work.part[:count], before)
        return 0.0
    kind = 1 if draw < 0.5 else 0  # noqa: PLR2004 -- as often one more as one less
    if kind:
        count, change, spare = one_more(q, s, work.part, count, seed)
    else:
        count, change, spare = one_less(q, s, work.part, count, seed)
    if count == before.size:
        return 0.0
    after = work.part[:count]
    change += _heat(q, s, budget + spare, after, schedule, seed)
    return shift(q, s, budget, shifts, (kind, before, after), (change, leave))


@compiled_unlocked
def wander(
    q: CoverArrays, is_open: Array, budget: float, rounds: tuple[int, int], seed: int
) -> Array:
    """Heat so many neighbourhoods, each of so many sites at most; return the best choice met."""
    count, most = rounds
    m = q.start.size - 1
    s = swaps_of(q, is_open)
    best_open = s.is_open.copy()
    opened = np.flatnonzero(s.is_open)
    if opened.size == 0:
        return best_open
    rng = np.array([seed], np.uint64)
    work = room(m, most + 1)
    shifts = no_shifts(most + 1)
    now, best = 0.0, 0.0
    for _ in range(count):
        now += _step(q, s, budget, work, shifts, opened, rng)
        opened = np.flatnonzero(s.is_open)
        if now > best:
            best = now
            copy_into(best_open, s.is_open)
    return best_open
