"""The best choice so far, and the search that improves it."""

import math
from dataclasses import dataclass, replace

import numpy as np

from nngis.arrays import Bools, Floats
from nngis.solvers.site._cover import CoverProblem
from nngis.solvers.site._effort import Effort
from nngis.solvers.site._numba_cover import CoverState, climb, fresh_state, open_in_order
from nngis.solvers.site._numba_swap import anneal
from nngis.solvers.site._numba_wander import LEAST_SITES, MORE_SITES, TRIALS, wander
from nngis.solvers.site.answer import relative_gap
from nngis.text import Text

TRIALS_PER_SITE = 500
MOST_TRIALS = 1_000_000
MOST_WORK = 600_000_000
HEATED, PIECES = 8, 8
"""Trials in heated neighbourhoods for each of the annealing before, and the pieces that they are
made in, with a look at the clock between."""
SEEDS = 1000
BETWEEN_LOOKS = 50_000_000
"""Links that may be gone through between two looks at the clock: some tenths of a second."""
MOST_CLIMBED = 100_000_000
"""Links that the exchanges of one climb may go through: on 10 million links the way to the top took
15 s, and heating went higher in 3."""
ROUND_SHARE = 5
NEARLY = 1.0 - 1e-6
EXACT = 2.0**53
SAMPLE = 1000
HOT = 0.05
COLD = 0.003


@dataclass(frozen=True, eq=False)
class Found:
    """The best choice so far, and what no choice exceeds.

    Parameters
    ----------
    is_open : (m,) bool array
        The choice, over all sites of the question.
    worth : float
        Its objective.
    bound : float
        No choice is worth more.
    doubts : tuple of Text
        What an outside engine claimed on the way and cannot be.
    unit : float
        Every choice is worth a whole number of it; 0 where none is known.
    """

    is_open: Bools
    worth: float
    bound: float
    doubts: tuple[Text, ...] = ()
    unit: float = 0.0

    @property
    def gap(self) -> float:
        """Share of the objective that could be missing."""
        return relative_gap(self.worth, self.bound)

    @property
    def next_worth(self) -> float:
        """What a better choice is worth at least, less a little for rounding."""
        return self.worth + NEARLY * self.unit

    def attainable(self, bound: float) -> float:
        """Return the most that a choice under a bound can be worth."""
        if not self.unit or not math.isfinite(bound):
            return bound
        return math.floor(bound / self.unit) * self.unit

    def bounded(self, bound: float) -> "Found":
        """Return the same with a bound on all choices that are better than this one."""
        bound = self.attainable(bound)
        return replace(self, bound=min(self.bound, max(bound, self.worth)))

    def doubting(self, doubts: tuple[Text, ...]) -> "Found":
        """Return the same with what was doubted, each once."""
        return replace(self, doubts=tuple(dict.fromkeys(self.doubts + doubts)))

    def better(self, is_open: Bools, worth: float) -> "Found":
        """Return the better of two choices."""
        if worth <= self.worth:
            return self
        return replace(self, is_open=is_open, worth=worth, bound=max(self.bound, worth))


def unit_of(*values: Floats) -> float:
    """Return a unit of which all values are whole numbers, and their sum is exact; else 0.

    Examples
    --------
    >>> unit_of(np.array([4.0, 7.0])), unit_of(np.array([1.5])), unit_of(np.array([0.1]))
    (1.0, 0.5, 0.0)
    """
    for unit in (1.0, 0.5, 0.25, 0.125):
        if all(_is_whole(one[:SAMPLE] / unit) and _is_whole(one / unit) for one in values):
            return unit if sum(float(one.sum()) for one in values) < EXACT * unit else 0.0
    return 0.0


def _is_whole(value: Floats) -> bool:
    return bool((value == np.rint(value)).all())


def is_settled(problem: CoverProblem) -> bool:
    """Whether nothing is left to choose, or nothing that the limits allow."""
    return not problem.size or not problem.packing.allows(np.zeros(problem.size, bool))


def _trials(problem: CoverProblem) -> int:
    """Return how many exchanges to try: fewer where each takes long."""
    wide = MOST_WORK * problem.size / max(problem.covers.nnz, 1)
    return int(min(TRIALS_PER_SITE * problem.size, MOST_TRIALS, wide))


def heat_in_time(problem: CoverProblem, is_open: Bools, effort: Effort, *, seed: int) -> Bools:
    """Heat neighbourhoods, piece by piece from the best choice so far, while there is time."""
    rounds = HEATED * _trials(problem) // (TRIALS * (LEAST_SITES + MORE_SITES // 2))
    arrays, budget, piece = problem.arrays, problem.packing.budget, max(rounds // PIECES, 1)
    for at in range(0, rounds, piece):
        if effort.is_over:
            break
        is_open = wander(arrays, is_open, budget, piece, SEEDS * seed + at)
    return is_open


def _least(problem: CoverProblem) -> float:
    """Change of the objective that is no rounding error."""
    return 1e-9 * max(float(problem.linear.sum() + problem.value.sum()), 1e-300)


def lift(problem: CoverProblem, found: Found, is_open: Bools) -> Found:
    """Take a choice within the small question if it is better for the whole one."""
    worth = problem.worth(is_open)
    if worth <= found.worth:
        return found
    whole = np.zeros(found.is_open.size, bool)
    whole[problem.opened] = True
    whole[problem.site[is_open]] = True
    return found.better(whole, worth)


def drop_to(problem: CoverProblem, found: Found) -> Bools:
    """Return the best choice within the small question, or none where it does not fit there."""
    inside = found.is_open[problem.site]
    return inside if problem.packing.allows(inside) else np.zeros(problem.size, bool)


def climb_in_time(problem: CoverProblem, state: CoverState, effort: Effort) -> None:
    """Climb to the top, or as far as is worth it: the clock is read between exchanges."""
    arrays, budget, least = problem.arrays, problem.packing.budget, _least(problem)
    most = int(max(BETWEEN_LOOKS // max(problem.covers.nnz, 1), 1))
    for _ in range(0, max(MOST_CLIMBED // max(problem.covers.nnz, 1), 1), most):
        if climb(arrays, state, budget, least, most) or effort.is_over:
            break


def top_of(problem: CoverProblem, found: Found, effort: Effort) -> tuple[Found, CoverState]:
    """Climb from the best choice; return where that ends too."""
    state = fresh_state(problem.arrays, drop_to(problem, found))
    climb_in_time(problem, state, effort)
    return lift(problem, found, state.is_open), state


def search(problem: CoverProblem, found: Found, effort: Effort, *, seed: int) -> Found:
    """Climb, anneal, then heat neighbourhoods of what comes out, every second seed of the best."""
    found, state = top_of(problem, found, effort)
    found, opened = _anneal(problem, found, state, _trials(problem), effort, seed)
    if effort.is_over:
        return found
    if seed % 2:
        opened = drop_to(problem, found)
    return lift(problem, found, heat_in_time(problem, opened, effort, seed=seed))


def _anneal(
    problem: CoverProblem, found: Found, state: CoverState, trials: int, effort: Effort, seed: int
) -> tuple[Found, Bools]:
    """Anneal from a choice and climb; keep the result if it is the best, and return it too."""
    if effort.is_over:
        return found, state.is_open
    arrays, budget = problem.arrays, problem.packing.budget
    size = max(int(state.is_open.sum()), 1)
    heat = max(problem.worth(state.is_open) - problem.constant, _least(problem)) / size
    best = anneal(arrays, state.is_open, budget, (trials, HOT * heat, COLD * heat), seed)
    state = fresh_state(arrays, best)
    climb_in_time(problem, state, effort)
    return lift(problem, found, state.is_open), state.is_open


def round_point(
    problem: CoverProblem, found: Found, point: Floats, effort: Effort, *, seed: int
) -> Found:
    """Open the sites that a fractional point opens most, then climb, then anneal a little."""
    arrays, budget = problem.arrays, problem.packing.budget
    state = fresh_state(arrays, np.zeros(problem.size, bool))
    open_in_order(arrays, state, np.argsort(-point, kind="stable"), budget)
    climb_in_time(problem, state, effort)
    found = lift(problem, found, state.is_open)
    return _anneal(problem, found, state, _trials(problem) // ROUND_SHARE, effort, seed)[0]
