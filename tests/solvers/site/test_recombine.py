"""Recombining puts together what two choices have right in different parts of a city."""

from itertools import combinations

import numpy as np
import pytest
from scipy import sparse

from nngis.solvers.site._choice import Packing
from nngis.solvers.site._cover import make_cover
from nngis.solvers.site._effort import start_effort
from nngis.solvers.site._found import Found, lift
from nngis.solvers.site._recombine import Pool, _again, _put_together, recombine


def packing(sites: int, p: int) -> Packing:
    none = sparse.csr_matrix((0, sites), dtype=np.int64)
    return Packing(np.ones(sites), float(p), none, np.zeros(0, np.int64))


def question(covers: np.ndarray, value: list[float], p: int):
    rows = sparse.csr_matrix(covers.astype(np.int8))
    return make_cover(rows, np.array(value, float)[:, None], packing(len(covers), p))


def opened(sites: list[int], m: int) -> np.ndarray:
    found = np.zeros(m, bool)
    found[sites] = True
    return found


# Two quarters of three demands; sites 0 and 1 in one, 2 and 3 in the other. 0 and 2 cover all of
# theirs, 1 and 3 two demands each.
COVERS = np.array(
    [[1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1]], bool
)
WORTH = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]


def test_the_right_halves_of_two_choices_make_the_best() -> None:
    asked = question(COVERS, WORTH, 2)
    pool = Pool()
    for sites in ([0, 3], [1, 2]):
        is_open = opened(sites, 4)
        pool.add(asked.worth(is_open), is_open)
    worth, is_open = pool.choices[0]
    assert worth == 1 + 2 + 8 + 16 + 32
    found = _put_together(asked, pool, Found(is_open, worth, np.inf), start_effort(0.0, 60.0))
    assert found.worth == sum(WORTH)
    assert np.flatnonzero(found.is_open).tolist() == [0, 2]
    assert pool.choices[0][0] == sum(WORTH)


def test_a_pool_keeps_each_choice_once_best_first() -> None:
    pool = Pool()
    assert pool.add(1.0, opened([0], 3))
    assert pool.add(2.0, opened([1], 3))
    assert not pool.add(1.0, opened([0], 3))
    assert [worth for worth, _ in pool.choices] == [2.0, 1.0]
    assert pool.union().tolist() == [True, True, False]


@pytest.mark.parametrize("seed", range(6))
def test_recombining_never_loses_what_was_found_and_finds_the_best_of_small_towns(seed) -> None:
    chance = np.random.default_rng(seed)
    covers = chance.random((14, 60)) < 0.2
    value = chance.integers(1, 50, 60).astype(float)
    asked = question(covers, value.tolist(), 4)
    best = max(value[covers[list(c)].any(axis=0)].sum() for c in combinations(range(14), 4))
    start = opened([0, 1, 2, 3], 14)
    found = recombine(
        asked,
        Found(start, asked.worth(start), np.inf),
        Pool(),
        start_effort(0.0, 60.0),
        turns=8,
        seed=seed,
    )
    assert asked.worth(found.is_open) == pytest.approx(found.worth)
    assert found.is_open.sum() <= 4
    assert found.worth == pytest.approx(best)


@pytest.mark.parametrize("sites", [[], [0, 2, 3]])
def test_a_choice_that_does_not_fit_is_begun_from_nothing(sites) -> None:
    asked = question(COVERS, WORTH, 2)
    pool = Pool()
    pool.add(1.0, opened(sites, 4))
    found = Found(opened([], 4), 0.0, np.inf)
    moved = _again(asked, pool, np.random.default_rng(1), start_effort(0.0, 60.0), seed=1)
    other = lift(asked, found, moved)
    assert other is not found
    assert other.is_open.sum() <= 2
    assert other.worth == asked.worth(other.is_open) > 0.0
