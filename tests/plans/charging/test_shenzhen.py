"""Real stations of Shenzhen: what they cover, and what as many cover where the plan puts them.

ST-EVCDP, 1,706 public stations and 491 traffic zones. The dataset has no people: demand is the
length of the streets of each traffic zone, spread over points 500 m apart. Straight lines: the
streets themselves are not in it.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from nngis.plans.charging.analyse import analyse
from nngis.plans.charging.layers import ChargingLayers
from nngis.plans.charging.parameters import ChargingParameters

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "bench" / "shenzhen_ev"
CRS = "EPSG:4547"
CELL_M = 500.0
SETTINGS = {
    "radii_m": (500.0, 900.0, 2000.0),
    "service_radius_m": 900.0,
    "outer_radius_m": 900.0,
    "separation_m": 0.0,
    "trip_share": 0.0,
    "grid_candidate_m": CELL_M,
    "curve_points_count": 0,
    "alternatives_count": 1,
    "first_year": 2025,
    "last_year": 2025,
}


@pytest.fixture(scope="module")
def city():
    if not FOLDER.is_dir():
        pytest.skip("no ../shared/data/bench/shenzhen_ev to compare with")
    zones = gpd.read_file(FOLDER / "SZ_districts.shp").to_crs(CRS)
    west, south, east, north = zones.total_bounds
    x, y = np.meshgrid(np.arange(west, east, CELL_M), np.arange(south, north, CELL_M))
    cells = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x.ravel(), y.ravel()), crs=CRS)
    cells = cells.sjoin(zones[["TAZID", "LENG_ROAD", "geometry"]], predicate="within")
    cells = cells[~cells.index.duplicated()]
    streets_km = cells["LENG_ROAD"] / cells.groupby("TAZID")["LENG_ROAD"].transform("size")
    cells = cells[streets_km > 0].assign(population=streets_km)[["population", "geometry"]]
    rows = pd.read_csv(
        FOLDER / "shenzhen_ST-EVCDP_stations.csv", dtype={"station_id": str}
    ).set_index("station_id")
    stations = gpd.GeoDataFrame(
        {"piles_count": rows["count"]},
        geometry=gpd.points_from_xy(rows["longitude"], rows["latitude"]),
        crs="EPSG:4326",
    ).to_crs(CRS)
    whole = gpd.GeoDataFrame(
        {"name_zh": ["深圳市"]},
        index=pd.Index(["440300"], name="adcode"),
        geometry=[zones.union_all().convex_hull],
        crs=CRS,
    )
    demand = cells.set_axis([f"c{one}" for one in cells.index]).rename_axis("demand_id")
    return {"counties": whole, "demand": demand}, stations


def indicator(analysis, name):
    return next(one.value for one in analysis.indicators if one.name == name)


def test_as_many_stations_cover_more_where_the_plan_puts_them(city):
    frames, stations = city
    asked = ChargingParameters(**SETTINGS, new_stations=0)
    real = analyse(ChargingLayers(**{**frames, "charging_stations": stations}), asked)
    count = len(stations)
    ours = analyse(ChargingLayers(**frames), ChargingParameters(**SETTINGS, new_stations=count))
    covered = indicator(real, "covered_before_share")
    # 74.1 % by the 1,706 real stations, all of it by as many of ours.
    assert count == 1706
    assert covered == pytest.approx(0.741, abs=0.002)
    assert len(ours.tables["stations"]) <= count
    assert indicator(ours, "covered_share") > covered
    assert indicator(ours, "siting_gap_share") <= 0.001


def test_two_hundred_cover_what_the_real_ones_do(city):
    frames, _ = city
    few = analyse(ChargingLayers(**frames), ChargingParameters(**SETTINGS, new_stations=200))
    assert indicator(few, "covered_share") > 0.741
