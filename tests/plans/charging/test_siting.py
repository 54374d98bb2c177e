"""Siting and phases: against every choice there is, and by what must always hold."""

from dataclasses import replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nngis.network.geodesic_links import geodesic_links
from nngis.plans.charging.phases import curve_table, phase_table, phase_years
from nngis.plans.charging.siting import (
    choose,
    choose_at_once,
    costs,
    covered_weight,
    make_question,
)
from nngis.plans.charging.siting_parameters import SitingParameters
from nngis.solvers.site import site_links

CRS = "EPSG:4545"
SOME = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RADIUS = 900.0


def case(seed, *, count=3, separation_m=0.0, roles=None, substations=None, n_sites=9, **more):
    """Make a random question with few enough choices to try them all."""
    rng = np.random.default_rng(seed)

    def points(n, letter):
        xy = rng.uniform(0, 4000, (n, 2))
        return gpd.GeoDataFrame(
            index=[f"{letter}{k}" for k in range(n)],
            geometry=gpd.points_from_xy(500_000 + xy[:, 0], 2_500_000 + xy[:, 1]),
            crs=CRS,
        )

    demand = points(25, "d").assign(weight=rng.integers(1, 20, 25).astype(float))
    roles = roles or ["existing", "mandatory"] + ["candidate"] * (n_sites - 2)
    sites = points(len(roles), "s").assign(
        role=roles,
        excluded=None,
        cost_10k_cny=rng.integers(1, 9, len(roles)).astype(float),
        grid_capacity_kw=np.nan,
        substation_id=[f"u{k % 2}" for k in range(len(roles))],
    )
    parameters = SitingParameters(separation_m=separation_m, gap_allowed=0.0, **more)
    links = geodesic_links(demand, sites, RADIUS)
    reach = site_links(links, demand.index, sites.index)
    question = make_question(reach, demand, sites, substations, parameters, count=count)
    return question, parameters


def allowed(question, chosen):
    """Tell by the rules themselves whether a set of new sites may be opened."""
    new = set(chosen)
    if not set(question.rules.mandatory) <= new or new & set(question.rules.forbidden):
        return False
    open_ = new | set(question.rules.existing)
    return all(len(open_ & set(group.site_ids)) <= group.most for group in question.rules.at_most)


def worth(question, ids):
    is_open = np.asarray(question.reach.site_ids.isin(list(ids)))
    return covered_weight(question.reach, question.weights.to_numpy(), is_open)


def solved(question):
    return choose(question, gap=0.0, time_limit_s=10.0)


@SOME
@given(seed=st.integers(0, 10_000), separation=st.sampled_from([0.0, 600.0, 1500.0]))
def test_the_choice_is_the_best_there_is(seed, separation):
    question, _ = case(seed, separation_m=separation)
    found = solved(question)
    new = [s for s in question.reach.site_ids if question.sites["role"][s] != "existing"]
    old = list(question.rules.existing)
    ways = [
        (set(one), worth(question, [*old, *one]))
        for n in range(1, question.count + 1)
        for one in combinations(new, n)
        if allowed(question, one)
    ]
    best = max(covered for _, (covered, _) in ways)
    assert found.covered == pytest.approx(best)
    assert found.bound >= best - 1e-9
    assert allowed(question, set(found.selected) - set(old))
    assert set(old) <= set(found.selected)


@SOME
@given(seed=st.integers(0, 10_000), separation=st.sampled_from([0.0, 800.0]))
def test_no_single_exchange_covers_as_much_and_is_nearer(seed, separation):
    question, _ = case(seed, separation_m=separation)
    found = solved(question)
    old = set(question.rules.existing)
    held = old | set(question.rules.mandatory)
    needed = set(found.worth.index[found.worth["marginal"] > 0])
    for gone in needed - held:
        for new in set(question.reach.site_ids) - set(found.selected):
            other = (set(found.selected) - {gone}) | {new}
            if not allowed(question, other - old):
                continue
            covered, mean_m = worth(question, other)
            as_much = covered >= found.covered - 1e-9
            assert not (as_much and mean_m < found.mean_distance_m - 1e-6)


@SOME
@given(seed=st.integers(0, 10_000))
def test_marginals_and_runners_up_are_what_trying_them_gives(seed):
    question, _ = case(seed)
    found = solved(question)
    for site, row in found.worth.iterrows():
        rest = set(found.selected) - {site}
        assert row["marginal"] == pytest.approx(found.covered - worth(question, rest)[0])
        if row["runner_up"] is not None and not pd.isna(row["runner_up"]):
            swapped = worth(question, rest | {row["runner_up"]})[0]
            assert row["runner_up_covered"] == pytest.approx(swapped)
            closed = set(question.reach.site_ids) - set(found.selected)
            others = [
                worth(question, rest | {one})[0]
                for one in closed
                if allowed(question, (rest | {one}) - set(question.rules.existing))
            ]
            assert swapped == pytest.approx(max(others))
    assert set(found.worth.index) == {
        one for one in found.selected if question.sites["role"][one] == "candidate"
    }


@SOME
@given(seed=st.integers(0, 10_000))
def test_a_budget_is_kept_and_nothing_that_it_pays_for_covers_more(seed):
    question, _ = case(seed, budget_10k_cny=12.0)
    found = solved(question)
    cost, old = question.sites["cost_10k_cny"], list(question.rules.existing)
    new = [s for s in question.reach.site_ids if s not in old]
    assert cost[[s for s in found.selected if s not in old]].sum() <= 12.0
    ways = [
        worth(question, [*old, *one])[0]
        for n in range(1, len(new) + 1)
        for one in combinations(new, n)
        if allowed(question, one) and cost[list(one)].sum() <= 12.0
    ]
    assert found.covered == pytest.approx(max(ways))


@SOME
@given(seed=st.integers(0, 10_000), count=st.integers(1, 6), years=st.integers(1, 4))
def test_years_are_nested_and_end_at_the_choice(seed, count, years):
    question, parameters = case(seed, count=count, first_year=2023, last_year=2022 + years)
    found = solved(question)
    year = phase_years(question, found, parameters)
    new = [one for one in found.selected if question.sites["role"][one] != "existing"]
    assert sorted(year.index) == sorted(new)
    table = phase_table(question, year)
    assert table["covered_share"].is_monotonic_increasing
    assert table["built_count"].sum() == len(new)
    assert table["covered_weight"].iloc[-1] == pytest.approx(found.covered)
    assert table.index[0] == "now"
    must = [one for one in new if question.sites["role"][one] == "mandatory"]
    if len(new) >= years:
        assert (year[must] == "2023").all()


@SOME
@given(seed=st.integers(0, 10_000))
def test_the_first_year_builds_the_best_part_of_the_choice(seed):
    roles = ["candidate"] * 9
    question, parameters = case(seed, count=4, roles=roles, first_year=2024, last_year=2025)
    found = solved(question)
    year = phase_years(question, found, parameters)
    first = year.index[year.eq("2024")]
    best = max(worth(question, one)[0] for one in combinations(year.index, len(first)))
    assert worth(question, first)[0] == pytest.approx(best)


@SOME
@given(seed=st.integers(0, 10_000))
def test_the_curve_rises_and_no_point_lies_above_its_bound(seed):
    question, parameters = case(seed, count=3, curve_points_count=4)
    found = solved(question)
    year = phase_years(question, found, parameters)
    curve = curve_table(question, found, year, parameters)
    assert curve["new_count"].is_monotonic_increasing
    assert (curve["covered_share"].diff().fillna(0) >= -1e-9).all()
    assert (curve["covered_share"] <= curve["bound_share"] + 1e-9).all()
    own = curve[curve["new_count"].eq(3)]["covered_share"].item()
    assert own == pytest.approx(found.covered / question.weights.sum())


def test_a_substation_feeds_no_more_stations_than_it_has_room_for():
    room = pd.DataFrame({"hosting_capacity_mw": [0.6, 9.0]}, index=["u0", "u1"])
    question, _ = case(4, count=6, roles=["candidate"] * 9, substations=room)
    found = solved(question)
    fed = question.sites.loc[list(found.selected), "substation_id"].value_counts()
    assert fed.get("u0", 0) <= 1
    free = case(4, count=6, roles=["candidate"] * 9)[0]
    assert solved(free).covered >= found.covered


def test_a_count_below_the_mandatory_sites_becomes_their_number():
    question, _ = case(7, count=1, roles=["mandatory"] * 3 + ["candidate"] * 5)
    assert question.count == 3
    assert set(solved(question).selected) == {"s0", "s1", "s2"}


def test_with_nothing_to_build_what_exists_is_evaluated():
    question, parameters = case(7, count=0, roles=["existing"] * 2 + ["candidate"] * 5)
    found = solved(question)
    assert found.selected == ("s0", "s1")
    assert found.covered == worth(question, ["s0", "s1"])[0]
    assert phase_years(question, found, parameters).empty


def test_excluded_sites_are_never_opened():
    question, _ = case(9, count=5, roles=["candidate"] * 9)
    best = solved(question).selected[0]
    barred = replace(question.rules, forbidden=[best])
    assert best not in solved(replace(question, rules=barred)).selected


def test_what_exists_is_not_paid_for_again_and_what_states_no_cost_costs_the_usual():
    question, _ = case(3, roles=["existing", "mandatory", "candidate"], budget_10k_cny=12.0,
                       station_cost_10k_cny=250.0)  # fmt: skip
    sites = question.sites.assign(cost_10k_cny=[99.0, 7.0, None])
    assert costs(replace(question, sites=sites)).tolist() == [0.0, 7.0, 250.0]


def test_what_must_be_built_is_built_beyond_a_substations_room_and_nothing_more():
    # u0 feeds one station; s0 and s2 must be built at it, so s4, s6 and s8 have to wait.
    room = pd.DataFrame({"hosting_capacity_mw": [0.6, 9.0]}, index=["u0", "u1"])
    roles = ["mandatory", "candidate"] * 2 + ["candidate"] * 5
    question, _ = case(4, count=7, roles=roles, substations=room)
    (group,) = question.rules.at_most
    assert (sorted(group.site_ids), group.most) == (["s0", "s2", "s4", "s6", "s8"], 2)
    fed = question.sites.loc[list(solved(question).selected), "substation_id"]
    assert fed.index[fed.eq("u0")].tolist() == ["s0", "s2"]


def test_phases_are_as_worked_out_by_hand():
    # Six people along a line, 1 km apart, sites at each; a site covers its own and no other.
    line = gpd.GeoDataFrame(
        {"weight": [5.0, 4.0, 3.0, 2.0, None, 6.0]},
        index=[f"d{k}" for k in range(6)],
        geometry=gpd.points_from_xy(500_000 + 1_000 * np.arange(6), [2_500_000] * 6),
        crs=CRS,
    )
    sites = line[["geometry"]].set_axis([f"s{k}" for k in range(6)]).assign(
        role=["existing", "candidate", "candidate", "mandatory", "candidate", "candidate"],
        excluded=None, cost_10k_cny=1.0, grid_capacity_kw=np.nan, substation_id=None,
    )  # fmt: skip
    parameters = SitingParameters(
        separation_m=0.0, gap_allowed=0.0, first_year=2024, last_year=2025, curve_points_count=0
    )
    links = geodesic_links(line, sites, 400.0)
    reach = site_links(links, line.index, sites.index)
    question = make_question(reach, line, sites, None, parameters, count=3)
    found = solved(question)
    assert found.selected == ("s0", "s1", "s3", "s5")
    assert (found.covered, found.mean_distance_m) == (17.0, 0.0)
    years = phase_years(question, found, parameters)
    # Two of three by the middle of two years; what must be built comes first, then the six.
    assert years.to_dict() == {"s1": "2025", "s3": "2024", "s5": "2024"}
    table = phase_table(question, years)
    assert table["built_count"].to_dict() == {"now": 0, "2024": 2, "2025": 1}
    assert table["stations_count"].tolist() == [1, 3, 4]
    assert table["covered_weight"].tolist() == [5.0, 13.0, 17.0]
    assert table["covered_share"].tolist() == pytest.approx([5 / 20, 13 / 20, 17 / 20])
    assert table["mean_m"].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("how", [{}, {"separation_m": 600.0}, {"budget_10k_cny": 12.0}])
def test_what_was_open_before_is_opened_at_once_as_it_is_one_by_one(how, monkeypatch):
    for seed in range(25):
        question, _ = case(seed, count=5, **how)
        ids = question.reach.site_ids
        before = list(np.random.default_rng(seed).permutation(ids)[: 1 + seed % 5])
        at_once = choose_at_once(question, before)
        with monkeypatch.context() as patch:
            patch.setattr("nngis.plans.charging.interchange._fits", lambda *_: False)
            assert choose_at_once(question, before).selected == at_once.selected
