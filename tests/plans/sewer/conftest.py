"""Small ledgers and counties that can be counted by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, box

CRS = "EPSG:4545"
X, Y = 500_000.0, 2_500_000.0


@pytest.fixture
def at():
    """A place, in kilometres from a corner."""
    return lambda x, y: (X + x * 1000, Y + y * 1000)


@pytest.fixture
def counties():
    """Two counties side by side, each 10 km wide."""
    return gpd.GeoDataFrame(
        {"name_zh": ["兴宁区", "横州市"]},
        index=["450102", "450181"],
        geometry=[box(X, Y, X + 10_000, Y + 10_000), box(X + 10_000, Y, X + 20_000, Y + 10_000)],
        crs=CRS,
    )


@pytest.fixture
def frame():
    """A layer from rows by id; rows may lack geometry."""

    def make(rows, key="project_id"):
        shapes = [row.get("geometry") for row in rows.values()]
        cells = [{k: v for k, v in row.items() if k != "geometry"} for row in rows.values()]
        out = gpd.GeoDataFrame(cells, index=list(rows), geometry=shapes, crs=CRS)
        return out.rename_axis(key).assign(evidence="surveyed")

    return make


@pytest.fixture(scope="session")
def forest():
    """Pipes P0, P1 ... of which each leads to the manhole of another, or to a plant."""

    def make(down, length_m, kind=None, plants=None):
        n = len(down)
        plants = plants or ["w"] * n
        ends = [f"M{d}" if d >= 0 else f"WWTP-{plants[v]}" for v, d in enumerate(down)]
        return gpd.GeoDataFrame(
            {
                "from_manhole": [f"M{v}" for v in range(n)],
                "to_manhole": ends,
                "wwtp_id": plants,
                "length_m": np.asarray(length_m, float),
                "cost_yuan": np.asarray(length_m, float) * 2000,
                "kind": kind or ["gravity"] * n,
            },
            index=pd.Index([f"P{v}" for v in range(n)], name="pipe_id"),
            geometry=[LineString([(v, 0), (v, 1)]) for v in range(n)],
            crs="EPSG:4545",
        )

    return make


@pytest.fixture(scope="session")
def joined():
    """People by pipe, each with 0.216 m3 a day."""

    def make(people):
        return pd.DataFrame(
            {
                "pipe_id": [f"P{v}" for v in range(len(people))],
                "people": np.asarray(people, float),
                "mean_flow_l_s": np.asarray(people, float) * 0.216 / 86.4,
            }
        )

    return make
