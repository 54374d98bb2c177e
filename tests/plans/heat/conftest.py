"""A toy city on a grid of metres: a plant, a street, boilers beside it."""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString, Point, box

from nngis.plans.heat.analyse import analyse
from nngis.plans.heat.layers import HeatLayers
from nngis.plans.heat.parameters import HeatParameters
from nngis.result.result import Analysis

CRS = "EPSG:4545"
X, Y = 500_000.0, 2_500_000.0
Toy = Callable[..., Analysis]


def at(east_m: float, north_m: float = 0.0) -> Point:
    """Return the place so far from the plant."""
    return Point(X + east_m, Y + north_m)


def layer(rows: dict[str, dict[str, Any]], key: str) -> gpd.GeoDataFrame:
    """Return a layer in the work CRS from rows by id."""
    table = gpd.GeoDataFrame.from_dict(rows, orient="index", geometry="geometry", crs=CRS)
    table["evidence"] = "surveyed"
    return table.rename_axis(key)


UNIT = {
    "plant_id": "P",
    "name_zh": "甲电厂",
    "fuel": "coal",
    "capacity_mw": 660.0,
    "status": "operating",
    "is_chp": True,
    "geometry": at(0),
}
BOILER = {
    "name_zh": "某厂",
    "capacity_t_h": 20.0,
    "fuel": "coal",
    "status": "in_use",
    "geometry": at(3_000),
}
STREET = {"R": {"geometry": LineString([(X, Y), (X + 40_000, Y)])}}


@pytest.fixture(scope="session")
def toy() -> Toy:
    """Return a function that analyses a toy city; what is not given is as above."""

    def run(
        boilers: dict[str, dict[str, Any]],
        units: dict[str, dict[str, Any]] | None = None,
        *,
        parks: dict[str, dict[str, Any]] | None = None,
        roads: dict[str, dict[str, Any]] | None = None,
        pipes: dict[str, dict[str, Any]] | None = None,
        waste_heat: dict[str, dict[str, Any]] | None = None,
        **parameters: Any,
    ) -> Analysis:
        given = {"P-1": {}} if units is None else units
        town = box(X - 50_000, Y - 2_000, X - 40_000, Y + 2_000)
        whole = box(X - 100_000, Y - 100_000, X, Y + 100_000)
        other = box(X, Y - 100_000, X + 100_000, Y + 100_000)
        layers = HeatLayers(
            layer({k: BOILER | row for k, row in boilers.items()}, "boiler_id"),
            layer({k: UNIT | row for k, row in given.items()}, "unit_id"),
            layer({"B": {"name_zh": "城区", "geometry": town}}, "area_id"),
            layer(
                {
                    "1": {"name_zh": "西县", "geometry": whole},
                    "2": {"name_zh": "东县", "geometry": other},
                },
                "adcode",
            ),
            parks=None if parks is None else layer(parks, "park_id"),
            roads=None if roads is None else layer(roads, "road_id"),
            steam_pipes=None if pipes is None else layer(pipes, "pipe_id"),
            waste_heat=None if waste_heat is None else layer(waste_heat, "waste_id"),
        )
        # Pipes are laid to all, whether they pay or not, unless a test asks.
        return analyse(layers, HeatParameters(**{"prune_branches": False} | parameters))

    return run
