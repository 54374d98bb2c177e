"""What a siting task may ask, held against all choices of a small street."""

from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString

import nngis
from nngis.errors import InfeasibleError, LayerError, ParameterError
from nngis.run.site_task import Task, solve
from nngis.solvers.site.site_links import site_links
from nngis.text import Warned

# Demands and sites along a street: site s at x serves whom it is within 2 of.
DEMAND = {"a": 0.0, "b": 1.0, "c": 3.0, "d": 5.0, "e": 6.0, "f": 9.0}
WEIGHT = pd.Series({"a": 5.0, "b": 1.0, "c": 4.0, "d": 3.0, "e": 2.0, "f": 6.0})
SITES = {"s1": 1.0, "s2": 3.0, "s3": 5.0, "s4": 8.0}
SERVES = {s: {d for d, x in DEMAND.items() if abs(x - at) <= 2.0} for s, at in SITES.items()}
COST = pd.Series({"s1": 4.0, "s2": 3.0, "s3": 2.0, "s4": 5.0})


def links():
    rows = [(d, s, abs(DEMAND[d] - SITES[s])) for s in SITES for d in SERVES[s]]
    table = pd.DataFrame(rows, columns=["demand_id", "facility_id", "distance_m"])
    return site_links(table, list(DEMAND), list(SITES))


def covered(sites) -> float:
    served = set().union(*(SERVES[s] for s in sites)) if sites else set()
    return float(WEIGHT[sorted(served)].sum())


def asked(**options):
    return solve(Task(**{"problem": "mclp", **options}), links(), WEIGHT, [])


@pytest.mark.parametrize("must", [(), ("s3",), ("s2", "s4")])
@pytest.mark.parametrize("forbid", [(), ("s1",)])
@pytest.mark.parametrize("p", [2, 3])
def test_must_and_forbid_hold_and_the_best_of_the_rest_is_found(must, forbid, p) -> None:
    found = asked(p=p, must=must, forbid=forbid).answer
    best = max(
        covered(choice)
        for choice in combinations(SITES, p)
        if set(must) <= set(choice) and not set(forbid) & set(choice)
    )
    assert found.objective == pytest.approx(best)
    assert set(must) <= set(found.selected)
    assert not set(forbid) & set(found.selected)


@pytest.mark.parametrize("budget", [0.0, 2.0, 4.9, 5.0, 7.0, 9.0, 14.0])
def test_a_budget_buys_the_most_that_it_can(budget) -> None:
    best = max(
        covered(choice)
        for n in range(5)
        for choice in combinations(SITES, n)
        if COST[list(choice)].sum() <= budget
    )
    assert asked(cost=COST, budget=budget).answer.objective == pytest.approx(best)


def test_a_site_serves_no_more_than_its_capacity() -> None:
    # s2 reaches b, c, d of weight 1 + 4 + 3 = 8; with room for 5 it serves c and b.
    found = asked(p=1, capacity=pd.Series({"s1": 0.0, "s2": 5.0, "s3": 0.0, "s4": 0.0}))
    assert found.answer.objective == pytest.approx(5.0)


def test_a_second_cover_counts_for_its_share() -> None:
    # s2 and s3 together: b, c, d, e once (10), c and d twice (7), half of it: 13.5.
    # s1 and s2: a, b, c, d once (13), b and c twice (5): 15.5.
    worth = {
        choice: covered(choice)
        + 0.5 * float(WEIGHT[sorted(SERVES[choice[0]] & SERVES[choice[1]])].sum())
        for choice in combinations(SITES, 2)
    }
    assert worth["s2", "s3"] == 13.5
    assert worth["s1", "s2"] == 15.5
    found = asked(p=2, backup_share=0.5).answer
    assert found.objective == pytest.approx(max(worth.values()))


def test_phases_are_nested_and_each_is_the_best_part_of_the_next() -> None:
    found = asked(phases=(1, 2, 4))
    first, second, last = (set(phase.selected) for phase in found.phases)
    assert first < second < last
    assert covered(second) == max(covered(pair) for pair in combinations(last, 2))
    assert covered(first) == max(covered([one]) for one in second)
    assert found.answer is found.phases[-1]


def test_other_plans_differ_and_the_worth_of_a_site_is_what_refusing_it_loses() -> None:
    found = asked(p=2, others=3)
    ranked = sorted((covered(pair) for pair in combinations(SITES, 2)), reverse=True)
    best = max(combinations(SITES, 2), key=covered)
    assert set(found.answer.selected) == set(best)
    assert found.others is not None
    for site in best:
        without = max(covered(p) for p in combinations(set(SITES) - {site}, 2))
        assert found.others.sites.loc[site, "loss"] == pytest.approx(ranked[0] - without)


def test_all_that_does_not_go_together_is_said_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        asked(problem="lscp", budget=3.0, capacity=COST, backup_share=0.5, phases=(3, 2))
    where = sorted(one.where for one in caught.value.problems)
    assert where == ["--backup", "--backup", "--budget", "--capacity", "--phases", "--phases"]


def test_a_site_that_does_not_exist_is_named() -> None:
    with pytest.raises(LayerError, match="nowhere"):
        asked(p=1, must=("nowhere",))
    with pytest.raises(InfeasibleError, match="s1"):
        asked(p=1, must=("s1",), forbid=("s1",))


def street(places: dict[str, float], **columns) -> gpd.GeoDataFrame:
    x = 500_000 + 1000 * np.array(list(places.values()))
    shape = gpd.points_from_xy(x, [2_520_000] * len(x))
    return gpd.GeoDataFrame(columns, index=list(places), geometry=shape, crs="EPSG:4545")


def test_the_facade_asks_all_that_the_solvers_can() -> None:
    found = nngis.site(
        "mclp",
        street(DEMAND, weight=WEIGHT.tolist()),
        street(SITES, price=COST.tolist(), name_zh=list("甲乙丙丁")),
        limit_m=2000,
        cost="price",
        budget=9.0,
        must="s3",
        alternatives=2,
    )
    best = max(
        covered(c)
        for n in range(5)
        for c in combinations(SITES, n)
        if COST[list(c)].sum() <= 9.0 and "s3" in c
    )
    assert float(found.indicators.loc["objective", "value"]) == pytest.approx(best)
    assert set(found.tables) >= {"sites", "demand", "alternatives", "site_worth"}
    assert found.tables["sites"].loc["s3", "decision"] == "build"


def test_who_cannot_be_reached_and_what_is_left_over_is_said_with_its_rows() -> None:
    places = {"near": 0.0, "far": 50.0}
    found = nngis.site(
        "mclp", street(places), street({"x": 0.0, "y": 0.5, "z": 0.6}), p=2, limit_m=2000
    )
    assert [one.ids for one in found.warnings if isinstance(one, Warned)] == [("far",)]
    assert any("2 new sites were asked for, chosen 1" in one.en for one in found.warnings)


@pytest.mark.parametrize(
    ("problem", "decides"), [("mclp", True), ("pmedian", True), ("lscp", False), ("pcenter", False)]
)
def test_weights_that_decide_nothing_are_said_to(problem: str, decides: bool) -> None:
    demand = street({"a": 0.0, "b": 1.0}).assign(beds=[1.0, 5.0])
    ask = {} if problem == "lscp" else {"p": 1}
    for weight in (None, "beds"):
        found = nngis.site(
            problem, demand, street({"x": 0.0, "y": 1.0}), limit_m=2000, weight=weight, **ask
        )
        told = any("do not decide" in one.en for one in found.warnings)
        assert told == (weight is not None and not decides)


@pytest.mark.parametrize("ask", ["site", "reach"])
def test_points_off_the_roads_are_said_with_their_rows(ask) -> None:
    demand = street({"on": 0.0, "off": 40.0})
    places = street({"x": 0.5, "y": -60.0})
    line = LineString([(499_000, 2_520_000), (502_000, 2_520_000)])
    roads = gpd.GeoDataFrame({"road_id": ["r"]}, geometry=[line], crs="EPSG:4545")
    if ask == "site":
        found = nngis.site("mclp", demand, places, p=1, limit_m=2000, roads=roads)
    else:
        found = nngis.reach(demand, places, limit_m=2000, roads=roads)
    told = {(one.table, one.ids) for one in found.warnings if "road network" in one.en}
    other = "sites" if ask == "site" else "facilities"
    assert told == {("demand", ("off",)), (other, ("y",))}
