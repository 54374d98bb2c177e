"""``nngis roofs`` from GeoParquet to sums and a map."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely

from nngis.catalog.load import shipped_layers
from nngis.crs import gcj02_from_wgs84

Nngis = Callable[..., Any]


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """Write the synthetic town that ships as a stranger would, under other names."""
    roofs = gpd.read_file(shipped_layers() / "roofs.geojson").iloc[:80]
    roofs = roofs.rename(columns={"roof_id": "id", "roof_class": "class"})
    path = tmp_path / "roofs.parquet"
    roofs[["id", "class", "geometry"]].to_parquet(path)
    return path


def test_the_command_judges_adds_up_and_draws(nngis: Nngis, parquet: Path, tmp_path: Path) -> None:
    ghi = tmp_path / "ghi.tif"
    with rasterio.open(
        ghi, "w", driver="GTiff", dtype="float64", count=1, crs="EPSG:4326", height=60, width=60,
        transform=rasterio.Affine(0.05, 0.0, 107.0, 0.0, -0.05, 24.5),
    ) as out:  # fmt: skip
        out.write(np.full((60, 60), 1300.0), 1)
    named = ("--key", "id", "--rename", "class=roof_class", "--lang", "en")
    folder = tmp_path / "out"
    ran = nngis(
        "roofs", parquet, *named, "--climate", ghi, "--datum", "wgs84", "--map", "--out", folder
    )
    assert ran.code == 0, ran.err
    assert "taken to be kWh/m²·a" in ran.err
    assert "CO2 avoided" in ran.out
    assert {path.name for path in folder.iterdir()} >= {"sums.json", "map.html"}


def test_roofs_in_gcj02_end_the_command_with_the_way_out(nngis: Nngis, tmp_path: Path) -> None:
    roads = gpd.read_file(shipped_layers() / "roads.geojson").geometry.get_coordinates()
    spots = roads.iloc[:: len(roads) // 300].to_numpy()
    lon, lat = gcj02_from_wgs84(spots[:, 0], spots[:, 1])
    path = tmp_path / "shifted.parquet"
    gpd.GeoDataFrame(
        {"roof_id": [f"r{at}" for at in range(len(spots))]},
        geometry=shapely.box(lon - 5e-5, lat - 5e-5, lon + 5e-5, lat + 5e-5),
        crs="EPSG:4326",
    ).to_parquet(path)
    ran = nngis("roofs", path, "--out", tmp_path / "out")
    assert ran.code == 1
    assert "--datum gcj02" in ran.err
