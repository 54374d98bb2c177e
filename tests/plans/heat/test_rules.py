"""Every rule that decides on a boiler or a unit, at its limits, by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from nngis.result.result import Analysis

X, Y = 500_000.0, 2_500_000.0
CITY = Point(X - 45_000, Y)
FAR = Point(X + 60_000, Y)
Toy = Callable[..., Analysis]


def row(toy: Toy, boiler: dict[str, Any], **options: Any) -> pd.Series:
    return toy({"b": boiler}, **options).tables["boilers"].loc["b"]


@pytest.mark.parametrize(
    ("boiler", "parameters", "decision", "rule"),
    [
        ({"geometry": CITY, "capacity_t_h": 10.0}, {}, "retire", "A57"),
        ({"geometry": CITY, "capacity_t_h": 10.01}, {}, "keep", "none"),
        ({"geometry": CITY, "capacity_t_h": 35.0}, {"retire_max_t_h": 35.0}, "retire", "A57"),
        ({"geometry": Point(X + 15_000, Y)}, {}, "close_integrate", "A63"),
        ({"geometry": Point(X + 15_001, Y)}, {}, "keep", "none"),
        ({"geometry": FAR, "captive": True, "meets_standard": False}, {}, "retire", "A62"),
        ({"geometry": FAR, "captive": True, "meets_standard": True}, {}, "keep", "none"),
        ({"geometry": FAR, "captive": True}, {}, "unknown", "A62"),
        (
            {"geometry": FAR, "captive": True, "meets_standard": False, "capacity_t_h": 1_025.1},
            {},
            "keep",
            "none",
        ),
        ({"fuel": "biomass"}, {}, "keep", "not_coal"),
        ({"fuel": "biomass"}, {"close_fuels": "coal,biomass"}, "close_integrate", "A63"),
        ({"boiler_use": "调峰备用"}, {}, "close_integrate", "A63"),
        ({"boiler_use": "调峰备用"}, {"exempt_peaking": True}, "keep", "peaking"),
        ({"boiler_use": "生产"}, {"exempt_peaking": True}, "close_integrate", "A63"),
        ({"status": "stopped"}, {}, "close_integrate", "A63"),
        ({"status": "dismantled"}, {}, "already_closed", "dismantled"),
        ({"fuel": None}, {}, "unknown", "A63"),
        ({"geometry": None}, {}, "unknown", "A63"),
        ({"geometry": CITY, "capacity_t_h": 0.0}, {}, "unknown", "A57"),
        ({"geometry": CITY, "capacity_t_h": 5_000.0}, {}, "unknown", "A57"),
        ({"geometry": CITY, "capacity_t_h": 35.0, "status": "planned"}, {}, "banned", "A58"),
        ({"geometry": CITY, "capacity_t_h": 35.1, "status": "planned"}, {}, "not_banned", "none"),
        ({"capacity_t_h": 10.0, "status": "planned"}, {}, "banned", "A59"),
        ({"capacity_t_h": 10.1, "status": "planned"}, {}, "not_banned", "none"),
        ({"capacity_t_h": 500.0, "status": "planned", "captive": True}, {}, "banned", "A64"),
    ],
)
def test_a_boiler_is_decided_as_the_plan_says(
    toy: Toy, boiler: dict[str, Any], parameters: dict[str, Any], decision: str, rule: str
) -> None:
    found = row(toy, boiler, **parameters)
    assert (found["decision"], found["rule"]) == (decision, rule)
    assert found["reason_zh"]
    assert found["reason_en"]


def test_every_rule_hit_is_kept_and_the_first_decides(toy: Toy) -> None:
    near_city = {"in_built_up": True, "capacity_t_h": 8.0, "captive": True, "meets_standard": False}
    found = row(toy, near_city)
    assert found["rules_hit"] == "A57;A62;A63"
    assert found["rule"] == "A57"


@pytest.mark.parametrize(
    ("boiler", "decision"),
    [
        ({"capacity_t_h": 65.0, "ultra_low": False}, "retrofit"),
        ({"capacity_t_h": 64.9, "ultra_low": False}, "keep"),
        ({"capacity_t_h": 65.0, "ultra_low": True}, "keep"),
        ({"capacity_t_h": 80.0, "pm_mg_m3": 10.0, "so2_mg_m3": 35.0, "nox_mg_m3": 50.0}, "keep"),
        ({"capacity_t_h": 80.0, "pm_mg_m3": 10.1}, "retrofit"),
        ({"capacity_t_h": 80.0, "pm_mg_m3": 9.0, "so2_mg_m3": 30.0}, "unknown"),
        ({"capacity_t_h": 80.0, "fuel": "biomass", "nox_mg_m3": 90.0}, "retrofit"),
        ({"capacity_t_h": 80.0, "fuel": "gas", "nox_mg_m3": 90.0}, "keep"),
    ],
)
def test_large_coal_and_biomass_boilers_are_held_to_ultra_low_limits(
    toy: Toy, boiler: dict[str, Any], decision: str
) -> None:
    assert row(toy, {"geometry": FAR} | boiler)["decision"] == decision


def test_a_ledger_without_stack_data_is_not_asked_for_them_and_a_note_says_so(toy: Toy) -> None:
    found = toy({"b": {"geometry": FAR, "capacity_t_h": 80.0}})
    assert found.tables["boilers"].loc["b", "decision"] == "keep"
    assert any("A65" in text.en for text in found.warnings)


def test_dispersed_boilers_move_to_the_nearest_park_with_heat(toy: Toy) -> None:
    parks = {
        "cold": {
            "name_zh": "近园",
            "has_heat": False,
            "geometry": box(X + 58e3, Y, X + 59e3, Y + 1e3),
        },
        "warm": {
            "name_zh": "远园",
            "has_heat": True,
            "geometry": box(X + 70e3, Y, X + 71e3, Y + 1e3),
        },
    }
    boilers = {
        "out": {"geometry": FAR},
        "in": {"geometry": Point(X + 58_500, Y + 500)},
        "near_plant": {},
        "gas": {"geometry": FAR, "fuel": "gas"},
        "nowhere": {"geometry": None},
    }
    found = toy(boilers, parks=parks).tables["boilers"]
    assert found["decision"].to_dict() == {
        "out": "relocate",
        "in": "keep",
        "near_plant": "close_integrate",
        "gas": "keep",
        "nowhere": "unknown",
    }
    out = found.loc["out"]
    assert (out["rule"], out["park_id"]) == ("A61", "warm")
    assert out["park_distance_m"] == pytest.approx(10_000.0, rel=1e-3)
    assert "远园" in out["reason_zh"]


def test_a_park_that_a_source_reaches_has_heat(toy: Toy) -> None:
    parks = {"p": {"name_zh": "园", "geometry": box(X + 14e3, Y, X + 20e3, Y + 1e3)}}
    assert "with heat" in row(toy, {"geometry": FAR}, parks=parks)["reason_en"]


def test_without_parks_nobody_is_told_to_move_and_a_note_says_so(toy: Toy) -> None:
    found = toy({"b": {"geometry": FAR}})
    assert found.tables["boilers"].loc["b", "decision"] == "keep"
    assert any("A61" in text.en for text in found.warnings)


def test_a_place_that_is_not_sure_is_unknown_only_where_a_border_is_near(toy: Toy) -> None:
    boilers = {
        "edge": {"geometry": Point(X + 14_950, Y), "uncertainty_m": 100.0},
        "edge_out": {"geometry": Point(X + 15_050, Y), "uncertainty_m": 100.0},
        "sure": {"geometry": Point(X + 14_800, Y), "uncertainty_m": 100.0},
        "town_edge": {
            "geometry": Point(X - 40_050, Y),
            "uncertainty_m": 100.0,
            "capacity_t_h": 5.0,
        },
        "town": {"geometry": CITY, "uncertainty_m": 100.0, "capacity_t_h": 5.0},
    }
    found = toy(boilers).tables["boilers"]["decision"].to_dict()
    assert found == {
        "edge": "unknown",
        "edge_out": "unknown",
        "sure": "close_integrate",
        "town_edge": "unknown",
        "town": "retire",
    }


def test_a_plant_outside_the_city_counts_where_its_circle_reaches_in(toy: Toy) -> None:
    units = {"Q-1": {"plant_id": "Q", "geometry": Point(X + 110_000, Y)}}
    found = row(toy, {"geometry": Point(X + 96_000, Y)}, units=units)
    assert (found["decision"], found["plant_id"]) == ("close_integrate", "Q")


def test_a_unit_without_status_leaves_the_boilers_near_it_unknown(toy: Toy) -> None:
    found = row(toy, {}, units={"P-1": {"status": None}})
    assert found["decision"] == "unknown"


@pytest.mark.parametrize(
    ("unit", "decision"),
    [
        ({"captive": True, "meets_standard": False, "capacity_mw": 300.0}, "retire"),
        ({"captive": True, "meets_standard": False, "capacity_mw": 300.1}, "keep"),
        ({"captive": True, "meets_standard": True, "capacity_mw": 50.0}, "keep"),
        ({"captive": True, "capacity_mw": 50.0}, "unknown"),
        ({"captive": False, "meets_standard": False, "capacity_mw": 50.0}, "keep"),
        ({"captive": True, "meets_standard": False, "capacity_mw": 50.0, "fuel": "gas"}, None),
        (
            {"captive": True, "meets_standard": False, "capacity_mw": 50.0, "status": "retired"},
            None,
        ),
        ({"capacity_mw": 660.0, "captive": False, "ultra_low": False}, "retrofit"),
    ],
)
def test_captive_units_below_standard_retire(
    toy: Toy, unit: dict[str, Any], decision: str | None
) -> None:
    found = toy({"b": {"geometry": FAR}}, {"U": unit}).tables["heat_sources"].loc["U", "decision"]
    assert found == decision or (decision is None and pd.isna(found))


def test_counties_add_up_to_the_city_in_every_column(toy: Toy) -> None:
    rng = np.random.default_rng(3)
    fuels = ["coal", "gas", "biomass"]
    boilers = {
        f"b{i}": {
            "geometry": Point(X + rng.uniform(-60e3, 60e3), Y + rng.uniform(-20e3, 20e3)),
            "fuel": fuels[i % 3],
            "capacity_t_h": float(rng.uniform(1, 75)),
        }
        for i in range(60)
    }
    found = toy(boilers)
    counties, table = found.tables["by_county"], found.tables["boilers"]
    closing = table["decision"].isin(["retire", "close_integrate"])
    assert counties["boilers_count"].sum() == len(table)
    counts = [c for c in counties if c.endswith("_count") and c != "boilers_count"]
    assert counties[counts].to_numpy().sum() == len(table)
    assert counties["capacity_t_h"].sum() == pytest.approx(table["capacity_t_h"].sum())
    assert counties["closing_t_h"].sum() == pytest.approx(table.loc[closing, "capacity_t_h"].sum())
    nox = table.loc[closing, "nox_avoided_t_a"].sum()
    assert counties["nox_avoided_t_a"].sum() == pytest.approx(nox)
    assert nox == pytest.approx(
        next(i.value for i in found.indicators if i.name == "nox_avoided_t_a"), abs=1e-3
    )


def test_a_source_says_whether_that_it_heats_is_known_or_assumed(toy) -> None:
    units = {"said": {}, "silent": {"plant_id": "Q", "is_chp": None}}
    found = toy({"b": {}}, units, assume_chp=True).tables["heat_sources"]
    assert found["qualifies"].eq("source").all()
    assert found["assumed_chp"].to_dict() == {"said": False, "silent": True}
    assert "，为热电联产。" in found.loc["said", "reason_zh"]
    assert found.loc["said", "reason_en"].split(", ")[1].startswith("CHP.")
    assert "，假定为热电联产。" in found.loc["silent", "reason_zh"]
    assert found.loc["silent", "reason_en"].split(", ")[1].startswith("assumed to be CHP.")
