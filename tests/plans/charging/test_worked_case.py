"""One charging case, worked out by hand down to every table of amounts and every indicator.

Two counties, no roads, six demands, one station with 4 piles, two candidates, two years. 1,000
vehicles of 2023 lose a tenth and gain 200: 1,100 in 2024. The ledger counts 100 vehicles, so each
of its vehicles stands for 11:

====  ======  ======  ====  ==================================================================
id    county  people  cars  where
====  ======  ======  ====  ==================================================================
a     甲区       500   550  at the station s1
b     甲区       100   110  1,000 m from it: just within the radius
c     乙县       400   330  at the candidate k1
d     乙县        50    55  at the candidate k2
e     乙县       100    55  2 km from anything: a gap
f     乙县         ?     0  300 m from k1
====  ======  ======  ====  ==================================================================

Four vehicles of ten have a pile at home and charge in public half as often: 0.5 x (0.6 + 0.4 / 2) =
0.4 sessions a day each. A session is 22.5 kWh at 45 kW: half an hour. Piles are busy a fifth of the
day at most: k1 has 132 sessions, 66 hours, 13.75 piles: 14; k2 has 22, 11 hours, 2.3 piles: 3.
"""

from math import hypot, sqrt

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nngis.plans.charging.analyse import analyse
from nngis.plans.charging.layers import ChargingLayers
from nngis.plans.charging.parameters import ChargingParameters

NAN = float("nan")
SET = {
    "nev_stock_count": 1_000.0, "nev_stock_year": 2023, "plan_year": 2024, "new_cars_a": 500.0,
    "nev_sales_share": 0.4, "nev_retired_share": 0.1, "home_pile_share": 0.4,
    "home_public_share": 0.5, "sessions_vehicle_day": 0.5, "trip_share": 0.0,
    "new_stations": 2, "siting_aim": "coverage", "station_vehicles_min": 0.0,
    "mandatory_classes": (), "grid_candidate_m": 20_000.0, "separation_m": 0.0,
    "first_year": 2024, "last_year": 2025, "gap_allowed": 0.0, "curve_points_count": 2,
    "alternatives_count": 1, "service_radius_m": 1_000.0, "outer_radius_m": 1_000.0,
    "radii_m": (1_000.0,), "minutes": (), "gap_cell_m": 1_000.0,
    "vehicles_per_station": 500.0, "vehicles_per_pile": 250.0, "piles_stock_count": None,
    "fast_share": 1.0, "fast_energy_kwh": 22.5, "fast_pile_kw": 60.0,
    "fast_mean_power_share": 0.75, "fast_idle_min": 0.0, "utilisation_most_share": 0.2,
    "hourly_arrivals": (1.0,) * 24, "hourly_arrivals_trips": (1.0,) * 24, "swap_share": 0.0,
    "fast_piles_min": 0, "slow_piles_min": 0, "fast_simultaneity": 0.6,
    "charger_efficiency": 0.94, "charger_power_factor": 0.95, "transformer_load_share": 0.8,
    "transformer_sizes_kva": (250.0, 500.0, 1_000.0), "low_voltage_limit_kw": 180.0,
    "fast_cost_yuan_kw": 600.0, "civil_cost_yuan_pile": 12_000.0,
    "transformer_cost_yuan_kva": 450.0, "medium_voltage_cost_yuan": 250_000.0,
    "low_voltage_cost_yuan_kw": 200.0,
}  # fmt: skip


@pytest.fixture
def frames(layer, counties):
    spots = {"a": (0, 0), "b": (0, 1_000), "c": (4_000, 0), "d": (8_000, 0), "e": (8_000, 2_000),
             "f": (4_000, 300)}  # fmt: skip
    return {
        "counties": counties,
        "demand": layer(
            spots,
            "demand_id",
            population=[500.0, 100.0, 400.0, 50.0, 100.0, None],
            vehicles_count=[50.0, 10.0, 30.0, 5.0, 5.0, 0.0],
        ),
        "charging_stations": layer(
            {"s1": (0, 0)}, "station_id", name_zh=["一站"], piles_count=[4]
        ),
        "charging_candidates": layer(
            {"k1": (4_000, 0), "k2": (8_000, 0)}, "candidate_id", name_zh=["甲", "乙"],
            cost_10k_cny=[None, 80.0],
        ),
    }  # fmt: skip


@pytest.fixture
def found(frames):
    return analyse(ChargingLayers(**frames), ChargingParameters(**SET))


def check(table, rows, worked):
    """Hold columns of some rows against what was worked out."""
    for name, values in worked.items():
        got = [table.loc[row, name] for row in rows]
        if any(isinstance(v, str) for v in values):
            assert [None if pd.isna(v) else v for v in got] == list(values), name
        else:
            numbers = [NAN if v is None or v is pd.NA else float(v) for v in got]
            assert numbers == pytest.approx(values, rel=1e-5, abs=1e-9, nan_ok=True), name


def test_every_amount_of_the_fleet_is_as_worked_out(found):
    check(
        found.tables["fleet"],
        ["2023", "2024"],
        {
            "nev_count": (1_000, 1_100),
            "nev_sold_count": (NAN, 200),
            "nev_retired_count": (NAN, 100),
            "home_piles_count": (400, 440),
        },
    )


def test_every_amount_of_a_demand_is_as_worked_out(found):
    check(
        found.tables["demand"],
        list("abcdef"),
        {
            "population": (500, 100, 400, 50, 100, NAN),
            "nev_count": (550, 110, 330, 55, 55, 0),
            "weight": (550, 110, 330, 55, 55, 0),
            "straight_before_m": (0, 1_000, 4_000, 8_000, hypot(8_000, 2_000), hypot(4_000, 300)),
            "straight_m": (0, 1_000, 0, 0, 2_000, 300),
            "decision_before": ("covered", "covered", "gap", "gap", "gap", "gap"),
            "decision": ("covered", "covered", "covered", "covered", "gap", "covered"),
            # Four piles for the 660 vehicles about them.
            "piles_per_1000": (4 / 0.66, 4 / 0.66, 0, 0, 0, 0),
        },
    )


def test_every_amount_of_a_station_is_as_worked_out(found):
    check(
        found.tables["stations"],
        ["s1", "C-k1", "C-k2"],
        {
            "decision": ("existing", "build", "build"),
            "phase_year": (None, "2024", "2025"),  # the one that covers more comes first
            "demand_count": (2, 2, 1),
            "covered_weight": (660, 330, 55),
            "sessions_day": (264, 132, 22),
            "destination_share": (0, 0, 0),
            "marginal": (NAN, 330, 55),
            "cost_10k_cny": (0, 137.2, 80),  # what a ledger states goes before what a size costs
        },
    )


def test_every_size_and_its_cost_is_as_worked_out(found):
    # 14 piles of 60 kW at once draw 0.6 + 0.4 / sqrt(14) of 840 kW; over 0.94 and 0.95 that is
    # 664.9 kVA, at 80 % load 831: 1,000. 840 x 600 + 14 x 12,000 + 1,000 x 450 + 250,000.
    # 3 piles are just 180 kW: low voltage, no transformer. 180 x 600 + 3 x 12,000 + 149.6 x 200.
    loads = [840 * (0.6 + 0.4 / sqrt(14)), 180 * (0.6 + 0.4 / sqrt(3))]
    table = found.tables["sizing"]
    check(
        table,
        ["C-k1", "C-k2"],
        {
            "arrivals_day": (132, 22),
            "fast_piles_count": (14, 3),
            "slow_piles_count": (0, 0),
            "swap_bays_count": (0, 0),
            "power_kw": (840, 180),
            "load_kw": (593.8, 149.6),
            "grid_kva": (664.9, 167.5),
            "grid_connection": ("medium_voltage", "low_voltage"),
            "transformers_count": (1, 0),
            "transformer_kva": (1_000, 0),
            "cost_yuan": (1_372_000, 173_920),
        },
    )
    assert table["load_kw"].tolist() == pytest.approx(loads, abs=0.05)
    assert table["busiest_arrivals_h"].tolist() == pytest.approx([5.5, 22 / 24], abs=0.005)
    assert table["utilisation_share"].tolist() == pytest.approx([2.75 / 14, 11 / 72], abs=5e-5)
    assert table["charged_mwh_a"].tolist() == pytest.approx([1_084.05, 180.675], abs=0.051)
    costs = found.tables["costs"].set_index(["station_id", "cost_item"])
    assert costs.loc["C-k1", "cost_yuan"].to_dict() == {
        "fast_piles": 504_000, "civil_works": 168_000, "transformer": 450_000,
        "medium_voltage": 250_000,
    }  # fmt: skip
    assert costs.loc["C-k2", "cost_yuan"].to_dict() == {
        "fast_piles": 108_000, "civil_works": 36_000, "low_voltage": 29_920,
    }  # fmt: skip


def test_every_candidate_and_every_price_of_a_unit_is_as_worked_out(found):
    # Of the 440 vehicles of 乙县 330 stand at k1 and none 300 m from it, 55 at k2; e is too far.
    check(found.tables["candidates"], ["C-k1", "C-k2"], {"reach_weight": (330, 55)})
    worked = {
        ("C-k1", "fast_piles"): (840, 600),  # kW
        ("C-k1", "civil_works"): (14, 12_000),  # piles
        ("C-k1", "transformer"): (1_000, 450),  # kVA
        ("C-k1", "medium_voltage"): (1, 250_000),
        ("C-k2", "fast_piles"): (180, 600),
        ("C-k2", "civil_works"): (3, 12_000),
        ("C-k2", "low_voltage"): (149.6, 200),  # kW that are drawn
    }
    costs = found.tables["costs"].set_index(["station_id", "cost_item"])
    assert costs["quantity"].to_dict() == {one: pair[0] for one, pair in worked.items()}
    assert costs["unit_price_yuan"].to_dict() == {one: pair[1] for one, pair in worked.items()}


def test_another_plan_says_what_it_loses(frames):
    one_of_two = SET | {"new_stations": 1, "alternatives_count": 2}
    found = analyse(ChargingLayers(**frames), ChargingParameters(**one_of_two))
    # 660 vehicles have s1. With k1 990 of 1,100 have a station; with k2 instead 715.
    check(
        found.tables["alternatives"],
        ["1", "2"],
        {
            "covered_weight": (990, 715),
            "lost_weight": (0, 275),
            "loss_share": (0, 275 / 990),
            "other_sites_count": (0, 1),
            "gap_share": (0, 0),
            "sites_left_out": ("", "C-k1"),
            "sites_instead": ("", "C-k2"),
        },
    )


def test_every_sum_of_a_county_and_a_year_is_as_worked_out(found):
    check(
        found.tables["by_county"],
        ["甲区", "乙县"],
        {
            "population": (600, 550),
            "weight": (660, 440),
            "existing_count": (1, 0),
            "built_count": (0, 2),
            "candidates_count": (0, 2),
            "covered_before_share": (1, 0),
            "covered_share": (1, 385 / 440),
            "gap_people": (0, 100),
            "cost_10k_cny": (0, 217.2),
        },
    )
    check(
        found.tables["phases"],
        ["now", "2024", "2025"],
        {
            "built_count": (0, 1, 1),
            "stations_count": (1, 2, 3),
            "covered_weight": (660, 990, 1_045),
            "covered_share": (0.6, 0.9, 0.95),
            "mean_m": (1_000 * 110 / 660, 1_000 * 110 / 990, 1_000 * 110 / 1_045),
            "cost_10k_cny": (0, 137.2, 80),
        },
    )
    check(
        found.tables["curve"],
        ["N0001", "N0002"],
        {
            "new_count": (1, 2),
            "covered_share": (0.9, 0.95),
            "added_vehicles": (330, 55),
        },
    )
    check(
        found.tables["pile_access"],
        ["甲区", "乙县"],
        {
            "nev_count": (660, 440),
            "stations_count": (1, 0),
            "piles_count": (4, NAN),
            "vehicle_per_pile": (165, NAN),
        },
    )
    (gap,) = found.tables["gaps"].itertuples()
    assert (gap.county, gap.demand_count, gap.population, gap.weight) == ("乙县", 1, 100, 55)
    assert (gap.area_km2, gap.nearest_m) == pytest.approx((1.0, 2_000.0), rel=1e-5)


def test_in_town_a_station_serves_those_near_and_outside_those_farther(frames):
    # a and b lie in the built-up area: 1,000 m count there; outside 2,000, just as far as e is
    # from k2. 55 vehicles more are served than in the case above.
    town = gpd.GeoDataFrame(
        {"name_zh": ["城区"]}, index=pd.Index(["t"], name="area_id"),
        geometry=[frames["demand"].loc[["a", "b"], "geometry"].union_all().buffer(600.0)],
        crs=frames["demand"].crs,
    )  # fmt: skip
    asked = ChargingParameters(**SET | {"outer_radius_m": 2_000.1})
    found = analyse(ChargingLayers(**frames, built_up=town), asked)
    check(
        found.tables["demand"],
        list("abcdef"),
        {
            "own_radius_m": (1_000, 1_000, 2_000.1, 2_000.1, 2_000.1, 2_000.1),
            "decision": ("covered",) * 6,
        },
    )
    assert found.tables["phases"].loc["2025", "covered_weight"] == pytest.approx(1_100)


def test_what_stands_in_for_a_station_covers_what_is_worked_out(frames):
    # One may be built: k1 with 330 vehicles. Without it k2 would be: 660 and 55. No count of
    # stations is left open: what is found is what can be had at most.
    found = analyse(ChargingLayers(**frames), ChargingParameters(**SET | {"new_stations": 1}))
    check(
        found.tables["stations"],
        ["C-k1"],
        {"runner_up": ("C-k2",), "runner_up_covered": (715,), "marginal": (330,)},
    )
    check(
        found.tables["curve"],
        ["N0001"],
        {"covered_share": (0.9,), "bound_share": (0.9,), "gap_share": (0,)},
    )
    assert found.tables["curve"].index.tolist() == ["N0001"]  # half as many more as one is one


def test_each_limit_of_coverage_is_the_one_that_was_asked_for(frames, roads):
    asked = ChargingParameters(**SET | {"radii_m": (500.0, 1_000.0), "minutes": (2.0,)})
    found = analyse(ChargingLayers(**frames, roads=roads), asked)
    table = found.tables["coverage_before"]
    whole = table[table["group"].eq("全市") | table["group_kind"].eq("city")]
    limits = whole.groupby("measure")["limit"].agg(list).to_dict()
    assert limits["radius_m"] == [500.0, 1_000.0]
    assert found.tables["reach_before"]["limit_m"].tolist() == [1_000.0, 500.0]
    assert found.tables["reach_before"]["reach"].tolist() == ["≤ 1 km", "≤ 0.5 km"]


INDICATORS = {
    # name: value, unit, target, status
    "nev_count": (1_100, "辆", None, "no_target"),
    "covered_before_share": (0.6, "", None, "no_target"),
    "covered_share": (0.95, "", None, "no_target"),
    "covered_people_share": (1_050 / 1_150, "", None, "no_target"),
    "built_count": (2, "座", None, "no_target"),
    "siting_gap_share": (0, "", None, "no_target"),
    "six_classes_equipped_share": (None, "", None, "no_target"),
    "car_parks_equipped_share": (None, "", None, "no_target"),
    "stations_existing_count": (1, "座", 2, "missed"),  # 1,000 vehicles, 500 a station
    "vehicle_per_pile_existing": (250, "辆/个", 250, "met"),  # 1,000 for 4 piles: just the limit
    "stations_count": (3, "座", None, "no_target"),
    "vehicle_per_pile": (52.381, "辆/个", None, "no_target"),  # 1,100 for 4 + 17
    "vehicle_per_any_pile": (2.386, "辆/个", None, "no_target"),  # and 440 at home
    "cost_10k_cny": (217.2, "万元", None, "no_target"),
}


def test_every_indicator_is_as_worked_out(found):
    got = {one.name: one for one in found.indicators}
    assert set(got) == set(INDICATORS)
    for name, (value, unit, target, status) in INDICATORS.items():
        one = got[name]
        assert (one.unit, one.target, one.status) == (unit, target, status), name
        assert one.value == (None if value is None else pytest.approx(value, abs=1e-6)), name
    assert "1,050 people are within the radius, 100 are not" in got["covered_people_share"].note.en


def test_the_order_of_rows_changes_no_table(frames, found):
    turned = {name: frame.iloc[::-1] for name, frame in frames.items() if name != "counties"}
    again = analyse(
        ChargingLayers(counties=frames["counties"], **turned), ChargingParameters(**SET)
    )
    for name in ("demand", "stations", "sizing", "by_county", "phases", "curve", "gaps"):
        one, two = (pd.DataFrame(f.tables[name]) for f in (found, again))
        pd.testing.assert_frame_equal(one, two.reindex(one.index), check_dtype=False)
    assert found.indicators == again.indicators


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    people=st.lists(st.sampled_from([0.0, 5.0, 100.0, 900.0, None]), min_size=6, max_size=6),
    count=st.integers(0, 1),
)
def test_parts_add_up_and_more_stations_never_cover_less(frames, people, count):
    if not sum(one or 0.0 for one in people):
        return
    demand = frames["demand"].drop(columns="vehicles_count").assign(population=people)
    layers = ChargingLayers(**{**frames, "demand": demand})

    def run(new):
        return analyse(layers, ChargingParameters(**SET | {"new_stations": new}))

    few, more = run(count), run(count + 1)
    for found in (few, more):
        table, by = found.tables["demand"], found.tables["by_county"]
        assert table["weight"].sum() == pytest.approx(1_100.0)
        for name in ("population", "weight"):
            assert by[name].sum() == pytest.approx(table[name].sum())
        built = found.tables["stations"].query("decision == 'build'")
        assert by["built_count"].sum() == found.tables["phases"]["built_count"].sum() == len(built)
        for name in ("by_county", "phases"):
            assert found.tables[name]["cost_10k_cny"].sum() == pytest.approx(
                built["cost_10k_cny"].sum()
            )
        shares = by[["covered_before_share", "covered_share"]].dropna()
        assert ((shares >= 0) & (shares <= 1)).all(axis=None)
        assert (shares["covered_share"] >= shares["covered_before_share"]).all()
        costs = found.tables["costs"]["cost_yuan"].sum()
        assert costs == pytest.approx(found.tables["sizing"]["cost_yuan"].sum())
        assert found.tables["gaps"]["weight"].sum() == pytest.approx(
            table.loc[table["decision"].ne("covered"), "weight"].sum()
        )
    values = [
        next(one.value for one in found.indicators if one.name == "covered_share")
        for found in (few, more)
    ]
    assert values[0] <= values[1]
