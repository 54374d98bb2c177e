"""Prices of classes: what they prove is never below the relaxation's optimum, and comes near it."""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from nngis.solvers.site._numba_cover import CoverArrays
from nngis.solvers.site._numba_dual import price_classes
from nngis.solvers.site._numba_flow import FlowArrays, price_loads
from nngis.solvers.site._numba_limits import Limits

SITES, CLASSES, STEPS = 6, 8, 600


def rows_of(covers: np.ndarray, item: type) -> tuple[sparse.csr_matrix, tuple[np.ndarray, ...]]:
    """Return which site covers which class, as rows of sites and of classes."""
    by_site, by_class = sparse.csr_matrix(covers), sparse.csr_matrix(covers.T)
    return by_site, (
        by_site.indptr.astype(np.int64), by_site.indices.astype(item),
        by_class.indptr.astype(np.int64), by_class.indices.astype(item),
    )  # fmt: skip


def limits_of(cost: np.ndarray) -> Limits:
    """Return limits of cost alone."""
    none = np.zeros(0, np.int64)
    return Limits(cost, np.zeros(len(cost) + 1, np.int64), none, none)


def drawn(seed: int) -> tuple[np.random.Generator, np.ndarray]:
    chance = np.random.default_rng(seed)
    covers = chance.random((SITES, CLASSES)) < 0.45
    covers[chance.integers(SITES, size=CLASSES), np.arange(CLASSES)] = True
    return chance, covers


@pytest.mark.parametrize("budget", [2.0, 3.5, 99.0])
@pytest.mark.parametrize("seed", range(6))
def test_prices_of_classes_prove_what_the_relaxation_gives(seed: int, budget: float) -> None:
    chance, covers = drawn(seed)
    value, cost = (
        chance.integers(1, 9, CLASSES).astype(float),
        chance.choice([0.5, 1.0, 2.0], SITES),
    )
    linear = chance.choice([0.0, 1.0], SITES)
    # Won classes and open sites; a class is won as far as sites that cover it are open.
    won = np.hstack([np.eye(CLASSES), -covers.T.astype(float)])
    paid = np.concatenate([np.zeros(CLASSES), cost])[None]
    best = -linprog(
        -np.concatenate([value, linear]), np.vstack([won, paid]),
        np.concatenate([np.zeros(CLASSES), [budget]]), bounds=(0, 1),
    ).fun  # fmt: skip
    worth = np.column_stack([value, np.zeros(CLASSES)])
    arrays = CoverArrays(*rows_of(covers, np.int32)[1], worth, linear, limits_of(cost))
    price = value / covers.sum(axis=0)
    prices, control = (price, np.zeros(CLASSES), price.copy()), np.array([0.5, 0.0, np.inf, 0.0])
    price_classes(arrays, budget, best, prices, control, STEPS)
    _, _, bound, rate = control
    assert best - 1e-9 <= bound <= 1.1 * best
    # What is left of the budget is worth nothing; where it binds, something.
    assert rate == 0.0 if budget > cost.sum() else rate >= 0.0


@pytest.mark.parametrize("budget", [1.0, 2.5, 99.0])
@pytest.mark.parametrize("seed", range(6))
def test_prices_of_loads_prove_what_the_relaxation_gives(seed: int, budget: float) -> None:
    chance, covers = drawn(seed)
    weight = chance.integers(1, 9, CLASSES).astype(float)
    capacity = chance.integers(2, 12, SITES).astype(float)
    cost = chance.choice([0.5, 1.0, 2.0], SITES)
    given = np.arange(SITES) < 2  # are there already, and are not paid for
    by_site, rows = rows_of(covers, np.int64)
    site, link = np.repeat(np.arange(SITES), np.diff(by_site.indptr)), by_site.indices
    n = len(link)
    # What flows on each link, then which sites are open.
    of_class = np.zeros((CLASSES, n + SITES))
    of_class[link, np.arange(n)] = 1.0
    of_site = np.zeros((SITES, n + SITES))
    of_site[site, np.arange(n)] = 1.0
    of_site[np.arange(SITES), n + np.arange(SITES)] = -capacity
    of_link = np.hstack([np.eye(n), np.zeros((n, SITES))])
    of_link[np.arange(n), n + site] = -weight[link]
    paid = np.concatenate([np.zeros(n), np.where(given, 0.0, cost)])[None]
    best = -linprog(
        np.concatenate([-np.ones(n), np.zeros(SITES)]),
        np.vstack([of_class, of_site, of_link, paid]),
        np.concatenate([weight, np.zeros(SITES + n), [budget]]),
        bounds=[(0, None)] * n + [(1, 1) if one else (0, 1) for one in given],
    ).fun
    back = sparse.csr_matrix((np.arange(n) + 1, (link, site)), shape=(CLASSES, SITES))
    arrays = FlowArrays(*rows, back.data.astype(np.int64) - 1, weight, capacity, limits_of(cost))
    price = np.full(CLASSES, 0.5)
    bound = price_loads(arrays, given, ~given, budget, best, price, STEPS)
    assert best - 1e-9 <= bound <= 1.02 * best
