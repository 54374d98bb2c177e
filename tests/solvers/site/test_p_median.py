"""p-median: against brute force, against published optima, and by its own properties."""

from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from nngis.errors import InfeasibleError, LayerError, ParameterError
from nngis.solvers.site.p_median import solve_p_median
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


def cost_of(distance_m: np.ndarray, weight: np.ndarray, sites: list[int], beyond: float) -> float:
    """Evaluate a selection from the matrix."""
    near = distance_m[sites].min(axis=0, initial=np.inf)
    return float((weight * np.minimum(near, beyond)).sum())


def brute(distance_m: np.ndarray, weight: np.ndarray, p: int, beyond: float, ok: set[int]) -> float:
    pools = combinations(sorted(ok), min(p, len(ok)))
    return min(cost_of(distance_m, weight, list(pool), beyond) for pool in pools)


@pytest.mark.parametrize("seed", range(300))
def test_the_answer_is_that_of_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    m, n = int(rng.integers(2, 8)), int(rng.integers(1, 9))
    distance = rng.integers(0, 50, (m, n)).astype(float)
    distance[rng.random((m, n)) < 0.2 * (seed % 3)] = np.inf
    weight = rng.integers(0, 9, n).astype(float)
    p = int(rng.integers(1, m + 1))
    beyond = 60.0
    answer = solve_p_median(dense(distance), weight, p, beyond_m=beyond)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(brute(distance, weight, p, beyond, set(range(m))))
    assert answer.bound <= answer.objective * (1 + 1e-9)
    chosen = [int(one[1:]) for one in answer.selected]
    assert answer.objective == pytest.approx(cost_of(distance, weight, chosen, beyond))
    assert len(chosen) <= p


@pytest.mark.parametrize("seed", range(60))
def test_branches_alone_prove_what_brute_force_finds(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nngis.solvers.site._prove_median.MOST_LINKS", 0)
    rng = np.random.default_rng(seed)
    m, n = 10, 12
    distance = rng.integers(0, 50, (m, n)).astype(float)
    weight = rng.integers(1, 9, n).astype(float)
    cost = rng.integers(1, 4, m).astype(float)
    open_now, barred = ([0], [2]) if seed % 2 else ([], [])
    may = [j for j in range(m) if j not in open_now + barred]
    best = min(
        cost_of(distance, weight, [*open_now, *some], 99.0)
        for size in range(6)
        for some in combinations(may, size)
        if cost[list(some)].sum() <= 5.0
    )
    answer = solve_p_median(
        dense(distance),
        weight,
        cost=pd.Series(cost, [f"s{j}" for j in range(m)]),
        budget=5.0,
        rules=SiteRules(existing=[f"s{j}" for j in open_now], forbidden=[f"s{j}" for j in barred]),
        beyond_m=99.0,
        gap=0.0,
    )
    assert answer.objective == answer.bound == best


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_rules_are_kept_and_the_best_that_keeps_them_is_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    distance = rng.integers(1, 50, (7, 9)).astype(float)
    weight = rng.integers(1, 9, 9).astype(float)
    rules = SiteRules(
        existing=["s0"], mandatory=["s1"], forbidden=["s2"], at_most=(AtMost(("s3", "s4"), 1),)
    )
    answer = solve_p_median(dense(distance), weight, 3, rules=rules, beyond_m=99.0)
    pools = [(0, 1, *more) for more in combinations((3, 4, 5, 6), 2) if not {3, 4} <= set(more)]
    best = min(cost_of(distance, weight, list(pool), 99.0) for pool in pools)
    assert answer.objective == pytest.approx(best)
    assert {"s0", "s1"} <= set(answer.selected)
    assert "s2" not in answer.selected
    assert not {"s3", "s4"} <= set(answer.selected)
    assert answer.sites.loc["s0", "role"] == "existing"
    assert pd.isna(answer.sites.loc["s1", "runner_up"])


@pytest.mark.parametrize("seed", range(20))
def test_a_budget_is_kept_and_used_as_well_as_by_trying_everything(seed: int) -> None:
    rng = np.random.default_rng(seed)
    distance = rng.integers(1, 40, (6, 9)).astype(float)
    weight = rng.integers(1, 9, 9).astype(float)
    cost = pd.Series(rng.uniform(1, 9, 6), [f"s{j}" for j in range(6)])
    budget = float(rng.uniform(3, 20))
    pools = [pool for size in range(7) for pool in combinations(range(6), size)]
    best = min(
        cost_of(distance, weight, list(pool), 50.0)
        for pool in pools
        if cost.iloc[list(pool)].sum() <= budget
    )
    links = dense(distance)
    answer = solve_p_median(links, weight, cost=cost, budget=budget, beyond_m=50.0, gap=0.0)
    assert answer.objective == pytest.approx(best)
    assert answer.bound <= best * (1 + 1e-9)
    assert cost[list(answer.selected)].sum() <= budget


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_more_sites_never_lengthen_the_way(seed: int) -> None:
    rng = np.random.default_rng(seed)
    links = dense(rng.integers(0, 99, (8, 12)).astype(float))
    found = [solve_p_median(links, np.ones(12), p).objective for p in range(1, 9)]
    assert all(a >= b - 1e-9 for a, b in pairwise(found))


def test_marginal_and_runner_up_are_those_of_the_selection() -> None:
    rng = np.random.default_rng(3)
    distance = rng.integers(1, 99, (8, 30)).astype(float)
    weight = rng.integers(1, 9, 30).astype(float)
    answer = solve_p_median(dense(distance), weight, 3, beyond_m=200.0)
    chosen = [int(one[1:]) for one in answer.selected]
    for j in chosen:
        row = answer.sites.loc[f"s{j}"]
        rest = [k for k in chosen if k != j]
        without = cost_of(distance, weight, rest, 200.0)
        assert row["marginal"] == pytest.approx(without - answer.objective)
        swaps = {
            k: cost_of(distance, weight, [*rest, k], 200.0) for k in range(8) if k not in chosen
        }
        assert row["runner_up_objective"] == pytest.approx(min(swaps.values()))
        assert swaps[int(row["runner_up"][1:])] == pytest.approx(min(swaps.values()))


def test_a_demand_that_nothing_reaches_is_named_and_charged() -> None:
    answer = solve_p_median(dense(np.array([[1.0, np.inf]])), [1.0, 2.0], 1, beyond_m=10.0)
    assert answer.unreached == ("d1",)
    assert answer.objective == 21.0


def test_all_that_can_be_served_is_served_before_the_way_is_shortened() -> None:
    apart = np.array([[10.0, np.inf], [np.inf, 1000.0]])
    answer = solve_p_median(dense(apart), [1.0, 1.0], 2)
    assert answer.selected == ("s0", "s1")
    assert (answer.objective, answer.unserved) == (1010.0, ())
    alone = solve_p_median(dense(apart), [1.0, 1.0], 1)
    assert alone.selected == ("s0",)  # 10 and ten times 1000, against 1000 and as much
    assert (alone.objective, alone.unserved, alone.unreached) == (10_010.0, ("d1",), ())
    # Both served, 900 m and 1,000 m away, against one at the door and one not at all.
    detour = np.array([[900.0, 1000.0], [0.0, np.inf]])
    assert solve_p_median(dense(detour), [1.0, 1.0], 1).selected == ("s0",)


def test_progress_tells_ever_shorter_ways_and_higher_bounds_and_can_end_the_search() -> None:
    rng = np.random.default_rng(1)
    links = dense(np.hypot(*(rng.uniform(0, 1e4, (20, 60)) for _ in range(2))))
    told: list[tuple[float, float]] = []
    answer = solve_p_median(links, np.ones(60), 4, gap=0.0, progress=lambda *now: told.append(now))
    values, bounds = zip(*told, strict=True)
    assert list(values) == sorted(values, reverse=True)
    assert list(bounds) == sorted(bounds)
    rounding = 1 + 1e-12  # the answer is added up anew, the told value taken off the total
    assert bounds[-1] <= answer.bound * rounding
    assert answer.bound <= answer.objective <= values[-1] * rounding
    stopped = solve_p_median(links, np.ones(60), 4, gap=0.0, progress=lambda *_: True)
    assert stopped.objective >= answer.objective
    assert stopped.bound <= answer.objective


def test_a_time_limit_is_never_called_optimal() -> None:
    rng = np.random.default_rng(0)
    links = dense(np.hypot(*(rng.uniform(0, 1e4, (120, 400)) for _ in range(2))))
    answer = solve_p_median(links, np.ones(400), 7, gap=0.0, time_limit_s=1e-6)
    assert answer.status == "time_limit"
    assert answer.gap > 0


@pytest.mark.parametrize(
    ("weights", "p", "options", "error"),
    [
        ([1.0, np.nan], 1, {}, LayerError),
        ([1.0, -1.0], 1, {}, LayerError),
        ([1.0, 1.0], 3, {}, InfeasibleError),
        ([1.0, 1.0], 1, {"beyond_m": 1.0}, ParameterError),
        ([1.0, 1.0], 1, {"rules": SiteRules(mandatory=["s0", "s1"])}, InfeasibleError),
        (pd.Series([1.0], index=["d0"]), 1, {}, LayerError),
    ],
)
def test_bad_questions_are_refused(
    weights: object, p: int, options: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        solve_p_median(dense(np.array([[1.0, 5.0], [5.0, 1.0]])), weights, p, **options)


@pytest.mark.parametrize(("number", "optimum"), [(2, 4093), (5, 1355), (10, 1255), (19, 2845)])
def test_published_optima_are_reached_and_proved(number: int, optimum: int) -> None:
    path = PMED / f"pmed{number}.txt"
    if not path.is_file():
        pytest.skip("no ../shared/data/bench/pmed to compare with")
    rows = [list(map(int, line.split())) for line in path.read_text().splitlines() if line.strip()]
    n, _, p = rows[0]
    last = {(min(a, b) - 1, max(a, b) - 1): float(c) for a, b, c in rows[1:]}
    ends = np.array(list(last))
    roads = coo_matrix((list(last.values()), (ends[:, 0], ends[:, 1])), shape=(n, n)).tocsr()
    answer = solve_p_median(dense(dijkstra(roads, directed=False)), np.ones(n), p)
    assert answer.objective == optimum
    assert answer.status == "optimal"
