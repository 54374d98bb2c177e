"""Maximal covering and backup cover against trying everything, published optima and logic."""

import numpy as np
import pandas as pd
import pytest

from nngis.errors import InfeasibleError, LayerError, NngisError, ParameterError
from nngis.solvers.highs import Relaxation
from nngis.solvers.site.answer import confirm
from nngis.solvers.site.mclp import covered_value, solve_backup_cover, solve_mclp
from nngis.solvers.site.rules import AtMost, SiteRules, keep_apart
from nngis.solvers.site.site_links import site_links_from_csr


def value_of(question, backup_worth):
    return question.weights[:, None] * np.array([1.0, backup_worth])


def is_selection(links, answer):
    return np.asarray(links.site_ids.isin(answer.selected))


@pytest.mark.parametrize("seed", range(15))
def test_no_choice_beats_the_answer_and_the_bound_holds(seed, random_question):
    rng = np.random.default_rng(seed)
    for _ in range(30):
        case = random_question(rng)
        worth = float(rng.choice([0.0, 0.3, 1.0]))
        value = value_of(case, worth)
        best = max(covered_value(case.links, value, chosen) for chosen in case.choices())
        answer = solve_backup_cover(
            case.links, case.weights, case.p, backup_worth=worth, rules=case.rules, gap=0.0
        )
        assert answer.objective == pytest.approx(best)
        assert answer.bound >= best * (1 - 1e-12)
        assert answer.gap < 1e-6
        assert any((chosen == is_selection(case.links, answer)).all() for chosen in case.choices())


@pytest.mark.parametrize("seed", range(5))
def test_marginals_and_runners_up_are_what_trying_them_gives(seed, random_question):
    rng = np.random.default_rng(seed)
    for _ in range(8):
        case = random_question(rng)
        value = value_of(case, 0.4)
        answer = solve_backup_cover(
            case.links, case.weights, case.p, backup_worth=0.4, rules=case.rules
        )
        chosen = is_selection(case.links, answer)
        allowed = {tuple(one) for one in case.choices()}
        for site, row in answer.sites.iterrows():
            at = case.links.site_ids.get_loc(site)
            without = chosen.copy()
            without[at] = False
            lost = answer.objective - covered_value(case.links, value, without)
            assert row.marginal == pytest.approx(lost)
            swaps = []
            for other in np.flatnonzero(~chosen):
                swapped = without.copy()
                swapped[other] = True
                if row.role == "chosen" and tuple(swapped) in allowed:
                    swaps.append(covered_value(case.links, value, swapped))
            if swaps:
                assert row.runner_up_objective == pytest.approx(max(swaps))
            else:
                assert pd.isna(row.runner_up_objective)
                assert pd.isna(row.runner_up)


@pytest.mark.parametrize("seed", range(5))
def test_a_budget_is_kept_and_used_as_well_as_by_trying_everything(seed, random_question):
    rng = np.random.default_rng(100 + seed)
    for _ in range(8):
        case = random_question(rng)
        cost = pd.Series(rng.uniform(1, 5, len(case.links.site_ids)), case.links.site_ids)
        must = cost[list(case.rules.mandatory)].sum()
        budget = float(must + rng.uniform(0, 8))
        spent = cost.where(~case.existing, 0.0).to_numpy()
        best = max(
            covered_value(case.links, value_of(case, 0.0), chosen)
            for chosen in case.choices(most=len(cost))
            if spent[chosen].sum() <= budget
        )
        answer = solve_mclp(
            case.links, case.weights, cost=cost, budget=budget, rules=case.rules, gap=0.0
        )
        assert answer.objective == pytest.approx(best)
        assert spent[is_selection(case.links, answer)].sum() <= budget + 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_coverage_never_falls_with_more_sites_or_a_larger_radius(seed, random_question):
    rng = np.random.default_rng(200 + seed)
    case = random_question(rng, rules=False)
    sites = len(case.links.site_ids)
    by_number = [solve_mclp(case.links, case.weights, p).objective for p in range(sites + 1)]
    assert (np.diff(by_number) >= -1e-9).all()
    reach = case.links.distance_m.min()
    by_radius = [
        solve_mclp(case.links, case.weights, 2, radius_m=reach + extra).objective
        for extra in (0.0, 5.0, 10.0, 40.0)
    ]
    assert (np.diff(by_radius) >= -1e-9).all()


@pytest.mark.parametrize("seed", range(6))
def test_mandatory_sites_never_beat_free_choice_and_existing_ones_never_hurt(seed, random_question):
    rng = np.random.default_rng(300 + seed)
    case = random_question(rng, rules=False)
    p = min(2, len(case.links.site_ids) - 1)
    free = solve_mclp(case.links, case.weights, p).objective
    for site in case.links.site_ids[:3]:
        forced = solve_mclp(case.links, case.weights, p, rules=SiteRules(mandatory=[site]))
        assert forced.objective <= free + 1e-9
        assert forced.sites.loc[site, "role"] == "mandatory"
        assert pd.isna(forced.sites.loc[site, "runner_up_objective"])
        helped = solve_mclp(case.links, case.weights, p, rules=SiteRules(existing=[site]))
        assert helped.objective >= free - 1e-9


def clustered(seed, sites=120, demands=900):
    """Sites and demands on a square of 20 km."""
    rng = np.random.default_rng(seed)
    at, of = rng.uniform(0, 20, (sites, 2)), rng.uniform(0, 20, (demands, 2))
    distance = np.hypot(*(at[:, None] - of[None]).transpose(2, 0, 1))
    links = site_links_from_csr(
        np.arange(sites + 1) * demands,
        np.tile(np.arange(demands), sites),
        np.where(distance < 2.5, distance * 1000, np.inf).ravel(),
        demand_ids=[f"d{i}" for i in range(demands)],
        site_ids=[f"s{j}" for j in range(sites)],
    )
    return links, rng.lognormal(0, 1, demands), at * 1000


def test_the_same_question_gets_the_same_bytes():
    links, weights, _ = clustered(1)
    one, two = (solve_mclp(links, weights, 15) for _ in range(2))
    assert one.selected == two.selected
    assert (one.objective, one.bound) == (two.objective, two.bound)
    pd.testing.assert_frame_equal(one.sites, two.sites)


def test_a_larger_question_is_proved_by_cuts():
    links, weights, _ = clustered(2)
    answer = solve_mclp(links, weights, 15)
    assert answer.status == "optimal"
    assert answer.gap <= 1e-4


def test_separation_is_kept_among_many_sites():
    links, weights, xy = clustered(3)
    apart = keep_apart(links.site_ids, xy, 3000.0)
    free = solve_mclp(links, weights, 15)
    answer = solve_mclp(links, weights, 15, rules=SiteRules(at_most=apart))
    assert answer.status == "optimal"
    assert answer.objective <= free.bound
    chosen = xy[links.site_ids.isin(answer.selected)]
    between = np.hypot(*(chosen[:, None] - chosen[None]).transpose(2, 0, 1))
    assert between[np.triu_indices(len(chosen), 1)].min() >= 3000.0


def test_a_time_that_is_too_short_is_never_called_optimal():
    links, weights, _ = clustered(4)
    answer = solve_mclp(links, weights, 15, time_limit_s=1e-9, gap=0.0)
    assert answer.status == "time_limit"
    assert answer.gap > 0
    assert answer.objective <= solve_mclp(links, weights, 15).bound <= answer.bound * (1 + 1e-9)


def test_a_wide_gap_ends_the_work_early_and_says_so():
    links, weights, _ = clustered(5)
    answer = solve_mclp(links, weights, 15, gap=0.2)
    assert answer.status in {"within_gap", "optimal"}
    assert answer.gap <= 0.2


LINE = {"demand_ids": ["a", "b"], "site_ids": ["x", "y"]}


def test_demands_that_nobody_can_reach_are_named():
    links = site_links_from_csr([0, 1, 2], [0, 1], [5.0, 9.0], **LINE)
    answer = solve_mclp(links, [1.0, 2.0], 1, radius_m=6.0)
    assert answer.unreached == ("b",)
    assert answer.selected == ("x",)
    barred = solve_mclp(links, [1.0, 2.0], 1, rules=SiteRules(forbidden=["y"]))
    assert barred.unreached == ("b",)


def test_nothing_to_cover_has_no_answer():
    links = site_links_from_csr([0, 1, 2], [0, 1], [5.0, 9.0], **LINE)
    with pytest.raises(InfeasibleError, match="None of 2 allowed sites"):
        solve_mclp(links, [1.0, 2.0], 1, radius_m=1.0)


def test_weights_that_are_missing_are_refused():
    links = site_links_from_csr([0, 1, 2], [0, 1], [5.0, 9.0], **LINE)
    with pytest.raises(LayerError, match="1 demand has no weight"):
        solve_mclp(links, pd.Series({"a": 1.0}), 1)


def test_options_out_of_bounds_are_refused():
    links = site_links_from_csr([0, 1, 2], [0, 1], [5.0, 9.0], **LINE)
    with pytest.raises(ParameterError) as caught:
        solve_mclp(links, [1.0, 2.0], 1, gap=1.0, time_limit_s=-1.0)
    assert len(caught.value.problems) == 2
    with pytest.raises(ParameterError, match="second cover"):
        solve_backup_cover(links, [1.0, 2.0], 1, backup_worth=1.5)


def test_weights_of_zero_are_no_error():
    links = site_links_from_csr([0, 1, 2], [0, 1], [5.0, 9.0], **LINE)
    answer = solve_mclp(links, [0.0, 0.0], 1)
    assert (answer.objective, answer.gap, answer.status) == (0.0, 0.0, "optimal")


def test_a_full_group_of_existing_sites_closes_its_neighbours():
    links = site_links_from_csr([0, 1, 2], [0, 1], [5.0, 9.0], **LINE)
    rules = SiteRules(existing=["x"], at_most=[AtMost(("x", "y"), 1, "close")])
    assert solve_mclp(links, [1.0, 2.0], 1, rules=rules).selected == ("x",)


def test_a_claim_that_its_selection_does_not_bear_out_is_an_error():
    with pytest.raises(NngisError, match="claims an objective of 11"):
        confirm(11.0, 10.0, "mclp")


def test_the_published_case_is_proved(bench):
    case = np.load(bench / "mclp" / "mclp_S5.npz")
    links = site_links_from_csr(
        case["op"],
        case["oi"],
        case["od"],
        demand_ids=pd.RangeIndex(int(case["nd"])),
        site_ids=pd.RangeIndex(int(case["nc"])),
    )
    answer = solve_mclp(links, case["w"], int(case["p"]))
    assert answer.objective == pytest.approx(5_994_100.683)
    assert answer.status == "optimal"
    assert answer.gap <= 1e-4


def dense_town(seed):
    """Demands and sites in one place, so that covers overlap much."""
    rng = np.random.default_rng(seed)
    sites, demands = int(rng.integers(40, 90)), int(rng.integers(80, 200))
    at, of = rng.random((sites, 2)), rng.random((demands, 2))
    near = np.hypot(*(at[:, None] - of[None]).transpose(2, 0, 1)) < rng.uniform(0.12, 0.25)
    site, demand = np.nonzero(near)
    links = site_links_from_csr(
        np.r_[0, np.cumsum(np.bincount(site, minlength=sites))],
        demand,
        np.ones(demand.size),
        demand_ids=pd.Index([f"d{i}" for i in range(demands)]),
        site_ids=pd.Index([f"s{j}" for j in range(sites)]),
    )
    return links, rng.integers(1, 100, demands).astype(float), int(rng.integers(4, 9))


def test_whole_weights_are_proved_to_the_last_unit():
    for seed in range(5):
        links, weights, p = dense_town(seed)
        for backup in (None, 0.5):
            if backup is None:
                answer = solve_mclp(links, weights, p, gap=0.0)
            else:
                answer = solve_backup_cover(links, weights, p, backup_worth=backup, gap=0.0)
            assert answer.bound == answer.objective
            assert answer.status == "optimal"


def test_other_weights_are_proved_but_for_rounding():
    links, weights, p = dense_town(1)
    answer = solve_mclp(links, weights * 0.1, p, gap=0.0)
    assert answer.gap <= 1e-11
    assert answer.status == "optimal"


class Clock:
    """A clock that moves on by the same step whenever it is read: time without a machine."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 0.01
        return self.now


@pytest.mark.parametrize("block", range(10))
def test_more_time_never_gives_a_worse_answer(block, monkeypatch):
    solve = Relaxation.solve
    for seed in range(5 * block, 5 * block + 5):
        links, weights, p = dense_town(seed)
        reached, bounds = [], []
        for limit_s in (0.02, 0.06, 0.15, 0.4, 1.0, 2.0, 4.0, 8.0):
            monkeypatch.setattr("nngis.solvers.site._effort.perf_counter", Clock())
            monkeypatch.setattr(Relaxation, "solve", lambda self, _: solve(self, 60.0))
            answer = solve_mclp(links, weights, p, gap=0.0, time_limit_s=limit_s)
            value = covered_value(links, weights[:, None], is_selection(links, answer))
            assert answer.objective == value
            reached.append(value)
            bounds.append(answer.bound)
        assert reached == sorted(reached)
        assert bounds == sorted(bounds, reverse=True)
        assert reached[-1] <= bounds[-1]


def test_progress_tells_ever_better_values_and_bounds_and_can_end_the_search():
    links, weights, p = dense_town(0)
    told = []
    answer = solve_mclp(links, weights, p, gap=0.0, progress=lambda *now: told.append(now))
    values, bounds = zip(*told, strict=True)
    assert list(values) == sorted(values)
    assert list(bounds) == sorted(bounds, reverse=True)
    assert values[-1] <= answer.objective <= answer.bound <= bounds[-1]
    first = []

    def stop(value, bound):
        first.append((value, bound))
        return True

    stopped = solve_mclp(links, weights, p, gap=0.0, progress=stop)
    assert len(first) == 1
    assert stopped.objective == first[0][0]
    assert stopped.bound == first[0][1]
