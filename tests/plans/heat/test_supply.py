"""Radii, balance, network and phases on a street, by hand; and what must always hold."""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from nngis.errors import ParameterError
from nngis.plans.heat.assign import assign
from nngis.plans.heat.balance import balance
from nngis.plans.heat.network import annuity_share
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.pipe_trees import lay_pipe_trees
from nngis.plans.heat.routes import lay_routes
from nngis.result.result import Analysis

X, Y = 500_000.0, 2_500_000.0
STREET = {"R": {"geometry": LineString([(X, Y), (X + 40_000, Y)])}}
Toy = Callable[..., Analysis]


def place(east: float, north: float = 0.0) -> Point:
    return Point(X + east, Y + north)


def test_without_extraction_data_the_decision_stands_and_the_balance_asks(toy: Toy) -> None:
    found = toy({"b": {}})
    assert found.tables["boilers"].loc["b", "decision"] == "close_integrate"
    plant = found.tables["plants"].iloc[0]
    assert plant["balance"] == "unknown"
    assert "steam capacity" in plant["reason_en"]
    assert pd.isna(plant["assigned_t_h"])
    assert found.tables["assignment"].empty
    spare = next(i for i in found.indicators if i.name == "steam_spare_t_h")
    assert spare.value is None


def test_steam_that_is_assumed_is_said_to_be(toy: Toy) -> None:
    found = toy({"b": {}}, assume_steam_t_h=100.0)
    assert any("assume_steam_t_h" in text.en for text in found.assumptions)
    assert found.tables["plants"].iloc[0]["assumed_steam"]


def test_the_steam_goes_to_the_most_tonnes_and_the_rest_wait(toy: Toy) -> None:
    boilers = {
        "a": {"capacity_t_h": 60.0},
        "b": {"capacity_t_h": 50.0, "geometry": place(3_100)},
        "c": {"capacity_t_h": 40.0, "geometry": place(3_200)},
    }
    found = toy(
        boilers,
        {"U": {"steam_capacity_t_h": 100.0}},
        simultaneity_share=1.0,
        summer_steam_share=1.0,
    )
    table = found.tables["boilers"]
    assert table["decision"].to_dict() == {
        "a": "close_integrate",
        "b": "close_pending_capacity",
        "c": "close_integrate",
    }
    assert "50.0 t/h short" in table.loc["b", "reason_en"]
    assert table.loc["b", "rule"] == "A63"
    plant = found.tables["plants"].iloc[0]
    assert (plant["available_t_h"], plant["assigned_t_h"], plant["short_t_h"]) == (
        100.0,
        100.0,
        50.0,
    )
    assert plant["steam_dual"] == pytest.approx(1.0)
    pending = next(i for i in found.indicators if i.name == "capacity_pending_t_h")
    assert pending.value == 50.0


def test_a_season_and_the_existing_load_leave_what_they_leave(toy: Toy) -> None:
    unit = {"steam_capacity_t_h": 100.0, "existing_load_t_h": 30.0}
    share = {"winter_load_share": 1.0, "winter_steam_share": 1.0, "summer_load_share": 0.8}
    found = toy({"b": {}}, {"U": unit}, summer_steam_share=0.6, **share)
    plant = found.tables["plants"].iloc[0]
    # Winter 100 - 30 = 70; summer 100 x 0.6 / 0.8 - 30 = 45.
    assert plant["available_t_h"] == pytest.approx(45.0)
    assert plant["season"] == "summer"
    seasons = found.tables["seasons"].set_index("season")
    assert seasons.loc["winter", "spare_t_h"] == pytest.approx(100 - 30 - 16)
    assert seasons.loc["summer", "spare_t_h"] == pytest.approx(60 - 24 - 12.8)


def test_a_unit_that_trips_costs_the_users_that_only_it_could_serve(toy: Toy) -> None:
    boilers = {"a": {"capacity_t_h": 60.0}, "b": {"capacity_t_h": 30.0, "geometry": place(2_000)}}
    units = {"U1": {"steam_capacity_t_h": 60.0}, "U2": {"steam_capacity_t_h": 40.0}}
    found = toy(boilers, units, simultaneity_share=1.0, summer_steam_share=1.0)
    plant = found.tables["plants"].iloc[0]
    assert plant["n1_unit_id"] == "U1"
    assert plant["n1_available_t_h"] == 40.0
    assert (plant["n1_short_t_h"], plant["n1_lost_count"]) == (60.0, 1)
    assert plant["peaking_needed"]
    assert found.tables["assignment"]["n1_keeps"].to_dict() == {"a": False, "b": True}


def test_each_pressure_level_serves_whom_it_can(toy: Toy) -> None:
    units = {
        "LP": {"steam_capacity_t_h": 100.0, "steam_p_mpa": 1.0},
        "HP": {"steam_capacity_t_h": 30.0, "steam_p_mpa": 2.5, "steam_t_c": 350.0},
    }
    boilers = {
        "low": {"capacity_t_h": 20.0, "geometry": place(1_000)},
        "high": {"capacity_t_h": 20.0, "user_p_min_mpa": 1.6, "geometry": place(1_000)},
        "high_too": {"capacity_t_h": 20.0, "user_p_min_mpa": 1.6, "geometry": place(1_100)},
    }
    found = toy(boilers, units, simultaneity_share=1.0)
    outlets = found.tables["assignment"]["outlet_id"]
    assert outlets["low"] == "P@1MPa"
    assert set(outlets) == {"P@1MPa", "P@2.5MPa"}
    waits = found.tables["boilers"]["decision"].eq("close_pending_capacity")
    assert waits.sum() == 1
    assert not waits["low"]


def test_a_stopped_boiler_closes_without_steam(toy: Toy) -> None:
    found = toy({"b": {"status": "stopped"}}, {"U": {"steam_capacity_t_h": 0.0}})
    assert found.tables["boilers"].loc["b", "decision"] == "close_integrate"
    assert found.tables["boilers"].loc["b", "co2_avoided_t_a"] == 0.0


def test_three_radii_stand_side_by_side(toy: Toy) -> None:
    boilers = {"near": {"geometry": place(3_000, 40)}, "round": {"geometry": place(9_000, 9_000)}}
    bent = {
        "R1": {"geometry": LineString([(X, Y), (X + 9_000, Y)])},
        "R2": {"geometry": LineString([(X + 9_000, Y), (X + 9_000, Y + 9_000)])},
    }
    found = toy(boilers, roads=bent, detour_ratio=1.0, off_road_max_m=100.0, assume_steam_t_h=300.0)
    radii = found.tables["radii"].set_index("boiler_id")
    assert radii.loc["near", "distance_m"] == pytest.approx(np.hypot(3_000, 40), rel=1e-4)
    assert radii.loc["near", "road_m"] == pytest.approx(3_040.0, rel=1e-4)
    assert radii.loc["round", "road_m"] == pytest.approx(18_000.0, rel=1e-4)
    assert radii["in_road_radius"].to_dict() == {"near": True, "round": False}
    assert radii.loc["near", "steam_feasible"]
    assert radii.loc["near", "user_p_mpa"] >= 0.8
    areas = found.tables["supply_areas"]
    assert areas["kind"].tolist() == ["straight", "road", "steam"]
    assert areas.area.min() > 0


def test_the_network_joins_users_along_the_street_and_costs_what_its_pipes_do(toy: Toy) -> None:
    boilers = {"a": {"geometry": place(2_000, 50)}, "b": {"geometry": place(4_000, 30)}}
    found = toy(
        boilers,
        roads=STREET,
        assume_steam_t_h=300.0,
        detour_ratio=1.0,
        off_road_max_m=100.0,
        simultaneity_share=1.0,
    )
    pipes, nodes = found.tables["steam_network"], found.tables["steam_nodes"]
    assert pipes["length_m"].sum() == pytest.approx(4_080.0, rel=1e-4)
    assert sorted(pipes["users_count"]) == [1, 1, 2]
    trunk = pipes[pipes["users_count"].eq(2)].iloc[0]
    assert trunk["flow_t_h"] == pytest.approx(40.0, rel=0.05)
    assert trunk["flow_t_h"] >= 40.0
    assert trunk["branch_t_h"] == pytest.approx(40.0)
    assert trunk["branch_10k_cny"] == pytest.approx(pipes["cost_10k_cny"].sum())
    assert (pipes["cost_low_10k_cny"] < pipes["cost_10k_cny"]).all()
    users = nodes[nodes["node_kind"].eq("user")]
    assert set(users["boiler_id"]) == {"a", "b"}
    assert (users["user_p_mpa"] >= 0.8).all()
    assert (users["user_t_c"] >= 175.0).all()
    assert (pipes["p_end_mpa"] < pipes["p_start_mpa"]).all()
    assert pipes.geometry.length.sum() == pytest.approx(4_080.0, rel=1e-3)
    shares = found.tables["phases"]["cost_10k_cny"].sum() - 2 * 20 * 2.0
    assert shares == pytest.approx(pipes["cost_10k_cny"].sum())
    assert found.tables["phases"]["spent_10k_cny"].sum() == pytest.approx(shares + 80.0)


def test_a_dearer_metre_off_the_roads_brings_the_pipes_onto_them(toy: Toy) -> None:
    # The corner cut is 2,828 m of open country, the way by road 4,000 m.
    boilers = {"a": {"geometry": place(2_000, 2_000)}}
    bent = {
        "R1": {"geometry": LineString([(X, Y), (X + 2_000, Y)])},
        "R2": {"geometry": LineString([(X + 2_000, Y), (X + 2_000, Y + 2_000)])},
    }
    options = {"roads": bent, "assume_steam_t_h": 300.0, "detour_ratio": 1.0}
    cheap, dear = (
        toy(boilers, off_road_cost_ratio=ratio, **options).tables["steam_network"]
        for ratio in (1.0, 2.0)
    )
    assert cheap["off_road_m"].sum() == pytest.approx(2_828.4, rel=1e-3)
    assert dear["off_road_m"].sum() == pytest.approx(0.0, abs=1.0)
    assert dear["length_m"].sum() == pytest.approx(4_000.0, rel=1e-3)


def test_pipes_that_exist_cost_nothing(toy: Toy) -> None:
    boilers = {"a": {"geometry": place(2_000, 50)}}
    there = {"L": {"geometry": LineString([(X, Y), (X + 1_500, Y)])}}
    options = {"roads": STREET, "assume_steam_t_h": 300.0, "off_road_max_m": 100.0}
    pipes = toy(boilers, pipes=there, **options).tables["steam_network"]
    free = pipes[pipes["pipe_exists"]]
    assert free["length_m"].sum() == pytest.approx(1_500.0, rel=1e-3)
    assert free["cost_10k_cny"].sum() == 0.0
    whole = toy(boilers, **options).tables["steam_network"]
    assert pipes["cost_10k_cny"].sum() < whole["cost_10k_cny"].sum()


def test_branches_that_do_not_pay_are_cut_and_the_boiler_still_closes(toy: Toy) -> None:
    boilers = {
        "a": {"geometry": place(500, 20), "capacity_t_h": 60.0},
        "b": {"geometry": place(9_000, 20), "capacity_t_h": 4.0, "fuel_use_t_a": 300.0},
    }
    options = {"roads": STREET, "assume_steam_t_h": 300.0, "off_road_max_m": 100.0}
    cut = toy(boilers, prune_branches=True, co2_value_yuan_t=300.0, **options)
    table = cut.tables["boilers"]
    assert table.loc["a", "connected"]
    if table.loc["b", "decision"] == "close_integrate":
        assert not table.loc["b", "connected"]
    ends = cut.tables["steam_nodes"]["boiler_id"].dropna()
    assert set(ends) == {"a"}


def test_steam_that_does_not_last_makes_a_boiler_wait(toy: Toy) -> None:
    boilers = {"b": {"geometry": place(14_000), "capacity_t_h": 2.0}}
    found = toy(boilers, {"U": {"steam_capacity_t_h": 100.0, "steam_t_c": 220.0}}, roads=STREET)
    assert found.tables["boilers"].loc["b", "decision"] == "close_pending_capacity"


def test_the_years_keep_to_the_budget_and_to_the_steam(toy: Toy) -> None:
    boilers = {f"b{i}": {"geometry": place(1_000 + i * 10)} for i in range(6)}
    found = toy(boilers, {"U": {"steam_capacity_t_h": 200.0}}, budget_10k_cny_a=80.0)
    phases, years = found.tables["phases"], found.tables["by_year"]
    # Six boilers of 20 t/h at 2 x 10,000 yuan a t/h: 40 each, two a year.
    assert years.loc[["2023", "2024", "2025"], "boilers_count"].tolist() == [2, 2, 2]
    assert (years["spent_10k_cny"].cumsum() <= 80.0 * np.arange(1, len(years) + 1) + 1e-6).all()
    tight = toy(boilers, {"U": {"steam_capacity_t_h": 200.0}}, budget_10k_cny_a=50.0)
    assert tight.tables["by_year"]["boilers_count"].to_dict() == {
        "2023": 1,
        "2024": 1,
        "2025": 1,
        "later": 3,
    }
    late = toy(boilers, {"U": {"steam_capacity_t_h": 200.0, "steam_from_year": 2025}})
    assert set(late.tables["phases"]["year"]) == {2025}
    assert phases.index.is_unique
    assert set(phases.index) == set(boilers)


def test_the_older_comes_first_where_the_cost_is_the_same(toy: Toy) -> None:
    boilers = {"new": {"commissioned": "2019.5"}, "old": {"commissioned": "2001年3月"}}
    found = toy(boilers, {"U": {"steam_capacity_t_h": 200.0}})
    assert found.tables["phases"].index.tolist() == ["old", "new"]
    assert found.tables["phases"]["age_a"].tolist() == [22.0, 4.0]


def test_years_the_wrong_way_round_are_an_error(toy: Toy) -> None:
    with pytest.raises(ParameterError, match="last year"):
        toy({"b": {}}, first_year=2025, last_year=2023)


def test_clusters_gather_load_outside_every_radius(toy: Toy) -> None:
    boilers = {
        "near": {"capacity_t_h": 100.0},
        "c1": {"geometry": place(60_000), "capacity_t_h": 40.0, "fuel": "biomass"},
        "c2": {"geometry": place(61_000), "capacity_t_h": 40.0},
        "c3": {"geometry": place(62_000), "capacity_t_h": 20.0},
        "lone": {"geometry": place(80_000), "capacity_t_h": 40.0},
    }
    found = toy(boilers, simultaneity_share=1.0, cluster_min_t_h=50.0)
    (cluster,) = found.tables["clusters"].itertuples()
    assert cluster.boilers_count == 3
    assert cluster.load_t_h == pytest.approx(100.0)
    assert cluster.site_id == "c2"
    assert cluster.back_pressure_mw == pytest.approx(8.0)
    assert cluster.county == "东县"
    members = found.tables["boilers"]["cluster_id"].dropna()
    assert members.to_dict() == {"c1": "C01", "c2": "C01", "c3": "C01"}


def test_where_sites_cannot_be_proved_the_densest_places_are_sites(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 100 t/h lie within 3 km of b, 80 of a and c; e and f are a cluster of their own.
    boilers = {
        "a": {"geometry": place(60_000), "capacity_t_h": 20.0, "fuel": "gas"},
        "b": {"geometry": place(62_000), "capacity_t_h": 60.0, "fuel": "gas"},
        "c": {"geometry": place(64_000), "capacity_t_h": 20.0, "fuel": "gas"},
        "e": {"geometry": place(80_000), "capacity_t_h": 30.0, "fuel": "gas"},
        "f": {"geometry": place(82_000), "capacity_t_h": 30.0, "fuel": "gas"},
    }
    monkeypatch.setattr("nngis.plans.heat.clusters.MOST_EXCHANGES", 0)
    found = toy(boilers, simultaneity_share=1.0, cluster_min_t_h=50.0).tables["clusters"]
    assert found["site_id"].tolist() == ["b", "e"]
    assert found["load_t_h"].tolist() == [100.0, 60.0]


def test_waste_heat_goes_to_boilers_near_it_within_what_it_gives(toy: Toy) -> None:
    boilers = {
        "a": {"geometry": place(60_000), "capacity_t_h": 20.0},
        "b": {"geometry": place(60_500), "capacity_t_h": 15.0},
        "far": {"geometry": place(70_000), "capacity_t_h": 15.0},
    }
    source = {"W": {"waste_heat_t_h": 20.0, "geometry": place(60_200)}}
    found = toy(boilers, waste_heat=source, simultaneity_share=1.0)
    assert found.tables["boilers"]["waste_id"].dropna().to_dict() == {"a": "W"}
    assert found.tables["waste_heat"].loc["W", "assigned_t_h"] == 20.0


def test_tonnes_by_gas_and_by_steam_are_what_a_pencil_gives(toy: Toy) -> None:
    coal = {"capacity_t_h": 8.0, "fuel_use_t_a": 1_000.0, "boiler_model": "SZL8-1.25-A"}
    found = toy({"town": coal | {"geometry": place(-45_000)}, "near": coal})
    table = found.tables["boilers"]
    assert table["replaced_by"].to_dict() == {"town": "gas", "near": "chp"}
    # 1,000 t at 4.0 kg/t of NOx less 450,000 m³ at 2.09 g/m³.
    assert table.loc["town", "nox_avoided_t_a"] == pytest.approx(4.0 - 0.9405)
    assert table.loc["town", "coal_avoided_t_a"] == 1_000.0
    assert table.loc["near", "coal_avoided_t_a"] == pytest.approx(154.6, abs=0.1)
    low, mid, high = (table["nox_avoided" + end] for end in ("_low_t_a", "_t_a", "_high_t_a"))
    assert (low <= mid).all()
    assert (mid <= high).all()


def test_what_does_not_close_avoids_nothing_that_is_counted(toy: Toy) -> None:
    found = toy({"b": {"geometry": place(60_000)}})
    assert found.tables["boilers"]["co2_avoided_t_a"].isna().all()
    nox = next(i for i in found.indicators if i.name == "nox_avoided_t_a")
    assert nox.value is None
    assert nox.target == 1_000.0


def test_the_annuity_without_interest_is_one_over_the_years() -> None:
    assert annuity_share(HeatParameters(interest_share=0.0, pipe_life_a=25.0)) == 0.04


loads_of = st.lists(st.sampled_from([2.0, 4.0, 6.0, 10.0, 20.0, 35.0]), min_size=1, max_size=8)


def balanced(sizes: list[float], steam: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Balance boilers against one outlet without drawing anything."""
    ids = [f"b{i}" for i in range(len(sizes))]
    users = pd.DataFrame({"load_t_h": sizes, "user_p_min_mpa": 0.8}, index=ids)
    outlets = pd.DataFrame(
        {
            "plant_id": ["P"],
            "steam_p_mpa": [1.6],
            "steam_radius_m": [9e9],
            "available_t_h": [steam],
            "n1_available_t_h": [steam / 2],
        },
        index=pd.Index(["O"], name="outlet_id"),
    )
    pairs = pd.DataFrame({"boiler_id": ids, "plant_id": "P", "pipe_m": 1_000.0, "load_t_h": sizes})
    found = balance(users, outlets, pairs)
    return found.assignment, found.pending


@settings(max_examples=25, deadline=None)
@given(sizes=loads_of, steam=st.tuples(st.integers(0, 100), st.integers(0, 100)))
def test_more_steam_never_closes_fewer_tonnes_and_nobody_gets_more_than_there_is(
    sizes: list[float], steam: tuple[int, int]
) -> None:
    served = []
    for t_h in sorted(steam):
        given_, waiting = balanced(sizes, float(t_h))
        assert given_["load_t_h"].sum() <= t_h + 1e-5
        assert given_.loc[given_["n1_keeps"], "load_t_h"].sum() <= t_h / 2 + 1e-5
        # Whoever is within the radius closes, now or once there is steam.
        assert set(given_.index) | set(waiting.index) == {f"b{i}" for i in range(len(sizes))}
        assert not set(given_.index) & set(waiting.index)
        served.append(given_["load_t_h"].sum())
    assert served[0] <= served[1] + 1e-5


@settings(max_examples=25, deadline=None)
@given(sizes=loads_of, steam=st.integers(0, 60))
def test_no_choice_of_boilers_closes_more(sizes: list[float], steam: int) -> None:
    given_, _ = balanced(sizes, float(steam))
    choices = (np.arange(2 ** len(sizes))[:, None] >> np.arange(len(sizes))) & 1
    totals = choices @ np.array(sizes)
    assert given_["load_t_h"].sum() == pytest.approx(totals[totals <= steam].max())


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    east=st.lists(st.integers(500, 30_000), min_size=1, max_size=4),
    radii=st.tuples(st.integers(10_000, 30_000), st.integers(10_000, 30_000)),
)
def test_a_larger_radius_never_unclosed_a_boiler(
    toy: Toy, east: list[int], radii: tuple[int, int]
) -> None:
    boilers = {f"b{i}": {"geometry": place(m, i * 10.0)} for i, m in enumerate(east)}
    closing = []
    for radius in sorted(radii):
        found = toy(boilers, {"U": {"steam_capacity_t_h": 30.0}}, supply_radius_m=float(radius))
        decision = found.tables["boilers"]["decision"]
        closes = decision.isin(["close_integrate", "close_pending_capacity"])
        closing.append(set(decision.index[closes]))
    assert closing[0] <= closing[1]


def test_of_two_plants_in_reach_the_one_with_steam_serves(toy: Toy) -> None:
    units = {
        "P-1": {"steam_capacity_t_h": 0.0},
        "Q-1": {"plant_id": "Q", "steam_capacity_t_h": 50.0, "geometry": place(8_000)},
    }
    found = toy({"b": {"geometry": place(3_000)}}, units)
    assert found.tables["boilers"].loc["b", "plant_id"] == "P"  # the nearest decides
    assert found.tables["assignment"].loc["b", "plant_id"] == "Q"  # the one with steam serves
    assert found.tables["boilers"].loc["b", "decision"] == "close_integrate"


def test_equal_steam_takes_the_shorter_pipe() -> None:
    links = pd.DataFrame(
        {"boiler_id": ["a", "a"], "outlet_id": ["x", "y"], "pipe_m": [900.0, 100.0]}
    )
    answer = assign(links, pd.Series({"a": 5.0}), pd.Series({"x": 9.0, "y": 9.0}))
    assert answer.chosen.to_dict() == {"a": "y"}


def test_trees_join_all_users_and_ways_add_up() -> None:
    rng = np.random.default_rng(5)
    roads = gpd.GeoDataFrame(
        geometry=[LineString([(X, Y + n), (X + 5_000, Y + n)]) for n in range(0, 5_001, 500)]
        + [LineString([(X + e, Y), (X + e, Y + 5_000)]) for e in range(0, 5_001, 500)],
        crs="EPSG:4545",
    )
    ids = [f"b{i}" for i in range(12)]
    xy = rng.uniform(0, 5_000, (12, 2))
    points = gpd.GeoSeries(
        [place(0.0, 10.0), *(place(*p) for p in xy)], index=["P", *ids], crs="EPSG:4545"
    )
    routes = lay_routes(roads, None, points, off_road_max_m=400.0, detour_ratio=1.0)
    served = pd.DataFrame({"outlet_id": "O"}, index=ids)
    trees = lay_pipe_trees(
        routes, served, pd.Series({"O": "P"}), off_road_cost_ratio=1.0, proof_s=1.0
    )
    assert {user for user in trees.user if user is not None} == set(ids)
    assert trees.length_m.sum() == pytest.approx(trees.answers["O"].cost)
    pipes = np.flatnonzero(trees.up >= 0)
    assert np.allclose(trees.along_m[pipes], trees.along_m[trees.up[pipes]] + trees.length_m[pipes])
    for at in pipes:
        line = trees.line[at]
        up = trees.up[at]
        assert Point(line.coords[0]).distance(Point(trees.x[up], trees.y[up])) < 1e-6
        assert Point(line.coords[-1]).distance(Point(trees.x[at], trees.y[at])) < 1e-6
    assert trees.gathered(np.array([float(u is not None) for u in trees.user]))[0] == 12.0


def test_the_same_input_gives_the_same_tables(toy: Toy) -> None:
    boilers: dict[str, dict[str, Any]] = {
        f"b{i}": {"geometry": place(1_000 + 300 * i, 40.0 * (i % 3))} for i in range(5)
    }
    a, b = (
        toy(boilers, roads=STREET, assume_steam_t_h=200.0, off_road_max_m=500.0).tables
        for _ in range(2)
    )
    for name, table in a.items():
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(b[name]))


def test_a_long_section_leads_from_the_plant_to_the_user(toy: Toy) -> None:
    boilers = {"a": {"geometry": place(2_000, 50)}, "b": {"geometry": place(4_000, 30)}}
    options = {"roads": STREET, "assume_steam_t_h": 300.0, "off_road_max_m": 100.0}
    sections = toy(boilers, detour_ratio=1.0, **options).tables["steam_sections"]
    way = sections[sections["boiler_id"].eq("b")]
    assert np.allclose(way["pipe_m"], [0.0, 2_000.0, 4_030.0], atol=1.0)
    assert way["user_p_mpa"].is_monotonic_decreasing
    assert way["user_p_mpa"].iloc[0] == pytest.approx(1.6)
    assert pd.isna(way["steam_dn_mm"].iloc[0])
    assert way["steam_dn_mm"].iloc[1:].notna().all()
