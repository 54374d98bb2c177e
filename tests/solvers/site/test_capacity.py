"""Covering with capacities, against trying everything with a linear programme for each choice."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.optimize import linprog

from nngis.errors import InfeasibleError, LayerError
from nngis.solvers.site.capacity import solve_capacitated_mclp
from nngis.solvers.site.mclp import solve_mclp
from nngis.solvers.site.rules import SiteRules
from nngis.solvers.site.site_links import site_links_from_csr


def largest_flow(links, weights, room, chosen):
    """Largest flow from the demands to the chosen sites, as a linear programme."""
    use = chosen[links.site_at]
    site, demand = links.site_at[use], links.demand_at[use]
    each = np.arange(use.sum())
    rows = sparse.csr_matrix(
        (np.ones(2 * each.size), (np.r_[demand, len(weights) + site], np.r_[each, each])),
        shape=(len(weights) + len(room), each.size),
    )
    found = linprog(-np.ones(each.size), A_ub=rows, b_ub=np.r_[weights, room], method="highs")
    return -found.fun


def most_served(links, weights, room, chosen):
    """The same as a least cut: some sites are full, the others serve all they reach."""
    near = np.zeros((len(room), len(weights)), bool)
    near[links.site_at, links.demand_at] = True
    at = np.flatnonzero(chosen)
    return min(
        sum(room[j] for j in full)
        + weights[near[[j for j in at if j not in full]].any(axis=0)].sum()
        for size in range(len(at) + 1)
        for full in combinations(at, size)
    )


def draw(case, rng):
    return pd.Series(
        rng.integers(0, 30, len(case.links.site_ids)).astype(float), case.links.site_ids
    )


@pytest.mark.parametrize("seed", range(15))
def test_no_choice_serves_more_and_the_bound_holds(seed, random_question):
    rng = np.random.default_rng(seed)
    for _ in range(20):
        case = random_question(rng)
        case_p = min(case.p, 2 + len(case.rules.mandatory))
        room = draw(case, rng)
        room.iloc[0] = 5.0
        options = {"rules": case.rules, "gap": 0.0}
        best = max(
            most_served(case.links, case.weights, room.to_numpy(), chosen)
            for chosen in case.choices(most=case_p)
        )
        try:
            answer = solve_capacitated_mclp(case.links, case.weights, room, case_p, **options)
        except InfeasibleError:
            assert best == 0.0
            continue
        assert answer.objective == pytest.approx(best, abs=1e-6)
        assert answer.bound >= best - 1e-6
        assert answer.gap < 1e-6 or best == 0.0
        assert answer.sites["load"].sum() == pytest.approx(answer.objective)


@pytest.mark.parametrize("seed", range(4))
def test_marginals_and_runners_up_are_what_trying_them_gives(seed, random_question):
    rng = np.random.default_rng(50 + seed)
    for _ in range(3):
        case = random_question(rng, rules=False)
        room = draw(case, rng) + 1.0
        answer = solve_capacitated_mclp(case.links, case.weights, room, min(case.p, 3))
        chosen = np.asarray(case.links.site_ids.isin(answer.selected))
        for site, row in answer.sites.iterrows():
            without = chosen.copy()
            without[case.links.site_ids.get_loc(site)] = False
            left = most_served(case.links, case.weights, room.to_numpy(), without)
            assert row.marginal == pytest.approx(answer.objective - left, abs=1e-6)
            swaps = []
            for other in np.flatnonzero(~chosen):
                swapped = without.copy()
                swapped[other] = True
                swaps.append(most_served(case.links, case.weights, room.to_numpy(), swapped))
            if swaps:
                assert row.runner_up_objective == pytest.approx(max(swaps), abs=1e-6)
            else:
                assert pd.isna(row.runner_up)


@pytest.mark.parametrize("seed", range(6))
def test_room_for_all_is_plain_covering_and_less_room_never_serves_more(seed, random_question):
    rng = np.random.default_rng(80 + seed)
    case = random_question(rng)
    plain = solve_mclp(case.links, case.weights, case.p, rules=case.rules).objective
    served = [
        solve_capacitated_mclp(
            case.links,
            case.weights,
            pd.Series(room, case.links.site_ids),
            case.p,
            rules=case.rules,
        ).objective
        for room in (1e6, 40.0, 15.0, 4.0)
    ]
    assert served[0] == pytest.approx(plain)
    assert (np.diff(served) <= 1e-9).all()


LINKS = site_links_from_csr(
    [0, 2, 4, 5],
    [0, 1, 1, 2, 2],
    [1.0] * 5,
    demand_ids=["a", "b", "c"],
    site_ids=["x", "y", "z"],
)


def test_demand_moves_along_a_chain_to_where_room_is():
    room = pd.Series({"x": 10.0, "y": 10.0, "z": 10.0})
    answer = solve_capacitated_mclp(LINKS, [10.0, 10.0, 10.0], room, 3)
    assert answer.objective == 30.0
    assert answer.sites["load"].tolist() == [10.0, 10.0, 10.0]
    assert answer.sites["marginal"].tolist() == [10.0, 10.0, 10.0]


def test_a_budget_buys_the_better_pair():
    room = pd.Series({"x": 10.0, "y": 6.0, "z": 6.0})
    cost = pd.Series({"x": 10.0, "y": 5.0, "z": 5.0})
    answer = solve_capacitated_mclp(LINKS, [10.0, 10.0, 10.0], room, cost=cost, budget=10.0)
    assert answer.selected == ("y", "z")
    assert answer.objective == 12.0


def test_existing_sites_serve_without_being_counted():
    room = pd.Series({"x": 10.0, "y": 10.0, "z": 4.0})
    rules = SiteRules(existing=["z"])
    answer = solve_capacitated_mclp(LINKS, [10.0, 10.0, 10.0], room, 1, rules=rules)
    assert answer.objective == 14.0
    assert answer.sites.loc["z", "role"] == "existing"


def test_capacities_that_are_missing_are_refused():
    with pytest.raises(LayerError, match="2 sites have no capacity"):
        solve_capacitated_mclp(LINKS, [1.0, 1.0, 1.0], pd.Series({"x": 1.0, "y": -1.0}), 1)


def test_sites_without_room_serve_nobody():
    with pytest.raises(InfeasibleError, match="can serve any of the 3"):
        solve_capacitated_mclp(LINKS, [1.0, 1.0, 1.0], pd.Series({"x": 0.0, "y": 0.0, "z": 0.0}), 1)


def test_a_larger_case_keeps_an_honest_gap():
    rng = np.random.default_rng(5)
    at, of = rng.uniform(0, 20, (80, 2)), rng.uniform(0, 20, (600, 2))
    distance = np.hypot(*(at[:, None] - of[None]).transpose(2, 0, 1))
    links = site_links_from_csr(
        np.arange(81) * 600,
        np.tile(np.arange(600), 80),
        np.where(distance < 3.0, distance, np.inf).ravel(),
        demand_ids=[f"d{i}" for i in range(600)],
        site_ids=[f"s{j}" for j in range(80)],
    )
    weights = rng.lognormal(0, 1, 600)
    room = pd.Series(rng.uniform(20, 90, 80), links.site_ids)
    answer = solve_capacitated_mclp(links, weights, room, 12, gap=0.01, time_limit_s=20)
    chosen = np.asarray(links.site_ids.isin(answer.selected))
    assert largest_flow(links, weights, room.to_numpy(), chosen) == pytest.approx(answer.objective)
    assert answer.objective <= answer.bound
    hurried = solve_capacitated_mclp(links, weights, room, 12, time_limit_s=1e-9, gap=0.0)
    assert hurried.status == "time_limit"
    assert hurried.bound >= answer.objective >= hurried.objective * (1 - answer.gap)
