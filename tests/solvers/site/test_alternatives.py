"""Alternative plans against listing every plan."""

import numpy as np
import pytest

from nngis.errors import ParameterError
from nngis.solvers.site.alternatives import alternatives
from nngis.solvers.site.lscp import solve_lscp
from nngis.solvers.site.mclp import covered_value, solve_mclp
from nngis.solvers.site.rules import SiteRules
from nngis.solvers.site.site_links import site_links_from_csr


def ask(case):
    return lambda rules: solve_mclp(case.links, case.weights, case.p, rules=rules, gap=0.0)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("new_sites", [1, 2])
def test_each_plan_is_the_best_that_differs_from_those_before(seed, new_sites, random_question):
    rng = np.random.default_rng(seed)
    case = random_question(rng)
    solve = ask(case)
    first = solve(case.rules)
    found = alternatives(
        first, solve, 4, rules=case.rules, new_sites=new_sites, within_share=1.0, refuse=False
    )
    ids = case.links.site_ids
    fixed = ids.isin([*case.rules.existing, *case.rules.mandatory])
    barred = []
    for plan in found.plans:
        values = [
            covered_value(case.links, case.weights[:, None], chosen)
            for chosen in case.choices()
            if all((chosen & one).sum() <= one.sum() - new_sites for one in barred)
        ]
        assert plan.objective == pytest.approx(max(values))
        barred.append(np.asarray(ids.isin(plan.selected)) & ~fixed)
    assert (found.table["loss"].diff().dropna() >= -1e-9).all()
    assert (found.table["new_sites"].iloc[1:] >= 0).all()


@pytest.mark.parametrize("seed", range(10))
def test_what_a_refused_site_loses_is_what_the_best_plan_without_it_lacks(seed, random_question):
    rng = np.random.default_rng(40 + seed)
    case = random_question(rng)
    solve = ask(case)
    found = alternatives(solve(case.rules), solve, 2, rules=case.rules, within_share=0.1)
    best = found.plans[0]
    for site, row in found.sites.dropna(subset=["refused_objective"]).iterrows():
        at = case.links.site_ids.get_loc(site)
        without = max(
            covered_value(case.links, case.weights[:, None], chosen)
            for chosen in case.choices()
            if not chosen[at]
        )
        assert row.refused_objective == pytest.approx(without)
        assert row.loss == pytest.approx(best.objective - without)
        assert row.loss_proved <= row.loss + 1e-9
        assert row.is_core == (row.loss_proved > 0.1 * best.objective)


def test_a_site_without_which_there_is_no_plan_loses_everything():
    links = site_links_from_csr(
        [0, 2, 3, 4], [0, 1, 1, 1], [1.0] * 4, demand_ids=["a", "b"], site_ids=["x", "y", "z"]
    )

    def solve(rules):
        return solve_lscp(links, rules=rules)

    found = alternatives(solve(SiteRules()), solve, 3)
    # Without x nobody reaches a: a cover of b alone is no other plan.
    assert found.plans[0].selected == ("x",)
    assert found.sites.loc["x", "loss"] == np.inf
    assert found.sites.loc["x", "is_core"]
    kept = SiteRules(mandatory=["x"])
    assert alternatives(solve(kept), solve, 3, rules=kept).sites.loc["x"].isna()["loss"]


def test_plans_beyond_the_allowed_loss_are_left_out():
    links = site_links_from_csr(
        [0, 1, 2], [0, 1], [1.0] * 2, demand_ids=["a", "b"], site_ids=["x", "y"]
    )

    def solve(rules):
        return solve_mclp(links, [10.0, 9.0], 1, rules=rules)

    narrow = alternatives(solve(SiteRules()), solve, 5, within_share=0.05)
    assert [plan.selected for plan in narrow.plans] == [("x",)]
    assert narrow.sites.loc["x", "is_core"]
    wide = alternatives(solve(SiteRules()), solve, 5, within_share=0.2)
    assert [plan.selected for plan in wide.plans] == [("x",), ("y",)]
    assert wide.table["loss_share"].tolist() == [0.0, 0.1]
    assert not wide.sites["is_core"].any()


def test_options_out_of_bounds_are_all_said():
    links = site_links_from_csr([0, 1], [0], [1.0], demand_ids=["a"], site_ids=["x"])
    answer = solve_mclp(links, [1.0], 1)
    with pytest.raises(ParameterError) as caught:
        alternatives(answer, lambda _: answer, 0, new_sites=0, within_share=-1.0)
    assert len(caught.value.problems) == 3
