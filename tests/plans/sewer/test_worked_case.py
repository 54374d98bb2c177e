"""Service, load and renovation of one sewered place, worked out by hand.

Two counties with their border at 10 km, two plants, five sewers: a and b (2 km each) lead to w,
c (3 km) to v, d (1 km) and a storm sewer nowhere. A place within 200 m of a sewer is served.
"""

import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.plans.sewer.analyse import analyse
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.parameters import SewerParameters

NAN = float("nan")
SET = {
    "served_within_m": 200.0, "persons_per_building": 5.0, "water_urban_l_head_d": 200.0,
    "water_town_l_head_d": 150.0, "water_rural_l_head_d": 100.0, "sewage_share": 0.9,
    "infiltration_share": 0.1, "least_bod_mg_l": 100.0, "renovate_after_years": 40,
    "renovate_from_grade": 3, "target_year": 2025,
}  # fmt: skip
DEMAND = {
    # how many people, where by the kilometre, and what the place is called
    "near": (100.0, (1, 0.2), "某街道"),  # 200 m off: just served
    "off": (40.0, (1, 0.201), "某街道"),
    "house": (None, (3, 0.1), "某街道"),  # nobody counted them: five
    "town": (60.0, (13, 5.1), "三塘镇"),
    "village": (30.0, (18, 8), "甲村"),
    "loose": (7.0, (0.5, 9.1), "某街道"),  # by a sewer that leads to no plant
}
SEWERS = {
    "a": ((0, 0), (2, 0), {"built_year": 1986}),
    "b": ((2, 0), (4, 0), {"misconnected": True}),
    "c": ((12, 5), (15, 5), {"defect_grade": 2}),
    "d": ((0, 9), (1, 9), {"built_year": 1985}),
    "storm": ((18, 8), (19, 8), {"sewer_kind": "storm"}),
}
ORDER = list(DEMAND)


@pytest.fixture
def found(at, frame, counties):
    def run(order=ORDER):
        demand = {
            k: {"population": DEMAND[k][0], "name_zh": DEMAND[k][2],
                "geometry": Point(at(*DEMAND[k][1]))}
            for k in order
        }  # fmt: skip
        blank = {"built_year": None, "misconnected": None, "defect_grade": None,
                 "sewer_kind": None}  # fmt: skip
        sewers = {
            k: blank | more | {"geometry": LineString([at(*p), at(*q)])}
            for k, (p, q, more) in SEWERS.items()
        }
        plants = {
            "w": {"name_zh": "甲厂", "capacity_m3_d": 41.58, "influent_bod_mg_l": 100.0,
                  "geometry": Point(at(4.1, 0))},
            "v": {"name_zh": "乙厂", "capacity_m3_d": 8.0, "influent_bod_mg_l": 99.9,
                  "geometry": Point(at(15.1, 5))},
        }  # fmt: skip
        layers = SewerLayers(
            demand=frame(demand, "demand_id"),
            sewers=frame(sewers, "sewer_id"),
            treatment_plants=frame(plants, "wwtp_id"),
            counties=counties,
        )
        return analyse(layers, SewerParameters(**SET))

    return run


def test_who_is_served_and_by_whom_is_as_worked_out(found):
    gaps = found().tables["gaps"]
    served = gaps.loc[["near", "house", "town"]]
    assert served["wwtp_id"].to_dict() == {"near": "w", "house": "w", "town": "v"}
    assert served["sewer_id"].to_dict() == {"near": "a", "house": "b", "town": "c"}
    assert served["sewer_distance_m"].tolist() == pytest.approx([200, 100, 100])
    assert gaps["decision"].ne("covered").loc[["off", "village", "loose"]].all()
    assert gaps.loc[["off", "village", "loose"], "wwtp_id"].isna().all()
    assert gaps["population"].to_dict() == {
        "near": 100, "off": 40, "house": 5, "town": 60, "village": 30, "loose": 7,
    }  # fmt: skip
    assert gaps.loc[["off", "village", "loose"], "gap_reason"].tolist() == [
        "far", "far", "no_catchment",
    ]  # fmt: skip


def test_every_amount_of_a_plant_is_as_worked_out(found):
    # 105 people of the city drink 200 L, of which 90 % and a tenth more arrive: 20.79 m³/d, half
    # of what w treats. 60 people of a town at 150 L are 8.91: more than v can.
    plants = found().tables["plants"].loc[["w", "v"]]
    worked = {
        "upstream_km": (4, 3),
        "pipes_count": (2, 1),
        "population": (105, 60),
        "load_m3_d": (20.79, 8.91),
        "spare_m3_d": (20.79, -0.91),
        "load_share": (0.5, 8.91 / 8),
        "abnormal": (0, 1),
    }
    for name, values in worked.items():
        assert plants[name].astype(float).tolist() == pytest.approx(values), name
    assert plants["load_basis"].tolist() == ["people", "people"]
    assert found().tables["catchments"].index.tolist() == ["v", "w"]


def test_every_sum_of_a_county_is_as_worked_out(found):
    by = found().tables["gaps_by_county"].set_index("county").loc[["兴宁区", "横州市"]]
    worked = {
        "blocks_count": (4, 2),
        "population": (152, 90),
        "gap_population": (47, 30),
        "gap_population_low": (47, 30),
        "gap_population_high": (47, 30),
        "covered_share": (105 / 152, 60 / 90),
    }
    for name, values in worked.items():
        assert by[name].tolist() == pytest.approx(values), name


def test_what_is_renovated_for_which_reason_is_as_worked_out(found):
    analysis = found()
    table = analysis.tables["renovation"]
    assert table["decision"].to_dict() == {
        "a": "existing", "b": "renovate", "c": "renovate", "d": "renovate",
    }  # fmt: skip
    assert table["rule"].to_dict() == {"a": "", "b": "A81", "c": "A16", "d": "A81"}
    assert table["length_km"].to_dict() == pytest.approx({"a": 2, "b": 2, "c": 3, "d": 1})
    assert table["age_years"].dropna().to_dict() == {"a": 39, "d": 40}
    assert table["county"].to_dict() == {
        "a": "兴宁区", "b": "兴宁区", "c": "横州市", "d": "兴宁区",
    }  # fmt: skip
    values = {one.name: (one.value, one.unit, one.status) for one in analysis.indicators}
    assert values["a16_renovate_km"] == (3.0, "km", "no_target")
    assert values["a81_renovate_km"] == (3.0, "km", "no_target")
    assert values["gap_population"] == (77.0, "人", "no_target")
    # No ledger of projects: what is done is not known, and not zero.
    assert values["sewer_km"][0] is None
    assert values["capacity_10k_t_d"][0] is None
    assert values["double_km"][0] is None


def test_the_order_of_rows_changes_nothing_and_parts_add_up(found):
    one, two = found().tables, found(ORDER[::-1]).tables
    for name in ("gaps", "plants", "gaps_by_county"):
        first = pd.DataFrame(one[name])
        pd.testing.assert_frame_equal(first, pd.DataFrame(two[name]).loc[first.index])
    gaps, by = one["gaps"], one["gaps_by_county"]
    assert by["population"].sum() == gaps["population"].sum()
    assert one["plants"]["population"].sum() + by["gap_population"].sum() == by["population"].sum()
    assert by["covered_share"].between(0, 1).all()
