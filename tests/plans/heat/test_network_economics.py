"""What it costs to close a boiler by pipe, gas or biomass: by hand, and what must always hold."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from nngis.plans.heat.network import annuity_share
from nngis.plans.heat.network_economics import (
    boiler_10k_cny,
    fuel_change_yuan_a,
    pipe_worth_yuan_a,
)
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.tonnes import all_ways

X, Y = 500_000.0, 2_500_000.0
STREET = {"R": {"geometry": LineString([(X, Y), (X + 40_000, Y)])}}
STEAM = {"U": {"steam_capacity_t_h": 600.0}}
PRICES = {
    "coal_price_yuan_t": 800.0, "gas_price_yuan_m3": 3.5, "gas_m3_t_coal": 450.0,
    "biomass_price_yuan_t": 700.0, "biomass_t_t_coal": 1.2,
}  # fmt: skip
# No interest over ten years: a tenth of the capital each year.
TENTH = {"interest_share": 0.0, "pipe_life_a": 10.0}


def boiler(coal_t_a=1_000.0, size=10.0):
    return pd.DataFrame(
        {"fuel": "coal", "capacity_t_h": size, "fuel_use_t_a": coal_t_a, "status": "operating",
         "boiler_model": "SZL10-1.25-A", "decision": "close_integrate"},
        index=["b"],
    )  # fmt: skip


def test_the_fuel_of_each_way_is_that_of_hand():
    # 1,000 t of coal cost 800,000. Gas: 450,000 m³ at 3.5 = 1,575,000. Biomass: 1,200 t at 700 =
    # 840,000. The CHP unit: 0.70 / 0.90 / 0.92 = 0.8454 of the coal, 676,329.
    counted = all_ways(boiler(), HeatParameters(**PRICES)).counted
    found = {
        way: fuel_change_yuan_a(counted, pd.Series([way], ["b"]), HeatParameters(**PRICES)).iloc[0]
        for way in ("gas", "biomass", "chp")
    }
    assert found["gas"] == pytest.approx(775_000)
    assert found["biomass"] == pytest.approx(40_000)
    assert found["chp"] == pytest.approx(0.70 / 0.90 / 0.92 * 800_000 - 800_000)


def test_what_is_not_known_costs_no_number():
    counted = all_ways(boiler(float("nan"), float("nan")), HeatParameters()).counted
    assert fuel_change_yuan_a(counted, pd.Series(["gas"], ["b"]), HeatParameters()).isna().all()
    known = all_ways(boiler(), HeatParameters()).counted
    assert fuel_change_yuan_a(known, pd.Series([None], ["b"]), HeatParameters()).isna().all()


def test_a_pipe_is_worth_what_gas_costs_more_and_avoids_less():
    given_ = HeatParameters(**PRICES, **TENTH, co2_value_yuan_t=100.0, gas_boiler_10k_cny_t_h=10.0)
    ways = all_ways(boiler(), given_)
    worth = pipe_worth_yuan_a(boiler(), ways.avoided, ways.counted, given_).iloc[0]
    # A gas boiler of 10 t/h: 1,000,000 yuan, 100,000 a year. Gas 1,575,000 less CHP coal 676,329.
    # CO2: steam avoids 1.9 x 154.6 = 293.7 t, gas 1,900 - 900 = 1,000 t.
    chp = 0.70 / 0.90 / 0.92
    expected = 100_000 + 1_575_000 - chp * 800_000 + 100 * (1_900 * (1 - chp) - 1_000)
    assert worth == pytest.approx(expected)


def closed(toy, **more):
    """Close a large boiler near the plant and a small one far away."""
    boilers = {
        "near": {
            "geometry": Point(X + 500, Y + 20),
            "capacity_t_h": 60.0,
            "fuel_use_t_a": 40_000.0,
        },
        "far": {"geometry": Point(X + 9_000, Y + 20), "capacity_t_h": 10.0, "fuel_use_t_a": 900.0},
    }
    return toy(boilers, STEAM, roads=STREET, off_road_max_m=100.0, **more)


def test_the_default_lays_no_pipe_that_costs_more_than_gas_and_says_what_obeying_costs(toy):
    found = closed(toy, prune_branches=HeatParameters().prune_branches)
    table, ways = found.tables["boilers"], found.tables["ways"]
    assert table["decision"].tolist() == ["close_integrate"] * 2
    assert table["connected"].tolist() == [True, False]
    assert table["replaced_by"].tolist() == ["chp", "gas"]
    assert found.tables["plants"]["assigned_count"].tolist() == [1]
    assert ways["by_pipe_count"].to_dict() == {
        "pipe_all": 2,
        "pipe_where_it_pays": 1,
        "gas_all": 0,
        "biomass_all": 0,
    }
    assert ways["chosen"].to_dict()["pipe_where_it_pays"]
    assert any("另找热源" in text.zh and "元/t" in text.zh for text in found.warnings)


def test_all_get_a_pipe_where_that_is_asked_for_and_the_ways_stand_beside(toy):
    found = closed(toy, prune_branches=False)
    assert found.tables["boilers"]["connected"].all()
    assert found.tables["ways"]["chosen"].to_dict() == {
        "pipe_all": True,
        "gas_all": False,
        "biomass_all": False,
    }


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.floats(0, 3_000), st.floats(0.5, 8.0), st.floats(100, 2_000))
def test_the_plan_is_never_dearer_than_pipes_to_all_once_co2_is_priced(toy, co2, gas, coal):
    prices = {"co2_value_yuan_t": co2, "gas_price_yuan_m3": gas, "coal_price_yuan_t": coal}
    ways = closed(toy, prune_branches=True, **prices).tables["ways"]
    price = ways["cost_10k_cny_a"] - ways["co2_avoided_t_a"] * co2 / 10_000
    assert price["pipe_where_it_pays"] <= price["pipe_all"] + 1e-6 * abs(price["pipe_all"])


def test_the_ways_add_up_to_what_the_list_says(toy):
    found = closed(toy, prune_branches=True)
    table, phases, ways = (found.tables[name] for name in ("boilers", "phases", "ways"))
    mine = ways.loc["pipe_where_it_pays"]
    assert mine["co2_avoided_t_a"] == pytest.approx(table["co2_avoided_t_a"].sum())
    assert mine["coal_avoided_t_a"] == pytest.approx(table["coal_avoided_t_a"].sum())
    assert mine["capital_10k_cny"] == pytest.approx(phases["cost_10k_cny"].sum())
    assert mine["fuel_10k_cny_a"] == pytest.approx(phases["fuel_10k_cny_a"].sum())


def test_the_price_of_a_tonne_counts_the_gas_that_is_burnt(toy):
    # One boiler in town that retires: 20 t/h, 2 x 20 of closing and 10 x 20 of the gas boiler.
    boilers = {
        "b": {"geometry": Point(X - 45_000, Y), "capacity_t_h": 10.0, "fuel_use_t_a": 1_000.0}
    }
    given_ = {**PRICES, **TENTH, "gas_boiler_10k_cny_t_h": 10.0, "closing_cost_10k_cny_t_h": 2.0}
    row = toy(boilers, **given_).tables["phases"].loc["b"]
    # 120 x 10⁴ yuan over ten years is 120,000 a year, gas 775,000 more than coal, 1,000 t of CO2.
    assert row["cost_10k_cny"] == pytest.approx(120.0)
    assert row["fuel_10k_cny_a"] == pytest.approx(77.5)
    assert row["yuan_t_co2"] == pytest.approx(895.0)


def test_a_boiler_of_another_kind_costs_by_its_size_and_a_pipe_none():
    size, way = pd.Series([10.0, 4.0, 6.0]), pd.Series(["gas", "biomass", "chp"])
    given_ = HeatParameters(gas_boiler_10k_cny_t_h=10.0, biomass_boiler_10k_cny_t_h=20.0)
    assert boiler_10k_cny(size, way, given_).tolist() == [100.0, 80.0, 0.0]
    assert annuity_share(HeatParameters(**TENTH)) == pytest.approx(0.1)
