"""Lists, thresholds, limits, classes and named places, by hand."""

import pandas as pd
import pytest

from nngis.register.asking import ask
from nngis.register.data import Data
from nngis.register.rules import register


def states(found):
    return found.objects["state"].to_dict()


@pytest.fixture
def firms(at, layer):
    return layer(
        {
            "a": {"name_zh": "甲", "sector": "家具制造", "voc_t_a": 10.0, "voc_scheme": None},
            "b": {"name_zh": "乙", "sector": "工业涂装", "voc_t_a": 10.1, "voc_scheme": True},
            "c": {"name_zh": "丙", "sector": "水泥制造", "voc_t_a": 50.0, "voc_scheme": False},
            "d": {"name_zh": "丁", "sector": None, "voc_t_a": None, "voc_scheme": None},
        }
    ).assign(geometry=[at(1, 1), at(2, 2), at(11, 1), at(12, 2)])


def test_a70_takes_more_than_ten_tonnes_and_asks_for_a_scheme(asked, firms):
    found = asked("A70", enterprises=firms)
    assert states(found) == {"b": "done", "c": "open", "d": "unknown"}
    assert (found.status, found.parts[0].value) == ("missed", 50.0)
    done = firms.assign(voc_scheme=True, voc_t_a=[10.0, 10.1, 50.0, 3.0])
    assert asked("A70", enterprises=done).status == "met"


def test_a86_takes_more_than_5000_tce(asked, firms):
    users = firms.assign(energy_tce_a=[5000.0, 5001.0, 1.0, 2.0], energy_monitoring=True)
    found = asked("A86", enterprises=users)
    assert states(found) == {"b": "done"}
    assert found.status == "met"


def test_a70_without_a_column_says_which(asked, firms):
    found = asked("A70", enterprises=firms.drop(columns="voc_scheme"))
    assert found.missing == ("enterprises.voc_scheme",)


def test_sector_lists_sort_by_words_and_name_no_verdict(asked, firms):
    expected = {
        "A06": {"c": "建材"},
        "A12": {"b": "工业涂装", "c": "建材"},
        "A56": {"a": "家具制造", "b": "涂装"},
        "A73": {"a": "家具制造", "b": "工业涂装"},
    }
    for rule, wanted in expected.items():
        found = asked(rule, enterprises=firms)
        classes = found.objects["rule_class"].dropna().to_dict()
        assert (found.status, classes) == ("done", wanted)
        assert found.parts[0].value == len(wanted)


def test_a24_lists_the_four_classes_of_cooling(asked, at, layer):
    sites = layer(
        {
            k: {"cooling_class": c, "geometry": at(1, 1)}
            for k, c in [("a", "冷链物流"), ("b", "数据中心"), ("c", "住宅")]
        }
    )
    assert asked("A24", cooling_sites=sites).parts[0].value == 2.0


def test_a08_flags_new_large_data_centres_at_1_3_and_above(asked, at, layer):
    rows = [("a", 1.29, True, "large"), ("b", 1.3, True, "hyperscale"), ("c", 1.6, False, "large")]
    centres = layer(
        {k: {"pue": p, "is_new": n, "dc_scale": s, "geometry": at(1, 1)} for k, p, n, s in rows}
    )
    found = asked("A08", data_centres=centres)
    assert states(found) == {"a": "done", "b": "open"}
    assert found.status == "missed"


def test_a65_keeps_all_three_limits(asked, at, layer):
    rows = {"a": (10, 35, 50), "b": (10, 35, 51), "c": (10, None, 50), "d": (11, None, 50)}
    names = ["pm_mg_m3", "so2_mg_m3", "nox_mg_m3"]
    stacks = layer(
        {k: dict(zip(names, v, strict=True)) | {"geometry": at(1, 1)} for k, v in rows.items()}
    )
    found = asked("A65", stacks=stacks)
    assert states(found) == {"a": "done", "b": "open", "c": "unknown", "d": "open"}
    assert found.assumptions


def test_a11_counts_green_factories_against_fifty(asked, at, layer):
    factories = layer({f"f{i}": {"green_factory": True, "geometry": at(1, 1)} for i in range(50)})
    assert asked("A11", enterprises=factories).status == "met"
    some = factories.assign(green_factory=[True] * 49 + [None])
    found = asked("A11", enterprises=some)
    assert (found.status, found.parts[0].value) == ("unknown", 49.0)


def test_a14_asks_only_parks_of_regional_level_and_above(asked, at, layer):
    parks = layer(
        {
            "n": {"park_level": "国家级", "circular_done": True},
            "r": {"park_level": "自治区级", "circular_done": False},
            "c": {"park_level": "县级", "circular_done": False},
        }
    ).assign(geometry=[at(i, i).buffer(100) for i in range(3)])
    found = asked("A14", parks=parks)
    assert states(found) == {"n": "done", "r": "open"}
    assert found.parts[0].value == 50.0


def test_a18_finds_the_high_tech_zone_by_name(asked, at, layer):
    parks = layer(
        {
            "p": {
                "name_zh": "南宁高新技术产业开发区",
                "green_park": True,
                "geometry": at(1, 1).buffer(100),
            }
        }
    )
    assert asked("A18", parks=parks).status == "met"
    found = asked("A18", parks=parks.assign(name_zh="六景工业园区"))
    assert (found.status, found.missing) == ("unknown", ("parks.高新",))


def test_a47_takes_chargers_or_what_is_reserved_for_them(asked, at, layer):
    rows = {
        "has": (True, False),
        "ready": (False, True),
        "none": (False, False),
        "?": (None, False),
        "private": (False, False),
    }
    parks = layer(
        {
            k: {
                "has_chargers": h,
                "charging_ready": r,
                "public_institution": k != "private",
                "geometry": at(1, 1),
            }
            for k, (h, r) in rows.items()
        }
    )
    found = asked("A47", car_parks=parks)
    assert states(found) == {"has": "done", "ready": "done", "none": "open", "?": "unknown"}
    assert found.status == "missed"


@pytest.mark.parametrize(
    ("rule", "role", "column", "more"),
    [
        ("A31", "berths", "has_shore_power", {}),
        ("A34", "places", "is_green", {"place_class": "logistics_park"}),
        ("A55", "tailings_ponds", "treated", {}),
        ("A88", "enterprises", "emission_monitoring", {"key_discharger": True}),
        ("A43", "water_bodies", "treated", {"black_odour": True}),
    ],
)
def test_checklists_count_what_is_done(asked, at, layer, rule, role, column, more):
    rows = layer(
        {
            k: {column: v, "geometry": at(1, 1), **more}
            for k, v in [("a", True), ("b", True), ("c", False)]
        }
    )
    found = asked(rule, **{role: rows})
    assert states(found) == {"a": "done", "b": "done", "c": "open"}
    target = found.parts[0].target
    assert found.status == ("done" if target is None else "missed")
    assert found.parts[0].value == pytest.approx(1.0 if rule == "A43" else 200 / 3)


def test_a62_takes_sub_standard_captive_coal_units_up_to_300_mw(asked, at, layer):
    unit = {
        "fuel": "coal",
        "captive": True,
        "capacity_mw": 300.0,
        "meets_standard": False,
        "status": "operating",
        "geometry": at(1, 1),
    }
    units = layer(
        {
            "in": unit,
            "big": {**unit, "capacity_mw": 301.0},
            "good": {**unit, "meets_standard": True},
            "shut": {**unit, "status": "retired"},
        }
    )
    found = asked("A62", heat_sources=units)
    assert states(found) == {"in": "open", "shut": "done"}


def test_a66_asks_for_all_three_retrofits(asked, at, layer):
    unit = {
        "fuel": "coal",
        "status": "operating",
        "retrofit_saving": True,
        "retrofit_heat": True,
        "retrofit_flexible": True,
        "geometry": at(1, 1),
    }
    units = layer({"all": unit, "two": {**unit, "retrofit_heat": False}})
    found = asked("A66", heat_sources=units)
    assert (found.parts[0].value, found.status) == (50.0, "done")


def test_a51_wants_the_five_named_counties_and_half_of_all(asked, layer, table, counties):
    named = ["宾阳县", "江南区", "隆安县", "马山县", "良庆区"]
    twelve = pd.concat([counties.iloc[[0]]] * 12).assign(name_zh=[*named, *"abcdefg"])
    twelve.index = [str(i) for i in range(12)]
    rows = [(name, "A51", 2025, 1) for name in named]
    found = ask_with(twelve, "A51", table(rows))
    assert (found.status, found.parts[0].value) == ("unknown", pytest.approx(5 / 12 * 100))
    rows += [("a", "A51", 2025, 1)]
    assert ask_with(twelve, "A51", table(rows)).status == "met"
    rows[0] = ("宾阳县", "A51", 2025, 0)
    rows += [("b", "A51", 2025, 1)]
    assert ask_with(twelve, "A51", table(rows)).status == "missed"


def ask_with(counties, rule, table):
    return ask(register()[rule], Data({"counties_table": table}, counties))


def test_a90_wants_a_plan_of_every_county(asked, table):
    rows = [("兴宁区", "A90", 2022, 1), ("横州市", "A90", 2022, 0)]
    found = asked("A90", counties_table=table(rows))
    assert (found.status, found.parts[0].value) == ("missed", 50.0)
    later = [*rows, ("横州市", "A90", 2023, 1)]
    assert asked("A90", counties_table=table(later)).status == "met"
