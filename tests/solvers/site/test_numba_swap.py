"""Exchanges of sites are worth what the question says they are worth."""

import numpy as np
import pytest
from scipy import sparse

from nngis.solvers.site._choice import Packing
from nngis.solvers.site._cover import CoverProblem, make_cover
from nngis.solvers.site._numba_swap import LOOKS, anneal, exchange, gain_of, swaps_of, turn
from nngis.solvers.site._numba_wander import wander

SITES, DEMANDS = 30, 80


def question(seed: int, columns: int, budget: float) -> CoverProblem:
    """Random covers; a second cover, if there is one, is worth half the first."""
    chance = np.random.default_rng(seed)
    covers = sparse.csr_matrix(chance.random((SITES, DEMANDS)) < 0.15, dtype=np.int8)
    once = chance.integers(1, 50, DEMANDS).astype(float)
    value = np.column_stack([once, once / 2.0])[:, :columns]
    cost = chance.integers(1, 4, SITES).astype(float)
    # Sites 0 to 9 keep apart: two of them at most.
    members = sparse.csr_matrix(np.r_[np.ones(10, int), np.zeros(SITES - 10, int)][None])
    return make_cover(covers, value, Packing(cost, budget, members, np.array([2])))


def some_open(problem: CoverProblem, seed: int) -> np.ndarray:
    """Open sites in random order as long as they fit."""
    is_open = np.zeros(SITES, bool)
    for j in np.random.default_rng(seed).permutation(SITES):
        is_open[j] = True
        is_open[j] = problem.packing.allows(is_open)
    return is_open


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("seed", range(5))
def test_what_exchanges_change_adds_up_to_what_the_choice_is_worth(seed: int, columns: int) -> None:
    problem = question(seed, columns, 14.0)
    state = swaps_of(problem.arrays, some_open(problem, seed))
    worth = problem.worth(state.is_open)
    look = np.empty(LOOKS + 1, np.int64), np.empty(LOOKS + 1)
    draws = np.array([seed], np.uint64)
    moved = 0
    for heat in np.geomspace(100.0, 0.1, 60):
        k = int(np.flatnonzero(state.is_open)[0])
        j, change = exchange(problem.arrays, state, k, 14.0, heat, look, draws)
        worth += change
        moved += j != k
        assert problem.worth(state.is_open) == pytest.approx(worth)
        assert problem.packing.allows(state.is_open)
    assert moved > 0


@pytest.mark.parametrize("columns", [1, 2])
def test_a_site_gains_what_opening_it_adds(columns: int) -> None:
    problem = question(7, columns, 14.0)
    state = swaps_of(problem.arrays, some_open(problem, 7))
    before = problem.worth(state.is_open)
    for j in np.flatnonzero(~state.is_open):
        gain = gain_of(problem.arrays, state, int(j))
        turn(problem.arrays, state, int(j), 1)
        assert problem.worth(state.is_open) - before == pytest.approx(gain)
        turn(problem.arrays, state, int(j), -1)
    assert problem.worth(state.is_open) == pytest.approx(before)


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("seed", range(5))
def test_annealing_and_wandering_keep_the_limits_and_lose_nothing(seed: int, columns: int) -> None:
    problem = question(seed, columns, 14.0)
    start = some_open(problem, seed)
    cooled = anneal(problem.arrays, start, 14.0, (20_000, 50.0, 1.0), seed)
    moved = wander(problem.arrays, cooled, 14.0, 5, seed)
    worth = [problem.worth(one) for one in (start, cooled, moved)]
    assert worth == sorted(worth)
    assert problem.packing.allows(cooled)
    assert problem.packing.allows(moved)
