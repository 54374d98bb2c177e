"""Every tonne of a boiler and every stack, worked out by hand from factors made for it.

A tonne of coal holds 0.5, 1 or 2 % of sulphur and 10, 20 or 30 % of ash; 50, 20 or 10 % of the
first stay in the ash, 90, 85 or 80 % of the second, and SO2 weighs twice its sulphur. Made of it,
and left after 80, 50 or 0 % (SO2), 50, 25 or 0 % (NOx), 99, 95 or 90 % (dust) are taken out:

=====  ==============================================================  =====================
kg/t   made                                                            left
=====  ==============================================================  =====================
SO2    2,000 x 0.005 x 0.5 = 5;  x 0.01 x 0.8 = 16;  x 0.02 x 0.9 = 36   1.0 /  8.0  / 36
NOx    3 / 4 / 5                                                       1.5 /  3.0  /  5
dust   1,000 x 0.1 x 0.1 = 10;  x 0.2 x 0.15 = 30;  x 0.3 x 0.2 = 60     0.1 /  1.5  /  6
=====  ==============================================================  =====================

A CHP unit burns for the same heat 0.6 / 1.0 = 0.6 at the least, 0.7 / 0.875 = 0.8, at the most
0.8 / (0.8 x 0.8) = 1.25 of the coal, and leaves 0.2, 0.4 or 0.5 kg/t of SO2 and of NOx and 0.02,
0.05 or 0.064 of dust.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Geod
from shapely import Point

from nngis.plans.heat.emission_check import stacks
from nngis.plans.heat.emission_factors import Factor
from nngis.plans.heat.emissions import avoided_by_chp, emissions
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.tonnes import count_tonnes

X, Y = 500_000.0, 2_500_000.0
MADE_FOR_IT = {
    "full_load_h_a": (2_000, 4_000, 5_000),
    "coal_t_t_steam": (0.1, 0.2, 0.25),
    "co2_t_t": (1.8, 1.9, 2.0),
    "sulphur_share": (0.005, 0.01, 0.02),
    "so2_retained_share": (0.1, 0.2, 0.5),
    "so2_removal_share": (0.0, 0.5, 0.8),
    "ash_share": (0.1, 0.2, 0.3),
    "ash_retained_share": (0.8, 0.85, 0.9),
    "pm_removal_share": (0.90, 0.95, 0.99),
    "nox_kg_t": (3.0, 4.0, 5.0),
    "nox_removal_share": (0.0, 0.25, 0.5),
    "flue_gas_m3_t": (9_000, 10_000, 11_000),
    "boiler_efficiency_share": (0.6, 0.7, 0.8),
    "chp_efficiency_share": (0.8, 0.875, 1.0),
    "network_loss_share": (0.0, 0.0, 0.2),
    "chp_so2_kg_t": (0.2, 0.4, 0.5),
    "chp_nox_kg_t": (0.2, 0.4, 0.5),
    "chp_pm_kg_t": (0.02, 0.05, 0.064),
}
FACTORS = {name: {"any": Factor(*ends)} for name, ends in MADE_FOR_IT.items()}
# Of the first 1,000 t are known; of the second only that it gives 10 t/h, so that it burns
# 10 x 2,000 x 0.1 = 2,000, 10 x 4,000 x 0.2 = 8,000 or 10 x 5,000 x 0.25 = 12,500.
# Of the third nothing is known, the fourth burns gas.
BOILERS = pd.DataFrame(
    {
        "fuel": ["coal", "coal", "coal", "gas"],
        "capacity_t_h": [20.0, 10.0, np.nan, 10.0],
        "fuel_use_t_a": [1_000.0, np.nan, np.nan, 500.0],
    },
    index=["told", "sized", "bare", "gas"],
)


def check(table: pd.DataFrame, worked: dict[str, tuple[float, ...]]) -> None:
    for name, values in worked.items():
        assert table[name].iloc[:2].tolist() == pytest.approx(values, rel=1e-9, abs=1e-9), name
        assert table[name].iloc[2:].isna().all(), name


def test_every_tonne_that_leaves_a_stack_is_as_worked_out() -> None:
    check(
        emissions(BOILERS, FACTORS),
        {
            "coal_low_t_a": (1_000, 2_000),
            "coal_t_a": (1_000, 8_000),
            "coal_high_t_a": (1_000, 12_500),
            "co2_low_t_a": (1_800, 3_600),
            "co2_t_a": (1_900, 15_200),
            "co2_high_t_a": (2_000, 25_000),
            "so2_low_t_a": (1, 2),
            "so2_t_a": (8, 64),
            "so2_high_t_a": (36, 450),
            "nox_low_t_a": (1.5, 3),
            "nox_t_a": (3, 24),
            "nox_high_t_a": (5, 62.5),
            "pm_low_t_a": (0.1, 0.2),
            "pm_t_a": (1.5, 12),
            "pm_high_t_a": (6, 75),
            "so2_made_t_a": (16, 128),
            "nox_made_t_a": (4, 32),
            "pm_made_t_a": (30, 240),
        },
    )


def test_every_tonne_that_chp_avoids_is_as_worked_out() -> None:
    # The low end burns 1.25 t for each tonne of before: a quarter more, of the most coal.
    avoided = avoided_by_chp(BOILERS, emissions(BOILERS, FACTORS), FACTORS)
    check(
        avoided,
        {
            "coal_avoided_low_t_a": (-250, -3_125),
            "coal_avoided_t_a": (200, 1_600),
            "coal_avoided_high_t_a": (400, 5_000),
            "co2_avoided_low_t_a": (-500, -6_250),
            "co2_avoided_t_a": (380, 3_040),
            "co2_avoided_high_t_a": (800, 10_000),
            # 1.0 - 1.25 x 0.5, 8 - 0.8 x 0.4, 36 - 0.6 x 0.2 kg of each tonne
            "so2_avoided_low_t_a": (0.375, 0.75),
            "so2_avoided_t_a": (7.68, 61.44),
            "so2_avoided_high_t_a": (35.88, 448.5),
            # 1.5 - 1.25 x 0.5, 3 - 0.8 x 0.4, 5 - 0.6 x 0.2
            "nox_avoided_low_t_a": (0.875, 1.75),
            "nox_avoided_t_a": (2.68, 21.44),
            "nox_avoided_high_t_a": (4.88, 61),
            # 0.1 - 1.25 x 0.064, 1.5 - 0.8 x 0.05, 6 - 0.6 x 0.02
            "pm_avoided_low_t_a": (0.02, 0.04),
            "pm_avoided_t_a": (1.46, 11.68),
            "pm_avoided_high_t_a": (5.988, 74.85),
        },
    )


def test_the_coal_of_a_chp_unit_for_the_same_heat_is_as_worked_out() -> None:
    # A grate of 70 % against 87.5 % and no loss on the way: 0.8 of the coal. What stands still
    # burns none, and of a boiler without a size nothing is known.
    known = HeatParameters(chp_efficiency_share=0.875, network_loss_share=0.0)
    boilers = pd.DataFrame(
        {
            "fuel": ["coal", "coal", "coal", "coal", "gas"],
            "status": ["operating", "operating", "stopped", "operating", "operating"],
            "capacity_t_h": [10.0, 6.0, 10.0, np.nan, 10.0],
            "fuel_use_t_a": [1_000.0, 250.0, 1_000.0, np.nan, 1_000.0],
            "boiler_model": "DZL10-1.25-A",
            "decision": "close_integrate",
        }
    )
    found = count_tonnes(boilers, known)["coal_by_chp_t_a"]
    assert found.tolist() == pytest.approx([800, 200, 0, np.nan, np.nan], nan_ok=True)


# A grate makes 17 kg of SO2, 4 of NOx and 30 of dust from a tonne, a fluidised bed 17, 7.5 and 120.
# 70, 50 and 97 % are taken out, and the rest is in 10,000 m³.
LAW: dict[str, Any] = {
    "sulphur_share": 0.01, "ash_share": 0.2, "so2_removal_share": 0.7, "nox_removal_share": 0.5,
    "pm_removal_share": 0.97, "so2_note1_mg_m3": 550.0,
}  # fmt: skip
GRATE, BED, TOLD = (510, 200, 90), (510, 375, 360), (None, None, None)
STACKS: dict[str, tuple[Any, ...]] = {
    # county, t/h, model, built, stated mg/m³; by factors; counted; limits; verdict
    "old": ("甲", 10, "DZL10", "2005", TOLD, GRATE, (510, 200, 80), (550, 400, 80), "unknown"),
    "new": ("乙", 10, "DZL10", "2018", TOLD, GRATE, (300, 200, 50), (300, 300, 50), "unknown"),
    "at": ("甲", 10, "DZL10", "2005", (550, 400, 80), GRATE, (550, 400, 80), (550, 400, 80), "met"),
    "over": ("乙", 10, "DZL10", "2005", (550, 401, 80), GRATE, (550, 401, 80), (550, 400, 80),
             "missed"),
    "first": ("乙", 10, "DZL10", "2015", (300, 301, 50), GRATE, (300, 301, 50), (300, 300, 50),
              "missed"),
    "last": ("乙", 10, "DZL10", "2014", (300, 301, 50), GRATE, (300, 301, 50), (550, 400, 80),
             "met"),
    # 65 t/h is not above 65; above it 200, 200 and 30 at 6 % of oxygen are 12/15 of it at 9 %.
    "at_65": ("甲", 65, "DG65/3.82-11", "2005", TOLD, BED, (510, 375, 80), (550, 400, 80),
              "unknown"),
    "big": ("甲", 75, "DG75/3.82-11", "2005", TOLD, BED, (160, 160, 24), (160, 160, 24),
            "unknown"),
    "grate": ("甲", 75, "DZL75", "2005", TOLD, GRATE, (510, 200, 80), (550, 400, 80), "unknown"),
}  # fmt: skip


def test_every_stack_is_as_worked_out() -> None:
    rows = STACKS.values()
    boilers = pd.DataFrame(
        {
            "name_zh": "某厂", "fuel": "coal", "status": "operating", "decision": "keep",
            "county": [row[0] for row in rows],
            "capacity_t_h": [float(row[1]) for row in rows],
            "boiler_model": [row[2] for row in rows],
            "commissioned": [row[3] for row in rows],
            "fuel_use_t_a": [1_000.0 * at for at in range(1, len(STACKS) + 1)],
        }
        | {f"{one}_mg_m3": [row[4][at] for row in rows]
           for at, one in enumerate(("so2", "nox", "pm"))},
        index=list(STACKS),
    )  # fmt: skip
    law = HeatParameters(**LAW)
    found = stacks(boilers.join(count_tonnes(boilers, law)), law)
    for place, columns in (
        (5, ("so2_by_factors_mg_m3", "nox_by_factors_mg_m3", "pm_by_factors_mg_m3")),
        (6, ("so2_stack_mg_m3", "nox_stack_mg_m3", "pm_stack_mg_m3")),
        (7, ("so2_limit_mg_m3", "nox_limit_mg_m3", "pm_limit_mg_m3")),
    ):
        for at, name in enumerate(columns):
            worked = dict(zip(STACKS, (row[place][at] for row in rows), strict=True))
            assert found[name].to_dict() == pytest.approx(worked), name
    assert found["decision"].to_dict() == {name: row[8] for name, row in STACKS.items()}
    assert found["county"].tolist() == [row[0] for row in rows]


def test_the_dirt_of_a_tonne_is_what_the_ledger_states_of_its_smoke(toy) -> None:
    # mg/m³ in 10,000 m³: 300, 200 and 50 are 3, 2 and 0.5 kg/t; 100 of each are 3. Both cost as
    # much for a tonne of CO2 and are as old, so the dirtier goes first. What stands still burns
    # no coal, whose dirt nobody can tell.
    boiler = {"capacity_t_h": 8.0, "fuel_use_t_a": 1_000.0, "boiler_model": "SZL8",
              "commissioned": "2005"}  # fmt: skip
    told = {
        "a_clean": boiler | dict.fromkeys(("so2_mg_m3", "nox_mg_m3", "pm_mg_m3"), 100.0),
        "b_dirty": boiler | {"so2_mg_m3": 300.0, "nox_mg_m3": 200.0, "pm_mg_m3": 50.0},
        "stands": boiler | {"status": "stopped"},
    }
    phases = toy(told).tables["phases"]
    assert phases["dirt_kg_t"].to_dict() == pytest.approx(
        {"a_clean": 3.0, "b_dirty": 5.5, "stands": np.nan}, nan_ok=True
    )
    assert phases["yuan_t_co2"]["a_clean"] == pytest.approx(phases["yuan_t_co2"]["b_dirty"])
    assert phases["order"]["b_dirty"] < phases["order"]["a_clean"]


def test_the_radius_of_an_area_is_how_far_its_rim_is_from_its_plant(toy) -> None:
    units = {"P-1": {}, "Q-1": {"plant_id": "Q", "geometry": Point(X + 40_000, Y)}}
    found = toy({"a": {}}, units, supply_radius_m=12_345.0, detour_ratio=1.25,
                assume_steam_t_h=300.0).tables  # fmt: skip
    areas = found["supply_areas"]
    reach_m = found["plants"].set_index("plant_id")["steam_radius_m"]
    by_kind = areas.pivot_table("radius_m", "plant_id", "kind")
    assert by_kind["straight"].to_dict() == {"P": 12_345.0, "Q": 12_345.0}
    # Steam that reaches so far along a pipe reaches four fifths of it as the crow flies.
    assert by_kind["steam"]["P"] == pytest.approx(0.8 * reach_m["P"], rel=1e-6)
    spots = dict(zip("PQ", gpd.GeoSeries([Point(X, Y), Point(X + 40_000, Y)], crs=areas.crs)
                     .to_crs(4490), strict=True))  # fmt: skip
    for row in areas.to_crs(4490).itertuples():
        lon, lat = np.array(row.geometry.geoms[0].exterior.coords).T
        plant = spots[row.plant_id]
        away = Geod(ellps="GRS80").inv(lon, lat, lon * 0 + plant.x, lat * 0 + plant.y)[2]
        assert away.tolist() == pytest.approx([row.radius_m] * len(away), abs=0.01)
