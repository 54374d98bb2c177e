"""One rooftop case, worked out by hand down to every column of amounts and every indicator.

Two counties (one of the pilots, one not) and a roof outside both; every form of roof and every
class; one kWp gives 900, 1,000 or 1,200 kWh a year. The amounts below are worked out on paper:

====  ==========  =======  ======  ==========================  ============================
roof  class       form     m²      kWp (low, central, high)    yuan: W times yuan a W
====  ==========  =======  ======  ==========================  ============================
a     government  flat      1,000  50 / 75 / 105               75,000 W x 3.5 =   262,500
b, j  industrial  metal     2,000  192 / 252 / 320             252,000 W x 3.2 =  806,400
c     rural       tile        400  24 / 30.8 / 38.4            30,800 W x 3.8 =   117,040
e     public      flat      1,000  50 / 75 / 105               262,500
====  ==========  =======  ======  ==========================  ============================
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from nngis.plans.rooftop.estimate import estimate_counties
from nngis.plans.rooftop.grid import substation_of
from nngis.plans.rooftop.order import put_in_order
from nngis.plans.rooftop.parameters import RooftopParameters

CRS = "EPSG:4545"
EAST, NORTH = 500_000.0, 2_500_000.0
NAN = float("nan")

SET = {
    "pilot_counties": ("横州市",),
    "policy_min_share_government": 0.5,
    "policy_min_share_public": 0.4,
    "policy_min_share_industrial_commercial": 0.3,
    "policy_min_share_rural_residential": 0.2,
    "flat_usable_share": (0.5, 0.6, 0.7),
    "flat_density_kwp_m2": (0.10, 0.125, 0.15),
    "flat_cost_cny_w": 3.5,
    "metal_usable_share": (0.6, 0.7, 0.8),
    "metal_density_kwp_m2": (0.16, 0.18, 0.20),
    "metal_cost_cny_w": 3.2,
    "tile_usable_share": (0.50, 0.55, 0.60),
    "tile_density_kwp_m2": (0.12, 0.14, 0.16),
    "tile_cost_cny_w": 3.8,
    "grid_factor_kg_kwh": 0.4,
    "tce_per_mwh": 0.125,
    "city_energy_tce_a": 1_000.0,
    "reverse_flow_share": 0.8,
}
ROOFS = {
    # id: metres east, wide, deep, class, form, protected, township
    "a": (1_000, 40, 25, "government", "flat", False, "甲镇"),
    "b": (1_100, 50, 40, "commercial", "metal", False, "甲镇"),
    "c": (1_200, 20, 20, "rural", "tile", False, "乙镇"),
    "d": (1_300, 60, 50, "government", "unfit", False, "乙镇"),
    "e": (-1_000, 40, 25, "public", "flat", None, None),
    "f": (-1_100, 25, 20, "public", "flat", True, None),
    "g": (1_500, 30, 20, None, None, False, "甲镇"),
    "h": (-1_200, 40, 20, "urban", "flat", False, None),
    "i": (20_000, 20, 10, "rural", "flat", False, None),
    "j": (1_600, 50, 40, "commercial", "metal", False, "甲镇"),
}


def make_roofs():
    """Return the roofs of the table above."""
    shapes = [box(EAST + x, NORTH, EAST + x + w, NORTH + d) for x, w, d, *_ in ROOFS.values()]
    table = {
        name: [row[at] for row in ROOFS.values()]
        for at, name in enumerate(("roof_class", "roof_form", "protected", "township"), 3)
    }
    index = pd.Index(list(ROOFS), name="roof_id")
    return gpd.GeoDataFrame(table, index=index, geometry=shapes, crs=CRS).assign(
        evidence="surveyed"
    )


def points(spots, name, **columns):
    """Return points by id, so many metres east of the border of the counties."""
    shapes = [Point(EAST + x, NORTH + y) for x, y in spots.values()]
    index = pd.Index(list(spots), name=name)
    return gpd.GeoDataFrame(columns, index=index, geometry=shapes, crs=CRS)


BUILT = points(
    {"p1": (1_010, 5), "p2": (-990, 5), "p3": (1_110, 5), "p4": (3_000, 0)},
    "pv_id",
    capacity_kwp=[25.0, 12.5, 70.0, 50.0],
    pv_area_m2=[200.0, NAN, NAN, NAN],
    roof_class=[None, None, None, "factory"],
    status=["operating", None, "planned", "completed"],
)
STATIONS = points(
    {"S": (1_300, 0), "T": (-1_000, 0), "U": (-8_000, 0)},
    "substation_id",
    name_zh=["东站", "西站", "远站"],
    capacity_mva=[10.0, 0.05, NAN],
    hosting_capacity_mw=[0.4, NAN, NAN],
)


@pytest.fixture
def found(run):
    return run(make_roofs(), RooftopParameters(**SET), substations=STATIONS, pv_registered=BUILT)


def check(table, columns, expected):
    """Hold a table against the rows that were worked out by hand."""
    assert list(table.index) == list(expected)
    for name, at in zip(columns, range(len(columns)), strict=True):
        worked = [row[at] for row in expected.values()]
        got = table[name].tolist()
        if isinstance(next((w for w in worked if w is not None), None), str):
            assert [None if pd.isna(v) else v for v in got] == worked, name
        else:
            assert [NAN if v is None or v is pd.NA else float(v) for v in got] == pytest.approx(
                worked, rel=3e-5, abs=1e-9, nan_ok=True
            ), name


def test_every_amount_of_a_roof_is_as_worked_out(found):
    columns = (
        *("decision", "tranche", "area_m2", "usable_share", "capacity_low_kwp", "capacity_kwp"),
        *("capacity_high_kwp", "energy_low_mwh_a", "energy_mwh_a", "energy_high_mwh_a"),
        *("cost_10k_cny", "policy_min_share", "specific_yield_kwh_kwp", "rank", "substation_id"),
        "hosted_kwp",
    )
    lost = (NAN,) * 8
    none = (0.0,) * 8
    worked = {
        "a": ("pilot", "minimum", 1000, 0.60, 50, 75, 105, 45, 75, 126, 26.25, 0.5, 1000, 2, "S",
              75),
        "b": ("pilot", "minimum", 2000, 0.70, 192, 252, 320, 172.8, 252, 384, 80.64, 0.3, 1000, 1,
              "S", 252),
        "c": ("pilot", "minimum", 400, 0.55, 24, 30.8, 38.4, 21.6, 30.8, 46.08, 11.704, 0.2, 1000,
              3, "S", 30.8),
        "d": ("unsuitable", None, 3000, *none, 0.5, 1000, NAN, "S", NAN),
        "e": ("phase_2", "minimum", 1000, 0.60, 50, 75, 105, 45, 75, 126, 26.25, 0.4, 1000, 5, "T",
              40),
        "f": ("unsuitable", None, 500, *none, 0.4, 1000, NAN, "T", NAN),
        "g": ("unknown", None, 600, *lost, NAN, 1000, NAN, "S", NAN),
        "h": ("unsuitable", None, 800, *none, NAN, 1000, NAN, "T", NAN),
        "i": ("unknown", None, 200, *lost, 0.2, 1000, NAN, "S", NAN),
        "j": ("pilot", "further", 2000, 0.70, 192, 252, 320, 172.8, 252, 384, 80.64, 0.3, 1000, 4,
              "S", 42.2),
    }  # fmt: skip
    check(found.tables["roofs"], columns, worked)
    # Energy for ten thousand yuan: 75 MWh for 26.25, 252 for 80.64, 30.8 for 11.704.
    per_yuan = found.tables["roofs"]["energy_per_cny"].dropna().to_dict()
    assert per_yuan == pytest.approx(
        {"a": 2.8571, "b": 3.125, "c": 2.6316, "e": 2.8571, "j": 3.125}, abs=1e-4
    )


SUMS = (
    *("roofs_count", "pilot_count", "phase_2_count", "unsuitable_count", "roofs_unknown_count"),
    *("area_m2", "installed_area_m2", "capacity_low_kwp", "capacity_kwp", "capacity_high_kwp"),
    *("energy_low_mwh_a", "energy_mwh_a", "energy_high_mwh_a", "cost_10k_cny"),
    *("policy_capacity_kwp", "co2_avoided_low_t_a", "co2_avoided_t_a", "co2_avoided_high_t_a"),
)


def test_every_sum_of_a_county_is_as_worked_out(found):
    worked = {
        "甲县": (3, 0, 1, 2, 0, 2300, 1000, 50, 75, 105, 45, 75, 126, 26.25, 75, 18, 30, 50.4),
        # a, b, c, j carry PV; d is unfit and g unknown. 75 + 252 + 30.8 + 252 = 609.8 kWp, of
        # which the least shares need all but j; 0.4 t a MWh.
        "横州市": (6, 4, 0, 1, 1, 9000, 5400, 458, 609.8, 783.4, 412.2, 609.8, 940.08, 199.234,
                   357.8, 164.88, 243.92, 376.032),
        "—": (1, 0, 0, 0, 1, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    }  # fmt: skip
    check(found.tables["by_county"], SUMS, worked)
    lacking = [f"shortfall_{kind}_m2" for kind in
               ("government", "public", "industrial_commercial", "rural_residential")]  # fmt: skip
    check(
        found.tables["by_county"],
        lacking,
        # Of 4,000 m² of government roofs 2,000 are asked for and 1,000 carry PV.
        {"甲县": (NAN, 0, NAN, NAN), "横州市": (1000, NAN, 0, 0), "—": (NAN, NAN, NAN, 40)},
    )


def test_every_sum_of_a_township_class_and_phase_is_as_worked_out(found):
    east = (0.0, 0.0, 0.0, 0.0)
    town = ("roofs_count", "area_m2", "capacity_kwp", "energy_mwh_a", "cost_10k_cny")
    check(
        found.tables["by_township"],
        town,
        {
            "—/—": (1, 200, *east[:3]),
            "横州市/乙镇": (2, 3400, 30.8, 30.8, 11.704),
            "横州市/甲镇": (4, 5600, 579, 579, 187.53),
            "甲县/—": (3, 2300, 75, 75, 26.25),
        },
    )
    kind = (
        *("roofs_count", "area_m2", "installed_area_m2", "policy_min_share", "installed_share"),
        *("shortfall_share", "shortfall_m2", "capacity_kwp", "policy_capacity_kwp"),
    )
    check(
        found.tables["by_class"],
        kind,
        {
            "government": (2, 4000, 1000, 0.5, 0.25, 0.25, 1000, 75, 75),
            "public": (2, 1500, 1000, 0.4, 2 / 3, 0, 0, 75, 75),
            "industrial_commercial": (2, 4000, 4000, 0.3, 1, 0, 0, 504, 252),
            "rural_residential": (2, 600, 400, 0.2, 2 / 3, 0, 0, 30.8, 30.8),
            "urban_residential": (1, 800, 0, NAN, 0, NAN, NAN, 0, 0),
            "unknown": (1, 600, 0, NAN, 0, NAN, NAN, 0, 0),
        },
    )
    check(
        found.tables["by_phase"],
        ("roofs_count", "area_m2", "capacity_kwp", "cost_10k_cny", "co2_avoided_t_a"),
        {
            "pilot/minimum": (3, 3400, 357.8, 118.594, 143.12),
            "pilot/further": (1, 2000, 252, 80.64, 100.8),
            "phase_2/minimum": (1, 1000, 75, 26.25, 30),
        },
    )


def test_every_amount_of_a_substation_is_as_worked_out(found):
    check(
        found.tables["substations"],
        (*("limit_basis", "hosting_capacity_mw", "roofs_count"),
         *("assigned_kwp", "hosted_kwp", "curtailed_kwp")),
        {
            "S": ("stated", 0.4, 4, 609.8, 400, 209.8),
            "T": ("rule", 0.04, 1, 75, 40, 35),  # 80 % of 0.05 MVA
            "U": ("none", NAN, 0, 0, NAN, NAN),
        },
    )  # fmt: skip


def test_every_amount_of_pv_that_stands_is_as_worked_out(found):
    check(
        found.tables["pv_built"],
        ("county", "class", "capacity_kwp", "pv_area_m2", "roof_id"),
        {
            "p1": ("横州市", "government", 25, 200, "a"),
            "p2": ("甲县", "public", 12.5, 100, "e"),  # no area is stated: 0.125 kWp a m²
            "p4": ("横州市", "industrial_commercial", 50, 400, None),
        },
    )


INDICATORS = {
    # name: value, unit, target, status
    "pilot_capacity_mw": (0.6098, "MWp", None, "no_target"),
    "pv_capacity_mw": (0.6848, "MWp", None, "no_target"),
    "policy_capacity_mw": (0.4328, "MWp", None, "no_target"),
    "pv_energy_gwh_a": (0.6848, "GWh/a", None, "no_target"),
    "co2_avoided_t_a": (273.92, "t/a", None, "no_target"),
    "installed_government_share": (0.25, "", None, "no_target"),
    "installed_public_share": (None, "", None, "no_target"),  # none stands in a pilot county
    "installed_industrial_commercial_share": (1.0, "", None, "no_target"),
    "installed_rural_residential_share": (1.0, "", None, "no_target"),
    "pv_built_mw": (0.0875, "MWp", None, "no_target"),
    "built_government_share": (0.05, "", 0.5, "missed"),  # 200 of 4,000 m²
    "built_public_share": (None, "", 0.4, "unknown"),
    "built_industrial_commercial_share": (0.1, "", 0.3, "missed"),  # 400 of 4,000 m²
    "built_rural_residential_share": (0.0, "", 0.2, "missed"),
    "roofs_unknown_count": (2.0, "个", None, "no_target"),
    "non_fossil_share": (0.0856, "", None, "no_target"),  # 684.8 MWh x 0.125 = 85.6 of 1,000 tce
    "hosted_capacity_mw": (0.44, "MWp", None, "no_target"),  # 400 and 40 kW, see the substations
}


def test_every_indicator_is_as_worked_out(found):
    got = {one.name: one for one in found.indicators}
    assert list(got) == list(INDICATORS)
    for name, (value, unit, target, status) in INDICATORS.items():
        one = got[name]
        assert (one.unit, one.target, one.status) == (unit, target, status), name
        assert one.value == (None if value is None else pytest.approx(value, rel=3e-5)), name
    assert "412" not in got["pv_energy_gwh_a"].note.en  # the whole range, not one county's
    assert "Range 457-1,066 MWh/a" in got["pv_energy_gwh_a"].note.en
    assert "Range 183-426 t/a" in got["co2_avoided_t_a"].note.en


def test_without_the_energy_of_the_city_or_a_ledger_of_pv_a_share_is_unknown(run):
    given = RooftopParameters(**SET | {"city_energy_tce_a": None})
    got = {one.name: one for one in run(make_roofs(), given).indicators}
    assert got["non_fossil_share"].value is None
    assert got["pv_built_mw"].value is None
    assert got["built_government_share"].status == "unknown"


def test_a_target_is_met_by_exactly_its_share(run):
    def status(area_m2):
        built = BUILT.loc[["p1"]].assign(pv_area_m2=area_m2)
        found = run(make_roofs(), RooftopParameters(**SET), pv_registered=built)
        return {one.name: one.status for one in found.indicators}["built_government_share"]

    area = run(make_roofs(), RooftopParameters(**SET)).tables["roofs"]["area_m2"]
    half = (area["a"] + area["d"]) / 2
    assert (status(half), status(half - 1.0)) == ("met", "missed")


def test_a_roof_of_exactly_the_least_or_largest_size_counts(run):
    area = run(make_roofs(), RooftopParameters(**SET)).tables["roofs"]["area_m2"]
    least = RooftopParameters(**SET | {"min_roof_m2": area["c"]})
    assert run(make_roofs(), least).tables["roofs"].loc["c", "decision"] == "pilot"
    over = RooftopParameters(**SET | {"min_roof_m2": area["c"] + 0.01})
    assert run(make_roofs(), over).tables["roofs"].loc["c", "rule"] == "too_small"
    largest = RooftopParameters(**SET | {"max_roof_m2": area["b"]})
    assert run(make_roofs(), largest).tables["roofs"].loc["b", "decision"] == "pilot"
    below = RooftopParameters(**SET | {"max_roof_m2": area["b"] - 0.01})
    assert run(make_roofs(), below).tables["roofs"].loc["b", "rule"] == "too_large"


def test_a_least_share_that_is_reached_exactly_asks_for_no_further_roof():
    roofs = pd.DataFrame(
        {
            "county": "甲", "class": "public", "decision": "pilot", "cost_10k_cny": 1.0,
            "area_m2": [40.0, 59.0, 1.0], "energy_mwh_a": [3.0, 2.0, 1.0],
        },
        index=["x", "y", "z"],
    )  # fmt: skip
    reached = put_in_order(roofs, {"public": 0.40})["tranche"].to_dict()
    assert reached == {"x": "minimum", "y": "further", "z": "further"}
    more = put_in_order(roofs, {"public": 0.4001})["tranche"].to_dict()
    assert more == {"x": "minimum", "y": "minimum", "z": "further"}


def test_a_roof_with_room_goes_before_one_without_within_its_tranche_only():
    roofs = pd.DataFrame(
        {
            "county": "甲", "class": "public", "decision": "pilot", "cost_10k_cny": 1.0,
            "area_m2": 100.0, "energy_mwh_a": [4.0, 3.0, 2.0],
        },
        index=["x", "y", "z"],
    )  # fmt: skip
    room = pd.Series([False, False, True], roofs.index)
    found = put_in_order(roofs, {"public": 0.3}, has_room=room)["rank"].to_dict()
    assert found == {"x": 1, "z": 2, "y": 3}


def test_a_substation_exactly_at_the_limit_is_within_reach():
    spot = points({"a": (300, 0)}, "roof_id").geometry
    station = points({"S": (0, 400)}, "substation_id")
    away = substation_of(spot, station, 1_000.0).loc["a", "substation_m"]
    assert away == pytest.approx(500.0, rel=1e-4)
    assert substation_of(spot, station, away).loc["a", "substation_id"] == "S"
    assert substation_of(spot, station, np.nextafter(away, 0)).loc["a", "substation_id"] is None


PEOPLE = {
    "policy_min_share_government": 0.5,
    "policy_min_share_public": 0.4,
    "policy_min_share_industrial_commercial": 0.3,
    "policy_min_share_rural_residential": 0.2,
    "urban_share_county": (0.4, 0.5, 0.6),
    "urban_share_district": (0.5, 0.75, 0.8),
    "rural_floor_m2_head": (40.0, 50.0, 60.0),
    "rural_storeys": (2.0, 2.5, 4.0),
    "urban_floor_m2_head": (30.0, 40.0, 48.0),
    "urban_storeys": (6.0, 8.0, 12.0),
    "government_roof_share": (0.01, 0.025, 0.05),
    "public_roof_share": (0.04, 0.05, 0.10),
    "industrial_commercial_roof_share": (0.15, 0.30, 0.35),
    "household_people": 2.5,
}
ESTIMATE = {
    # A county of 100,000. Housing is people x share x floor space / storeys:
    #   rural 40,000 x 40 / 4, 50,000 x 50 / 2.5, 60,000 x 60 / 2; urban 40,000 x 30 / 12,
    #   50,000 x 40 / 8, 60,000 x 48 / 6. With the others, which are 0.2, 0.375 and 0.5 of all:
    #   500,000 / 0.8 = 625,000; 1,250,000 / 0.625 = 2,000,000; 2,280,000 / 0.5 = 4,560,000 m².
    "甲县/government": (6_250, 50_000, 228_000),
    "甲县/public": (25_000, 100_000, 456_000),
    "甲县/industrial_commercial": (93_750, 600_000, 1_596_000),
    "甲县/rural_residential": (400_000, 1_000_000, 1_800_000),
    "甲县/urban_residential": (100_000, 250_000, 480_000),
    # A district of 200,000, of whom half, three quarters or four fifths are urban:
    #   rural 40,000 x 40 / 4, 50,000 x 50 / 2.5, 100,000 x 60 / 2; urban 100,000 x 30 / 12,
    #   150,000 x 40 / 8, 160,000 x 48 / 6.
    "乙区/rural_residential": (400_000, 1_000_000, 3_000_000),
    "乙区/urban_residential": (250_000, 750_000, 1_280_000),
}
USES = {
    # kWp a m² of roof (low, central, high), kWh a kWp, least share
    "government": ((0.05, 0.075, 0.105), (900, 1000, 1200), 0.5),
    "public": ((0.05, 0.075, 0.105), (900, 1000, 1200), 0.4),
    "industrial_commercial": ((0.096, 0.126, 0.16), (800, 1100, 1300), 0.3),
    "rural_residential": ((0.05, 0.075, 0.105), (900, 1000, 1200), 0.2),
    "urban_residential": ((0.0, 0.0, 0.0), (900, 1000, 1200), 0.0),
}


def test_every_amount_of_the_estimate_is_as_worked_out():
    names = pd.Series(
        ["甲县", "乙区", "丙县"], pd.Index(["450123", "450103", "450125"], name="adcode")
    )
    people = pd.DataFrame(
        {
            "adcode": ["450123", "450123", "450103"],
            "year": [2020, 2010, 2020],
            "population": [100_000, 77_000, 200_000],
        }
    )
    facing = pd.MultiIndex.from_product([["c"], ["flat-180", "metal-any"]],
                                        names=["cell_id", "facing"])  # fmt: skip
    yields = pd.DataFrame(
        {"low": [900.0, 800.0], "central": [1000.0, 1100.0], "high": [1200.0, 1300.0]}, facing
    )
    table = estimate_counties(people, names, yields, RooftopParameters(**SET | PEOPLE))
    for row, areas in ESTIMATE.items():
        density, hours, least = USES[row.split("/")[1]]
        for at, level in enumerate(("low_", "", "high_")):
            kwp = areas[at] * density[at]
            worked = {
                f"roof_area_{level}m2": areas[at],
                f"capacity_{level}kwp": kwp,
                f"policy_capacity_{level}kwp": kwp * least,
                f"energy_{level}mwh_a": kwp * hours[at] / 1000,
            }
            for name, value in worked.items():
                assert table.loc[row, name] == pytest.approx(value, abs=0.51), (row, name)
    assert table.loc["甲县/public", ["population", "households_count"]].tolist() == [
        100_000, 40_000,
    ]  # fmt: skip
    # Nobody has counted the people of 丙县: how many roofs there are is unknown.
    assert table.loc["丙县/public"].drop(["county", "class", "evidence"]).isna().all()
