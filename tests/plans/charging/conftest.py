"""A small city that hands can compute: a lattice of streets, counties, people, places."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from nngis.plans.charging.parameters import ChargingParameters

CRS = "EPSG:4545"
EAST, NORTH = 500_000.0, 2_500_000.0
BLOCK = 1_000.0
SIDE = 6  # crossroads a side


def at(x, y):
    """Return a point so many metres off the corner of the city."""
    return Point(EAST + x, NORTH + y)


def make_layer(spots, name, **columns):
    """Return points by id."""
    table = pd.DataFrame(columns, index=pd.Index(list(spots), name=name))
    shapes = [None if spot is None else at(*spot) for spot in spots.values()]
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index), crs=CRS)


@pytest.fixture(scope="session")
def layer():
    return make_layer


@pytest.fixture(scope="session")
def roads():
    last = (SIDE - 1) * BLOCK
    lines = [LineString([at(0, k * BLOCK), at(last, k * BLOCK)]) for k in range(SIDE)]
    lines += [LineString([at(k * BLOCK, 0), at(k * BLOCK, last)]) for k in range(SIDE)]
    index = pd.Index([f"r{k}" for k in range(len(lines))], name="road_id")
    return gpd.GeoDataFrame({"length_km": last / 1e3}, index=index, geometry=lines, crs=CRS)


@pytest.fixture(scope="session")
def counties():
    shapes = [
        box(EAST - 500, NORTH - 500, EAST + 2500, NORTH + 9500),
        box(EAST + 2500, NORTH - 500, EAST + 9500, NORTH + 9500),
    ]
    return gpd.GeoDataFrame(
        {"name_zh": ["甲区", "乙县"]},
        index=pd.Index(["450102", "450123"], name="adcode"),
        geometry=shapes,
        crs=CRS,
    )


@pytest.fixture(scope="session")
def demand():
    spots = {f"d{x}{y}": (x * BLOCK, y * BLOCK) for x in range(SIDE) for y in range(SIDE)}
    rng = np.random.default_rng(3)
    return make_layer(
        spots, "demand_id", population=rng.integers(100, 1000, len(spots)).astype(float)
    )


@pytest.fixture(scope="session")
def stations():
    return make_layer(
        {"s1": (0, 0), "s2": (5000, 5000)},
        "station_id",
        name_zh=["一站", "二站"],
        piles_count=[4, 8],
    )


@pytest.fixture(scope="session")
def parameters():
    return ChargingParameters(
        new_stations=3,
        mandatory_classes=(),
        max_snap_m=500.0,
        trip_share=0.0,
        separation_m=0.0,
        gap_allowed=0.0,
        curve_points_count=0,
        alternatives_count=1,
        service_radius_m=1000.0,
        outer_radius_m=1000.0,
        radii_m=(900.0, 1000.0, 2000.0),
        grid_candidate_m=1000.0,
    )
