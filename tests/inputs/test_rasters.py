"""Rasters around a place: cells kept, feet made metres, what covers nothing refused."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from pyproj import CRS
from rasterio.transform import from_origin

from nngis.errors import LayerError
from nngis.grid import heights_at
from nngis.inputs.rasters import read_grid_around, read_grids

# rasterio multiplies affine matrices in a way that affine is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
UTM = CRS("EPSG:32640")
WEST, NORTH, CELL = 690_000.0, 2_558_000.0, 10.0


@pytest.fixture
def slope(tmp_path):
    """A plane that rises 1 m a cell to the east, with one hole."""

    def write(units=None):
        path = tmp_path / "dem.tif"
        values = np.tile(np.arange(40, dtype="float32"), (30, 1)) + 100
        values[0, 0] = -9999
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            width=40,
            height=30,
            count=1,
            dtype="float32",
            crs="EPSG:32640",
            transform=from_origin(WEST, NORTH, CELL, CELL),
            nodata=-9999,
        ) as target:
            target.write(values, 1)
            if units:
                target.units = (units,)
        return path

    return write


def test_cells_in_the_same_crs_are_kept_as_they_are(slope):
    around = (WEST + 42, NORTH - 95, WEST + 97, NORTH - 41)
    grid, notes = read_grid_around(slope(), UTM, around, role="elevation")
    assert (grid.west, grid.north, grid.cell_m) == (WEST + 40, NORTH - 40, CELL)
    assert grid.values.tolist() == [[104, 105, 106, 107, 108, 109]] * 6
    assert notes == ()


def test_a_hole_stays_a_hole(slope):
    around = (WEST - 500, NORTH - 30, WEST + 30, NORTH + 500)
    grid, _ = read_grid_around(slope(), UTM, around, role="elevation")
    assert np.isnan(grid.values[0, 0])
    assert np.isfinite(grid.values).sum() == grid.values.size - 1


@pytest.mark.parametrize(("east", "south"), [(400, -150), (-50, -150), (200, 0), (200, -350)])
def test_a_place_that_only_touches_the_edge_of_a_raster_is_not_covered(slope, east, south):
    beside = (WEST + east, NORTH + south, WEST + east + 50, NORTH + south + 50)
    with pytest.raises(LayerError, match="covers nothing"):
        read_grid_around(slope(), UTM, beside, role="elevation")


def test_one_cell_at_the_edge_is_a_place_that_is_covered(slope):
    corner = (WEST + 395, NORTH - 305, WEST + 450, NORTH - 295)
    grid, _ = read_grid_around(slope(), UTM, corner, role="elevation")
    assert grid.values.tolist() == [[139.0]]


def test_feet_become_metres(slope):
    around = (WEST, NORTH - 300, WEST + 400, NORTH)
    grid, notes = read_grid_around(slope("ft"), UTM, around, role="elevation")
    assert heights_at(grid, [(WEST + 5, NORTH - 15)])[0] == pytest.approx(30.48)
    assert "feet" in notes[0].en


def test_a_raster_elsewhere_is_refused(slope):
    with pytest.raises(LayerError, match="covers nothing"):
        read_grid_around(slope(), UTM, (0, 0, 10, 10), role="elevation")


@pytest.mark.parametrize(("scale", "offset"), [(0.01, 50.0), (0.1, -100.0), (2.0, 0.0)])
def test_scale_and_offset_of_a_file_count_and_are_said(
    tmp_path: Path, scale: float, offset: float
) -> None:
    heights = np.linspace(60.0, 90.0, 400).reshape(20, 20)
    stored = np.round((heights - offset) / scale).astype("int16")
    path = tmp_path / "a.tif"
    shape = {"width": 20, "height": 20, "count": 2, "dtype": "int16", "crs": "EPSG:4545"}
    with rasterio.open(
        path, "w", driver="GTiff", transform=from_origin(540_000, 2_523_000, 10, 10), **shape
    ) as target:
        target.write(stored, 1)
        target.write(stored * 0, 2)
        target.scales, target.offsets = (scale, 1.0), (offset, 0.0)
    around = (540_000.0, 2_522_800.0, 540_200.0, 2_523_000.0)
    grid, notes = read_grid_around(path, CRS(4545), around, role="elevation")
    assert grid.values[10, 10] == pytest.approx(heights[10, 10], abs=scale)
    said = " ".join(note.en for note in notes)
    assert f"times {scale:g} plus {offset:g}" in said
    assert "2 bands" in said


def hostile(path, crs, side, step):
    with rasterio.open(
        path, "w", driver="GTiff", width=side, height=side, count=1, dtype="uint8", crs=crs,
        tiled=True, blockxsize=4096, blockysize=4096, sparse_ok=True, compress="deflate",
        bigtiff="yes",
        transform=rasterio.Affine(step, 0, 107.0, 0, -step, 24.0),
    ):  # fmt: skip
        pass
    return path


@pytest.mark.parametrize("side", [20_000, 2_000_000])
def test_a_raster_of_absurdly_many_cells_is_refused_by_its_budget(tmp_path, side):
    path = hostile(tmp_path / "a.tif", "EPSG:4326", side, 3.0 / side)
    with pytest.raises(LayerError, match=r"cells, more than the budget"):
        read_grids({"elevation": path}, CRS(4545))
    place = (400_000.0, 2_400_000.0, 640_000.0, 2_600_000.0)
    with pytest.raises(LayerError, match=r"cells, more than the budget"):
        read_grid_around(path, CRS(4545), place, role="elevation")


def test_a_raster_in_geocentric_coordinates_is_refused_in_words(tmp_path):
    path = hostile(tmp_path / "a.tif", "EPSG:4978", 300, 0.01)
    with pytest.raises(LayerError, match="in geocentric coordinates"):
        read_grids({"elevation": path}, CRS(4545))
