"""Rules of a plan, and what is said when they contradict each other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.errors import InfeasibleError, LayerError, ParameterError
from nngis.solvers.site._choice import read_choice
from nngis.solvers.site.rules import AtMost, SiteRules, keep_apart, most_per_kind, one_per_place

IDS = pd.Index(["a", "b", "c", "d"])


def refused(error, rules=None, p=2, **options):
    with pytest.raises(error) as caught:
        read_choice(rules or SiteRules(), IDS, p, **options)
    assert caught.value.say("zh") != caught.value.say("en")
    return caught.value.say("en")


def test_more_sites_than_candidates_are_refused_with_both_numbers():
    said = refused(InfeasibleError, SiteRules(existing=["a"], forbidden=["b"]), p=3)
    assert "3 sites" in said
    assert "only 2 candidates" in said


def test_mandatory_sites_beyond_the_number_are_refused():
    assert "The 2 mandatory sites need 2" in refused(
        InfeasibleError, SiteRules(mandatory=["a", "b"]), p=1
    )


def test_mandatory_sites_beyond_the_budget_are_refused():
    cost = pd.Series(5.0, index=IDS)
    said = refused(InfeasibleError, SiteRules(mandatory=["a", "b"]), p=None, cost=cost, budget=9.0)
    assert "need 10, more than the budget 9" in said


def test_mandatory_sites_that_are_too_near_are_named():
    apart = keep_apart(["a", "b"], [[0.0, 0.0], [300.0, 0.0]], 500.0)
    said = refused(InfeasibleError, SiteRules(mandatory=["a", "b"], at_most=apart))
    assert "minimum separation 500 m" in said
    assert "'a', 'b'" in said


def test_existing_sites_that_are_too_near_are_a_fact_and_bar_their_neighbours():
    close = AtMost(("a", "b", "c"), 1, "close")
    choice = read_choice(SiteRules(existing=["a", "b"], at_most=[close]), IDS, 1)
    rest = choice.packing.after(choice.given)
    assert rest.may_open().tolist() == [False, False, False, True]


def test_roles_that_contradict_each_other_are_named():
    assert "Site 'a' is both" in refused(
        InfeasibleError, SiteRules(mandatory=["a"], forbidden=["a"])
    )


def test_unknown_ids_are_counted():
    assert "names 2 unknown sites" in refused(LayerError, SiteRules(existing=["q", "r"]))
    assert "name 1 unknown site" in refused(LayerError, SiteRules(at_most=[AtMost(("a", "q"), 1)]))


def test_exactly_one_of_number_and_budget_is_taken():
    refused(ParameterError, p=None)
    refused(ParameterError, p=1, budget=3.0, cost=pd.Series(1.0, index=IDS))
    refused(ParameterError, p=None, budget=3.0)
    refused(ParameterError, p=None, budget=-3.0, cost=pd.Series(1.0, index=IDS))
    refused(ParameterError, p=-1)


def test_sites_without_a_cost_are_counted():
    cost = pd.Series({"a": 1.0, "b": -2.0})
    assert "3 sites have no cost" in refused(LayerError, p=None, cost=cost, budget=3.0)


def test_existing_sites_cost_nothing():
    cost = pd.Series({"b": 2.0, "c": 2.0, "d": 2.0})
    choice = read_choice(SiteRules(existing=["a"]), IDS, None, cost=cost, budget=2.0)
    assert choice.packing.cost.tolist() == [0.0, 2.0, 2.0, 2.0]


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=25), st.integers(1, 6))
def test_groups_hold_every_pair_that_is_too_near_and_no_other(points, minimum_m):
    xy = np.array(points, float).reshape(-1, 2)
    ids = [str(i) for i in range(len(xy))]
    groups = keep_apart(ids, xy, float(minimum_m))
    held = {(i, j) for group in groups for i in group.site_ids for j in group.site_ids if i != j}
    near = {
        (ids[i], ids[j])
        for i in range(len(xy))
        for j in range(len(xy))
        if i != j and np.hypot(*(xy[i] - xy[j])) < minimum_m
    }
    assert held == near


def test_positions_and_minimum_are_checked():
    with pytest.raises(LayerError):
        keep_apart(["a", "b"], [[0.0, 0.0], [np.nan, 0.0]], 5.0)
    with pytest.raises(ParameterError):
        keep_apart(["a"], [[0.0, 0.0]], 0.0)


def test_kinds_and_places_become_groups():
    kind = pd.Series({"a": "fast", "b": "slow", "c": "slow"})
    assert most_per_kind(kind, {"slow": 1})[0].site_ids == ("b", "c")
    assert one_per_place(pd.Series({"a": 1, "b": 1, "c": 2}))[0].site_ids == ("a", "b")
    with pytest.raises(ParameterError, match="No site is of kind 'swap'"):
        most_per_kind(kind, {"swap": 1})
    with pytest.raises(ParameterError, match="not negative"):
        most_per_kind(kind, {"slow": -1})
