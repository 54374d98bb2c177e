"""p-center: against brute force and published optima."""

from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from nngis.errors import InfeasibleError
from nngis.solvers.site.p_center import solve_p_center
from nngis.solvers.site.rules import AtMost, SiteRules
from nngis.solvers.site.site_links import SiteLinks, site_links_from_csr

PMED = Path(__file__).parents[4] / "shared" / "data" / "bench" / "pmed"


def dense(distance_m: np.ndarray) -> SiteLinks:
    """Return the links of a matrix, a row for each site; infinite is no link."""
    m, n = distance_m.shape
    return site_links_from_csr(
        np.arange(m + 1) * n,
        np.tile(np.arange(n), m),
        distance_m.ravel(),
        demand_ids=[f"d{i}" for i in range(n)],
        site_ids=[f"s{j}" for j in range(m)],
    )


def farthest(distance_m: np.ndarray, sites: list[int]) -> float:
    """Evaluate a selection from the matrix, reachable demands alone."""
    reachable = np.isfinite(distance_m).any(axis=0)
    return float(distance_m[sites][:, reachable].min(axis=0, initial=np.inf).max(initial=0.0))


@pytest.mark.parametrize("seed", range(300))
def test_the_answer_is_that_of_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    m, n = int(rng.integers(2, 7)), int(rng.integers(1, 9))
    distance = rng.integers(0, 30, (m, n)).astype(float)
    distance[rng.random((m, n)) < 0.15 * (seed % 3)] = np.inf
    p = int(rng.integers(1, m + 1))
    best = min(farthest(distance, list(pool)) for pool in combinations(range(m), p))
    if not np.isfinite(distance).any() or not np.isfinite(best):
        with pytest.raises(InfeasibleError):
            solve_p_center(dense(distance), p)
        return
    answer = solve_p_center(dense(distance), p)
    assert (answer.objective, answer.status) == (best, "optimal")
    chosen = [int(one[1:]) for one in answer.selected]
    assert farthest(distance, chosen) == answer.objective
    assert len(chosen) <= p
    unreachable = {f"d{i}" for i in np.flatnonzero(~np.isfinite(distance).any(axis=0))}
    assert set(answer.unreached) == unreachable


@pytest.mark.parametrize("seed", range(20))
def test_a_budget_is_kept_and_used_as_well_as_by_trying_everything(seed: int) -> None:
    rng = np.random.default_rng(seed)
    distance = rng.integers(1, 40, (6, 9)).astype(float)
    cost = pd.Series(rng.integers(1, 9, 6).astype(float), [f"s{j}" for j in range(6)])
    budget = float(rng.integers(9, 20))
    pools = [pool for size in range(1, 7) for pool in combinations(range(6), size)]
    best = min(
        farthest(distance, list(pool)) for pool in pools if cost.iloc[list(pool)].sum() <= budget
    )
    answer = solve_p_center(dense(distance), cost=cost, budget=budget)
    assert (answer.objective, answer.bound, answer.status) == (best, best, "optimal")
    assert cost[list(answer.selected)].sum() <= budget


def test_rules_that_leave_no_cover_are_said_and_not_taken_for_an_answer() -> None:
    links = dense(np.array([[1.0, np.inf], [np.inf, 1.0]]))
    apart = SiteRules(at_most=[AtMost(("s0", "s1"), 1, "apart")])
    with pytest.raises(InfeasibleError, match="no selection reaches all of the 2"):
        solve_p_center(links, 2, rules=apart)


def test_a_time_limit_is_never_called_optimal() -> None:
    rng = np.random.default_rng(3)
    links = dense(rng.uniform(0, 99, (50, 50)))
    answer = solve_p_center(links, 6, time_limit_s=1e-9, gap=0.0)
    assert answer.status == "time_limit"
    assert answer.bound <= solve_p_center(links, 6).objective <= answer.objective


def test_more_sites_never_bring_the_farthest_farther() -> None:
    distance = np.random.default_rng(1).integers(0, 99, (9, 25)).astype(float)
    found = [solve_p_center(dense(distance), p).objective for p in range(1, 9)]
    assert all(a >= b for a, b in pairwise(found))


def test_existing_sites_serve_and_do_not_count() -> None:
    distance = np.array([[1.0, 9.0, 9.0], [9.0, 2.0, 9.0], [9.0, 9.0, 3.0]])
    rules = SiteRules(existing=["s0"])
    answer = solve_p_center(dense(distance), 2, rules=rules)
    assert (answer.objective, set(answer.selected)) == (3.0, {"s0", "s1", "s2"})
    assert answer.sites.loc["s0", "role"] == "existing"
    with pytest.raises(InfeasibleError):
        solve_p_center(dense(distance), 2, rules=SiteRules(mandatory=["s0", "s1", "s2"]))


def test_marginal_and_runner_up_are_those_of_the_selection() -> None:
    distance = np.random.default_rng(4).integers(1, 99, (7, 20)).astype(float)
    answer = solve_p_center(dense(distance), 3)
    chosen = [int(one[1:]) for one in answer.selected]
    for j in chosen:
        rest = [k for k in chosen if k != j]
        row = answer.sites.loc[f"s{j}"]
        assert row["marginal"] == farthest(distance, rest) - answer.objective
        swaps = [farthest(distance, [*rest, k]) for k in range(7) if k not in chosen]
        assert row["runner_up_objective"] == min(swaps)


@pytest.mark.parametrize(("number", "optimum"), [(1, 127), (5, 48), (9, 37), (15, 18)])
def test_published_optima_are_reached_and_proved(number: int, optimum: int) -> None:
    path = PMED / f"pmed{number}.txt"
    if not path.is_file():
        pytest.skip("no ../shared/data/bench/pmed to compare with")
    rows = [list(map(int, line.split())) for line in path.read_text().splitlines() if line.strip()]
    n, _, p = rows[0]
    last = {(min(a, b) - 1, max(a, b) - 1): float(c) for a, b, c in rows[1:]}
    ends = np.array(list(last))
    roads = coo_matrix((list(last.values()), (ends[:, 0], ends[:, 1])), shape=(n, n)).tocsr()
    answer = solve_p_center(dense(dijkstra(roads, directed=False)), p)
    assert (answer.objective, answer.status) == (optimum, "optimal")
