"""Full cover with the fewest sites, against trying everything."""

import numpy as np
import pandas as pd
import pytest

from nngis.errors import InfeasibleError
from nngis.solvers.site.lscp import solve_lscp
from nngis.solvers.site.rules import AtMost, SiteRules, keep_apart
from nngis.solvers.site.site_links import site_links_from_csr


def matrix(links):
    near = np.zeros((len(links.site_ids), len(links.demand_ids)), bool)
    near[links.site_at, links.demand_at] = True
    return near


def every_cover(case):
    """Selections that keep the rules and cover what any allowed site covers."""
    near = matrix(case.links)
    allowed = ~case.links.site_ids.isin(list(case.rules.forbidden))
    reached = near[allowed].any(axis=0)
    for chosen in case.choices(most=len(near)):
        if (near[chosen].any(axis=0) | ~reached).all():
            yield chosen


@pytest.mark.parametrize("seed", range(15))
def test_no_smaller_or_cheaper_cover_exists(seed, random_question):
    rng = np.random.default_rng(seed)
    for turn in range(20):
        case = random_question(rng, density=(0.2, 0.6))
        sites = len(case.links.site_ids)
        cost = pd.Series(1.0, case.links.site_ids)
        if turn % 2:
            cost = pd.Series(rng.uniform(1, 9, sites), case.links.site_ids)
        paid = np.where(case.existing, 0.0, cost)
        best = min((paid[chosen].sum() for chosen in every_cover(case)), default=None)
        options = {"rules": case.rules, "cost": cost if turn % 2 else None, "gap": 0.0}
        if best is None:
            with pytest.raises(InfeasibleError):
                solve_lscp(case.links, **options)
            continue
        answer = solve_lscp(case.links, **options)
        assert answer.objective == pytest.approx(best)
        assert answer.bound <= best * (1 + 1e-12) + 1e-12
        assert answer.gap < 1e-6
        flags = case.links.site_ids.isin(answer.selected)
        assert any((flags == chosen).all() for chosen in every_cover(case))


@pytest.mark.parametrize("seed", range(5))
def test_the_table_tells_what_hangs_on_a_site_and_what_could_replace_it(seed, random_question):
    rng = np.random.default_rng(seed)
    for _ in range(5):
        case = random_question(rng, rules=False)
        cost = pd.Series(rng.uniform(1, 9, len(case.links.site_ids)), case.links.site_ids)
        answer = solve_lscp(case.links, cost=cost)
        near = matrix(case.links)
        chosen = np.asarray(case.links.site_ids.isin(answer.selected))
        covers = [tuple(one) for one in every_cover(case)]
        for site, row in answer.sites.iterrows():
            at = case.links.site_ids.get_loc(site)
            without = chosen.copy()
            without[at] = False
            assert row.marginal == (near[chosen].any(axis=0) & ~near[without].any(axis=0)).sum()
            swaps = []
            for other in np.flatnonzero(~chosen):
                swapped = without.copy()
                swapped[other] = True
                if tuple(swapped) in covers:
                    swaps.append(float(cost.to_numpy()[swapped].sum()))
            if swaps:
                assert row.runner_up_objective == pytest.approx(min(swaps))
            else:
                assert pd.isna(row.runner_up)


def test_demands_that_nobody_covers_are_named_and_the_rest_is_covered():
    links = site_links_from_csr(
        [0, 2, 3], [0, 1, 2], [1.0, 1.0, 9.0], demand_ids=["a", "b", "c"], site_ids=["x", "y"]
    )
    answer = solve_lscp(links, radius_m=5.0)
    assert answer.selected == ("x",)
    assert answer.unreached == ("c",)
    with pytest.raises(InfeasibleError, match="None of 2"):
        solve_lscp(links, radius_m=0.5)


def test_existing_sites_cover_for_nothing():
    links = site_links_from_csr(
        [0, 2, 3], [0, 1, 2], [1.0] * 3, demand_ids=["a", "b", "c"], site_ids=["x", "y"]
    )
    answer = solve_lscp(links, rules=SiteRules(existing=["x"]))
    assert answer.objective == 1.0
    assert answer.selected == ("x", "y")
    assert solve_lscp(links, rules=SiteRules(mandatory=["x"])).objective == 2.0


def test_a_separation_that_leaves_no_cover_is_said():
    links = site_links_from_csr(
        [0, 1, 2], [0, 1], [1.0] * 2, demand_ids=["a", "b"], site_ids=["x", "y"]
    )
    apart = keep_apart(["x", "y"], [[0.0, 0.0], [1.0, 0.0]], 2.0)
    with pytest.raises(InfeasibleError, match="covers all 2 demands"):
        solve_lscp(links, rules=SiteRules(at_most=apart))
    assert solve_lscp(links, rules=SiteRules(at_most=[AtMost(("x", "y"), 2)])).objective == 2.0


@pytest.mark.parametrize("seed", range(4))
def test_a_cover_without_plain_cases_is_proved(seed):
    rng = np.random.default_rng(seed)
    near = rng.random((60, 80)) < 0.12
    near[rng.integers(60, size=80), np.arange(80)] = True
    links = site_links_from_csr(
        np.r_[0, near.sum(axis=1).cumsum()],
        np.nonzero(near)[1],
        np.ones(near.sum()),
        demand_ids=[f"d{i}" for i in range(80)],
        site_ids=[f"s{j}" for j in range(60)],
    )
    answer = solve_lscp(links)
    assert answer.status == "optimal"
    assert near[links.site_ids.isin(answer.selected)].any(axis=0).all()
    hurried = solve_lscp(links, time_limit_s=1e-9)
    assert hurried.bound <= answer.objective <= hurried.objective
    assert hurried.status == "time_limit" or hurried.gap <= 1e-4


def test_the_published_points_need_298_sites(bench):
    case = np.load(bench / "mclp" / "mclp_S5.npz")
    links = site_links_from_csr(
        case["op"],
        case["oi"],
        case["od"],
        demand_ids=pd.RangeIndex(int(case["nd"])),
        site_ids=pd.RangeIndex(int(case["nc"])),
    )
    answer = solve_lscp(links)
    assert (answer.objective, answer.bound) == (298.0, 298.0)
