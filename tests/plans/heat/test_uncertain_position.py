"""A boiler placed by its address is decided only where every place it may stand at agrees."""

import geopandas as gpd
import pandas as pd
import pytest
from pyproj import Geod
from shapely import Point, box

from nngis.plans.heat.analyse import analyse
from nngis.plans.heat.layers import HeatLayers
from nngis.plans.heat.parameters import HeatParameters

CRS = "EPSG:4545"
PLANT = (108.940044, 22.788541)
GEOD = Geod(ellps="GRS80")
RADIUS_M = 15_000.0


def away(distance_m: float, azimuth: float = 90.0) -> Point:
    return Point(*GEOD.fwd(*PLANT, azimuth, distance_m)[:2])


def layer(rows: dict[str, dict[str, object]], name: str) -> gpd.GeoDataFrame:
    table = gpd.GeoDataFrame.from_dict(rows, orient="index", geometry="geometry", crs="EPSG:4490")
    return table.assign(evidence="surveyed").to_crs(CRS).rename_axis(name)


# A built-up square of 4 km half a side, 30 km west of the plant.
MIDDLE = away(30_000.0, 270.0)
CORNERS = [
    Point(*GEOD.fwd(MIDDLE.x, MIDDLE.y, azimuth, 4_000.0)[:2]) for azimuth in (0, 90, 180, 270)
]
SQUARE = box(CORNERS[3].x, CORNERS[2].y, CORNERS[1].x, CORNERS[0].y)


def decisions(rows: dict[str, tuple[Point, float | None]], capacity_t_h: float) -> dict[str, str]:
    boilers = layer(
        {
            key: {
                "name_zh": "某厂",
                "capacity_t_h": capacity_t_h,
                "fuel": "coal",
                "status": "in_use",
                "uncertainty_m": off,
                "geometry": point,
            }
            for key, (point, off) in rows.items()
        },
        "boiler_id",
    )
    boilers["uncertainty_m"] = pd.to_numeric(boilers["uncertainty_m"])
    unit = {
        "plant_id": "P",
        "name_zh": "甲电厂",
        "fuel": "coal",
        "capacity_mw": 660.0,
        "status": "operating",
        "is_chp": True,
        "geometry": Point(*PLANT),
    }
    layers = HeatLayers(
        boilers,
        layer({"P-1": unit}, "unit_id"),
        layer({"B": {"name_zh": "城区", "geometry": SQUARE}}, "area_id"),
        layer({"1": {"name_zh": "某县", "geometry": box(107, 22, 110, 24)}}, "adcode"),
    )
    found = analyse(layers, HeatParameters(supply_radius_m=RADIUS_M))
    return dict(found.tables["boilers"]["decision"])


def test_a_circle_across_the_supply_radius_is_unknown() -> None:
    found = decisions(
        {
            "exact_within": (away(14_500.0), None),
            "exact_beyond": (away(15_500.0), None),
            "within": (away(13_900.0), 1_000.0),
            "across_from_within": (away(14_500.0), 1_000.0),
            "across_from_beyond": (away(15_500.0), 1_000.0),
            "beyond": (away(16_100.0), 1_000.0),
        },
        capacity_t_h=20.0,
    )
    assert found == {
        "exact_within": "close_integrate",
        "exact_beyond": "keep",
        "within": "close_integrate",
        "across_from_within": "unknown",
        "across_from_beyond": "unknown",
        "beyond": "keep",
    }


@pytest.mark.parametrize(
    ("off_m", "expected"), [(None, "retire"), (3_900.0, "retire"), (4_100.0, "unknown")]
)
def test_a_circle_across_the_border_of_the_built_up_area_is_unknown(
    off_m: float | None, expected: str
) -> None:
    assert decisions({"a": (MIDDLE, off_m)}, capacity_t_h=10.0) == {"a": expected}
