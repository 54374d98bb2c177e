"""Ways to separate rain from sewage, worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.plans.sewer.analyse import analyse
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.plan import PLAN
from nngis.plans.sewer.prices import manhole_yuan, prices

# Rain of 167 x 6 / (t + 10) L/(s ha), half of it runs off.
RAIN = {
    "storm_a1": 6.0, "storm_c": 0.7, "storm_b": 10.0, "storm_n": 1.0, "storm_years": 1.0,
    "inlet_minutes": 10.0, "runoff_share": 0.5,
}  # fmt: skip
# 240 L a head, nine tenths of it, nothing seeps in: 1,000 people bring 216 m3/d, 2.5 L/s.
WATER = {"water_l_head_d": 240.0, "sewage_share": 0.9, "infiltration_share": 0.0}


@pytest.fixture
def layers(at, frame):
    """A foul sewer a, two combined ones b and c below it, and a misconnected one by itself."""
    rows = {
        "a": ((0, 0), (0.1, 0), "sewage", None, 300.0, None),
        "b": ((0.1, 0), (0.2, 0), "combined", None, 300.0, 2.0),
        "c": ((0.2, 0), (0.3, 0), "combined", None, 300.0, 1.0),
        "d": ((0, 5), (0.5, 5), "sewage", True, 300.0, None),
    }
    sewers = frame(
        {
            name: {
                "geometry": LineString([at(*p), at(*q)]),
                "sewer_kind": kind,
                "misconnected": wrong,
                "diameter_mm": bore,
                "invert_up_m": 101.0,
                "invert_down_m": 100.0 if name != "d" else 96.0,
                "drained_ha": ha,
            }
            for name, (p, q, kind, wrong, bore, ha) in rows.items()
        },
        "sewer_id",
    )
    plants = frame({"w": {"name_zh": "甲厂", "geometry": Point(at(0.31, 0))}}, "wwtp_id")
    people = {"up": (0.05, 0, 2000.0), "low": (0.25, 0, 1000.0)}
    demand = frame(
        {k: {"population": n, "geometry": Point(at(x, y))} for k, (x, y, n) in people.items()},
        "demand_id",
    )
    return {"sewers": sewers, "treatment_plants": plants, "demand": demand}


def analysed(layers, **settings):
    parameters = SewerParameters(**{**RAIN, **WATER, "intercept_ratio": 2.0, **settings})
    return analyse(SewerLayers(**layers), parameters)


def compared(layers, **settings):
    return analysed(layers, **settings).tables["separation"]


def test_a_district_is_what_hangs_together_and_has_its_variants(layers):
    table = compared(layers)
    assert table.index.tolist() == [
        "H001-keep", "H001-mend", "H002-keep", "H002-new_sanitary", "H002-new_storm",
    ]  # fmt: skip
    assert table["mixed_km"].tolist() == pytest.approx([0.5, 0.5, 0.2, 0.2, 0.2])
    assert table["lay_km"].tolist() == pytest.approx([0, 0, 0, 0.2, 0.2])
    assert table.loc["H002-keep", "wwtp_id"] == "w"


def test_the_flow_to_the_plant_falls_from_what_is_intercepted_to_the_dry_flow(layers):
    # 3,000 people: 648 m3/d in dry weather, 2,000 of them from above; three times that in rain.
    table = compared(layers)
    assert table["dry_m3_d"].loc["H002-keep":].tolist() == pytest.approx([648.0] * 3)
    assert table["wet_m3_d"].loc["H002-keep":].tolist() == pytest.approx([1944.0, 648.0, 648.0])


def test_what_is_spilt_is_the_rain_beyond_what_is_intercepted(layers):
    # b: 0.5 x 50.1 x 2 ha = 50.1 L/s at 1.3683 m/s (DN300 at 1 %), 1.2181 min later
    # c: 0.5 x 1002 / 21.2181 x 3 ha = 70.836 L/s; 2 x 7.5 L/s more than the dry flow are kept.
    table = compared(layers).loc["H002-keep":]
    assert table["storm_l_s"].tolist() == pytest.approx([70.836] * 3, rel=1e-4)
    assert table["overflow_l_s"].tolist() == pytest.approx([55.836, 0.0, 0.0], rel=1e-4)


def test_old_sewers_are_held_against_what_each_variant_leaves_them(layers):
    # DN300 at 1 % carries 96.7 L/s full and 56.6 at a fill of 0.55; sewage at its peak is
    # 2.7 x 5 and 2.625 x 7.5 L/s; c with rain and sewage has 90.5.
    table = compared(layers).loc["H002-keep":]
    assert table["short_km"].tolist() == pytest.approx([0.0, 0.0, 0.0])
    # Half as much rain again: c has 106.3 L/s of rain alone.
    table = compared(layers, runoff_share=0.75).loc["H002-keep":]
    assert table["short_km"].tolist() == pytest.approx([0.1, 0.1, 0.0])


def test_new_sewers_are_priced_beside_the_old(layers):
    # 200 m of DN300 in 2.5 m (trench 2.63 m deep: 1.16 x (110 + 0.63 x 85) + 1.66 x 180 + 260
    # = 748.518 yuan/m), and two manholes for each 100 m (75 m apart at the most).
    wells = 4 * float(manhole_yuan(300, 2.5, prices()))
    table = compared(layers)
    expected = (200 * 748.518 + wells) / 10_000
    assert table.loc["H002-new_sanitary", "cost_10k_cny"] == pytest.approx(expected)
    assert table.loc["H002-new_storm", "cost_10k_cny"] == pytest.approx(expected)
    assert table.loc["H002-keep", "cost_10k_cny"] == 0.0


def test_without_a_storm_formula_rain_is_unknown_and_sewage_is_not(layers):
    table = compared(layers, storm_a1=None).loc["H002-keep":]
    assert table["storm_l_s"].isna().all()
    assert pd.isna(table.loc["H002-keep", "overflow_l_s"])
    assert pd.isna(table.loc["H002-new_storm", "cost_10k_cny"])
    assert table.loc["H002-new_sanitary", "cost_10k_cny"] > 0
    assert table["dry_m3_d"].notna().all()


def test_rain_that_is_not_known_is_said_with_the_rows(layers):
    def told(**settings):
        warned = analysed(layers, **settings).warnings
        return [one.ids for one in warned if "combined" in one.en]

    assert told() == []
    assert [list(ids) for ids in told(storm_n=None)] == [["H002-new_storm"]]


def test_mending_costs_what_is_said_and_else_nobody_knows_what(layers):
    assert pd.isna(compared(layers).loc["H001-mend", "cost_10k_cny"])
    priced = compared(layers, mend_yuan_m=400.0)
    assert priced.loc["H001-mend", "cost_10k_cny"] == pytest.approx(20.0)
    assert pd.isna(priced.loc["H001-keep", "wet_m3_d"])  # how much rain comes in is not known


def test_without_people_the_flows_are_unknown_and_the_lengths_are_not(layers):
    table = compared({**layers, "demand": None}).loc["H002-keep":]
    assert table[["dry_m3_d", "wet_m3_d"]].isna().all(axis=None)
    assert table["lay_km"].tolist() == pytest.approx([0, 0.2, 0.2])


def test_towns_that_stand_in_for_demand_bring_nothing_to_a_sewer(layers, frame, counties, at):
    towns = frame(
        {"t": {"name_zh": "某镇", "adcode": "450102", "geometry": Point(at(0.15, 9))}},
        "township_id",
    )
    people = frame({"p": {"adcode": "450102", "population": 1e5, "year": 2020}}, "population_id")
    given = {"townships": towns, "population": people, "counties": counties}
    table = compared({**layers, **given, "demand": None}).loc["H002-keep":]
    assert table["dry_m3_d"].isna().all()


def test_a_district_is_as_sure_as_its_weakest_sewer(layers):
    sewers = layers["sewers"].assign(evidence=["surveyed", "surveyed", "synthetic", "surveyed"])
    table = compared({**layers, "sewers": sewers})
    assert table["evidence"].tolist() == ["surveyed"] * 2 + ["synthetic"] * 3


def test_alternatives_are_not_added_up():
    assert not next(sheet for sheet in PLAN.sheets if sheet.table == "separation").adds


def test_mended_and_separate_sewers_are_no_district(layers):
    sewers = layers["sewers"].assign(sewer_kind="sewage", mended=True)
    assert not len(compared({**layers, "sewers": sewers}))


def test_the_order_of_sewers_has_no_effect(layers):
    turned = {**layers, "sewers": layers["sewers"].iloc[::-1]}
    left, right = compared(layers), compared(turned)
    numbers = left.select_dtypes("number").columns
    np.testing.assert_allclose(
        left[numbers].astype(float), right.loc[left.index, numbers].astype(float)
    )
