"""Sizing: by hand, against an independent search, and by what must always hold."""

import math
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis import fields
from nngis.errors import LayerError, ParameterError
from nngis.parameter_values import build
from nngis.plans.charging.queues import mean_wait_h, wait_within_h
from nngis.plans.charging.sizing import size_stations
from nngis.plans.charging.sizing_costs import cost_items
from nngis.plans.charging.sizing_grid import simultaneity
from nngis.plans.charging.sizing_parameters import SizingParameters

DEFAULT = SizingParameters()


class Whole(SizingParameters):
    plan: ClassVar[str] = "charging"


# All day the same, every session DC and exactly half an hour: 22.5 kWh at 45 kW.
FLAT = {
    "hourly_arrivals": (1.0,) * 24,
    "fast_share": 1.0,
    "fast_energy_kwh": 22.5,
    "fast_idle_min": 0.0,
    "service_scv": 1.0,
    "utilisation_most_share": 1.0,  # waits alone decide
}


def demand(*sessions, **more):
    ids = [f"s{n}" for n in range(len(sessions))]
    return pd.DataFrame({"station_id": ids, "sessions_day": sessions, **more})


def test_a_steady_station_can_be_computed_by_hand():
    # 96 a day are 4 an hour, half an hour each: 2 erlang. With three piles 4/9 wait, with four
    # 4/23; those who wait do so 30 and 15 minutes, so that nine of ten wait at most
    # 30 ln(4.44) = 44.8 and 15 ln(1.74) = 8.3 minutes. The target is 10.
    one = size_stations(demand(96.0), SizingParameters(**FLAT)).iloc[0]
    assert one["fast_piles_count"] == 4
    assert one["slow_piles_count"] == 0
    assert one["wait_min"] == pytest.approx(15 * 4 / 23, abs=0.006)
    assert one["wait_most_min"] == pytest.approx(15 * math.log(40 / 23), abs=0.006)
    assert one["utilisation_share"] == pytest.approx(0.5)
    assert one["busiest_arrivals_h"] == 4
    assert one["charged_mwh_a"] == pytest.approx(96 * 22.5 * 365 / 1000, abs=0.05)
    # 240 kW at simultaneity 0.6 + 0.4 / 2 = 0.8: 192 kW, 215.0 kVA, at 80 % load 268.8: 315 kVA.
    assert (one["power_kw"], one["load_kw"], one["grid_kva"]) == (240, 192, 215.0)
    assert (one["transformers_count"], one["transformer_kva"]) == (1, 315)
    assert one["grid_connection"] == "medium_voltage"
    # 240 x 600 + 4 x 12,000 + 315 x 450 + 250,000.
    assert one["cost_yuan"] == 144_000 + 48_000 + 141_750 + 250_000
    assert pd.isna(one["slow_wait_min"])


def test_the_bound_of_utilisation_can_be_computed_by_hand():
    # 96 sessions of half an hour hold 48 pile-hours a day, 2 piles all day long. At 28 % that
    # is 2 / 0.28 = 7.1, so 8 piles, a quarter of the time; at 25 % just 8. Waits ask for 4.
    for most, piles in ((0.28, 8), (0.25, 8), (0.2, 10), (0.5, 4), (0.9, 4)):
        given_ = {**FLAT, "utilisation_most_share": most}
        one = size_stations(demand(96.0), SizingParameters(**given_)).iloc[0]
        assert one["fast_piles_count"] == piles
        assert one["utilisation_share"] == pytest.approx(2 / piles, abs=1e-4)
        assert ("occupied" in one["reason_en"]) == (piles > 4)


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 3_000), st.floats(0.05, 1.0), st.floats(0, 1), st.floats(0, 1))
def test_no_station_is_busier_than_the_bound_whatever_its_sessions(day, most, fast, ends):
    given_ = SizingParameters(utilisation_most_share=most, fast_share=fast, fast_piles_min=0)
    one = size_stations(demand(day, destination_share=ends), given_).iloc[0]
    assert pd.isna(one["utilisation_share"]) or one["utilisation_share"] <= most + 5e-5


def test_a_station_of_destinations_has_its_peak_when_these_are_visited():
    # All who live nearby come at eight in the evening, all visitors at noon: 24 a day each. Half of
    # each is 12 in either hour.
    at = {20: "hourly_arrivals", 12: "hourly_arrivals_trips"}
    shapes = {name: tuple(float(h == hour) for h in range(24)) for hour, name in at.items()}
    given_ = SizingParameters(**{**FLAT, **shapes})
    sized = size_stations(demand(24.0, 24.0, 24.0, destination_share=[0.0, 0.5, 1.0]), given_)
    assert sized["busiest_arrivals_h"].tolist() == [24, 12, 24]
    assert sized["fast_piles_count"].iloc[0] == sized["fast_piles_count"].iloc[2]
    assert sized["fast_piles_count"].iloc[1] < sized["fast_piles_count"].iloc[0]


def test_slow_piles_are_held_for_the_energy_and_a_while_longer():
    # 24 a day are one an hour; 21 kWh at 7 kW are three hours, and one more plugged in: 4 erlang.
    slow = {"fast_share": 0.0, "slow_energy_kwh": 21.0, "slow_mean_power_share": 1.0}
    given_ = {**FLAT, **slow, "slow_idle_min": 60.0, "fast_piles_min": 0}
    one = size_stations(demand(24.0), SizingParameters(**given_)).iloc[0]
    waits = [wait_within_h(1.0, 4.0, count, 0.9) for count in range(5, 20)]
    fewest = next(c for c, wait in enumerate(waits, start=5) if wait <= 0.5)
    assert (one["fast_piles_count"], one["slow_piles_count"]) == (0, fewest)
    assert one["slow_wait_min"] == pytest.approx(mean_wait_h(1.0, 4.0, fewest) * 60, abs=0.006)
    assert one["utilisation_share"] == pytest.approx(4 / fewest, abs=1e-4)
    assert one["power_kw"] == 7 * fewest


def test_energy_hours_and_money_of_three_kinds_of_charging_are_as_worked_out():
    # Of 240 sessions 24 are swaps of 40 kWh; of the 216 plugged in 162 are fast, 22.5 kWh in half
    # an hour, and 54 slow, 21 kWh in three hours and another one plugged in.
    given_ = SizingParameters(
        **{**FLAT, "fast_share": 0.75, "fast_pile_kw": 60.0, "fast_mean_power_share": 0.75},
        swap_share=0.1, swap_energy_kwh=40.0, slow_energy_kwh=21.0, slow_pile_kw=7.0,
        slow_mean_power_share=1.0, slow_idle_min=60.0, swap_battery_kwh=50.0,
        fast_cost_yuan_kw=600.0, slow_cost_yuan_pile=4_000.0, civil_cost_yuan_pile=12_000.0,
        swap_cost_yuan_bay=1_000_000.0, battery_cost_yuan_kwh=500.0,
    )  # fmt: skip
    sized = size_stations(demand(240.0), given_)
    one = sized.iloc[0]
    kwh_day = 162 * 22.5 + 54 * 21 + 24 * 40
    assert one["charged_mwh_a"] == pytest.approx(kwh_day * 365 / 1000, abs=0.05)
    fast, slow = one["fast_piles_count"], one["slow_piles_count"]
    assert one["utilisation_share"] == pytest.approx(
        (162 * 0.5 + 54 * 4) / (24 * (fast + slow)), abs=1e-4
    )
    items = cost_items(sized, given_).set_index("cost_item")["cost_yuan"]
    assert items["fast_piles"] == fast * 60 * 600
    assert items["slow_piles"] == slow * 4_000
    assert items["civil_works"] == (fast + slow) * 12_000
    assert items["swap_bays"] == one["swap_bays_count"] * 1_000_000
    assert items["swap_batteries"] == one["swap_batteries_count"] * 50 * 500
    assert one["cost_yuan"] == items.sum()


def test_the_piles_are_the_fewest_that_a_search_from_one_upwards_finds():
    sized = size_stations(demand(20.0, 150.0, 900.0), SizingParameters(**FLAT, fast_piles_min=0))
    for row in sized.itertuples():
        waits = [wait_within_h(row.arrivals_day / 24, 0.5, c, 0.9) for c in range(1, 60)]
        fewest = next(c for c, wait in enumerate(waits, start=1) if wait <= 10 / 60)
        assert row.fast_piles_count == fewest


def test_the_peak_counts_and_not_the_mean():
    peaked = {**FLAT, "hourly_arrivals": (0.0,) * 18 + (1.0,) * 2 + (0.0,) * 4}
    both = [size_stations(demand(96.0), SizingParameters(**p)).iloc[0] for p in (FLAT, peaked)]
    assert both[1]["fast_piles_count"] > 5 * both[0]["fast_piles_count"]
    assert both[1]["busiest_arrivals_h"] == 48


def test_what_is_unknown_stays_unknown_and_the_others_are_sized():
    sized = size_stations(demand(math.nan, 96.0), DEFAULT)
    unknown, known = sized.iloc[0], sized.iloc[1]
    sizes = sized.columns.difference(["station_id", "reason_zh", "reason_en"])
    assert unknown[sizes].isna().all()
    assert "unknown" in unknown["reason_en"]
    assert known[sizes.difference(["slow_wait_min"])].notna().all()


def test_a_station_without_sessions_gets_the_least_and_waits_nothing():
    one = size_stations(demand(0.0), DEFAULT).iloc[0]
    assert (one["fast_piles_count"], one["wait_min"], one["utilisation_share"]) == (2, 0, 0)
    assert one["grid_connection"] == "low_voltage"
    assert one["transformer_kva"] == 0
    assert "least number" in one["reason_en"]


def test_nothing_to_wait_for_is_no_wait_and_costs_nothing():
    one = size_stations(demand(0.0), SizingParameters(fast_piles_min=0)).iloc[0]
    assert one["fast_piles_count"] == 0
    assert pd.isna(one["wait_min"])
    assert pd.isna(one["utilisation_share"])
    assert one["cost_yuan"] == 0


def test_a_rule_that_requires_more_piles_is_kept_and_named():
    table = demand(10.0, 10.0, 10.0, piles_required_count=[8.0, math.nan, 1.0])
    sized = size_stations(table, DEFAULT)
    piles = sized["fast_piles_count"] + sized["slow_piles_count"]
    free = size_stations(demand(10.0), DEFAULT).iloc[0]
    assert piles.tolist() == [8, *[free["fast_piles_count"] + free["slow_piles_count"]] * 2]
    assert "required" in sized["reason_en"].iloc[0]
    assert "required" not in sized["reason_en"].iloc[1]


def test_swapping_takes_sessions_from_the_piles_and_needs_bays_and_batteries():
    without, with_swap = (
        size_stations(demand(480.0), SizingParameters(**FLAT, swap_share=share)).iloc[0]
        for share in (0.0, 0.5)
    )
    assert without["swap_bays_count"] == without["swap_batteries_count"] == 0
    assert with_swap["fast_piles_count"] < without["fast_piles_count"]
    # 10 swaps an hour of 5 minutes: 0.83 erlang; each battery away for 40 / 45 h: 8.9 erlang.
    bays, batteries = with_swap["swap_bays_count"], with_swap["swap_batteries_count"]
    assert (
        wait_within_h(10.0, 5 / 60, bays, 0.9) <= 10 / 60 < wait_within_h(10, 5 / 60, bays - 1, 0.9)
    )
    stay = 40 / 45
    assert wait_within_h(10.0, stay, batteries, 0.9) <= 10 / 60
    assert wait_within_h(10.0, stay, batteries - 1, 0.9) > 10 / 60
    assert with_swap["power_kw"] == (with_swap["fast_piles_count"] + batteries) * 60


def test_a_load_beyond_the_largest_transformer_is_shared_among_equal_ones():
    one = size_stations(demand(3_000.0), DEFAULT).iloc[0]
    assert one["transformers_count"] > 1
    need = one["grid_kva"] / DEFAULT.transformer_load_share
    assert one["transformer_kva"] / one["transformers_count"] in DEFAULT.transformer_sizes_kva
    assert one["transformer_kva"] >= need > (one["transformers_count"] - 1) * 2_500


def test_the_cost_is_the_sum_of_its_items():
    sized = size_stations(demand(0.0, 96.0, 900.0), SizingParameters(swap_share=0.2))
    items = cost_items(sized, SizingParameters(swap_share=0.2))
    totals = items.groupby("station_id")["cost_yuan"].sum()
    np.testing.assert_allclose(sized.set_index("station_id")["cost_yuan"], totals)
    assert not items.duplicated(["station_id", "cost_item"]).any()


def test_the_rows_keep_their_index_and_the_table_its_shape():
    table = demand(5.0, 500.0).set_axis(["x", "y"], axis="index")
    before = table.copy()
    sized = size_stations(table, DEFAULT)
    assert sized.index.tolist() == ["x", "y"]
    pd.testing.assert_frame_equal(table, before)
    none = size_stations(table.iloc[:0], DEFAULT)
    assert none.empty
    assert none.columns.tolist() == sized.columns.tolist()


def test_every_column_has_a_title():
    sized = size_stations(demand(96.0), DEFAULT)
    columns = [*sized.columns, *cost_items(sized, DEFAULT).columns]
    assert not [name for name in columns if name not in fields.glossary()]
    assert set(cost_items(sized, DEFAULT)["cost_item"]) <= set(fields.get("cost_item").values)


def test_bad_tables_are_refused_with_all_that_is_wrong():
    with pytest.raises(LayerError) as caught:
        size_stations(pd.DataFrame({"id": ["a"]}), DEFAULT)
    assert [p.where for p in caught.value.problems] == ["station_id", "sessions_day"]
    bad = pd.DataFrame({"station_id": ["a", "a"], "sessions_day": [1.0, -1.0]})
    with pytest.raises(LayerError) as caught:
        size_stations(bad.assign(destination_share=1.5), DEFAULT)
    found = [p.where for p in caught.value.problems]
    assert found == ["station_id", "sessions_day", "destination_share"]


def test_parameters_are_read_as_typed_and_refused_where_they_cannot_be():
    typed = {"transformer_sizes_kva": "630，250", "hourly_arrivals": ",".join(["1"] * 24)}
    values, records = build(Whole, {}, typed, scenario_name="x")
    assert values.transformer_sizes_kva == (250.0, 630.0)
    assert all(record.source and record.title.zh for record in records)
    with pytest.raises(ParameterError, match="hourly_arrivals"):
        build(Whole, {"hourly_arrivals": [1.0] * 23}, {}, scenario_name="x")


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 3_000), st.floats(1.0, 3.0), st.floats(0, 1), st.floats(1, 60))
def test_more_sessions_or_a_shorter_target_never_need_fewer_piles(day, more, fast, target):
    given_ = {"fast_share": fast, "fast_piles_min": 0}
    wide = SizingParameters(**given_, fast_wait_target_min=target * more)
    tight = SizingParameters(**given_, fast_wait_target_min=target)
    sized = size_stations(demand(day, day * more), tight)
    for column in ("fast_piles_count", "slow_piles_count", "power_kw", "grid_kva"):
        assert sized[column].iloc[0] <= sized[column].iloc[1]
    relaxed = size_stations(demand(day), wide)
    assert relaxed["fast_piles_count"].iloc[0] <= sized["fast_piles_count"].iloc[0]
    held = sized["wait_most_min"].dropna()
    assert (held <= target + 0.006).all()  # rounded to hundredths


@given(st.integers(1, 500), st.floats(0.05, 1.0))
def test_simultaneity_falls_from_one_and_the_load_still_grows(count, many):
    shares = simultaneity([count, count + 1], many)
    assert many <= shares[1] <= shares[0] <= 1
    assert shares[1] * (count + 1) >= shares[0] * count


def test_every_item_of_the_cost_is_as_worked_out_by_hand():
    sizing = pd.DataFrame(
        {
            "station_id": ["a", "b", "c"],
            "fast_piles_count": [2, 0, None],
            "slow_piles_count": [3, 1, None],
            "swap_bays_count": [1, 0, None],
            "swap_batteries_count": [4, 0, None],
            "load_kw": [300.0, 7.0, None],
            "grid_connection": ["medium_voltage", "low_voltage", None],
            "transformer_kva": [500.0, 0.0, None],
        }
    ).astype({"fast_piles_count": "Int64", "slow_piles_count": "Int64"})
    given_ = SizingParameters(
        fast_pile_kw=60.0, fast_cost_yuan_kw=600.0, slow_cost_yuan_pile=4_000.0,
        civil_cost_yuan_pile=12_000.0, transformer_cost_yuan_kva=450.0,
        medium_voltage_cost_yuan=250_000.0, low_voltage_cost_yuan_kw=200.0,
        swap_cost_yuan_bay=2_500_000.0, swap_battery_kwh=60.0, battery_cost_yuan_kwh=700.0,
    )  # fmt: skip
    items = cost_items(sizing, given_)
    found = items.set_index(["station_id", "cost_item"])[["quantity", "cost_yuan"]]
    assert found.loc["a"].T.to_dict("list") == {
        "fast_piles": [120, 72_000],
        "slow_piles": [3, 12_000],
        "civil_works": [5, 60_000],
        "transformer": [500, 225_000],
        "medium_voltage": [1, 250_000],
        "swap_bays": [1, 2_500_000],
        "swap_batteries": [240, 168_000],
    }
    assert found.loc["b"].T.to_dict("list") == {
        "slow_piles": [1, 4_000], "civil_works": [1, 12_000], "low_voltage": [7, 1_400],
    }  # fmt: skip
    assert set(items["station_id"]) == {"a", "b"}  # of c nothing is known
