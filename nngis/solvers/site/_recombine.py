"""Search by recombining: good choices differ in places, and the best of their sites is found.

A pool of choices is kept, best first. Each turn adds one: mostly a good choice of which some sites
were closed at random and which was climbed and wandered from again, now and then a new one. Then
the question is asked of the sites of the pool alone, in whole numbers: a few hundred sites and
classes, which takes tenths of a second and puts together what the choices have right in different
parts of the city. (The kernel of E. Angelelli, R. Mansini and M. G. Speranza, "Kernel search",
Computers & Operations Research 37 (2010), here the union of local optima in place of the sites
that the relaxation likes.) What is done hangs on the seed alone, not on the clock, but for the turn
that the end of the time cuts short.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field

import numpy as np

from nngis.arrays import Bools
from nngis.solvers.highs import solve_whole
from nngis.solvers.site._cover import CoverProblem, cover_program, drop_dominated, settle
from nngis.solvers.site._effort import Effort
from nngis.solvers.site._found import (
    Found,
    climb_in_time,
    drop_to,
    heat_in_time,
    is_settled,
    lift,
    search,
)
from nngis.solvers.site._numba_cover import fresh_state

FIRST = 4
"""New choices that a pool begins with."""
MOST = 40
NEW_SHARE = 0.5
BEST_SHARE = 0.5
LEAST_CLOSED, MOST_CLOSED = 0.3, 0.7
"""Share of the open sites that are closed before a choice is climbed again."""
UNION, LEAST_UNION = 3, 120
"""Sites that are recombined: so many times those that are open, and at least so many."""
LINKS_BESIDE = 20_000
"""From so many links on two threads are worth it."""
SEED_STEP = 1_000_003
"""Between the seeds of two turns."""
NODES = 500
"""Branches that a recombination may take; it is a search, not a proof."""


@dataclass(eq=False)
class Pool:
    """Choices over all sites of the question, best first, each once."""

    choices: list[tuple[float, Bools]] = field(default_factory=list)

    def add(self, worth: float, is_open: Bools) -> bool:
        """Take a choice in; return whether it is new."""
        if any(worth == known and (is_open == one).all() for known, one in self.choices):
            return False
        self.choices.append((worth, is_open))
        self.choices.sort(key=lambda one: -one[0])
        del self.choices[MOST:]
        return True

    def copy(self) -> "Pool":
        """Return the pool as it is now."""
        return Pool(list(self.choices))

    def union(self) -> Bools:
        """Return the sites of the best choices, as many choices as are not too many sites."""
        best = self.choices[0][1]
        most = max(UNION * int(best.sum()), LEAST_UNION)
        union = best.copy()
        for _, one in self.choices[1:]:
            wider = union | one
            if wider.sum() <= most:
                union = wider
        return union


def recombine(
    problem: CoverProblem, found: Found, pool: Pool, effort: Effort, *, turns: int, seed: int
) -> Found:
    """Add choices to the pool and put together the best of its sites, turn after turn.

    The next choice is made, in a second thread where that is worth it, from the pool as it is
    before the sites of this turn are put together: what comes out hangs on the seeds alone.
    """
    chance = np.random.default_rng(seed)
    pool.add(found.worth, found.is_open)
    beside = problem.covers.nnz >= LINKS_BESIDE
    with ThreadPoolExecutor(1) if beside else nullcontext() as helper:

        def begin(turn: int) -> Future[Found | None]:
            own = seed + turn * SEED_STEP
            return _begin(helper, problem, pool.copy(), found, chance, effort, own)

        others = begin(0)
        for turn in range(1, turns + 1):
            other = others.result()
            is_new = other is not None and pool.add(other.worth, other.is_open)
            found = _kept(found, other)
            if effort.is_over:
                break
            if turn < turns:
                others = begin(turn)
            if is_new:
                found = _put_together(problem, pool, found, effort)
            effort.report(found.worth, found.bound)
    return found


def _begin(
    helper: ThreadPoolExecutor | None,
    problem: CoverProblem,
    pool: Pool,
    found: Found,
    chance: np.random.Generator,
    effort: Effort,
    seed: int,
) -> Future[Found | None]:
    """Begin to make a choice, or make it at once where there is no helper."""
    if helper is not None:
        return helper.submit(_another, problem, pool, found, chance, effort, seed)
    made: Future[Found | None] = Future()
    made.set_result(_another(problem, pool, found, chance, effort, seed))
    return made


def _kept(found: Found, other: Found | None) -> Found:
    return found if other is None else found.better(other.is_open, other.worth)


def _another(
    problem: CoverProblem,
    pool: Pool,
    found: Found,
    chance: np.random.Generator,
    effort: Effort,
    seed: int,
) -> Found | None:
    """Make a choice: the first ones and some later from nothing, the others from one that is."""
    nothing = _nothing(problem, found)
    if len(pool.choices) <= FIRST or chance.random() < NEW_SHARE:
        made = search(problem, nothing, effort, seed=seed)
    else:
        made = lift(problem, nothing, _again(problem, pool, chance, effort, seed=seed))
    return made if np.isfinite(made.worth) else None


def _nothing(problem: CoverProblem, found: Found) -> Found:
    """Return a choice that opens only what is settled."""
    is_open = np.zeros_like(found.is_open)
    is_open[problem.opened] = True
    return Found(is_open, -np.inf, found.bound)


def _again(
    problem: CoverProblem, pool: Pool, chance: np.random.Generator, effort: Effort, *, seed: int
) -> Bools:
    """Close some sites of a good choice at random, climb, and wander from there."""
    at = 0 if chance.random() < BEST_SHARE else int(chance.integers(len(pool.choices)))
    base = Found(pool.choices[at][1], 0.0, 0.0)
    start = drop_to(problem, base).copy()
    opened = np.flatnonzero(start)
    share = chance.uniform(LEAST_CLOSED, MOST_CLOSED)
    if opened.size:  # a choice of the whole question may not fit into what is left of it
        start[chance.choice(opened, max(1, int(share * opened.size)), replace=False)] = False
    state = fresh_state(problem.arrays, start)
    climb_in_time(problem, state, effort)
    return heat_in_time(problem, state.is_open, effort, seed=seed)


def _put_together(problem: CoverProblem, pool: Pool, found: Found, effort: Effort) -> Found:
    """Ask the question of the pool's sites alone."""
    union = pool.union()[problem.site]
    small = drop_dominated(settle(problem, np.zeros(problem.size, bool), ~union))
    if is_settled(small):
        return found
    whole = solve_whole(
        cover_program(small), known=None, gap=effort.gap, seconds=effort.left_s, nodes=NODES
    )
    if whole.x is None:
        return found
    better = lift(small, found, whole.x[: small.size] > 0.5)  # noqa: PLR2004 -- 0 or 1
    if better is not found:
        pool.add(better.worth, better.is_open)
    return better
