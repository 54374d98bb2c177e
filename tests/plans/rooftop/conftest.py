"""Two counties, one climate cell and a kWp whose yield hands can compute."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box
from shapely.affinity import translate

from nngis.plans.rooftop import analyse as module
from nngis.plans.rooftop.analyse import analyse
from nngis.plans.rooftop.layers import RooftopLayers
from nngis.plans.rooftop.parameters import RooftopParameters

CRS = "EPSG:4545"
EAST, NORTH = 500_000.0, 2_500_000.0
DEFAULT = RooftopParameters()


@pytest.fixture(autouse=True)
def yields(monkeypatch):
    """Let a kWp yield 900, 1,000 and 1,200 kWh, so that hands can compute."""

    def table(climate, parameters):
        winds = [*(f"{45 * at:03d}" for at in range(8)), "any"]
        names = ["flat-180", *(f"{form}-{wind}" for form in ("metal", "tile") for wind in winds)]
        keys = pd.MultiIndex.from_product([climate.index, names], names=["cell_id", "facing"])
        return pd.DataFrame({"low": 900.0, "central": 1000.0, "high": 1200.0}, index=keys)

    monkeypatch.setattr(module, "yield_table", table)


@pytest.fixture
def counties():
    shapes = [box(EAST - 9e3, NORTH - 9e3, EAST, NORTH + 9e3)]
    shapes.append(translate(shapes[0], 9e3))
    return gpd.GeoDataFrame(
        {"name_zh": ["甲县", "横州市"], "evidence": "derived"},
        index=pd.Index(["450123", "450181"], name="adcode"),
        geometry=shapes,
        crs=CRS,
    )


@pytest.fixture
def climate():
    return gpd.GeoDataFrame(
        {"evidence": "derived"},
        index=pd.Index(["c"], name="cell_id"),
        geometry=[Point(EAST, NORTH)],
        crs=CRS,
    )


@pytest.fixture
def run(counties, climate):
    def go(roofs, parameters=DEFAULT, **more):
        return analyse(RooftopLayers(roofs, counties, climate, **more), parameters)

    return go
