"""Timetables against all timetables of small cases."""

from itertools import product

import numpy as np
import pytest

from nngis.errors import LayerError, ParameterError
from nngis.solvers.timetable import (
    MOST_WORKS,
    Works,
    best_timetable,
    gain_of,
    in_order,
    keeps,
)


def random_works(seed, n=None):
    rng = np.random.default_rng(seed)
    n = n or int(rng.integers(1, 7))
    parent = np.array([rng.integers(-1, k) for k in range(n)], dtype=int)
    after = np.flatnonzero(parent >= 0)
    places = int(rng.integers(1, 3))
    room = np.where(rng.random(places) < 0.3, np.inf, rng.uniform(0.0, 60.0, places))
    return Works(
        rng.integers(1, 20, n).astype(float),
        rng.integers(0, 50, n).astype(float),
        rng.uniform(0.0, 30.0, n),
        rng.integers(0, places, n),
        room,
        parent[after],
        after,
    )


def cheapest(works, budget, turns):
    """Try every timetable, by plain loops."""
    best = 0.0
    n = len(works.cost)
    for turn in product(range(turns + 1), repeat=n):
        if any(turn[b] > turn[a] for b, a in zip(works.before, works.after, strict=True)):
            continue
        spent = [sum(works.cost[i] for i in range(n) if turn[i] <= t) for t in range(turns)]
        if any(total > budget * (t + 1) + 1e-9 for t, total in enumerate(spent)):
            continue
        brought = [
            sum(works.load[i] for i in range(n) if turn[i] < turns and works.place[i] == k)
            for k in range(len(works.room))
        ]
        if any(total > room + 1e-9 for total, room in zip(brought, works.room, strict=True)):
            continue
        best = max(best, sum(works.gain[i] * (turns - turn[i]) for i in range(n)))
    return best


@pytest.mark.parametrize("seed", range(40))
def test_the_timetable_gains_as_much_as_the_best_of_all(seed):
    works, budget, turns = random_works(seed), 12.0, 1 + seed % 3
    expected = cheapest(works, budget, turns)
    found = best_timetable(works, budget=budget, turns=turns, gap=0.0)
    assert found.gain == pytest.approx(expected)
    assert keeps(works, found.turn, budget, turns)
    assert found.gain <= found.bound <= found.gain + 1e-4
    assert found.gain == pytest.approx(gain_of(works, found.turn, turns))


@pytest.mark.parametrize("seed", range(10))
def test_in_order_keeps_all_and_is_no_better_than_the_bound(seed):
    works = random_works(100 + seed, n=60)
    plain = in_order(works, np.arange(60), 40.0, 5)
    assert keeps(works, plain, 40.0, 5)
    found = best_timetable(works, budget=40.0, turns=5, known=plain, time_limit_s=5.0)
    assert keeps(works, found.turn, 40.0, 5)
    assert gain_of(works, plain, 5) <= found.gain <= found.bound


def test_no_time_at_all_still_gives_what_is_known():
    works = random_works(7, n=30)
    plain = in_order(works, np.arange(30), 40.0, 5)
    found = best_timetable(works, budget=40.0, turns=5, known=plain, time_limit_s=0.0)
    assert found.gain >= gain_of(works, plain, 5)
    assert found.bound >= found.gain


def test_by_hand_the_optimum_leaves_what_is_best_by_the_yuan():
    # By the yuan the first comes first, and one of the others fits besides.
    works = Works(
        np.array([1.0, 5.0, 5.0]), np.array([11.0, 10.0, 10.0]), np.zeros(3),
        np.zeros(3, int), np.array([np.inf]), np.zeros(0, int), np.zeros(0, int),
    )  # fmt: skip
    greedy = in_order(works, [0, 1, 2], 10.0, 1)
    assert gain_of(works, greedy, 1) == 21.0
    assert best_timetable(works, budget=10.0, turns=1, gap=0.0).gain == 21.0
    dear = Works(
        np.array([1.0, 5.0, 5.0]), np.array([4.0, 10.0, 10.0]), *list(vars(works).values())[2:]
    )
    assert gain_of(dear, in_order(dear, [0, 1, 2], 10.0, 1), 1) == 14.0
    assert best_timetable(dear, budget=10.0, turns=1, gap=0.0).gain == 20.0


def test_questions_that_mean_nothing_are_refused():
    works = random_works(1)
    with pytest.raises(ParameterError, match="budget"):
        best_timetable(works, budget=0.0, turns=3)
    with pytest.raises(ParameterError, match="gap"):
        best_timetable(works, budget=1.0, turns=3, gap=-1.0)
    with pytest.raises(LayerError, match=str(MOST_WORKS)):
        best_timetable(random_works(2, n=MOST_WORKS + 1), budget=1.0, turns=1)
