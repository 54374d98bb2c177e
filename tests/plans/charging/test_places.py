"""Places that must have chargers: classes, rules, what is missing."""

import pandas as pd
import pytest

from nngis.plans.charging.place_classes import classify_places
from nngis.plans.charging.place_rules import RULES, rule_table
from nngis.plans.charging.places import class_table, judge_places
from nngis.plans.charging.siting_parameters import SIX, PlaceParameters


@pytest.fixture
def places(layer):
    spots = {"a": (0, 0), "b": (1000, 0), "c": (2000, 0), "d": (2100, 0), "out": (0, -9000)}
    return layer(
        spots,
        "place_id",
        name_zh=["甲服务区", "乙客运站", "丙码头", "丙码头堆场", "界外机场"],
        place_class=["service_area", "passenger_hub", "port", "port", "airport"],
    )


def judged(frames, stations, parameters=None):
    classes = (
        classify_places(frames["places"])
        if "places" in frames
        else pd.DataFrame({"place_class": [], "class_basis": [], "kind": []})
    )
    return judge_places(frames, classes, stations, parameters or PlaceParameters())


def test_a_station_within_the_distance_equips_a_place(layer, counties, places):
    stations = layer({"s": (0, 500), "t": (1000, 501)}, "station_id")
    table = judged({"counties": counties, "places": places}, stations)
    assert table["decision"].to_dict() == {
        "P-a": "existing",
        "P-b": "missing",
        "P-c": "missing",
    }  # one of the two ports that stand together; the airport lies outside
    assert table.loc["P-a", "nearest_m"] == pytest.approx(500.0, abs=0.01)
    assert table.loc["P-b", "nearest_station_id"] == "t"
    assert table.loc["P-b", "reason_en"].startswith("The nearest station is 501 m away")
    assert table["county"].eq("甲区").all()


def test_required_piles_follow_the_rules(layer, counties, places):
    table = judged({"counties": counties, "places": places}, layer({}, "station_id"))
    assert table["piles_required_count"].to_dict() == {"P-a": 8.0, "P-b": 4.0, "P-c": 4.0}
    assert table["piles_missing_count"].to_dict() == {"P-a": 8.0, "P-b": 4.0, "P-c": 4.0}
    assert table["rule"].tolist() == ["C1", "C3", "C2"]
    more = PlaceParameters(service_area_piles_per_side=6, hub_piles_count=2)
    table = judged({"counties": counties, "places": places}, layer({}, "station_id"), more)
    assert table["piles_required_count"].tolist() == [12.0, 2.0, 2.0]


def test_without_a_layer_of_stations_it_is_not_known(counties, places):
    table = judged({"counties": counties, "places": places}, None)
    assert table["decision"].eq("unknown").all()
    assert table["equipped"].isna().all()
    assert table["piles_missing_count"].isna().all()
    shares = class_table(table)
    assert shares["equipped_share"].isna().all()
    assert shares["places_unknown_count"].sum() == 3


def test_the_ledger_goes_before_the_map(layer, counties, places):
    places = places.assign(has_chargers=[False, True, None, None, None])
    stations = layer({"s": (0, 100)}, "station_id")
    table = judged({"counties": counties, "places": places}, stations)
    assert table["decision"].tolist() == ["missing", "existing", "missing"]
    assert table["equipped_basis"].tolist() == ["stated", "stated", "near"]


def test_places_of_a_class_are_counted_by_what_they_have(layer, counties, places):
    # Two more hubs, one of them in the other county; of the first nothing is stated.
    more = {"hub": (3000, 3000), "hub2": (7000, 3000)}
    hubs = layer(more, "place_id", name_zh=["丁站", "戊站"], place_class=["passenger_hub"] * 2)
    all_of = pd.concat([places, hubs]).assign(
        has_chargers=[True, None, True, None, None, True, False]
    )
    stations = layer({"s": (1000, 500)}, "station_id")  # by b, just within 500 m
    table = class_table(judged({"counties": counties, "places": all_of}, stations))
    worked = {
        # places, equipped, missing, unknown, share
        "service_area": (1, 1, 0, 0, 1),
        "passenger_hub": (3, 2, 1, 0, 2 / 3),
        "port": (1, 1, 0, 0, 1),  # the two that stand together are one
        "airport": (0, 0, 0, 0, None),
    }
    names = ["places_count", "equipped_count", "missing_count", "places_unknown_count"]
    for kind, row in worked.items():
        assert table.loc[kind, names].tolist() == list(row[:4]), kind
        share = table.loc[kind, "equipped_share"]
        assert pd.isna(share) if row[4] is None else share == pytest.approx(row[4]), kind
    unknown = class_table(judged({"counties": counties, "places": all_of}, None))
    assert unknown.loc["passenger_hub", names].tolist() == [3, 1, 1, 1]
    assert pd.isna(unknown.loc["passenger_hub", "equipped_share"])


CAR_PARKS = {
    # spaces, charging spaces, has chargers, new housing, ready -> required, missing, decision
    "tenth": (100, 4, None, False, None, 10, 6, "existing"),
    "up": (15, 0, False, False, None, 2, 2, "missing"),
    "full": (20, 5, True, False, None, 2, 0, "existing"),
    "whole": (30, 12, None, True, None, 30, 18, "existing"),
    "ready": (30, 12, None, True, True, 30, 0, "existing"),
}


@pytest.mark.parametrize("case", CAR_PARKS)
def test_car_parks_need_a_tenth_and_new_housing_all(layer, counties, case):
    spaces, charging, has, housing, ready, required, missing, decision = CAR_PARKS[case]
    parks = layer(
        {"k": (0, 0)},
        "car_park_id",
        spaces_count=[spaces],
        charging_spaces_count=[charging],
        has_chargers=[has],
        new_housing=[housing],
        charging_ready=[ready],
    )
    row = judged({"counties": counties, "car_parks": parks}, layer({}, "station_id")).loc["K-k"]
    assert (row["piles_required_count"], row["piles_missing_count"]) == (required, missing)
    assert row["decision"] == decision


def test_shares_are_by_class_and_the_six_always_stand_there(layer, counties, places):
    stations = layer({"s": (0, 0)}, "station_id")
    table = class_table(judged({"counties": counties, "places": places}, stations))
    assert list(table.index) == list(SIX)
    assert table.loc["service_area", "equipped_share"] == 1.0
    assert table.loc["port", "equipped_share"] == 0.0
    assert pd.isna(table.loc["airport", "equipped_share"])


def test_every_rule_is_a_parameter_with_a_source_and_a_mark():
    table = rule_table(PlaceParameters())
    assert len(table) == len(RULES)
    assert (table["source"] != "").all()
    assert set(table["mark"]) <= {"verified", "reprint", "assumed"}
    assert set(table["place_class"]) == {*SIX, "car_park", "new_housing"}


NAMES = {
    "六景服务区": "service_area",
    "殡仪馆殡葬服务区": None,
    "南宁港牛湾作业区": "port",
    "南宁国际铁路港": "logistics_park",
    "邕宁客运总站": "passenger_hub",
    "空港收费站": None,
    "南宁东站": "passenger_hub",
    "黎塘输油站公司": None,
    "南宁吴圩国际机场": "airport",
    "机场蓝天小区": None,
    "安吉公交总站": "bus_depot",
    "万纬物流园": "logistics_park",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_tell_the_class(name):
    kind = {"port": "industrial"}.get(NAMES[name] or "", "building")
    found = classify_places(pd.DataFrame({"name_zh": [name], "class": [kind]}, index=["a"]))
    assert found["place_class"].tolist() == [NAMES[name]]


def test_each_rule_states_the_number_in_force():
    rules = rule_table(PlaceParameters(car_park_share=0.125, housing_share=0.75))
    by_class = rules.set_index("place_class")["required_number"]
    assert (by_class["car_park"], by_class["new_housing"]) == (0.125, 0.75)


def test_places_of_two_classes_that_stand_together_are_two(layer, counties):
    # 400 m apart, less than the distance within which yards of one hub are one.
    spots = {"a": (1_000, 0), "b": (1_400, 0), "c": (1_000, 400)}
    kinds = ["port", "airport", "port"]
    places = layer(spots, "osm_id", name_zh=list("甲乙丙"), place_class=kinds)
    table = class_table(judged({"counties": counties, "places": places}, None))
    assert table.loc[["port", "airport"], "places_count"].tolist() == [1, 1]
