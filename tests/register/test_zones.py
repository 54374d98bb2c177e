"""Zones, bans, radii, offsets and clips, by hand."""

import pandas as pd
import pytest
from shapely import LineString, box

X, Y = 500_000.0, 2_500_000.0
CITY = box(X, Y, X + 5000, Y + 5000)


def states(found, column="state"):
    return found.objects[column].to_dict()


@pytest.fixture
def boilers(at, layer):
    coal = {"fuel": "coal", "status": "in_use"}
    return layer(
        {
            "small": {**coal, "capacity_t_h": 10.0, "geometry": at(1, 1)},
            "large": {**coal, "capacity_t_h": 10.1, "geometry": at(1, 2)},
            "gas": {**coal, "capacity_t_h": 4.0, "geometry": at(2, 2), "fuel": "gas"},
            "away": {**coal, "capacity_t_h": 4.0, "geometry": at(6, 6)},
            "gone": {**coal, "capacity_t_h": 4.0, "geometry": at(3, 3), "status": "dismantled"},
        }
    )


@pytest.fixture
def built_up(layer):
    return layer({"B": {"name_zh": "城区", "geometry": CITY}})


def test_a57_leaves_one_small_coal_boiler_in_the_built_up_area(asked, boilers, built_up):
    found = asked("A57", boilers=boilers, built_up=built_up)
    assert states(found) == {"small": "open", "gone": "done"}
    assert (found.status, found.parts[0].value, found.parts[0].target) == ("missed", 1.0, 0.0)
    assert found.by_county["value"].to_dict() == {"兴宁区": 1.0, "横州市": 0.0}


def test_a57_is_met_when_none_is_left_and_unknown_while_one_has_no_place(asked, boilers, built_up):
    none = boilers.drop(index="small")
    assert asked("A57", boilers=none, built_up=built_up).status == "met"
    lost = none.assign(geometry=none.geometry.where(none.index != "away"))
    found = asked("A57", boilers=lost, built_up=built_up)
    assert (found.status, found.parts[0].value) == ("unknown", 0.0)


def test_a57_without_a_built_up_area_says_what_is_missing(asked, boilers):
    found = asked("A57", boilers=boilers)
    assert (found.status, found.missing) == ("unknown", ("built_up",))


def test_bans_hold_up_to_35_inside_and_10_outside(asked, at, layer, built_up):
    coal = {"fuel": "coal", "captive": False}
    new = layer(
        {
            "in35": {**coal, "capacity_t_h": 35.0, "geometry": at(1, 1)},
            "in36": {**coal, "capacity_t_h": 35.5, "geometry": at(1, 1)},
            "out10": {**coal, "capacity_t_h": 10.0, "geometry": at(9, 9)},
            "out11": {**coal, "capacity_t_h": 10.5, "geometry": at(9, 9)},
            "plant": {**coal, "capacity_t_h": 900.0, "geometry": at(9, 9), "captive": True},
        }
    )
    given = {"proposed_boilers": new, "built_up": built_up}
    banned = {
        rule: [k for k, v in states(asked(rule, **given)).items() if v == "open"]
        for rule in ("A58", "A59", "A64")
    }
    assert banned == {"A58": ["in35"], "A59": ["out10"], "A64": ["plant"]}
    assert asked("A64", proposed_boilers=new.drop(index="plant")).status == "met"


def test_a63_takes_coal_within_15_km_of_a_chp_unit_above_300_mw(asked, at, layer):
    boilers = layer(
        {
            k: {"fuel": f, "capacity_t_h": 20.0, "geometry": at(x, 0)}
            for k, f, x in [("at", "coal", 15), ("far", "coal", 15.01), ("gas", "gas", 1)]
        }
    )
    unit = {"capacity_mw": 300.0, "is_chp": True, "status": "operating"}
    unit |= {"fuel": "coal", "geometry": at(0, 0)}
    larger = layer({"u": {**unit, "capacity_mw": 301.0}})
    found = asked("A63", boilers=boilers, heat_sources=larger)
    assert states(found) == {"at": "open"}
    assert asked("A63", boilers=boilers, heat_sources=layer({"u": unit})).status == "met"
    silent = larger.assign(is_chp=pd.NA)
    assert asked("A63", boilers=boilers, heat_sources=silent).status == "unknown"


def test_a71_counts_stations_in_the_built_up_area_without_vapour_recovery(
    asked, at, layer, built_up
):
    stations = layer(
        {
            k: {"has_vapour_recovery": has, "geometry": at(x, x)}
            for k, has, x in [("a", True, 1), ("b", False, 2), ("c", None, 3), ("d", False, 8)]
        }
    )
    found = asked("A71", petrol_stations=stations, built_up=built_up)
    assert states(found) == {"a": "done", "b": "open", "c": "unknown"}
    assert (found.status, found.parts[0].value) == ("missed", 1.0)


def test_a87_counts_offsets_of_the_same_pollutant_in_the_same_county_only(asked, at, layer):
    new = layer(
        {
            "p": {"pollutant": "nox", "emission_t_a": 10.0, "geometry": at(1, 1)},
            "q": {"pollutant": "voc", "emission_t_a": 5.0, "geometry": at(2, 2)},
        }
    )
    cut = {"pollutant": "nox", "offset_for": "p", "geometry": at(3, 3)}
    cuts = layer(
        {
            "c1": {**cut, "cut_t_a": 6.0},
            "c2": {**cut, "cut_t_a": 4.0},
            "east": {**cut, "cut_t_a": 99.0, "geometry": at(15, 5)},
            "other": {**cut, "cut_t_a": 99.0, "offset_for": "q"},
        }
    )
    found = asked("A87", new_projects=new, emission_projects=cuts)
    assert found.objects["offset_t_a"].to_dict() == {"p": 10.0, "q": 0.0}
    assert found.objects["offset_elsewhere_t_a"].to_dict() == {"p": 99.0, "q": 99.0}
    assert states(found) == {"p": "done", "q": "open"}
    assert (found.status, found.parts[0].value) == ("missed", 1.0)


def test_a89_cuts_the_yong_river_to_the_control_area_by_county(asked, layer):
    rivers = layer(
        {
            "y": {
                "name_zh": "邕江",
                "geometry": LineString([(X, Y + 1000), (X + 20_000, Y + 1000)]),
            },
            "z": {"name_zh": "小溪", "geometry": LineString([(X, Y), (X + 20_000, Y)])},
        }
    )
    area = layer({"a": {"geometry": box(X + 4000, Y, X + 13_000, Y + 5000)}})
    found = asked("A89", waterways=rivers, control_areas=area)
    assert found.parts[0].value == pytest.approx(9.0)
    assert found.by_county["value"].to_dict() == pytest.approx({"兴宁区": 6.0, "横州市": 3.0})
