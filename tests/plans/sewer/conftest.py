"""Small ledgers and counties that can be counted by hand."""

import geopandas as gpd
import pytest
from shapely import box

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
