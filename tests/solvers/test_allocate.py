"""Allocations against enumeration, against a linear programme, and by hand."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from nngis.errors import LayerError, ParameterError
from nngis.solvers.allocate import assign_by_capacity, assign_nearest, who_uses
from nngis.solvers.links import make_links


def instance(seed, demands=5, facilities=3, *, tenths=False):
    """Make links, loads and capacities; some pairs lack a link, some loads and capacities are 0."""
    rng = np.random.default_rng(seed)
    pairs = np.array(list(itertools.product(range(demands), range(facilities))))
    pairs = pairs[rng.random(len(pairs)) < 0.7]
    d = pd.Index([f"d{i}" for i in range(demands)])
    f = pd.Index([f"f{i}" for i in range(facilities)])
    distance = rng.integers(1, 20, len(pairs)) * 100.0
    scale = 0.1 if tenths else 1.0
    load = pd.Series(rng.integers(0, 7, demands) * scale, d)
    capacity = pd.Series(rng.integers(0, 12, facilities) * scale, f)
    return make_links(d, f, pairs[:, 0], pairs[:, 1], distance), load, capacity


def shared(seed, capacity):
    rng = np.random.default_rng(seed)
    groups = pd.Series(rng.choice(["g", "h", None], len(capacity)), capacity.index)
    return groups, pd.Series({"g": rng.integers(1, 12), "h": rng.integers(1, 12)}, dtype=float)


def check(answer, links, load, capacity, groups=None, group_capacity=None):
    """Re-evaluate everything the answer says from its assignments."""
    table = answer.assignments
    known = links.set_index(["demand_id", "facility_id"])["distance_m"]
    at = pd.MultiIndex.from_frame(table[["demand_id", "facility_id"]])
    assert at.is_unique
    np.testing.assert_array_equal(known.loc[at], table["distance_m"])
    got = table.groupby("demand_id")["load"].sum().reindex(load.index, fill_value=0.0)
    used = table.groupby("facility_id")["load"].sum().reindex(capacity.index, fill_value=0.0)
    rest = answer.unserved.set_index("demand_id")["load"].reindex(load.index, fill_value=0.0)
    np.testing.assert_allclose(got + rest, load, atol=1e-9)
    assert (used <= capacity + 1e-9).all()
    np.testing.assert_allclose(answer.facilities["load"], used)
    if groups is not None:
        together = used.groupby(groups).sum().reindex(group_capacity.index, fill_value=0.0)
        assert (together <= group_capacity + 1e-9).all()
        np.testing.assert_allclose(answer.groups["load"], together)
    assert answer.served == pytest.approx(got.sum())
    assert answer.load_distance_m == pytest.approx((table["load"] * table["distance_m"]).sum())
    assert answer.served <= answer.served_bound
    assert answer.load_distance_bound_m <= answer.load_distance_m
    assert not answer.unserved.isna()[["reason", "reason_zh", "reason_en"]].any().any()


def by_enumeration(links, load, capacity, groups=None, group_capacity=None):
    """Try every way to give each demand one of its facilities or none."""
    options = [
        [None, *links.loc[links["demand_id"] == i, ["facility_id", "distance_m"]].to_numpy()]
        for i in load.index
    ]
    best = (0.0, 0.0)
    for choice in itertools.product(*options):
        used = dict.fromkeys(capacity.index, 0.0)
        served = distance = 0.0
        for amount, pick in zip(load, choice, strict=True):
            if pick is not None:
                used[pick[0]] += amount
                served, distance = served + amount, distance + amount * pick[1]
        fits = all(used[f] <= capacity[f] + 1e-9 for f in used)
        if groups is not None:
            together = pd.Series(used).groupby(groups).sum()
            fits = fits and (together <= group_capacity[together.index] + 1e-9).all()
        if fits:
            best = min(best, (round(-served, 9), round(distance, 6)))
    return -best[0], best[1]


def by_programme(links, load, capacity, groups=None, group_capacity=None):
    """Solve two linear programmes, one after the other."""
    if links.empty:
        return 0.0, 0.0
    rows = [links["demand_id"].to_numpy() == i for i in load.index]
    rows += [links["facility_id"].to_numpy() == j for j in capacity.index]
    limit = [*load, *capacity]
    if groups is not None:
        of_link = links["facility_id"].map(groups).to_numpy()
        rows += [of_link == g for g in group_capacity.index]
        limit += [*group_capacity]
    matrix = np.array(rows, float)
    most = -linprog(-np.ones(len(links)), matrix, limit).fun
    matrix, limit = np.vstack([matrix, -np.ones(len(links))]), [*limit, -most + 1e-9]
    return most, linprog(links["distance_m"], matrix, limit).fun


@pytest.mark.parametrize("block", range(10))
def test_whole_demands_are_placed_as_by_enumeration(block):
    for seed in range(30 * block, 30 * block + 30):
        asked = instance(seed, tenths=seed % 2 == 1)
        answer = assign_by_capacity(*asked, gap=0)
        check(answer, *asked)
        assert answer.status == "optimal"
        assert answer.assignments["demand_id"].is_unique
        served, distance = by_enumeration(*asked)
        assert answer.served == pytest.approx(served)
        assert answer.load_distance_m == pytest.approx(distance)
        rough = assign_by_capacity(*asked, gap=0.9)
        assert rough.served == pytest.approx(served)
        assert rough.load_distance_bound_m <= distance * (1 + 1e-9)
        assert rough.load_distance_m >= distance * (1 - 1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_whole_demands_keep_within_groups(seed):
    asked = instance(seed)
    groups = shared(seed, asked[2])
    options = {"groups": groups[0], "group_capacity": groups[1]}
    answer = assign_by_capacity(*asked, **options, gap=0)
    check(answer, *asked, *groups)
    assert (answer.served, answer.load_distance_m) == pytest.approx(by_enumeration(*asked, *groups))


@pytest.mark.parametrize("block", range(10))
def test_split_demands_are_placed_as_by_linear_programmes(block):
    for seed in range(30 * block, 30 * block + 30):
        asked = instance(seed, demands=9, facilities=4, tenths=seed % 2 == 1)
        answer = assign_by_capacity(*asked, split=True)
        check(answer, *asked)
        assert answer.status == "optimal"
        assert (answer.served, answer.load_distance_m) == pytest.approx(by_programme(*asked))
        groups = shared(seed, asked[2])
        options = {"groups": groups[0], "group_capacity": groups[1]}
        answer = assign_by_capacity(*asked, **options, split=True)
        check(answer, *asked, *groups)
        expected = by_programme(*asked, *groups)
        assert (answer.served, answer.load_distance_m) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(30))
def test_prices_are_what_a_little_more_capacity_changes(seed):
    links, load, capacity = instance(seed, demands=9, facilities=4)
    groups, group_capacity = shared(seed, capacity)
    options = {"groups": groups, "group_capacity": group_capacity}
    answer = assign_by_capacity(links, load, capacity, **options, split=True)
    prices = ["served_per_unit", "distance_per_unit_m"]
    for table, name in ((answer.facilities, "capacity"), (answer.groups, "group_capacity")):
        for at in table.index:
            limits = {"capacity": capacity.copy(), "group_capacity": group_capacity.copy()}
            limits[name][at] += 0.125
            more = assign_by_capacity(
                links,
                load,
                limits["capacity"],
                groups=groups,
                group_capacity=limits["group_capacity"],
                split=True,
            )
            change = more.served - answer.served, more.load_distance_m - answer.load_distance_m
            assert table.loc[at, prices].to_numpy(float) / 8 == pytest.approx(change, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_more_capacity_never_serves_less(seed, split):
    links, load, capacity = instance(seed)
    less = assign_by_capacity(links, load, capacity, split=split, gap=0)
    more = assign_by_capacity(links, load, capacity + 1.0, split=split, gap=0)
    assert more.served >= less.served - 1e-9
    if more.served == less.served:
        assert more.load_distance_m <= less.load_distance_m + 1e-6


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_splitting_never_serves_less_and_nearest_is_never_farther(seed):
    links, load, capacity = instance(seed)
    whole = assign_by_capacity(links, load, capacity, gap=0)
    split = assign_by_capacity(links, load, capacity, split=True)
    assert split.served >= whole.served - 1e-9
    unlimited = assign_by_capacity(links, load, capacity * 0 + np.inf)
    nearest = assign_nearest(links, load)
    check(nearest, links, load, pd.Series(np.inf, nearest.facilities.index))
    assert unlimited.load_distance_m == pytest.approx(nearest.load_distance_m)
    assert nearest.served >= split.served - 1e-9


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_the_order_of_the_links_does_not_matter(seed, split):
    links, load, capacity = instance(seed)
    shuffled = links.sample(frac=1.0, random_state=seed)
    one = assign_by_capacity(links, load, capacity, split=split)
    two = assign_by_capacity(shuffled, load, capacity, split=split)
    pd.testing.assert_frame_equal(one.assignments, two.assignments)
    pd.testing.assert_frame_equal(one.unserved, two.unserved)
    pd.testing.assert_frame_equal(one.facilities, two.facilities)


def links_of(rows):
    return pd.DataFrame(rows, columns=["demand_id", "facility_id", "distance_m"])


def test_a_middling_case_is_placed_within_its_gap():
    rng = np.random.default_rng(4)
    d, f = [f"d{i}" for i in range(300)], [f"f{i}" for i in range(12)]
    pairs = np.array(list(itertools.product(range(300), range(12))))
    pairs = pairs[rng.random(len(pairs)) < 0.5]
    links = make_links(d, f, *pairs.T, rng.uniform(100, 9_000, len(pairs)))
    load = pd.Series(rng.integers(1, 20, 300).astype(float), d)
    capacity = pd.Series(rng.integers(180, 320, 12).astype(float), f)
    answer = assign_by_capacity(links, load, capacity, gap=0.01)
    check(answer, links, load, capacity)
    split = assign_by_capacity(links, load, capacity, split=True)
    assert answer.status in {"optimal", "within_gap"}
    assert answer.gap <= 0.01
    assert answer.served >= 0.99 * split.served


def test_without_time_the_rounded_answer_and_its_gap_stand():
    links = links_of([("a", "x", 10.0), ("b", "x", 20.0), ("b", "y", 90.0), ("a", "y", 40.0)])
    load, capacity = pd.Series({"a": 3.0, "b": 3.0}), pd.Series({"x": 4.0, "y": 4.0})
    answer = assign_by_capacity(links, load, capacity, gap=0, time_limit_s=0)
    check(answer, links, load, capacity)
    assert answer.served == 6.0
    assert answer.load_distance_bound_m < answer.load_distance_m
    assert answer.status == "feasible"


def test_who_is_kept_out_by_whom_is_named():
    links = links_of([("a", "x", 10.0), ("b", "x", 20.0), ("c", "x", 30.0), ("e", "x", 1.0)])
    load = pd.Series({"a": 5.0, "b": 2.0, "c": 4.0, "d": 1.0, "e": 9.0})
    answer = assign_by_capacity(links, load, pd.Series({"x": 7.0}))
    table = answer.unserved.set_index("demand_id")
    assert table["reason"].to_dict() == {"c": "capacity_used", "d": "no_link", "e": "too_large"}
    assert (table.loc["c", "facility_id"], table.loc["c", "used_by"]) == ("x", "a")
    assert table.loc["d", ["facility_id", "used_by"]].isna().all()
    assert "a" in table.loc["c", "reason_en"]
    assert "x" in table.loc["e", "reason_zh"]
    users = who_uses(answer, links)
    assert users[users["demand_id"] == "c"]["used_by"].tolist() == ["a", "b"]
    assert answer.facilities.loc["x", "binding"]


def test_a_part_that_is_not_served_is_not_said_to_be_kept_out_by_itself():
    links = links_of([("a", "x", 10.0), ("b", "x", 20.0)])
    load = pd.Series({"a": 5.0, "b": 2.0})
    answer = assign_by_capacity(links, load, pd.Series({"x": 4.0}), split=True)
    assert answer.served == 4.0
    assert who_uses(answer, links)["used_by"].tolist() == ["a"]
    assert answer.unserved["load"].sum() == 3.0


def test_capacity_binds_only_where_it_keeps_somebody_out():
    links = links_of([("a", "x", 10.0), ("a", "y", 50.0), ("b", "y", 10.0)])
    load = pd.Series({"a": 5.0, "b": 2.0})
    answer = assign_by_capacity(links, load, pd.Series({"x": 4.0, "y": 7.0}))
    assert answer.facilities["binding"].to_dict() == {"x": True, "y": False}
    assert answer.facilities["spare"].to_dict() == {"x": 4.0, "y": 0.0}
    assert answer.facilities["distance_per_unit_m"].to_dict() == {"x": -40.0, "y": 0.0}
    enough = assign_by_capacity(links, load, pd.Series({"x": 5.0, "y": 2.0}))
    assert not enough.facilities["binding"].any()
    assert not enough.facilities["distance_per_unit_m"].any()


def test_a_higher_steam_level_can_serve_a_lower_one_within_the_plant():
    # Boiler a needs 1.6 MPa, b and c 1.0; the plant makes 10 t/h in all, 6 of it at 1.6 MPa.
    levels = {"a": ["p_1.6"], "b": ["p_1.0", "p_1.6"], "c": ["p_1.0", "p_1.6"]}
    rows = [(i, f, 900.0 + (f == "p_1.6")) for i, reach in levels.items() for f in reach]
    load = pd.Series({"a": 3.0, "b": 4.0, "c": 4.0})
    capacity = pd.Series({"p_1.0": 5.0, "p_1.6": 6.0})
    groups, most = pd.Series({"p_1.0": "p", "p_1.6": "p"}), pd.Series({"p": 10.0})
    whole = assign_by_capacity(links_of(rows), load, capacity, groups=groups, group_capacity=most)
    assert whole.served == 8.0
    options = {"groups": groups, "group_capacity": most, "split": True}
    split = assign_by_capacity(links_of(rows), load, capacity, **options)
    assert split.served == 10.0
    assert split.groups.loc["p", "binding"]
    assert split.groups.loc["p", "served_per_unit"] == 1.0
    assert split.facilities["group_id"].tolist() == ["p", "p"]


def test_demands_of_no_load_go_to_their_nearest_and_need_no_room():
    links = links_of([("a", "x", 10.0), ("a", "y", 5.0), ("b", "x", 7.0)])
    answer = assign_by_capacity(links, pd.Series({"a": 0.0, "b": 2.0}), pd.Series({"x": 2, "y": 0}))
    assert answer.assignments["facility_id"].tolist() == ["y", "x"]
    assert answer.unserved.empty


def test_three_tenths_hold_one_tenth_and_two_tenths():
    links = links_of([("a", "x", 10.0), ("b", "x", 20.0)])
    load, capacity = pd.Series({"a": 0.1, "b": 0.2}), pd.Series({"x": 0.3})
    for split in (False, True):
        answer = assign_by_capacity(links, load, capacity, split=split)
        assert answer.unserved.empty
        assert answer.assignments["load"].tolist() == [0.1, 0.2]


@pytest.mark.parametrize("split", [False, True])
def test_no_links_and_no_demands_are_answered(split):
    empty = links_of([]).astype({"distance_m": float})
    capacity = pd.Series({"x": 2.0})
    alone = assign_by_capacity(empty, pd.Series({"a": 1.0}), capacity, split=split)
    assert alone.unserved["reason"].tolist() == ["no_link"]
    nobody = assign_by_capacity(empty, pd.Series(dtype=float), capacity, split=split)
    assert (nobody.served, nobody.gap, nobody.status) == (0.0, 0.0, "optimal")


def test_ties_go_to_the_facility_that_stands_first():
    links = links_of([("a", "x", 10.0), ("a", "y", 10.0)])
    answer = assign_nearest(links, pd.Series({"a": 1.0}))
    assert answer.assignments["facility_id"].tolist() == ["x"]


def test_all_that_is_wrong_with_the_tables_is_told_at_once():
    links = links_of([("a", "x", np.nan), ("a", "x", -5.0)])
    load = pd.Series([1.0, np.nan, -2.0, np.inf], ["a", "b", "c", "c"])
    capacity = pd.Series({"x": np.nan})
    groups = pd.Series({"x": "g", "z": "h"})
    with pytest.raises(LayerError) as caught:
        assign_by_capacity(links, load, capacity, groups=groups, group_capacity=pd.Series({"g": 1}))
    text = caught.value.say("en")
    for part in (
        "load: 1 of 4 values are missing; fill them in, for example 'b'",
        "load: 1 of 4 values are negative; correct them, for example 'c'",
        "load: 1 of 4 values are infinite",
        "load: 1 of 4 values are of an id that came before, for example 'c'",
        "capacity: 1 of 1 values are missing",
        "distance_m: 1 of 2 values are missing",
        "distance_m: 1 of 2 values are negative",
        "1 facility does not exist, for example 'z'",
        "1 group has no capacity, for example 'h'",
        "1 row of the links table repeats a pair",
    ):
        assert part in text
    assert len(caught.value.problems) == 10


def test_links_to_what_does_not_exist_are_refused():
    with pytest.raises(LayerError, match="facility_id"):
        assign_by_capacity(
            links_of([("a", "q", 1.0)]), pd.Series({"a": 1.0}), pd.Series({"x": 1.0})
        )


def test_options_out_of_bounds_are_refused_together():
    links = links_of([("a", "x", 1.0)])
    with pytest.raises(ParameterError) as caught:
        assign_by_capacity(
            links, pd.Series({"a": 1.0}), pd.Series({"x": 1.0}), gap=1.0, time_limit_s=-1
        )
    assert len(caught.value.problems) == 2
