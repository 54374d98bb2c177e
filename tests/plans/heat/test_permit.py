"""Bans on new boilers, exactly at their limits."""

import geopandas as gpd
import numpy as np
import pytest
from pyproj import Geod
from shapely import Point, box

from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.permit import judge_proposals

CRS = "EPSG:4545"
PLANT = (108.940044, 22.788541)
CITY, COUNTRY = Point(500_000, 2_522_000), Point(560_000, 2_522_000)


def layer(rows: dict[str, dict[str, object]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame.from_dict(rows, orient="index", geometry="geometry", crs=CRS)


def judge(
    parks: gpd.GeoDataFrame | None = None,
    mapped: frozenset[str] | None = None,
    **proposal: object,
) -> gpd.GeoDataFrame:
    row = {"capacity_t_h": 20.0, "fuel": "coal", "geometry": COUNTRY} | proposal
    plant = gpd.GeoSeries([Point(*PLANT)], crs="EPSG:4490").to_crs(CRS).iloc[0]
    unit = {
        "plant_id": "P",
        "name_zh": "甲",
        "fuel": "coal",
        "capacity_mw": 660.0,
        "status": "operating",
        "is_chp": True,
        "geometry": plant,
    }
    square = box(495_000, 2_517_000, 505_000, 2_527_000)
    zones = layer({"Z": {"name_zh": "城", "geometry": square}})
    proposals, units = layer({"P1": row}), layer({"U": unit})
    return judge_proposals(
        proposals, units, zones, zones, HeatParameters(), parks=parks, mapped=mapped
    )


@pytest.mark.parametrize("mapped", [frozenset(), frozenset({"城"})])
@pytest.mark.parametrize("said", [{}, {"in_built_up": None}])
def test_what_has_no_place_lacks_that_and_no_countys_built_up_area(
    mapped: frozenset[str], said: dict[str, object]
) -> None:
    for size in (9.0, 20.0):  # 9 t/h are banned in a county wherever they stand, if there is one
        row = judge(geometry=None, capacity_t_h=size, mapped=mapped, **said).iloc[0]
        assert (row["decision"], row["rule"]) == ("unknown", "A58")
        assert row["reason_en"].endswith("what is missing: whether it lies in the built-up area.")


@pytest.mark.parametrize(
    ("proposal", "decision", "rule"),
    [
        ({"geometry": CITY, "capacity_t_h": 35.0}, "banned", "A58"),
        ({"geometry": CITY, "capacity_t_h": 35.01}, "not_banned", "none"),
        ({"geometry": CITY, "capacity_t_h": 35.0, "fuel": "gas"}, "not_banned", "none"),
        ({"capacity_t_h": 10.0}, "banned", "A59"),
        ({"capacity_t_h": 10.01}, "not_banned", "none"),
        ({"captive": True, "capacity_t_h": 500.0}, "banned", "A64"),
        ({"captive": True, "capacity_t_h": 500.0, "fuel": "gas"}, "not_banned", "none"),
        ({"geometry": None, "capacity_t_h": 9.0}, "unknown", "A58"),
        ({"geometry": None, "capacity_t_h": 99.0}, "not_banned", "none"),
        ({"capacity_t_h": np.nan}, "unknown", "A59"),
        ({"fuel": None}, "not_banned", "none"),
        ({"fuel": None, "capacity_t_h": 9.0}, "unknown", "A59"),
    ],
)
def test_bans_hold_up_to_and_including_their_limits(
    proposal: dict[str, object], decision: str, rule: str
) -> None:
    row = judge(**proposal).iloc[0]
    assert (row["decision"], row["rule"]) == (decision, rule)
    assert row["reason_zh"]
    assert row["reason_en"]


def test_the_next_source_is_named_with_its_true_distance() -> None:
    lon, lat, _ = Geod(ellps="GRS80").fwd(*PLANT, 200.0, 15_000.0)
    point = gpd.GeoSeries([Point(lon, lat)], crs="EPSG:4490").to_crs(CRS).iloc[0]
    row = judge(geometry=point).iloc[0]
    assert row["distance_m"] == pytest.approx(15_000.0, abs=0.01)
    assert row["plant_name"] == "甲"
    assert row["in_supply_radius"]
    assert not judge(geometry=CITY).iloc[0]["in_supply_radius"]


def test_the_nearest_park_and_the_way_to_the_radius_are_told() -> None:
    parks = layer(
        {
            "A": {
                "name_zh": "远园",
                "has_heat": True,
                "geometry": box(590e3, 2_520e3, 592e3, 2_524e3),
            },
            "B": {
                "name_zh": "近园",
                "has_heat": None,
                "geometry": box(570e3, 2_520e3, 572e3, 2_524e3),
            },
        }
    )
    row = judge(parks=parks).iloc[0]
    assert (row["park_id"], row["park_name"]) == ("B", "近园")
    assert row["park_distance_m"] == pytest.approx(10_000.0)
    assert row["beyond_radius_m"] == pytest.approx(row["distance_m"] - 15_000.0)
    assert row["clause"] == "方案三（八）"
    assert np.isnan(judge().iloc[0]["park_distance_m"])
