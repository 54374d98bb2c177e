"""Exchanges of sites are worth what the question says they are worth."""

import numpy as np
import pytest
from scipy import sparse

from nngis.solvers.site._choice import Packing
from nngis.solvers.site._cover import CoverProblem, make_cover
from nngis.solvers.site._numba_draw import anneal_drawn
from nngis.solvers.site._numba_shift import no_shifts, one_less, one_more, shift
from nngis.solvers.site._numba_swap import anneal, exchange, loss_of, near_of, replace, swaps_of
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
    draws = np.array([seed], np.uint64)
    moved = 0
    for heat in np.geomspace(100.0, 0.1, 60):
        k = int(np.flatnonzero(state.is_open)[0])
        j, change = exchange(problem.arrays, state, k, 14.0, heat, draws)
        worth += change
        moved += j != k
        assert problem.worth(state.is_open) == pytest.approx(worth)
        assert problem.packing.allows(state.is_open)
    assert moved > 0


@pytest.mark.parametrize("columns", [1, 2])
def test_a_site_gains_what_opening_it_adds_and_loses_what_closing_it_takes(columns: int) -> None:
    problem = question(7, columns, 14.0)
    state = swaps_of(problem.arrays, some_open(problem, 7))
    before = problem.worth(state.is_open)
    none = np.zeros(0, np.int64)
    for j in np.flatnonzero(~state.is_open):
        gain = state.gain[j]
        assert replace(problem.arrays, state, none, np.array([j])) == pytest.approx(gain)
        assert problem.worth(state.is_open) - before == pytest.approx(gain)
        assert loss_of(problem.arrays, state, int(j)) == pytest.approx(gain)
        assert replace(problem.arrays, state, np.array([j]), none) == pytest.approx(-gain)
        assert state.gain[j] == pytest.approx(gain)
    assert problem.worth(state.is_open) == pytest.approx(before)


def test_sites_that_share_a_class_are_near_each_other() -> None:
    problem = question(3, 1, 14.0)
    state = swaps_of(problem.arrays, some_open(problem, 3))
    shared = (problem.covers.astype(int) @ problem.covers.astype(int).T).toarray() > 0
    for k in [*range(SITES), 0]:
        assert sorted(near_of(problem.arrays, state, k)) == np.flatnonzero(shared[k]).tolist()


def two_quarters() -> CoverProblem:
    """Sites 0 to 2 each cover 5, 4 and 1 in one quarter, 3 to 5 cover 9, 8 and 7 in another."""
    covers = sparse.csr_matrix(np.repeat(np.eye(6, dtype=np.int8), 2, axis=1))
    # Each class has two sites, the second of which is never open: alone it would be settled.
    covers = sparse.vstack([covers, np.ones((1, 12), np.int8)], format="csr")
    value = np.repeat([5.0, 4.0, 1.0, 9.0, 8.0, 7.0], 2) / 2.0
    none = sparse.csr_matrix((0, 7), dtype=np.int64)
    return make_cover(covers, value[:, None], Packing(np.ones(7), 3.0, none, np.zeros(0, int)))


def test_one_site_more_here_is_taken_with_one_less_there() -> None:
    problem = two_quarters()
    arrays = problem.arrays
    state = swaps_of(arrays, np.isin(np.arange(7), [0, 1, 3]))
    shifts = no_shifts(4)
    # One less in the first quarter, by hand: site 1 goes, and 4 are lost. Nothing makes up for it.
    change = replace(arrays, state, np.array([1]), np.zeros(0, np.int64))
    assert change == -4.0
    less = 0, np.array([0, 1]), np.array([0])
    assert shift(arrays, state, 3.0, shifts, less, (change, 0.0)) == 0.0
    assert np.flatnonzero(state.is_open).tolist() == [0, 1, 3]
    # One more in the other quarter brings 8 and breaks the limit; with the one less it is 4.
    change = replace(arrays, state, np.zeros(0, np.int64), np.array([4]))
    more = 1, np.array([3]), np.array([3, 4])
    assert shift(arrays, state, 3.0, shifts, more, (change, 0.0)) == 4.0
    assert np.flatnonzero(state.is_open).tolist() == [0, 3, 4]


def test_one_more_and_one_less_count_and_are_worth_what_they_say() -> None:
    for seed in range(20):
        problem = question(seed, 2, 14.0)
        state = swaps_of(problem.arrays, some_open(problem, seed))
        part = np.r_[np.flatnonzero(state.is_open)[:3], 0]
        draws = np.array([seed], np.uint64)
        before = problem.worth(state.is_open)
        count, change, cost = one_more(problem.arrays, state, part, 3, draws)
        assert problem.worth(state.is_open) - before == pytest.approx(change)
        assert cost == (problem.packing.cost[part[3]] if count == 4 else 0.0)
        assert state.is_open[part[:count]].all()
        less, lost, _ = one_less(problem.arrays, state, part, count, draws)
        assert less == count - 1
        assert problem.worth(state.is_open) - before == pytest.approx(change + lost)
        assert state.is_open[part[:less]].all()


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("seed", range(5))
def test_annealing_and_wandering_keep_the_limits_and_lose_nothing(seed: int, columns: int) -> None:
    problem = question(seed, columns, 14.0)
    start = some_open(problem, seed)
    cooled = anneal(problem.arrays, start, 14.0, (1_250, 50.0, 1.0), seed)
    moved = wander(problem.arrays, cooled, 14.0, (40, 12), seed)
    drawn = anneal_drawn(problem.arrays, start, 14.0, (20_000, 50.0, 1.0), seed)
    assert problem.packing.allows(drawn)
    assert problem.worth(drawn) >= problem.worth(start)
    worth = [problem.worth(one) for one in (start, cooled, moved)]
    assert worth == sorted(worth)
    assert problem.packing.allows(cooled)
    assert problem.packing.allows(moved)
