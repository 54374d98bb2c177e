"""``nngis layers streets``: figures that can be counted by hand, and a simpler layer."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString

Nngis = Callable[..., Any]
X, Y = 500_000, 2_520_000


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    """Return a street in three pieces, crossed in its middle by another."""
    lines = [[(0, 0), (50, 0)], [(50, 0), (100, 0)], [(100, 0), (200, 0)], [(100, -50), (100, 50)]]
    frame = gpd.GeoDataFrame(
        geometry=[LineString([(X + x, Y + y) for x, y in line]) for line in lines],
        crs="EPSG:4545",
    )
    frame.to_file(tmp_path / "roads.gpkg")
    return tmp_path / "roads.gpkg"


def test_streets_are_counted_and_pieces_joined(nngis: Nngis, roads: Path, tmp_path: Path) -> None:
    out = tmp_path / "simple.gpkg"
    ran = nngis("layers", "streets", roads, "--out", out, "--json", "--lang", "en")
    assert ran.code == 0, ran.err
    said = json.loads(ran.out)
    assert said["streets"]["streets_count"] == 5
    assert said["streets"]["junctions_count"] == 1
    assert said["simplified"]["streets_count"] == 4
    assert len(gpd.read_file(out)) == 4
    again = nngis("layers", "streets", out, "--json")
    assert json.loads(again.out)["streets"] == pytest.approx(said["simplified"], rel=1e-6)


def test_a_file_that_is_there_is_kept(nngis: Nngis, roads: Path) -> None:
    ran = nngis("layers", "streets", roads, "--out", roads)
    assert ran.code == 1
    assert "--force" in ran.err


def test_the_shipped_roads_can_be_counted(nngis: Nngis) -> None:
    ran = nngis("layers", "streets", "roads", "--lang", "en")
    assert ran.code == 0, ran.err
    assert "Junctions: " in ran.out
