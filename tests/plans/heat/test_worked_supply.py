"""Steam of two plants on one street, worked out by hand: who gets it, what is laid, what it costs.

Plant P stands at 0 km and can give 50 t/h, Q at 20 km with two units of 30 and 10. On the street
stand a (20 t/h) at 2 km, b (30) at 4, c (10) at 6, d (25) at 18, e (60) at 21; the radius is 15 km.
P hears a, b and c, 60 t/h; Q hears c, d and e, 95. All 50 of P go to a and b; c then takes Q's,
over 14 km, and d; the 5 left are too few for e, which waits. A metre of pipe costs, low, central
and high, DN250 2,400 3,600 5,400 yuan, DN350 3,600 5,400 8,000 and DN400 4,300 6,400 9,500. Gas
instead: 500 m3 of 3 yuan for a tonne of coal of 700, that is 800 yuan more.
"""

from math import pi
from typing import Any

import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.plans.heat.steam.sizes import pipe_sizes
from nngis.result.result import Analysis

X, Y = 500_000.0, 2_500_000.0
NEAR = 1e-4  # the street is measured on the ellipsoid


def place(east_km: float) -> Point:
    return Point(X + 1_000 * east_km, Y)


ROWS = {  # km, t/h, tonnes of coal a year
    "a": (2, 20, 1_000), "b": (4, 30, 2_000), "c": (6, 10, 500), "d": (18, 25, 1_500),
    "e": (21, 60, 4_000),
}  # fmt: skip
UNITS = {
    "P-1": {"plant_id": "P", "name_zh": "甲电厂", "steam_capacity_t_h": 50.0},
    "Q-1": {"plant_id": "Q", "geometry": place(20), "steam_capacity_t_h": 30.0},
    "Q-2": {"plant_id": "Q", "geometry": place(20), "steam_capacity_t_h": 10.0},
}
SET: dict[str, Any] = {
    "simultaneity_share": 1.0, "summer_steam_share": 0.8, "summer_load_share": 0.5,
    "gas_m3_t_coal": 500.0, "gas_price_yuan_m3": 3.0, "coal_price_yuan_t": 700.0,
    "gas_boiler_10k_cny_t_h": 10.0, "closing_cost_10k_cny_t_h": 2.0, "interest_share": 0.0,
    "pipe_life_a": 25.0, "first_year": 2023, "last_year": 2025,
}  # fmt: skip
STREET = {"R": {"geometry": LineString([place(0), place(40)])}}


def tables(toy, names=tuple(ROWS), units=tuple(UNITS)) -> Analysis:
    boilers = {
        one: {
            "geometry": place(ROWS[one][0]),
            "capacity_t_h": float(ROWS[one][1]),
            "fuel_use_t_a": float(ROWS[one][2]),
        }
        for one in names
    }
    return toy(boilers, {one: UNITS[one] for one in units}, roads=STREET, **SET)


@pytest.fixture(scope="module")
def found(toy) -> Analysis:
    return tables(toy)


def agree(table: pd.DataFrame, worked: dict[str, tuple[object, ...]]) -> None:
    for name, values in worked.items():
        if isinstance(values[0], str | bool):
            assert table[name].tolist() == list(values), name
        else:
            assert table[name].astype(float).tolist() == pytest.approx(values, rel=NEAR), name


def test_every_amount_of_an_outlet_is_as_worked_out(found: Analysis) -> None:
    agree(
        found.tables["plants"].sort_values("plant_id"),
        {
            "units_count": (1, 2),
            "steam_capacity_t_h": (50, 40),
            "existing_load_t_h": (0, 0),
            "available_t_h": (50, 40),
            "demand_t_h": (60, 95),
            "main_t_h": (50, 40),  # what there is, since more is asked for
            "assigned_t_h": (50, 35),
            "assigned_count": (2, 2),
            "spare_t_h": (0, 5),
            "short_t_h": (0, 60),
            "pending_count": (0, 1),
            "n1_unit_id": ("P-1", "Q-1"),
            "n1_available_t_h": (0, 10),
            "n1_short_t_h": (50, 25),  # c's 10 are kept
            "n1_lost_count": (2, 1),
            "peaking_needed": (True, True),
        },
    )


def test_every_season_of_an_outlet_is_as_worked_out(found: Analysis) -> None:
    table = found.tables["seasons"].sort_values(["outlet_id", "season"], ascending=[True, False])
    agree(
        table,
        {
            "season": ("winter", "summer", "winter", "summer"),
            "steam_t_h": (50, 40, 40, 32),
            "existing_t_h": (0, 0, 0, 0),
            "new_t_h": (50, 25, 35, 17.5),
            "spare_t_h": (0, 15, 5, 14.5),
        },
    )


def test_every_amount_of_a_pipe_is_as_worked_out(found: Analysis) -> None:
    pipes = found.tables["steam_network"]
    laid = pipes[pipes["length_m"] > 0].sort_values(["plant_id", "branch_t_h"], ascending=[1, 0])
    # P to a, a to b; Q to d, d to c. What is laid beyond a pipe is its branch.
    agree(
        laid,
        {
            "length_m": (2_000, 2_000, 2_000, 12_000),
            "off_road_m": (0, 0, 0, 0),
            "steam_dn_mm": (350, 250, 400, 250),
            "users_count": (2, 1, 2, 1),
            "branch_t_h": (50, 30, 35, 10),
            "cost_10k_cny": (1_080, 720, 1_280, 4_320),
            "cost_low_10k_cny": (720, 480, 860, 2_880),
            "cost_high_10k_cny": (1_600, 1_080, 1_900, 6_480),
            "branch_10k_cny": (1_800, 720, 5_600, 4_320),
            "branch_10k_cny_t_h": (36, 24, 160, 432),
        },
    )
    by_user = found.tables["phases"]["co2_avoided_t_a"]
    avoided = [by_user[list(names)].sum() for names in ("ab", "b", "cd", "c")]
    assert laid["branch_co2_t_a"].tolist() == pytest.approx(avoided)
    # Over 25 years without interest.
    laid_10k_cny = (1_800, 720, 5_600, 4_320)
    worth = [cny * 1e4 / 25 / t for cny, t in zip(laid_10k_cny, avoided, strict=True)]
    assert laid["branch_yuan_t_co2"].tolist() == pytest.approx(worth, rel=NEAR)


def test_warmth_at_a_node_and_lost_in_a_pipe_are_those_of_the_steam_table(found: Analysis) -> None:
    # By another's equations: what a kilogram holds less at a pipe's end, all its kilograms lost.
    properties = pytest.importorskip("CoolProp.CoolProp")

    def of(what: str, p_mpa: float, **more: float) -> float:
        (name, value), *_ = more.items()
        return float(properties.PropsSI(what, "P", p_mpa * 1e6, name, value, "HEOS::Water"))

    nodes, pipes = found.tables["steam_nodes"], found.tables["steam_network"]
    for row in nodes[nodes["node_kind"].ne("source")].itertuples():
        dry = row.user_t_c + 273.15 - of("T", row.user_p_mpa, Q=1.0)
        assert row.user_superheat_k == pytest.approx(dry, abs=0.05), row.Index
    laid = pipes[(pipes["length_m"] > 0) & pipes["condensate_t_h"].eq(0)]
    assert len(laid) == 3  # in the twelve kilometres to c some of it condenses
    for row in laid.itertuples():
        start, end = nodes.loc[row.from_node], nodes.loc[row.to_node]
        held = [of("H", one.user_p_mpa, T=one.user_t_c + 273.15) for one in (start, end)]
        lost_kw = row.flow_t_h / 3.6 * (held[0] - held[1]) / 1e3
        assert row.steam_heat_loss_kw == pytest.approx(lost_kw, rel=0.02), row.Index
        assert 0.05 < row.steam_heat_loss_kw / row.length_m < 0.5  # kW of a metre of such pipes


def test_pressure_and_speed_in_a_pipe_are_those_of_what_flows_there(found: Analysis) -> None:
    # By another's densities: tonnes an hour over density and section are metres a second, where
    # the pressure is least. A pipe begins at the pressure with which the one before it ends.
    properties = pytest.importorskip("CoolProp.CoolProp")
    inner_mm = {int(dn): mm for dn, mm in zip(pipe_sizes().dn_mm, pipe_sizes().inner_mm,
                                              strict=True)}  # fmt: skip
    nodes, pipes = found.tables["steam_nodes"], found.tables["steam_network"]
    dry = pipes[(pipes["length_m"] > 0) & pipes["condensate_t_h"].eq(0)]
    assert len(dry) == 3
    for row in dry.itertuples():
        start, end = nodes.loc[row.from_node], nodes.loc[row.to_node]
        assert row.p_start_mpa == pytest.approx(start["user_p_mpa"]), row.Index
        assert (row.p_end_mpa, row.t_end_c) == pytest.approx((end["user_p_mpa"], end["user_t_c"]))
        kg_m3 = properties.PropsSI(
            "D", "P", row.p_end_mpa * 1e6, "T", row.t_end_c + 273.15, "HEOS::Water"
        )
        area_m2 = pi / 4 * (inner_mm[row.steam_dn_mm] / 1_000) ** 2
        speed = row.flow_t_h / 3.6 / kg_m3 / area_m2
        assert row.steam_velocity_m_s == pytest.approx(speed, rel=5e-3), row.Index


def test_every_amount_of_money_and_every_year_is_as_worked_out(found: Analysis) -> None:
    # A pipe is shared by what flows through it, and paid by who comes first.
    agree(
        found.tables["phases"].sort_index(),
        {
            "cost_10k_cny": (
                40 + 1_080 * 20 / 50,
                60 + 1_080 * 30 / 50 + 720,
                20 + 1_280 * 10 / 35 + 4_320,
                50 + 1_280 * 25 / 35,
                120,
            ),
            "spent_10k_cny": (40 + 1_080, 60 + 720, 20 + 4_320, 50 + 1_280, 120),
        },
    )
    years = found.tables["phases"]["year"].sort_index()
    # 85 t/h in three years, 28.3 a year: b begins behind a and d, at 45; c at 75; e waits.
    assert years.iloc[:4].tolist() == [2023, 2024, 2025, 2023]
    assert pd.isna(years["e"])
    by = found.tables["by_year"]
    assert by.loc[["2023", "2024", "2025"], "spent_10k_cny"].tolist() == pytest.approx(
        [2_450, 780, 4_340], rel=NEAR
    )
    cost = next(one for one in found.indicators if one.name == "cost_10k_cny")
    assert cost.value == pytest.approx(7_690, rel=NEAR)  # pipes 7,400, closing 290


def test_every_way_to_close_costs_what_is_worked_out(found: Analysis) -> None:
    ways = found.tables["ways"].loc[["pipe_all", "gas_all"]]
    agree(
        ways,
        {
            "boilers_count": (4, 4),
            "by_pipe_count": (4, 0),
            "by_other_count": (0, 4),
            "pipe_km": (18, 0),
            "capital_10k_cny": (7_400 + 170, 850 + 170),
            "chosen": (True, False),
        },
    )
    gas = ways.loc["gas_all"]
    assert gas["coal_avoided_t_a"] == 5_000
    assert gas["fuel_10k_cny_a"] == pytest.approx(400)
    assert gas["cost_10k_cny_a"] == pytest.approx(1_020 / 25 + 400)
    assert gas["yuan_t_co2"] == pytest.approx(4_408_000 / gas["co2_avoided_t_a"])
    pipe = ways.loc["pipe_all"]
    assert pipe["cost_10k_cny_a"] == pytest.approx(7_570 / 25 + pipe["fuel_10k_cny_a"], rel=1e-3)
    # The plant burns some of the coal that the boilers did: what is left of it is saved.
    assert pipe["fuel_10k_cny_a"] == pytest.approx(-0.07 * pipe["coal_avoided_t_a"])


def test_steam_that_is_just_enough_leaves_nothing_and_nobody_waiting(toy) -> None:
    plants = tables(toy, names=("a", "b"), units=("P-1",)).tables["plants"]
    agree(
        plants,
        {
            "demand_t_h": (50,),
            "assigned_t_h": (50,),
            "spare_t_h": (0,),
            "short_t_h": (0,),
            "pending_count": (0,),
        },
    )
